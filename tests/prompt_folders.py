"""Small prompt folders and articles, written by the tests that use them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from extractor.articles.article import Article, Published, Sentence

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

MANIFEST = """\
why = "Made for a test of the prompts package"
reply = "events.v1"

[parameters]
max_tokens = 900

[values]
groups = ["conflict", "political"]

[[steps]]
name = "all"
reply = "events.v1"

[[steps.messages]]
role = "system"
template = "system.jinja"

[[steps.messages]]
examples = "all-examples.toml"

[[steps.messages]]
role = "user"
template = "all.jinja"
"""
SYSTEM = "Read events of these groups: {{ values.groups | join(', ') }}.\n"
USER = """\
ARTICLE {{ nonce }}
{% if article.title %}
{{ article.title }}
{% endif %}
{{ article.numbered }}
END {{ nonce }}
"""
EXAMPLES = """\
[[examples]]
text = '''
[1] The council of Arvik opened a second library on Friday, and the mayor gave a short speech.
'''
reply = '''{"published": null, "events": []}'''
"""


@pytest.fixture
def prompts(tmp_path: Path) -> Callable[..., Path]:
    """Write a version of a prompt (``events@v1`` unless named) and return the prompts folder."""

    def write(spec: str = "events@v1", **files: str | None) -> Path:
        root = tmp_path / "prompts"
        folder = root.joinpath(*spec.split("@"))
        folder.mkdir(parents=True)
        content = {"prompt.toml": MANIFEST, "system.jinja": SYSTEM, "all.jinja": USER, "all-examples.toml": EXAMPLES}
        renamed = {name.replace("__", "-").replace("_", "."): text for name, text in files.items()}
        for name, text in (content | renamed).items():
            if text is not None:
                (folder / name).write_text(text, encoding="utf-8", newline="")
        return root

    return write


@pytest.fixture
def article() -> Callable[..., Article]:
    """Build an article whose sentences are the strings given, one per line; a leading "~" marks furniture."""

    def build(*sentences: str, title: str | None = None, published: dt.date | None = None, **rest: Any) -> Article:
        text, spans = "", []
        for number, sentence in enumerate(sentences, 1):
            furniture = sentence.startswith("~")
            start = len(text)
            text += sentence.removeprefix("~")
            spans.append(Sentence(number, start, len(text), furniture=furniture))
            text += "\n"
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        dated = Published(published, "given") if published else Published()
        return Article(sha256[:16], text, sha256, tuple(spans), dated, title, **rest)

    return build

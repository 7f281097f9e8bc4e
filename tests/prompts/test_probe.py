"""Article text stands nowhere but inside the fence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extractor.prompts.probe import fence_problems
from extractor.prompts.registry import load
from tests.prompt_folders import EXAMPLES, MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OPEN, CLOSE = "<<{{ nonce }}\n", "\n{{ nonce }}>>"
BODY = "{{ article.numbered }}"
OUTSIDE = "shows text of the article, or of an earlier reply, that is not between two lines with {{ nonce }}"
EVENT = '''event = """{"what": "the opening", "type": "armed clash", "who": "mayor", "sentences": [1],
"at": [{"p": "Arvik"}]}"""
'''


def _problems(prompts: Callable[..., Path], template: str, per: str = "article", extra: str = "") -> list[str]:
    manifest = MANIFEST.replace('name = "all"\n', f'name = "all"\nper = "{per}"\n')
    root = prompts(prompt_toml=manifest, all_jinja=template, all__examples_toml=EXAMPLES + extra)
    prompt = load("events@v1", root)
    return list(fence_problems(prompt, prompt.steps[0]))


@pytest.mark.parametrize(
    ("template", "problems"),
    [
        (OPEN + BODY + CLOSE, []),
        ("Read this.\n" + OPEN + BODY + CLOSE + "\nNow list its events.", []),
        (OPEN + "{{ article.title }}\n" + BODY + CLOSE, []),
        (OPEN + "{% for line in article.lines %}{{ line }}\n{% endfor %}" + CLOSE, []),
        (BODY, [OUTSIDE]),
        (OPEN + BODY, [OUTSIDE]),
        (BODY + "\n" + OPEN + "x" + CLOSE, [OUTSIDE]),
        ("{{ article.title }}\n" + OPEN + BODY + CLOSE, [OUTSIDE]),
        (OPEN + BODY + CLOSE + "\nThe title was {{ article.title }}.", [OUTSIDE]),
        ("<<{{ nonce }} " + BODY + " {{ nonce }}>>", [OUTSIDE]),
        ("```\n" + BODY + "\n```", [OUTSIDE]),
        (OPEN + BODY + CLOSE + "\nThe code was {{ nonce }}.", [OUTSIDE]),
        (OPEN + "nothing" + CLOSE, ["shows nothing of the article"]),
    ],
)
def test_article_text_must_be_fenced(template: str, problems: list[str], prompts: Callable[..., Path]) -> None:
    """Title and sentences may stand between two lines with the nonce, and nowhere else."""
    assert _problems(prompts, template) == problems


@pytest.mark.parametrize(
    ("template", "problems"),
    [
        (OPEN + "{{ sentence }}" + CLOSE, []),
        (OPEN + BODY + CLOSE + "\nWhich event does sentence {{ sentence.number }} report?", []),
        (OPEN + BODY + CLOSE + "\nWhich event does this report: {{ sentence.text }}", [OUTSIDE]),
    ],
)
def test_a_sentence_must_be_fenced(template: str, problems: list[str], prompts: Callable[..., Path]) -> None:
    """The sentence asked about may be named by number outside the fence, but its words stay inside."""
    assert _problems(prompts, template, "sentence", "sentence = 1\n") == problems


@pytest.mark.parametrize(
    ("template", "problems"),
    [
        (OPEN + "{% for line in window %}{{ line }}\n{% endfor %}" + CLOSE, []),
        ("{% for line in window %}{{ line }}\n{% endfor %}", [OUTSIDE]),
    ],
)
def test_a_window_must_be_fenced(template: str, problems: list[str], prompts: Callable[..., Path]) -> None:
    """The sentences of a window stand inside the fence like the whole article."""
    assert _problems(prompts, template, "window") == problems


@pytest.mark.parametrize(
    ("template", "problems"),
    [
        (OPEN + BODY + "\n{{ event | tojson }}" + CLOSE, []),
        (OPEN + BODY + CLOSE + "\nFill the event of type {{ event.type }} in {{ event.sentences[0] }}.", []),
        (OPEN + BODY + CLOSE + "\nFill this event: {{ event.what }}", [OUTSIDE]),
        (OPEN + BODY + CLOSE + "\nFill the event of the {{ event.who }}.", [OUTSIDE]),
        (OPEN + BODY + CLOSE + "\nFill the event at {{ event['at'][0].p }}.", [OUTSIDE]),
        (OPEN + BODY + CLOSE + "\n{{ event | tojson }}", [OUTSIDE]),
    ],
)
def test_an_earlier_reply_must_be_fenced(template: str, problems: list[str], prompts: Callable[..., Path]) -> None:
    """An earlier reply holds words of the article; outside the fence only its numbers and closed words may stand."""
    assert _problems(prompts, template, "event", EVENT) == problems


def test_a_step_per_event_needs_an_example(prompts: Callable[..., Path]) -> None:
    """Without an example that has an event, the templates of a step per event cannot be tried, which is a problem."""
    manifest = MANIFEST.replace('name = "all"\n', 'name = "all"\nper = "event"\n')
    manifest = manifest.replace('[[steps.messages]]\nexamples = "all-examples.toml"\n', "")
    prompt = load("events@v1", prompts(prompt_toml=manifest, all_jinja=OPEN + BODY + CLOSE))
    assert "needs an example" in next(fence_problems(prompt, prompt.steps[0]))

"""Few-shot examples: data beside the templates, shown as turns of a conversation and checked like any other reply.

A file of examples holds, for each, the article as numbered lines and the reply that is expected::

    [[examples]]
    text = \"\"\"
    [1] Two die as bus leaves road near Arequipa
    [2] Two people were killed on Monday when …
    \"\"\"
    reply = '''{"published": null, "events": [ … ]}'''

Optional are ``title``, ``published`` (a date), ``furniture`` (numbers of the lines that are page furniture), and, for
steps that ask about one sentence or event, ``sentence`` (its number) and ``event`` (JSON). JSON is kept as text because
TOML has no null. The lines are numbered by hand and shown as they stand, so that a newer sentence splitter cannot
change the wording of a published prompt; :mod:`extractor.prompts.check` holds them against the real splitter, and each
reply against the grounders.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from extractor.articles.article import Article, Published, Sentence
from extractor.errors import PromptError

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINE: Final = re.compile(r"\[([0-9]{1,4})\] (\S.*)")


@dataclass(frozen=True, slots=True)
class Example:
    """One example: its article, what is asked about it, and the reply as compact JSON, keys in the author's order."""

    article: Article
    reply: str
    sentence: Sentence | None = None
    event: Mapping[str, Any] | None = None


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str | None = None
    published: dt.date | None = None
    text: Annotated[str, Field(min_length=1)]
    furniture: list[int] = []
    sentence: int | None = None
    event: str | None = None
    reply: str


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    examples: Annotated[list[_Entry], Field(min_length=1, max_length=50)]


def read_examples(text: str, where: str) -> tuple[Example, ...]:
    """Return the examples of one file.

    Args:
        text: The file.
        where: Its prompt version and name, for messages.

    Raises:
        PromptError: No TOML, an unknown key, lines not numbered 1, 2, 3 …, or JSON that cannot be read.
    """
    hint = "docs/prompts.md shows a whole example."
    try:
        entries = _File.model_validate(tomllib.loads(text)).examples
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise PromptError(f"{where}: {error}", hint=hint) from error
    found = []
    for number, entry in enumerate(entries, 1):
        try:
            found.append(_example(entry))
        except ValueError as error:
            raise PromptError(f"{where}: example {number}: {error}", hint=hint) from error
    return tuple(found)


def compact_json(value: Any) -> str:  # noqa: ANN401 - JSON of any shape
    """Return JSON without spaces or escapes of non-ASCII letters: the form that costs a model the fewest tokens."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=dict)  # default: read-only mappings


def _example(entry: _Entry) -> Example:
    """Turn one entry into an example; raise ValueError with what is wrong."""
    article = _article(entry)
    sentence = None
    if entry.sentence is not None:
        if not 1 <= entry.sentence <= len(article.sentences):
            raise ValueError(f"there is no sentence {entry.sentence}")
        sentence = article.sentences[entry.sentence - 1]
    event = None
    if entry.event is not None and not isinstance(event := json.loads(entry.event), dict):
        raise ValueError("event is no JSON object")
    return Example(article, compact_json(json.loads(entry.reply)), sentence, event)


def _article(entry: _Entry) -> Article:
    """Build the article from numbered lines: each line is one sentence and one paragraph of the text."""
    texts = []
    for number, line in enumerate(entry.text.strip().splitlines(), 1):
        match = _LINE.fullmatch(line.strip())
        if match is None or int(match[1]) != number:
            raise ValueError(f"line {number} of the text must begin with [{number}] and a space: {line[:60]!r}")
        texts.append(match[2])
    if unknown := [number for number in entry.furniture if not 1 <= number <= len(texts)]:
        raise ValueError(f"furniture names lines that are not there: {unknown}")
    sentences, start = [], 0
    for index, sentence in enumerate(texts):
        end = start + len(sentence)
        sentences.append(Sentence(index + 1, start, end, furniture=index + 1 in entry.furniture, paragraph=index))
        start = end + 2
    text = "\n\n".join(texts)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    published = Published(entry.published, "given") if entry.published else Published()
    return Article(sha256[:16], text, sha256, tuple(sentences), published, entry.title)

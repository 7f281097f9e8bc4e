"""Holds an example against its own article, as a real reply would be.

An example teaches the model, so a mistake in it is repeated in every article. Each must have the form of its reply
type, byte for byte as a model should write it; its lines must be what the real reader makes of its text, furniture
included; every word that a model copies must stand in the article; and the grounders that judge real replies must pass
every value of a whole reply.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ValidationError

from extractor.articles.read import article_from_text
from extractor.events.ground import ground
from extractor.events.reply import REPLY_TYPES, LiteReply, Reply
from extractor.events.view import View
from extractor.events.vocabulary import CheckName, CheckResult

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.articles.article import Article
    from extractor.prompts.examples import Example
    from extractor.prompts.registry import Step

_OWN_WORDS: Final = frozenset({"summary", "what", "country", "because"})
"""Fields that a model words itself; all other free text is copied from the article."""
_NO_MISTAKE: Final = frozenset({CheckName.DATE_UNRESOLVED})
"""Checks that may fail on a right reply: "hours later" is to be copied, and names no days."""


def example_problems(step: Step, example: Example) -> Iterator[str]:
    """Yield what is wrong with ``example`` of ``step``."""
    read = article_from_text(example.article.text, published=example.article.published.date)
    yield from _line_problems(example.article, read)
    try:
        reply = REPLY_TYPES[step.reply].model_validate_json(example.reply)
    except ValidationError as error:
        for problem in error.errors():
            yield f"reply {'.'.join(map(str, problem['loc']))}: {problem['msg']}"
        return
    if (wanted := reply.model_dump_json()) != example.reply:
        yield f"the reply must be written in the order of its type: {wanted}"
    yield from _copy_problems(reply, View.of(example.article.text))
    yield from _cited_problems(reply, example.article)
    whole = reply.to_reply() if isinstance(reply, LiteReply) else reply
    if isinstance(whole, Reply):
        yield from _ground_problems(whole, read)


def _line_problems(article: Article, read: Article) -> Iterator[str]:
    """Compare the hand-numbered lines with the sentences that the reader finds in the same text."""
    found = [(read.quote(sentence.number), sentence.furniture) for sentence in read.sentences]
    for sentence in article.sentences:
        wanted = (article.quote(sentence.number), sentence.furniture)
        got = found[sentence.number - 1] if sentence.number <= len(found) else None
        if got != wanted:
            yield f"line {sentence.number}: the reader finds {got!r} here, not {wanted!r} (text, furniture)"
            return
    if len(found) > len(article.sentences):
        yield f"the reader finds {len(found)} sentences, not {len(article.sentences)}"


def _copy_problems(reply: BaseModel, text: View) -> Iterator[str]:
    """Yield every string that a model should have copied, but that the article does not hold."""
    for name, field in type(reply).model_fields.items():
        value = getattr(reply, name)
        copied = name not in _OWN_WORDS and "Literal[" not in str(field.annotation)
        for item in value if isinstance(value, tuple | list) else (value,):
            if isinstance(item, BaseModel):
                yield from _copy_problems(item, text)
            elif copied and isinstance(item, str) and not isinstance(item, enum.Enum) and not text.find(item):
                yield f"{name} {item!r} is not in the article"


def _cited_problems(reply: BaseModel, article: Article) -> Iterator[str]:
    """Yield every sentence number that the model could not have seen."""
    there = {sentence.number for sentence in article.sentences if not sentence.furniture}
    for event in getattr(reply, "events", ()):
        if unknown := set(event.sentences) - there:
            yield f"sentence {min(unknown)} is not in the article, or is furniture"


def _ground_problems(reply: Reply, article: Article) -> Iterator[str]:
    """Ground a whole reply, and yield every event that is rejected and every check that failed."""
    grounded = ground(reply, article)
    for rejected in grounded.rejected:
        yield f"rejected by the grounders: {rejected}"
    for event in grounded.events:
        for check in event.checks:
            if check.result is CheckResult.FAILED and check.name not in _NO_MISTAKE:
                yield f"{event.type} ({event.summary}): {check.name} failed for {check.value!r}: {check.detail}"

"""What a run's articles came to, with their replies and costs: for a store that a part of its run was lent from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from extractor.archive.records import Brief
from extractor.archive.store.packing import unpack
from extractor.events.summary import Problem, Usage
from extractor.events.vocabulary import Outcome
from extractor.replies import KeptReply

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from extractor.archive.records import Run

LOST: Final = Usage(requests=1, tokens_in=None, tokens_cached=None, tokens_out=None, tokens_reasoning=None)
"""What an attempt may have cost whose process died."""

_SETTLED: Final = """SELECT articles.id, questions.key, questions.id, problem, extractions.id, extractions.body
    FROM articles JOIN questions ON questions.id = articles.question_id
        LEFT JOIN extractions ON extractions.id = articles.extraction_id
    WHERE run_id = ? AND state IN ('done', 'failed') ORDER BY place"""
_ATTEMPTS: Final = """SELECT ending, requests, re_asks, tokens_in, tokens_cached, tokens_out, tokens_reasoning,
    cost_usd, price_date, seconds FROM attempts WHERE article_id = ? AND ending IS NOT NULL ORDER BY id"""
_EVENTS: Final = "SELECT * FROM events WHERE extraction_id = ? ORDER BY place"
_REPLIES: Final = """SELECT request, body FROM asked JOIN replies ON replies.id = reply_id
    WHERE question_id = ? ORDER BY asked.place"""


class Handed(NamedTuple):
    """What one article came to."""

    key: bytes
    """Of its question."""
    brief: Brief
    """Its ``usage`` is that of all attempts; one that was lost counts as a request of unknown cost."""
    replies: tuple[KeptReply, ...]
    lost: int
    """Attempts whose process died: the article may have been asked about so many times more."""


def handed(connection: sqlite3.Connection, run: Run) -> Iterator[Handed]:
    """Yield what is done or failed in ``run``, in the order of its sources."""
    for row, key, question, problem, extraction, body in connection.execute(_SETTLED, (run.id,)).fetchall():
        attempts = connection.execute(_ATTEMPTS, (row,)).fetchall()
        usage = sum((_usage(*one) for one in attempts), Usage(cost_usd=0.0))
        rows = connection.execute(_EVENTS, (extraction,)).fetchall() if body else []
        brief = _brief(problem, usage, body or b"", tuple(tuple(one[1:]) for one in rows))
        replies = tuple(kept_reply(*one) for one in connection.execute(_REPLIES, (question,)).fetchall())
        yield Handed(key, brief, replies, sum(ending == "lost" for ending, *_ in attempts))


def _brief(problem: str | None, usage: Usage, body: bytes, events: tuple[tuple[Any, ...], ...]) -> Brief:
    if problem is None:
        return Brief(Outcome.OK, None, usage, body, events)
    return Brief(Outcome.FAILED, Problem.model_validate({"message": "", **json.loads(problem)}), usage, b"", ())


def _usage(ending: str, *values: Any) -> Usage:  # noqa: ANN401 - columns of one row, in the order of Usage's fields
    if ending == "lost":
        return LOST
    names = ("requests", "re_asks", "tokens_in", "tokens_cached", "tokens_out", "tokens_reasoning")
    return Usage(**dict(zip((*names, "cost_usd", "price_date", "seconds"), values, strict=True)))


def kept_reply(request: bytes, body: bytes) -> KeptReply:
    """Return a reply that was packed, by the key of its request."""
    said = json.loads(unpack(body, "a reply"))
    return KeptReply(key=f"sha256:{request.hex()}", raw=said["raw"], usage=Usage.model_validate(said["usage"]))

"""Results, written as they come in: one transaction for a group, all of an article or nothing of it.

An article becomes ``done`` in the same transaction as its extraction, events, replies and cost. A group that is
written again, after a kill between commit and acknowledgement, changes nothing. What is not ``ok`` becomes ``failed``
with its problem and its cost; it is no answer and is never reused (promises.md R14).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from extractor.archive.keys import grounding_version
from extractor.archive.store.claims import settle
from extractor.archive.store.packing import pack
from extractor.archive.store.rows import grounding_id, now
from extractor.events.vocabulary import CheckResult, Outcome

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from extractor.archive.records import Finished, Grounding, Run
    from extractor.events.summary import EventSummary, Extraction, Usage
    from extractor.replies import KeptReply

UNUSED_REPLY: Final = (
    "DELETE FROM replies WHERE id = ? AND NOT EXISTS (SELECT 1 FROM asked WHERE reply_id = replies.id)"
)


@dataclass(frozen=True, slots=True)
class Packed:
    """A result with everything that can be computed before the transaction begins."""

    finished: Finished
    body: bytes
    """The extraction; empty where the article failed."""
    events: tuple[tuple[Any, ...], ...]
    replies: tuple[tuple[bytes, bytes], ...]
    """Key of the request and compressed reply."""


def packed(finished: Finished) -> Packed:
    """Compress a result."""
    extraction = finished.extraction
    ok = extraction.outcome is Outcome.OK
    return Packed(
        finished,
        pack(extraction.model_dump_json()) if ok else b"",
        tuple(event_row(place, event) for place, event in enumerate(extraction.events)) if ok else (),
        tuple((bytes.fromhex(reply.key.removeprefix("sha256:")), pack_reply(reply)) for reply in finished.replies),
    )


def pack_reply(reply: KeptReply) -> bytes:
    """Compress what a reply says and what it cost."""
    return pack(json.dumps({"raw": reply.raw, "usage": reply.usage.model_dump(mode="json", exclude_defaults=True)}))


def event_row(place: int, event: EventSummary) -> tuple[Any, ...]:
    """Return the columns of the table ``events`` after ``extraction_id``."""
    when, where = event.when, event.where
    return (
        *(place, event.id, event.type.value, event.status.value, event.standing.value),
        *(when.start and when.start.isoformat(), when.end and when.end.isoformat()),
        *(where.country, where.admin1, where.settlement, where.lat, where.lon),
        sum(check.result is CheckResult.FAILED for check in event.checks),
    )


def finish(connection: sqlite3.Connection, results: Sequence[Packed]) -> None:
    """Write results; one whose run was dropped meanwhile is written nowhere."""
    grounding = grounding_id(connection, grounding_version())
    for result in results:
        task = result.finished.task
        own = connection.execute(
            "SELECT articles.run_id FROM articles JOIN questions ON questions.id = question_id "
            "WHERE articles.id = ? AND question_id = ? AND key = ?",
            (task.row, task.question, task.key),
        ).fetchone()
        if own is None:
            continue
        ok = bool(result.body)
        _end_attempt(connection, result.finished, "done" if ok else "failed")
        before = _newest(connection, task.question)
        if before is None:  # else a worker that took the claim over was quicker, and its answer and replies stand
            _keep_replies(connection, task.question, result.replies)
        if ok:
            made = _extraction(connection, task.question, grounding, result.body, result.events)
            settle(connection, own[0], task.question, before or made)
        else:
            _fail(connection, own[0], result.finished)


def reground(connection: sqlite3.Connection, run: Run, made: Sequence[tuple[Grounding, bytes]]) -> None:
    """Write answers that were grounded anew (with their packed extractions), and let ``run`` use them."""
    grounding = grounding_id(connection, grounding_version())
    for one, body in made:
        rows = tuple(event_row(place, event) for place, event in enumerate(one.extraction.events))
        extraction = _extraction(connection, one.question, grounding, body, rows)
        connection.execute(
            "UPDATE articles SET extraction_id = ?1, events = (SELECT count(*) FROM events WHERE extraction_id = ?1) "
            "WHERE question_id = ?2 AND run_id = ?3 AND state = 'done'",
            (extraction, one.question, run.id),
        )


def pack_extraction(extraction: Extraction) -> bytes:
    """Compress an extraction."""
    return pack(extraction.model_dump_json())


def _extraction(
    connection: sqlite3.Connection, question: int, grounding: int, body: bytes, events: Sequence[tuple[Any, ...]]
) -> int:
    """Return the row of the question's extraction of this grounding; written with its events where there is none."""
    made = connection.execute(
        "INSERT OR IGNORE INTO extractions (question_id, grounding_id, made, body) VALUES (?, ?, ?, ?) RETURNING id",
        (question, grounding, now(), body),
    ).fetchone()
    if made is not None:
        connection.executemany(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [(made[0], *row) for row in events]
        )
        return int(made[0])
    (row,) = connection.execute(
        "SELECT id FROM extractions WHERE question_id = ? AND grounding_id = ?", (question, grounding)
    ).fetchone()
    return int(row)


def _newest(connection: sqlite3.Connection, question: int) -> int | None:
    (newest,) = connection.execute("SELECT max(id) FROM extractions WHERE question_id = ?", (question,)).fetchone()
    return None if newest is None else int(newest)


def _keep_replies(connection: sqlite3.Connection, question: int, replies: Sequence[tuple[bytes, bytes]]) -> None:
    """Keep the replies to a question in place of those that an earlier, failed attempt left."""
    before = [row for (row,) in connection.execute("SELECT reply_id FROM asked WHERE question_id = ?", (question,))]
    connection.execute("DELETE FROM asked WHERE question_id = ?", (question,))
    connection.executemany(
        "INSERT INTO asked (question_id, place, reply_id) VALUES (?, ?, ?)",
        [(question, place, _reply(connection, *reply)) for place, reply in enumerate(replies)],
    )
    connection.executemany(UNUSED_REPLY, [(row,) for row in before])


def _reply(connection: sqlite3.Connection, request: bytes, body: bytes) -> int:
    """Return the row of a reply; one request that was asked twice may have two replies, each with what used it."""
    for row, kept in connection.execute("SELECT id, body FROM replies WHERE request = ?", (request,)):
        if kept == body:
            return int(row)
    (row,) = connection.execute(
        "INSERT INTO replies (request, body) VALUES (?, ?) RETURNING id", (request, body)
    ).fetchone()
    return int(row)


def _end_attempt(connection: sqlite3.Connection, finished: Finished, ending: str) -> None:
    """Note how an attempt ended and what it cost, once: writing it again would count nothing twice."""
    usage: Usage = finished.usage
    problem = finished.extraction.problem
    connection.execute(
        "UPDATE attempts SET ended = ?, ending = ?, requests = ?, re_asks = ?, tokens_in = ?, tokens_cached = ?, "
        "tokens_out = ?, tokens_reasoning = ?, cost_usd = ?, price_date = ?, seconds = ?, problem = ? "
        "WHERE id = ? AND article_id = ?",
        (
            *(now(), ending, usage.requests, usage.re_asks, usage.tokens_in, usage.tokens_cached),
            *(usage.tokens_out, usage.tokens_reasoning, usage.cost_usd, usage.price_date, usage.seconds),
            *(problem and problem.kind, finished.task.attempt, finished.task.row),
        ),
    )


def _fail(connection: sqlite3.Connection, run: int, finished: Finished) -> None:
    """Mark an article as failed, with those that wait for it; a claim that another worker took over is left alone."""
    task, extraction = finished.task, finished.extraction
    problem = extraction.problem.model_dump() if extraction.problem else {"kind": extraction.outcome.value}
    said = json.dumps(problem)
    mine = connection.execute(
        "UPDATE articles SET state = 'failed', worker_id = NULL, problem = ? "
        "WHERE id = ? AND state = 'claimed' AND worker_id = ?",
        (said, task.row, task.worker),
    ).rowcount
    if mine:
        connection.execute(
            "UPDATE articles SET state = 'failed', problem = ? WHERE question_id = ? AND run_id = ? "
            "AND state = 'waiting'",
            (said, task.question, run),
        )

"""Results, written as they come in: one transaction for a group, all of an article or nothing of it.

An article becomes ``done`` in the same transaction as its extraction, events, replies and cost. A group that is
written again, after a kill between commit and acknowledgement, changes nothing. What is not ``ok`` becomes ``failed``
with its problem and its cost; it is no answer and is never reused (promises.md R14).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from extractor.archive.keys import grounding_version
from extractor.archive.records import Brief
from extractor.archive.store.packing import pack
from extractor.archive.store.rows import among, grounding_id, now
from extractor.events.vocabulary import CheckResult, Outcome

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from extractor.archive.records import Finished, Grounding, Run
    from extractor.events.summary import EventSummary, Extraction
    from extractor.replies import KeptReply

SETTLE: Final = """UPDATE articles SET state = 'done', extraction_id = ?, events = ?, worker_id = NULL, problem = NULL,
    shared = coalesce(shared, ?)
    WHERE question_id = ? AND run_id = ? AND state IN ('pending', 'claimed', 'waiting', 'failed')"""
"""Marks every article of a run with a question as done; where ``shared`` is given, as not asked by it."""
UNUSED_REPLY: Final = (
    "DELETE FROM replies WHERE id = ? AND NOT EXISTS (SELECT 1 FROM asked WHERE reply_id = replies.id)"
)
_END: Final = """UPDATE attempts SET ended = ?, ending = ?, requests = ?, re_asks = ?, tokens_in = ?, tokens_cached = ?,
    tokens_out = ?, tokens_reasoning = ?, cost_usd = ?, price_date = ?, seconds = ?, problem = ?
    WHERE id = ? AND article_id = ?"""
_ASKED: Final = """SELECT articles.id, run_id, key, extractions.id,
        (SELECT count(*) FROM events WHERE extraction_id = extractions.id)
    FROM articles JOIN questions ON questions.id = articles.question_id LEFT JOIN extractions ON extractions.id =
        (SELECT max(id) FROM extractions WHERE question_id = questions.id)
    WHERE articles.id IN"""
_HELD: Final = """SELECT question_id, id, (SELECT count(*) FROM events WHERE extraction_id = extractions.id)
    FROM extractions WHERE grounding_id = ? AND question_id IN"""


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
    given = finished.extraction
    made = given if isinstance(given, Brief) else brief(given)
    return Packed(
        finished,
        made.body,
        made.events,
        tuple((bytes.fromhex(reply.key.removeprefix("sha256:")), pack_reply(reply)) for reply in finished.replies),
    )


def brief(extraction: Extraction) -> Brief:
    """Compress an extraction."""
    ok = extraction.outcome is Outcome.OK
    return Brief(
        extraction.outcome,
        extraction.problem,
        extraction.usage,
        pack(extraction.model_dump_json()) if ok else b"",
        event_rows(extraction) if ok else (),
    )


def pack_reply(reply: KeptReply) -> bytes:
    """Compress what a reply says and what it cost."""
    return pack(json.dumps({"raw": reply.raw, "usage": reply.usage.model_dump(mode="json", exclude_defaults=True)}))


def event_rows(extraction: Extraction) -> tuple[tuple[Any, ...], ...]:
    """Return the rows of the table ``events``, each without its first column."""
    return tuple(_event_row(place, event) for place, event in enumerate(extraction.events))


def _event_row(place: int, event: EventSummary) -> tuple[Any, ...]:
    when, where = event.when, event.where
    failed = [check for check in event.checks if check.result is CheckResult.FAILED]
    return (
        *(place, event.id, event.type.value, event.status.value, event.standing.value),
        *(when.start and when.start.isoformat(), when.end and when.end.isoformat()),
        *(where.country, where.admin1, where.settlement, where.lat, where.lon),
        len(failed),
        " ".join(sorted({check.name.value for check in failed})),
    )


def finish(connection: sqlite3.Connection, results: Sequence[Packed]) -> None:
    """Write results; one whose run was dropped meanwhile is written nowhere."""
    asked = _asked(connection, results)
    here = [one for one in results if asked.get(one.finished.task.row, _NOWHERE).key == one.finished.task.key]
    _end_attempts(connection, here)
    # An answer that stands already came from a worker that took the claim over and was quicker: it is the answer.
    first: dict[int, Packed] = {}
    for one in here:
        rival = first.get(one.finished.task.question)
        if asked[one.finished.task.row].answer is None and (rival is None or (one.body and not rival.body)):
            first[one.finished.task.question] = one
    _keep_replies(connection, list(first.values()))
    fresh = [(question, one.body, one.events) for question, one in first.items() if one.body]
    made = _extractions(connection, grounding_id(connection, grounding_version()), fresh)
    for one in here:
        task, known = one.finished.task, asked[one.finished.task.row]
        if one.body:
            answer = known.answer or made[task.question]
            connection.execute(SETTLE, (*answer, None, task.question, known.run))
        else:
            _fail(connection, known.run, one.finished)


def reground(connection: sqlite3.Connection, run: Run, made: Sequence[tuple[Grounding, bytes]]) -> None:
    """Write answers that were grounded anew (with their packed extractions), and let ``run`` use them."""
    grounding = grounding_id(connection, grounding_version())
    rows = [(one.question, body, event_rows(one.extraction)) for one, body in made]
    extractions = _extractions(connection, grounding, rows)
    connection.executemany(
        "UPDATE articles SET extraction_id = ?, events = ? WHERE question_id = ? AND run_id = ? AND state = 'done'",
        [(*found, question, run.id) for question, found in extractions.items()],
    )


def pack_extraction(extraction: Extraction) -> bytes:
    """Compress an extraction."""
    return pack(extraction.model_dump_json())


class _Asked(NamedTuple):
    """What the store knows of a task's article."""

    run: int
    key: bytes
    answer: tuple[int, int] | None
    """The newest extraction of its question, and how many events that has."""


_NOWHERE: Final = _Asked(0, b"", None)


def _asked(connection: sqlite3.Connection, results: Sequence[Packed]) -> dict[int, _Asked]:
    """Return what is known of the articles of ``results``, by row; those of a dropped run are gone."""
    rows = among(connection, _ASKED, [one.finished.task.row for one in results])
    return {
        row: _Asked(run, key, None if extraction is None else (extraction, events))
        for row, run, key, extraction, events in rows
    }


def _extractions(
    connection: sqlite3.Connection, grounding: int, made: Sequence[tuple[int, bytes, tuple[tuple[Any, ...], ...]]]
) -> dict[int, tuple[int, int]]:
    """Write answers (question, packed extraction, rows of events), each once for its question and ``grounding``.

    Returns:
        By question, the row of its extraction of this grounding and how many events it has.
    """
    held = among(connection, _HELD, [question for question, *_ in made], grounding)
    found = {question: (row, events) for question, row, events in held}
    fresh = {question: (body, events) for question, body, events in reversed(made) if question not in found}
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM extractions").fetchone()
    numbered = list(enumerate(fresh.items(), start=last + 1))  # nobody else writes while this transaction does
    time = now()
    connection.executemany(
        "INSERT INTO extractions (id, question_id, grounding_id, made, body) VALUES (?, ?, ?, ?, ?)",
        [(row, question, grounding, time, body) for row, (question, (body, _)) in numbered],
    )
    connection.executemany(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(row, *event) for row, (_, (_, events)) in numbered for event in events],
    )
    return found | {question: (row, len(events)) for row, (question, (_, events)) in numbered}


def _keep_replies(connection: sqlite3.Connection, results: Sequence[Packed]) -> None:
    """Keep the replies to questions in place of those that earlier, failed attempts left.

    One request that was asked twice may have two replies; each stays with the question whose answer it is in.
    """
    questions = [one.finished.task.question for one in results]
    before = list(among(connection, "SELECT reply_id FROM asked WHERE question_id IN", questions))
    if before:
        connection.executemany("DELETE FROM asked WHERE question_id = ?", [(question,) for question in questions])
    rows = _replies(connection, [reply for one in results for reply in one.replies])
    connection.executemany(
        "INSERT INTO asked (question_id, place, reply_id) VALUES (?, ?, ?)",
        [
            (one.finished.task.question, place, rows[reply])
            for one in results
            for place, reply in enumerate(one.replies)
        ],
    )
    connection.executemany(UNUSED_REPLY, before)


def _replies(connection: sqlite3.Connection, replies: Sequence[tuple[bytes, bytes]]) -> dict[tuple[bytes, bytes], int]:
    """Return the rows of replies (request, body); they get one where they have none."""
    wanted = dict.fromkeys(replies)
    rows = among(connection, "SELECT request, body, id FROM replies WHERE request IN", [one for one, _ in wanted])
    found = {(request, body): row for request, body, row in rows}
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM replies").fetchone()
    fresh = {reply: row for row, reply in enumerate((one for one in wanted if one not in found), start=last + 1)}
    connection.executemany(
        "INSERT INTO replies (id, request, body) VALUES (?, ?, ?)", [(row, *reply) for reply, row in fresh.items()]
    )
    return found | fresh


def _end_attempts(connection: sqlite3.Connection, results: Sequence[Packed]) -> None:
    """Note how attempts ended and what they cost, once: writing it again would count nothing twice."""
    time = now()
    connection.executemany(_END, [(time, *_ending(one)) for one in results])


def _ending(result: Packed) -> tuple[Any, ...]:
    finished = result.finished
    usage, problem = finished.usage, finished.extraction.problem
    return (
        *("done" if result.body else "failed", usage.requests, usage.re_asks, usage.tokens_in, usage.tokens_cached),
        *(usage.tokens_out, usage.tokens_reasoning, usage.cost_usd, usage.price_date, usage.seconds),
        *(problem and problem.kind, finished.task.attempt, finished.task.row),
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

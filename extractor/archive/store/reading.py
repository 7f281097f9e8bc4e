"""What the store knows, read page by page: no list of a whole archive, and no transaction that stays open between."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from extractor.archive.records import Answered, Failure, Made, Tally
from extractor.archive.store.packing import HINT, unpack
from extractor.archive.store.rows import ABOUT, CONTENT, JOINED, among, article_of, info_of
from extractor.errors import StoreError
from extractor.events.summary import Extraction, Usage
from extractor.replies import KeptReply

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from extractor.archive.records import Run
    from extractor.archive.store.connections import Connections

PAGE: Final = 200
"""Articles that are held at once: some hundred kilobytes."""
_ABOUT_FIELDS: Final = len(ABOUT.split(","))
_FIRST: Final = (-1, 0)
"""Before the first place and row."""

_RESULTS: Final = f"""SELECT place, articles.id, {ABOUT}, extractions.body
    FROM articles JOIN extractions ON extractions.id = articles.extraction_id
    WHERE run_id = ? AND (place, articles.id) > (?, ?) ORDER BY place, articles.id LIMIT {PAGE}"""  # noqa: S608 - constants

_FAILURES: Final = f"""SELECT place, id, name, source, problem,
        (SELECT count(*) FROM attempts WHERE article_id = articles.id)
    FROM articles WHERE run_id = ? AND state IN ('failed', 'unreadable') AND (place, id) > (?, ?)
    ORDER BY place, id LIMIT {PAGE}"""  # noqa: S608 - constants

_ANSWERS: Final = f"""SELECT place, articles.id, articles.question_id, groundings.version, extractions.body,
        {ABOUT}, {CONTENT}
    FROM {JOINED} JOIN extractions ON extractions.id = articles.extraction_id
        JOIN groundings ON groundings.id = extractions.grounding_id
    WHERE run_id = ? AND shared IS NOT 'duplicate' AND groundings.version <> ? AND (place, articles.id) > (?, ?)
    ORDER BY place, articles.id LIMIT {PAGE}"""  # noqa: S608 - constants

_MADE: Final = f"""SELECT place, articles.id, name, source, groundings.version
    FROM articles JOIN extractions ON extractions.id = articles.extraction_id
        JOIN groundings ON groundings.id = extractions.grounding_id
    WHERE run_id = ? AND groundings.version <> ? AND (place, articles.id) > (?, ?)
    ORDER BY place, articles.id LIMIT {PAGE}"""  # noqa: S608 - constants

_KEPT: Final = """SELECT request, body FROM asked JOIN replies ON replies.id = asked.reply_id
    WHERE question_id = ? ORDER BY place"""

_SPENT: Final = """SELECT count(*), total(ending = 'lost'),
        sum(requests), sum(re_asks), sum(tokens_in), sum(tokens_cached), sum(tokens_out), sum(tokens_reasoning),
        sum(cost_usd), max(price_date), sum(seconds),
        total(ending IN ('done', 'failed') AND tokens_in IS NULL),
        total(ending IN ('done', 'failed') AND tokens_cached IS NULL),
        total(ending IN ('done', 'failed') AND tokens_out IS NULL),
        total(ending IN ('done', 'failed') AND tokens_reasoning IS NULL),
        total(ending IN ('done', 'failed') AND cost_usd IS NULL AND requests > 0),
        total(coalesce(tokens_in, 0) + coalesce(tokens_out, 0)),
        total(ending IN ('done', 'failed') AND (tokens_in IS NULL OR tokens_out IS NULL))
    FROM attempts WHERE run_id = ?"""
_UNKNOWNS: Final = 7
"""Its last columns: in how many attempts that asked something a number is unknown, and the tokens that are known."""


def results(connections: Connections, run: Run) -> Iterator[Extraction]:
    """Yield the extractions of the articles that are done, in the order of the sources, each with its own article."""
    for row in _paged(connections, _RESULTS, (run.id,)):
        said, body = row[2 : 2 + _ABOUT_FIELDS], row[-1]
        extraction = extraction_of(body, said[0])
        yield extraction.model_copy(update={"article": info_of(said, extraction.article.sha256)})


def failures(connections: Connections, run: Run) -> Iterator[Failure]:
    """Yield what went wrong with which article, in the order of the sources."""
    for _, _, name, source, problem, attempts in _paged(connections, _FAILURES, (run.id,)):
        said = json.loads(problem)
        yield Failure(name, source, said["kind"], said.get("message", ""), said.get("hint", ""), attempts)


def answers(connections: Connections, run: Run, *, but: str) -> Iterator[Answered]:
    """Yield every question of ``run`` whose answer was grounded by another version than ``but``, with its replies."""
    for row in _paged(connections, _ANSWERS, (run.id, but)):
        _, _, question, grounding, body, *rest = row
        said, content = tuple(rest[:_ABOUT_FIELDS]), tuple(rest[_ABOUT_FIELDS:])
        with connections.reading() as connection:
            kept = connection.execute(_KEPT, (question,)).fetchall()
        replies = tuple(reply_of(request, packed) for request, packed in kept)
        yield Answered(article_of(said, content), question, grounding, extraction_of(body, said[0]), replies)


def made(connections: Connections, run: Run, *, but: str | None) -> Iterator[Made]:
    """Yield the finished articles of ``run`` that another version of the grounding than ``but`` made."""
    for _, _, *row in _paged(connections, _MADE, (run.id, but or "")):
        yield Made(*row)


def tally(connection: sqlite3.Connection, run: Run) -> Tally:
    """Count ``run``: two passes over indexes, and one over its attempts."""
    states: dict[str, int] = {}
    shared: dict[tuple[str, str | None], int] = {}
    events = 0
    for state, how, count, found in connection.execute(
        "SELECT state, shared, count(*), total(events) FROM articles WHERE run_id = ? GROUP BY state, shared", (run.id,)
    ):
        states[state] = states.get(state, 0) + count
        shared[state, how] = count
        events += int(found) if state == "done" else 0
    attempts, lost, requests, re_asks, *numbers = connection.execute(_SPENT, (run.id,)).fetchone()
    *tokens, cost, price_date, seconds = numbers[: len(numbers) - _UNKNOWNS]
    *unknown, unpriced, known_tokens, uncounted = numbers[-_UNKNOWNS:]
    spent = [None if gone else value or 0 for value, gone in zip(tokens, unknown, strict=True)]
    usage = Usage(
        requests=requests or 0,
        re_asks=re_asks or 0,
        tokens_in=spent[0],
        tokens_cached=spent[1],
        tokens_out=spent[2],
        tokens_reasoning=spent[3],
        cost_usd=None if unpriced else cost or 0.0,
        price_date=price_date,
        seconds=seconds or 0.0,
    )
    return Tally(
        **states,
        duplicates=sum(count for (_, how), count in shared.items() if how == "duplicate"),
        cached=shared.get(("done", "cached"), 0),
        events=events,
        attempts=attempts,
        unresolved=int(lost),
        usage=usage,
        known_cost_usd=cost or 0.0,
        unpriced=int(unpriced),
        known_tokens=int(known_tokens),
        uncounted=int(uncounted),
    )


def texts(connection: sqlite3.Connection, sha256s: Sequence[str]) -> dict[str, str]:
    """Return the texts with these hashes; those that the store does not have are left out."""
    rows = among(connection, "SELECT sha256, body FROM texts WHERE sha256 IN", [bytes.fromhex(one) for one in sha256s])
    return {sha256.hex(): unpack(body, f"the text {sha256.hex()[:16]}") for sha256, body in rows}


def reply(connection: sqlite3.Connection, key: str) -> KeptReply | None:
    """Return the newest reply to a request, or None."""
    request = bytes.fromhex(key.removeprefix("sha256:"))
    found = connection.execute(
        "SELECT body FROM replies WHERE request = ? ORDER BY id DESC LIMIT 1", (request,)
    ).fetchone()
    return None if found is None else reply_of(request, found[0])


def reply_of(request: bytes, body: bytes) -> KeptReply:
    """Return a kept reply from its row.

    Raises:
        StoreError: It is damaged.
    """
    what = f"the reply to {request.hex()[:16]}"
    try:
        return KeptReply(key=f"sha256:{request.hex()}", **json.loads(unpack(body, what)))
    except (ValueError, TypeError) as error:
        raise StoreError(f"the store is damaged: {what} is none", hint=HINT) from error


def extraction_of(body: bytes, name: str) -> Extraction:
    """Return an extraction from its row.

    Raises:
        StoreError: It is damaged, or of a schema that this version does not know.
    """
    what = f"the extraction of {name!r}"
    try:
        return Extraction.model_validate_json(unpack(body, what))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, found["loc"]))
        raise StoreError(f"the store is damaged: {what}: {where}: {found['msg']}", hint=HINT) from None


def _paged(connections: Connections, query: str, start: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query that takes the place and row after which its page begins as its last parameters."""
    after: tuple[Any, ...] = _FIRST
    while True:
        with connections.reading() as connection:
            page = connection.execute(query, (*start, *after)).fetchall()
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1][:2]

"""Rows of a provider's batches: written before and after each step, so that a kill at any moment is found again.

Articles are not claimed while their requests are at the provider, which may take a day: an open article with a request
that is ``sent`` is left alone by the driver, and one process at a time drives the batches of a run. A claim, its
attempt and its end are written in one transaction when all its replies are there.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from extractor.archive.batches.records import Known, Open, Result, Shard, State
from extractor.archive.records import Finished, Task
from extractor.archive.store import claims, writing
from extractor.archive.store.packing import pack, unpack
from extractor.archive.store.reading import PAGE
from extractor.archive.store.rows import ABOUT, CONTENT, JOINED, among, article_of, now
from extractor.errors import (
    ArticleRefusedError,
    ArticleTooLargeError,
    InvalidReplyError,
    ModelError,
    TruncatedReplyError,
    UsageError,
)
from extractor.events.summary import Usage
from extractor.replies import KeptReply

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from extractor.archive.batches.records import Settled
    from extractor.archive.budget import Bill
    from extractor.archive.records import Run, Worker
    from extractor.archive.store.connections import Connections

_ABOUT_FIELDS: Final = len(ABOUT.split(","))
_SHARD: Final = """SELECT id, token, state, requests, most_tokens, most_usd, input_file, batch, output_file, error_file,
    said, again FROM batches"""
_FREE: Final = """state = 'pending' AND shared IS NULL AND NOT EXISTS
    (SELECT 1 FROM batch_requests WHERE article_id = articles.id AND batch_requests.state = 'sent')"""
_OPEN: Final = f"""SELECT articles.id, place, questions.id, questions.key, {ABOUT}, {CONTENT} FROM {JOINED}
    WHERE run_id = ? AND {_FREE} AND (place, articles.id) > (?, ?) ORDER BY place, articles.id LIMIT {PAGE}"""  # noqa: S608 - constants
_OPEN_OF: Final = f"""SELECT articles.id, place, questions.id, questions.key, {ABOUT}, {CONTENT} FROM {JOINED}
    WHERE articles.id IN (SELECT article_id FROM batch_requests WHERE batch_id = ?) AND run_id = ? AND {_FREE}
    AND (place, articles.id) > (?, ?) ORDER BY place, articles.id LIMIT {PAGE}"""  # noqa: S608 - constants
_ANSWERED: Final = """SELECT max(extractions.id), (SELECT count(*) FROM events WHERE extraction_id = extractions.id),
        articles.question_id
    FROM articles JOIN extractions USING (question_id) WHERE run_id = ? AND state = 'pending' AND shared IS NULL
    GROUP BY articles.question_id"""
_KNOWN: Final = """SELECT DISTINCT batch_id, request, state, body, counted FROM batch_requests
    WHERE state <> 'sent' AND request IN"""
"""Once a batch, however many articles share the request."""
_UNCOUNTED: Final = """SELECT DISTINCT batch_id, request, body FROM batch_requests
    JOIN batches ON batches.id = batch_id AND batches.state IN ('downloaded', 'applied')
    WHERE run_id = ? AND NOT counted AND body IS NOT NULL"""
_ERRORS: Final[dict[str, type[ModelError]]] = {
    kind.__name__: kind for kind in (ArticleRefusedError, ArticleTooLargeError, InvalidReplyError, TruncatedReplyError)
}
"""Errors of one article that asking again would not mend."""


class BatchRows:
    """The tables ``batches``, ``batch_requests`` and ``batch_drivers`` of a store; blocking."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    # Who drives

    def drive(self, run: Run, worker: Worker) -> None:
        """Let ``worker`` alone send and read the batches of ``run``.

        Raises:
            UsageError: Another process does, and it is alive.
        """
        with self._connections.writing() as connection:
            claims.bury(connection, claims.dead(connection))
            row = connection.execute(
                "SELECT pid, host FROM batch_drivers JOIN workers ON workers.id = worker_id "
                "WHERE batch_drivers.run_id = ? AND worker_id <> ?",
                (run.id, worker.id),
            ).fetchone()
            if row is not None:
                raise UsageError(
                    f"process {row[0]} on {row[1]} drives the batches of {run.name!r}", hint="one at a time: let it end"
                )
            connection.execute(
                "INSERT INTO batch_drivers (run_id, worker_id) VALUES (?, ?) "
                "ON CONFLICT (run_id) DO UPDATE SET worker_id = excluded.worker_id",
                (run.id, worker.id),
            )

    # Batches

    def prepare(self, run: Run, token: str, requests: Sequence[tuple[str, int]], most: Bill) -> Shard:
        """Note a batch that will be sent: the key of each request with the row of its article, and what it can cost."""
        with self._connections.writing() as connection:
            (number,) = connection.execute(
                "INSERT INTO batches (run_id, token, state, requests, most_tokens, most_usd, made, changed) "
                "VALUES (?, ?, 'prepared', ?, ?, ?, ?, ?) RETURNING id",
                (run.id, token, len({key for key, _ in requests}), most.tokens, most.usd, now(), now()),
            ).fetchone()
            connection.executemany(
                "INSERT INTO batch_requests (batch_id, request, article_id, state) VALUES (?, ?, ?, 'sent')",
                [(number, _bytes(key), row) for key, row in requests],
            )
        return self.shard(number)

    def shard(self, number: int) -> Shard:
        """Return a batch as it stands."""
        with self._connections.reading() as connection:
            return _shard(connection.execute(f"{_SHARD} WHERE id = ?", (number,)).fetchone())

    def shards(self, run: Run) -> list[Shard]:
        """Return the batches of ``run`` that are not applied, the oldest first."""
        with self._connections.reading() as connection:
            rows = connection.execute(f"{_SHARD} WHERE run_id = ? AND state <> 'applied' ORDER BY id", (run.id,))
            return [_shard(row) for row in rows.fetchall()]

    def move(self, shard: Shard, state: State, **noted: str | int | None) -> Shard:
        """Write that ``shard`` is in ``state``, with what is ``noted`` about it (names of columns)."""
        names = "".join(f", {name} = ?" for name in noted)
        with self._connections.writing() as connection:
            connection.execute(
                f"UPDATE batches SET state = ?, changed = ?{names} WHERE id = ?",  # noqa: S608 - names of our own
                (state.value, now(), *noted.values(), shard.id),
            )
        return self.shard(shard.id)

    def forget(self, shard: Shard) -> None:
        """Strike out a batch that was never created; its requests are free again."""
        with self._connections.writing() as connection:
            connection.execute("DELETE FROM batches WHERE id = ?", (shard.id,))

    def keys(self, shard: Shard) -> set[str]:
        """Return the keys of the requests in a batch."""
        with self._connections.reading() as connection:
            rows = connection.execute("SELECT DISTINCT request FROM batch_requests WHERE batch_id = ?", (shard.id,))
            return {f"sha256:{request.hex()}" for (request,) in rows}

    def record(self, shard: Shard, results: Sequence[Result]) -> None:
        """Write what became of requests; writing it again changes nothing."""
        rows = [(_state(one), _pack(one), shard.id, _bytes(one.request)) for one in results]
        with self._connections.writing() as connection:
            connection.executemany(
                "UPDATE batch_requests SET state = ?, body = ? WHERE batch_id = ? AND request = ? AND state = 'sent'",
                rows,
            )

    def close(self, shard: Shard, said: str) -> int:
        """Note that both files of a batch have been read: what was in neither is unfinished. Return how many."""
        with self._connections.writing() as connection:
            missing = connection.execute(
                "UPDATE batch_requests SET state = 'unfinished' WHERE batch_id = ? AND state = 'sent'", (shard.id,)
            ).rowcount
            connection.execute(
                "UPDATE batches SET state = 'downloaded', changed = ?, said = ? WHERE id = ?", (now(), said, shard.id)
            )
        return int(missing)

    # Articles

    def use_answers(self, run: Run) -> int:
        """Settle the pending articles of ``run`` that another run has answered meanwhile; return how many."""
        with self._connections.writing() as connection:
            found = connection.execute(_ANSWERED, (run.id,)).fetchall()
            connection.executemany(
                writing.SETTLE, [(*answer, "cached", question, run.id) for *answer, question in found]
            )
        return len(found)

    def open(self, run: Run, shard: Shard | None = None) -> Iterator[Open]:
        """Yield the articles of ``run`` that wait for no batch, in the order of the sources, page by page.

        With ``shard`` only those that it held requests for.
        """
        after: tuple[int, int] = (-1, 0)
        query, first = (_OPEN, (run.id,)) if shard is None else (_OPEN_OF, (shard.id, run.id))
        while True:
            with self._connections.reading() as connection:
                page = connection.execute(query, (*first, *after)).fetchall()
            for row, place, question, key, *rest in page:
                said, content = tuple(rest[:_ABOUT_FIELDS]), tuple(rest[_ABOUT_FIELDS:])
                yield Open(row, place, question, key, article_of(said, content))
                after = (place, row)
            if len(page) < PAGE:
                return

    def known(self, keys: Sequence[str]) -> dict[str, Known]:
        """Return what is known of requests, from whichever run; what was kept of live runs counts too."""
        found: dict[str, Known] = {}
        with self._connections.reading() as connection:
            wanted = [_bytes(key) for key in keys]
            for request, body in among(connection, "SELECT request, body FROM replies WHERE request IN", wanted):
                said = json.loads(unpack(body, "a reply"))
                found[_key(request)] = Known(reply=KeptReply(key=_key(request), **said))
            for _, request, state, body, counted in among(connection, _KNOWN, wanted):
                key = _key(request)
                found[key] = _merged(found.get(key, Known()), key, state, body, counted=bool(counted))
        return found

    def uncounted(self, run: Run) -> list[Usage]:
        """Return what answers of ``run`` have cost whose articles are not settled, so that no tally holds it."""
        with self._connections.reading() as connection:
            return [_usage(request, body) for _, request, body in connection.execute(_UNCOUNTED, (run.id,))]

    def sent(self, run: Run) -> int:
        """Return how many requests of ``run`` are at the provider."""
        with self._connections.reading() as connection:
            (count,) = connection.execute(
                "SELECT coalesce(sum(requests), 0) FROM batches WHERE run_id = ? AND state NOT IN "
                "('downloaded', 'applied')",
                (run.id,),
            ).fetchone()
        return int(count)

    def settle(self, run: Run, worker: Worker, settled: Sequence[Settled]) -> None:
        """Write answered articles: attempt, claim, result and the end of both, in one transaction."""
        with self._connections.writing() as connection:
            tasks = _claimed(connection, run, worker, settled)
            packed = [writing.packed(Finished(task, one.extraction, one.replies, one.spent)) for task, one in tasks]
            writing.finish(connection, packed)
            connection.executemany(
                "UPDATE batch_requests SET counted = 1 WHERE request = ? AND state <> 'sent'",
                [(_bytes(key),) for _, one in tasks for key in one.requests],
            )
            # What failed is no answer: `archive retry` asks it again. Its good replies are kept beside the article.
            connection.executemany(
                "DELETE FROM batch_requests WHERE article_id = ? AND state <> 'sent'",
                [(one.open.row,) for _, one in tasks if one.extraction.problem is not None],
            )


def _claimed(
    connection: sqlite3.Connection, run: Run, worker: Worker, settled: Sequence[Settled]
) -> list[tuple[Task, Settled]]:
    """Claim the articles of ``settled`` that are still pending."""
    claimed = []
    for one in settled:
        row = one.open.row
        mine = connection.execute(
            "UPDATE articles SET state = 'claimed', worker_id = ? WHERE id = ? AND state = 'pending'", (worker.id, row)
        ).rowcount
        if not mine:
            continue
        (attempt,) = connection.execute(
            "INSERT INTO attempts (run_id, article_id, started) VALUES (?, ?, ?) RETURNING id", (run.id, row, now())
        ).fetchone()
        (number,) = connection.execute("SELECT count(*) FROM attempts WHERE article_id = ?", (row,)).fetchone()
        task = Task(one.open.article, one.open.key, row, one.open.question, attempt, number, worker.id)
        claimed.append((task, one))
    return claimed


def _merged(known: Known, key: str, state: str, body: bytes | None, *, counted: bool) -> Known:
    """Add one row of a request to what is known of it."""
    reply, error, tries = known.reply, known.error, known.tries + (state == "unfinished")
    spent = known.usage
    if body is not None:
        said = _said(key, body)
        usage = Usage.model_validate(said["usage"])
        if state == "answered" and reply is None:
            reply = KeptReply(key=key, raw=said["raw"], usage=usage)
        elif state == "refused":
            error = _ERRORS.get(said["kind"], ArticleRefusedError)(said["message"], hint=said["hint"])
        if not counted:
            spent = usage if spent is None else spent + usage
    return Known(reply, error, spent, tries)


def _state(result: Result) -> str:
    if result.raw is not None:
        return "answered"
    return "refused" if result.error is not None else "unfinished"


def _pack(result: Result) -> bytes:
    said: dict[str, Any] = {"usage": result.usage.model_dump(mode="json", exclude_defaults=True)}
    if result.raw is not None:
        said["raw"] = result.raw
    elif result.error is not None:
        said |= {"kind": type(result.error).__name__, "message": str(result.error), "hint": result.error.hint}
    return pack(json.dumps(said))


def _said(key: str, body: bytes) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(unpack(body, f"the result of {key[:23]}"))
    return said


def _usage(request: bytes, body: bytes) -> Usage:
    return Usage.model_validate(_said(_key(request), body)["usage"])


def _shard(row: tuple[Any, ...]) -> Shard:
    number, token, state, *rest = row
    return Shard(number, token, State(state), *rest)


def _bytes(key: str) -> bytes:
    return bytes.fromhex(key.removeprefix("sha256:"))


def _key(request: bytes) -> str:
    return f"sha256:{request.hex()}"

"""Who works on what: workers, claims, and what becomes of the claims of workers that died.

A claim is committed before its request can go out, together with a row in ``attempts``; so after a kill the store
knows every article that may have been asked. A worker is a process on a machine. On the same machine it is dead when
no process of that number and start time exists; elsewhere, when it has given no sign for :data:`SILENCE` seconds. The
claims of the dead are open again at once, and their attempts are ``lost``: that is how often an article may have been
asked twice.
"""

from __future__ import annotations

import os
import socket
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from extractor.archive.records import Task, Worker
from extractor.archive.store.rows import ABOUT, CONTENT, JOINED, among, article_of, now
from extractor.archive.store.writing import SETTLE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from extractor.archive.records import Run

SILENCE: Final = 60.0
"""Seconds without a sign after which a worker on another machine counts as dead."""
SAME_START: Final = 1.0
"""Seconds by which two readings of one process's start time may differ."""
_ABOUT_FIELDS: Final = len(ABOUT.split(","))

_OPEN: Final = """SELECT articles.id, articles.question_id, extractions.id,
        (SELECT count(*) FROM events WHERE extraction_id = extractions.id),
        (SELECT count(*) FROM attempts WHERE article_id = articles.id)
    FROM articles LEFT JOIN extractions ON extractions.id =
        (SELECT max(id) FROM extractions WHERE question_id = articles.question_id)
    WHERE run_id = ? AND state = 'pending' AND shared IS NULL AND NOT EXISTS (
        SELECT 1 FROM articles AS other WHERE other.question_id = articles.question_id AND other.state = 'claimed')
    ORDER BY place LIMIT ?"""
"""Articles to be asked, with the newest answer where another run got one meanwhile; but for those whose very question
is just being asked for another run."""
_TASKS: Final = (
    f"SELECT articles.id, questions.key, questions.id, {ABOUT}, {CONTENT} FROM {JOINED} WHERE articles.id IN"  # noqa: S608
)
_HELD: Final = """SELECT id FROM articles
    WHERE run_id = (SELECT run_id FROM workers WHERE id = ?) AND state = 'claimed' AND worker_id = ?"""


class Claim(NamedTuple):
    """A claimed article by its row, the row of the attempt, and how many attempts that makes."""

    row: int
    attempt: int
    number: int


def join(connection: sqlite3.Connection, run: Run, pid: int | None = None) -> Worker:
    """Enter a process into ``run``; this one unless told otherwise."""
    pid = os.getpid() if pid is None else pid
    started = started_at(pid) or 0.0
    cursor = connection.execute(
        "INSERT INTO workers (run_id, host, pid, started, seen) VALUES (?, ?, ?, ?, ?)",
        (run.id, host(), pid, started, time.time()),
    )
    assert cursor.lastrowid is not None
    return Worker(cursor.lastrowid, run.id, host(), pid, started)


def beat(connection: sqlite3.Connection, worker: Worker) -> None:
    """Note that ``worker`` is alive; one that had been taken for dead is entered again, without its claims."""
    connection.execute(
        "INSERT INTO workers (id, run_id, host, pid, started, seen) SELECT ?, id, ?, ?, ?, ? FROM runs WHERE id = ? "
        "ON CONFLICT (id) DO UPDATE SET seen = excluded.seen",
        (worker.id, worker.host, worker.pid, worker.started, time.time(), worker.run),
    )


def bury(connection: sqlite3.Connection, workers: Sequence[int]) -> int:
    """Strike out workers, open their claims again, and return how many there were."""
    opened = 0
    for worker in workers:
        held = connection.execute(_HELD, (worker, worker)).fetchall()
        time = now()
        connection.executemany(
            "UPDATE attempts SET ending = 'lost', ended = ? WHERE ending IS NULL AND article_id = ?",
            [(time, row) for (row,) in held],
        )
        connection.executemany("UPDATE articles SET state = 'pending', worker_id = NULL WHERE id = ?", held)
        connection.execute("DELETE FROM workers WHERE id = ?", (worker,))
        opened += len(held)
    return opened


def dead(connection: sqlite3.Connection) -> list[int]:
    """Return the workers of all runs that have died."""
    rows = connection.execute("SELECT id, host, pid, started, seen FROM workers").fetchall()
    return [number for number, *rest in rows if not _alive(*rest)]


def claim(connection: sqlite3.Connection, worker: Worker, limit: int) -> tuple[list[Claim], bool]:
    """Claim up to ``limit`` open articles of the worker's run for it.

    Returns:
        What is to be asked, in the order of the sources, and whether anything was found answered meanwhile.
    """
    found = connection.execute(_OPEN, (worker.run, limit)).fetchall()
    answered = [(answer, events, "cached", question, worker.run) for _, question, answer, events, _ in found if answer]
    connection.executemany(SETTLE, answered)  # another run has asked them since
    rows = [(row, before) for row, _, answer, _, before in found if not answer]
    connection.executemany(
        "UPDATE articles SET state = 'claimed', worker_id = ? WHERE id = ?", [(worker.id, row) for row, _ in rows]
    )
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM attempts").fetchone()
    claims = [Claim(row, attempt, before + 1) for attempt, (row, before) in enumerate(rows, start=last + 1)]
    time = now()
    connection.executemany(
        "INSERT INTO attempts (id, run_id, article_id, started) VALUES (?, ?, ?, ?)",
        [(one.attempt, worker.run, one.row, time) for one in claims],
    )
    return claims, bool(answered)


def tasks_of(connection: sqlite3.Connection, claims: Sequence[Claim], worker: Worker) -> list[Task]:
    """Return claims with their articles.

    Raises:
        StoreError: A text is damaged.
    """
    found = {row: tuple(rest) for row, *rest in among(connection, _TASKS, [one.row for one in claims])}
    return [_task(one, worker, found[one.row]) for one in claims]


def _task(claimed: Claim, worker: Worker, row: tuple[Any, ...]) -> Task:
    key, question, *rest = row
    article = article_of(tuple(rest[:_ABOUT_FIELDS]), tuple(rest[_ABOUT_FIELDS:]))
    return Task(article, key, claimed.row, question, claimed.attempt, claimed.number, worker.id)


def release(connection: sqlite3.Connection, tasks: Sequence[Task]) -> None:
    """Give back tasks that were not asked: as if they had never been claimed."""
    for task in tasks:
        connection.execute(
            "UPDATE articles SET state = 'pending', worker_id = NULL WHERE id = ? AND worker_id = ? "
            "AND state = 'claimed'",
            (task.row, task.worker),
        )
        connection.execute(
            "DELETE FROM attempts WHERE id = ? AND article_id = ? AND ending IS NULL", (task.attempt, task.row)
        )


@cache
def host() -> str:
    """Return a name of this machine; containers on one machine count as machines of their own."""
    try:
        space = str(Path("/proc/self/ns/pid").stat().st_ino)  # numbers of processes mean something inside it only
    except OSError:  # not Linux
        space = "-"
    return f"{socket.gethostname()}/{space}"


def _alive(where: str, pid: int, started: float, seen: float) -> bool:
    if where != host():
        return time.time() - seen < SILENCE
    import psutil  # noqa: PLC0415 - only where a store is used

    try:
        found = started_at(pid)
    except psutil.AccessDenied:  # somebody else's process: there is one, and no more can be known
        return True
    return found is not None and abs(found - started) < SAME_START


def started_at(pid: int) -> float | None:
    """Return when the process began, in seconds since 1970; None where there is none."""
    import psutil  # noqa: PLC0415 - only where a store is used

    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else float(process.create_time())
    except psutil.NoSuchProcess:
        return None

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
from typing import TYPE_CHECKING, Final, NamedTuple

from extractor.archive.records import Task, Worker
from extractor.archive.store.rows import ABOUT, CONTENT, JOINED, article_of, now

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from extractor.archive.records import Run

SILENCE: Final = 60.0
"""Seconds without a sign after which a worker on another machine counts as dead."""
_SAME_START: Final = 1.0
"""Seconds by which two readings of one process's start time may differ."""
_ABOUT_FIELDS: Final = len(ABOUT.split(","))

_OPEN: Final = """SELECT articles.id, articles.question_id FROM articles
    WHERE run_id = ? AND state = 'pending' AND shared IS NULL AND NOT EXISTS (
        SELECT 1 FROM articles AS other WHERE other.question_id = articles.question_id AND other.state = 'claimed')
    ORDER BY place LIMIT ?"""
"""Articles to be asked, but for those whose very question is just being asked for another run."""
_TASK: Final = f"SELECT questions.key, questions.id, {ABOUT}, {CONTENT} FROM {JOINED} WHERE articles.id = ?"  # noqa: S608 - constants
_ANSWER: Final = "SELECT max(id) FROM extractions WHERE question_id = ?"


class Claim(NamedTuple):
    """A claimed article by its row, the row of the attempt, and how many attempts that makes."""

    row: int
    attempt: int
    number: int


def join(connection: sqlite3.Connection, run: Run, pid: int | None = None) -> Worker:
    """Enter a process into ``run``; this one unless told otherwise."""
    pid = os.getpid() if pid is None else pid
    started = _started(pid) or 0.0
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
        connection.execute(
            "UPDATE attempts SET ending = 'lost', ended = ? WHERE ending IS NULL AND article_id IN "
            "(SELECT id FROM articles WHERE worker_id = ? AND state = 'claimed')",
            (now(), worker),
        )
        opened += connection.execute(
            "UPDATE articles SET state = 'pending', worker_id = NULL WHERE worker_id = ? AND state = 'claimed'",
            (worker,),
        ).rowcount
        connection.execute("DELETE FROM workers WHERE id = ?", (worker,))
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
    claims: list[Claim] = []
    settled = False
    for row, question in connection.execute(_OPEN, (worker.run, limit)).fetchall():
        (answer,) = connection.execute(_ANSWER, (question,)).fetchone()
        if answer is None:
            claims.append(_claim(connection, worker, row))
        else:  # another run has asked it since
            settle(connection, worker.run, question, answer, shared="cached")
            settled = True
    return claims, settled


def task_of(connection: sqlite3.Connection, claimed: Claim, worker: Worker) -> Task:
    """Return a claim with its article.

    Raises:
        StoreError: The article's text is damaged.
    """
    key, question, *found = connection.execute(_TASK, (claimed.row,)).fetchone()
    article = article_of(tuple(found[:_ABOUT_FIELDS]), tuple(found[_ABOUT_FIELDS:]))
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


def settle(
    connection: sqlite3.Connection, run: int, question: int, extraction: int, *, shared: str | None = None
) -> None:
    """Mark every article of ``run`` with this question as done; where ``shared`` says so, as not asked by it."""
    connection.execute(
        "UPDATE articles SET state = 'done', extraction_id = ?1, worker_id = NULL, problem = NULL, "
        "shared = coalesce(shared, ?2), events = (SELECT count(*) FROM events WHERE extraction_id = ?1) "
        "WHERE question_id = ?3 AND run_id = ?4 AND state IN ('pending', 'claimed', 'waiting', 'failed')",
        (extraction, shared, question, run),
    )


def _claim(connection: sqlite3.Connection, worker: Worker, row: int) -> Claim:
    connection.execute("UPDATE articles SET state = 'claimed', worker_id = ? WHERE id = ?", (worker.id, row))
    (before,) = connection.execute("SELECT count(*) FROM attempts WHERE article_id = ?", (row,)).fetchone()
    cursor = connection.execute(
        "INSERT INTO attempts (run_id, article_id, started) VALUES (?, ?, ?)", (worker.run, row, now())
    )
    assert cursor.lastrowid is not None
    return Claim(row, cursor.lastrowid, before + 1)


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
        found = _started(pid)
    except psutil.AccessDenied:  # somebody else's process: there is one, and no more can be known
        return True
    return found is not None and abs(found - started) < _SAME_START


def _started(pid: int) -> float | None:
    """Return when the process began, in seconds since 1970; None where there is none."""
    import psutil  # noqa: PLC0415 - only where a store is used

    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else float(process.create_time())
    except psutil.NoSuchProcess:
        return None

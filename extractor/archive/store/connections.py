"""Connections to a store's file: one per thread, all with the same promises, and every error of SQLite as ours.

Write-ahead log, ``synchronous = FULL``: when a commit returns, what it wrote survives a power cut (promises.md R3).
Foreign keys are enforced, a writer waits for another one, and cells are checked as they are read, so that a damaged
page is an error and never a wrong answer.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from extractor.archive.store.migrations import migrate, version
from extractor.archive.store.transaction import transaction
from extractor.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE: Final = 30.0
"""Seconds that a connection waits for another process to end its transaction; ours take milliseconds."""
_PRAGMAS: Final = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cell_size_check = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cache_size = -16384",  # 16 MB: inner pages of the indexes of some ten million rows
    "PRAGMA journal_size_limit = 67108864",  # what one huge transaction made the log grow to is given back
)
_BUSY: Final = ("SQLITE_BUSY", "SQLITE_LOCKED")
_DAMAGED: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")
_DISK: Final = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_NOLFS")
_ACCESS: Final = ("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_READONLY", "SQLITE_AUTH")


@dataclass  # slots of a thread-local class would be shared by all threads
class _Own(threading.local):
    """The connection of one thread, and the process that opened it: one that was forked must not use its parent's."""

    connection: sqlite3.Connection | None = None
    pid: int = 0


@dataclass(slots=True)
class Connections:
    """All connections of this process to one store's file."""

    path: Path
    patience: float = PATIENCE
    _own: _Own = field(default_factory=_Own)
    _all: list[sqlite3.Connection] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self) -> sqlite3.Connection:
        """Return the connection of this thread; made at its first use."""
        own = self._own
        if own.connection is None or own.pid != os.getpid():
            own.connection, own.pid = _connect(self.path, self.patience), os.getpid()
            with self._lock:
                self._all.append(own.connection)
        return own.connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend this thread's connection.

        Raises:
            StoreError: Whatever SQLite complains about.
        """
        with translated(self.path):
            yield self.get()

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend this thread's connection for one transaction: on leaving, all of it is on the disk, or nothing is.

        Raises:
            StoreError: Whatever SQLite complains about.
        """
        with translated(self.path):
            connection = self.get()
            with transaction(connection):
                yield connection

    def close(self) -> None:
        """Close every connection; the last process to do so empties the log into the file."""
        with self._lock, translated(self.path):
            for connection in self._all:
                connection.close()
            self._all.clear()
            self._own = _Own()


def open_connections(path: Path, *, create: bool, patience: float = PATIENCE) -> Connections:
    """Return connections to the store in ``path``, whose tables are brought up to date.

    Raises:
        StoreError: There is none (and none is to be made), or it cannot be used: damaged, of a newer version, locked.
    """
    if not create and not path.is_file():
        raise StoreError(
            f"there is no store {str(path)!r}", hint="extractor archive run makes one; --store names another file"
        )
    connections = Connections(path, patience)
    try:
        with translated(path):
            migrate(connections.get(), str(path))
    except BaseException:
        connections.close()
        raise
    return connections


def _connect(path: Path, patience: float) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        version(connection, str(path))  # somebody else's database stays as it is
        _use_log(connection, patience)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_log(connection: sqlite3.Connection, patience: float) -> None:
    """Turn the write-ahead log on; while another process does so too, SQLite refuses without waiting."""
    end = time.monotonic() + patience
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if not _named(error).startswith(_BUSY) or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            if mode != "wal":  # a file system without shared memory: a commit would promise less than we say
                raise sqlite3.OperationalError(f"the write-ahead log cannot be used here (got {mode!r})")
            return


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn every error of SQLite into a :class:`extractor.errors.StoreError` that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        message, hint = _explained(error, str(path))
        raise StoreError(message, hint=hint) from error


def _named(error: sqlite3.Error) -> str:
    """Return SQLite's own name of ``error``, such as SQLITE_BUSY_SNAPSHOT; empty where Python raised it."""
    return getattr(error, "sqlite_errorname", "") or ""


def _explained(error: sqlite3.Error, path: str) -> tuple[str, str]:
    name = _named(error)
    if name.startswith(_BUSY):
        return f"{path!r} is locked: another process has been writing it for too long", "wait for it to end, or end it"
    if name.startswith(_DAMAGED):
        hint = "keep a copy; what can be saved: sqlite3 FILE .recover | sqlite3 NEW"
        return f"{path!r} is damaged: {error}", hint
    if name.startswith(_DISK):
        hint = "make room or mend the disk, then run the same command again: whatever was acknowledged is kept"
        return f"{path!r} cannot be written or read: {error} ({name})", hint
    if name.startswith(_ACCESS):
        return f"{path!r} cannot be opened: {error}", "check the path and its permissions"
    return f"{path!r} cannot be used: {error}", "extractor archive status checks it"

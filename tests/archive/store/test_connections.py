"""Opening: what a store's file promises, and what is said about one that cannot be used (promises.md R3)."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from extractor.archive.store import Store
from extractor.archive.store.connections import Connections, translated
from extractor.archive.store.migrations import MIGRATIONS
from extractor.errors import StoreError
from tests.archive.archives import begin, counts, fill, new_store, work_off
from tests.command_line import environment

if TYPE_CHECKING:
    from collections.abc import Callable


def pragmas(store: Store) -> dict[str, object]:
    """Return what the connection of this thread promises."""
    names = ("journal_mode", "synchronous", "foreign_keys", "cell_size_check")
    with store._connections.reading() as connection:
        return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names}


def test_every_connection_makes_the_same_promises(store: Store) -> None:
    """Write-ahead log, synchronous FULL and enforced foreign keys hold in each thread, whose connection is its own."""
    found = [pragmas(store)]
    connections = {id(store._connections.get())}

    def look() -> None:
        found.append(pragmas(store))
        connections.add(id(store._connections.get()))

    for _ in range(3):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "cell_size_check": 1}
    assert found == [wanted] * 4
    assert len(store._connections._all) == 4


def test_all_tables_are_strict(store: Store) -> None:
    """No column takes a value of another type than its own."""
    with store._connections.reading() as connection:
        loose = connection.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
    assert loose == []


ACKNOWLEDGE = """
import os, sys
from pathlib import Path
from extractor.archive.store import Store
from tests.archive.archives import answer
with Store.open(Path(sys.argv[1])) as store:
    run = store.run("first")
    worker = store.join(run)
    while tasks := store.claim(run, worker, 2):
        os.write(1, b"claimed\\n")
        store.finish([answer(task) for task in tasks])
        os.write(1, b"done\\n")
    os._exit(0)  # without the checkpoint of a closing connection
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is missing: the order of system calls is not seen")
def test_what_is_acknowledged_is_on_the_disk(store: Store, tmp_path: Path) -> None:
    """Between the last write to the log and the acknowledgement of a claim or result the log is forced to the disk."""
    fill(store, begin(store), 6)
    log = tmp_path / "trace"
    command = ["strace", "-f", "-y", "-e", "trace=pwrite64,fdatasync,fsync,write", "-o", str(log)]
    child = [sys.executable, "-c", ACKNOWLEDGE, str(store.path)]
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [*command, *child], env=environment(), timeout=120, check=False, capture_output=True
    )
    assert ran.returncode == 0, ran.stderr.decode()
    unforced, acknowledged, forced = 0, 0, 0
    for line in log.read_text().splitlines():
        if "archive.db-wal" in line and "pwrite64" in line:
            unforced += 1
        elif "archive.db-wal" in line and ("fdatasync" in line or "fsync" in line):
            forced += unforced > 0
            unforced = 0
        elif '"claimed\\n"' in line or '"done\\n"' in line:
            assert unforced == 0, line
            acknowledged += 1
    assert acknowledged == 6
    assert forced >= acknowledged


def test_there_has_to_be_a_store(tmp_path: Path) -> None:
    """A missing file is named with what makes one, and none is made by looking."""
    with pytest.raises(StoreError, match="there is no store") as raised:
        Store.open(tmp_path / "none.db")
    assert "archive run" in raised.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_is_said_so(tmp_path: Path) -> None:
    """A store cannot be made where there is no folder."""
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(tmp_path / "none" / "archive.db", create=True)


def foreign(path: Path) -> None:
    """Make somebody else's database."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()


def newer(path: Path) -> None:
    """Make a store of a later version."""
    with Store.open(path, create=True) as store, store._connections.writing() as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")


def filled(path: Path) -> bytes:
    """Make a store with a run, and return its bytes."""
    with Store.open(path, create=True) as store:
        run = begin(store)
        fill(store, run, 40)
        work_off(store, run)
    return path.read_bytes()


def cut(path: Path) -> None:
    """Cut a store off in its first page."""
    path.write_bytes(filled(path)[:1000])


def overwritten(path: Path) -> None:
    """Overwrite the beginning of a store."""
    path.write_bytes(b"\0" * 4096 + filled(path)[4096:])


UNUSABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a text": (lambda path: path.write_text("These are no tables. " * 400), "is damaged: file is not a database"),
    "a store without its beginning": (overwritten, "is damaged: file is not a database"),
    "a store without its end": (cut, "is damaged"),
    "another program's database": (foreign, "no store of extractor"),
    "a newer store": (newer, "was written by a newer extractor"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_file_that_cannot_be_used_is_said_so_and_left_alone(name: str, tmp_path: Path) -> None:
    """Each is one error that exits with 9, names the file and what to do, and changes nothing."""
    make, message = UNUSABLE[name]
    path = tmp_path / "archive.db"
    make(path)
    before = path.read_bytes()
    for create in (False, True):
        with pytest.raises(StoreError, match=message) as raised:
            Store.open(path, create=create)
        assert (raised.value.exit_code, str(path) in str(raised.value), bool(raised.value.hint)) == (9, True, True)
    assert path.read_bytes() == before


def test_damage_in_the_middle_is_an_error_and_never_a_wrong_answer(tmp_path: Path) -> None:
    """With any one page overwritten, whatever can be read is right, and the rest is an error with exit code 9."""
    path = tmp_path / "archive.db"
    whole = filled(path)
    with Store.open(path) as store:
        right = [one.model_dump_json() for one in store.results(store.run("first"))]
    codes = []
    for page in range(1, len(whole) // 4096, 3):
        path.write_bytes(whole[: page * 4096] + b"\xa5" * 4096 + whole[(page + 1) * 4096 :])
        try:
            with Store.open(path) as store:
                found = [one.model_dump_json() for one in store.results(store.run("first"))]
                assert store.check() != [], page
        except StoreError as error:
            codes.append(error.exit_code)
        else:
            assert found == right, page
    assert set(codes) == {9}
    assert len(codes) > 10


def test_a_locked_store_is_waited_for_and_then_said_so(tmp_path: Path) -> None:
    """Another process that keeps the store locked is named as the reason."""
    with new_store(tmp_path) as store:
        begin(store)
        with Store.open(store.path, patience=0.05) as other, store._connections.writing():
            with pytest.raises(StoreError, match="is locked") as raised:
                other.drop(other.run("first"))
            assert raised.value.exit_code == 9
        assert len(store.runs()) == 1


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    """Whatever is raised inside a transaction, the store is as it was, and usable."""
    run = begin(store)
    before = counts(store)

    def drop_and_stop() -> None:
        with store._connections.writing() as connection:
            connection.execute("DELETE FROM runs WHERE id = ?", (run.id,))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drop_and_stop()
    assert counts(store) == before
    store.drop(run)


def test_a_forked_process_opens_a_connection_of_its_own(store: Store) -> None:
    """A child of this process uses the store without touching its parent's connection."""
    run = begin(store)
    parent = store._connections.get()
    number = os.fork()
    if number == 0:
        try:
            fill(store, run, 3)
            os._exit(0 if store._connections.get() is not parent else 1)
        finally:
            os._exit(2)
    assert os.waitpid(number, 0)[1] == 0
    assert store.tally(run).pending == 3


OPEN = """
import sys
from pathlib import Path
from extractor.archive.store import Store
sys.stdin.read()
Store.open(Path(sys.argv[1]), create=True).close()
"""


def test_processes_may_make_a_store_at_the_same_moment(tmp_path: Path) -> None:
    """Each finds the tables whole, whoever made them."""
    command = [sys.executable, "-c", OPEN, str(tmp_path / "archive.db")]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())  # noqa: S603
        for _ in range(4)
    ]
    for process in running:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    assert [process.communicate(timeout=120)[1] for process in running] == [b""] * 4
    with Store.open(tmp_path / "archive.db") as store:
        assert store.check() == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SQLITE_BUSY_SNAPSHOT", "is locked"),
        ("SQLITE_FULL", "whatever was acknowledged is kept"),
        ("SQLITE_IOERR_FSYNC", "whatever was acknowledged is kept"),
        ("SQLITE_CORRUPT", "is damaged"),
        ("SQLITE_READONLY", "check the path"),
        ("SQLITE_ERROR", "cannot be used"),
    ],
)
def test_every_error_of_sqlite_becomes_one_of_ours(name: str, words: str, tmp_path: Path) -> None:
    """Each says what happened, to which file, and what to do."""
    error = sqlite3.OperationalError("it went wrong")
    error.sqlite_errorname = name
    with pytest.raises(StoreError) as raised, translated(tmp_path / "archive.db"):
        raise error
    assert words in f"{raised.value} {raised.value.hint}"
    assert "archive.db" in str(raised.value)


def test_a_file_system_without_a_log_is_refused() -> None:
    """Where SQLite cannot keep a write-ahead log, a store would promise more than it holds."""
    with pytest.raises(StoreError, match="write-ahead log cannot be used"), translated(Path(":memory:")):
        Connections(Path(":memory:")).get()


def test_a_store_of_before_learns_which_checks_failed(tmp_path: Path) -> None:
    """Migration 4 reads the names from the answers themselves; one that is damaged keeps no store from opening."""
    path = tmp_path / "archive.db"
    filled(path)
    with sqlite3.connect(path) as connection:
        wanted = connection.execute("SELECT extraction_id, place, failed FROM events ORDER BY 1, 2").fetchall()
        connection.execute("ALTER TABLE events DROP COLUMN failed")
        connection.execute("DROP TABLE pair_replies")
        connection.execute("UPDATE extractions SET body = x'00' WHERE id = 1")
        connection.execute("PRAGMA user_version = 3")
    connection.close()
    with Store.open(path) as store, store._connections.reading() as connection:
        found = connection.execute("SELECT extraction_id, place, failed FROM events ORDER BY 1, 2").fetchall()
    assert {name for _, _, name in wanted} == {"", "when_supported"}
    assert found == [(one, place, "" if one == 1 else name) for one, place, name in wanted]

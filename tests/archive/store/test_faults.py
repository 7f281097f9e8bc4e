"""Errors of the disk: the run stops cleanly, nothing acknowledged is lost, nothing is damaged (promises.md R4).

A child process begins a run, reads 30 articles into it and answers them, and says what has been acknowledged. One of
its system calls on the store's files is made to fail (``strace -e inject``): the n-th write, flush, cut, opening or
reading, once or from then on. Where there is no strace, files that may not grow (``RLIMIT_FSIZE``) stand in for a full
disk; errors of flushing and reading are then not covered, and the skipped tests say so.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import pytest

from extractor.archive.store import Store
from tests.command_line import environment

if TYPE_CHECKING:
    from pathlib import Path

ARTICLES = 30
CHILD = """
import os, resource, sys
from pathlib import Path
from extractor.archive.store import Store
from extractor.errors import StoreError
from tests.archive.archives import answer, begin, fill
limit = int(sys.argv[2])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
def say(word, numbers):
    os.write(1, "".join(f"{word} {number}\\n" for number in numbers).encode())
try:
    with Store.open(Path(sys.argv[1]), create=True) as store:
        run = begin(store)
        for start in range(0, 30, 10):
            fill(store, run, 10, start)
            say("read", range(start, start + 10))
        worker = store.join(run)
        while tasks := store.claim(run, worker, 4):
            store.finish([answer(task) for task in tasks])
            say("done", [int(task.article.id.split()[1]) for task in tasks])
        store.leave(worker)
except StoreError as error:
    print("error", error)
    sys.exit(error.exit_code)
"""
STRACE = pytest.mark.skipif(
    shutil.which("strace") is None,
    reason="strace is missing: failing flushes, reads and openings are not covered, only files that may not grow",
)
CALLS = {"pwrite64": "ENOSPC", "fdatasync": "EIO", "ftruncate": "EIO", "openat": "EIO", "pread64": "EIO"}


def run_child(path: Path, *before: str, limit: int = 0) -> tuple[int, list[str]]:
    """Run the child on the store in ``path``; return its exit code and what it said."""
    command = [*before, sys.executable, "-c", CHILD, str(path), str(limit)]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        command, env=environment(), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode in (0, 9), done.stderr
    return done.returncode, done.stdout.splitlines()


def traced(path: Path, calls: str, *inject: str) -> list[str]:
    """Return what makes strace watch ``calls`` on the files of a store."""
    files = [part for name in ("", "-wal", "-shm") for part in ("-P", f"{path}{name}")]
    log = str(path.with_name("trace"))
    return ["strace", "-f", "-e", f"trace={calls}", *(f"-einject={one}" for one in inject), *files, "-o", log]


@cache
def calls_of_an_undisturbed_run(folder: Path) -> Counter[str]:
    """Return how often the child makes each system call on the store's files."""
    folder.mkdir()
    code, said = run_child(folder / "archive.db", *traced(folder / "archive.db", ",".join(CALLS)))
    assert (code, said.count("done 29")) == (0, 1)
    lines = (folder / "trace").read_text().splitlines()
    return Counter(call for line in lines for call in CALLS if f" {call}(" in line)


def stands(path: Path, said: list[str]) -> None:
    """Say that the store is whole and holds all that was acknowledged, and that the same command completes the run."""
    acknowledged = {int(line.split()[1]) for line in said if line.startswith("done")}
    if path.stat().st_size or path.with_name(f"{path.name}-wal").exists():
        with Store.open(path, create=True) as store:
            assert store.check() == []
            if store.runs():
                run = store.run("first")
                kept = {int(one.article.id.split()[1]) for one in store.results(run)}
                read = sum(line.startswith("read") for line in said)
                assert acknowledged <= kept
                assert store.tally(run).articles >= read
    code, _ = run_child(path)
    assert code == 0
    with Store.open(path) as store:
        tally = store.tally(store.run("first"))
        assert (tally.done, tally.open, tally.failed, store.check()) == (ARTICLES, 0, 0, [])


def sweep(tmp_path: Path, call: str, points: int, *, onwards: bool) -> None:
    """Make the n-th ``call`` fail, for ``points`` values of n spread over the run."""
    total = calls_of_an_undisturbed_run(tmp_path / "undisturbed")[call]
    assert total > 0
    for number in sorted({1 + point * total // points for point in range(min(points, total))}):
        folder = tmp_path / f"{call}-{number}"
        folder.mkdir()
        path = folder / "archive.db"
        inject = f"{call}:error={CALLS[call]}:when={number}{'+' if onwards else ''}"
        code, said = run_child(path, *traced(path, call, inject))
        assert "(INJECTED)" in (folder / "trace").read_text(), inject
        assert code == 9 or "done 29" in said, (inject, said[-1:])
        if code == 9:
            assert said[-1].startswith("error"), inject
        if path.exists():
            stands(path, said)


@STRACE
@pytest.mark.slow
@pytest.mark.parametrize("call", ["pwrite64", "fdatasync"])
def test_a_disk_that_fills_up_or_fails_ends_the_run_cleanly(call: str, tmp_path: Path) -> None:
    """Whichever write or flush fails first, and all after it, what was acknowledged is there and the run completes."""
    sweep(tmp_path, call, 3, onwards=True)


@STRACE
@pytest.mark.full
@pytest.mark.parametrize("onwards", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("call", CALLS)
def test_any_failing_system_call_ends_the_run_cleanly(call: str, onwards: bool, tmp_path: Path) -> None:
    """Whichever call on the store's files fails, once or for good, nothing is damaged and nothing acknowledged lost."""
    sweep(tmp_path, call, 24, onwards=onwards)


@pytest.mark.parametrize("limit", [3_000, 90_000, 260_000])
def test_files_that_may_not_grow_end_the_run_cleanly(limit: int, tmp_path: Path) -> None:
    """Where the disk takes no more bytes the run stops with what was acknowledged, and completes when there is room."""
    path = tmp_path / "archive.db"
    code, said = run_child(path, limit=limit)
    assert (code, said[-1].startswith("error")) == (9, True)
    stands(path, said)

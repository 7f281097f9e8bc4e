"""Worker processes of the real command: they heed neither Ctrl-C nor outlive the process that they work for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from extractor.archive.store import Store
from tests.archive_stub import Answers, write_archive
from tests.command_line import environment
from tests.stub_server import StubServer, serving

if TYPE_CHECKING:
    from pathlib import Path


def start(folder: Path, stub: StubServer) -> subprocess.Popen[str]:
    """Begin the run ``r`` with two workers in a process group of its own."""
    model = ("--model", "m", "--base-url", stub.base_url, "--workers", "2", "--concurrency", "4")
    return subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-m", "extractor", "archive", "run", "a.jsonl", "--run", "r", *model],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        start_new_session=True,
    )


def wait_for_workers(process: subprocess.Popen[str], stub: StubServer) -> list[psutil.Process]:
    """Return the children of ``process`` as soon as its workers have had time to come up."""
    until = time.monotonic() + 90
    while len(stub.requests) < 32 or len(psutil.Process(process.pid).children()) < 3:  # two, and their book-keeper
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until, "no workers"
        time.sleep(0.05)
    time.sleep(2)
    return psutil.Process(process.pid).children()


@pytest.mark.slow
def test_ctrl_c_at_the_terminal_is_as_clean_as_without_workers(tmp_path: Path) -> None:
    """The signal goes to all processes; what is in flight is kept, and nobody prints a traceback (R5)."""
    write_archive(tmp_path / "a.jsonl", 2000)
    answers = Answers(delay=(0.1, 0.2))
    with serving(StubServer(answers.behaviour)) as stub:
        process = start(tmp_path, stub)
        wait_for_workers(process, stub)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert "go on with: extractor archive resume r" in said
    with Store.open(tmp_path / "extractor-archive.db") as store:
        tally = store.tally(store.run("r"))
    assert tally.done == sum(answers.answered.values()) == sum(answers.asked.values())
    assert (tally.unresolved, tally.claimed) == (0, 0)


@pytest.mark.slow
def test_workers_go_with_their_parent(tmp_path: Path) -> None:
    """A run that is killed leaves no process behind (R1)."""
    write_archive(tmp_path / "a.jsonl", 2000)
    with serving(StubServer(Answers(delay=(0.1, 0.2)).behaviour)) as stub:
        process = start(tmp_path, stub)
        children = wait_for_workers(process, stub)
        process.kill()
        process.communicate(timeout=30)
        _, alive = psutil.wait_procs(children, timeout=15)
    assert not alive

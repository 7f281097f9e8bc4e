"""A run on a Ray cluster of two workers is the run of one machine, also where a worker is killed."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from extractor.archive.store import Store
from tests.archive_stub import Answers, canonical, start, write_archive
from tests.stub_server import StubServer, serving

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from extractor.archive.records import Tally

ARTICLES = 1_200  # two shards, the last one shorter
FEW = ("--concurrency", "16")
RAY = (*FEW, "--engine", "ray", "--workers", "2")


def worker_of(head: subprocess.Popen[str]) -> psutil.Process:
    """Return a process that works on a shard."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for process in psutil.Process(head.pid).children(recursive=True):
            try:
                if "ray::_work" in " ".join(process.cmdline()):
                    return process
            except psutil.Error:
                continue
        time.sleep(0.05)
    raise AssertionError("nobody works")


def looked_into(folder: Path) -> tuple[Tally, list[str]]:
    """Return the tally of the run and its canonical results."""
    with Store.open(folder / "extractor-archive.db") as store:
        assert store.check() == []
        run = store.run("r")
        return store.tally(run), [canonical(one) for one in store.results(run)]


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_ends_like_one_machine(tmp_path: Path) -> None:
    """With one of two workers killed in the middle, the results are those of one machine, byte for byte."""
    pytest.importorskip("ray", reason="the extra [ray] is not installed")
    calm, lost = tmp_path / "calm", tmp_path / "lost"
    for folder in (calm, lost):
        folder.mkdir()
        write_archive(folder / "a.jsonl", ARTICLES)
    with serving(StubServer(Answers().behaviour)) as stub:
        process = start(calm, stub, *FEW)
        _, said = process.communicate(timeout=300)
        assert process.returncode == 0, said
    answers = Answers(delay=(0.05, 0.15))
    with serving(StubServer(answers.behaviour)) as stub:
        head = start(lost, stub, *RAY)
        until = time.monotonic() + 120
        while len(stub.requests) < 150 and head.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        assert head.poll() is None, head.communicate()
        os.kill(worker_of(head).pid, signal.SIGKILL)
        _, said = head.communicate(timeout=300)
    assert head.returncode == 0, said
    (expected, results), (tally, got) = looked_into(calm), looked_into(lost)
    assert got == results
    assert (tally.done, tally.open, tally.events) == (ARTICLES, 0, expected.events)
    twice = sum(answers.asked.values()) - ARTICLES
    assert 0 < tally.usage.requests - ARTICLES <= 24  # 16 in flight and 8 more claimed
    assert twice <= tally.usage.requests - ARTICLES
    assert not list(lost.glob("*.parts/r/*"))
    print(f"{twice} articles asked twice, {tally.usage.requests - ARTICLES} reported")  # noqa: T201 - the figure of R2


@pytest.mark.slow
def test_a_killed_head_is_gone_on_with(tmp_path: Path) -> None:
    """Its workers end with it; the next sitting asks what is missing, and what was in flight at most twice."""
    pytest.importorskip("ray", reason="the extra [ray] is not installed")
    write_archive(tmp_path / "a.jsonl", ARTICLES)
    answers = Answers(delay=(0.05, 0.15))
    with serving(StubServer(answers.behaviour)) as stub:
        head = start(tmp_path, stub, *RAY)
        until = time.monotonic() + 120
        while len(stub.requests) < 300 and head.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        workers = [each for each in psutil.Process(head.pid).children(recursive=True) if "ray::_work" in each.name()]
        assert workers
        head.kill()
        head.communicate()
        _, alive = psutil.wait_procs(workers, timeout=60)
        assert not alive
        asked = len(stub.requests)
        again = start(tmp_path, stub, *RAY)
        _, said = again.communicate(timeout=300)
        assert again.returncode == 0, said
        assert len(stub.requests) < asked + ARTICLES
    tally, results = looked_into(tmp_path)
    assert (tally.done, tally.open, len(results)) == (ARTICLES, 0, ARTICLES)
    twice = sum(answers.asked.values()) - ARTICLES
    assert twice <= 2 * 24  # 16 in flight and 8 more claimed, in each of two workers
    print(f"{twice} articles asked twice after a killed head")  # noqa: T201 - the figure of R2

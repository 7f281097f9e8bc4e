"""What an archive's run promises when things go wrong, kept by real processes against a real server (promises.md §3).

The long forms have the marker ``full``: 200 kills instead of 10, 50,000 articles instead of 2,000.
"""

from __future__ import annotations

import contextlib
import json
import random
import re
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from extractor.archive.store import Store
from tests.archive_stub import Answers, canonical, start, write_archive
from tests.stub_server import StubServer, serving, status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from extractor.archive.records import Tally

Process = subprocess.Popen[str]


def end(process: Process, timeout: float = 120) -> tuple[int, str]:
    """Return the exit code and what was said."""
    _, said = process.communicate(timeout=timeout)
    return process.returncode, said


def wait_for(stub: StubServer, requests: int, process: Process) -> None:
    """Return as soon as so many requests have arrived, or the process has ended."""
    until = time.monotonic() + 60
    while len(stub.requests) < requests and process.poll() is None:
        assert time.monotonic() < until, "the process asks nothing"
        time.sleep(0.01)


@contextlib.contextmanager
def looked_into(folder: Path) -> Iterator[tuple[Tally, list[str]]]:
    """Yield the tally of the run and its canonical results."""
    with Store.open(folder / "extractor-archive.db") as store:
        run = store.run("r")
        assert store.check() == []
        yield store.tally(run), [canonical(one) for one in store.results(run)]


@pytest.mark.parametrize(
    "wanted", [pytest.param(10, marks=pytest.mark.slow), pytest.param(200, marks=pytest.mark.full)]
)
def test_kills_lose_nothing_and_double_spend_is_bounded_and_reported(tmp_path: Path, wanted: int) -> None:
    """A run that is killed again and again ends like an undisturbed one and reports what was asked twice (R1, R2)."""
    articles, concurrency = 300, 4
    calm, killed = tmp_path / "calm", tmp_path / "killed"
    for folder in (calm, killed):
        folder.mkdir()
        write_archive(folder / "a.jsonl", articles)
    with serving(StubServer(Answers().behaviour)) as stub:
        assert end(start(calm, stub))[0] == 0
    chance = random.Random(4)  # noqa: S311 - moments, no secrets
    slow = Answers(delay=(0.05, 0.15))
    with serving(StubServer(slow.behaviour)) as stub:
        kills = 0
        for _ in range(wanted):
            process = start(killed, stub, "--concurrency", str(concurrency))
            # Some die while they start, most a few requests later: a run of 300 has to last for all the kills.
            wait_for(stub, len(stub.requests) + chance.randint(0, 8 * articles // (5 * wanted) + 1), process)
            time.sleep(chance.uniform(0, 0.1))
            process.kill()
            kills += process.wait(10) == -signal.SIGKILL
            process.communicate()
        code, said = end(start(killed, stub, "--concurrency", str(concurrency)), timeout=300)
        assert code == 0, said
    assert kills >= wanted // 2
    with looked_into(calm) as (_, expected), looked_into(killed) as (tally, results):
        assert results == expected
        assert (tally.done, tally.open) == (articles, 0)
        twice = sum(slow.asked.values()) - articles
        assert 0 <= twice <= tally.unresolved <= kills * (concurrency + concurrency // 2)
        assert tally.usage.requests == articles
    if tally.unresolved:
        assert f"{tally.unresolved} requests were cut off" in said
    print(f"{kills} kills: {twice} articles asked twice, {tally.unresolved} reported")  # noqa: T201 - the figure of R2


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_drains_what_is_in_flight(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """Ctrl-C and SIGTERM end a run within ten seconds, keep all answers, and say how to go on (R5)."""
    write_archive(tmp_path / "a.jsonl", 60)
    answers = Answers(delay=(1.0, 1.0))
    with serving(StubServer(answers.behaviour)) as stub:
        process = start(tmp_path, stub, "--concurrency", "4")
        wait_for(stub, 6, process)
        process.send_signal(number)
        sent = time.monotonic()
        ended, said = end(process)
        assert time.monotonic() - sent < 10
    assert ended == code, said
    assert "go on with: extractor archive resume r" in said
    with looked_into(tmp_path) as (tally, _):
        assert tally.done == sum(answers.answered.values()) == sum(answers.asked.values())
        assert (tally.unresolved, tally.claimed) == (0, 0)


@pytest.mark.slow
def test_a_second_signal_stops_now(tmp_path: Path) -> None:
    """Whoever presses Ctrl-C twice does not wait for a server that takes a minute (R5)."""
    write_archive(tmp_path / "a.jsonl", 60)
    with serving(StubServer(Answers(delay=(60.0, 60.0)).behaviour)) as stub:
        process = start(tmp_path, stub, "--concurrency", "4")
        wait_for(stub, 4, process)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        sent = time.monotonic()
        code, said = end(process)
        assert time.monotonic() - sent < 5
    assert code == 130, said
    assert "4 requests were cut off" in said


@pytest.mark.slow
def test_processes_share_a_run(tmp_path: Path) -> None:
    """Four processes on one run ask each article once between them, and all end with its end (R6)."""
    write_archive(tmp_path / "a.jsonl", 200)
    answers = Answers(delay=(0.05, 0.1))
    with serving(StubServer(answers.behaviour)) as stub:
        processes = [start(tmp_path, stub, "--concurrency", "4") for _ in range(4)]
        ended = [end(process, timeout=240) for process in processes]
    assert [code for code, _ in ended] == [0] * 4, ended
    assert sorted(answers.asked.values()) == [1] * 200
    assert all("200 done, 200 events" in said for _, said in ended)


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "seconds"), [(500, 30), (429, 3)])
def test_requests_are_bounded_whatever_the_server_answers(tmp_path: Path, fault: int, seconds: int) -> None:
    """Under nothing but 500s or 429s each article is asked about four times at most, and the run ends (R8)."""
    write_archive(tmp_path / "a.jsonl", 12)
    with serving(StubServer(status(fault))) as stub:
        code, said = end(start(tmp_path, stub, "--deadline", str(seconds)))
        assert code == 4, said
        assert 1 <= len(stub.requests) <= 12 * 4
    with looked_into(tmp_path) as (tally, _):
        assert (tally.failed, tally.usage.requests) == (12, len(stub.requests))


@pytest.mark.parametrize(
    "most", [pytest.param(2_000, marks=pytest.mark.slow), pytest.param(100_000, marks=pytest.mark.full)]
)
def test_memory_stays_flat(tmp_path: Path, most: int) -> None:
    """Ten times the articles take no more memory, and the last tenth is as fast as the first (R12)."""
    peaks = {}
    for count in (most // 10, most):
        folder = tmp_path / str(count)
        folder.mkdir()
        write_archive(folder / "a.jsonl", count)
        stub = StubServer(Answers().behaviour)
        with serving(stub):
            process = start(folder, stub, "--concurrency", "32", "--events", "events.jsonl", "--quiet")
            peak = 0
            while process.poll() is None:
                peak = max(peak, _resident(process.pid))
                stub.requests.clear()  # the stub's own memory is another matter
                time.sleep(0.1)
            code, said = end(process)
            assert code == 0, said
        peaks[count] = peak
    times = [
        event["time"]
        for event in map(json.loads, (folder / "events.jsonl").read_text().splitlines())
        if event["event"] == "answered"
    ]
    assert len(times) == most
    tenth = most // 10
    first, last = times[tenth] - times[0], times[-1] - times[-tenth - 1]
    few, many = (peaks[count] / 2**20 for count in (tenth, most))
    print(f"{tenth} articles {few:.0f} MB, {most} articles {many:.0f} MB; a tenth {first:.1f} s, {last:.1f} s")  # noqa: T201
    assert many <= few + 30
    assert last <= 2 * first


def _resident(pid: int) -> int:
    """Return the bytes of memory that a process holds; 0 where it has ended."""
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/status", encoding="ascii") as file:  # noqa: PTH123 - not a file of ours
            found = re.search(r"VmRSS:\s+(\d+) kB", file.read())
        return int(found[1]) * 1024 if found else 0
    return 0

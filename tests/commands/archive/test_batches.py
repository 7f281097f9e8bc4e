"""``extractor archive run --mode batch`` as a user types it, against a stub that keeps to the documentation."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from extractor.archive.store import Store
from tests.archive_stub import reply_to, write_archive
from tests.batch_stub import BatchProvider
from tests.command_line import call, environment
from tests.stub_server import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.command_line import Ran
    from tests.stub_server import StubServer

_TOLL = re.compile(r"At least (\d+) dock workers")


def reply(body: dict[str, Any]) -> str:
    """Return the reply to an article of the archive, by its toll."""
    return reply_to(_TOLL.findall(body["messages"][-1]["content"])[-1])


@pytest.fixture
def extractor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Ran]:
    """Return what runs a command in a folder that holds an archive of 12 articles."""
    write_archive(tmp_path / "articles.jsonl", 12)
    return call(monkeypatch, capsys, tmp_path)


@pytest.fixture
def provider() -> BatchProvider:
    """Return a provider whose batches are done at once."""
    return BatchProvider(reply, at_once=True)


@pytest.fixture
def stub(provider: BatchProvider) -> Iterator[StubServer]:
    """Yield its server."""
    with serving(provider.server()) as server:
        yield server


def asking(stub: StubServer, *more: str) -> tuple[str, ...]:
    """Return the command that begins a run by batches."""
    whom = ("--model", "m", "--base-url", stub.base_url, "--prompt", "events@v1")
    return ("archive", "run", "articles.jsonl", "--run", "r", *whom, "--mode", "batch", *more)


def tolls(folder: Path) -> list[int | None]:
    """Return what the events of the run count, in the order of the articles."""
    with Store.open(folder / "extractor-archive.db") as store:
        return [one.events[0].counts[0].min for one in store.results(store.run("r"))]


def test_a_run_by_batches_is_asked_kept_and_shown(
    extractor: Callable[..., Ran], stub: StubServer, provider: BatchProvider, tmp_path: Path
) -> None:
    """One batch answers the archive; the same command again asks nothing, and no live request ever goes out."""
    ran = extractor(*asking(stub))
    assert (ran.code, ran.out) == (0, ""), ran.err
    assert "12 done" in ran.err
    assert "batch_1: completed, 12 of 12 requests answered" in ran.err
    assert tolls(tmp_path) == [1000 + number for number in range(12)]
    assert extractor(*asking(stub)).code == 0
    assert provider.runs.total() == 12
    assert provider.calls["unknown"] == 0


def test_without_waiting_a_run_goes_on_later(
    extractor: Callable[..., Ran], stub: StubServer, provider: BatchProvider, tmp_path: Path
) -> None:
    """``--no-wait`` sends and returns with 0 and the words to type; a live sitting would pay twice and is refused."""
    provider.at_once = False
    ran = extractor(*asking(stub, "--no-wait"))
    assert ran.code == 0, ran.err
    assert "12 requests are at the provider" in ran.err
    assert "go on with: extractor archive resume r --mode batch" in ran.err
    ran = extractor("archive", "resume", "r", "--mode", "live")
    assert (ran.code, "would be paid twice" in ran.err) == (2, True), ran.err
    for _ in range(4):
        ran = extractor("archive", "resume", "r", "--no-wait")  # by batches, as it was begun
    assert (ran.code, "12 done" in ran.err) == (0, True), ran.err
    assert tolls(tmp_path) == [1000 + number for number in range(12)]
    assert set(provider.runs.values()) == {1}


def test_live_and_batches_share_what_is_kept(
    extractor: Callable[..., Ran], stub: StubServer, provider: BatchProvider
) -> None:
    """A live run over the same archive finds every answer of the batches, and asks nothing."""
    extractor(*asking(stub))
    whom = ("--model", "m", "--base-url", stub.base_url, "--prompt", "events@v1")
    ran = extractor("archive", "run", "articles.jsonl", "--run", "live", *whom)
    assert ran.code == 0, ran.err
    assert (provider.runs.total(), provider.calls["unknown"]) == (12, 0)


def test_the_embedded_model_has_no_batches(extractor: Callable[..., Ran]) -> None:
    """Nothing is fetched or asked; the message says what to do."""
    ran = extractor("archive", "run", "articles.jsonl", "--mode", "batch")
    assert ran.code == 2
    assert "the embedded model runs here and has no batches" in ran.err


def test_a_provider_that_refuses_ends_the_sitting_with_6(
    extractor: Callable[..., Ran], stub: StubServer, provider: BatchProvider
) -> None:
    """No credit: what was answered is kept, and the note says how to go on."""
    provider.fate = lambda *_: "no quota"
    ran = extractor(*asking(stub))
    assert ran.code == 6, ran.err
    assert "go on with: extractor archive resume r --mode batch" in ran.err


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["after upload", "after create", "before retrieve", "before download"])
def test_a_sigkill_loses_nothing_and_sends_nothing_twice(tmp_path: Path, moment: str) -> None:
    """R11 with a real kill, while the provider has the request in its hands: the next sitting ends with all answers."""
    write_archive(tmp_path / "articles.jsonl", 12)
    when, step = moment.split()
    children: list[int] = []

    def kill(name: str) -> None:
        if name == step and children:
            os.kill(children.pop(), signal.SIGKILL)

    provider = BatchProvider(reply, at_once=True)
    setattr(provider, when, kill)
    with serving(provider.server()) as stub:
        command = [sys.executable, "-m", "extractor", *asking(stub)]
        with subprocess.Popen(command, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE) as child:  # noqa: S603 - ours
            children.append(child.pid)
            child.communicate(timeout=120)
        assert child.returncode == -signal.SIGKILL
        again = ["archive", "resume", "r", "--mode", "batch"]
        done = subprocess.run(  # noqa: S603 - same
            [sys.executable, "-m", "extractor", *again],
            cwd=tmp_path, env=environment(), capture_output=True, timeout=120, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert tolls(tmp_path) == [1000 + number for number in range(12)]
    assert len(provider.runs) == 12
    assert set(provider.runs.values()) == {1}
    assert len(provider.batches) == 1


def test_the_events_stream_tells_how_far_it_is(extractor: Callable[..., Ran], stub: StubServer) -> None:
    """``--events -`` gives a line of JSON per step, the last one with the tally."""
    ran = extractor(*asking(stub, "--events", "-"))
    told = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 0, ran.err
    assert told[-1]["tally"]["done"] == 12

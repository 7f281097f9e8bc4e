"""``extractor serve`` as a process: what signals do to it and to the run that it has begun."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psutil
import pytest

from extractor.archive.store import Store
from tests.archive_stub import Answers, canonical, write_archive
from tests.command_line import environment
from tests.stub_server import StubServer, serving
from tests.web.service.running import TOKEN, ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow
ARTICLES = 40
RUN = {"name": "r", "source": "a.jsonl", "concurrency": 2}


class Served:
    """A service in a process of its own."""

    def __init__(self, folder: Path, stub: StubServer) -> None:
        command = [sys.executable, "-m", "extractor", "serve", "--port", "0", "--store", "a.db", "--sources", "in"]
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
            [*command, "--model", "m", "--base-url", stub.base_url],
            cwd=folder,
            env=environment({"EXTRACTOR_SERVE_TOKEN": TOKEN}),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.port = urlsplit(self.process.stdout.readline().strip()).port or 0

    def ask(self, path: str, body: Any = None) -> Any:
        """Return the answer to a request; waits for the server to listen."""
        until = time.monotonic() + 30
        while True:
            try:
                return ask(self.port, path, body)
            except ConnectionRefusedError:
                assert time.monotonic() < until
                time.sleep(0.05)


@contextmanager
def served(folder: Path, stub: StubServer) -> Iterator[Served]:
    """Run a service over the archive ``in/a.jsonl``; whatever is left of it and its run is killed."""
    service = Served(folder, stub)
    try:
        yield service
    finally:
        for process in (
            [*_runs_in(folder), psutil.Process(service.process.pid)] if service.process.poll() is None else []
        ):
            process.kill()
        service.process.wait(30)
        for process in _runs_in(folder):
            process.kill()


def _runs_in(folder: Path) -> list[psutil.Process]:
    """Return the processes of runs that write to the store in ``folder``."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if "archive" in words and str(folder / "a.db") in words:
            found.append(process)
    return found


def _until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.05)


def _results(folder: Path) -> list[str]:
    with Store.open(folder / "a.db") as store:
        return [canonical(extraction) for extraction in store.results(store.run("r"))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder with an archive in ``in``."""
    (tmp_path / "in").mkdir()
    write_archive(tmp_path / "in" / "a.jsonl", ARTICLES)
    return tmp_path


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_run_with_the_service(folder: Path, sent: int) -> None:
    """Somebody watching its progress keeps neither from ending; no answer is lost, and nothing is asked afterwards."""
    answers = Answers(delay=(0.2, 0.3))
    with serving(StubServer(answers.behaviour)) as stub, served(folder, stub) as service:
        assert service.ask("/v1/runs", RUN).status == 202
        _until(lambda: answers.answered.total() >= 4)
        watcher = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
        watcher.request("GET", "/v1/runs/r/progress", headers={"Authorization": f"Bearer {TOKEN}"})
        response = watcher.getresponse()
        service.process.send_signal(sent)
        service.process.wait(30)
        assert response.read().endswith(b"event: end\ndata: {}\n\n")
        assert not _runs_in(folder)
        done, asked = len(_results(folder)), len(stub.requests)
        assert 4 <= done == asked < ARTICLES
        with served(folder, stub) as again:
            assert again.ask("/v1/runs/r/resume", {}).status == 202
            _until(lambda: len(_results(folder)) == ARTICLES)
        assert len(stub.requests) == ARTICLES, "each was asked once"


def test_a_second_signal_ends_both_at_once(folder: Path) -> None:
    """Requests that take a minute are given up, and reported."""
    with serving(StubServer(Answers(delay=(60.0, 60.0)).behaviour)) as stub, served(folder, stub) as service:
        assert service.ask("/v1/runs", RUN).status == 202
        _until(lambda: len(stub.requests) == 2)
        began = time.monotonic()
        service.process.send_signal(signal.SIGINT)
        time.sleep(1)
        service.process.send_signal(signal.SIGINT)
        service.process.wait(30)
        assert time.monotonic() - began < 8
        assert not _runs_in(folder)


def test_a_killed_service_leaves_a_run_that_the_next_one_finds(folder: Path) -> None:
    """It goes on; the next service knows it, begins no other beside it, and can stop it."""
    answers = Answers(delay=(0.3, 0.4))
    with serving(StubServer(answers.behaviour)) as stub, served(folder, stub) as service:
        assert service.ask("/v1/runs", RUN).status == 202
        service.process.send_signal(signal.SIGKILL)
        service.process.wait(30)
        before = answers.answered.total()
        _until(lambda: answers.answered.total() > before + 2)
        with served(folder, stub) as again:
            assert again.ask("/v1/runs", RUN | {"name": "other"}).status == 429
            assert again.ask("/v1/runs/r/stop", {}).status == 202
            _until(lambda: not _runs_in(folder))
            assert len(_results(folder)) < ARTICLES
            assert again.ask("/v1/runs/r/resume", {}).status == 202
            _until(lambda: len(_results(folder)) == ARTICLES)
        assert len(stub.requests) == ARTICLES, "each was asked once"

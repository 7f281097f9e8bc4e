"""Tests of extractor.web.service.launching: runs that are begun, stopped and resumed over HTTP."""

from __future__ import annotations

import itertools
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from extractor.archive.store import Store
from extractor.web.service.launching import Launcher
from extractor.web.service.service import Limits, Places
from tests.archive_stub import Answers, canonical, record, write_archive
from tests.bus_attack import REPLY
from tests.scripted import ScriptedModel
from tests.stub_server import StubServer, http, serving
from tests.web.service.running import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.service.running import Running

ONE = [{"text": record(1)["text"], "published": "2024-03-04", "id": "a1"}]
PATIENCE = 60.0


@pytest.fixture
def stub() -> Iterator[StubServer]:
    """A model that answers what the archive's articles say, after a moment."""
    with serving(StubServer(Answers(delay=(0.1, 0.2)).behaviour)) as server:
        yield server


@contextmanager
def launching(folder: Path, stub: StubServer, limits: Limits | None = None) -> Iterator[Running]:
    """Run a service whose runs ask a stub; its sources are the folder ``in``."""
    store, sources = folder / "runs.db", folder / "in"
    sources.mkdir(exist_ok=True)
    with running(ScriptedModel(REPLY), limits, Places(store)) as service:
        asked = ["--model", "m", "--base-url", stub.base_url]
        service.service.launcher = Launcher(store, {"run": asked}, sources)
        yield service


def until(service: Running, name: str, done: int, *, over: bool = False) -> Any:
    """Return the figures of a run once so many articles are done, or, where ``over``, once nothing is open."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        told = service.ask(f"/v1/runs/{name}").json
        if told.get("done", 0) >= done and not (over and told["open"]):
            return told
        time.sleep(0.05)
    raise AssertionError(told)


def idle(service: Running) -> None:
    """Wait until the process of the last run has ended."""
    assert service.service.launcher is not None
    ends = time.monotonic() + PATIENCE
    while service.service.launcher.under_way is not None:
        assert time.monotonic() < ends
        time.sleep(0.05)


def results(folder: Path, name: str) -> list[str]:
    """Return what a run has found, without what no two runs share."""
    with Store.open(folder / "runs.db") as store:
        return [canonical(extraction) for extraction in store.results(store.run(name))]


def test_a_run_is_begun_with_articles_and_goes_on_by_itself(tmp_path: Path, stub: StubServer) -> None:
    """202 with the address of the run, whose events come out at that address; the name is taken then."""
    with launching(tmp_path, stub) as service:
        answer = service.ask("/v1/runs", {"name": "one", "articles": ONE})
        assert (answer.status, answer.headers["location"]) == (202, "/v1/runs/one")
        told = until(service, "one", 1, over=True)
        idle(service)
        again = service.ask("/v1/runs", {"name": "one", "articles": ONE})
    assert (told["events"], told["failed"], told["prompt"]) == (1, 0, "events@v1")
    assert told["page"][0]["name"] == "a1"
    assert again.status == 400
    assert "there is a run 'one'" in again.json["detail"]


@pytest.mark.slow
@pytest.mark.parametrize("how", ["stop", "service"])
def test_a_stopped_run_is_resumed_to_the_same_results(tmp_path: Path, stub: StubServer, how: str) -> None:
    """Stopped by its address or with the service, then resumed: an undisturbed run's results, each asked once."""
    articles, asked = 40, {"name": "r", "source": "a.jsonl", "concurrency": 2}
    calm, cut = tmp_path / "calm", tmp_path / "cut"
    for folder in (tmp_path / "in", calm, cut):
        folder.mkdir()
    for folder in (calm, cut):
        (folder / "in").symlink_to(tmp_path / "in")
    write_archive(tmp_path / "in" / "a.jsonl", articles)
    with launching(calm, stub) as service:
        service.ask("/v1/runs", asked)
        until(service, "r", articles)
    assert len(stub.requests) == articles
    with launching(cut, stub) as service:
        assert service.ask("/v1/runs", asked).status == 202
        until(service, "r", 5)
        if how == "stop":
            busy = service.ask("/v1/runs", {"name": "other", "articles": ONE})
            assert (busy.status, "under way" in busy.json["detail"]) == (429, True)
            assert service.ask("/v1/runs/r/stop", {}).status == 202
            idle(service)
    assert 5 <= len(results(cut, "r")) < articles
    with launching(cut, stub) as service:
        resumed = service.ask("/v1/runs/r/resume", {"concurrency": 2})
        assert resumed.status == 202, resumed.json
        until(service, "r", articles)
        idle(service)
    assert results(cut, "r") == results(calm, "r")
    assert len(stub.requests) == 2 * articles


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({"name": "x", "source": "../runs.db"}, 400, "no '../runs.db' in the sources"),
        ({"name": "x", "source": "/etc/passwd"}, 400, "in the sources"),
        ({"name": "x", "source": "link"}, 400, "in the sources"),
        ({"name": "x", "source": "a\x00b"}, 400, "in the sources"),
        ({"name": "x", "source": "missing.jsonl"}, 400, "in the sources"),
        ({"name": "--store", "articles": ONE}, 422, "name"),
        ({"name": "../x", "articles": ONE}, 422, "name"),
        ({"name": "x"}, 422, "either articles or source"),
        ({"name": "x", "articles": ONE, "source": "a"}, 422, "either articles or source"),
        ({"name": "x", "articles": []}, 422, "articles"),
        ({"name": "x", "articles": ONE, "prompt": "--model=evil"}, 422, "prompt"),
        ({"name": "x", "articles": ONE, "prompt": "nosuch@v9"}, 400, "nosuch"),
    ],
)
def test_what_cannot_begin_says_why(
    tmp_path: Path, stub: StubServer, asked: dict[str, Any], status: int, words: str
) -> None:
    """No path leaves the sources, no value becomes an option, and the run's own words come back."""
    with launching(tmp_path, stub) as service:
        (tmp_path / "in" / "link").symlink_to("/etc/passwd")
        answer = service.ask("/v1/runs", asked)
        listed = service.ask("/v1/runs").json
    assert (answer.status, listed, len(stub.requests)) == (status, [], 0)
    assert words in str(answer.json)
    assert "Traceback" not in answer.body.decode()


def test_a_budget_is_kept_over_runs(tmp_path: Path, stub: StubServer) -> None:
    """A run names its own budget; all that it may cost is set aside, once for all its sittings."""
    with launching(tmp_path, stub, Limits(budget=1.0)) as service:

        def begin(name: str, budget: float | None) -> Any:
            answer = service.ask("/v1/runs", {"name": name, "articles": ONE, "budget": budget})
            idle(service)
            return answer

        assert begin("x", None).status == 400
        assert begin("x", 1.5).status == 402
        assert begin("x", 0.75).status == 202
        assert service.ask("/v1/runs/x/resume", {"budget": 0.75}).status == 202
        idle(service)
        assert begin("x", 0.25).status == 400, "there is one; what was set aside for it is given back"
        last = begin("y", 0.5)
        assert (last.status, "0.25 USD of this service left" in last.json["detail"]) == (402, True)
        assert begin("y", 0.25).status == 202
        assert service.ask("/v1/runs/x/resume", {"budget": 0.76}).status == 402


def test_no_run_has_more_in_flight_than_the_service(tmp_path: Path, stub: StubServer) -> None:
    """What the operator allows holds for runs too."""
    with launching(tmp_path, stub, Limits(concurrency=2)) as service:
        answer = service.ask("/v1/runs", {"name": "x", "articles": ONE, "concurrency": 3})
    assert (answer.status, "2 requests in flight" in answer.json["detail"]) == (400, True)


@pytest.mark.slow
def test_a_model_that_dies_in_mid_run_is_told(tmp_path: Path) -> None:
    """The run stops by itself, and its figures say why and how to go on."""
    replies = itertools.count()
    answers = Answers(spoil=lambda _toll, _number: http(401, b"{}") if next(replies) >= 5 else None)
    with serving(StubServer(answers.behaviour)) as stub, launching(tmp_path, stub) as service:
        write_archive(tmp_path / "in" / "a.jsonl", 40)
        assert service.ask("/v1/runs", {"name": "r", "source": "a.jsonl", "concurrency": 1}).json["ended"] == ""
        idle(service)
        told = service.ask("/v1/runs/r").json
    assert told["done"] == 5
    assert told["open"] > 0
    assert "the API key is refused" in told["ended"]
    assert "archive resume r" in told["ended"]


@pytest.mark.parametrize("path", ["/v1/runs/x/stop", "/v1/runs/x/resume"])
def test_only_what_is_there_is_stopped_or_resumed(tmp_path: Path, stub: StubServer, path: str) -> None:
    """A run that is not there, or that somebody else works on, is left alone."""
    with launching(tmp_path, stub) as service:
        assert service.ask(path, {}).status == 400


def test_a_service_without_a_launcher_begins_nothing() -> None:
    """It says what to do."""
    with running(ScriptedModel(REPLY)) as service:
        answer = service.ask("/v1/runs", {"name": "x", "articles": ONE})
    assert answer.status == 400
    assert "begins no runs" in answer.json["detail"]

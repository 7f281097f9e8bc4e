"""Tests of extractor.web.service.runs: a store's runs over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extractor.web.service.service import Places
from tests.bus_attack import REPLY
from tests.scripted import ScriptedModel
from tests.web.service.running import running
from tests.web.site.served import fill_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.service.running import Running


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    """A service over a store with one run: four articles with three events each, and a failure."""
    fill_store(tmp_path / "a.db", 4, 1)
    with running(ScriptedModel(REPLY), places=Places(tmp_path / "a.db")) as service:
        yield service


def test_runs_and_their_events_come_in_pages(served: Running) -> None:
    """Figures of each run; the pages together hold each event once."""
    (listed,) = served.ask("/v1/runs").json
    assert (listed["name"], listed["done"], listed["failed"], listed["events"]) == ("first", 4, 1, 12)
    pages = [served.ask(f"/v1/runs/first?offset={offset}&limit=5").json["page"] for offset in (0, 5, 10, 15)]
    assert [len(page) for page in pages] == [5, 5, 2, 0]
    assert len({(line["article"], line["place"]) for page in pages for line in page}) == 12


def test_progress_is_told_as_it_comes_and_ends_with_the_run(served: Running) -> None:
    """Server-sent events: the figures with the new events, then the end, since nothing is open."""
    answer = served.ask("/v1/runs/first/progress")
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = answer.body.decode().split("\n\n")
    assert told[0].startswith("event: progress\ndata: {")
    assert '"events":12' in told[0]
    assert told[1] == "event: end\ndata: {}"


@pytest.mark.parametrize("path", ["/v1/runs/no-such", "/v1/runs/no-such/progress", "/v1/runs/%2e%2e", "/v1/runs/%00"])
def test_a_run_that_is_not_there_is_said(served: Running, path: str) -> None:
    """A problem document, on the stream as well."""
    answer = served.ask(path)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert "Traceback" not in answer.body.decode()


@pytest.mark.parametrize("query", ["limit=501", "limit=-1", "offset=-1", "offset=x", "limit=1e9"])
def test_pages_are_bounded(served: Running, query: str) -> None:
    """What is no page is refused."""
    assert served.ask(f"/v1/runs/first?{query}").status == 422


def test_without_a_store_there_are_no_runs() -> None:
    """An empty list, and a clear word for a run that is asked for."""
    with running(ScriptedModel(REPLY)) as service:
        assert service.ask("/v1/runs").json == []
        assert "no store" in service.ask("/v1/runs/first").json["detail"]

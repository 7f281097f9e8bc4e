"""``extractor archive`` as a user types it, against a real server on loopback."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

import pytest

from extractor.archive.store import Store
from tests.archive_stub import Answers, canonical, record, write_archive
from tests.command_line import call
from tests.stub_server import StubServer, serving, status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.command_line import Ran


@pytest.fixture
def extractor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Ran]:
    """Return what runs a command in a folder that holds an archive of 12 articles."""
    write_archive(tmp_path / "articles.jsonl", 12)
    return call(monkeypatch, capsys, tmp_path)


@pytest.fixture
def answers() -> Answers:
    """Return what counts the requests per article."""
    return Answers()


@pytest.fixture
def stub(answers: Answers) -> Iterator[StubServer]:
    """Yield a server that answers every article."""
    with serving(StubServer(answers.behaviour)) as server:
        yield server


def asking(stub: StubServer, *more: str) -> tuple[str, ...]:
    """Return the command that begins a run."""
    return ("archive", "run", "articles.jsonl", "--run", "r", "--model", "m", "--base-url", stub.base_url, *more)


def test_a_run_is_asked_kept_and_shown(extractor: Callable[..., Ran], stub: StubServer, tmp_path: Path) -> None:
    """Every article of the source is asked once, its events are in the store, and status counts them."""
    ran = extractor(*asking(stub))
    assert (ran.code, ran.out) == (0, ""), ran.err
    assert len(stub.requests) == 12
    assert "12 done, 12 events, 12k tokens, cost unknown" in ran.err
    with Store.open(tmp_path / "extractor-archive.db") as store:
        results = list(store.results(store.run("r")))
    assert [one.article.id for one in results] == [f"a{number}" for number in range(12)]
    assert [one.events[0].counts[0].min for one in results] == [1000 + number for number in range(12)]
    shown = extractor("archive", "status", "--json")
    [values] = map(json.loads, shown.out.splitlines())
    assert (values["done"], values["events"], values["usage"]["requests"], values["open"]) == (12, 12, 12, 0)
    assert values["plan"]["sources"] == ["articles.jsonl"]


def test_a_finished_run_asks_nothing_again(extractor: Callable[..., Ran], stub: StubServer) -> None:
    """The same command, resume, and another run about the same articles cost no request."""
    extractor(*asking(stub))
    for command in (asking(stub), ("archive", "resume", "r"), asking(stub, "--run", "again")):
        ran = extractor(*command)
        assert ran.code == 0, ran.err
    assert len(stub.requests) == 12


def test_added_articles_cost_only_themselves(extractor: Callable[..., Ran], stub: StubServer, tmp_path: Path) -> None:
    """A new run over an archive that has grown asks about the new articles, and holds all of them."""
    extractor(*asking(stub))
    write_archive(tmp_path / "articles.jsonl", 15)
    ran = extractor(*asking(stub, "--run", "grown"))
    assert ran.code == 0, ran.err
    assert len(stub.requests) == 15
    assert "15 done, 15 events" in ran.err


def test_a_failed_article_is_a_row_and_is_asked_again_when_told(extractor: Callable[..., Ran], tmp_path: Path) -> None:
    """A reply that is no JSON fails its article with exit code 3; retry asks about that one and nothing else."""
    from tests.stub_server import completion, http  # noqa: PLC0415 - bytes of one bad reply

    broken = True
    bad = http(200, completion("this is no JSON"))
    answers = Answers(spoil=lambda toll, _: bad if broken and toll == "1005" else None)
    with serving(StubServer(answers.behaviour)) as stub:
        ran = extractor(*asking(stub))
        assert ran.code == 3, ran.err
        assert "error: 'articles.jsonl:6'" in ran.err
        assert answers.asked["1005"] == 3
        shown = extractor("archive", "status", "r")
        assert "a5 (articles.jsonl:6): InvalidReplyError" in shown.out
        assert extractor("archive", "resume", "r").code == 3
        assert answers.asked["1005"] == 3
        broken = False
        assert extractor("archive", "retry", "r").code == 2
        again = extractor("archive", "retry", "r", "--failed")
        assert (again.code, answers.asked["1005"], sum(answers.asked.values())) == (0, 4, 15), again.err
    with Store.open(tmp_path / "extractor-archive.db") as store:
        tally = store.tally(store.run("r"))
    assert (tally.done, tally.failed, tally.usage.requests) == (12, 0, 15)


def test_a_provider_that_refuses_stops_the_run_at_once(extractor: Callable[..., Ran]) -> None:
    """A wrong key ends the run with exit code 6; nothing counts as failed, and the next sitting asks all of it."""
    answers = Answers()
    with serving(StubServer(status(401, "bad key"), answers.behaviour)) as stub:
        ran = extractor(*asking(stub, "--concurrency", "1"))
        assert ran.code == 6, ran.err
        assert "go on with: extractor archive resume r" in ran.err
        assert len(stub.requests) == 1
        ran = extractor("archive", "resume", "r")
        assert ran.code == 0, ran.err
        assert len(stub.requests) == 13
        assert set(answers.asked.values()) == {1}


def test_another_plan_needs_another_name(extractor: Callable[..., Ran], stub: StubServer) -> None:
    """A name stands for one plan: what differs is named, and nothing is asked."""
    extractor(*asking(stub))
    ran = extractor(*asking(stub, "--limit", "3"))
    assert ran.code == 2
    assert "limit" in ran.err
    assert len(stub.requests) == 12


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("missing.jsonl",), "'missing.jsonl' does not exist"),
        (("sqlite:missing.db?table=news",), "'sqlite:missing.db?table=news' does not exist"),
        (("articles.jsonl", "--run", "../up"), "cannot be the name of a run"),
        (("articles.jsonl", "--budget", "5"), "no price is known for 'm'"),
        (("articles.jsonl", "--sample", "many"), "--sample 'many' is no sample"),
        (("articles.jsonl", "--rpm", "0"), "no limit"),
        (("articles.jsonl", "--prompt", "nothing@v9"), "nothing"),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_asked(
    extractor: Callable[..., Ran], stub: StubServer, arguments: tuple[str, ...], said: str
) -> None:
    """A wrong option ends with exit code 2, one line about it, and no request."""
    ran = extractor("archive", "run", *arguments, "--model", "m", "--base-url", stub.base_url)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert not stub.requests


def test_events_are_a_stream_of_json(extractor: Callable[..., Ran], stub: StubServer) -> None:
    """With --events - every step is a JSON line on standard output, from the beginning to the end."""
    ran = extractor(*asking(stub, "--events", "-", "--quiet"))
    told = [json.loads(line) for line in ran.out.splitlines()]
    assert told[0]["event"] == "began"
    assert [one["article"] for one in told if one["event"] == "answered"].count("a3") == 1
    assert told[-1]["event"] == "ended"
    assert (told[-1]["why"], told[-1]["tally"]["done"], told[-1]["tally"]["usage"]["requests"]) == ("done", 12, 12)
    assert ran.err == ""


def test_a_table_of_a_database_is_a_source(extractor: Callable[..., Ran], stub: StubServer, tmp_path: Path) -> None:
    """A source that is named by more than a path is found, and its rows are asked about."""
    with sqlite3.connect(tmp_path / "news.db") as connection:
        connection.execute("CREATE TABLE news (id, text, date)")
        connection.executemany(
            "INSERT INTO news VALUES (?, ?, ?)", [(r["id"], r["text"], r["date"]) for r in map(record, range(3))]
        )
    connection.close()
    ran = extractor("archive", "run", "sqlite:news.db?table=news", "--model", "m", "--base-url", stub.base_url)
    assert ran.code == 0, ran.err
    assert "3 done, 3 events" in ran.err
    assert len(stub.requests) == 3


def test_results_do_not_depend_on_the_run(extractor: Callable[..., Ran], stub: StubServer, tmp_path: Path) -> None:
    """Two runs in two stores give the same bytes, but for times and costs."""
    extractor(*asking(stub, "--concurrency", "1"))
    extractor(*asking(stub, "--store", "other.db", "--concurrency", "7"))
    texts = []
    for name in ("extractor-archive.db", "other.db"):
        with Store.open(tmp_path / name) as store:
            texts.append([canonical(one) for one in store.results(store.run("r"))])
    assert texts[0] == texts[1]
    assert len(texts[0]) == 12

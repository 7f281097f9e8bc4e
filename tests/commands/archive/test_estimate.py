"""``extractor archive estimate`` as a user types it; nothing is asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.archive_stub import Answers, write_archive
from tests.command_line import call
from tests.stub_server import StubServer, serving

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
def stub() -> Iterator[StubServer]:
    """Yield a server that answers every article."""
    with serving(StubServer(Answers().behaviour)) as server:
        yield server


def estimated(extractor: Callable[..., Ran], *options: str) -> dict[str, Any]:
    """Return the estimate of the archive, as machines get it."""
    ran = extractor("archive", "estimate", "articles.jsonl", "--json", *options)
    assert ran.code == 0, ran.err
    return dict(json.loads(ran.out))


def test_nothing_is_asked_and_no_key_is_needed(extractor: Callable[..., Ran], tmp_path: Path) -> None:
    """Without a store, a key or a network, requests and input are counted and the rest is said to be unknown."""
    ran = extractor("archive", "estimate", "articles.jsonl", "--model", "gpt-4o-mini")
    assert ran.code == 0, ran.err
    assert "requests   12 for 12 articles" in ran.out
    assert "counted by o200k_base" in ran.out
    assert "tokens out unknown" in ran.out
    assert "if every reply ran to its cap (genai-prices" in ran.out
    assert "not known  output tokens: nothing was measured with events@v1" in ran.out
    assert not (tmp_path / "extractor-archive.db").exists()


def test_the_store_says_what_is_answered_and_what_answers_cost(
    extractor: Callable[..., Ran], stub: StubServer, tmp_path: Path
) -> None:
    """After a run, its articles cost nothing more, and its replies say what more articles of their kind will cost."""
    server = ("--model", "m", "--base-url", stub.base_url)
    assert extractor("archive", "run", "articles.jsonl", "--run", "r", *server).code == 0
    told = estimated(extractor, *server)
    assert (told["counted"]["cached"], told["counted"]["asked"], told["requests"]) == (12, 0, 0)
    write_archive(tmp_path / "articles.jsonl", 30)
    asked = len(stub.requests)
    told = estimated(extractor, *server, "--concurrency", "2")
    assert len(stub.requests) == asked
    assert (told["counted"]["cached"], told["counted"]["asked"], told["requests"]) == (12, 18, 18)
    assert told["measured"].startswith("12 articles of the run r (m at 127.0.0.1:")
    assert told["tokens_out"]["low"] <= told["tokens_out"]["value"] <= told["tokens_out"]["high"]
    assert told["limited_by"] == "time of a request"
    extractor("archive", "run", "articles.jsonl", "--run", "more", *server)
    assert len(stub.requests) - asked == told["requests"]


def test_a_selection_is_estimated_as_it_would_be_run(extractor: Callable[..., Ran]) -> None:
    """Limits and samples hold for the estimate too, and what they leave out is counted."""
    server = ("--model", "m", "--base-url", "http://127.0.0.1:9/v1")
    assert estimated(extractor, *server, "--limit", "3")["requests"] == 3
    told = estimated(extractor, *server, "--sample", "4")
    assert (told["requests"], told["selection"]["dropped"]) == (4, {"not in the sample": 8})


def test_inputs_without_an_article_are_told(extractor: Callable[..., Ran]) -> None:
    """A source that cannot be read is named with its reason, and the exit code says so."""
    server = ("--model", "m", "--base-url", "http://127.0.0.1:9/v1")
    some = extractor("archive", "estimate", "articles.jsonl", "missing.txt", *server)
    none = extractor("archive", "estimate", "missing.txt", *server)
    assert (some.code, none.code) == (3, 4)
    assert "'missing.txt' does not exist" in some.err
    assert "1 inputs hold no article" in some.out


def test_the_embedded_model_costs_nothing_and_is_not_fetched(extractor: Callable[..., Ran]) -> None:
    """For the shipped default, tokens out and time come from the shipped evaluation, and the cost is nothing."""
    told = estimated(extractor, "--prompt", "events-lite@v2", "--model", "qwen2.5-coder-1.5b-instruct-q4_k_m")
    assert told["counter"] == "qwen3"
    assert told["measured"].startswith("59 articles of the evaluation events-lite-v2-1.5b-dev")
    assert told["cost_usd"]["value"] == 0
    assert told["seconds"] > 0

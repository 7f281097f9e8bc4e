"""Many articles at once: in order, bounded, stopped by a refusal, never stuck behind a slow reader."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from typing import TYPE_CHECKING

import pytest

from extractor.articles.read import InputFailure
from extractor.commands.stream import AHEAD, Done, extract_all
from extractor.errors import InputError, UsageError
from extractor.events.summary import Problem
from tests.samples import make_article, make_extraction, make_failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.articles.article import Article
    from extractor.events.summary import Extraction


def articles(count: int) -> Iterator[Article]:
    """Yield ``count`` articles named 0, 1, 2 and so on."""
    for number in range(count):
        yield make_article(name=str(number))


async def names(inputs: Iterator[Article | InputFailure], extract: object, concurrency: int) -> list[str]:
    """Return the names of the results in their order."""
    async with contextlib.aclosing(extract_all(inputs, extract, concurrency=concurrency)) as results:  # type: ignore[arg-type] # what is under test
        return [result.article.id if isinstance(result, Done) else result.source async for result in results]


@pytest.mark.parametrize("concurrency", [1, 3, 8])
async def test_results_come_in_the_order_of_the_inputs(concurrency: int) -> None:
    """However long each takes, the order is the input's; failures keep their place."""

    async def extract(article: Article) -> Extraction:
        await asyncio.sleep(0.02 if int(article.id) % 3 == 0 else 0)
        return make_extraction(article)

    def inputs() -> Iterator[Article | InputFailure]:
        for article in articles(12):
            yield InputFailure(f"bad {article.id}", InputError("no")) if article.id in {"0", "7"} else article

    expected = [f"bad {n}" if n in {0, 7} else str(n) for n in range(12)]
    assert await names(inputs(), extract, concurrency) == expected


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_no_more_are_asked_at_once_and_no_more_are_held(concurrency: int) -> None:
    """In flight stays at the limit, and the reader stays a bounded number of articles ahead of the slowest."""
    flying, most, read, most_ahead, answered = 0, 0, 0, 0, 0

    def inputs() -> Iterator[Article]:
        nonlocal read, most_ahead
        for article in articles(60):
            read += 1
            most_ahead = max(most_ahead, read - answered)
            yield article

    async def extract(article: Article) -> Extraction:
        nonlocal flying, most, answered
        flying += 1
        most = max(most, flying)
        await asyncio.sleep(0.002)
        flying -= 1
        answered += 1
        return make_extraction(article)

    assert len(await names(inputs(), extract, concurrency)) == 60
    assert most == concurrency
    assert most_ahead <= AHEAD * concurrency + concurrency + 2


async def test_a_refusal_ends_the_run_and_cancels_what_is_in_flight() -> None:
    """After the provider refused one article nothing more is asked; those before it are still results."""
    asked: list[str] = []
    cancelled: list[str] = []

    async def extract(article: Article) -> Extraction:
        asked.append(article.id)
        if article.id == "2":
            refusal = Problem(kind="ProviderRefusedError", message="wrong key")
            return make_failure(article).model_copy(update={"problem": refusal})
        if int(article.id) > 2:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                cancelled.append(article.id)
                raise
        return make_extraction(article)

    began = time.monotonic()
    assert await names(articles(1000), extract, 4) == ["0", "1", "2"]
    assert time.monotonic() - began < 10
    assert len(asked) <= 2 + 4  # the refused one, and what was already on its way
    assert set(cancelled) == {n for n in asked if int(n) > 2}


@pytest.mark.parametrize("concurrency", [1, 2, 5])
async def test_nothing_is_asked_after_a_refusal_has_come_back(concurrency: int) -> None:
    """The slot of a refused article, and every slot that comes free later, is not used again."""
    refused_at: list[int] = []
    asked: list[str] = []

    async def extract(article: Article) -> Extraction:
        asked.append(article.id)
        await asyncio.sleep(0.001)
        if article.id != "0":
            await asyncio.sleep(0.05)
            return make_extraction(article)
        refused_at.append(len(asked))
        refusal = Problem(kind="ProviderRefusedError", message="no quota")
        return make_failure(article).model_copy(update={"problem": refusal})

    assert await names(articles(50), extract, concurrency) == ["0"]
    assert len(asked) == refused_at[0] <= concurrency


async def test_results_do_not_wait_for_the_next_input() -> None:
    """A pipe that is open but silent does not hold back what is already answered."""
    gate = threading.Event()

    def inputs() -> Iterator[Article]:
        yield make_article(name="first")
        gate.wait(30)

    async def extract(article: Article) -> Extraction:
        return make_extraction(article)

    async with contextlib.aclosing(extract_all(inputs(), extract, concurrency=2)) as results:
        first = await asyncio.wait_for(anext(results), 5)
        assert isinstance(first, Done)
        began = time.monotonic()
    assert time.monotonic() - began < 15  # closing doesn't wait for the reader either
    gate.set()


async def test_an_error_of_the_reader_comes_after_what_was_read() -> None:
    """A usage error inside the reader is raised, not lost, and not before the results that precede it."""

    def inputs() -> Iterator[Article]:
        yield make_article(name="first")
        raise UsageError("no such field")

    async def extract(article: Article) -> Extraction:
        return make_extraction(article)

    results = extract_all(inputs(), extract, concurrency=2)
    assert isinstance(await anext(results), Done)
    with pytest.raises(UsageError, match="no such field"):
        await anext(results)


async def test_an_error_of_the_extractor_is_raised_and_ends_the_others() -> None:
    """An unforeseen error is no result: it surfaces at once and leaves no task behind."""

    async def extract(article: Article) -> Extraction:
        if article.id == "1":
            raise RuntimeError("bug")
        await asyncio.sleep(0.01)
        return make_extraction(article)

    with pytest.raises(RuntimeError, match="bug"):
        await names(articles(5), extract, 2)
    assert len(asyncio.all_tasks()) == 1

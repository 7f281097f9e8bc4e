"""Worker processes of a run: the same results as without them, and nothing lost where they die."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from extractor.archive.progress import Answered, Ending
from extractor.archive.store import Store
from extractor.archive.workers.crew import Crew, WorkerDiedError
from extractor.articles.read import article_from_text
from tests.archive.sittings import ASKED, PROMPT, Priced, Told, begin, no_json, sit
from tests.archive_stub import canonical, write_archive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from extractor.errors import ModelError


INFO = Priced().info


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Yield an empty store."""
    with Store.open(tmp_path / "s.db", create=True) as opened:
        yield opened


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return a file of 40 articles."""
    return write_archive(tmp_path / "a.jsonl", 40)


def some_fail(toll: str, number: int) -> ModelError | None:
    """Fail the questions about three articles."""
    return no_json() if toll in ("1003", "1021", "1038") and number else None


async def test_results_are_those_of_one_process(store: Store, archive: Path) -> None:
    """Results, failures, replies and costs do not depend on the number of processes (R13)."""
    seen = []
    for count in (0, 2):
        run = begin(store, archive, f"w{count}")
        model = Priced(7, fails=some_fail)
        with Crew(count or 1, PROMPT, ASKED, after=0) as crew:
            if count:
                await crew.take(article_from_text("It rained."), (), INFO)  # until processes are there, nobody waits
                assert crew.ready()
            ended = await sit(store, run, model, concurrency=1, crew=crew if count else None)
        assert (ended.why, ended.tally.done, ended.tally.failed) == (Ending.DONE, 37, 3)
        results = [canonical(one) for one in store.results(run)]
        failures = [(one.article, one.kind, one.message) for one in store.failures(run)]
        seen.append((results, failures, ended.tally.usage.model_dump(exclude={"seconds"}), model.asked))
    assert seen[0] == seen[1]


async def test_a_killed_process_costs_no_article(store: Store, archive: Path) -> None:
    """Whenever processes are killed, every article is answered, and asked once."""
    run, model, killed = begin(store, archive, "r"), Priced(3, delay=0.01), list[int]()
    with Crew(2, PROMPT, ASKED, after=0) as crew:
        await crew.take(article_from_text("It rained."), (), INFO)

        def kill(event: object) -> None:
            if isinstance(event, Answered) and len(killed) < 4 and (pids := crew.pids):
                killed.append(pids[0])
                os.kill(pids[0], signal.SIGKILL)

        ended = await sit(store, run, model, concurrency=8, told=Told(then=kill), crew=crew)
    assert (ended.why, ended.tally.done, len(killed)) == (Ending.DONE, 40, 4)
    assert sorted(model.asked) == sorted(set(model.asked))


class _Deadly(str):
    """Words of a prompt that kill the process which reads them."""

    __slots__ = ()

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (9,)


async def test_an_article_that_kills_twice_has_failed() -> None:
    """Where the second process dies too, the article fails with words, and the next one is worked on."""
    rain = article_from_text("It rained.")
    deadly = replace(rain, title=_Deadly("x"))
    with Crew(1, PROMPT, ASKED, after=0) as crew:
        with pytest.raises(WorkerDiedError, match="died, twice"):
            await crew.take(deadly, (), INFO)
        assert await crew.take(rain, (), INFO)

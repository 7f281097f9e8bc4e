"""What batches cost: counted once whoever shares a request, and under the cap from the first sitting to the last."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from extractor.archive.batches.drive import BatchJob, run_batches
from extractor.archive.budget import Bill, Budget
from extractor.archive.records import Offer
from extractor.llm.batch_api import BatchApi
from extractor.prompts.registry import load
from tests.archive.archives import article
from tests.archive.batches.driven import ONE_STEP, TWO_STEPS, WINDOWS, drive, open_run
from tests.batch_stub import BatchProvider, Fate, reply_for

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.archive.store import Store
    from extractor.events.summary import Usage

TOKENS = 1_000
"""What the stub charges for an answer, read and written."""


@dataclass
class Ledger:
    """A :class:`extractor.archive.budget.Spend` without a cap that shows its books."""

    reserved: int = 0
    spent: int = 0

    def reserve(self, bill: Bill) -> bool:
        """Set ``bill`` aside."""
        self.reserved += bill.tokens
        return True

    def settle(self, bill: Bill, spent: Usage | None) -> None:
        """Replace what was reserved."""
        self.reserved -= bill.tokens
        if spent is not None:
            self.spent += (spent.tokens_in or 0) + (spent.tokens_out or 0)


@pytest.mark.parametrize("spec", [WINDOWS, TWO_STEPS])
@pytest.mark.parametrize("fate", ["ok", "cut off"])
async def test_a_request_that_articles_share_is_paid_for_once(store: Store, spec: str, fate: Fate) -> None:
    """One text under two titles is two articles; where a prompt shows no title, they ask one question."""
    run = open_run(store, spec, 1)
    store.add(run, [Offer(1, article(0, title="Another title"))])
    provider = BatchProvider(reply_for, fate=lambda *_: fate)
    await drive(store, provider, spec)
    tally = store.tally(run)
    assert tally.done + tally.failed == 2
    assert set(provider.runs.values()) == {1}
    assert tally.known_tokens == TOKENS * provider.runs.total()
    assert tally.usage.requests == provider.runs.total()


async def test_a_shared_request_that_is_left_unfinished_is_tried_as_often_as_any(store: Store) -> None:
    """Two articles that share it do not halve its tries."""
    run = open_run(store, WINDOWS, 1)
    store.add(run, [Offer(1, article(0, title="Another title"))])
    provider = BatchProvider(reply_for, fate=lambda _, time: "expired" if time < 4 else "ok")
    assert (await drive(store, provider, WINDOWS)).done == 2


async def test_two_runs_that_sent_the_same_request_both_count_it(store: Store) -> None:
    """What one run has counted is not what the other, whose batch is still at work, will have paid."""
    first, second = open_run(store, ONE_STEP, 1), open_run(store, ONE_STEP, 1, name="second")
    other = BatchProvider(reply_for)
    async with other.server() as server, BatchApi("m", base_url=server.base_url) as api:
        job = BatchJob(store, second, load(ONE_STEP), api, poll=0.001, wait=False)
        await run_batches(job)
        await drive(store, BatchProvider(reply_for))
        while store.batches.shards(second):
            await run_batches(job)
    known = store.batches.known([f"sha256:{custom_id}" for custom_id in other.runs])
    paid = [one.usage.tokens_in for one in known.values() if one.usage is not None]
    assert (store.tally(first).usage.tokens_in, paid) == (900, [900])


@pytest.mark.parametrize("spec", [ONE_STEP, TWO_STEPS])
async def test_every_sitting_knows_what_the_run_has_cost(store: Store, spec: str) -> None:
    """Answers whose articles still wait for a later step are in no tally yet; the cap counts them all the same."""
    run = open_run(store, spec, 3)
    provider = BatchProvider(reply_for)
    while store.tally(run).open:
        before, ledger = store.tally(run).known_tokens, Ledger()
        await drive(store, provider, spec, wait=False, spend=ledger)
        sent = sum(batch["request_counts"]["total"] for batch in provider.batches.values())
        assert before + ledger.spent == TOKENS * (sent - store.batches.sent(run))


async def test_a_batch_that_was_never_sent_holds_no_money(store: Store) -> None:
    """A kill before its file was uploaded leaves a reservation that the next sitting takes back."""
    run = open_run(store, ONE_STEP, 1)
    store.batches.prepare(run, "token", [("sha256:" + "0" * 64, 1)], Bill(5_000))
    ledger = Ledger()
    assert (await drive(store, BatchProvider(reply_for), spend=ledger)).done == 1
    assert ledger.reserved == 0


async def test_what_a_batch_did_not_cost_pays_for_the_next(store: Store) -> None:
    """A cap that leaves room for a part of the worst case is no reason to stop while the real cost stays below it."""
    run = open_run(store, ONE_STEP, 30)
    budget = Budget(None, 90_000, store.tally(run))
    report = await drive(store, BatchProvider(reply_for), spend=budget)
    assert (report.stopped, report.done) == ("", 30)
    assert report.batches > 1


async def test_a_full_queue_is_asked_for_less_without_waiting(store: Store) -> None:
    """Sittings that do not wait do not send the same batch in vain for ever."""
    run = open_run(store, ONE_STEP, 12)
    provider = BatchProvider(reply_for, queue=5)
    for _ in range(40):
        await drive(store, provider, wait=False)
    assert store.tally(run).done == 12
    assert set(provider.runs.values()) == {1}


class Slow(BatchApi):
    """The line is slow: an upload lasts until the process has said twice that it is alive."""

    store: Store

    async def upload(self, path: Path) -> str:
        """Wait for two beats, at most 20 seconds; then upload."""
        beats = {self._beat()}
        async with asyncio.timeout(20):
            while len(beats) < 3:
                await asyncio.sleep(0.01)
                beats.add(self._beat())
        return await super().upload(path)

    def _beat(self) -> float:
        with self.store._connections.reading() as connection:
            (seen,) = connection.execute("SELECT seen FROM workers").fetchone()
        assert isinstance(seen, float)
        return seen


async def test_a_slow_upload_is_not_taken_for_a_dead_process(store: Store) -> None:
    """Another machine that thought so would send the same batch again."""
    run = open_run(store, ONE_STEP, 1)
    async with BatchProvider(reply_for).server() as server, Slow("m", base_url=server.base_url) as api:
        api.store = store
        assert (await run_batches(BatchJob(store, run, load(ONE_STEP), api, poll=0.001, beat=0.05))).done == 1


async def test_a_batch_of_one_waits_for_room_like_any(store: Store) -> None:
    """The last article of a run is no reason to give up while the provider is at work on the others."""
    run = open_run(store, ONE_STEP, 6)
    provider = BatchProvider(reply_for, queue=5)
    await drive(store, provider, most_requests=5)
    assert store.tally(run).done == 6
    assert set(provider.runs.values()) == {1}

"""What a cluster's run is made of, without a cluster: parts, leases, and the head with hands in this process."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from extractor.archive.budget import Bill, Budget
from extractor.archive.cluster.head import LOANS, Lead, WorkerLostError, lead
from extractor.archive.cluster.leases import Gate, LeasedPace, LeasedSpend, watch
from extractor.archive.cluster.parts import find_part, find_parts, read_part, remove_part, write_part
from extractor.archive.cluster.shards import shard_of
from extractor.archive.progress import Ending
from extractor.archive.records import Tally
from extractor.archive.run import Brake
from extractor.archive.store import Store
from extractor.errors import TransientError
from extractor.llm.pace import Outcome, Weight, paced
from tests.archive.archives import SPENT, answer, article, begin, failure, fill
from tests.archive.sittings import Told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from extractor.archive.cluster.parts import Part
    from extractor.archive.cluster.shards import Shard
    from extractor.archive.records import Offer, Run

DONE = (Ending.DONE, "", "")


def settled(store: Store, count: int = 3) -> Run:
    """Return a run of ``count`` articles, the last of which failed."""
    run = begin(store)
    fill(store, run, count)
    tasks = store.claim(run, store.join(run), count)
    store.finish([*(answer(task) for task in tasks[:-1]), failure(tasks[-1])])
    return run


def test_a_part_holds_what_the_store_held(store: Store, tmp_path: Path) -> None:
    """What is read from a part is what was written, failures, replies and costs included."""
    results = store.handed(settled(store))
    assert [one.brief.usage for one in results] == [SPENT] * 3
    assert [bool(one.brief.body) for one in results] == [True, True, False]
    part = write_part(tmp_path / "parts", "0", results, (Ending.BUDGET, "too dear", "more money"))
    assert list(read_part(part)) == results
    assert find_parts(tmp_path / "parts") == [part]
    remove_part(part)
    assert not list((tmp_path / "parts").iterdir())


def test_an_attempt_that_was_lost_has_an_unknown_cost(store: Store) -> None:
    """An article whose first worker died says so: one more request, and nobody knows what it cost."""
    run = begin(store)
    fill(store, run, 1)
    first = store.join(run)
    store.claim(run, first, 1)
    store.leave(first)
    store.finish([answer(task) for task in store.claim(run, store.join(run), 1)])
    (only,) = store.handed(run)
    assert (only.lost, only.brief.usage.requests, only.brief.usage.cost_usd) == (1, 2, None)


@pytest.mark.parametrize("harm", ["no marker", "another marker", "cut off", "no file"])
def test_what_is_not_whole_is_no_part(store: Store, tmp_path: Path, harm: str) -> None:
    """A part without its marker, or with other bytes than the marker says, does not exist."""
    part = write_part(tmp_path, "0", store.handed(settled(store)), DONE)
    marker = part.path.with_suffix(".complete")
    if harm == "no marker":
        marker.unlink()
    elif harm == "another marker":
        marker.write_text("{}", encoding="utf-8")
    elif harm == "cut off":
        part.path.write_bytes(part.path.read_bytes()[:-1])
    else:
        part.path.unlink()
    assert find_part(part.path) is None
    assert find_parts(tmp_path) == []


@dataclass
class Near:
    """A line to a gate in the same loop, which says the same as one from afar."""

    gate: Gate
    told: list[asyncio.Task[Any]] = field(default_factory=list)

    async def call(self, method: str, *told: Any) -> Any:
        """Call."""
        return await getattr(self.gate, method)(*told)

    def tell(self, method: str, *told: Any) -> None:
        """Call later."""
        self.told.append(asyncio.get_running_loop().create_task(getattr(self.gate, method)(*told)))

    def ask(self, method: str, *told: Any) -> Any:
        """Run a coroutine that waits for nothing to its end."""
        coroutine = getattr(self.gate, method)(*told)
        try:
            coroutine.send(None)
        except StopIteration as end:
            return end.value
        raise AssertionError


@pytest.mark.asyncio
async def test_two_workers_share_one_clock() -> None:
    """At 600 requests a minute, what two workers send leaves a tenth of a second apart; who cannot wait is told."""
    gate = Gate(paced(600, adaptive=False))
    paces = [LeasedPace(Near(gate)), LeasedPace(Near(gate))]
    left = [await paces[number % 2].admit(Weight(1)) for number in range(4)]
    times = [one.at for one in left]
    assert all(0.04 < later - sooner < 0.5 for sooner, later in itertools.pairwise(times))
    paces[0].settle(left[0], Outcome("ok", 1, headers={"X": "1"}))
    await asyncio.sleep(0)
    with pytest.raises(TransientError):
        await paces[0].admit(Weight(1, asyncio.get_running_loop().time() - 1))


@pytest.mark.asyncio
async def test_two_workers_share_one_purse_and_the_dead_have_spent() -> None:
    """What one has reserved the other cannot; what is not spent comes back; what a dead one held is gone."""
    gate = Gate(paced(), Budget(1.0, None, Tally()))
    line = Near(gate)
    one, other = (LeasedSpend(line, name, "1 USD") for name in ("one", "other"))
    bill = Bill(100, 0.6)
    assert one.reserve(bill)
    assert not other.reserve(bill)
    one.settle(bill, SPENT)
    await asyncio.sleep(0)
    assert other.reserve(bill)
    await gate.bury("other")
    assert not one.reserve(Bill(1, 0.2))
    assert one.reserve(Bill(1, 0.1))


@pytest.mark.asyncio
async def test_the_brake_is_pulled_as_often_as_the_heads() -> None:
    """A worker's brake follows the gate's: once to drain, twice to stop now."""
    gate, brake = Gate(paced()), Brake()
    watching = asyncio.create_task(watch(Near(gate), brake))
    await asyncio.sleep(0)
    await gate.pull()
    await asyncio.wait_for(brake.pulled.wait(), 5)
    assert not brake.now.is_set()
    await gate.pull()
    await asyncio.wait_for(brake.now.wait(), 5)
    watching.cancel()


@dataclass(frozen=True)
class Made:
    """A source of made-up articles."""

    count: int

    def offers(self) -> Iterator[Offer]:
        """Yield them."""
        from extractor.archive.records import Offer  # noqa: PLC0415 - its name is taken above by the type

        for number in range(self.count):
            yield Offer(number, article(number))

    def words(self) -> str:
        """Nothing to say."""
        return ""


@dataclass
class Own:
    """Hands in this process, with a store for each shard; some are lost before they are done."""

    folder: Path
    lost: int = 0
    least: int | None = None
    """Articles that a shard has answered when the money is gone."""
    shards: list[Shard] = field(default_factory=list)
    pulls: int = 0

    async def work(self, shard: Shard, worker: str) -> Part:
        """Answer everything."""
        self.shards.append(shard)
        if self.lost:
            self.lost -= 1
            raise WorkerLostError("gone")
        from extractor.archive.records import Offer  # noqa: PLC0415 - as above

        with Store.open(self.folder / f"{worker.replace('/', '-')}.db", create=True) as store:
            run = begin(store)
            store.add(run, [Offer(place, one) for place, one in enumerate(shard.articles)])
            tasks = store.claim(run, store.join(run), self.least or 10_000)
            store.finish([answer(task) for task in tasks])
            ended = DONE if self.least is None else (Ending.BUDGET, "no money", "")
            return write_part(self.folder / "parts", shard.name, store.handed(run), ended)

    async def pull(self) -> None:
        """Count."""
        self.pulls += 1


def head(store: Store, run: Run, hands: Own, count: int = 25) -> Lead:
    """Return a head's sitting with shards of ten."""
    return Lead(store, run, Made(count), hands, hands.folder / "parts", Told(), workers=2, size=10)


@pytest.mark.asyncio
@pytest.mark.parametrize("lost", [0, 1, LOANS - 1])
async def test_shards_follow_from_the_sources_and_end_in_the_store(store: Store, tmp_path: Path, lost: int) -> None:
    """25 articles are shards of 10, 10 and 5 in order; a lost one is lent again; the store ends with all of it."""
    hands = Own(tmp_path, lost)
    run = begin(store)
    ended = await lead(head(store, run, hands), Brake())
    cut = list(dict.fromkeys(hands.shards))
    assert [[one.id for one in shard.articles] for shard in sorted(cut, key=lambda one: one.name)] == [
        [f"article-{number} {number}" for number in range(*bounds)] for bounds in ((0, 10), (10, 20), (20, 25))
    ]
    assert (ended.why, ended.tally.done, ended.tally.open, ended.tally.attempts) == (Ending.DONE, 25, 0, 25)
    assert [one.article.id for one in store.results(run)] == [f"article-{number} {number}" for number in range(25)]
    assert ended.tally.usage.requests == 25
    assert not list((tmp_path / "parts").iterdir())


@pytest.mark.asyncio
async def test_a_shard_that_kills_its_workers_ends_the_run(store: Store, tmp_path: Path) -> None:
    """After the last loan the run ends with the reason, and its articles are open again."""
    run = begin(store)
    with pytest.raises(WorkerLostError):
        await lead(head(store, run, Own(tmp_path, lost=100)), Brake())
    assert store.tally(run).claimed == 0


@pytest.mark.asyncio
async def test_parts_of_a_head_that_died_are_taken_in(store: Store, tmp_path: Path) -> None:
    """A resumed run asks only what no part holds."""
    run = begin(store)
    fill(store, run, 25)
    worker = store.join(run)
    first = shard_of(tasks := store.claim(run, worker, 10))
    hands = Own(tmp_path)
    await hands.work(first, "before")
    store.release(tasks)
    store.leave(worker)
    hands.shards.clear()
    ended = await lead(head(store, run, hands), Brake())
    assert ended.tally.done == 25
    assert sum(len(shard.articles) for shard in hands.shards) == 15
    assert first not in hands.shards


@pytest.mark.asyncio
async def test_a_run_without_money_ends_and_keeps_what_was_answered(store: Store, tmp_path: Path) -> None:
    """Shards that end for want of money are taken in; where none gets further, the run ends and says why."""
    hands = Own(tmp_path, least=3)
    run = begin(store)
    job = head(store, run, hands)
    ended = await asyncio.wait_for(lead(job, Brake()), 60)
    assert ended.tally.done >= 3
    assert ended.tally.claimed == 0
    assert ended.why in (Ending.BUDGET, Ending.DONE)


@pytest.mark.asyncio
async def test_a_stopped_head_pulls_its_workers_brakes(store: Store, tmp_path: Path) -> None:
    """Ctrl-C reaches every worker; what has not been lent stays open."""
    hands, brake = Own(tmp_path), Brake()
    brake.pull()
    run = begin(store)
    ended = await lead(head(store, run, hands), brake)
    assert ended.why is Ending.INTERRUPTED
    assert hands.pulls == 1
    assert ended.tally.claimed == 0

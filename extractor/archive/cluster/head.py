"""The head of a cluster's run: reads, lends shards, takes their parts into the run's store, and lends again.

The head holds the claims of what it has lent, so a second head on the same run lends other articles. A shard whose
worker died is lent again, at most :data:`LOANS` times. Parts that an earlier head did not live to take in are found by
the keys in them; only what they lack is lent again.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from extractor.archive.cluster.parts import find_parts, read_part, remove_part
from extractor.archive.cluster.shards import SHARD, shard_of
from extractor.archive.progress import Began, Counted, Ended, Ending, Phase, Stopping, Taken
from extractor.archive.reading import AHEAD, Reading
from extractor.archive.records import Added, Finished
from extractor.archive.run import BEAT, REFUSED
from extractor.errors import ExtractorError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from extractor.archive.cluster.parts import Part
    from extractor.archive.cluster.shards import Shard
    from extractor.archive.progress import Watcher
    from extractor.archive.reading import Offering
    from extractor.archive.records import Run, Task, Worker
    from extractor.archive.run import Brake
    from extractor.archive.store import Store
    from extractor.archive.store.handing import Handed

LOANS: Final = 3
"""Times that a shard is lent before the run is given up: something in it kills its workers."""
_GROUP: Final = 100
_LOOK: Final = 1.0
"""Seconds between two counts."""


class WorkerLostError(ExtractorError):
    """The worker that had a shard died."""


class Hands(Protocol):
    """Whoever works on shards."""

    async def work(self, shard: Shard, worker: str) -> Part:
        """Work on a shard; ``worker`` names this loan.

        Raises:
            WorkerLostError: The worker died.
        """
        ...

    async def pull(self) -> None:
        """Pull every worker's brake once more."""
        ...


@dataclass(frozen=True, slots=True)
class Lead:
    """A head's sitting on a run."""

    store: Store
    run: Run
    source: Offering
    hands: Hands
    parts: Path
    watcher: Watcher
    workers: int
    """Shards lent at once."""
    size: int = SHARD
    """Articles of a shard."""


async def lead(job: Lead, brake: Brake) -> Ended:
    """Have a run worked off, until it is done or something stops it.

    Raises:
        StoreError: The store or a part cannot be read or written.
        WorkerLostError: One shard was lost too often.
    """
    job.parts.mkdir(parents=True, exist_ok=True)
    job.store.retry_failed(job.run, REFUSED)
    worker = job.store.join(job.run)
    try:
        before = job.store.tally(job.run)
        job.watcher.tell(Began(job.run.name, before))
        ended = await _Head(job, worker, brake, before.pending).work()
    finally:
        job.store.leave(worker)
    why, message, hint = ended
    tally = job.store.tally(job.run)
    if why is Ending.DONE and not tally.open:
        for part in find_parts(job.parts):  # taken in by a head that died before it deleted them
            remove_part(part)
    done = Ended(job.run.name, why, tally, message, hint)
    job.watcher.tell(done)
    return done


class _Head:
    def __init__(self, job: Lead, worker: Worker, brake: Brake, pending: int) -> None:
        self._job, self._worker, self._brake = job, worker, brake
        loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._reading = Reading(job.store, job.run, job.source, lambda: _wake(loop, self._changed), ahead=_ahead(job))
        self._before = pending
        """Articles that were waiting when this sitting began."""
        self._claimed = 0
        self._lent: dict[asyncio.Task[Part], list[Task]] = {}
        self._stop: tuple[Ending, str, str] | None = None
        self._progress = 0
        """Articles taken in since a worker last ended for want of money."""
        self._found = {one.key: (part, one) for part in find_parts(job.parts) for one in read_part(part)}

    async def work(self) -> tuple[Ending, str, str]:
        self._reading.start()
        beside = [asyncio.create_task(each()) for each in (self._beat, self._count, self._watch_brake)]
        try:
            while not await self._at_end():
                await self._change()
                await self._collect()
        finally:
            self._reading.stop()
            for each in [*beside, *self._lent]:
                each.cancel()
            await asyncio.gather(*beside, *self._lent, return_exceptions=True)
        self._tell_of_reading()
        return self._stop or (Ending.DONE, "", "")

    async def _at_end(self) -> bool:
        """Lend what can be lent; say whether nothing is left to wait for."""
        if self._reading.error is not None:
            raise self._reading.error
        while self._stop is None and len(self._lent) < self._job.workers:
            tasks = await self._cut()
            if tasks is None:
                break
            if tasks := await self._take_found(tasks):
                self._lent[asyncio.create_task(self._lend(shard_of(tasks)))] = tasks
                self._changed.set()
        if self._lent:
            return False
        if self._stop is not None:
            return True
        if not self._reading.finished:  # until then what is entered and what is counted may differ
            return False
        tally = await asyncio.to_thread(self._job.store.tally, self._job.run)
        self._before, self._claimed = tally.pending - self._reading.counts[Added.NEW], 0
        return not tally.open

    async def _cut(self) -> list[Task] | None:
        """Claim the next shard; None where there is none yet."""
        waiting = self._before + self._reading.counts[Added.NEW] - self._claimed
        if waiting <= 0 or (waiting < self._job.size and not self._reading.finished):
            return None
        store, run = self._job.store, self._job.run
        tasks = await asyncio.to_thread(store.claim, run, self._worker, self._job.size)
        self._claimed += len(tasks) if tasks else waiting
        self._reading.claimed(len(tasks))
        return tasks or None

    async def _take_found(self, tasks: list[Task]) -> list[Task]:
        """Finish what an earlier head's parts hold; return the rest."""
        found = [(task, self._found.pop(task.key)[1]) for task in tasks if task.key in self._found]
        await self._finish(found)
        there = {task.row for task, _ in found}
        return [task for task in tasks if task.row not in there]

    async def _lend(self, shard: Shard) -> Part:
        for number in range(1, LOANS + 1):
            try:
                return await self._job.hands.work(shard, f"{shard.name}/{number}")
            except WorkerLostError:
                if number == LOANS:
                    raise
        raise AssertionError

    async def _collect(self) -> None:
        """Take in the parts that are there, and give back what they lack."""
        for ended in [one for one in self._lent if one.done()]:
            tasks = self._lent.pop(ended)
            part = ended.result()
            rows = {one.key: one for one in await asyncio.to_thread(list, read_part(part))}
            done = [(task, rows[task.key]) for task in tasks if task.key in rows]
            await self._finish(done)
            open_ = [task for task in tasks if task.key not in rows]
            await asyncio.to_thread(self._job.store.release, open_)
            self._claimed -= len(open_)
            await asyncio.to_thread(remove_part, part)
            self._progress += len(done)
            await self._weigh(part)

    async def _weigh(self, part: Part) -> None:
        """See whether the run can go on after a shard that ended early."""
        if part.why is Ending.DONE or self._stop is not None:
            return
        if part.why is Ending.BUDGET and (self._lent or self._progress):
            self._progress = 0  # what others had reserved is free when they have ended
            return
        await self._end(part.why, part.message, part.hint)

    async def _end(self, why: Ending, message: str, hint: str = "") -> None:
        self._stop = (why, message, hint)
        self._job.watcher.tell(Stopping(why, message, sum(map(len, self._lent.values()))))
        await self._job.hands.pull()

    async def _finish(self, done: Iterable[tuple[Task, Handed]]) -> None:
        results = [Finished(task, one.brief, one.replies, one.brief.usage) for task, one in done]
        for start in range(0, len(results), _GROUP):
            await asyncio.to_thread(self._job.store.finish, results[start : start + _GROUP])

    async def _change(self) -> None:
        watched = asyncio.create_task(self._changed.wait())
        await asyncio.wait([watched, *self._lent], timeout=_LOOK, return_when=asyncio.FIRST_COMPLETED)
        watched.cancel()
        self._changed.clear()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            await asyncio.to_thread(self._job.store.beat, self._worker)

    async def _count(self) -> None:
        while True:
            tally = await asyncio.to_thread(self._job.store.tally, self._job.run)
            self._tell_of_reading()
            phase = Phase.STOPPING if self._stop else Phase.ASKING if self._reading.finished else Phase.READING
            lent = sum(map(len, self._lent.values()))
            self._job.watcher.tell(Counted(tally, phase, lent, self._reading.finished))
            await asyncio.sleep(_LOOK)

    async def _watch_brake(self) -> None:
        await self._brake.pulled.wait()
        if self._stop is None:
            await self._end(Ending.INTERRUPTED, "interrupted")
        self._changed.set()
        await self._brake.now.wait()
        await self._job.hands.pull()

    def _tell_of_reading(self) -> None:
        counts = {added.value: count for added, count in self._reading.counts.items()}
        words = self._job.source.words() if self._reading.finished else ""
        self._job.watcher.tell(Taken(counts, self._reading.finished, words))


def _ahead(job: Lead) -> int:
    """Articles that are read before they are lent: one round of shards at the least."""
    return max(AHEAD, 2 * job.workers * job.size)


def _wake(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    with contextlib.suppress(RuntimeError):  # the loop may have ended meanwhile
        loop.call_soon_threadsafe(event.set)

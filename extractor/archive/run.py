"""The run loop: articles are read, claimed, asked about and kept, many at once, until nothing is left.

::

    Reading (thread) ──add──▶ store ──claim──▶ asking, N in flight ──finish──▶ Writing (thread) ──▶ store
                                 ▲                    │
                                 └──────release───────┘  not asked: the cap is reached, or somebody stopped the run

The store is the only memory: what a loop holds is what it has claimed, :data:`SPARE` more than are in flight, so that a
free slot never waits for the disk. A process that is killed loses its claims and nothing else; whoever works on the run
next finds them open again. So any number of processes may work on one run, one article is asked by one of them, and a
sitting ends when the run does.

A failed article is a row. Only four things end a sitting early: a cap that leaves no room, a provider that refuses
everything, :data:`STREAK` failures in a row, and the user. Then nothing new is asked, what is in flight has
:data:`DRAIN` seconds to end, and everything that was answered is kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from extractor.archive.asking import ask_about
from extractor.archive.progress import Answered, Began, Counted, Ended, Ending, Phase, Stopping, Taken
from extractor.archive.reading import Reading
from extractor.archive.store.handing import LOST
from extractor.archive.writing import Writing
from extractor.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from extractor.archive.asking import Asking
    from extractor.archive.budget import Bill, Bound, Spend
    from extractor.archive.progress import Watcher
    from extractor.archive.reading import Offering
    from extractor.archive.records import Finished, Run, Task, Worker
    from extractor.archive.store import Store

STREAK: Final = 20
"""Failures in a row after which a sitting ends; articles that the provider refuses one by one are not counted."""
DRAIN: Final = 10.0
"""Seconds that requests in flight have to end when a sitting is stopped."""
BEAT: Final = 20.0
"""Seconds between two signs of life; another machine takes the claims of a process after 60 without one."""
SPARE: Final = 0.5
"""Articles claimed beyond those in flight, as a share of them: they stand ready, or wait for their commit."""
_IDLE: Final = 0.5
"""Seconds between two looks for work, where other processes hold the rest."""
_COUNT: Final = 1.0
"""Seconds between two counts of the run; more where counting takes long."""
_COUNT_SHARE: Final = 20
_RETURNS: Final = 3
"""Times that an article is asked about where the server asks to come back after its deadline."""
REFUSED: Final = "ProviderRefusedError"
"""Kind of a problem that every further article would have; such articles are asked again by the next sitting."""
"""What a request that was cut off has cost: it may be billed, and nobody will say."""
_OWN_FAULT: Final = frozenset({"ArticleRefusedError", "ArticleTooLargeError"})
"""Kinds of problems that say nothing about the next article."""


@dataclass(frozen=True, slots=True)
class Job:
    """A sitting on a run."""

    store: Store
    run: Run
    source: Offering
    asking: Asking
    concurrency: int
    """Articles in flight at once."""
    watcher: Watcher
    spend: Spend | None = None
    bound: Bound | None = None
    """Needed where there is a ``spend``."""
    drain: float = DRAIN


@dataclass(slots=True)
class Brake:
    """Stops a sitting from outside: once to let what is in flight end, twice to stop now."""

    pulled: asyncio.Event = field(default_factory=asyncio.Event)
    now: asyncio.Event = field(default_factory=asyncio.Event)

    def pull(self) -> None:
        """Stop; at the second time at once."""
        (self.now if self.pulled.is_set() else self.pulled).set()


async def work_on(job: Job, brake: Brake | None = None) -> Ended:
    """Work on a run until it is done, or until something stops it.

    Raises:
        StoreError: The store cannot be written; what was acknowledged is kept.
        ExtractorError: The sources cannot be read as the plan says.
    """
    store, run = job.store, job.run
    store.retry_failed(run, REFUSED)
    before = store.tally(run)
    job.watcher.tell(Began(run.name, before))
    worker = store.join(run)
    loop = _Loop(job, worker, brake or Brake())
    try:
        ending, message, hint = await loop.work()
    except BaseException:
        with contextlib.suppress(StoreError):  # what ended the sitting matters more; a dead process loses its claims
            store.leave(worker)
        raise
    store.leave(worker)
    ended = Ended(run.name, ending, store.tally(run), message, hint, loop.given_up)
    job.watcher.tell(ended)
    return ended


class _Stop(Exception):  # noqa: N818 - no error: it carries why a sitting ends early
    def __init__(self, why: Ending, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.why, self.message, self.hint = why, message, hint


class _Loop:
    """One sitting's state: what is claimed, what is in flight, why to stop."""

    def __init__(self, job: Job, worker: Worker, brake: Brake) -> None:
        self.given_up = 0
        self._job, self._worker, self._brake = job, worker, brake
        loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._writing = Writing(job.store, group=job.concurrency // 4)
        self._reading = Reading(job.store, job.run, job.source, lambda: _wake(loop, self._changed))
        self._slots = asyncio.Semaphore(job.concurrency)
        self._held: dict[asyncio.Task[None], Task] = {}
        """Claimed articles, each with what works on it."""
        self._queued: dict[asyncio.Task[None], Task] = {}
        """Of those, the ones that wait for a slot: nothing was asked about them."""
        self._unasked: list[Task] = []
        """Claimed articles that are given back at the end."""
        self._asked = 0
        """Articles in flight."""
        self._streak = 0
        self._stop: _Stop | None = None
        self._error: BaseException | None = None
        self._phase = Phase.STARTING
        self._told = 0
        """Articles that were read, as far as the watcher knows."""

    async def work(self) -> tuple[Ending, str, str]:
        """Do the sitting; return why it ended, in words too."""
        self._reading.start()
        async with self._beside():
            try:
                await self._claim_all()
            except _Stop as stop:
                self._stop = stop
            finally:
                self._reading.stop()
                await self._wind_up()
        if self._error is not None:
            raise self._error
        if self._stop is not None:
            return self._stop.why, self._stop.message, self._stop.hint
        return Ending.DONE, "", ""

    async def _claim_all(self) -> None:
        """Claim and start articles until the run is at its end; raise :class:`_Stop` where it has to end before."""
        job = self._job
        spare = int(SPARE * job.concurrency)
        most, least = job.concurrency + spare, max(1, spare // 2)
        while True:
            self._changed.clear()
            self._check()
            room = most - len(self._held)
            if room < least and self._held:  # a commit for each article would take longer than the article
                await self._change(None)
                continue
            tasks = await self._writing.call(partial(job.store.claim, job.run, self._worker, room))
            self._reading.claimed(len(tasks))
            self._phase = Phase.ASKING if self._reading.finished else Phase.READING
            if tasks:
                await self._start(tasks)
            elif self._held or not self._reading.finished:
                await self._change(_IDLE)
            elif not (await self._writing.call(partial(job.store.tally, job.run))).open:
                return
            else:
                self._phase = Phase.WAITING
                await self._change(_IDLE)

    async def _start(self, tasks: list[Task]) -> None:
        """Ask about claimed articles as soon as there is money for each; give back those for which there is none."""
        for number, task in enumerate(tasks):
            try:
                bill = await self._reserve(task)
            except BaseException:
                await self._writing.call(partial(self._job.store.release, tasks[number:]))
                raise
            at_work = asyncio.create_task(self._work(task, bill))
            self._held[at_work] = self._queued[at_work] = task
            at_work.add_done_callback(self._done)

    async def _reserve(self, task: Task) -> Bill | None:
        """Set aside what the article may cost; wait for others to end where that is too much now."""
        spend, bound = self._job.spend, self._job.bound
        if spend is None or bound is None:
            return None
        bill = bound.bill(task.article)
        while not spend.reserve(bill):
            self._changed.clear()
            if not self._held:
                most = f"{bill.tokens:,} tokens" + ("" if bill.usd is None else f", {bill.usd:.4f} USD")
                raise _Stop(
                    Ending.BUDGET,
                    f"the next article may cost up to {most}, which the cap of {spend} does not leave",
                    "go on with a higher cap",
                )
            self._check()
            await self._change(None)
        return bill

    async def _work(self, task: Task, bill: Bill | None) -> None:
        """Ask about one article and keep what came of it."""
        finished: Finished | None = None
        own = asyncio.current_task()
        try:
            for number in range(1, _RETURNS + 1):
                async with self._slots:
                    if self._stop is not None:
                        break
                    self._queued.pop(own, None)  # type: ignore[arg-type] # a coroutine at work has a task
                    finished, later = await self._ask(task, finished)
                    if later is None or number == _RETURNS:
                        self._weigh(finished)
                        break
                await self._wait(later)
            if finished is None:
                return
            await self._writing.finish(finished)
        finally:
            if bill is not None and self._job.spend is not None:
                cut_off = None if own in self._queued else LOST
                self._job.spend.settle(bill, finished.usage if finished else cut_off)
        self._note(finished)

    async def _ask(self, task: Task, before: Finished | None) -> tuple[Finished, float | None]:
        """Ask, and add what an earlier try has cost."""
        self._asked += 1
        try:
            finished, later = await ask_about(task, self._job.asking)
        finally:
            self._asked -= 1
        return (finished if before is None else replace(finished, spent=before.usage + finished.usage)), later

    async def _wait(self, seconds: float) -> None:
        """Let a server's pause pass, without a slot; somebody who stops the sitting ends it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._brake.pulled.wait()

    def _note(self, finished: Finished) -> None:
        """Tell of an article that is kept."""
        extraction, task = finished.extraction, finished.task
        problem = extraction.problem
        self._job.watcher.tell(
            Answered(
                article=task.article.id,
                source=task.article.source,
                outcome=extraction.outcome.value,
                events=len(extraction.events),
                usage=finished.usage,
                attempt=task.number,
                problem=problem.message if problem else "",
                hint=problem.hint if problem else "",
            )
        )

    def _weigh(self, finished: Finished) -> None:
        """See whether the next article has a chance; before this one is even kept, because others wait for its slot."""
        problem = finished.extraction.problem
        if problem is None:
            self._streak = 0
        elif problem.kind == REFUSED:
            self._stop = self._stop or _Stop(Ending.REFUSED, problem.message, problem.hint)
        elif problem.kind not in _OWN_FAULT:
            self._streak += 1
            if self._streak >= STREAK:
                hint = f"when it answers again: extractor archive retry {self._job.run.name} --failed"
                message = f"{self._streak} articles failed in a row; the last: {problem.message}"
                self._stop = self._stop or _Stop(Ending.FAILING, message, hint)

    def _done(self, at_work: asyncio.Task[None]) -> None:
        del self._held[at_work]
        if at_work in self._queued:
            self._unasked.append(self._queued.pop(at_work))
        if not at_work.cancelled() and (error := at_work.exception()) is not None:
            self._error = self._error or error
        self._changed.set()

    def _check(self) -> None:
        """Raise where the sitting must not go on."""
        if self._error is not None or self._reading.error is not None:
            raise self._error or self._reading.error or AssertionError
        if self._brake.pulled.is_set():
            raise _Stop(Ending.INTERRUPTED, "interrupted")
        if self._stop is not None:
            raise self._stop

    async def _change(self, timeout: float | None) -> None:  # noqa: ASYNC109 - a wait that may end early, no deadline
        """Wait until something has happened that may matter."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._changed.wait()

    async def _wind_up(self) -> None:
        """Let what is in flight end, within bounds where the sitting was stopped; then write what is left."""
        for queued in list(self._queued):
            queued.cancel()
        if self._stop is not None or self._reading.error is not None:
            self._phase = Phase.STOPPING
            if self._stop is not None:
                self._job.watcher.tell(Stopping(self._stop.why, self._stop.message, self._asked))
            await self._drain()
        self.given_up = self._asked
        for at_work in list(self._held):
            at_work.cancel()
        await asyncio.gather(*self._held, return_exceptions=True)
        if self._unasked and self._error is None:
            await self._writing.call(partial(self._job.store.release, self._unasked))
        await self._writing.close()
        self._tell_of_reading()

    async def _drain(self) -> None:
        """Wait for what is held, until the time is up or somebody wants to stop now."""
        now = asyncio.create_task(self._brake.now.wait())
        until = time.monotonic() + self._job.drain
        while self._held and not now.done() and (left := until - time.monotonic()) > 0:
            await asyncio.wait([now, *self._held], timeout=left, return_when=asyncio.FIRST_COMPLETED)
        now.cancel()

    @contextlib.asynccontextmanager
    async def _beside(self) -> AsyncIterator[None]:
        """Give signs of life and count, while the block runs; wake it when somebody pulls the brake."""
        beside = [asyncio.create_task(work()) for work in (self._beat, self._count, self._watch_brake)]
        try:
            yield
        finally:
            for each in beside:
                each.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            await self._writing.call(partial(self._job.store.beat, self._worker))

    async def _count(self) -> None:
        """Count the run again and again, taking a small share of the time for it, and tell."""
        while True:
            started = time.monotonic()
            tally = await asyncio.to_thread(self._job.store.tally, self._job.run)
            self._tell_of_reading()
            self._job.watcher.tell(Counted(tally, self._phase, self._asked, self._reading.finished))
            await asyncio.sleep(max(_COUNT, _COUNT_SHARE * (time.monotonic() - started)))

    def _tell_of_reading(self) -> None:
        """Tell what was read since the last time, if anything was."""
        counts = {added.value: count for added, count in self._reading.counts.items()}
        if sum(counts.values()) != self._told:
            self._told = sum(counts.values())
            words = self._reading.source.words() if self._reading.finished else ""
            self._job.watcher.tell(Taken(counts, self._reading.finished, words))

    async def _watch_brake(self) -> None:
        await self._brake.pulled.wait()
        self._changed.set()


def _wake(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    """Set ``event`` from another thread; the loop may have ended meanwhile."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(event.set)

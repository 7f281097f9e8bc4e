"""One sitting on a run by batches: read the sources to their end, then drive the batches, and say how it ended.

Other than a live sitting, which asks while it reads, this one reads first: a batch is the cheaper to handle the fuller
it is, and its answers take up to a day anyway.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from typing import TYPE_CHECKING, Final

from extractor.archive.batches.drive import BatchJob, run_batches
from extractor.archive.progress import Began, Counted, Ended, Ending, Phase, Taken
from extractor.errors import ProviderRefusedError, TransientError

if TYPE_CHECKING:
    from extractor.archive.batches.records import BatchReport
    from extractor.archive.progress import Watcher
    from extractor.archive.reading import Source
    from extractor.archive.run import Brake

_GROUP: Final = 256
"""Articles that are entered in one transaction."""


async def sit_on_batches(job: BatchJob, source: Source, watcher: Watcher, brake: Brake) -> Ended:
    """Answer what is open of a run through its provider's batches.

    Args:
        job: With what.
        source: The articles; not read where the run has been read to the end.
        watcher: Is told how far the run is.
        brake: Ends the sitting: batches go on at the provider, and the next sitting finds them.

    Raises:
        UsageError: Another process drives the batches of this run.
        StoreError: The store cannot be used; what was acknowledged is kept.
    """
    store, run = job.store, job.run
    watcher.tell(Began(run.name, store.tally(run)))
    work = asyncio.create_task(_work(job, source, watcher))
    stop = asyncio.create_task(brake.pulled.wait())
    try:
        await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            work.cancel()
            await asyncio.wait({work})
        ending, message, hint = _ending(job, work)
    finally:
        stop.cancel()
        work.cancel()
    ended = Ended(run.name, ending, store.tally(run), message, hint)
    watcher.tell(ended)
    return ended


async def _work(job: BatchJob, source: Source, watcher: Watcher) -> BatchReport:
    """Read, then drive."""
    if job.run.ingested is None:
        counts: Counter[str] = Counter()
        offers = source.offers()
        while group := list(itertools.islice(offers, _GROUP)):
            counts += Counter(job.store.add(job.run, group))
            watcher.tell(Taken(dict(counts), finished=False))
            await asyncio.sleep(0)  # Ctrl-C is heard between two groups
        job.store.ingested(job.run)
        watcher.tell(Taken(dict(counts), finished=True, words=source.words()))
    return await run_batches(job)


def _ending(job: BatchJob, work: asyncio.Task[BatchReport]) -> tuple[Ending, str, str]:
    """Say how the work ended; what is nobody's plan is raised."""
    waiting = f"{job.store.batches.sent(job.run):,} requests are at the provider"
    if work.cancelled():
        return Ending.INTERRUPTED, waiting, ""
    error = work.exception()
    if isinstance(error, ProviderRefusedError):
        return Ending.REFUSED, str(error), error.hint
    if isinstance(error, TransientError):
        return Ending.FAILING, str(error), error.hint
    if error is not None:
        raise error
    report = work.result()
    if report.stopped:
        return (
            Ending.BUDGET,
            "the next batch might cost more than the cap leaves",
            "raise --budget or the cap of tokens",
        )
    return Ending.DONE, _words(report), ""


def _words(report: BatchReport) -> str:
    """Return what deserves a word about a sitting."""
    parts = (
        (report.waiting, "requests are at the provider"),
        (report.adopted, "batches were found again after a kill"),
        (report.unfinished, "requests were sent again in a later batch"),
        (report.perhaps_twice, "requests may have been paid for twice: their batch had to be made again"),
        (report.unknown, "result lines answered nothing that was asked"),
    )
    return "; ".join(f"{count:,} {what}" for count, what in parts if count)


def counted(job: BatchJob) -> Counted:
    """Return how far the run is now."""
    waiting = job.store.batches.sent(job.run)
    return Counted(job.store.tally(job.run), Phase.ASKING, waiting, total_known=True)

"""Drives the batches of a run: plan, send, wait, read, apply, until nothing is left to ask.

Each step is written to the store before it is taken and after it (``records.py`` draws the states), so whoever drives
next knows what may have happened. Two steps cannot be told from the store alone:

* a kill while a file is uploaded: the file, if there is one, costs nothing and expires; the batch is planned again;
* a kill while a batch is created: the provider's list is searched for the batch's own token. It is adopted where it is
  found, and created again where it is not, which is counted: should the list have lagged, its requests were sent twice.

Articles are planned in the order of the sources. Only what is missing is ever sent: a request that was answered, in any
run, is not, and one that expired, vanished or failed in a way that may pass goes into a later batch.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from extractor.archive.batches.collecting import Needs
from extractor.archive.batches.records import BatchNews, BatchReport, Settled, State
from extractor.archive.batches.results import Reading
from extractor.archive.budget import Bill
from extractor.archive.run import BEAT
from extractor.errors import ProviderRefusedError, StoreError, TransientError
from extractor.llm.batch_api import MOST_BYTES, MOST_REQUESTS, NotTakenError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from extractor.archive.batches.records import Open, Shard
    from extractor.archive.budget import Spend
    from extractor.archive.records import Run, Worker
    from extractor.archive.store import Store
    from extractor.archive.store.batches import BatchRows
    from extractor.llm.batch_api import BatchApi, BatchStatus
    from extractor.llm.boundary import Ask
    from extractor.prompts.registry import Prompt

_log = logging.getLogger("extractor.archive")

POLL: Final = 30.0
"""Seconds between two looks at a batch."""
_PATIENCE: Final = 8
"""Failures in a row, at one step, after which a sitting ends."""
_LONGEST_PAUSE: Final = 120.0
_GROUP: Final = 100
"""Articles that are settled in one transaction."""
_LOOKS: Final = 2
"""Looks into the provider's list, a pause apart, before a batch counts as not created."""
_TOKEN: Final = "extractor_batch"  # noqa: S105 - the name of a metadata field
_QUEUE_FULL: Final = "token_limit_exceeded"
"""The provider's code for more tokens in its queue than the account may have there."""


@dataclass(frozen=True, slots=True)
class BatchJob:
    """What :func:`run_batches` needs."""

    store: Store
    run: Run
    prompt: Prompt
    api: BatchApi
    spend: Spend | None = None
    """Caps; the most that a batch can cost is reserved before it is prepared."""
    tell: Callable[[BatchNews], None] = lambda _: None
    wait: bool = True
    """False: send what can be sent, read what has ended, and return; a later sitting goes on."""
    poll: float = POLL
    beat: float = BEAT
    """Seconds between two signs of life."""
    most_requests: int = MOST_REQUESTS
    most_bytes: int = MOST_BYTES


async def run_batches(job: BatchJob) -> BatchReport:
    """Answer the open articles of a run through the provider's batches.

    What this returns or raises, everything that happened is in the store, and the same call goes on from there.

    Raises:
        UsageError: Another process drives the batches of this run.
        ProviderRefusedError: The provider refuses: key, quota, model, or a batch as a whole.
        TransientError: The provider cannot be reached, again and again.
        StoreError: The store cannot be used.
    """
    worker = job.store.join(job.run)
    try:
        job.store.batches.drive(job.run, worker)
        with tempfile.TemporaryDirectory(prefix="extractor-batch-") as folder:
            driver = _Driver(job, worker, Path(folder), job.most_requests)
            beating = asyncio.create_task(_beat(job, worker))
            try:
                await driver.run()
            finally:
                beating.cancel()
                driver.report.waiting = job.store.batches.sent(job.run)
            return driver.report
    finally:
        job.store.leave(worker)


async def _beat(job: BatchJob, worker: Worker) -> None:
    """Say again and again that this process is alive: a file may take longer to upload than a dead one is silent."""
    while True:
        await asyncio.sleep(job.beat)
        with contextlib.suppress(StoreError):  # whatever is written next says so too
            job.store.beat(worker)


@dataclass(slots=True)
class _Sheet:
    """A batch's file while it is written."""

    path: Path
    requests: list[tuple[str, int]] = field(default_factory=list)
    """Key of each request, and the row of its article."""
    keys: set[str] = field(default_factory=set)
    size: int = 0
    tokens: int = 0
    usd: float | None = 0.0


@dataclass(slots=True)
class _Driver:
    job: BatchJob
    worker: Worker
    folder: Path
    most_requests: int
    report: BatchReport = field(default_factory=BatchReport)
    refused: ProviderRefusedError | None = None
    """Said in the results of a batch; ends the sitting once they are kept."""

    @property
    def rows(self) -> BatchRows:
        """The store's rows."""
        return self.job.store.batches

    async def run(self) -> None:
        """Take up what earlier sittings left, then plan and read until nothing is left."""
        shards = self.rows.shards(self.job.run)
        if self.job.spend is not None:
            self._charge(self.job.spend, shards)
        self.rows.use_answers(self.job.run)
        for shard in shards:
            await self._take_up(shard)
        while True:
            self.report.stopped = ""  # batches that have been read cost less than was set aside for them
            await self._plan(self.rows.open(self.job.run))
            if self.refused is not None:
                raise self.refused
            if not self.rows.shards(self.job.run):
                return
            while self.rows.shards(self.job.run):
                free = await self._look()
                if not self.job.wait and not free:
                    return
                if not free:
                    await asyncio.sleep(self.job.poll)

    def _charge(self, spend: Spend, shards: list[Shard]) -> None:
        """Enter what no tally of the run holds: answers to articles that are not settled, and batches on their way."""
        for usage in self.rows.uncounted(self.job.run):
            spend.settle(Bill(0), usage)
        for shard in shards:
            if shard.state is not State.DOWNLOADED:
                spend.reserve(Bill(shard.most_tokens, shard.most_usd))

    async def _take_up(self, shard: Shard) -> None:
        """Bring a batch of an earlier sitting to where it only has to be waited for."""
        if shard.state in (State.PREPARED, State.UPLOADING):
            self._release(shard)
        elif shard.state is State.CREATING:
            if not await self._adopted(shard):
                await self._create(self._doubted(shard))
        elif shard.state is State.UPLOADED:
            await self._create(shard)
        elif shard.state is State.FINISHED:
            await self._read(shard)
        elif shard.state is State.DOWNLOADED:
            await self._apply(shard)

    async def _plan(self, opens: Iterable[Open]) -> None:
        """Settle the articles whose replies are all there, and send what the others need."""
        job = self.job
        needs = Needs(job.api.info, job.prompt, job.run.plan.model, self.rows.known)
        settled: list[Settled] = []
        sheet = self._new_sheet()
        for open_ in opens:
            found = await needs.of(open_)
            await asyncio.sleep(0)  # Ctrl-C is heard between two articles
            if isinstance(found, Settled):
                settled.append(found)
                if len(settled) == _GROUP:
                    self._settle(settled)
                    settled = []
            elif not self.report.stopped and self.refused is None:
                sheet = await self._enter(sheet, open_.row, found)
        self._settle(settled)
        await self._send(sheet)

    def _settle(self, settled: list[Settled]) -> None:
        self.rows.settle(self.job.run, self.worker, settled)
        failed = sum(one.extraction.problem is not None for one in settled)
        self.report.failed += failed
        self.report.done += len(settled) - failed

    def _new_sheet(self) -> _Sheet:
        return _Sheet(self.folder / f"{secrets.token_hex(8)}.jsonl")

    async def _enter(self, sheet: _Sheet, row: int, asks: Any) -> _Sheet:  # noqa: ANN401 - questions by key
        """Write an article's questions into the file; where they do not fit, send it and begin another."""
        lines = {key: self.job.api.line(key.removeprefix("sha256:"), ask) for key, ask in asks.items()}
        fresh = [key for key in lines if key not in sheet.keys]
        size = sum(len(lines[key]) for key in fresh)
        full = len(sheet.keys) + len(fresh) > self.most_requests or sheet.size + size > self.job.most_bytes
        if sheet.keys and full:
            await self._send(sheet)
            return await self._enter(self._new_sheet(), row, asks)
        if not self._reserve(sheet, fresh, lines, asks):
            return sheet
        with sheet.path.open("ab") as file:
            file.writelines(lines[key] for key in fresh)
        sheet.requests += [(key, row) for key in lines]
        sheet.keys.update(fresh)
        sheet.size += size
        return sheet

    def _reserve(self, sheet: _Sheet, keys: list[str], lines: dict[str, bytes], asks: dict[str, Ask[Any]]) -> bool:
        """Set aside the most that these requests can cost; where it does not fit, nothing more is sent."""
        most = [self.job.api.most(lines[key], asks[key]) for key in keys]
        tokens, dollars = sum(one for one, _ in most), [usd for _, usd in most]
        usd = None if None in dollars else sum(usd for usd in dollars if usd is not None)
        if self.job.spend is not None and not self.job.spend.reserve(Bill(tokens, usd)):
            self.report.stopped = "budget"
            return False
        sheet.tokens += tokens
        sheet.usd = None if usd is None or sheet.usd is None else sheet.usd + usd
        return True

    async def _send(self, sheet: _Sheet) -> None:
        """Upload a file and create its batch."""
        if not sheet.keys:
            return
        shard = self.rows.prepare(self.job.run, secrets.token_hex(16), sheet.requests, Bill(sheet.tokens, sheet.usd))
        shard = self._move(shard, State.UPLOADING)
        file = await self._patiently(lambda: self.job.api.upload(sheet.path))
        sheet.path.unlink()
        shard = self._move(shard, State.UPLOADED, input_file=file)
        await self._create(shard)

    async def _create(self, shard: Shard) -> None:
        """Create a batch from an uploaded file; where that ends in doubt, look for it before trying again."""
        metadata = {"extractor_run": self.job.run.name, _TOKEN: shard.token}
        for failures in range(1, _PATIENCE + 1):
            shard = self._move(shard, State.CREATING)
            try:
                status = await self.job.api.create(shard.input_file or "", metadata)
            except NotTakenError as error:
                shard = self._move(shard, State.UPLOADED)
                if failures == _PATIENCE:
                    raise
                await asyncio.sleep(max(error.retry_after or 0.0, min(self.job.poll * failures, _LONGEST_PAUSE)))
            except TransientError as error:
                _log.info("creating a batch failed, looking for it: %s", error)
                if await self._adopted(shard):
                    return
                shard = self._doubted(shard)
                if failures == _PATIENCE:
                    raise
            except ProviderRefusedError:
                self._move(shard, State.UPLOADED)  # it said no: there is no batch
                raise
            else:
                self.report.batches += 1
                self.report.requests += shard.requests
                self._move(shard, State.CREATED, batch=status.id, said=status.said)
                return

    async def _adopted(self, shard: Shard) -> bool:
        """Take over the batch that may have been created; return whether the provider lists it."""
        for look in range(_LOOKS):
            if look:
                await asyncio.sleep(min(self.job.poll, _LONGEST_PAUSE))
            found = await self._patiently(lambda: self._listed(shard.token))
            if found:
                self.report.adopted += 1
                for twin in found[1:]:
                    await self._patiently(lambda twin=twin: self.job.api.cancel(twin.id))  # type: ignore[misc]  # bound now
                self._move(shard, State.CREATED, batch=found[0].id, said=found[0].said)
                return True
        return False

    def _doubted(self, shard: Shard) -> Shard:
        """Note that a batch is created again without proof that the first time failed."""
        self.report.perhaps_twice += shard.requests
        return self._move(shard, State.UPLOADED, again=shard.again + 1)

    async def _listed(self, token: str) -> list[BatchStatus]:
        """Return the batches with this token that did not fail as a whole, the oldest first."""
        found = [one async for one in self.job.api.batches() if one.metadata.get(_TOKEN) == token]
        return [one for one in reversed(found) if one.progress != "failed"]

    async def _look(self) -> bool:
        """Ask how far each batch is, and read those that have ended; return whether anything can be sent again."""
        created = [shard for shard in self.rows.shards(self.job.run) if shard.state is State.CREATED]
        looked = [(shard, await self._status(shard)) for shard in created]
        ended = [(shard, status) for shard, status in looked if status.progress == "ended"]
        refused = [(shard, status) for shard, status in looked if status.progress == "failed"]
        for shard, status in ended:
            files = {"output_file": status.output_file, "error_file": status.error_file, "said": status.said}
            await self._read(self._move(shard, State.FINISHED, **files))
        released = self._refused(refused, busy=len(looked) > len(refused))
        left = self.rows.shards(self.job.run)
        if left and all(shard.state is State.UPLOADED for shard in left):
            await self._create(left[0])
        return bool(ended) or released

    async def _status(self, shard: Shard) -> BatchStatus:
        """Ask how far a batch is, and tell."""
        batch = shard.batch or ""
        status: BatchStatus = await self._patiently(lambda: self.job.api.retrieve(batch))
        self.job.tell(BatchNews(shard.state, shard.requests, batch, status.said, status.completed, status.failed))
        return status

    def _refused(self, refused: list[tuple[Shard, BatchStatus]], *, busy: bool) -> bool:
        """Deal with batches that were refused as a whole, so that nothing in them was run.

        Where the provider was ``busy`` with another one, there is room in its queue when that has ended; else they were
        too large, and what they held is planned anew, which is returned.
        """
        largest = max((shard.requests for shard, _ in refused), default=0)
        for shard, status in refused:
            if all(code != _QUEUE_FULL for code, _ in status.problems) or not (busy or largest > 1):
                self._release(shard)
                reasons = "; ".join(f"{message} ({code})" for code, message in status.problems[:3]) or status.said
                where = self.job.api.where
                raise ProviderRefusedError(
                    f"{where}: the batch {status.id} was refused as a whole: {where.clean(reasons)}",
                    hint="nothing of it was asked; mend the cause and start again, or run without --mode batch",
                )
            if busy:
                self._move(shard, State.UPLOADED, said=status.said, batch=None)
            else:
                self._release(shard)
        if busy or not refused:
            return False
        self.most_requests = largest // 2
        _log.info("the provider's queue takes no batch of %d requests; trying half as many", largest)
        return True

    def _release(self, shard: Shard) -> None:
        """Forget a batch that ran nothing, and what was reserved for it."""
        self.rows.forget(shard)
        if self.job.spend is not None:
            self.job.spend.settle(Bill(shard.most_tokens, shard.most_usd), None)

    async def _read(self, shard: Shard) -> None:
        """Download both result files of a batch that has ended, keep what they say, and apply it."""
        reading = Reading(self.job.api, self.rows, shard, self.report)
        for file in (shard.output_file, shard.error_file):
            if file is not None:
                path = self.folder / f"{secrets.token_hex(8)}.jsonl"
                await self._patiently(lambda file=file, path=path: self.job.api.download(file, path))  # type: ignore[misc]  # same
                reading.read(path)
                path.unlink()
        spent = reading.close()
        self.refused = self.refused or reading.refused
        if self.job.spend is not None:
            self.job.spend.settle(Bill(shard.most_tokens, shard.most_usd), spent)
        await self._apply(shard)

    async def _apply(self, shard: Shard) -> None:
        """Settle the articles of a batch whose results are kept, and send what they still need."""
        await self._plan(self.rows.open(self.job.run, shard))
        self._move(shard, State.APPLIED)

    def _move(self, shard: Shard, state: State, **noted: str | int | None) -> Shard:
        moved = self.rows.move(shard, state, **noted)
        self.job.tell(BatchNews(moved.state, moved.requests, moved.batch or "", moved.said or ""))
        return moved

    async def _patiently(self, step: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 - what the step returns
        """Take a step that may be repeated, until it succeeds or has failed too often in a row."""
        for failures in range(1, _PATIENCE + 1):
            try:
                return await step()
            except TransientError as error:
                if failures == _PATIENCE:
                    raise
                _log.info("%s; trying again", error)
                await asyncio.sleep(max(error.retry_after or 0.0, min(self.job.poll * failures, _LONGEST_PAUSE)))
        raise AssertionError("unreachable")

"""The one thread of a process that writes to the store: results in groups, claims in between.

A commit with ``synchronous = FULL`` waits for the disk, some milliseconds. So results are collected for at most
:data:`PATIENCE` seconds and committed together: at 1,000 articles per second that is 50 commits instead of 1,000. A
result is acknowledged, which is when :meth:`Writing.finish` returns, only after its group is on the disk.

One thread, because SQLite lets one connection write at a time, and whoever waits for it sleeps in steps.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.archive.records import Finished
    from extractor.archive.store import Store

T = TypeVar("T")

GROUP: Final = 100
"""Results in one transaction."""
PATIENCE: Final = 0.02
"""Seconds that a result waits for others."""


class Writing:
    """Writes to ``store`` for one event loop.

    Args:
        store: Where to.
        group: Results that are worth a transaction at once; fewer wait for others.
    """

    def __init__(self, store: Store, group: int = GROUP) -> None:
        self._store = store
        self._group = max(1, min(group, GROUP))
        self._thread = ThreadPoolExecutor(1, "archive-writer")
        self._waiting: list[tuple[Finished, asyncio.Future[None]]] = []
        self._full = asyncio.Event()
        self._flushing: asyncio.Task[None] | None = None

    async def call(self, work: Callable[[], T]) -> T:
        """Do ``work`` in the thread, between two groups, and return what it returns."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def finish(self, finished: Finished) -> None:
        """Keep a result; returns when it is on the disk.

        Raises:
            StoreError: It is not.
        """
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((finished, kept))
        if len(self._waiting) >= self._group:
            self._full.set()
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        # Whoever waits may be cancelled; the group, which holds others' results, goes on.
        await asyncio.shield(kept)

    async def close(self) -> None:
        """Write what is waiting, and end the thread."""
        while self._flushing is not None:
            self._full.set()
            await asyncio.wait([self._flushing])
        self._thread.shutdown(wait=True)

    async def _flush(self) -> None:
        """Write groups until nothing is waiting."""
        try:
            while self._waiting:
                if len(self._waiting) < self._group:
                    await self._pause()
                group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
                await self._write(group)
        finally:
            self._flushing = None

    async def _pause(self) -> None:
        self._full.clear()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._full.wait()
        except TimeoutError:
            pass

    async def _write(self, group: list[tuple[Finished, asyncio.Future[None]]]) -> None:
        try:
            await self.call(partial(self._store.finish, [finished for finished, _ in group]))
        except BaseException as error:
            for _, kept in group:
                if not kept.done():
                    kept.set_exception(error)
                    kept.exception()  # somebody who was cancelled does not ask for it
            if not isinstance(error, Exception):
                raise
        else:
            for _, kept in group:
                if not kept.done():
                    kept.set_result(None)

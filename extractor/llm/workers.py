"""Several workers over one iterator of work, ended together."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


async def run_workers(work: Callable[[], Coroutine[None, None, None]], count: int) -> None:
    """Run ``work`` ``count`` times at once, until all have returned.

    Args:
        work: One worker; it takes its work from an iterator that all share.
        count: How many run at once.

    Raises:
        Exception: The first one that a worker raises; the others are cancelled, and have ended, before it comes out.
    """
    workers = [asyncio.create_task(work()) for _ in range(count)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

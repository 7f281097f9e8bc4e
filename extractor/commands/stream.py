"""Many articles through one extractor: several in flight, results in the order of the inputs, memory flat.

Reading stays a few articles ahead and no more. Each is read in a thread of its own that nobody waits for: a slow pipe
must not stall the answers that are on their way, nor keep Ctrl-C from ending the program.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from extractor.articles.article import Article

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator

    from extractor.articles.read import InputFailure
    from extractor.events.summary import Extraction

T = TypeVar("T")

AHEAD = 2
"""Articles held per article in flight, so that one slow article does not leave the other slots idle."""

REFUSED = "ProviderRefusedError"
"""Kind of the problem after which no further article is asked."""


@dataclass(frozen=True, slots=True)
class Done:
    """An article and what was extracted from it."""

    article: Article
    extraction: Extraction

    @property
    def refused(self) -> bool:
        """Whether the provider refuses every article (wrong key, no quota, unknown model)."""
        return self.extraction.problem is not None and self.extraction.problem.kind == REFUSED


Result: TypeAlias = "Done | InputFailure"


async def extract_all(
    inputs: Iterator[Article | InputFailure],
    extract: Callable[[Article], Awaitable[Extraction]],
    *,
    concurrency: int,
) -> AsyncGenerator[Result, None]:
    """Yield a result for each input, in their order.

    When the provider refuses an article, that is the last result: nothing more is read or asked. Closing the iterator
    cancels what is in flight.
    """
    slots = asyncio.Semaphore(concurrency)
    queue: asyncio.Queue[asyncio.Task[Result] | None] = asyncio.Queue(AHEAD * concurrency)
    tasks: set[asyncio.Task[Result]] = set()

    stopped = False

    async def work(item: Article | InputFailure) -> Result:
        nonlocal stopped
        if not isinstance(item, Article):
            return item
        async with slots:
            if stopped:  # slots are given in order, so nobody waits for this article's result any more
                raise asyncio.CancelledError
            done = Done(item, await extract(item))
            stopped = stopped or done.refused
            return done

    async def read_ahead() -> None:
        try:
            while (item := await _next(inputs)) is not None:
                task = asyncio.create_task(work(item))
                tasks.add(task)
                await queue.put(task)
        except Exception:
            await queue.put(None)  # what was read before goes out first
            raise
        await queue.put(None)

    reading = asyncio.create_task(read_ahead())
    try:
        while (task := await queue.get()) is not None:
            result = await task
            tasks.discard(task)
            yield result
            if isinstance(result, Done) and result.refused:
                return
        await reading  # raises what the reader raised
    finally:
        for each in (reading, *tasks):
            each.cancel()
        await asyncio.gather(reading, *tasks, return_exceptions=True)


async def _next(items: Iterator[T]) -> T | None:
    """Return the next item, or None after the last; the event loop goes on meanwhile."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T | None] = loop.create_future()

    def resolve(item: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(item)

    def read() -> None:
        item, error = None, None
        try:
            item = next(items, None)
        except BaseException as exc:  # noqa: BLE001 - it is raised again where the item was awaited
            error = exc
        # The loop may have been closed by Ctrl-C while this thread was reading.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(resolve, item, error)

    threading.Thread(target=read, name="reading", daemon=True).start()
    return await future

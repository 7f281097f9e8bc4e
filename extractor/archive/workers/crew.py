"""Worker processes that take articles' turns (``turns.py``), beside an event loop that asks and a thread that writes.

The pool is :class:`concurrent.futures.ProcessPoolExecutor`, whose processes are started afresh (``spawn``), so that no
thread, lock or connection of this one is copied, and learn the prompt once. Three things it leaves to us:

A process that dies
    breaks the whole pool, and nobody can tell on whose turn it died. So everybody whose turn was lost takes it again,
    alone, in a process of its own: an article that is innocent costs nothing, and one that kills a process twice has
    failed.
A parent that dies
    would leave its workers waiting for ever; each watches its parent and goes with it.
Ctrl-C
    reaches every process of the terminal; workers ignore it, since the parent still needs them for what is in flight.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.reduction import ForkingPickler
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Self

from extractor.archive.workers.turns import Turns
from extractor.errors import ModelError
from extractor.llm.threads import usable_cores

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

    from extractor.archive.records import Brief
    from extractor.archive.workers.turns import Question, Told
    from extractor.articles.article import Article
    from extractor.llm.boundary import ModelInfo
    from extractor.prompts.registry import Prompt
    from extractor.replies import AskedModel


AFTER: Final = 32
"""Articles that are worked on in the event loop before processes are started, each of which takes a second of CPU."""


class WorkerDiedError(ModelError):
    """The process that worked on an article died, and so did the one that tried again."""


def spare_cores() -> int:
    """Return the cores that this process may use, but for the one that its event loop needs."""
    return len(usable_cores()) - 1


class Crew:
    """Worker processes for one run; a context manager that ends them.

    Args:
        count: How many, at least 1.
        prompt: Which words the run asks with.
        asked: The model, as requests' keys know it.
        after: Articles after which the processes are started.
    """

    def __init__(self, count: int, prompt: Prompt, asked: AskedModel, *, after: int = AFTER) -> None:
        self._many = _Pool(count, prompt, asked)
        self._alone = _Pool(1, prompt, asked)
        self._turn = asyncio.Lock()
        self._left = after

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._many.end()
        self._alone.end()

    @property
    def pids(self) -> list[int]:
        """Of the processes that share the work."""
        return self._many.pids

    def ready(self) -> bool:
        """Say whether the processes are there, for one more article; who does not want to wait works without them."""
        if self._left > 0:
            self._left -= 1
            return False
        self._many.start()
        return self._many.ready

    async def take(self, article: Article, told: Sequence[Told], info: ModelInfo) -> Question | Brief:
        """Return what :meth:`Turns.take` returns in one of the processes.

        Raises:
            WorkerDiedError: Two processes died over this article.
        """
        try:
            return await self._many.take(article, told, info)
        except BrokenProcessPool:
            pass
        async with self._turn:
            try:
                return await self._alone.take(article, told, info)
            except BrokenProcessPool:
                raise WorkerDiedError(
                    f"{article.id}: the process that worked on it died, twice",
                    hint="out of memory? fewer --workers need less; --workers 0 works in the main process",
                ) from None


class _Pool:
    """A pool that is started when it is first needed, and again after it broke."""

    def __init__(self, count: int, prompt: Prompt, asked: AskedModel) -> None:
        self._count, self._prompt, self._asked = count, prompt, asked
        self._executor: ProcessPoolExecutor | None = None
        self.ready = False
        """Whether a process has come up."""

    @property
    def pids(self) -> list[int]:
        """Of the processes."""
        processes = self._executor._processes if self._executor else None  # noqa: SLF001 - it has no public name
        return list(processes or ())

    def start(self) -> ProcessPoolExecutor:
        """Start all processes, unless they have been; they come up while others work."""
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                self._count, multiprocessing.get_context("spawn"), _begin, (self._prompt, self._asked)
            )
            with _sigint_held():
                for _ in range(self._count):  # a process is started for each task that finds none idle
                    self._executor.submit(_ready).add_done_callback(self._came_up)
        return self._executor

    async def take(self, article: Article, told: Sequence[Told], info: ModelInfo) -> Question | Brief:
        """Take a turn in one of the processes; raise BrokenProcessPool where one of them died."""
        executor = self.start()
        try:
            with _sigint_held():
                taken = asyncio.get_running_loop().run_in_executor(executor, _take, article, tuple(told), info)
            return await taken
        except BrokenProcessPool:
            if self._executor is executor:  # else another one has noticed it before
                self.end()
            raise

    def end(self) -> None:
        """End all processes, whatever they do; the next task starts others."""
        executor, self._executor = self._executor, None
        if executor is not None:
            processes = list((executor._processes or {}).values())  # noqa: SLF001 - terminate_workers() is of Python 3.14
            executor.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()

    def _came_up(self, _: Future[None]) -> None:
        self.ready = True


@contextlib.contextmanager
def _sigint_held() -> Iterator[None]:
    """Hold Ctrl-C back in this thread and in processes that are started meanwhile, until they can ignore it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _frozen(table: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(table)


# What is frozen in a prompt's tables goes to a process as a dict: Python cannot send it otherwise.
ForkingPickler.register(MappingProxyType, lambda table: (_frozen, (dict(table),)))

_turns: Turns | None = None
"""Of a worker process."""


def _begin(prompt: Prompt, asked: AskedModel) -> None:
    """Prepare a worker process."""
    global _turns  # noqa: PLW0603 - how an initializer of a pool hands something to its tasks
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_go_with_parent, daemon=True).start()
    _turns = Turns(prompt, asked)


def _go_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _ready() -> None:
    """Nothing; whoever submits it wants a process to be there."""


def _take(article: Article, told: Sequence[Told], info: ModelInfo) -> Question | Brief:
    assert _turns is not None
    return _turns.take(article, told, info)

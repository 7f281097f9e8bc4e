"""What stands behind every address: the model that is asked, what may be spent, and where runs and labels lie.

One model and one prompt version are opened for as long as the service runs; a request may name another version. What a
request may cost is set aside before it is asked (:mod:`extractor.web.service.purses`), so a limit is not passed by the
requests that are under way (promises.md S11).
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.archive.budget import Bill
from extractor.archive.store.handing import LOST
from extractor.articles.build import article_from_text
from extractor.errors import UsageError
from extractor.pipeline import Extractor
from extractor.prompts import registry
from extractor.web.service.callers import OPERATOR
from extractor.web.service.purses import Allowance, BusyError, Purse, SpentError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator
    from contextlib import AbstractAsyncContextManager

    from extractor.archive.budget import Bound
    from extractor.articles.article import Article
    from extractor.events.summary import Extraction, Usage
    from extractor.llm.boundary import Model
    from extractor.prompts.registry import Prompt
    from extractor.web.service.launching import Launcher


@dataclass(frozen=True, slots=True)
class Limits:
    """What one service bears."""

    body: int = 4_000_000
    """Bytes of a request's body."""
    concurrency: int = 8
    """Articles that are asked about at once."""
    waiting: int = 256
    """Articles that wait for their turn; more are told to come again."""
    budget: float | None = None
    """US dollars over the service's life, None: no limit."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where things lie."""

    store: Path | None = None
    """File of the store whose runs are shown."""
    runs: Path = Path("eval-runs")
    """Folder of kept evaluation runs."""
    gold: Path | None = None
    """The labelled set; None: the shipped one."""
    prompts: Path | None = None
    """Prompts of one's own; None: the shipped ones."""


@dataclass(slots=True)
class Service:
    """A model and its limits, from the first request to the last.

    Args:
        open_model: Opens the model, for as long as the service runs.
        model: Its name.
        prompt: The version that is asked where a request names none.
        places: Where runs, labels and prompts lie.
        limits: What it bears.
        deadline: Wall-clock seconds per article.
        not_tuning: Whether articles of the half ``test`` may be shown.
    """

    open_model: Callable[[], AbstractAsyncContextManager[Model]]
    model: str
    prompt: Prompt
    places: Places = Places()
    limits: Limits = Limits()
    deadline: float = 600.0
    not_tuning: bool = False
    launcher: Launcher | None = None
    """Begins runs; None: they are only watched."""
    bound: Callable[[Prompt], Bound] | None = None
    """Makes what works out the most that an article can cost; None: nothing is set aside for requests under way."""
    purses: dict[str, Purse] = field(default_factory=dict)
    """By the caller's name."""
    whole: Purse = field(init=False)
    """What the service may spend in all."""
    unpriced: bool = False
    """Whether the model has turned out to be one whose tokens have no known price."""
    stopping: bool = False
    """Whether a signal has come: streams without an end of their own end now."""
    _opened: Model | None = None
    _turn: asyncio.Semaphore = field(init=False)
    _asking: set[asyncio.Task[Extraction]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Make room for as many as may be asked about at once."""
        self._turn = asyncio.Semaphore(self.limits.concurrency)
        self.whole = Purse("this service", Allowance(budget=self.limits.budget))

    @property
    def store(self) -> Path | None:
        """File of the store whose runs are shown."""
        return self.places.store

    @property
    def runs(self) -> Path:
        """Folder of kept evaluation runs."""
        return self.places.runs

    @property
    def gold(self) -> Path | None:
        """The labelled set; None: the shipped one."""
        return self.places.gold

    @property
    def asked(self) -> tuple[str, str]:
        """Names of the model and of the prompt version."""
        return self.model, self.prompt.spec

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Hold the model open; what is under way when this ends is waited for by the server, not here."""
        async with self.open_model() as model:
            self._opened = model
            try:
                yield
            finally:
                self._opened = None

    async def extract(self, text: str, published: dt.date | None, caller: str = OPERATOR) -> tuple[Article, Extraction]:
        """Return a plain text read as an article, and what was found in it.

        Raises:
            ExtractorError: It is no article, too many wait, or nothing may be spent any more.
        """
        article = await asyncio.to_thread(article_from_text, text, published=published)
        return article, await self.ask(article, caller=caller)

    async def ask(self, article: Article, spec: str | None = None, *, caller: str = OPERATOR) -> Extraction:
        """Return what the model finds in ``article``; what it refuses or garbles is the extraction's ``outcome``.

        Args:
            article: What was read.
            spec: Prompt version, ``NAME@VERSION``; None: the service's own.
            caller: Who asks, and pays.

        Raises:
            BusyError: Too many wait already, or what may be spent is set aside for those.
            SpentError: Nothing may be spent any more.
            PromptError: There is no such version.
        """
        if self._opened is None:
            raise UsageError("the service is not open")
        prompt = self.prompt
        if spec is not None:
            prompt = await asyncio.to_thread(registry.load_extracting, spec, self.places.prompts)
        if self.in_flight >= self.limits.concurrency + self.limits.waiting:
            raise BusyError(f"{self.in_flight} articles wait already", hint="send it again in a few seconds")
        bill = Bill(0, 0.0)
        if self.bound is not None and (self.whole.limited or self.purse(caller).limited):
            bill = await asyncio.to_thread(self.bound(prompt).bill, article)
        self.purse(caller).enter()
        self.whole.in_flight += 1
        try:
            await self._turn.acquire()
        except BaseException:
            self._leave(caller)
            raise
        asking = asyncio.create_task(
            self._asked(Extractor(self._opened, prompt, deadline=self.deadline), article, caller, bill)
        )
        self._asking.add(asking)
        asking.add_done_callback(self._answered)
        return await asyncio.shield(asking)

    @property
    def in_flight(self) -> int:
        """Articles that are asked about, and that wait."""
        return self.whole.in_flight

    @property
    def spent(self) -> Usage:
        """What requests have cost so far, as far as it is known."""
        return self.whole.spent

    def _leave(self, caller: str) -> None:
        self.whole.in_flight -= 1
        self.purse(caller).in_flight -= 1

    def _answered(self, asking: asyncio.Task[Extraction]) -> None:
        self._asking.discard(asking)
        if not asking.cancelled():
            asking.exception()  # looked at, or asyncio prints a traceback where nobody waits any more

    async def _asked(self, extractor: Extractor, article: Article, caller: str, bill: Bill) -> Extraction:
        """Ask and count, also where nobody waits for the answer any more: it is paid for."""
        purses, taken = (self.whole, self.purse(caller)), list[Purse]()
        used: Usage | None = None
        try:
            self._require_known_cost(purses)
            for purse in purses:
                purse.take(bill)
                taken.append(purse)
            used = LOST  # until it has ended: whatever breaks it off, it may have been billed
            extraction = await extractor.extract(article)
            used = extraction.usage
        finally:
            self._turn.release()
            self._leave(caller)
            for purse in taken:
                purse.settle(bill, used)
        self.unpriced = self.unpriced or (used.cost_usd is None and used.tokens_in is not None)
        return extraction

    def stop(self) -> None:
        """Begin to wind up: the run that is under way is stopped, and nobody waits for its progress.

        Waits for nothing, so that a signal handler may call it.
        """
        self.stopping = True
        if self.launcher is not None:
            self.launcher.interrupt()

    def purse(self, caller: str) -> Purse:
        """Return what a caller may spend; whoever is not named has no limits of their own."""
        if caller not in self.purses:
            self.purses[caller] = Purse(caller)
        return self.purses[caller]

    @contextmanager
    def sitting(self, caller: str, run: str, most: Allowance, cost: float = 0.0) -> Iterator[None]:
        """Set aside what a sitting of a run may cost, in the caller's purse and that of the service.

        Args:
            caller: Who begins it.
            run: Its name.
            most: What all sittings of the run may cost together.
            cost: US dollars that it has cost so far, where this service does not know it yet.

        Raises:
            UsageError: A purse has a limit, and the run has none.
            SpentError: Less than that is left.
        """
        with self.whole.sitting(run, most, cost), self.purse(caller).sitting(run, most, cost):
            yield

    def require_price(self) -> None:
        """Raise UsageError where no price is known for the model: a limit in dollars could not be kept."""
        if self.bound is not None and self.bound(self.prompt).unpriced:
            raise UsageError(
                f"no price is known for {self.model!r}, so a limit in US dollars cannot be kept",
                hint="limit tokens instead: max_tokens_total in the file of --callers",
            )

    def _require_known_cost(self, purses: Iterable[Purse]) -> None:
        """Raise SpentError where a limit in dollars cannot be kept, because answers come without a price."""
        limited = [purse.whose for purse in purses if purse.allowance.budget is not None]
        if limited and self.unpriced:
            raise SpentError(
                f"{self.model} has no known price, so the budget of {limited[0]} cannot be kept",
                hint="limit tokens instead, or ask another --model",
            )

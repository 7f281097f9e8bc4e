"""What stands behind every address: the model that is asked, what may be spent, and where runs and labels lie.

One model and one prompt version are opened for as long as the service runs; a request may name another version. What a
request costs is added up and compared with the limit before the next is let in, so the limit is passed by at most
the requests that were under way (promises.md S11).
"""

from __future__ import annotations

import asyncio
import math
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.articles.build import article_from_text
from extractor.errors import ExtractorError, UsageError
from extractor.events.summary import Usage
from extractor.pipeline import Extractor
from extractor.prompts import registry

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractAsyncContextManager

    from extractor.articles.article import Article
    from extractor.events.summary import Extraction
    from extractor.llm.boundary import Model
    from extractor.prompts.registry import Prompt
    from extractor.web.service.launching import Launcher


class BusyError(ExtractorError):
    """As many articles wait as may wait; nothing was asked, and the same request may come again."""

    retryable = True


class SpentError(ExtractorError):
    """What the service may spend is spent; nothing was asked."""


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
    spent: Usage = field(default_factory=lambda: Usage(cost_usd=0.0))
    """What was used so far."""
    unpriced: bool = False
    """Whether the model has turned out to be one whose tokens have no known price."""
    stopping: bool = False
    """Whether a signal has come: streams without an end of their own end now."""
    set_aside: float = 0.0
    """US dollars that runs of this service may cost, used or not."""
    _caps: dict[str, float] = field(default_factory=dict)
    """Name of a run → the cost in US dollars up to which money is set aside for it."""
    in_flight: int = 0
    """Articles that are asked about, and that wait."""
    _opened: Model | None = None
    _turn: asyncio.Semaphore = field(init=False)
    _asking: set[asyncio.Task[Extraction]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Make room for as many as may be asked about at once."""
        self._turn = asyncio.Semaphore(self.limits.concurrency)

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

    async def extract(self, text: str, published: dt.date | None) -> tuple[Article, Extraction]:
        """Return a plain text read as an article, and what was found in it.

        Raises:
            ExtractorError: It is no article, too many wait, or nothing may be spent any more.
        """
        article = await asyncio.to_thread(article_from_text, text, published=published)
        return article, await self.ask(article)

    async def ask(self, article: Article, spec: str | None = None) -> Extraction:
        """Return what the model finds in ``article``; what it refuses or garbles is the extraction's ``outcome``.

        Args:
            article: What was read.
            spec: Prompt version, ``NAME@VERSION``; None: the service's own.

        Raises:
            BusyError: Too many wait already.
            SpentError: Nothing may be spent any more.
            PromptError: There is no such version.
        """
        if self._opened is None:
            raise UsageError("the service is not open")
        prompt = self.prompt if spec is None else await asyncio.to_thread(registry.load, spec, self.places.prompts)
        if self.in_flight >= self.limits.concurrency + self.limits.waiting:
            raise BusyError(f"{self.in_flight} articles wait already", hint="send it again in a few seconds")
        self.in_flight += 1
        try:
            await self._turn.acquire()
        except BaseException:
            self.in_flight -= 1
            raise
        asking = asyncio.create_task(self._asked(Extractor(self._opened, prompt, deadline=self.deadline), article))
        self._asking.add(asking)
        asking.add_done_callback(self._answered)
        return await asyncio.shield(asking)

    def _answered(self, asking: asyncio.Task[Extraction]) -> None:
        self._asking.discard(asking)
        if not asking.cancelled():
            asking.exception()  # looked at, or asyncio prints a traceback where nobody waits any more

    async def _asked(self, extractor: Extractor, article: Article) -> Extraction:
        """Ask and count, also where nobody waits for the answer any more: it is paid for."""
        try:
            self._require_money()
            extraction = await extractor.extract(article)
        finally:
            self._turn.release()
            self.in_flight -= 1
        used = extraction.usage
        self.unpriced = self.unpriced or (used.cost_usd is None and used.tokens_in is not None)
        # An attempt without figures (a time-out) would make the sum unknown for good, and the limit with it.
        self.spent += used if used.cost_usd is not None else used.model_copy(update={"cost_usd": 0.0})
        return extraction

    def stop(self) -> None:
        """Begin to wind up: the run that is under way is stopped, and nobody waits for its progress.

        Waits for nothing, so that a signal handler may call it.
        """
        self.stopping = True
        if self.launcher is not None:
            self.launcher.interrupt()

    @contextmanager
    def sitting(self, run: str, budget: float | None, cost: float = 0.0) -> Iterator[None]:
        """Set aside what a sitting of a run may cost, for the service's life; given back where the block raises.

        Args:
            run: Its name.
            budget: US dollars that the run may cost, all its sittings together.
            cost: What it has cost before this service knew it.

        Raises:
            UsageError: The service has a budget, and the run has none.
            SpentError: Less than that is left.
        """
        if self.limits.budget is None:
            yield
            return
        if budget is None:
            raise UsageError("this service has a budget", hint="name the run's own with budget, in US dollars")
        before = self._caps.get(run, cost)
        more = max(0.0, budget - before)
        if more > self.left:
            raise SpentError(f"{self.left:g} USD of this service are left", hint="lower the run's budget")
        self._caps[run], self.set_aside = max(before, budget), self.set_aside + more
        try:
            yield
        except BaseException:
            self._caps[run], self.set_aside = before, self.set_aside - more
            raise

    @property
    def left(self) -> float:
        """US dollars that may still be spent or set aside; infinite without a budget."""
        if self.limits.budget is None:
            return math.inf
        return max(0.0, self.limits.budget - self.set_aside - (self.spent.cost_usd or 0.0))

    def _require_money(self) -> None:
        budget = self.limits.budget
        if budget is not None and self.unpriced:
            raise SpentError(
                f"{self.model} has no known price, so the {budget:g} USD of this service cannot be kept",
                hint="start it without --budget, or with another --model",
            )
        if budget is not None and self.left <= 0:
            raise SpentError(f"the {budget:g} USD of this service are spent", hint="start it with a higher --budget")

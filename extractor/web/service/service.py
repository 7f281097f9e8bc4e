"""What stands behind every address: the model that is asked, what may be spent, and where runs and labels lie.

One model and one prompt version are opened for as long as the service runs; a request may name another version. What a
request costs is added up and compared with the limit before the next is let in, so the limit is passed by at most
the requests that were under way (promises.md S11).
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
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
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from extractor.articles.article import Article
    from extractor.events.summary import Extraction
    from extractor.llm.boundary import Model
    from extractor.prompts.registry import Prompt


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
    spent: Usage = field(default_factory=lambda: Usage(cost_usd=0.0))
    """What was used so far."""
    in_flight: int = 0
    """Articles that are asked about, and that wait."""
    _opened: Model | None = None
    _turn: asyncio.Semaphore = field(init=False)

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
            async with self._turn:
                self._require_money()
                extraction = await Extractor(self._opened, prompt, deadline=self.deadline).extract(article)
        finally:
            self.in_flight -= 1
        used = extraction.usage
        # An unknown price would make the sum unknown for good, and the limit with it.
        self.spent += used if used.cost_usd is not None else used.model_copy(update={"cost_usd": 0.0})
        return extraction

    def _require_money(self) -> None:
        budget = self.limits.budget
        if budget is not None and (self.spent.cost_usd or 0.0) >= budget:
            raise SpentError(f"the {budget:g} USD of this service are spent", hint="start it with a higher --budget")

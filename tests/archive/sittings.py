"""Sittings on a run in this process: a store on disk, made-up articles, and a model that costs what it says."""

from __future__ import annotations

import asyncio
import random
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extractor.archive.asking import Asking
from extractor.archive.keys import replies_digest
from extractor.archive.reading import Source
from extractor.archive.records import Plan
from extractor.archive.run import Brake, Job, work_on
from extractor.archive.selection import Choosing, Selection
from extractor.articles.options import ReadOptions
from extractor.errors import InvalidReplyError
from extractor.events.summary import Usage
from extractor.llm.boundary import Answer, ModelInfo
from extractor.llm.classify import Where
from extractor.llm.parse import parse_reply
from extractor.prompts.registry import load
from extractor.replies import AskedModel
from tests.archive_stub import reply_to

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from extractor.archive.budget import Bound, Spend
    from extractor.archive.progress import Ended, Event
    from extractor.archive.records import Run
    from extractor.archive.store import Store
    from extractor.archive.workers.crew import Crew
    from extractor.errors import ModelError
    from extractor.llm.boundary import Ask, R

PROMPT = load("events@v1")
ASKED = AskedModel(name="made-up", endpoint="nowhere")
_TOLL = re.compile(r"At least (\d+) dock workers")


@dataclass
class Priced:
    """A :class:`extractor.llm.boundary.Model` that counts what it charged, and what was cut off."""

    seed: int = 0
    delay: float = 0.0
    """Most seconds before an answer."""
    dearest: float = 0.01
    """Most US dollars that an answer costs."""
    fails: Callable[[str, int], ModelError | None] = lambda _toll, _number: None
    """Says how the n-th question about an article fails."""
    asked: list[str] = field(default_factory=list)
    charged: list[Usage] = field(default_factory=list)
    """Of the questions that were answered or failed."""
    cut_off: int = 0
    in_flight: int = 0
    peak: int = 0

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - costs and delays, no secrets

    @property
    def info(self) -> ModelInfo:
        """A name that no provider has."""
        return ModelInfo("made-up", "nowhere", "json_schema")

    @property
    def cost(self) -> float:
        """US dollars charged so far."""
        return sum(usage.cost_usd or 0.0 for usage in self.charged)

    async def ask(self, ask: Ask[R]) -> Answer[R]:
        """Answer by the article's toll."""
        toll = _TOLL.findall("".join(message.content for message in ask.messages))[-1]
        self.asked.append(toll)
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            await asyncio.sleep(self._chance.uniform(0, self.delay))
        except asyncio.CancelledError:
            self.cut_off += 1
            raise
        finally:
            self.in_flight -= 1
        read, written = self._chance.randint(500, 900), self._chance.randint(50, 100)
        dollars = self._chance.uniform(self.dearest / 2, self.dearest)
        usage = Usage(requests=1, tokens_in=read, tokens_out=written, cost_usd=dollars)
        self.charged.append(usage)
        if (error := self.fails(toll, self.asked.count(toll))) is not None:
            error.usage = usage
            raise error
        said = reply_to(toll)
        return Answer(parse_reply(said, ask.reply, Where("made-up", "nowhere")), said, usage)


@dataclass
class Told:
    """A watcher that keeps what it was told, and does something at each event."""

    events: list[Event] = field(default_factory=list)
    then: Callable[[Event], None] = lambda _event: None

    def tell(self, event: Event) -> None:
        """Keep ``event``."""
        self.events.append(event)
        self.then(event)


def begin(store: Store, archive: Path, name: str) -> Run:
    """Return the run ``name`` about ``archive``; runs of different names have different questions."""
    plan = Plan(
        name=name,
        prompt=PROMPT.spec,
        prompt_digest=PROMPT.digest,
        replies_digest=replies_digest(PROMPT),
        model=ASKED,
        settings={"name": name},
        sources=(str(archive),),
    )
    return store.begin(plan, PROMPT)


async def sit(
    store: Store,
    run: Run,
    model: Priced,
    *,
    concurrency: int = 4,
    spend: Spend | None = None,
    bound: Bound | None = None,
    told: Told | None = None,
    brake: Brake | None = None,
    drain: float = 10.0,
    deadline: float = 600.0,
    crew: Crew | None = None,
) -> Ended:
    """Do one sitting."""
    run = store.run(run.name)
    job = Job(
        store=store,
        run=run,
        source=Source(run.plan.sources, ReadOptions(), Choosing(Selection())),
        asking=Asking(model, PROMPT, ASKED, lambda _key: None, deadline, crew),
        concurrency=concurrency,
        watcher=told or Told(),
        spend=spend,
        bound=bound,
        drain=drain,
    )
    return await work_on(job, brake)


def no_json() -> InvalidReplyError:
    """Return what a reply that fits nothing raises."""
    return InvalidReplyError("made-up: the reply is no JSON")

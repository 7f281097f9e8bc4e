"""One claimed article through the pipeline: what is kept is used again, what is asked is counted.

Two accounts are kept. The extraction's own usage says what its replies cost in their time, so that results do not
depend on what was asked before. What this attempt really spent (:attr:`extractor.archive.records.Finished.spent`) is
counted where requests go out, the failed ones included, and is what budgets and tallies add up.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extractor.archive.records import Finished
from extractor.archive.workers.turns import Question, Told
from extractor.errors import ModelError, TransientError
from extractor.events.summary import Usage
from extractor.pipeline import Extractor
from extractor.replies import KeepingModel, KeptReply, Subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.archive.records import Brief, Task
    from extractor.archive.workers.crew import Crew
    from extractor.events.summary import Extraction
    from extractor.llm.boundary import Answer, Ask, Model, ModelInfo, R
    from extractor.prompts.registry import Prompt
    from extractor.replies import AskedModel


@dataclass(frozen=True, slots=True)
class Asking:
    """With what a run asks."""

    model: Model
    prompt: Prompt
    asked: AskedModel
    kept: Callable[[str], KeptReply | None]
    """Returns the kept reply to a request, by its key."""
    deadline: float = 600.0
    """Wall-clock seconds per article."""
    crew: Crew | None = None
    """Processes that word and ground; None: it happens in the event loop."""


@dataclass(slots=True)
class Metered:
    """A :class:`extractor.llm.boundary.Model` that adds up what goes through it."""

    model: Model
    spent: Usage = Usage(cost_usd=0.0)  # noqa: RUF009 - frozen
    retry_after: float | None = None
    """Seconds after which the last question is worth another try: the server asked to wait beyond the deadline."""

    @property
    def info(self) -> ModelInfo:
        """What the model says of itself."""
        return self.model.info

    async def ask(self, ask: Ask[R]) -> Answer[R]:
        """Ask, and count what it cost, also where it fails."""
        self.retry_after = None
        try:
            answer = await self.model.ask(ask)
        except ModelError as error:
            self.spent += error.usage or Usage()
            self.retry_after = error.retry_after if isinstance(error, TransientError) else None
            raise
        self.spent += answer.usage
        return answer


@dataclass(frozen=True, slots=True)
class _Kept:
    """Replies of the store; new ones are written with their article."""

    find: Callable[[str], KeptReply | None]

    def get(self, key: str) -> KeptReply | None:
        """Return the kept reply to a request."""
        return self.find(key)

    def put(self, reply: KeptReply) -> None:
        """Nothing: it is part of the result."""


async def ask_about(task: Task, asking: Asking) -> tuple[Finished, float | None]:
    """Ask about one article.

    Returns:
        How it ended, and, where the server asks to come back later than the article's deadline, in how many seconds.
    """
    if asking.crew is not None and asking.crew.ready():
        return await _ask_by(asking.crew, task, asking)
    metered = Metered(asking.model)
    model = KeepingModel(metered, Subject(task.article, asking.prompt, asking.asked), _Kept(asking.kept))
    extraction = await Extractor(model, asking.prompt, deadline=asking.deadline).extract(task.article)
    finished = Finished(task, extraction, tuple(model.replies), metered.spent)
    return finished, None if extraction.problem is None else metered.retry_after


async def _ask_by(crew: Crew, task: Task, asking: Asking) -> tuple[Finished, float | None]:
    """Ask what the crew words, until it has a result."""
    metered, told = Metered(asking.model), list[Told]()
    until = asyncio.get_running_loop().time() + asking.deadline
    made: Extraction | Brief
    try:
        while isinstance(turn := await crew.take(task.article, told, asking.model.info), Question):
            if turn.again:
                told.pop()
            kept = None if turn.again else asking.kept(turn.key)
            if kept is None:
                answer = await metered.ask(replace(turn.ask, deadline=until))
                told.append(Told(KeptReply(key=turn.key, raw=answer.raw, usage=answer.usage)))
            else:
                told.append(Told(kept, kept=True))
        made = turn
    except ModelError as error:
        before = sum((one.reply.usage for one in told), Usage(cost_usd=0.0))
        made = Extractor(asking.model, asking.prompt).failed(task.article, error, before)
    finished = Finished(task, made, tuple(one.reply for one in told), metered.spent)
    return finished, None if made.problem is None else metered.retry_after

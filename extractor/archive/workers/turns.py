"""One article's way through the pipeline in turns, so that it can be computed in another process than it is asked in.

::

    turn(article, told) ──▶ Question     the next thing to ask; its answer goes into ``told``, and it is the turn again
                        └─▶ Brief        everything is answered: grounded, and packed as the store keeps it

A turn is a function of its arguments and nothing else: it runs :class:`extractor.pipeline.Extractor` from the beginning
against a model that repeats what it was told and stops at the first question beyond. So a turn whose process died is
simply taken again, and there is one pipeline, not two. What is repeated is rendering, 0.2 ms; what is big (an
extraction of 18 events takes 10 ms to hand from one process to another, and 0.2 ms once it is packed) stays here.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from extractor.archive.store.writing import brief
from extractor.errors import ModelError
from extractor.pipeline import Extractor
from extractor.replies import Subject, read_again

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.archive.records import Brief
    from extractor.articles.article import Article
    from extractor.llm.boundary import Answer, Ask, ModelInfo, R
    from extractor.prompts.registry import Prompt
    from extractor.replies import AskedModel, KeptReply


@dataclass(frozen=True, slots=True)
class Told:
    """The answer to one question of an article."""

    reply: KeptReply
    kept: bool = False
    """It was kept from earlier, and may be one that today's reply type refuses."""


@dataclass(frozen=True, slots=True)
class Question:
    """What an article asks next."""

    ask: Ask[Any]
    key: str
    """Of the request."""
    again: bool = False
    """The last answer told was kept and is refused: this is its question, to be asked anew."""


@dataclass(slots=True)
class Turns:
    """Takes the turns of one run's articles; holds an event loop, so close it.

    Args:
        prompt: Which words the run asks with.
        asked: The model, as requests' keys know it.
    """

    prompt: Prompt
    asked: AskedModel
    _runner: asyncio.Runner = field(default_factory=asyncio.Runner)

    def take(self, article: Article, told: Sequence[Told], info: ModelInfo) -> Question | Brief:
        """Return what ``article`` asks after it was ``told`` so much, or its result; ``info`` is the model's."""
        model = _Repeating(Subject(article, self.prompt, self.asked), told, info)
        try:
            return brief(self._runner.run(Extractor(model, self.prompt).extract(article)))
        except _Asks as stop:
            return stop.question

    def close(self) -> None:
        """Close the event loop."""
        self._runner.close()


class _Asks(Exception):  # noqa: N818 - no error: it carries a question out of the pipeline
    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question


@dataclass(slots=True)
class _Repeating:
    """A :class:`extractor.llm.boundary.Model` that knows the first answers and stops at the next question."""

    subject: Subject
    told: Sequence[Told]
    info: ModelInfo
    _next: int = 0

    async def ask(self, ask: Ask[R]) -> Answer[R]:
        """Repeat an answer; stop where there is none."""
        if self._next == len(self.told):
            raise _Asks(Question(ask, self.subject.key(ask)))
        answer = self.told[self._next]
        self._next += 1
        try:
            return read_again(answer.reply, ask, self.info)
        except ModelError:
            if not answer.kept:
                raise
            raise _Asks(Question(ask, answer.reply.key, again=True)) from None

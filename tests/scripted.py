"""The scripted model: says what it is told to say, word for word, behind the boundary of ``llm/boundary.py``.

Its replies are raw strings that go through the client's own validation, so a hostile reply (wrong types, NaN, 10 MB,
no JSON at all) meets the same doorway as one from a live model. It keeps what it was asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from extractor.errors import ModelError
from extractor.events.summary import Usage
from extractor.llm.boundary import Answer, ModelInfo, R
from extractor.llm.classify import Where
from extractor.llm.parse import parse_reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.llm.boundary import Ask

USAGE = Usage(requests=1, tokens_in=900, tokens_cached=600, tokens_out=100, tokens_reasoning=0, cost_usd=0.0)


class ScriptedModel:
    """A :class:`extractor.llm.boundary.Model` that plays its ``replies`` in order, the last one for ever.

    A reply is the raw text of the model, an error to raise, or a function that makes either from the question.
    """

    def __init__(
        self, *replies: str | ModelError | Callable[[Ask[Any]], str | ModelError], name: str = "scripted"
    ) -> None:
        self.replies = replies
        self.asked: list[Ask[Any]] = []
        self._name = name

    @property
    def info(self) -> ModelInfo:
        """A name that no provider has."""
        return ModelInfo(self._name, "scripted", "json_schema")

    async def ask(self, ask: Ask[R]) -> Answer[R]:
        """Return the next reply, validated, or raise what its validation raises; it is never asked again."""
        reply = self.replies[min(len(self.asked), len(self.replies) - 1)]
        self.asked.append(ask)
        said = reply(ask) if callable(reply) else reply
        try:
            if isinstance(said, ModelError):
                raise said
            return Answer(parse_reply(said, ask.reply, Where(self._name, "scripted")), said, USAGE)
        except ModelError as error:
            error.usage = USAGE
            raise

"""Finds out, without asking, which requests an article still needs: the pipeline runs over the replies that are there.

Each question whose reply is known is answered from the store. The others are collected: the pipeline goes on with an
empty reply in their place, so that all questions of one step are found in one go (a version may ask window by window,
or event by event), and what it made of empty replies is thrown away. A question of a later step depends on the replies
of an earlier one, so nothing of a later step is collected while one of the earlier is missing: a version with two
dependent steps takes two rounds of batches.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from extractor.archive.batches.records import Settled
from extractor.errors import ModelError, TransientError
from extractor.events.reply import Filled, Found
from extractor.events.summary import Usage
from extractor.llm.boundary import Answer, Ask
from extractor.llm.classify import Where
from extractor.llm.parse import parse_reply
from extractor.pipeline import Extractor
from extractor.replies import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from pydantic import BaseModel

    from extractor.archive.batches.records import Known, Open
    from extractor.llm.boundary import ModelInfo, R
    from extractor.prompts.registry import Prompt
    from extractor.replies import AskedModel, KeptReply

MOST_TRIES: Final = 4
"""Batches that may leave a request unfinished before its article fails."""
_EMPTY: Final[Mapping[type[BaseModel], BaseModel]] = {
    Found: Found(events=()),
    Filled: Filled(by=(), to=(), when=None, place=None),
}
"""Stands in for a reply that is not there, where other questions of the same step follow."""


class Lookup(Protocol):
    """Returns what is known of requests, by their keys; what nothing is known of is left out."""

    def __call__(self, keys: Sequence[str]) -> Mapping[str, Known]:
        """Look ``keys`` up."""
        ...


class _NotYetError(Exception):
    """No further question can be worded before a reply that is missing has come."""


@dataclass(slots=True)
class _Collecting:
    """A :class:`extractor.llm.boundary.Model` that answers what is known and collects the rest."""

    info: ModelInfo
    subject: Subject
    lookup: Lookup
    elsewhere: AbstractSet[str]
    """Requests whose cost another article counts."""
    missing: dict[str, Ask[Any]] = field(default_factory=dict)
    used: list[KeptReply] = field(default_factory=list)
    spent: Usage = field(default_factory=lambda: Usage(cost_usd=0.0))
    counted: list[str] = field(default_factory=list)

    async def ask(self, ask: Ask[R]) -> Answer[R]:
        """Return the known reply or an empty one; raise the error that is known."""
        key = self.subject.key(ask)
        known = self.lookup([key]).get(key)
        if known is None or not (known.reply or known.error or known.tries >= MOST_TRIES):
            return self._collect(key, ask)
        if known.usage is not None and key not in self.counted and key not in self.elsewhere:
            self.spent += known.usage
            self.counted.append(key)
        if known.reply is None:
            error = known.error or TransientError(f"{known.tries} batches left it unfinished", hint="try again later")
            error.usage = known.usage
            raise error
        try:
            reply = parse_reply(known.reply.raw, ask.reply, Where(self.info.name, self.info.endpoint))
        except ModelError as error:
            error.usage = known.reply.usage
            raise
        self.used.append(known.reply)
        return Answer(reply, known.reply.raw, known.reply.usage)

    def _collect(self, key: str, ask: Ask[R]) -> Answer[R]:
        if any(other.reply is not ask.reply for other in self.missing.values()):
            raise _NotYetError
        self.missing[key] = ask
        empty = _EMPTY.get(ask.reply)
        if empty is None:
            raise _NotYetError
        return Answer(empty, "", Usage())  # type: ignore[arg-type]  # of type ask.reply, by the table above


@dataclass(frozen=True, slots=True)
class Needs:
    """With what the articles of a run are looked at; one for each round, in which a request's cost counts once."""

    info: ModelInfo
    prompt: Prompt
    asked: AskedModel
    lookup: Lookup
    _counted: set[str] = field(default_factory=set)

    async def of(self, open_: Open) -> Settled | Mapping[str, Ask[Any]]:
        """Return the article's result where all replies are there, else what has to be asked, by key."""
        model = _Collecting(self.info, Subject(open_.article, self.prompt, self.asked), self.lookup, self._counted)
        try:
            extraction = await Extractor(model, self.prompt).extract(open_.article)
        except _NotYetError:
            return model.missing
        if model.missing and extraction.problem is None:
            return model.missing
        self._counted.update(model.counted)
        return Settled(open_, extraction, tuple(model.used), model.spent, tuple(model.counted))

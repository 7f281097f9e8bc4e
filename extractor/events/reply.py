"""What a model is asked to fill: the reply types, as immutable as the prompt versions that name them.

Every string is copied from the article, every enum is closed, every field is required (null where absent), and
everything is bounded, so that a small model under a grammar cannot loop. Field order is generation order: evidence
first, labels after, the summary last. ``ReplyEvent`` is the full form; every other reply type becomes it through
``to_events()``. No value here is trusted: the grounders of this package check each one against the article.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from extractor.events.vocabulary import (
    EventType,
    Involvement,
    Measure,
    Role,
    Sector,
    Stance,
    Standing,
    Status,
    Who,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

Name = Annotated[str, Field(max_length=120)]
Words = Annotated[str, Field(max_length=80)]
SentenceNumber = Annotated[int, Field(ge=1, le=9999)]


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ReplyActor(_Closed):
    """An actor in the article's words."""

    name: Name
    role: Role
    sector: Sector
    involvement: Involvement


class ReplyCount(_Closed):
    """A number of persons in the article's words, and who gave it."""

    measure: Measure
    who: Who
    words: Words
    source: Name | None


class ReplySpeaker(_Closed):
    """Who says so (None: the reporter), and how."""

    name: Name | None
    stance: Stance


class ReplyEvent(_Closed):
    """One event as the model read it."""

    sentences: Annotated[tuple[SentenceNumber, ...], Field(min_length=1, max_length=6)]
    type: EventType
    status: Status
    standing: Standing
    when: Words | None
    place: Words | None
    country: Words | None
    actors: Annotated[tuple[ReplyActor, ...], Field(max_length=8)]
    counts: Annotated[tuple[ReplyCount, ...], Field(max_length=10)]
    speakers: Annotated[tuple[ReplySpeaker, ...], Field(max_length=4)]
    summary: Annotated[str, Field(max_length=320)]


class Reply(_Closed):
    """``events.v1``: everything in one call."""

    published: Words | None
    events: Annotated[tuple[ReplyEvent, ...], Field(max_length=30)]


class FoundEvent(_Closed):
    """An event told in one line, and the numbers of the sentences that report it."""

    what: Annotated[str, Field(max_length=120)]
    sentences: Annotated[tuple[SentenceNumber, ...], Field(min_length=1, max_length=3)]


class Found(_Closed):
    """``find.v1``: the events of an article, or of a part of it, each told in one line."""

    events: Annotated[tuple[FoundEvent, ...], Field(max_length=4)]


class Filled(_Closed):
    """``fill.v1``: who, to whom, when and where, for one event that was found."""

    by: Annotated[tuple[Words, ...], Field(max_length=3)]
    to: Annotated[tuple[Words, ...], Field(max_length=3)]
    when: Words | None
    place: Words | None


class LiteCount(_Closed):
    """A number of persons in the article's words, and who gave it."""

    measure: Measure
    who: Who
    words: Words
    source: Name | None


class LiteEvent(_Closed):
    """An event as small models fill it; what it lacks of :class:`ReplyEvent` takes the documented default."""

    sentences: Annotated[tuple[SentenceNumber, ...], Field(min_length=1, max_length=6)]
    type: EventType
    standing: Standing
    when: Words | None
    place: Words | None
    country: Words | None
    initiators: Annotated[tuple[Words, ...], Field(max_length=4)]
    participants: Annotated[tuple[Words, ...], Field(max_length=4)]
    targets: Annotated[tuple[Words, ...], Field(max_length=4)]
    counts: Annotated[tuple[LiteCount, ...], Field(max_length=10)]
    speakers: Annotated[tuple[Name, ...], Field(max_length=4)]
    summary: Annotated[str, Field(max_length=320)]

    def to_event(self) -> ReplyEvent:
        """Return the full form: status actual, involvement stated, sector unknown, speakers report."""
        sides = (
            (Role.INITIATOR, self.initiators),
            (Role.PARTICIPANT, self.participants),
            (Role.TARGET, self.targets),
        )
        return ReplyEvent(
            sentences=self.sentences,
            type=self.type,
            status=Status.ACTUAL,
            standing=self.standing,
            when=self.when,
            place=self.place,
            country=self.country,
            actors=tuple(
                ReplyActor(name=name, role=role, sector=Sector.UNK, involvement=Involvement.STATED)
                for role, names in sides
                for name in names
            )[:8],
            counts=tuple(ReplyCount(measure=c.measure, who=c.who, words=c.words, source=c.source) for c in self.counts),
            speakers=tuple(ReplySpeaker(name=name, stance=Stance.REPORTS) for name in self.speakers),
            summary=self.summary,
        )


class LiteReply(_Closed):
    """``events-lite.v1``: everything a small model can be asked for."""

    events: Annotated[tuple[LiteEvent, ...], Field(max_length=30)]

    def to_reply(self) -> Reply:
        """Return the full form."""
        return Reply(published=None, events=tuple(event.to_event() for event in self.events))


class Same(StrEnum):
    """Whether two reports tell of one event."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class SameEvent(_Closed):
    """``same-event.v1``: whether two mentions are one event, the reason first."""

    because: Annotated[str, Field(max_length=160)]
    same: Same


REPLY_TYPES: Final[Mapping[str, type[BaseModel]]] = {
    "events.v1": Reply,
    "events-lite.v1": LiteReply,
    "find.v1": Found,
    "fill.v1": Filled,
    "same-event.v1": SameEvent,
}
"""The reply types by the names that prompt versions call them."""
EXTRACTS: Final = frozenset({"events.v1", "events-lite.v1"})
"""Those that answer for an article as a whole: the prompt versions that an extraction can be made with."""

"""What a model is asked to fill: the reply types, as immutable as the prompt versions that name them.

Every string is copied from the article, every enum is closed, every field is required (null where absent), and
everything is bounded, so that a small model under a grammar cannot loop. Field order is generation order: evidence
first, labels after, the summary last. ``ReplyEvent`` is the full form; every other reply type becomes it through
``to_events()``. No value here is trusted: the grounders of this package check each one against the article.
"""

from __future__ import annotations

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


REPLY_TYPES: Final[Mapping[str, type[BaseModel]]] = {
    "events.v1": Reply,
}
"""The reply types by the names that prompt versions call them."""

"""Stories: what is published of an incident that several articles report, and why they were linked.

A story keeps every mention, its source and its numbers; nothing is merged into one truth. Its own type, days and place
are those that most of its mentions give (the more exact before the vaguer), for finding and listing it.

Identity: ``s1-`` and the key of the mention that was published first (of several the one with the smallest key). It
stays the same as later reports join.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from extractor.events.vocabulary import CountForm, EventType, Measure, Standing, Status, Who

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.archive.linking.mentions import Mention
    from extractor.events.summary import Count

_TYPES = list(EventType)
_LAST = dt.date.max


class StoryMention(BaseModel, frozen=True, extra="forbid"):
    """One event of one article that belongs to the story."""

    key: str
    article: str
    outlet: str
    published: dt.date | None
    event: str
    type: EventType
    status: Status
    standing: Standing
    start: dt.date | None
    end: dt.date | None
    place: str
    summary: str


class Toll(BaseModel, frozen=True, extra="forbid"):
    """A number of persons as one article gave it; ``min`` and ``max`` inclusive, None where open."""

    published: dt.date | None
    article: str
    outlet: str
    event: str
    measure: Measure
    who: Who
    min: int | None = Field(default=None, ge=0)
    max: int | None = Field(default=None, ge=0)
    form: CountForm
    source: str | None
    words: str


class Story(BaseModel, frozen=True, extra="forbid"):
    """One incident: its mentions by day of publication, and every number that was given, by measure and day."""

    id: str
    type: EventType
    start: dt.date | None
    end: dt.date | None
    country: str | None
    place: str
    summary: str
    """That of the first report of which it is the main event."""
    mentions: tuple[StoryMention, ...] = Field(min_length=1)
    tolls: tuple[Toll, ...] = ()
    conflicting: tuple[Measure, ...] = ()
    """Measures of which two mentions give numbers that cannot both be right."""


class LinkPart(BaseModel, frozen=True, extra="forbid"):
    """One part of a link's score."""

    name: str
    bits: float
    reason: str


class Link(BaseModel, frozen=True, extra="forbid"):
    """Two mentions, how alike they are, and why."""

    one: str
    """Key of a mention; the smaller of the two."""
    other: str
    bits: float
    joined: bool
    """Whether they ended in one story; a pair that scored high without it says what was nearly linked."""
    parts: tuple[LinkPart, ...]


def story_of(mentions: Sequence[Mention]) -> Story:
    """Return the story that these mentions make."""
    ordered = sorted(mentions, key=lambda one: (one.published or _LAST, one.key))
    place = _place_of(ordered)
    start, end = _days_of(ordered)
    told = next((one for one in ordered if one.standing is Standing.MAIN), ordered[0])
    tolls = sorted(
        (toll_row(one, count) for one in ordered for count in one.counts),
        key=lambda row: (list(Measure).index(row.measure), row.published or _LAST, row.article, row.event, row.words),
    )
    return Story(
        id=f"s1-{ordered[0].key}",
        type=_most([one.type for one in ordered]),
        start=start,
        end=end,
        country=place.place.country,
        place=place.place.said,
        summary=told.summary,
        mentions=tuple(map(_row_of, ordered)),
        tolls=tuple(tolls),
        conflicting=tuple(measure for measure in Measure if _conflict(ordered, measure)),
    )


def toll_row(mention: Mention, count: Count) -> Toll:
    """Return one number of a mention with where it stood."""
    return Toll(
        published=mention.published,
        article=mention.article,
        outlet=mention.outlet,
        event=mention.event,
        measure=count.measure,
        who=count.who,
        min=count.min,
        max=count.max,
        form=count.form,
        source=count.source,
        words=count.words,
    )


def _row_of(mention: Mention) -> StoryMention:
    span = mention.span
    return StoryMention(
        key=mention.key,
        article=mention.article,
        outlet=mention.outlet,
        published=mention.published,
        event=mention.event,
        type=mention.type,
        status=mention.status,
        standing=mention.standing,
        start=dt.date.fromordinal(span.start) if span and span.firm else None,
        end=dt.date.fromordinal(span.end) if span else None,
        place=mention.place.said,
        summary=mention.summary,
    )


def _most(types: Sequence[EventType]) -> EventType:
    """Return the commonest type; of several the one that takes precedence in the vocabulary."""
    counted = Counter(types)
    return min(counted, key=lambda one: (-counted[one], _TYPES.index(one)))


def _days_of(mentions: Sequence[Mention]) -> tuple[dt.date | None, dt.date | None]:
    """Return the days that most mentions name, of several the fewest days, then the earlier ones."""
    firm = Counter((one.span.days, one.span.start, one.span.end) for one in mentions if one.span and one.span.firm)
    if not firm:
        ends = [one.span.end for one in mentions if one.span]
        return None, dt.date.fromordinal(min(ends)) if ends else None
    _, start, end = min(firm, key=lambda one: (-firm[one], one))
    return dt.date.fromordinal(start), dt.date.fromordinal(end)


def _place_of(mentions: Sequence[Mention]) -> Mention:
    """Return the mention whose place speaks for all: the commonest of the most exact."""
    said = Counter((one.place.geonameid, one.place.said) for one in mentions)
    return min(
        mentions,
        key=lambda one: (
            (one.place.point is None) + (not one.place.precise) + (one.place.country is None),
            -said[one.place.geonameid, one.place.said],
            one.published or _LAST,
            one.key,
        ),
    )


def _conflict(mentions: Sequence[Mention], measure: Measure) -> bool:
    """Say whether two numbers of one measure, for the same persons, have no number in common."""
    bounds: dict[Who, list[tuple[int, float]]] = {}
    for mention in mentions:
        for count in mention.counts:
            if count.measure is measure and (count.min, count.max) != (None, None):
                most = float("inf") if count.max is None else count.max
                bounds.setdefault(count.who, []).append((count.min or 0, most))
    return any(max(low for low, _ in rows) > min(high for _, high in rows) for rows in bounds.values())

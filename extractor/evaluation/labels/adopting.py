"""A model's reading as a label to start from: what it said, in the words of the labelled set.

It is a suggestion and no label: a person accepts, corrects or rejects each event, and only what they accept is saved.
What labels do not hold is left out: speakers, sectors, actors who only stood by, coordinates, counts without a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.events.vocabulary import Role
from extractor.scoring.labels import LabelledActor, LabelledCount, LabelledEvent, LabelledWhen, LabelledWhere

if TYPE_CHECKING:
    from collections.abc import Iterable

    from extractor.events.summary import Count, EventSummary, Extraction

_INITIATORS = frozenset({Role.INITIATOR, Role.PARTICIPANT})


def suggested_events(extraction: Extraction) -> tuple[LabelledEvent, ...]:
    """Return the events of an extraction as labels, in their order; they need not be true to the article."""
    return tuple(_labelled(event) for event in extraction.events if event.evidence)


def _labelled(event: EventSummary) -> LabelledEvent:
    when, where = event.when, event.where
    return LabelledEvent(
        type=event.type,
        status=event.status,
        standing=event.standing,
        evidence=tuple(dict.fromkeys(one.quote for one in event.evidence)),
        when=LabelledWhen(words=when.words, start=when.start, end=when.end),
        where=LabelledWhere(
            words=where.words, country=where.country, admin1=where.admin1_name, settlement=where.settlement
        ),
        initiators=_actors(actor.name for actor in event.actors if actor.role in _INITIATORS),
        targets=_actors(actor.name for actor in event.actors if actor.role is Role.TARGET),
        counts=tuple(_count(count) for count in event.counts if count.min is not None or count.max is not None),
    )


def _actors(names: Iterable[str]) -> tuple[LabelledActor, ...]:
    return tuple(LabelledActor(names=(name,)) for name in dict.fromkeys(names))


def _count(count: Count) -> LabelledCount:
    return LabelledCount(
        measure=count.measure, who=count.who, min=count.min, max=count.max, words=count.words, source=count.source
    )

"""Events taken apart into fills: what a predicted event says, and what a labelled one asks for, ready to compare.

Everything that comparing two events needs is worked out once per event here: normalised names, days as numbers,
duplicate names and rows dropped. ``required`` says how many fills of a slot count as missing when nothing is found.
Casualty rows of one key (measure, who) are alternatives: the label names the key once and any of its rows meets it;
a prediction may meet several, which is how conflicting tolls survive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from extractor.events.vocabulary import EventType, Measure, Role, Who
from extractor.scoring.credit_counts import Persons
from extractor.scoring.credit_names import name_tokens
from extractor.scoring.credit_type import types_credit
from extractor.scoring.credit_when import Time, time_of
from extractor.scoring.credit_where import Place, labelled_place, predicted_place
from extractor.scoring.scores import Slot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extractor.events.summary import EventSummary
    from extractor.scoring.labels import LabelledActor, LabelledArticle, LabelledEvent

CASUALTIES = (Measure.KILLED, Measure.INJURED)
"""The measures that the slot of that name holds; the others are published, but not scored."""

Name = tuple[str, ...]
Key = tuple[Measure, Who]


class PredictedRow(NamedTuple):
    """One predicted toll."""

    key: Key
    persons: Persons


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """One labelled toll."""

    key: Key
    accepted: frozenset[Key]
    """The keys under which a prediction may give it."""
    persons: Persons
    required: bool


@dataclass(frozen=True, slots=True)
class PredictedEvent:
    """A predicted event, taken apart."""

    index: int
    """Its place in the list that is scored."""
    type: EventType
    when: Time | None
    where: Place | None
    actors: tuple[tuple[Name, ...], tuple[Name, ...]]
    """Initiators (participants included) and targets."""
    words: tuple[frozenset[str], frozenset[str]]
    """All words of the names on either side: sides that share none earn nothing."""
    rows: tuple[PredictedRow, ...]
    keys: frozenset[Key]
    """The keys of the rows, as :attr:`WantedEvent.keys` lists those that are accepted."""
    fills: tuple[int, ...]
    """How many there are of each slot, in the order of ``Slot``."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One labelled actor: every name that counts."""

    names: tuple[Name, ...]
    words: frozenset[str]
    """All words of all names: what shares none with them earns nothing."""
    required: bool


@dataclass(frozen=True, slots=True)
class WantedEvent:
    """A labelled event, taken apart."""

    index: int
    """Its place in ``LabelledArticle.events``."""
    free: bool
    types: Mapping[EventType, int]
    """Credit of every type that earns any, in half points."""
    times: tuple[Time, ...]
    """Readings that say something; none: the label leaves the slot empty."""
    places: tuple[Place, ...]
    time_given: bool
    """Whether the first reading says something, so that a wrong answer is incorrect rather than spurious."""
    place_given: bool
    actors: tuple[tuple[Accepted, ...], tuple[Accepted, ...]]
    words: tuple[frozenset[str], frozenset[str]]
    rows: tuple[LabelledRow, ...]
    keys: frozenset[Key]
    required: tuple[int, ...]
    """How many fills of each slot are missing when nothing is found, in the order of ``Slot``."""
    filled: tuple[bool, ...]
    """Whether each slot asks for anything, in the order of ``Slot``."""
    anchored: bool
    """Whether the label has a time, place or actor that must be met for the events to be the same."""


def taken_apart(predicted: Sequence[EventSummary]) -> list[PredictedEvent]:
    """Return the predicted events in an order that depends on what they say, never on the order they came in."""
    events = ((_canonical(event), _predicted(index, event)) for index, event in enumerate(predicted))
    return [event for _, event in sorted(events, key=lambda pair: (pair[0], pair[1].index))]


def _canonical(event: EventSummary) -> str:
    """Return what the event says as text; not its id, nor how it was checked."""
    return event.model_dump_json(exclude={"id", "checks"})


def _predicted(index: int, event: EventSummary) -> PredictedEvent:
    when = time_of(event.when.words, event.when.start, event.when.end)
    where = predicted_place(event.where)
    initiators = _names(a.name for a in event.actors if a.role in {Role.INITIATOR, Role.PARTICIPANT})
    targets = _names(a.name for a in event.actors if a.role is Role.TARGET)
    rows = tuple(
        sorted(
            {PredictedRow((c.measure, c.who), Persons(c.min, c.max)) for c in event.counts if c.measure in CASUALTIES}
            - {PredictedRow((c.measure, c.who), Persons(None, None)) for c in event.counts},
            key=lambda row: (row.key, str(row.persons)),
        )
    )
    fills = (1, int(when is not None), int(where is not None), len(initiators), len(targets), len(rows))
    return PredictedEvent(
        index=index,
        type=event.type,
        when=when,
        where=where,
        actors=(initiators, targets),
        words=(frozenset().union(*initiators), frozenset().union(*targets)),
        rows=rows,
        keys=frozenset(row.key for row in rows),
        fills=fills,
    )


def _names(names: Iterable[str]) -> tuple[Name, ...]:
    return tuple(sorted({tokens for name in names if (tokens := name_tokens(name))}))


def asked_for(label: LabelledArticle) -> list[WantedEvent]:
    """Return the labelled events, likewise in an order that depends on what they say."""
    events = ((_asked(event), _wanted(index, event)) for index, event in enumerate(label.events))
    return [event for _, event in sorted(events, key=lambda pair: (pair[0], pair[1].index))]


def _asked(event: LabelledEvent) -> str:
    return event.model_dump_json(exclude={"evidence", "note"})


def _wanted(index: int, event: LabelledEvent) -> WantedEvent:
    first_time, *other_times = (time_of(w.words, w.start, w.end) for w in (event.when, *event.or_when))
    first_place, *other_places = (labelled_place(w) for w in (event.where, *event.or_where))
    times = tuple(time for time in (first_time, *other_times) if time is not None)
    places = tuple(place for place in (first_place, *other_places) if place is not None)
    actors = (_accepted(event.initiators), _accepted(event.targets))
    rows = _labelled_rows(event)
    required = (
        1,
        int(first_time is not None and None not in other_times),
        int(first_place is not None and None not in other_places),
        *(sum(actor.required for actor in side) for side in actors),
        len(required_keys(rows)),
    )
    filled = (True, first_time is not None, first_place is not None, bool(actors[0]), bool(actors[1]), bool(rows))
    dated = bool(required[1]) and any(time.start is not None or not time.resolved for time in times)
    return WantedEvent(
        index=index,
        free=event.free,
        types=types_credit((event.type, *event.alt_types)),
        times=times,
        places=places,
        time_given=first_time is not None,
        place_given=first_place is not None,
        actors=actors,
        words=(_words_of(actors[0]), _words_of(actors[1])),
        rows=rows,
        keys=frozenset().union(*(row.accepted for row in rows)),
        required=required,
        filled=filled,
        anchored=dated or any(required[2:5]),
    )


def _accepted(actors: Iterable[LabelledActor]) -> tuple[Accepted, ...]:
    taken = ((tuple(map(name_tokens, actor.names)), not actor.optional) for actor in actors)
    return tuple(
        Accepted(names, frozenset(word for name in names for word in name), required) for names, required in taken
    )


def _words_of(actors: Iterable[Accepted]) -> frozenset[str]:
    return frozenset().union(*(actor.words for actor in actors))


def _labelled_rows(event: LabelledEvent) -> tuple[LabelledRow, ...]:
    return tuple(
        LabelledRow(
            (count.measure, count.who),
            frozenset((count.measure, who) for who in (count.who, *count.alt_who)),
            Persons(count.min, count.max),
            not count.optional,
        )
        for count in event.counts
        if count.measure in CASUALTIES
    )


def required_keys(rows: Iterable[LabelledRow]) -> list[Key]:
    """Return the keys that count as missing when none of their rows is met, in the label's order."""
    return list(dict.fromkeys(row.key for row in rows if row.required))


SLOTS = tuple(Slot)
"""The order of every six-tuple in this package."""

"""How two runs differ, event by event, and why.

Events of one article are the same event when they have one id: the id is a hash of what is claimed. Of what is left,
events of one type that quote a sentence in common are the same event told otherwise. The rest is in one run only.

The cause is what differs between the runs for that very article: its text (or its sentences, date, title, language),
the prompt (or its reply types), the model (or its settings), the grounding. Where several differ, all are named, since
nothing tells which of them it was; grounding both runs by one version first takes the last one out of the question.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from extractor.events.summary import EventSummary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractor.archive.records import Pair, Plan, Run, Side
    from extractor.archive.store import Store


class Cause(StrEnum):
    """Why two runs say different things of one article."""

    TEXT = "text"
    PROMPT = "prompt"
    MODEL = "model"
    GROUNDING = "grounding"
    SELECTION = "selection"
    """Only one of the runs has the article."""
    FAILURE = "failure"
    """Only one of the runs has an answer: it failed in the other, could not be read there, or is not done yet."""
    CHANCE = "chance"
    """Nothing differs: one question, asked twice, was answered otherwise."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One event in both runs, told otherwise."""

    one: EventSummary
    other: EventSummary
    fields: tuple[str, ...]
    """Of :class:`extractor.events.summary.EventSummary`, in its order."""


@dataclass(frozen=True, slots=True)
class Events:
    """How the events of one article differ."""

    only_one: tuple[EventSummary, ...]
    only_other: tuple[EventSummary, ...]
    changed: tuple[Changed, ...]

    def __bool__(self) -> bool:
        return bool(self.only_one or self.only_other or self.changed)


@dataclass(frozen=True, slots=True)
class Difference:
    """How two runs differ in one article."""

    article: str
    source: str
    causes: tuple[Cause, ...]
    states: tuple[str, str]
    """Of the article in both runs; ``absent`` where a run does not have it."""
    events: Events


def compare_events(one: Sequence[EventSummary], other: Sequence[EventSummary]) -> Events:
    """Return how two lists of events of one article differ; empty, and so false, where they do not."""
    theirs = {event.id: event for event in other}
    pairs = [(event, theirs.pop(event.id)) for event in one if event.id in theirs]
    taken = {event.id for event, _ in pairs}
    alone = []
    for event in one:
        if event.id in taken:
            continue
        twin = next((e for e in theirs.values() if e.type is event.type and _quotes(e) & _quotes(event)), None)
        if twin is None:
            alone.append(event)
        else:
            pairs.append((event, theirs.pop(twin.id)))
    changed = (Changed(a, b, changed_fields(a, b)) for a, b in pairs if a != b)
    return Events(tuple(alone), tuple(theirs.values()), tuple(changed))


def changed_fields(one: EventSummary, other: EventSummary) -> tuple[str, ...]:
    """Return the names of the fields in which two events differ, but for the id, which follows from the others."""
    fields = (name for name in EventSummary.model_fields if name != "id")
    return tuple(name for name in fields if getattr(one, name) != getattr(other, name))


def differences(store: Store, one: Run, other: Run) -> Iterator[Difference]:
    """Yield every article in which the runs differ: in the order of ``one``, then what only ``other`` has."""
    between = _between(one.plan, other.plan)
    for pair in store.pairs(one, other):
        left = pair.one.extraction.events if pair.one and pair.one.extraction else ()
        right = pair.other.extraction.events if pair.other and pair.other.extraction else ()
        events = compare_events(left, right)
        if events or _answered(pair.one) != _answered(pair.other) or pair.one is None or pair.other is None:
            states = (pair.one.state if pair.one else "absent", pair.other.state if pair.other else "absent")
            yield Difference(pair.article, pair.source, _causes(pair, between), states, events)


def _between(one: Plan, other: Plan) -> tuple[Cause, ...]:
    """Return what differs between two runs for all articles alike."""
    prompt = (one.prompt_digest, one.replies_digest) != (other.prompt_digest, other.replies_digest)
    model = (one.model, one.settings) != (other.model, other.settings)
    return (*[Cause.PROMPT] * prompt, *[Cause.MODEL] * model)


def _causes(pair: Pair, between: tuple[Cause, ...]) -> tuple[Cause, ...]:
    if pair.one is None or pair.other is None:
        return (Cause.SELECTION,)
    text = (Cause.TEXT,) if pair.one.reading != pair.other.reading else ()
    if not (_answered(pair.one) and _answered(pair.other)):
        return (Cause.FAILURE, *text, *between)
    grounding = (Cause.GROUNDING,) if pair.one.grounding != pair.other.grounding else ()
    return (*text, *between, *grounding) or (Cause.CHANCE,)


def _answered(side: Side | None) -> bool:
    return side is not None and side.extraction is not None


def _quotes(event: EventSummary) -> set[str]:
    return {evidence.quote for evidence in event.evidence}

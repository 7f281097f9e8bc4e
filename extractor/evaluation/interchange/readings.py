"""From spans and links to events: which span is what to which event.

Tools differ and people are free, so more is understood than :mod:`extractor.evaluation.interchange.marks` writes: a
link may be drawn backwards or without a kind, since the label of its far end tells what it means; and a span without
any link belongs to the only event there is, or to the one event whose evidence holds it. What stays unclear is left out
and named.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from extractor.evaluation.interchange.marks import COUNT, EVIDENCE, OR, OR_WHEN, OR_WHERE, SOURCE, WHEN, WHERE, Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from extractor.evaluation.interchange.marks import Mark, Marked, Stretch

_OTHERS: Final = {(WHEN, OR_WHEN): OR_WHEN, (WHERE, OR_WHERE): OR_WHERE, (WHEN, OR): OR_WHEN, (WHERE, OR): OR_WHERE}
"""The label of a span and the kind of its link, where both together mean another right answer."""


@dataclass(frozen=True)
class Reading:
    """One event: its anchor, and the spans that fill each of its slots, by the kind of link that leads there."""

    anchor: Mark
    said: Mapping[str, str]
    fills: dict[str, dict[Mark, None]] = field(default_factory=dict)
    """Sets that keep the order of the text."""
    others: dict[Mark, dict[Mark, None]] = field(default_factory=dict)
    """Other names of actors, by their best name."""
    sources: dict[Mark, Mark] = field(default_factory=dict)
    """Who gave a number, by its span."""

    def slot(self, kind: str) -> dict[Mark, None]:
        """Return the spans that fill ``kind``, in the order of the text."""
        return self.fills.get(kind, {})

    @property
    def places(self) -> set[Stretch]:
        """Return every place that the event marks."""
        return {mark.place for mark in (self.anchor, *(mark for slot in self.fills.values() for mark in slot))}


def read_events(marked: Marked) -> tuple[list[Reading], list[Mark]]:
    """Return the events in the order of the text, and the spans that belong to none."""
    marks = sorted(marked.marks)
    readings = {mark: Reading(mark, marked.said.get(mark, {})) for mark in marks if mark.type is not None}
    links = sorted(_turned(marked.links))
    for link in links:
        if link.source in readings and link.target not in readings and link.target.label != SOURCE:
            readings[link.source].fills.setdefault(_slot(link.target, link.kind), {})[link.target] = None
    filled = {mark for reading in readings.values() for slot in reading.fills.values() for mark in slot}
    others, sources = _between(links, filled)
    hanging = {*sources.values(), *(mark for names in others.values() for mark in names)}
    _adopt(readings, [mark for mark in marks if mark not in readings and mark not in filled | hanging])
    reached = set(readings)
    for reading in readings.values():
        reached |= _complete(reading, others, sources)
    return list(readings.values()), [mark for mark in marks if mark not in reached]


def _between(links: Iterable[Link], filled: set[Mark]) -> tuple[dict[Mark, dict[Mark, None]], dict[Mark, Mark]]:
    """Return what hangs on spans that are no anchors: other names by the best name, sources by their number."""
    others: dict[Mark, dict[Mark, None]] = {}
    sources: dict[Mark, Mark] = {}
    for link in links:
        near, far = link.source, link.target
        if near.measure is not None and far.label == SOURCE:
            sources.setdefault(near, far)
        elif near.label == far.label and near.type is None:
            best, other = (far, near) if far in filled and near not in filled else (near, far)
            others.setdefault(best, {})[other] = None
    return others, sources


def _turned(links: Iterable[Link]) -> Iterable[Link]:
    """Yield the links with the event, or the number, at their source."""
    for link in links:
        backwards = link.target.type is not None or (link.target.measure is not None and link.source.label == SOURCE)
        yield Link(link.target, link.kind, link.source) if backwards and link.source.type is None else link


def _slot(mark: Mark, kind: str) -> str:
    return COUNT if mark.measure is not None else _OTHERS.get((mark.label, kind), mark.label)


def _adopt(readings: Mapping[Mark, Reading], alone: Iterable[Mark]) -> None:
    """Give spans without a link to the event that they must belong to; what could belong to several stays alone."""
    for mark in alone:
        fitting = list(readings.values())
        if len(fitting) > 1:
            fitting = [reading for reading in fitting if _holds(reading, mark)]
        if len(fitting) == 1 and mark.label != SOURCE:
            fitting[0].fills.setdefault(_slot(mark, ""), {})[mark] = None


def _holds(reading: Reading, mark: Mark) -> bool:
    passages = (reading.anchor, *reading.slot(EVIDENCE))
    return any(passage.start <= mark.start and mark.end <= passage.end for passage in passages)


def _complete(reading: Reading, others: Mapping[Mark, dict[Mark, None]], sources: Mapping[Mark, Mark]) -> set[Mark]:
    """Add what hangs on the event's own spans: other names, and the sources of its numbers; return all its spans."""
    own = {mark for slot in reading.fills.values() for mark in slot}
    reading.others.update({mark: others[mark] for mark in own & others.keys()})
    reading.sources.update({mark: sources[mark] for mark in own & sources.keys()})
    return own | set(reading.sources.values()) | {mark for names in reading.others.values() for mark in names}

"""Labelled and extracted events in the same words, slot by slot, so that they can stand side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

    from extractor.events.summary import Count, EventSummary
    from extractor.scoring.labels import LabelledCount, LabelledEvent

_SIDES: Final = {"initiator": "initiators", "participant": "initiators", "target": "targets"}


def label_slots(event: LabelledEvent) -> dict[str, str]:
    """Return what a labelled event says, by slot; a slot that says nothing is empty."""
    where = event.where
    deepest = ", ".join(filter(None, (where.settlement, where.admin1, where.country)))
    return {
        "type": " or ".join([event.type, *event.alt_types]),
        "when": _when(event.when.words, event.when.start, event.when.end),
        "where": _worded(where.words, deepest),
        "initiators": "; ".join(actor.names[0] for actor in event.initiators),
        "targets": "; ".join(actor.names[0] for actor in event.targets),
        "casualties": "; ".join(_count(count) for count in event.counts if count.measure in ("killed", "injured")),
        "evidence": event.evidence[0],
    }


def event_slots(event: EventSummary) -> dict[str, str]:
    """Return what an extracted event says, by the same slots."""
    where = event.where
    deepest = ", ".join(filter(None, (where.settlement, where.admin1_name or where.admin1, where.country)))
    sides: dict[str, list[str]] = {"initiators": [], "targets": []}
    for actor in event.actors:
        if actor.role in _SIDES:
            sides[_SIDES[actor.role]].append(actor.name)
    return {
        "type": str(event.type),
        "when": _when(event.when.words, event.when.start, event.when.end),
        "where": _worded(where.words, deepest),
        "initiators": "; ".join(sides["initiators"]),
        "targets": "; ".join(sides["targets"]),
        "casualties": "; ".join(_count(count) for count in event.counts if count.measure in ("killed", "injured")),
        "evidence": event.evidence[0].quote if event.evidence else "",
    }


def _count(count: LabelledCount | Count) -> str:
    low, high = ("" if bound is None else str(bound) for bound in (count.min, count.max))
    number = low if low == high else f"{low}..{high}"
    return f"{count.measure} {count.who} {number} ({count.words})"


def _when(words: str | None, start: date | None, end: date | None) -> str:
    days = "" if start is None and end is None else f"{start or ''}..{end or ''}" if start != end else str(start)
    return _worded(words, days)


def _worded(words: str | None, meaning: str) -> str:
    quoted = f"“{words}”" if words else ""
    return " ".join(filter(None, (quoted, f"= {meaning}" if quoted and meaning else meaning)))

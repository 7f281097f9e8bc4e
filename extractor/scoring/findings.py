"""Why an article scored as it did: for everything that cost something, what was expected, what was found, and why.

The sentences are for people who read a report; the fields beside them are for programs. They are derived from the same
comparison that was counted, so a report can never tell another story than the figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.scoring.credit_counts import in_words
from extractor.scoring.credit_names import HALF, name_tokens
from extractor.scoring.fills import SLOTS, required_keys
from extractor.scoring.pairing import compare_events, wrong_row_of
from extractor.scoring.scores import Finding, FindingKind, Slot

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from extractor.events.summary import EventSummary, When, Where
    from extractor.scoring.fills import Key, LabelledRow, Name, PredictedEvent, PredictedRow, WantedEvent
    from extractor.scoring.labels import LabelledActor, LabelledWhen, LabelledWhere
    from extractor.scoring.pairing import SlotResult
    from extractor.scoring.scene import Scene

_PARTLY = {
    Slot.TYPE: "a related type, so half right",
    Slot.WHEN: "the intervals hold one another or lie a day apart, so half right",
    Slot.WHERE: "the same region, a less exact place or one within 100 km, so half right",
    Slot.INITIATORS: "the names share their head word or most words, so half right",
    Slot.TARGETS: "the names share their head word or most words, so half right",
    Slot.CASUALTIES: "the numbers overlap or lie close, so half right",
}
_NO_ANCHOR = "has a fitting type, but no time, place, initiator or target in common with it"


def explain(scene: Scene) -> tuple[Finding, ...]:
    """Return a finding for each fill and event that is not plainly right, pairs first, in the label's order."""
    return (
        *(finding for (p, w), slots in scene.aligned.items() for finding in _of_pair(scene, p, w, slots)),
        *(_missed(scene, asked) for asked in scene.missed),
        *(_extra(scene, predicted) for predicted in scene.extra),
    )


def _of_pair(scene: Scene, p: int, w: int, slots: tuple[SlotResult, ...]) -> Iterator[Finding]:
    predicted, asked = scene.predicted[p], scene.wanted[w]
    for slot, result in zip(SLOTS, slots, strict=True):
        if result.par or result.errors:
            for kind, expected, found in _differences(scene, predicted, asked, slot, result):
                yield Finding(
                    kind=kind,
                    slot=slot,
                    labelled=asked.index,
                    predicted=predicted.index,
                    expected=expected,
                    found=found,
                    reason=_sentence(kind, slot, expected, found),
                )


Difference = tuple[FindingKind, str, str]
"""Kind, labelled value, predicted value."""


def _differences(
    scene: Scene, predicted: PredictedEvent, asked: WantedEvent, slot: Slot, result: SlotResult
) -> Iterator[Difference]:
    event, label = scene.events[predicted.index], scene.label.events[asked.index]
    if slot is Slot.INITIATORS:
        yield from _of_actors(event, predicted.actors[0], label.initiators, result)
    elif slot is Slot.TARGETS:
        yield from _of_actors(event, predicted.actors[1], label.targets, result)
    elif slot is Slot.CASUALTIES:
        yield from _of_rows(predicted.rows, asked.rows, result)
    else:
        said = {
            Slot.TYPE: (" or ".join((label.type, *label.alt_types)), str(event.type)),
            Slot.WHEN: (time_in_words(label.when), time_in_words(event.when)),
            Slot.WHERE: (place_in_words(label.where), place_in_words(event.where)),
        }
        yield (_kind(result), *said[slot])


def _kind(result: SlotResult) -> FindingKind:
    """Return what became of a slot with one fill that is not right."""
    if result.par:
        return FindingKind.PARTIAL
    if result.inc:
        return FindingKind.INCORRECT
    return FindingKind.MISSING if result.mis else FindingKind.SPURIOUS


def _of_actors(
    event: EventSummary, names: tuple[Name, ...], labelled: tuple[LabelledActor, ...], result: SlotResult
) -> Iterator[Difference]:
    written = {name_tokens(actor.name): actor.name for actor in event.actors}
    matched = {match.predicted for match in result.matches}
    met = {match.labelled for match in result.matches}
    for match in result.matches:
        if match.credit == HALF:
            yield FindingKind.PARTIAL, labelled[match.labelled].names[0], written[names[match.predicted]]
    surplus = [written[name] for index, name in enumerate(names) if index not in matched]
    unmet = [a.names[0] for index, a in enumerate(labelled) if index not in met and not a.optional]
    yield from _left_over(surplus, unmet)


def _left_over(surplus: list[str], unmet: list[str]) -> Iterator[Difference]:
    paired = min(len(surplus), len(unmet))
    for expected, found in zip(unmet, surplus, strict=False):
        yield FindingKind.INCORRECT, expected, found
    for expected in unmet[paired:]:
        yield FindingKind.MISSING, expected, ""
    for found in surplus[paired:]:
        yield FindingKind.SPURIOUS, "", found


def _of_rows(
    rows: tuple[PredictedRow, ...], labelled: tuple[LabelledRow, ...], result: SlotResult
) -> Iterator[Difference]:
    matched = {match.predicted for match in result.matches}
    met = {labelled[match.labelled].key for match in result.matches}
    unmet = [key for key in required_keys(labelled) if key not in met]
    for match in result.matches:
        if match.credit == HALF:
            yield FindingKind.PARTIAL, _row(labelled[match.labelled]), _row(rows[match.predicted])
    for index, row in enumerate(rows):
        if index not in matched:
            key = wrong_row_of(row, labelled, unmet)
            if key is None:
                yield FindingKind.SPURIOUS, "", _row(row)
            else:
                unmet.remove(key)
                yield FindingKind.INCORRECT, _rows_of(key, labelled), _row(row)
    for key in unmet:
        yield FindingKind.MISSING, _rows_of(key, labelled), ""


def _row(row: PredictedRow | LabelledRow) -> str:
    measure, who = row.key
    return f"{in_words(row.persons)} {measure} ({who})"


def _rows_of(key: Key, labelled: tuple[LabelledRow, ...]) -> str:
    return " or ".join(_row(row) for row in labelled if row.key == key)


def _sentence(kind: FindingKind, slot: Slot, expected: str, found: str) -> str:
    if kind is FindingKind.PARTIAL:
        return f"{slot}: {found!r} for {expected!r}: {_PARTLY[slot]}."
    if kind is FindingKind.INCORRECT:
        return f"{slot}: {found!r}, but the label says {expected!r}."
    if kind is FindingKind.MISSING:
        return f"{slot}: {expected!r} was not found."
    return f"{slot}: {found!r} is not in the label."


def _missed(scene: Scene, asked: WantedEvent) -> Finding:
    label = scene.label.events[asked.index]
    kind = FindingKind.FREE_EVENT if asked.free else FindingKind.MISSED_EVENT
    why = "it is optional, so this costs nothing" if asked.free else _why_missed(scene, asked)
    return Finding(
        kind=kind,
        labelled=asked.index,
        expected=label.evidence[0],
        reason=f"No prediction was aligned with this {label.type} event: {why}.",
    )


def _why_missed(scene: Scene, asked: WantedEvent) -> str:
    if not scene.predicted:
        return "nothing was predicted for this article"
    w = scene.wanted.index(asked)
    p = max(range(len(scene.predicted)), key=lambda place: _closeness(scene, place, w))
    nearest = scene.predicted[p]
    name = f"predicted event {nearest.index + 1} ({nearest.type})"
    if _closeness(scene, p, w)[0]:
        taken_by = next(scene.wanted[other].index for place, other in scene.aligned if place == p)
        return f"{name} would fit, but it was aligned with labelled event {taken_by + 1}"
    return f"{name} {_NO_ANCHOR}" if nearest.type in asked.types else f"no type fits; the nearest is {name}"


def _extra(scene: Scene, predicted: PredictedEvent) -> Finding:
    event = scene.events[predicted.index]
    return Finding(
        kind=FindingKind.EXTRA_EVENT,
        predicted=predicted.index,
        found=event.evidence[0].quote if event.evidence else event.summary,
        reason=f"This {event.type} event was aligned with no labelled event: {_why_extra(scene, predicted)}.",
    )


def _why_extra(scene: Scene, predicted: PredictedEvent) -> str:
    if not scene.wanted:
        return "the article has none"
    p = scene.predicted.index(predicted)
    w = max(range(len(scene.wanted)), key=lambda place: _closeness(scene, p, place))
    nearest = scene.wanted[w]
    name = f"labelled event {nearest.index + 1} ({scene.label.events[nearest.index].type})"
    if _closeness(scene, p, w)[0]:
        return f"{name} would fit, but another prediction has it"
    return f"{name} {_NO_ANCHOR}" if predicted.type in nearest.types else f"no type fits; the nearest is {name}"


def _closeness(scene: Scene, p: int, w: int) -> tuple[bool, int, int]:
    """Return whether two events might have been aligned, the credit of their types, and their total credit."""
    slots = compare_events(scene.predicted[p], scene.wanted[w])
    return (p, w) in scene.fitting, slots[0].credit, sum(slot.credit for slot in slots)


def time_in_words(when: When | LabelledWhen) -> str:
    """Return a time as people read it: its words, and the days they stand for."""
    days = _days(when.start, when.end)
    quoted = f'"{when.words}"' if when.words else ""
    return ", ".join(part for part in (quoted, days) if part) or "no time"


def _days(start: dt.date | None, end: dt.date | None) -> str:
    if start is None and end is None:
        return ""
    if start == end:
        return str(start)
    if start is None:
        return f"on or before {end}"
    return f"from {start} on" if end is None else f"{start} to {end}"


def place_in_words(where: Where | LabelledWhere) -> str:
    """Return a place as people read it: deepest level first, its words where nothing else is known."""
    region = getattr(where, "admin1_name", None) or where.admin1
    parts = [part for part in (where.settlement, region, where.country) if part]
    return ", ".join(parts) or (f'"{where.words}"' if where.words else "no place")

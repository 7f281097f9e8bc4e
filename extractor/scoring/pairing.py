"""One predicted event against one labelled event: credit, counts and matches, slot by slot.

Counting is MUC-4's: a fill is correct, partial or incorrect where both sides have one, missing where only the label
has, spurious where only the prediction has. In the lists, fills are matched for the highest total credit; what is then
left over on both sides is paired off as incorrect (a wrong name for a name), the rest is missing or spurious. So every
predicted fill counts exactly once in the denominator of precision, whatever it is compared with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from extractor.scoring.alignment import PairValue, best_pairs
from extractor.scoring.credit_counts import count_credit
from extractor.scoring.credit_names import HALF, RIGHT, WRONG, actor_credit
from extractor.scoring.credit_when import time_anchors, time_credit
from extractor.scoring.credit_where import place_credit
from extractor.scoring.fills import required_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.events.vocabulary import EventType
    from extractor.scoring.credit_when import Time
    from extractor.scoring.credit_where import Place
    from extractor.scoring.fills import Accepted, Key, LabelledRow, Name, PredictedEvent, PredictedRow, WantedEvent


class Match(NamedTuple):
    """A predicted fill and the labelled fill it was matched with, by their places in the two lists."""

    predicted: int
    labelled: int
    credit: int
    """In half points."""


class SlotResult(NamedTuple):
    """One slot of one pair of events."""

    credit: int
    """Sum over its fills, in half points."""
    cor: int = 0
    par: int = 0
    inc: int = 0
    mis: int = 0
    spu: int = 0
    matches: tuple[Match, ...] = ()
    """Of the lists only."""

    @property
    def errors(self) -> int:
        """Fills that are incorrect, missing or spurious."""
        return self.inc + self.mis + self.spu


def pair_values(predicted: Sequence[PredictedEvent], wanted: Sequence[WantedEvent]) -> dict[tuple[int, int], PairValue]:
    """Return what each pair that may be aligned is worth, by places in the two lists.

    The gate (scoring.md §1): the types earn credit, and so does a time, place, initiator or target, unless the label
    has none of these to meet. A time without a first day on one side only does not count for the gate
    (:func:`extractor.scoring.credit_when.time_anchors`). Types come first: they shut the gate on most pairs.
    """
    by_type: dict[EventType, list[tuple[int, WantedEvent, int]]] = {}
    for place, event in enumerate(wanted):
        for event_type, credit in event.types.items():
            by_type.setdefault(event_type, []).append((place, event, credit))
    values = {}
    for row, said in enumerate(predicted):
        for column, asked, of_type in by_type.get(said.type, ()):
            value = _value(said, asked, of_type)
            if value is not None:
                values[row, column] = value
    return values


def _value(predicted: PredictedEvent, wanted: WantedEvent, of_type: int) -> PairValue | None:
    """Return what a pair is worth, its credit as :func:`compare_events` counts it, or None where the gate is shut."""
    when, dated = _best_time(predicted.when, wanted.times)
    where = _best_place(predicted.where, wanted.places)
    by = to = tolls = WRONG  # most sides share no word, most tolls no key: asked first, it saves a third
    if not predicted.words[0].isdisjoint(wanted.words[0]):
        by = _total(_names_earned(predicted.actors[0], wanted.actors[0]), wanted.actors[0])
    if not predicted.words[1].isdisjoint(wanted.words[1]):
        to = _total(_names_earned(predicted.actors[1], wanted.actors[1]), wanted.actors[1])
    if wanted.anchored and not (dated or where or by or to):
        return None
    if not predicted.keys.isdisjoint(wanted.keys):
        tolls = _total(_rows_earned(predicted.rows, wanted.rows), wanted.rows)
    thrift = -sum(wanted.required) if wanted.free else 0
    return PairValue(of_type + when + where + by + to + tolls, of_type, when, thrift)


def compare_events(predicted: PredictedEvent, wanted: WantedEvent) -> tuple[SlotResult, ...]:
    """Score one predicted event against one labelled event; one result per slot, in the order of ``Slot``."""
    of_type = wanted.types.get(predicted.type, WRONG)
    when, _ = _best_time(predicted.when, wanted.times)
    where = _best_place(predicted.where, wanted.places)
    return (
        _single(of_type, said=True, given=True, required=True),
        _single(when, said=predicted.when is not None, given=wanted.time_given, required=bool(wanted.required[1])),
        _single(where, said=predicted.where is not None, given=wanted.place_given, required=bool(wanted.required[2])),
        _actors(predicted.actors[0], wanted.actors[0]),
        _actors(predicted.actors[1], wanted.actors[1]),
        _casualties(predicted.rows, wanted.rows),
    )


def _single(credit: int, *, said: bool, given: bool, required: bool) -> SlotResult:
    """Count a slot with one fill: what was predicted earned ``credit`` against what was labelled."""
    if not said:
        return SlotResult(WRONG, mis=int(required))
    wrong = credit == WRONG
    return SlotResult(
        credit,
        cor=int(credit == RIGHT),
        par=int(credit == HALF),
        inc=int(wrong and given),
        spu=int(wrong and not given),
    )


def _best_time(time: Time | None, readings: Sequence[Time]) -> tuple[int, bool]:
    """Return the best credit over the readings, and whether one that earns any makes the events likely the same."""
    best, anchors = WRONG, False
    if time is not None:
        for reading in readings:
            credit = time_credit(time, reading)
            if credit:
                best = max(best, credit)
                anchors = anchors or time_anchors(time, reading)
    return best, anchors


def _best_place(place: Place | None, readings: Sequence[Place]) -> int:
    if place is None or not readings:
        return WRONG
    if len(readings) == 1:
        return place_credit(place, readings[0])  # as nearly always
    return max([place_credit(place, reading) for reading in readings])


def _names_earned(names: Sequence[Name], actors: Sequence[Accepted]) -> list[Match]:
    """Return every pair of a name and an actor that earns any credit; they may compete."""
    earned = []
    for i, name in enumerate(names):
        for j, actor in enumerate(actors):
            if not actor.words.isdisjoint(name):
                credit = actor_credit(name, actor.names)
                if credit:
                    earned.append(Match(i, j, credit))
    return earned


def _rows_earned(rows: Sequence[PredictedRow], labelled: Sequence[LabelledRow]) -> list[Match]:
    """Return every pair of tolls that earns any credit; they may compete."""
    earned = []
    for i, row in enumerate(rows):
        for j, wanted in enumerate(labelled):
            if row.key in wanted.accepted:
                credit = count_credit(row.persons, wanted.persons)
                if credit:
                    earned.append(Match(i, j, credit))
    return earned


def _matched(earned: Sequence[Match], labelled: Sequence[Accepted] | Sequence[LabelledRow]) -> Sequence[Match]:
    """Match fills for the highest total credit; among equals the one with more required labelled fills."""
    if len({i for i, _, _ in earned}) == len(earned) == len({j for _, j, _ in earned}):
        return earned  # nobody competes, as nearly always
    scale = len(labelled) + 1
    credit = {(i, j): c for i, j, c in earned}
    chosen = best_pairs({(i, j): c * scale + labelled[j].required for (i, j), c in credit.items()})
    return [Match(i, j, credit[i, j]) for i, j in chosen]


def _total(earned: Sequence[Match], labelled: Sequence[Accepted] | Sequence[LabelledRow]) -> int:
    """Return the highest total credit of one-to-one matches."""
    if len(earned) == 1:
        return earned[0].credit
    return sum([match.credit for match in _matched(earned, labelled)]) if earned else WRONG


def _actors(names: Sequence[Name], actors: Sequence[Accepted]) -> SlotResult:
    matches = _matched(_names_earned(names, actors), actors)
    met = {match.labelled for match in matches}
    unmet = sum(actor.required for index, actor in enumerate(actors) if index not in met)
    surplus = len(names) - len(matches)
    wrong = min(surplus, unmet)
    return _listed(matches, inc=wrong, mis=unmet - wrong, spu=surplus - wrong)


def _casualties(rows: Sequence[PredictedRow], labelled: Sequence[LabelledRow]) -> SlotResult:
    matches = _matched(_rows_earned(rows, labelled), labelled)
    met = {labelled[match.labelled].key for match in matches}
    matched = {match.predicted for match in matches}
    unmet = [key for key in required_keys(labelled) if key not in met]
    wrong = 0
    for index, row in enumerate(rows):
        key = wrong_row_of(row, labelled, unmet) if index not in matched else None
        if key is not None:
            unmet.remove(key)
            wrong += 1
    return _listed(matches, inc=wrong, mis=len(unmet), spu=len(rows) - len(matches) - wrong)


def _listed(matches: Sequence[Match], *, inc: int, mis: int, spu: int) -> SlotResult:
    right = sum(match.credit == RIGHT for match in matches)
    return SlotResult(
        sum(match.credit for match in matches), right, len(matches) - right, inc, mis, spu, tuple(matches)
    )


def wrong_row_of(row: PredictedRow, labelled: Sequence[LabelledRow], unmet: Sequence[Key]) -> Key | None:
    """Return the unmet key for which ``row`` is the wrong number, or None where it answers nothing that was asked."""
    return next((wanted.key for wanted in labelled if wanted.key in unmet and row.key in wanted.accepted), None)

"""What somebody changed in their tool: the spans that a label has against the spans that stand in the file now.

A value whose words are still marked is kept as it was, with its alternatives, days and names; one whose words are gone
is dropped; words that are marked newly make a new value. So where nothing was changed, the label is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractor.evaluation.interchange.marks import (
    COUNT,
    EVIDENCE,
    INITIATOR,
    OR_WHEN,
    OR_WHERE,
    TARGET,
    WHEN,
    WHERE,
    Finder,
    mark_label,
)
from extractor.evaluation.interchange.readings import read_events
from extractor.events.vocabulary import Standing, Status
from extractor.scoring.labels import LabelledActor, LabelledWhen, LabelledWhere

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from extractor.evaluation.interchange.marks import Mark, Stretch
    from extractor.evaluation.interchange.readings import Reading
    from extractor.evaluation.interchange.values import Values
    from extractor.scoring.labels import LabelledArticle, LabelledCount, LabelledEvent


def changed_events(carried: LabelledArticle, readings: Sequence[Reading], values: Values) -> Iterator[LabelledEvent]:
    """Yield the carried events as they are now, then those that are new; what could not be kept is noted."""
    marked = mark_label(carried, values.text)
    anchored = {reading.anchor: reading for reading in read_events(marked)[0]}
    before = [(event, anchored[anchor]) for event, anchor in zip(carried.events, marked.anchors, strict=True) if anchor]
    lost = len(carried.events) - len(before)
    if lost:
        values.notes.append(f"{lost} event(s) of the carried label quote words that are not in this text: left out")
    found, new = _paired([reading for _, reading in before], readings)
    finder = Finder.of(values.text)
    for index, (event, old) in enumerate(before):
        if index in found:
            yield _Change(event, old, found[index], values, finder).event()
    yield from map(values.event, new)


def _paired(before: Sequence[Reading], now: Sequence[Reading]) -> tuple[dict[int, Reading], list[Reading]]:
    """Return what each event of before is now, by its place among them, and the events that are new.

    It is the same event if it is anchored on the same words with the same type; else on the same words; else if no
    other marks so many words that it marked.
    """
    found: dict[int, Reading] = {}
    left = list(now)
    for alike in (_same_anchor, _same_words, _shared_words):
        for index, old in enumerate(before):
            likeness = [alike(old, new) for new in left] if index not in found else []
            if any(likeness):
                found[index] = left.pop(likeness.index(max(likeness)))
    return found, left


def _same_anchor(old: Reading, new: Reading) -> int:
    return old.anchor == new.anchor


def _same_words(old: Reading, new: Reading) -> int:
    return old.anchor.place == new.anchor.place


def _shared_words(old: Reading, new: Reading) -> int:
    return len(old.places & new.places)


@dataclass(frozen=True)
class _Slot:
    """The spans of a slot before and now, by place."""

    had: Mapping[Stretch, Mark]
    here: Mapping[Stretch, Mark]

    def stays(self, place: Stretch | None) -> bool:
        """Say whether words are marked as they were; what never was marked stays."""
        return place is None or place not in self.had or place in self.here

    def moved(self, place: Stretch | None) -> Mark | None:
        """Return the span that somebody drew anew over words whose own span is gone: the same, a little longer."""
        if place is None or self.stays(place):
            return None
        return next((mark for mark in self.fresh if mark.start < place[1] and place[0] < mark.end), None)

    @property
    def fresh(self) -> list[Mark]:
        """The spans that were not there."""
        return [mark for place, mark in self.here.items() if place not in self.had]

    @property
    def new(self) -> list[Mark]:
        """Those that stand for no other."""
        instead = [self.moved(place) for place in self.had]
        return [mark for mark in self.fresh if mark not in instead]


@dataclass(frozen=True)
class _Change:
    """One event: as it was carried, the spans it had, and the spans that it has now."""

    carried: LabelledEvent
    before: Reading
    now: Reading
    values: Values
    finder: Finder

    def event(self) -> LabelledEvent:
        """Return the event as it is now."""
        changes: dict[str, Any] = dict(self._head())
        status = changes.get("status", self.carried.status)
        changes["evidence"] = self._evidence()
        changes["when"], changes["or_when"] = self._times(status)
        changes["where"], changes["or_where"] = self._places()
        changes["initiators"] = tuple(self._actors(INITIATOR, self.carried.initiators))
        changes["targets"] = tuple(self._actors(TARGET, self.carried.targets))
        changes["counts"] = tuple(self._counts())
        return self.carried.model_copy(update=changes)

    def _head(self) -> Iterator[tuple[str, Any]]:
        event, anchor, said = self.carried, self.now.anchor, self.now.said
        if anchor.type is not self.before.anchor.type:
            yield "type", anchor.type
            yield "alt_types", tuple(each for each in event.alt_types if each is not anchor.type)
        if said.get("status", event.status) != event.status:
            yield "status", Status(said["status"])
            yield "alt_status", tuple(each for each in event.alt_status if each != said["status"])
        if said.get("standing", event.standing) != event.standing:
            yield "standing", Standing(said["standing"])

    def _place(self, words: str | None) -> Stretch | None:
        return self.finder.find(words, self.finder.passages(self.carried)) if words else None

    def _slot(self, *kinds: str) -> _Slot:
        """Return the spans of all ``kinds`` together, other names of actors too."""
        had, here = (
            {
                each.place: each
                for kind in kinds
                for mark in reading.slot(kind)
                for each in (mark, *reading.others.get(mark, {}))
            }
            for reading in (self.before, self.now)
        )
        return _Slot(had, here)

    def _evidence(self) -> tuple[str, ...]:
        had = {mark.place for mark in (self.before.anchor, *self.before.slot(EVIDENCE))}
        here = {mark.place: mark for mark in (self.now.anchor, *self.now.slot(EVIDENCE))}
        places = {words: self.finder.find(words) for words in self.carried.evidence}
        kept = [words for words, place in places.items() if place not in had or place in here]
        new = [self.values.words(mark) for place, mark in here.items() if place not in had]
        moved = self.now.anchor.place not in had
        return tuple(dict.fromkeys([*new[:1], *kept, *new[1:]] if moved else [*kept, *new]))

    def _times(self, status: Status) -> tuple[LabelledWhen, tuple[LabelledWhen, ...]]:
        slot = self._slot(WHEN, OR_WHEN)

        def now(when: LabelledWhen) -> LabelledWhen | None:
            place = self._place(when.words)
            moved = slot.moved(place)
            return when if slot.stays(place) else self.values.when(moved, status) if moved else None

        best = now(self.carried.when)
        others = [when for each in self.carried.or_when if (when := now(each))]
        new = [self.values.when(mark, status) for mark in slot.new]
        if best is None or (best.words is None and new):
            best = [*new, *others, self.values.unsaid_when(status)][0]
        return best, tuple(dict.fromkeys(when for when in (*others, *new) if when is not best))

    def _places(self) -> tuple[LabelledWhere, tuple[LabelledWhere, ...]]:
        slot = self._slot(WHERE, OR_WHERE)

        def now(where: LabelledWhere) -> LabelledWhere | None:
            place = self._place(where.words)
            moved = slot.moved(place)
            words = {"words": self.values.words(moved)} if moved else {}
            return where.model_copy(update=words) if words or slot.stays(place) else None

        best = now(self.carried.where)
        others = [where for each in self.carried.or_where if (where := now(each))]
        new = slot.new
        if best is not None and best.words is None and new:
            best = best.model_copy(update={"words": self.values.words(new.pop(0))})
        added = map(self.values.where, new)
        rest = [*others, *added]
        if best is None:
            best = rest.pop(0) if rest else LabelledWhere()
        return best, tuple(rest)

    def _actors(self, kind: str, actors: Sequence[LabelledActor]) -> Iterator[LabelledActor]:
        slot = self._slot(kind)
        joined: set[Mark] = set()
        for actor in actors:
            places = {name: self._place(name) for name in actor.names}
            moved = {name: slot.moved(place) for name, place in places.items()}
            names = [self.values.words(mark) if (mark := moved[name]) else name for name in actor.names]
            names = [
                now for now, name in zip(names, actor.names, strict=True) if moved[name] or slot.stays(places[name])
            ]
            for best in self.now.slot(kind):
                if best.place in places.values() or best in moved.values():
                    more = [each for each in self.now.others.get(best, {}) if each in slot.new]
                    names += map(self.values.words, more)
                    joined |= {*more}
            if names:
                yield actor.model_copy(update={"names": tuple(dict.fromkeys(names))})
        for mark in self.now.slot(kind):
            if mark in slot.new and mark not in joined:
                yield self.values.actor(mark, self.now)

    def _counts(self) -> Iterator[LabelledCount]:
        had, here = self.before.slot(COUNT), self.now.slot(COUNT)
        known = set(had)
        for count in self.carried.counts:
            slot = _Slot(*({m.place: m for m in marks if m.measure is count.measure} for marks in (had, here)))
            place = self._place(count.words)
            moved = slot.moved(place)
            if moved:
                known.add(moved)
            if moved or slot.stays(place):
                yield self._count(count, slot.had.get(place or (0, 0)), moved)
        yield from self.values.counts([mark for mark in here if mark not in known], self.now)

    def _count(self, count: LabelledCount, before: Mark | None, moved: Mark | None) -> LabelledCount:
        """Return a number as it is now, with who gave it."""
        changes: dict[str, Any] = {}
        if moved:
            value = self.values.number(moved)
            bounds = {"min": value.min, "max": value.max} if value else {}
            changes = {"words": self.values.words(moved), **bounds}
        now = moved or before
        if before and now and self.before.sources.get(before) != self.now.sources.get(now):
            changes["source"] = self.values.source(now, self.now)
        return count.model_copy(update=changes)

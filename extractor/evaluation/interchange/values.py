"""What spans alone say: the value of each slot, read from its words by the codebook in code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from extractor.evaluation.interchange.marks import COUNT, EVIDENCE, INITIATOR, OR_WHEN, OR_WHERE, TARGET, WHEN, WHERE
from extractor.events.counts import parse_count
from extractor.events.dates import resolve_when
from extractor.events.vocabulary import EventType, Standing, Status
from extractor.scoring.labels import LabelledActor, LabelledCount, LabelledEvent, LabelledWhen, LabelledWhere

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from extractor.evaluation.interchange.marks import Mark
    from extractor.evaluation.interchange.readings import Reading
    from extractor.events.counts import CountValue

AHEAD: Final = frozenset({Status.PLANNED, Status.THREATENED, Status.HYPOTHETICAL})
"""Statuses of acts that may lie after publication."""


@dataclass(frozen=True)
class Values:
    """Reads values from spans of one article. ``notes`` collects what could not be read."""

    text: str
    published: dt.date | None
    notes: list[str] = field(default_factory=list)

    def words(self, mark: Mark) -> str:
        """Return the words of a span in one line."""
        return " ".join(self.text[mark.start : mark.end].split())

    def said(self, mark: Mark) -> str:
        """Return label and words of a span, for a message."""
        return f"{mark.label} {self.words(mark)!r}"

    def event(self, now: Reading) -> LabelledEvent:
        """Return an event of which only the spans are known."""
        status = Status(now.said.get("status", Status.ACTUAL))
        whens = [*now.slot(WHEN), *now.slot(OR_WHEN)]
        wheres = [self.where(mark) for mark in (*now.slot(WHERE), *now.slot(OR_WHERE))]
        missing = ["place names", "alternatives", "optional fills"]
        missing += [name for name in ("status", "standing") if name not in now.said]
        self.notes.append(f"{self.said(now.anchor)} came without {', '.join(missing)}: taken as none or the usual ones")
        return LabelledEvent(
            type=now.anchor.type or EventType.OTHER,
            status=status,
            standing=Standing(now.said.get("standing", Standing.MAIN)),
            evidence=tuple(dict.fromkeys(map(self.words, (now.anchor, *now.slot(EVIDENCE))))),
            when=self.when(whens[0], status) if whens else self.unsaid_when(status),
            or_when=tuple(self.when(mark, status) for mark in whens[1:]),
            where=wheres[0] if wheres else LabelledWhere(),
            or_where=tuple(wheres[1:]),
            initiators=tuple(self.actor(mark, now) for mark in now.slot(INITIATOR)),
            targets=tuple(self.actor(mark, now) for mark in now.slot(TARGET)),
            counts=tuple(self.counts(now.slot(COUNT), now)),
        )

    def when(self, mark: Mark, status: Status) -> LabelledWhen:
        """Return the days that the codebook reads from the words."""
        words = self.words(mark)
        read = resolve_when(words, self.published, future=status in AHEAD)
        return LabelledWhen(words=words, start=read.start, end=read.end)

    def unsaid_when(self, status: Status) -> LabelledWhen:
        """Return the days of an event without time words: on or before publication."""
        return LabelledWhen(end=None if status in AHEAD else self.published)

    def where(self, mark: Mark) -> LabelledWhere:
        """Return the place by its words alone."""
        return LabelledWhere(words=self.words(mark))

    def actor(self, mark: Mark, now: Reading) -> LabelledActor:
        """Return the actor with all its names."""
        names = map(self.words, (mark, *now.others.get(mark, {})))
        return LabelledActor(names=tuple(dict.fromkeys(names)))

    def counts(self, marks: Iterable[Mark], now: Reading) -> Iterator[LabelledCount]:
        """Yield the numbers; words that hold none are noted and left out."""
        for mark in marks:
            value = self.number(mark)
            if mark.measure is None or value is None:
                self.notes.append(f"no number can be read from {self.said(mark)}: left out")
            else:
                yield LabelledCount(
                    measure=mark.measure,
                    min=value.min,
                    max=value.max,
                    words=self.words(mark),
                    source=self.source(mark, now),
                )

    def number(self, mark: Mark) -> CountValue | None:
        """Return the number that the codebook reads from the words; None: none, or none with a bound."""
        value = parse_count(self.words(mark), mark.measure)
        return None if value is None or (value.min is None and value.max is None) else value

    def source(self, mark: Mark, now: Reading) -> str | None:
        """Return who gave the number."""
        found = now.sources.get(mark)
        return self.words(found) if found else None

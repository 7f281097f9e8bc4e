"""Spans: the days on which a mention may have happened, and how sure that is.

A *firm* span follows from the article's words. A *soft* one follows from publication alone: what an article reports
without a word of time mostly happened in the days before it came out, and certainly not after.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from extractor.events.vocabulary import Standing, TimeBasis

if TYPE_CHECKING:
    from extractor.events.summary import When

FRESH: Final = 3
"""Days before publication on which undated news is taken to have happened."""
_OPEN: Final = 30
"""Days of an interval whose other end is unknown."""
_LONG_AGO: Final = 3650
"""Days before publication on which undated background may have happened."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days, as proleptic ordinals, both inclusive."""

    start: int
    end: int
    firm: bool

    @property
    def days(self) -> int:
        """How many they are."""
        return self.end - self.start + 1


def span_of(when: When, published: dt.date | None, standing: Standing) -> Span | None:
    """Return the days on which it may have happened; None where neither words nor publication say."""
    start, end = when.start, when.end
    if start is not None and end is not None:
        return Span(start.toordinal(), max(start, end).toordinal(), firm=True)
    if when.basis is not TimeBasis.PUBLICATION_BOUND and (start or end):
        if start is not None:  # "since Monday"
            last = max(published, start) if published else start + dt.timedelta(_OPEN)
            return Span(start.toordinal(), min(last.toordinal(), start.toordinal() + _OPEN), firm=True)
        assert end is not None
        return Span(end.toordinal() - _OPEN, end.toordinal(), firm=True)
    last_day = end or published
    if last_day is None:
        return None
    back = FRESH if standing in {Standing.MAIN, Standing.OTHER} else _LONG_AGO
    return Span(last_day.toordinal() - back, last_day.toordinal(), firm=False)

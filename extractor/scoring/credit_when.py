"""Times: what credit a predicted interval of days earns, and when it may anchor an alignment.

Rule: scoring.md §1. Days are proleptic ordinals (``date.toordinal``), both ends inclusive, None where open. An interval
without a first day ("on or before publication") holds every earlier day, so a day inside it is half right; but it
says too little to make two events one. It anchors an alignment only where the other side has no first day either.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from extractor.scoring.credit_names import HALF, RIGHT, WRONG, name_tokens

if TYPE_CHECKING:
    import datetime as dt

_CACHE = 65_536
_EMPTY_WORDS = frozenset(
    {"on", "in", "at", "of", "by", "to", "for", "from", "during", "since", "until", "over", "within", "this", "that"}
)
_FIRST, _LAST = 0, 10_000_000
"""Before and after every day there is."""


@dataclass(frozen=True, eq=False)
class Time:
    """One reading of when it happened; :func:`time_of` returns the same object for the same reading."""

    start: int | None
    end: int | None
    words: frozenset[str]
    """Words that say something, normalised; only compared where no side names a day."""

    @property
    def resolved(self) -> bool:
        """Whether it names any day."""
        return self.start is not None or self.end is not None


@lru_cache(maxsize=_CACHE)
def time_of(words: str | None, start: dt.date | None, end: dt.date | None) -> Time | None:
    """Return the time, or None where nothing is said."""
    if words is None and start is None and end is None:
        return None
    return Time(
        start.toordinal() if start else None,
        end.toordinal() if end else None,
        frozenset(name_tokens(words or "")) - _EMPTY_WORDS,
    )


@lru_cache(maxsize=_CACHE)
def time_credit(predicted: Time, labelled: Time) -> int:
    """Return the credit of a predicted time for a labelled one, in half points.

    Right: equal start and end, or no day on either side and a word in common. Half right: one holds the other, or
    both are single days at most one day apart.
    """
    if not (predicted.resolved and labelled.resolved):
        unresolved = not predicted.resolved and not labelled.resolved
        return RIGHT if unresolved and predicted.words & labelled.words else WRONG
    if predicted.start == labelled.start and predicted.end == labelled.end:
        return RIGHT
    a = _FIRST if predicted.start is None else predicted.start
    b = _LAST if predicted.end is None else predicted.end
    x = _FIRST if labelled.start is None else labelled.start
    y = _LAST if labelled.end is None else labelled.end
    if (x <= a and b <= y) or (a <= x and y <= b) or (a == b and x == y and abs(a - x) <= 1):
        return HALF
    return WRONG


def time_anchors(predicted: Time, labelled: Time) -> bool:
    """Say whether two times that earn credit make it likely that the events are the same."""
    return (predicted.start is None) == (labelled.start is None)

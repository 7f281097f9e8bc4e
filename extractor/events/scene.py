"""Words that give a sentence a time or a place of its own, told by form alone.

A sentence without them may take its time or place from the scene around it; one that has its own may not. What the
words mean is the business of :mod:`extractor.events.dates` and :mod:`extractor.events.places`; here it is enough that
they are there, so the tests are wide: a doubtful word counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.events.view import View

_TIME_WORDS = frozenset(
    {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "april"}
    | {"june", "july", "august", "september", "october", "november", "december", "yesterday", "today", "tonight"}
    | {"tomorrow", "morning", "afternoon", "evening", "night", "overnight", "week", "weekend", "month", "year", "ago"}
)
_MONTHS_OR_VERBS = frozenset({"may", "march"})
_YEAR = re.compile(r"(?:19|20)\d\d$")
_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th)?$")
_DATING = frozenset({"on", "in", "late", "early", "last", "this"})
_AT_A_PLACE = frozenset({"in", "near", "outside", "at", "across", "around", "inside"})
_PLACE_REACH = 4
"""A place's name begins at most so many tokens after its preposition ("in the rebel-held town of Sarmin")."""


def has_time(view: View, tokens: range) -> bool:
    """Say whether a weekday, a month, a year or a word like "yesterday" stands among ``tokens``."""
    return any(_is_time(view, i) for i in tokens)


def after_time(view: View, at: int, stop: int) -> int:
    """Return the token after a time phrase that begins at ``at`` ("on Sunday", "late on 3 June"), or ``at``."""
    end = at
    while end < stop and (view.keys[end] in _DATING or _DAY.match(view.keys[end]) or _is_time(view, end)):
        end += 1
    return end if has_time(view, range(at, end)) else at


def has_place(view: View, tokens: range) -> bool:
    """Say whether a preposition of place is followed by a name in capitals that is no date."""
    for i in tokens:
        if view.keys[i] not in _AT_A_PLACE:
            continue
        for j in range(i + 1, min(i + 1 + _PLACE_REACH, tokens.stop)):
            if view.gap(j).strip(" \t\r\n\u00a0-"):
                break
            if view.raw(j)[0].isupper() and not _is_time(view, j):
                return True
    return False


def _is_time(view: View, index: int) -> bool:
    key = view.keys[index]
    month = key in _MONTHS_OR_VERBS and view.raw(index)[0].isupper()
    return key in _TIME_WORDS or month or bool(_YEAR.match(key))

"""From the article's time words to the days they mean, by the published codebook (event-schema.md §5).

The model copies words ("on Sunday"), this module computes the interval. Three steps, each a module: the words become
tokens (:mod:`extractor.events.date_words`), runs of tokens become readings (:mod:`extractor.events.date_rules`), and
here readings are put together: ranges ("from Monday to Wednesday"), open intervals ("since Friday"), distances
("two days after 3 June").

``basis`` says what the days rest on: ``explicit`` the words alone, ``partial`` a date that publication completes,
``relative`` counted from publication, ``publication_bound`` no words at all (on or before publication), ``none``
nothing. Without a publication date only explicit words resolve; the words are kept, so that :func:`reground_when` can
resolve them later without a model.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from extractor.events.date_calendar import DAY, Frame, Interval, Reading, move, unit_around, width_precision
from extractor.events.date_days import join, plural_unit
from extractor.events.date_lexicon import ATOM, pattern
from extractor.events.date_rules import RULES, SCANNER
from extractor.events.date_words import Token, kind_of, letters, quantity_of, tokens, unit_of
from extractor.events.summary import When
from extractor.events.vocabulary import TimeBasis, TimePrecision

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_ANYTHING = f"[^{ATOM}]*"
_RANGE = re.compile(pattern("between|from? atom+ link atom"))
_DISTANCE = re.compile(f"{pattern('quantity? unit after|before')}{_ANYTHING}{ATOM}")
_OPEN = re.compile(f"{pattern('by|until atom')}|{pattern('since|before|after')}{_ANYTHING}{ATOM}")
_OTHER = re.compile(pattern("other"))


def resolve_when(
    words: str | None,
    published: date | None,
    *,
    future: bool = False,
    statement: date | None = None,
) -> When:
    """Resolve the article's time words.

    Args:
        words: the words that date the act, verbatim, or None where the text has none.
        published: publication date, or None where unknown; never a guess.
        future: the act had not happened when it was reported (planned, threatened): dates are sought after it.
        statement: the day of the dated statement that announces a future act; future dates count from it.

    Returns:
        The words as given, inclusive days (None where open or unresolved), basis and precision. No words: on or
        before publication for past acts, unresolved for future ones.
    """
    if words is None or not words.strip():
        if future:
            return When(words=words or None)
        return When(words=words or None, basis=TimeBasis.PUBLICATION_BOUND, end=published)
    found = _interval(words, published, future, statement or published)
    if found is None:
        return When(words=words)
    return When(words=words, basis=found.basis, start=found.start, end=found.end, precision=found.precision)


def reground_when(when: When, published: date | None, *, future: bool = False, statement: date | None = None) -> When:
    """Resolve the kept words again, against another publication date; the same arguments as :func:`resolve_when`."""
    return resolve_when(when.words, published, future=future, statement=statement)


def explicit_date(words: str | None) -> date | None:
    """Return the one full date that the words print ("Monday, June 3rd, 2019"), or None."""
    found = resolve_when(words, None)
    return found.start if found.basis is TimeBasis.EXPLICIT and found.precision is TimePrecision.DAY else None


def readable(words: str) -> bool:
    """Say whether the codebook can read any day, given a publication date, from ``words``."""
    return _reading(words) is not None


@lru_cache(maxsize=4096)  # a phrase is found, compared, resolved and checked
def _reading(words: str) -> Reading | None:
    return _read(tokens(words))


@lru_cache(maxsize=4096)
def _interval(words: str, published: date | None, future: bool, anchor: date | None) -> Interval | None:  # noqa: FBT001  reason: cached, so positional
    frame = Frame(published, future, anchor if future else published)
    reading = _reading(words)
    try:
        return reading.resolve(frame) if reading else None
    except (OverflowError, ValueError):  # "5000 years ago" leaves the calendar
        return None


def _read(found: Sequence[Token]) -> Reading | None:
    """Put the readings of a phrase together."""
    readings: list[tuple[int, Reading]] = []
    line, place = "", 0
    sketch = letters(found)
    owner: list[int] = []  # token at which each letter of ``line`` starts
    for match in SCANNER.finditer(sketch):
        rule = RULES[int(match.lastgroup[1:])][1] if match.lastgroup else None
        reading = rule(found[match.start() : match.end()]) if rule else None
        line += sketch[place : match.start()] + (ATOM if reading else "")
        owner += [*range(place, match.start()), *([match.start()] if reading else [])]
        if reading:
            readings.append((len(line) - 1, reading))
        place = match.end()
    line += sketch[place:]
    owner += range(place, len(found))
    return _combine(line, dict(readings), [found[i] for i in owner])


def _combine(line: str, readings: dict[int, Reading], found: Sequence[Token]) -> Reading | None:
    """Apply the rules for ranges, distances and open intervals to a line in which readings are single marks."""
    if not readings:
        return None
    span = _RANGE.search(line)
    if span:
        at = [i for i in readings if span.start() <= i < span.end()]
        return join(readings[at[0]], readings[at[-1]])
    distance = _DISTANCE.search(line)
    if distance:
        return _distance(found[distance.start() : distance.end() - 1], readings[distance.end() - 1])
    opened = _OPEN.search(line)
    if opened:
        alone = not _OTHER.search(line[opened.start() :])
        return _open(found[opened.start()].kind, readings[opened.end() - 1], alone=alone)
    return readings[min(readings)]


def _distance(found: Sequence[Token], reading: Reading) -> Reading | None:
    """Read "two days after 3 June" as that day, "hours after Sunday's attack" as Sunday; "days after" is unknown."""
    unit = unit_of(found)
    if unit == "minutes":
        return reading
    if kind_of(found, "number", "day", "one") is None and plural_unit(found):
        return None
    quantity = quantity_of(found) * (1 if kind_of(found, "after") else -1)

    def resolve(frame: Frame) -> Interval | None:
        base = reading.resolve(frame)
        if base is None or base.start is None or base.precision is not TimePrecision.DAY:
            return None
        around = unit_around(move(base.start, unit, quantity), unit)
        return Interval(around.start, around.end, around.precision, base.basis)

    return Reading(resolve)


def _open(kind: str, reading: Reading, *, alone: bool) -> Reading:
    """Read "since Friday" as Friday..publication, "by Friday" as ..Friday, "before Friday" as ..Thursday.

    ``alone``: nothing but the date follows; "before Friday's attack" may be Friday itself.
    """

    def resolve(frame: Frame) -> Interval | None:
        base = reading.resolve(frame)
        if base is None:
            return None
        if kind in ("since", "after"):
            start, end = base.start, None if frame.future else frame.published
        elif kind == "before":
            end = base.start and base.start - DAY if alone else base.end
            start = frame.anchor if frame.future else None
        else:
            start, end = frame.anchor if frame.future else None, base.end
        if start is None or end is None:
            return Interval(start, end, TimePrecision.UNKNOWN, base.basis)
        return None if start > end else Interval(start, end, width_precision(start, end), base.basis)

    return Reading(resolve)

"""Readings that name periods: months, weeks, seasons, years, decades and parts of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from extractor.events.date_calendar import (
    DAY,
    Frame,
    Interval,
    Reading,
    explicit,
    month_days,
    month_third,
    move,
    running,
    unit_around,
    week,
    year_third,
)
from extractor.events.date_days import calendar_day, plural_unit
from extractor.events.date_words import Token, kind_of, quantity_of, shift_of, unit_of, value_of, year_of
from extractor.events.vocabulary import TimeBasis, TimePrecision

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.events.date_calendar import Days

SATURDAY = 5
DECADE_PARTS = ((0, 3), (4, 6), (7, 9))
"""First and last year of the early, middle and late part of a decade."""


def _month_precision(part: int | None) -> TimePrecision:
    return TimePrecision.MONTH if part is None else TimePrecision.DAYS


def named_month(found: Sequence[Token]) -> Reading:
    """Read "June 2019", "early June", "last March", "this June", "March last year"."""
    month, year, part = value_of(found, "month") or 0, year_of(found), value_of(found, "part")
    which, of_year = kind_of(found, "last", "past", "this", "next"), kind_of(found, "years") is not None

    def resolve(frame: Frame) -> Interval | None:
        if year is not None:
            return explicit(month_third(year, month, part), _month_precision(part))
        base = frame.base
        if base is None:
            return None
        if of_year:
            chosen = base.year + shift_of(found)
        elif which == "this":
            chosen = base.year
        elif which == "next" or (frame.future and which is None):
            chosen = base.year + (month < base.month or (which == "next" and month == base.month))
        else:
            begun = month_third(base.year, month, part)[0] <= base
            chosen = base.year - (not begun or (which is not None and month == base.month))
        basis = TimeBasis.PARTIAL if which is None or of_year else TimeBasis.RELATIVE
        return running(month_third(chosen, month, part), frame, basis, _month_precision(part))

    return Reading(resolve, chains=year is None and which is None)


def week_of_month(found: Sequence[Token]) -> Reading:
    """Read "the first week of June" as 1st-7th, "the last week of June" as its last 7 days, weekends likewise."""
    month, year, number = value_of(found, "month") or 0, year_of(found), value_of(found, "ordinal")
    weekend = kind_of(found, "weekend") is not None
    whole_month = named_month([token for token in found if token.kind in ("month", "year")])

    def resolve(frame: Frame) -> Interval | None:
        whole = whole_month.resolve(frame)
        if whole is None or whole.start is None:
            return None
        days, precision = _within(*month_days(whole.start.year, month), number, weekend=weekend)
        if year is not None:
            return Interval(*days, precision, TimeBasis.EXPLICIT)
        if not frame.future and frame.published is not None and days[0] > frame.published:  # its month has begun
            days, precision = _within(*month_days(whole.start.year - 1, month), number, weekend=weekend)
        return running(days, frame, TimeBasis.PARTIAL, precision)

    return Reading(resolve)


def _within(first: date, last: date, number: int | None, *, weekend: bool) -> tuple[Days, TimePrecision]:
    """Return the week or weekend of that number in the month from ``first`` to ``last``; None: its last."""
    if weekend:
        saturdays = [day for day in _days(first, last) if day.weekday() == SATURDAY]
        saturday = saturdays[-1 if number is None else min(number, len(saturdays)) - 1]
        return (saturday, saturday + DAY), TimePrecision.DAYS
    start = last - 6 * DAY if number is None else min(first + 7 * (number - 1) * DAY, last)
    return (start, min(start + 6 * DAY, last)), TimePrecision.WEEK


def _days(first: date, last: date) -> list[date]:
    return [first + i * DAY for i in range((last - first).days + 1)]


def week_of_day(found: Sequence[Token]) -> Reading:
    """Read "the week of June 3" as the ISO week around it."""
    inner = calendar_day(found)

    def resolve(frame: Frame) -> Interval | None:
        day = inner.resolve(frame)
        return None if day is None or day.start is None else Interval(*week(day.start), TimePrecision.WEEK, day.basis)

    return Reading(resolve)


def named_year(found: Sequence[Token]) -> Reading:
    """Read "2018", "late 2011", "the first half of 2019", "the second quarter of 2019"."""
    year, number = year_of(found) or 1, value_of(found, "ordinal")
    months = 6 if kind_of(found, "half") else 3
    if number is not None and number * months <= 12:  # noqa: PLR2004  reason: months of a year
        days = month_days(year, months * (number - 1) + 1)[0], month_days(year, months * number)[1]
    else:
        days = year_third(year, value_of(found, "part"))
    return Reading(lambda _: explicit(days, TimePrecision.YEAR))


def named_decade(found: Sequence[Token]) -> Reading:
    """Read "the 1990s", "the early '90s"."""
    first, part = value_of(found, "decade") or 1, value_of(found, "part")
    low, high = (0, 9) if part is None else DECADE_PARTS[part]
    return Reading(lambda _: explicit((date(first + low, 1, 1), date(first + high, 12, 31)), TimePrecision.YEAR))


def named_season(found: Sequence[Token]) -> Reading:
    """Read "summer 2018", "last summer", "in the spring"."""
    month, year = value_of(found, "season") or 1, year_of(found)
    which = kind_of(found, "last", "past", "this", "next")
    over, ahead_word = which in ("last", "past"), which == "next"
    basis = TimeBasis.PARTIAL if which is None else TimeBasis.RELATIVE

    def resolve(frame: Frame) -> Interval | None:
        if year is not None:
            return explicit(_season(year, month), TimePrecision.YEAR)
        base = frame.base
        if base is None:
            return None
        around = [_season(base.year + step, month) for step in (-2, -1, 0, 1)]
        if ahead_word or (frame.future and not over):
            days = next(days for days in around if days[0 if ahead_word else 1] >= base)
        else:
            days = next(days for days in reversed(around) if days[1 if over else 0] <= base)
        return running(days, frame, basis, TimePrecision.YEAR)

    return Reading(resolve)


def _season(year: int, month: int) -> tuple[date, date]:
    return month_days(year, month)[0], month_days(year, month + 2)[1]


def calendar_unit(found: Sequence[Token]) -> Reading | None:
    """Read "last week", "this year", "late last month", "earlier this week", "later this year", "start of the week"."""
    unit, part, shift = unit_of(found), value_of(found, "part"), shift_of(found) * quantity_of(found)
    side = kind_of(found, "earlier", "later")
    if plural_unit(found):
        return None

    def resolve(frame: Frame) -> Interval | None:
        base = frame.base
        if base is None:
            return None
        whole = unit_around(move(base, unit, shift), unit)
        first = whole.start or base
        if unit == "weeks":
            days = week(first, part)
        elif unit == "months":
            days = month_third(first.year, first.month, part)
        else:
            days = year_third(first.year, part)
        if side == "later":
            return Interval(base, days[1], whole.precision, TimeBasis.RELATIVE)
        cut = replace(frame, future=False, published=base) if side == "earlier" else frame
        return running(days, cut, TimeBasis.RELATIVE, whole.precision if part is None else None)

    return Reading(resolve)


def named_weekend(found: Sequence[Token]) -> Reading:
    """Read "the weekend", "last weekend", "next weekend" as Saturday and Sunday."""
    which = kind_of(found, "last", "past", "next")

    def resolve(frame: Frame) -> Interval | None:
        base = frame.base
        if base is None:
            return None
        saturday = week(base)[0] + SATURDAY * DAY
        begun = saturday <= base
        if which == "next":
            saturday += 7 * begun * DAY
        elif which or not (begun or frame.future):
            saturday -= 7 * DAY
        return running((saturday, saturday + DAY), frame, TimeBasis.RELATIVE, TimePrecision.DAYS)

    return Reading(resolve)

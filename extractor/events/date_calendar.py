"""Days, weeks, months and years as inclusive intervals: the arithmetic under the rules for time words."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from extractor.events.date_lexicon import EARLY, MID
from extractor.events.vocabulary import TimeBasis, TimePrecision

if TYPE_CHECKING:
    from collections.abc import Callable

    Days = tuple[date, date]
    """First and last day, inclusive."""

DAY = timedelta(days=1)
MINUTES_PER_DAY = 1440
WIDEST = ((1, TimePrecision.DAY), (16, TimePrecision.DAYS), (32, TimePrecision.MONTH))
"""Widest interval, in days, of each precision; anything wider is ``year``."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What relative words are counted from; ``published`` None: only full dates resolve."""

    published: date | None
    future: bool = False
    anchor: date | None = None
    """Where future dates start: the day of the dated statement, else publication."""

    @property
    def base(self) -> date | None:
        """The day that "now" means."""
        return self.anchor if self.future else self.published


@dataclass(frozen=True, slots=True)
class Interval:
    """Inclusive days; None where open."""

    start: date | None
    end: date | None
    precision: TimePrecision
    basis: TimeBasis


@dataclass(frozen=True, slots=True)
class Reading:
    """A dated expression that has been read but not yet resolved.

    ``chains``: what stands beside it in a range ("from 28 December to 3 January 2019") can complete it.
    """

    resolve: Callable[[Frame], Interval | None]
    chains: bool = False


def width_precision(start: date, end: date) -> TimePrecision:
    """Return how wide an interval is that no calendar unit names."""
    days = (end - start).days + 1
    return next((precision for widest, precision in WIDEST if days <= widest), TimePrecision.YEAR)


def month_days(year: int, month: int) -> Days:
    """Return the first and last day of a month; months beyond 12 and below 1 carry over."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def month_third(year: int, month: int, part: int | None) -> Days:
    """Return the 1st-10th, 11th-20th or 21st-end of a month, or all of it."""
    first, last = month_days(year, month)
    if part is None:
        return first, last
    if part == EARLY:
        return first, first.replace(day=10)
    return (first.replace(day=11), first.replace(day=20)) if part == MID else (first.replace(day=21), last)


def year_third(year: int, part: int | None) -> Days:
    """Return January-April, May-August or September-December, or the whole year."""
    first, last = (1, 12) if part is None else (4 * part + 1, 4 * part + 4)
    return month_days(year, first)[0], month_days(year, last)[1]


def week(day: date, part: int | None = None) -> Days:
    """Return the ISO week around a day; its start is Monday, its middle Tuesday-Thursday, its end Friday-Sunday."""
    monday = day - timedelta(days=day.weekday())
    first, last = (0, 6) if part is None else ((0, 0), (1, 3), (4, 6))[part]
    return monday + timedelta(days=first), monday + timedelta(days=last)


def explicit(days: Days, precision: TimePrecision | None = None) -> Interval:
    """Return an interval that the words alone give."""
    return Interval(*days, precision or width_precision(*days), TimeBasis.EXPLICIT)


def running(days: Days, frame: Frame, basis: TimeBasis, precision: TimePrecision | None = None) -> Interval:
    """Cut a calendar unit that is still running at the publication day, on the side that the tense rules out."""
    start, end = days
    precision = precision or width_precision(start, end)
    if frame.future and frame.anchor is not None and start < frame.anchor <= end:
        start = frame.anchor
    elif not frame.future and frame.published is not None and start <= frame.published < end:
        end = frame.published
    return Interval(start, end, TimePrecision.DAY if start == end else precision, basis)


def make_date(year: int, month: int, day: int) -> date | None:
    """Return the date, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def recurring(month: int, day: int, frame: Frame, *, future: bool) -> date | None:
    """Return the latest such day not after publication, or the first not before; a leap day up to 8 years away."""
    base = frame.base
    if base is None:
        return None
    steps = range(9) if future else range(0, -9, -1)
    candidates = (make_date(base.year + step, month, day) for step in steps)
    return next((c for c in candidates if c is not None and (c >= base if future else c <= base)), None)


def one_day(day: date, basis: TimeBasis) -> Interval:
    """Return the interval of one day."""
    return Interval(day, day, TimePrecision.DAY, basis)


def move(day: date, unit: str, quantity: int) -> date:
    """Move a day by units; a month or year that lacks the day ends on its last."""
    if unit == "minutes":
        return day + timedelta(days=-(-quantity // MINUTES_PER_DAY))
    if unit in ("days", "weeks"):
        return day + timedelta(days=quantity * (7 if unit == "weeks" else 1))
    first, last = month_days(day.year, day.month + quantity * (12 if unit == "years" else 1))
    return min(first + timedelta(days=day.day - 1), last)


def unit_around(day: date, unit: str) -> Interval:
    """Return the whole calendar unit that holds a day."""
    if unit == "weeks":
        return Interval(*week(day), TimePrecision.WEEK, TimeBasis.RELATIVE)
    if unit == "months":
        return Interval(*month_days(day.year, day.month), TimePrecision.MONTH, TimeBasis.RELATIVE)
    if unit == "years":
        return Interval(*year_third(day.year, None), TimePrecision.YEAR, TimeBasis.RELATIVE)
    return one_day(day, TimeBasis.RELATIVE)


def back(day: date, unit: str, quantity: int) -> date:
    """Move back; hours count as started days."""
    return day + timedelta(days=-quantity // MINUTES_PER_DAY) if unit == "minutes" else move(day, unit, -quantity)

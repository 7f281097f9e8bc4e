"""Readings that name days: calendar dates, weekdays, and distances from publication."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from extractor.events.date_calendar import (
    DAY,
    MINUTES_PER_DAY,
    Frame,
    Interval,
    Reading,
    back,
    make_date,
    month_days,
    move,
    one_day,
    recurring,
    unit_around,
    week,
    width_precision,
)
from extractor.events.date_words import Token, kind_of, quantity_of, shift_of, unit_of, value_of, year_of
from extractor.events.vocabulary import TimeBasis, TimePrecision

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def calendar_day(found: Sequence[Token]) -> Reading:
    """Read "3 June 2019", "Sunday, 2 June", "June 3rd".

    A weekday beside a day without a year matters only when it shows that a near coming date is meant, not the past one.
    """
    day, month = value_of(found, "day", "ordinal") or 0, value_of(found, "month") or 0
    year, weekday = year_of(found), value_of(found, "weekday")

    def resolve(frame: Frame) -> Interval | None:
        if year is not None:
            full = make_date(year, month, day)
            return None if full is None else one_day(full, TimeBasis.EXPLICIT)
        chosen = recurring(month, day, frame, future=frame.future)
        if weekday is not None and chosen is not None and chosen.weekday() != weekday:
            other = recurring(month, day, frame, future=not frame.future)
            if other is not None and other.weekday() == weekday and _nearer(other, chosen, frame):
                chosen = other
        return None if chosen is None else one_day(chosen, TimeBasis.PARTIAL)

    return Reading(resolve, chains=year is None)


def _nearer(day: date, other: date, frame: Frame) -> bool:
    return frame.base is not None and abs(day - frame.base) < abs(other - frame.base)


def days_of_month(found: Sequence[Token]) -> Reading:
    """Read "3-7 June", "June 3, 4 and 6 2019"."""
    days = [token for token in found if token.kind in ("day", "ordinal")]
    rest = [token for token in found if token.kind in ("month", "year", "shortyear")]
    return join(calendar_day([days[0], *rest]), calendar_day([days[-1], *rest]))


def day_in_named_year(found: Sequence[Token]) -> Reading:
    """Read "5 May last year", "May 5 of this year"."""
    day, month, shift = value_of(found, "day", "ordinal") or 0, value_of(found, "month") or 0, shift_of(found)

    def resolve(frame: Frame) -> Interval | None:
        full = make_date(frame.base.year + shift, month, day) if frame.base else None
        return None if full is None else one_day(full, TimeBasis.PARTIAL)

    return Reading(resolve)


def day_alone(found: Sequence[Token]) -> Reading:
    """Read "the 15th": the latest one, or the first to come."""
    day = value_of(found, "ordinal") or 0

    def resolve(frame: Frame) -> Interval | None:
        base = frame.base
        if base is None:
            return None
        for step in range(3):  # of three months in a row one has 31 days
            first, _ = month_days(base.year, base.month + (step if frame.future else -step))
            full = make_date(first.year, first.month, day)
            if full is not None and (full >= base if frame.future else full <= base):
                return one_day(full, TimeBasis.PARTIAL)
        return None

    return Reading(resolve)


def named_weekday(found: Sequence[Token]) -> Reading:
    """Read "Friday", "last Friday", "next Friday"; with "last week" or "two weeks ago" the one in that week."""
    wanted, which = value_of(found, "weekday") or 0, kind_of(found, "last", "past", "next")
    in_week = value_of(found, "weeks") is not None
    shift = -quantity_of(found) if kind_of(found, "ago") else shift_of(found)

    def resolve(frame: Frame) -> Interval | None:
        base = frame.base
        if base is None:
            return None
        if in_week:
            day = week(base)[0] + timedelta(days=7 * shift + wanted)
        elif which == "next" or (frame.future and which is None):
            day = base + timedelta(days=(wanted - base.weekday() - 1) % 7 + 1)
        else:
            day = base - timedelta(days=(base.weekday() - wanted) % 7 or (7 if which else 0))
        return one_day(day, TimeBasis.RELATIVE)

    return Reading(resolve, chains=which is None and not in_week)


def night_into(found: Sequence[Token]) -> Reading:
    """Read "overnight into Sunday" as Saturday and Sunday."""
    morning = named_weekday(found)

    def resolve(frame: Frame) -> Interval | None:
        day = morning.resolve(frame)
        return (
            None
            if day is None or day.start is None
            else Interval(day.start - DAY, day.start, TimePrecision.DAYS, day.basis)
        )

    return Reading(resolve)


def offset(first: int, last: int | None = None) -> Callable[[Sequence[Token]], Reading]:
    """Return the rule for a fixed distance in days from today: yesterday is -1, overnight -1..0."""

    def resolve(frame: Frame) -> Interval | None:
        if frame.base is None:
            return None
        start, end = frame.base + first * DAY, frame.base + (first if last is None else last) * DAY
        return Interval(start, end, width_precision(start, end), TimeBasis.RELATIVE)

    return lambda _: Reading(resolve)


def time_ago(found: Sequence[Token]) -> Reading:
    """Read "three days ago" as that day, "two weeks ago" as that week, "a year ago today" as that day.

    "More than two years ago" leaves the start open, "less than two weeks ago" is everything since. Hours may reach
    back over midnight, since the hour of publication is unknown.
    """
    unit, quantity = unit_of(found), quantity_of(found)
    bound, to_the_day = kind_of(found, "more", "less"), kind_of(found, "today") is not None

    def resolve(frame: Frame) -> Interval | None:
        published = frame.published
        if published is None:
            return None
        if unit == "minutes":
            start, end = back(published, unit, quantity), published - timedelta(days=quantity // MINUTES_PER_DAY)
            return Interval(start, end, width_precision(start, end), TimeBasis.RELATIVE)
        day = move(published, unit, -quantity)
        if bound == "more":
            return Interval(None, day, TimePrecision.UNKNOWN, TimeBasis.RELATIVE)
        if bound == "less":
            return Interval(day, published, width_precision(day, published), TimeBasis.RELATIVE)
        return unit_around(day, "days" if to_the_day else unit)

    return Reading(resolve)


def trailing(found: Sequence[Token]) -> Reading | None:
    """Read "the past 48 hours", "the last week" back from publication, "the next two days" ahead of it."""
    unit, quantity = unit_of(found), quantity_of(found)
    ahead = kind_of(found, "next", "within")
    if kind_of(found, "number", "day", "one") is None and plural_unit(found):
        return None

    def resolve(frame: Frame) -> Interval | None:
        base = frame.base
        if base is None or (ahead == "within" and not frame.future):
            return None
        start, end = (base, move(base, unit, quantity)) if ahead else (back(base, unit, quantity), base)
        return Interval(start, end, width_precision(start, end), TimeBasis.RELATIVE)

    return Reading(resolve)


def plural_unit(found: Sequence[Token]) -> bool:
    """Return whether the unit is plural: "past weeks" without a number date nothing."""
    unit = unit_of(found)
    return any(token.kind == unit and token.text.lower().endswith("s") for token in found)


def join(first: Reading, last: Reading) -> Reading:
    """Return the interval from the start of one reading to the end of the other, each completing the other."""
    return Reading(lambda frame: _joined(first, last, frame))


def _joined(first: Reading, last: Reading, frame: Frame) -> Interval | None:
    """Resolve the two ends of a range: the later end first for past events, the earlier first for future ones."""
    year_stands_first = last.chains and not first.chains and first.resolve(Frame(None)) is not None
    if frame.future or year_stands_first:
        return _forward(first, last, frame)
    high = last.resolve(frame)
    low = first.resolve(Frame(high.end) if first.chains and high and high.end else frame)
    whole = _between(low, high)
    if whole is not None and whole.basis is TimeBasis.PARTIAL and high and high.precision is TimePrecision.DAY:
        still_running = _forward(first, last, frame)
        if still_running and still_running.start != whole.start and frame.published:
            end = min(still_running.end or frame.published, frame.published)
            return _between(still_running, one_day(end, TimeBasis.PARTIAL))
    return whole


def _forward(first: Reading, last: Reading, frame: Frame) -> Interval | None:
    """Resolve the first end, then the other as the next such day after it."""
    low = first.resolve(frame)
    at = low.start if low else None
    return _between(low, last.resolve(Frame(at, future=True, anchor=at) if last.chains and at else frame))


def _between(low: Interval | None, high: Interval | None) -> Interval | None:
    """Return the interval from one start to the other's end; explicit where one full date completes the other."""
    if low is None or high is None or low.start is None or high.end is None or low.start > high.end:
        return None
    bases = {low.basis, high.basis}
    order = (TimeBasis.RELATIVE, TimeBasis.PARTIAL, TimeBasis.EXPLICIT)
    basis = TimeBasis.EXPLICIT if bases == set(order[1:]) else next(basis for basis in order if basis in bases)
    return Interval(low.start, high.end, width_precision(low.start, high.end), basis)

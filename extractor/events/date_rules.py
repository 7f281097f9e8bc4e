"""Which run of time words means what: the codebook of event-schema.md §5 as one table of rules.

Every rule reads a run of tokens ("weekday", "part of month year") into a *reading*: a function from the
:class:`~extractor.events.date_calendar.Frame` (publication date, past or future) to an interval of days. Readings are
asked later, because the first half of "28 December to 3 January 2019" is resolved against its second half and not
against the publication date.

Decisions where the codebook is silent (each has rows in tests/events/test_dates.py):

- A month, week or year that is still running ends on the publication day for past events and starts there for future
  ones ("this week", "in September" read in September): nothing reported has happened after publication.
- Weeks are ISO weeks, Monday to Sunday. "Last week", "last month", "last year" are calendar units; "the last week",
  "the past month" are counted back from publication.
- Seasons are the northern meteorological ones (summer: June to August); a year's winter starts in its December.
- "Last March" is the latest March that ended before the current month; "early", "mid", "late" are thirds.
- Precision is the named unit; for other intervals 1 day ``day``, to 16 days ``days``, to 32 ``month``, else ``year``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.events.date_days import (
    calendar_day,
    day_alone,
    day_in_named_year,
    days_of_month,
    named_weekday,
    night_into,
    offset,
    time_ago,
    trailing,
)
from extractor.events.date_lexicon import pattern
from extractor.events.date_periods import (
    calendar_unit,
    named_decade,
    named_month,
    named_season,
    named_weekend,
    named_year,
    week_of_day,
    week_of_month,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from extractor.events.date_calendar import Reading
    from extractor.events.date_words import Token


def nothing(_: Sequence[Token]) -> None:
    """Read "that Friday", "every Monday": they point into the text or recur, so they date nothing by themselves."""


RULES: tuple[tuple[str, Callable[[Sequence[Token]], Reading | None]], ...] = (
    ("anaphor ordinal? weekday|partday|unit|weekend", nothing),
    ("every weekday|partday|unit", nothing),
    ("half one? unit ago", nothing),
    ("quantity weekday|weekend ago", nothing),
    ("weekday? dayno+ link dayno of? month year?", days_of_month),
    ("month dayno+ link dayno year?", days_of_month),
    ("weeks of? dayno of? month year?", week_of_day),
    ("weeks of? month dayno year?", week_of_day),
    ("dayno of? month of? which years", day_in_named_year),
    ("month dayno of? which years", day_in_named_year),
    ("weekday? dayno of? month year|shortyear", calendar_day),
    ("weekday? month dayno year|shortyear", calendar_day),
    ("last? weekday? dayno of? month weekday?", calendar_day),
    ("last? weekday? month dayno weekday?", calendar_day),
    ("part of? month dayno year|shortyear", calendar_day),
    ("part of? month dayno", calendar_day),
    ("part of? month of? which years", named_month),
    ("month of? which years", named_month),
    ("ordinal|last|past weeks|weekend of month year?", week_of_month),
    ("part of? which month", named_month),
    ("which part? month", named_month),
    ("part of? month of? year|shortyear", named_month),
    ("month of? year|shortyear", named_month),
    ("part of? month", named_month),
    ("month", named_month),
    ("part of? decade", named_decade),
    ("decade", named_decade),
    ("ordinal half|quarter of? year", named_year),
    ("which season", named_season),
    ("season of? year", named_season),
    ("season", named_season),
    ("weekday quantity weeks ago", named_weekday),
    ("quantity weeks ago weekday", named_weekday),
    ("more|less quantity unit ago", time_ago),
    ("quantity unit ago today", time_ago),
    ("today quantity unit ago", time_ago),
    ("quantity unit ago", time_ago),
    ("weekday of? which weeks", named_weekday),
    ("which weeks weekday", named_weekday),
    ("earlier|later this? period", calendar_unit),
    ("part of? which period", calendar_unit),
    ("part of period", calendar_unit),
    ("last|past quantity? unit of", nothing),
    ("past quantity? unit", trailing),
    ("last|next|within quantity unit", trailing),
    ("last|this|next period", calendar_unit),
    ("this? which weekday", named_weekday),
    ("weekday", named_weekday),
    ("this? which weekend", named_weekend),
    ("weekend", named_weekend),
    ("last partday", offset(-1)),
    ("this partday", offset(0)),
    ("days before yesterday", offset(-2)),
    ("days after tomorrow", offset(2)),
    ("overnight to weekday", night_into),
    ("yesterday", offset(-1)),
    ("today|now", offset(0)),
    ("tomorrow", offset(1)),
    ("overnight", offset(-1, 0)),
    ("part of? year|shortyear", named_year),
    ("year|shortyear", named_year),
    ("^ ordinal $", day_alone),
)
"""Tried in this order at each place of the phrase, the leftmost place first."""

SCANNER = re.compile("|".join(f"(?P<r{i}>{pattern(rule)})" for i, (rule, _) in enumerate(RULES)))
"""All rules as one expression over the letters of a phrase; the group's number is the rule's."""

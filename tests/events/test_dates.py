"""The codebook for time words, row by row; 5 June 2019 was a Wednesday."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.events.dates import explicit_date, reground_when, resolve_when
from extractor.events.vocabulary import TimeBasis, TimePrecision

if TYPE_CHECKING:
    from extractor.events.summary import When

PUBLISHED = date(2019, 6, 5)


def spelled(when: When) -> str:
    """Write a resolved time as "start..end precision basis", one day once, unresolved as "none"."""
    if when.basis is TimeBasis.NONE:
        assert (when.start, when.end, when.precision) == (None, None, TimePrecision.UNKNOWN)
        return "none"
    start, end = when.start or "", when.end or ""
    days = f"{start}" if start == end and start else f"{start}..{end}"
    return f"{days} {when.precision} {when.basis}"


FULL_DATES = [
    ("3 June 2019", "2019-06-03"),
    ("on 3 June 2019", "2019-06-03"),
    ("3rd June 2019", "2019-06-03"),
    ("ON 3RD JUNE 2019", "2019-06-03"),
    ("the 3rd of June, 2019", "2019-06-03"),
    ("June 3, 2019", "2019-06-03"),
    ("June 3rd, 2019", "2019-06-03"),
    ("Jun. 3, 2019", "2019-06-03"),
    ("Monday, June 3, 2019", "2019-06-03"),
    ("Mon 03 Jun 2019", "2019-06-03"),
    ("Sept. 11, 2001", "2001-09-11"),
    ("11 Sept 2001", "2001-09-11"),
    ("2019-06-03", "2019-06-03"),
    ("2019-06-03T14:05:00Z", "2019-06-03"),
    ("2019/06/03", "2019-06-03"),
    ("13/06/2018", "2018-06-13"),
    ("06/13/2018", "2018-06-13"),
    ("06/06/2018", "2018-06-06"),
    ("3.6.2018", "2018-06-03"),
    ("21 JAN 90", "1990-01-21"),
    ("ON 12 FEBRUARY 89", "1989-02-12"),
    ("29 February 2016", "2016-02-29"),
    ("the evening of 31 December 1999", "1999-12-31"),
    ("Sunday 14 January 2018 at 9 p.m.", "2018-01-14"),
    ("at 1900 GMT on 3 May 2019", "2019-05-03"),
    ("late on the night of May 3, 2019", "2019-05-03"),
    ("shortly before midnight on May 3, 2019", "2019-05-03"),
    ("two days after 3 May 2019", "2019-05-05"),
    ("the twenty-first of May 2019", "2019-05-21"),
    ("Christmas Day 2018", "2018-12-25"),
    ("on New Year\u2019s Eve, 2018", "2018-12-31"),
    ("3 June 2019", "2019-06-03"),
]
EXPLICIT = [
    *((words, f"{day} day explicit") for words, day in FULL_DATES),
    ("between 3 and 7 June 2018", "2018-06-03..2018-06-07 days explicit"),
    ("June 3-7, 2018", "2018-06-03..2018-06-07 days explicit"),
    ("from 5\u20136 April 2016", "2016-04-05..2016-04-06 days explicit"),
    ("3, 4 and 6 June 2018", "2018-06-03..2018-06-06 days explicit"),
    ("from 28 December to 3 January 2019", "2018-12-28..2019-01-03 days explicit"),
    ("from 28 December 2018 to 3 January", "2018-12-28..2019-01-03 days explicit"),
    ("between June 3, 2018 and July 5, 2018", "2018-06-03..2018-07-05 year explicit"),
    ("June 2018", "2018-06-01..2018-06-30 month explicit"),
    ("in June of 2018", "2018-06-01..2018-06-30 month explicit"),
    ("February 2016", "2016-02-01..2016-02-29 month explicit"),
    ("MAR 89", "1989-03-01..1989-03-31 month explicit"),
    ("2018-05", "2018-05-01..2018-05-31 month explicit"),
    ("early June 2018", "2018-06-01..2018-06-10 days explicit"),
    ("mid-June 2018", "2018-06-11..2018-06-20 days explicit"),
    ("the end of June 2018", "2018-06-21..2018-06-30 days explicit"),
    ("the first week of June 2018", "2018-06-01..2018-06-07 week explicit"),
    ("the last week of May 2018", "2018-05-25..2018-05-31 week explicit"),
    ("the first weekend of June 2018", "2018-06-02..2018-06-03 days explicit"),
    ("the week of 6 June 2018", "2018-06-04..2018-06-10 week explicit"),
    ("in 2018", "2018-01-01..2018-12-31 year explicit"),
    ("throughout 2020", "2020-01-01..2020-12-31 year explicit"),
    ("the 2015 nuclear treaty", "2015-01-01..2015-12-31 year explicit"),
    ("early 2011", "2011-01-01..2011-04-30 year explicit"),
    ("mid-2011", "2011-05-01..2011-08-31 year explicit"),
    ("late 2011", "2011-09-01..2011-12-31 year explicit"),
    ("the first half of 2018", "2018-01-01..2018-06-30 year explicit"),
    ("in the fourth quarter of 2018", "2018-10-01..2018-12-31 year explicit"),
    ("summer 2018", "2018-06-01..2018-08-31 year explicit"),
    ("in the winter of 2015", "2015-12-01..2016-02-29 year explicit"),
    ("fall 2018", "2018-09-01..2018-11-30 year explicit"),
    ("from 2011 to 2013", "2011-01-01..2013-12-31 year explicit"),
    ("2011-2013", "2011-01-01..2013-12-31 year explicit"),
    ("2018-19", "2018-01-01..2019-12-31 year explicit"),
    ("in 1987 and 1988", "1987-01-01..1988-12-31 year explicit"),
    ("from March to May 2018", "2018-03-01..2018-05-31 year explicit"),
    ("in late 2017 and early 2018", "2017-09-01..2018-04-30 year explicit"),
    ("the 1990s", "1990-01-01..1999-12-31 year explicit"),
    ("the early '90s", "1990-01-01..1993-12-31 year explicit"),
    ("in June '67", "1967-06-01..1967-06-30 month explicit"),
    ("the fall of Aleppo in 2016", "2016-01-01..2016-12-31 year explicit"),
]
PARTIAL = [
    ("5 May", "2019-05-05"),
    ("on May 5", "2019-05-05"),
    ("on the 5th of May", "2019-05-05"),
    ("5 June", "2019-06-05"),
    ("6 June", "2018-06-06"),
    ("20 DEC", "2018-12-20"),
    ("Dec. 25", "2018-12-25"),
    ("Christmas Day", "2018-12-25"),
    ("on Sunday, 2 June", "2019-06-02"),
    ("June 2, Sunday", "2019-06-02"),
    ("Saturday, 8 June", "2019-06-08"),
    ("Monday, 2 June", "2019-06-02"),
    ("29 February", "2016-02-29"),
    ("on the night of June 3", "2019-06-03"),
    ("on the 15th", "2019-05-15"),
    ("the 31st", "2019-05-31"),
    ("last September 3", "2018-09-03"),
    ("5 May last year", "2018-05-05"),
    ("March 3 of this year", "2019-03-03"),
    ("two days after the attack on 3 May", "2019-05-05"),
    ("the day after the 23 May election", "2019-05-24"),
    ("three days before 2 June", "2019-05-30"),
]
MONTHS = [
    ("in September", "2018-09-01..2018-09-30 month partial"),
    ("a September deal", "2018-09-01..2018-09-30 month partial"),
    ("in May", "2019-05-01..2019-05-31 month partial"),
    ("in march", "2019-03-01..2019-03-31 month partial"),
    ("in June", "2019-06-01..2019-06-05 month partial"),
    ("early September", "2018-09-01..2018-09-10 days partial"),
    ("late May", "2019-05-21..2019-05-31 days partial"),
    ("late June", "2018-06-21..2018-06-30 days partial"),
    ("at the beginning of June", "2019-06-01..2019-06-05 days partial"),
    ("in mid-May", "2019-05-11..2019-05-20 days partial"),
    ("the first week of May", "2019-05-01..2019-05-07 week partial"),
    ("the last weekend of May", "2019-05-25..2019-05-26 days partial"),
    ("the week of May 6", "2019-05-06..2019-05-12 week partial"),
    ("the last two days of May", "2019-05-01..2019-05-31 month partial"),
    ("last March", "2019-03-01..2019-03-31 month relative"),
    ("last June", "2018-06-01..2018-06-30 month relative"),
    ("this May", "2019-05-01..2019-05-31 month relative"),
    ("in March last year", "2018-03-01..2018-03-31 month partial"),
    ("late March of this year", "2019-03-21..2019-03-31 days partial"),
    ("between July and September", "2018-07-01..2018-09-30 year partial"),
    ("in July and August", "2018-07-01..2018-08-31 year partial"),
    ("November-February", "2018-11-01..2019-02-28 year partial"),
    ("between 3 and 7 May", "2019-05-03..2019-05-07 days partial"),
    ("28-30 May", "2019-05-28..2019-05-30 days partial"),
    ("June 3-7", "2019-06-03..2019-06-05 days partial"),
    ("from 28 May to 2 June", "2019-05-28..2019-06-02 days partial"),
    ("in the spring", "2019-03-01..2019-05-31 year partial"),
    ("in summer", "2019-06-01..2019-06-05 year partial"),
    ("last summer", "2018-06-01..2018-08-31 year relative"),
    ("last fall", "2018-09-01..2018-11-30 year relative"),
]
RELATIVE_DAYS = [
    ("yesterday", "2019-06-04"),
    ("Yesterday evening", "2019-06-04"),
    ("at dawn yesterday", "2019-06-04"),
    ("today", "2019-06-05"),
    ("earlier today", "2019-06-05"),
    ("this morning", "2019-06-05"),
    ("tonight", "2019-06-05"),
    ("last night", "2019-06-04"),
    ("the day before yesterday", "2019-06-03"),
    ("tomorrow", "2019-06-06"),
    ("the day after tomorrow", "2019-06-07"),
    ("now", "2019-06-05"),
    ("currently", "2019-06-05"),
    ("three days ago", "2019-06-02"),
    ("a day ago", "2019-06-04"),
    ("a couple of days ago", "2019-06-03"),
    ("48 hours ago", "2019-06-03"),
    ("a week ago today", "2019-05-29"),
    ("exactly a year ago today", "2018-06-05"),
    ("on Sunday", "2019-06-02"),
    ("Sunday", "2019-06-02"),
    ("Mondays", "2019-06-03"),
    ("Monday's", "2019-06-03"),
    ("on Wednesday", "2019-06-05"),
    ("on Thursday", "2019-05-30"),
    ("on Sunday evening", "2019-06-02"),
    ("Monday night", "2019-06-03"),
    ("late Friday", "2019-05-31"),
    ("Early Saturday morning", "2019-06-01"),
    ("at around 9 pm on Sunday", "2019-06-02"),
    ("at about 0600 a.m. on Saturday", "2019-06-01"),
    ("early on Tuesday morning local time", "2019-06-04"),
    ("between 2 and 4 am on Sunday", "2019-06-02"),
    ("shortly after midnight on Sunday", "2019-06-02"),
    ("before dawn on Sunday", "2019-06-02"),
    ("at 3 on Sunday", "2019-06-02"),
    ("at 2030 on Sunday", "2019-06-02"),
    ("in the early hours of Monday", "2019-06-03"),
    ("overnight on Sunday", "2019-06-02"),
    ("after Friday prayers", "2019-05-31"),
    ("during a march on Sunday", "2019-06-02"),
    ("a raid by police on Sunday", "2019-06-02"),
    ("last Friday", "2019-05-31"),
    ("last Wednesday", "2019-05-29"),
    ("this past Friday", "2019-05-31"),
    ("next Friday", "2019-06-07"),
    ("Friday last week", "2019-05-31"),
    ("last week on Friday", "2019-05-31"),
    ("on Thursday of last week", "2019-05-30"),
    ("a week ago on Friday", "2019-05-31"),
    ("Monday two weeks ago", "2019-05-20"),
    ("A few hours before the jet crashed on Wednesday", "2019-06-05"),
    ("hours after Sunday's attack", "2019-06-02"),
    ("two days before Sunday's vote", "2019-05-31"),
]
RELATIVE = [
    *((words, f"{day} day relative") for words, day in RELATIVE_DAYS),
    ("at the start of the week", "2019-06-03 day relative"),
    ("overnight", "2019-06-04..2019-06-05 days relative"),
    ("overnight into Sunday", "2019-06-01..2019-06-02 days relative"),
    ("overnight from Saturday to Sunday", "2019-06-01..2019-06-02 days relative"),
    ("Saturday night into Sunday", "2019-06-01..2019-06-02 days relative"),
    ("from 9 pm on Friday until 3 am on Saturday", "2019-05-31..2019-06-01 days relative"),
    ("on Saturday and Sunday", "2019-06-01..2019-06-02 days relative"),
    ("Monday, Tuesday and Wednesday", "2019-06-03..2019-06-05 days relative"),
    ("from Monday to Wednesday", "2019-06-03..2019-06-05 days relative"),
    ("between Friday and Sunday", "2019-05-31..2019-06-02 days relative"),
    ("Friday-Sunday", "2019-05-31..2019-06-02 days relative"),
    ("from Monday to Friday", "2019-05-27..2019-05-31 days relative"),
    ("from Monday until today", "2019-06-03..2019-06-05 days relative"),
    ("two weeks ago", "2019-05-20..2019-05-26 week relative"),
    ("a fortnight ago", "2019-05-20..2019-05-26 week relative"),
    ("a month ago", "2019-05-01..2019-05-31 month relative"),
    ("some three months ago", "2019-03-01..2019-03-31 month relative"),
    ("five years ago", "2014-01-01..2014-12-31 year relative"),
    ("nearly twenty-five years ago", "1994-01-01..1994-12-31 year relative"),
    ("a decade ago", "2009-01-01..2009-12-31 year relative"),
    ("a century ago", "1919-01-01..1919-12-31 year relative"),
    ("more than two years ago", "..2017-06-05 unknown relative"),
    ("over a year ago", "..2018-06-05 unknown relative"),
    ("less than two weeks ago", "2019-05-22..2019-06-05 days relative"),
    ("an hour ago", "2019-06-04..2019-06-05 days relative"),
    ("last week", "2019-05-27..2019-06-02 week relative"),
    ("last month", "2019-05-01..2019-05-31 month relative"),
    ("last year", "2018-01-01..2018-12-31 year relative"),
    ("last year's talks", "2018-01-01..2018-12-31 year relative"),
    ("late last year", "2018-09-01..2018-12-31 year relative"),
    ("late last month", "2019-05-21..2019-05-31 days relative"),
    ("at the end of last week", "2019-05-31..2019-06-02 days relative"),
    ("this week", "2019-06-03..2019-06-05 week relative"),
    ("earlier this week", "2019-06-03..2019-06-05 week relative"),
    ("earlier in the week", "2019-06-03..2019-06-05 week relative"),
    ("this month", "2019-06-01..2019-06-05 month relative"),
    ("earlier this month", "2019-06-01..2019-06-05 month relative"),
    ("this year", "2019-01-01..2019-06-05 year relative"),
    ("earlier this year", "2019-01-01..2019-06-05 year relative"),
    ("later this month", "2019-06-05..2019-06-30 month relative"),
    ("next month", "2019-07-01..2019-07-31 month relative"),
    ("in the past 24 hours", "2019-06-04..2019-06-05 days relative"),
    ("in the past 48 hours", "2019-06-03..2019-06-05 days relative"),
    ("over the last two weeks", "2019-05-22..2019-06-05 days relative"),
    ("in the last week", "2019-05-29..2019-06-05 days relative"),
    ("over the past month", "2019-05-05..2019-06-05 month relative"),
    ("Over the past three years", "2016-06-05..2019-06-05 year relative"),
    ("over the weekend", "2019-06-01..2019-06-02 days relative"),
    ("at the weekend", "2019-06-01..2019-06-02 days relative"),
    ("last weekend", "2019-06-01..2019-06-02 days relative"),
    ("since Friday", "2019-05-31..2019-06-05 days relative"),
    ("from Friday onwards", "2019-05-31..2019-06-05 days relative"),
    ("since Wednesday", "2019-06-05 day relative"),
    ("since last month", "2019-05-01..2019-06-05 year relative"),
    ("since early this June", "2019-06-01..2019-06-05 days relative"),
    ("since the protests began in May", "2019-05-01..2019-06-05 year partial"),
    ("since the civil war erupted five years ago", "2014-01-01..2019-06-05 year relative"),
    ("since calling for an inquiry into the use of arms in March", "2019-03-01..2019-06-05 year partial"),
    ("since 2015", "2015-01-01..2019-06-05 year explicit"),
    ("since the adoption of Resolution 2118 on 3 June 2018", "2018-06-03..2019-06-05 year explicit"),
    ("since 3 June 2018", "2018-06-03..2019-06-05 year explicit"),
    ("following Friday's attack", "2019-05-31..2019-06-05 days relative"),
    ("by Friday", "..2019-05-31 unknown relative"),
    ("as of Sunday evening", "..2019-06-02 unknown relative"),
    ("until Monday", "..2019-06-03 unknown relative"),
    ("before Friday", "..2019-05-30 unknown relative"),
    ("ahead of Friday's attack", "..2019-05-31 unknown relative"),
    ("before the 2016 election", "..2016-12-31 unknown explicit"),
    ("until 2016", "..2016-12-31 unknown explicit"),
]
UNRESOLVED = [
    "recently",
    "in recent weeks",
    "in recent months",
    "in the past few days",
    "in the past weeks",
    "several days ago",
    "a few weeks ago",
    "years ago",
    "a year and a half ago",
    "half a year ago",
    "two Fridays ago",
    "in the coming weeks",
    "for at least two years",
    "for three days",
    "in three days",
    "within 24 hours",
    "two days after",
    "two days later",
    "A day after the first massacre",
    "days after Sunday's attack",
    "two months after the 2018 election",
    "that day",
    "the same day",
    "the next day",
    "the following Monday",
    "the previous week",
    "earlier in the day",
    "every Friday",
    "on Fridays",
    "daily",
    "soon",
    "since Resolution 2118",
    "at 9 pm",
    "in the morning",
    "at dawn",
    "the fall of Aleppo",
    "they may leave",
    "03/06/2019",
    "03/06/19",
    "on 9/11",
    "30 February 2019",
    "31/31/2019",
    "from 5 to 3 May 2019",
    "on the 45th anniversary",
    "5000 years ago",
    "in a statement",
    "!!!",
]
FUTURE = [
    ("on Friday", "2019-06-07 day relative"),
    ("on Wednesday", "2019-06-12 day relative"),
    ("tomorrow", "2019-06-06 day relative"),
    ("next Friday", "2019-06-07 day relative"),
    ("5 May", "2020-05-05 day partial"),
    ("29 February", "2020-02-29 day partial"),
    ("on the 15th", "2019-06-15 day partial"),
    ("on the 31st", "2019-07-31 day partial"),
    ("3-7 June", "2020-06-03..2020-06-07 days partial"),
    ("from 28 December to 3 January", "2019-12-28..2020-01-03 days partial"),
    ("from Monday to Wednesday", "2019-06-10..2019-06-12 days relative"),
    ("in September", "2019-09-01..2019-09-30 month partial"),
    ("in June", "2019-06-05..2019-06-30 month partial"),
    ("next June", "2020-06-01..2020-06-30 month relative"),
    ("next summer", "2020-06-01..2020-08-31 year relative"),
    ("this summer", "2019-06-05..2019-08-31 year relative"),
    ("this week", "2019-06-05..2019-06-09 week relative"),
    ("later this week", "2019-06-05..2019-06-09 week relative"),
    ("next week", "2019-06-10..2019-06-16 week relative"),
    ("next year", "2020-01-01..2020-12-31 year relative"),
    ("this weekend", "2019-06-08..2019-06-09 days relative"),
    ("next weekend", "2019-06-08..2019-06-09 days relative"),
    ("in the coming 48 hours", "2019-06-05..2019-06-07 days relative"),
    ("within two weeks", "2019-06-05..2019-06-19 days relative"),
    ("in the next three months", "2019-06-05..2019-09-05 year relative"),
    ("by Friday", "2019-06-05..2019-06-07 days relative"),
    ("until 20 June", "2019-06-05..2019-06-20 days partial"),
    ("before Friday", "2019-06-05..2019-06-06 days relative"),
    ("after Friday", "2019-06-07.. unknown relative"),
    ("on 3 June 2021", "2021-06-03 day explicit"),
]
EDGES = [
    (date(2000, 5, 1), "the first week of May", "2000-05-01 day partial"),
    (date(2019, 5, 10), "in the last week of May", "2018-05-25..2018-05-31 week partial"),
    (date(2019, 5, 10), "the first weekend of May", "2019-05-04..2019-05-05 days partial"),
    (date(2020, 1, 1), "on Tuesday", "2019-12-31 day relative"),
    (date(2020, 1, 1), "on Wednesday", "2020-01-01 day relative"),
    (date(2020, 1, 1), "last week", "2019-12-23..2019-12-29 week relative"),
    (date(2020, 1, 1), "this week", "2019-12-30..2020-01-01 week relative"),
    (date(2020, 1, 1), "yesterday", "2019-12-31 day relative"),
    (date(2020, 1, 1), "last month", "2019-12-01..2019-12-31 month relative"),
    (date(2020, 1, 1), "in December", "2019-12-01..2019-12-31 month partial"),
    (date(2020, 1, 1), "in January", "2020-01-01 day partial"),
    (date(2020, 1, 1), "this year", "2020-01-01 day relative"),
    (date(2020, 3, 1), "yesterday", "2020-02-29 day relative"),
    (date(2019, 3, 1), "yesterday", "2019-02-28 day relative"),
    (date(2020, 3, 1), "on Saturday", "2020-02-29 day relative"),
    (date(2020, 3, 1), "last month", "2020-02-01..2020-02-29 month relative"),
    (date(2020, 2, 29), "a year ago today", "2019-02-28 day relative"),
    (date(2020, 3, 31), "in the past month", "2020-02-29..2020-03-31 month relative"),
    (date(2021, 3, 1), "29 February", "2020-02-29 day partial"),
    (date(2019, 6, 7), "last Friday", "2019-05-31 day relative"),
    (date(2019, 6, 8), "last Friday", "2019-06-07 day relative"),
    (date(2019, 6, 2), "over the weekend", "2019-06-01..2019-06-02 days relative"),
    (date(2019, 6, 1), "over the weekend", "2019-06-01 day relative"),
    (date(2019, 6, 2), "last weekend", "2019-05-25..2019-05-26 days relative"),
    (date(2019, 6, 2), "last week", "2019-05-20..2019-05-26 week relative"),
    (date(2019, 6, 3), "this week", "2019-06-03 day relative"),
    (date(2019, 1, 5), "28 December-2 January", "2018-12-28..2019-01-02 days partial"),
    (date(2019, 1, 15), "last winter", "2017-12-01..2018-02-28 year relative"),
    (date(2019, 1, 15), "this winter", "2018-12-01..2019-01-15 year relative"),
    (date(2019, 1, 1), "from Saturday to Tuesday", "2018-12-29..2019-01-01 days relative"),
]


@pytest.mark.parametrize(("words", "expected"), EXPLICIT)
@pytest.mark.parametrize("published", [None, PUBLISHED, date(1980, 1, 1)])
def test_explicit_words_need_no_publication_date(words: str, expected: str, published: date | None) -> None:
    """Words that print the year resolve the same with any publication date and with none."""
    assert spelled(resolve_when(words, published)) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [*((w, f"{d} day partial") for w, d in PARTIAL), *MONTHS, *RELATIVE, *((w, "none") for w in UNRESOLVED)],
)
def test_words_resolve_against_publication(words: str, expected: str) -> None:
    """Words are counted from Wednesday 5 June 2019 as the codebook says, and kept as they are."""
    when = resolve_when(words, PUBLISHED)
    assert spelled(when) == expected
    assert when.words == words


@pytest.mark.parametrize(("words", "expected"), FUTURE)
def test_future_words_look_ahead(words: str, expected: str) -> None:
    """What had not happened yet is dated after publication."""
    assert spelled(resolve_when(words, PUBLISHED, future=True)) == expected


@pytest.mark.parametrize(("published", "words", "expected"), EDGES)
def test_calendar_edges(published: date, words: str, expected: str) -> None:
    """Month ends, year ends, leap days and the publication day itself are counted right."""
    assert spelled(resolve_when(words, published)) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("on Friday", "2019-05-31 day relative"),
        ("tomorrow", "2019-05-29 day relative"),
        ("next week", "2019-06-03..2019-06-09 week relative"),
    ],
)
def test_future_counts_from_a_dated_statement(words: str, expected: str) -> None:
    """A date announced on Tuesday 28 May is sought after that Tuesday, not after publication."""
    assert spelled(resolve_when(words, PUBLISHED, future=True, statement=date(2019, 5, 28))) == expected


@pytest.mark.parametrize("words", [None, "", "  "])
def test_no_words_mean_on_or_before_publication(words: str | None) -> None:
    """A past act without time words is bound by the publication date, a future one is not dated at all."""
    assert spelled(resolve_when(words, PUBLISHED)) == "..2019-06-05 unknown publication_bound"
    assert spelled(resolve_when(words, None)) == ".. unknown publication_bound"
    assert spelled(resolve_when(words, PUBLISHED, future=True)) == "none"


@pytest.mark.parametrize("words", [w for w, e in [*PARTIAL, *MONTHS, *RELATIVE] if "explicit" not in e])
def test_without_publication_only_explicit_words_resolve(words: str) -> None:
    """Without a publication date relative and partial words stay unresolved; regrounding fills them later."""
    unresolved = resolve_when(words, None)
    assert spelled(unresolved) == "none"
    assert reground_when(unresolved, PUBLISHED) == resolve_when(words, PUBLISHED)


def test_since_a_full_date_is_open_without_publication() -> None:
    """Half of "since 3 June 2018" needs no publication date."""
    assert spelled(resolve_when("since 3 June 2018", None)) == "2018-06-03.. unknown explicit"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        *((words, date.fromisoformat(day)) for words, day in FULL_DATES),
        ("June 2018", None),
        ("on Sunday", None),
        (None, None),
    ],
)
def test_explicit_date_reads_one_full_day(words: str | None, expected: date | None) -> None:
    """A printed date is one full day or nothing."""
    assert explicit_date(words) == expected


@given(
    published=st.dates(date(1990, 1, 1), date(2040, 12, 31)),
    weekday=st.sampled_from(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]),
)
def test_weekdays_are_the_nearest_ones(published: date, weekday: str) -> None:
    """A past weekday lies 0..6 days back, "last" 1..7 days back, a future one 1..7 days ahead."""
    for words, future, near, far in (
        (weekday, False, -6, 0),
        (f"last {weekday}", False, -7, -1),
        (weekday, True, 1, 7),
    ):
        day = resolve_when(words, published, future=future).start
        assert day is not None
        assert day.strftime("%A") == weekday
        assert near <= (day - published).days <= far


@given(published=st.dates(date(1990, 1, 1), date(2040, 12, 31)), words=st.sampled_from([*PARTIAL, *MONTHS, *RELATIVE]))
def test_past_acts_end_by_publication(published: date, words: tuple[str, str]) -> None:
    """Whatever the calendar, a resolved past interval is in order and does not end after publication."""
    if any(
        word in words[0] for word in ("tomorrow", "next", "later", "day,", ", Sunday", "20", "this May", "this year")
    ):
        return  # these look ahead, or print a year
    when = resolve_when(words[0], published)
    if when.start is not None and when.end is not None:
        assert when.start <= when.end
    assert when.end is None or when.end <= published


@given(words=st.text(max_size=80), published=st.none() | st.dates())
def test_any_text_is_answered(words: str, published: date | None) -> None:
    """No text makes it fail, and the words come back untouched."""
    when = resolve_when(words, published)
    assert when.words == (words or None)
    assert when.basis in set(TimeBasis)

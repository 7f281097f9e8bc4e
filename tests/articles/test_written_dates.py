"""Dates are read strictly: what two readers read differently is no date."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.articles.written_dates import UnclearDateError, find_short_year_date, find_written_date, read_date

THIRD = date(2019, 6, 3)
READ: list[tuple[object, date]] = [
    ("2019-06-03", THIRD),
    ("2019-06-03T23:30:00-04:00", THIRD),
    ("2019-06-03 10:15", THIRD),
    ("20190603", THIRD),
    (20190603, THIRD),
    ("Mon, 03 Jun 2019 10:00:00 GMT", THIRD),
    ("Mon, 03 Jun 2019 23:59:00 -0500", THIRD),
    ("June 3, 2019", THIRD),
    ("June 3rd, 2019 10:15", THIRD),
    ("3 June 2019", THIRD),
    ("Mon 3 Jun 2019", THIRD),
    ("Sept. 3, 2019", date(2019, 9, 3)),
    ("03.06.2019", THIRD),
    ("11/18/2017", date(2017, 11, 18)),
    ("18/11/2017", date(2017, 11, 18)),
    ("5/5/2017", date(2017, 5, 5)),
    (THIRD, THIRD),
    (datetime(2019, 6, 3, 23, 0, tzinfo=UTC), THIRD),
]
REFUSED: list[tuple[object, str]] = [
    ("4/5/2017", "day/month or month/day"),
    ("1559520000", "epoch"),
    (1559520000, "epoch"),
    (1559520000.5, "epoch"),
    ("1559520000000", "epoch"),
    ("June 2019", "no full date"),
    ("2019", "no full date"),
    ("today", "no full date"),
    ("2 days ago", "no full date"),
    ("2019-02-30", "no full date"),
    ("The vote of 3 June 2019", "no full date"),
    ("", "no full date"),
    (None, "no full date"),
]


@pytest.mark.parametrize(("value", "expected"), READ)
def test_full_dates_are_read(value: object, expected: date) -> None:
    """ISO, RFC 2822, written months, dots, and slashes where only one reading exists."""
    assert read_date(value) == expected


@pytest.mark.parametrize(("value", "why"), REFUSED)
def test_unclear_dates_are_refused_with_the_reason(value: object, why: str) -> None:
    """Ambiguous, partial, impossible and epoch values raise and say why."""
    with pytest.raises(UnclearDateError, match=why):
        read_date(value)


def test_a_format_decides_what_is_ambiguous() -> None:
    """With a date format the value is read with it, and with nothing else."""
    assert read_date("4/5/2017", date_format="%m/%d/%Y") == date(2017, 4, 5)
    assert read_date("4/5/2017", date_format="%d/%m/%Y") == date(2017, 5, 4)
    with pytest.raises(UnclearDateError, match="does not fit"):
        read_date("2017-05-04", date_format="%d/%m/%Y")


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_unambiguous_notations_agree(day: date) -> None:
    """Every day survives ISO and both written notations."""
    for words in (
        day.isoformat(),
        f"{day:%d %B %Y}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day:%a, %d %b %Y} 10:00:00 +0000",
    ):
        assert read_date(words) == day


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Veröffentlicht am 3. Juni 2019"),
        ("es", "Publicado el 3 de junio de 2019"),
        ("fr", "Publié le 3 juin 2019"),
        ("ru", "Опубликовано 3 июня 2019"),
        ("ar", "نشر في 3 يونيو 2019"),
    ],
)
def test_month_names_of_other_languages(language: str, words: str) -> None:
    """A date is found with the month names of the article's language, and not without them."""
    found = find_written_date(words, language=language)
    assert found is not None
    assert found.date == THIRD
    assert words[found.start : found.end].endswith("2019")
    assert find_written_date(words) is None


def test_unknown_language_finds_nothing() -> None:
    """A language without month names is no error."""
    assert find_written_date("3 blorp 2019", language="zz") is None


@pytest.mark.parametrize(
    ("words", "expected"), [("21 JAN 90", date(1990, 1, 21)), ("3 Feb 05", date(2005, 2, 3)), ("31 FEB 90", None)]
)
def test_two_digit_years(words: str, expected: date | None) -> None:
    """Two-digit years follow POSIX: 69 to 99 are 19xx."""
    found = find_short_year_date(words)
    assert (found.date if found else None) == expected


def test_digits_inside_longer_numbers_are_no_date() -> None:
    """Version numbers, telephone numbers and file names hold no dates."""
    assert find_written_date("call 12019-06-031 or see v2019-06-03-beta") is None

"""The dates of MUC-4 keys: days, months, ranges, and what is no date."""

from __future__ import annotations

import datetime as dt

import pytest

from extractor.evaluation.muc4.times import read_days

PUBLISHED = dt.date(1989, 12, 9)


@pytest.mark.parametrize(
    ("string", "days"),
    [
        ("08 DEC 89", ("1989-12-08", "1989-12-08")),
        ("8 DEC", ("1989-12-08", "1989-12-08")),
        ("8 March 89", ("1989-03-08", "1989-03-08")),
        ("- 05 DEC 89", (None, "1989-12-05")),
        ("-5 DEC 89", (None, "1989-12-05")),
        ("30 NOV 89 - 02 DEC 89", ("1989-11-30", "1989-12-02")),
        ("30 NOV 89 - 12 DEC 89", ("1989-11-30", "1989-12-09")),
        ("NOV 89", ("1989-11-01", "1989-11-30")),
        ("DEC 89", ("1989-12-01", "1989-12-09")),
        ("10 DEC 89", None),
        ("05 DEC 89 - 01 DEC 89", None),
        ("31 NOV 89", None),
        ("12 XYZ 89", None),
        ("YESTERDAY", None),
        ("", None),
    ],
)
def test_dates_of_keys_are_read(string: str, days: tuple[str | None, str] | None) -> None:
    """Days, months, ranges and "on or before" are read; impossible days and days after publication are not."""
    found = read_days(string, PUBLISHED)
    assert (None if found is None else tuple(day and day.isoformat() for day in found)) == days


def test_a_year_is_not_made_up() -> None:
    """Without year and without publication date a day is unknown."""
    assert read_days("8 DEC", None) is None
    assert read_days("8 DEC 89", None) == (dt.date(1989, 12, 8), dt.date(1989, 12, 8))

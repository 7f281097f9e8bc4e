"""The date that an article prints about itself, told from the dates that it tells of."""

from __future__ import annotations

from datetime import date

import pytest

from extractor.articles.lines import find_blocks
from extractor.articles.printed_date import PrintedDate, find_printed_date, is_date_line

BODY = (
    "Troops entered the town of Kfar Zeita on Sunday after two days of shelling, residents and officials said. "
    "Four people were killed on 1 May 2019 in the same place, according to a local doctor."
)
THIRD = date(2019, 6, 3)


def printed(text: str, language: str | None = "en") -> PrintedDate | None:
    """Return the printed date of a whole text."""
    return find_printed_date(text, find_blocks(text), language=language)


HEADS = [
    ("Published: 3 June 2019", "3 June 2019"),
    ("Published on June 3, 2019", "June 3, 2019"),
    ("June 3, 2019", "June 3, 2019"),
    ("Monday, June 3, 2019", "Monday, June 3, 2019"),
    ("2019-06-03 10:15", "2019-06-03"),
    ("03.06.2019", "03.06.2019"),
    ("By Jane Doe | 3 June 2019 10:15 GMT", "3 June 2019"),
    ("By Jane Doe, June 3, 2019", "June 3, 2019"),
    ("BEIRUT, June 3, 2019 (AFP) -- Talks opened.", "June 3, 2019"),
    ("Posted on June 3, 2019 by Desk Editor", "June 3, 2019"),
    ("First published: 3 June 2019 - Last updated: 5 June 2019", "3 June 2019"),
    ("Last updated: 5 June 2019 | Published: 3 June 2019", "3 June 2019"),
    ("Date of publication 3 June 2019", "3 June 2019"),
    ("AFP - 3 June 2019", "3 June 2019"),
    ("June 3, 2019 at 5:30 p.m. EDT", "June 3, 2019"),
]


@pytest.mark.parametrize(("line", "words"), HEADS, ids=[line for line, _ in HEADS])
def test_byline_lines_before_the_body(line: str, words: str) -> None:
    """A line that holds a date, a byline and a clock prints the publication date."""
    assert printed(f"Truce ends in the north\n\n{line}\n\n{BODY}") == PrintedDate(THIRD, words)


def test_date_after_the_body() -> None:
    """The line may stand at the end."""
    assert printed(f"{BODY}\n\nPublished: 3 June 2019") == PrintedDate(THIRD, "3 June 2019")


OPENINGS = [
    ("Mon 03 Jun 2019 Truce ends in the north. " + BODY, "Mon 03 Jun 2019"),
    ("Published June 3 2019 Troops left. " + BODY, "June 3 2019"),
    ("Monday 3 June 2019 21:51 15 Medics leave. " + BODY, "Monday 3 June 2019"),
    ("03.06.2019(updated 1549 05.06.2019) Get Troops left. " + BODY, "03.06.2019"),
    ("Truce ends Reuters Monday 3 Jun 2019 Troops left. " + BODY, "Monday 3 Jun 2019"),
]


@pytest.mark.parametrize(("text", "words"), OPENINGS)
def test_opening_of_a_text_without_line_breaks(text: str, words: str) -> None:
    """Where line breaks were lost, a date before a new beginning is the byline's."""
    assert printed(text) == PrintedDate(THIRD, words)


def test_two_digit_year_in_a_dateline() -> None:
    """Wire datelines give the year with two digits."""
    assert printed("SANTIAGO, 21 JAN 90 (DOMESTIC SERVICE) -- [TEXT] THE ARMY WON.") == PrintedDate(
        date(1990, 1, 21), "21 JAN 90"
    )


NONE = [
    BODY,
    "The war began on 3 June 2019\n\n" + BODY,
    "Remembering June 3, 2019\n\n" + BODY,
    "On June 3, 2019, the army left. " + BODY,
    "June 3, 2019 was a black day for the town. " + BODY,
    "ISTANBUL, June 3 (Reuters) - " + BODY,
    "January 9: strikes go on\n\n" + BODY,
    "3/4/2019\n\n" + BODY,
    "The report, published on 3 June 2019, blames both sides. " + BODY,
    "Published on 3 June 2019, the report blames both sides. " + BODY,
    BODY
    + "\n\n3 June 2019: troops leave the town and the market opens again, as the two sides had agreed in May.\n\n"
    + BODY,
    "Truce of June 2019 ends\n\n" + BODY,
    "",
]


@pytest.mark.parametrize("text", NONE, ids=lambda t: t[:30])
def test_dates_of_events_are_not_printed_dates(text: str) -> None:
    """Dates in headlines and prose, partial and ambiguous dates, datelines without a year print nothing."""
    assert printed(text) is None


def test_last_updated_counts_only_alone() -> None:
    """An update is the printed date only where no other is."""
    assert printed(f"Last updated: 5 June 2019\n\n{BODY}") == PrintedDate(date(2019, 6, 5), "5 June 2019")
    assert printed(f"Last updated: 5 June 2019\n\n3 June 2019\n\n{BODY}") == PrintedDate(THIRD, "3 June 2019")


def test_other_languages() -> None:
    """A byline line is read with the month names of the article's language."""
    body = "Die Armee ist am Sonntag in die Stadt eingerückt, wie Bewohner am Telefon und auch die Behörden sagten."
    text = f"Waffenruhe endet\n\n3. Juni 2019\n\n{body}"
    assert printed(text, "de") == PrintedDate(THIRD, "3. Juni 2019")


def test_is_date_line() -> None:
    """Only lines that hold little else are date lines."""
    assert is_date_line("By Jane Doe | 3 June 2019 10:15 GMT")
    assert not is_date_line("Three people died in the town on 3 June 2019")
    assert not is_date_line("Nothing here")

"""Dates, places, actors and numbers read the same everywhere, and never say more than is known."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from extractor.events.summary import Actor, Check, Count, Span, Usage, When, Where
from extractor.render import wording
from tests.samples import make_article

D = dt.date(2024, 3, 3)


@pytest.mark.parametrize(
    ("when", "line"),
    [
        (When(), "date unknown"),
        (When(words="in the past"), "“in the past” → date unknown"),
        (
            When(words="on Sunday", basis="relative", start=D, end=D, precision="day"),
            "“on Sunday” → 2024-03-03 (relative)",
        ),
        (
            When(words="that week", basis="relative", start=D, end=D + dt.timedelta(6), precision="week"),
            "“that week” → 2024-03-03 to 2024-03-09 (relative, week)",
        ),
        (When(basis="publication_bound", end=D), "on or before 2024-03-03 (the publication date)"),
        (When(words="since 3 March", basis="partial", start=D), "“since 3 March” → 2024-03-03 to … (partial, unknown)"),
    ],
)
def test_when_reads_as_words_and_days(when: When, line: str) -> None:
    """The article's words come first; an unknown date is called unknown, and an open end stays open."""
    assert wording.when_line(when) == line


@pytest.mark.parametrize(
    ("where", "line"),
    [
        (Where(), "place unknown"),
        (Where(words="the valley"), "“the valley” → place unknown"),
        (Where(words="Sudria", country="SDN", precision="country"), "“Sudria” → SDN (country)"),
        (
            Where(
                settlement="X",
                admin1="SY-ID",
                admin1_name="Idlib",
                country="SYR",
                lat=-0.004,
                lon=36,
                precision="near_settlement",
            ),
            "X, Idlib, SYR (near settlement, -0.00 36.00)",
        ),
        (Where(admin1="SY-ID", country="SYR", lat=1.0, precision="admin1"), "SY-ID, SYR (admin1)"),
    ],
)
def test_where_reads_from_the_settlement_outwards(where: Where, line: str) -> None:
    """Names before codes, coordinates only as a pair."""
    assert wording.where_line(where) == line


@pytest.mark.parametrize(
    ("bounds", "form", "shown"),
    [
        ((7, 7), "exact", "7"),
        ((950, 950), "about", "about 950"),
        ((300_000, 300_000), "exact", "300,000"),
        ((12, None), "vague", "at least 12"),
        ((None, 40), "at_most", "at most 40"),
        ((5, 9), "range", "5 to 9"),
        ((0, 0), "exact", "0"),
        ((None, None), "vague", "unknown"),
    ],
)
def test_a_number_is_shown_with_its_bounds(bounds: tuple[int | None, int | None], form: str, shown: str) -> None:
    """An open bound is never closed, zero is a number, and a floor is no estimate."""
    count = Count(measure="killed", min=bounds[0], max=bounds[1], form=form, words="w")
    assert wording.number(count) == shown
    assert wording.count_line(count) == f"killed: {shown} (“w”)"


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, "N"),
        ({"country": "SYR"}, "N (SYR)"),
        ({"sector": "MIL"}, "N (MIL)"),
        (
            {"country": "SYR", "sector": "MIL", "involvement": "accused_by_authorities"},
            "N (SYR MIL), accused by authorities",
        ),
    ],
)
def test_an_actor_is_shown_with_what_is_known(fields: dict[str, Any], line: str) -> None:
    """An unknown sector is left out; an accusation is said."""
    assert wording.actor_line(Actor(name="N", role="initiator", **fields)) == line


@pytest.mark.parametrize(
    ("usage", "line"),
    [
        (Usage(requests=1, tokens_in=5, tokens_out=6, cost_usd=0.0), "1 request, 5 tokens in, 6 out, $0.00, 0.0 s"),
        (
            Usage(requests=2, tokens_in=None, tokens_out=None),
            "2 requests, unknown tokens in, unknown out, cost unknown, 0.0 s",
        ),
        (Usage(cost_usd=0.00012, seconds=1.26), "0 requests, 0 tokens in, 0 out, $0.00012, 1.3 s"),
        (Usage(cost_usd=12.3), "0 requests, 0 tokens in, 0 out, $12.30, 0.0 s"),
    ],
)
def test_unknown_usage_is_called_unknown(usage: Usage, line: str) -> None:
    """What a server did not report is never shown as 0; a small cost keeps its digits."""
    assert wording.usage_line(usage) == line


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Span(start=0, end=4), ("", "Home", " | World | Sport")),
        (Span(start=99_999, end=100_000), None),
        (Span(start=9, end=5), None),
        (None, None),
    ],
)
def test_the_text_around_a_span_is_the_articles_own(span: Span | None, expected: tuple[str, str, str] | None) -> None:
    """A span outside the article, or none, has no text; one inside has what stands there."""
    found = wording.around(make_article(), Check(name="quoted", result="passed", span=span))
    assert found is None if expected is None else (found is not None and found[:2] == expected[:2])
    assert expected is None or (found is not None and found[2].startswith(expected[2]))

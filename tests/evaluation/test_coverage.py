"""What a set covers: counted, with every closed value listed, beside the bar of each."""

from __future__ import annotations

import datetime as dt

import pytest

from extractor.evaluation.coverage import Coverage, CoverageRow, coverage_of
from extractor.evaluation.gold import GoldArticle
from extractor.evaluation.labels.vocabulary import INHABITED, KINDS, TRAPS
from extractor.events.vocabulary import EventType, Standing, Status
from extractor.scoring.labels import LabelledArticle, LabelledEvent

YEARS = (1991, 2003, 2012, 2024)
COUNTRIES = [
    "AGO", "IND", "USA", "ARG", "FJI", "DZA", "JPN", "MEX", "PER", "NZL", "ETH", "KAZ", "HTI", "COL", "AUS", "KEN",
    "LBN", "FRA", "UKR", "DEU", "ALB", "IRQ", "MLI", "SDN", "AFG",
]  # fmt: skip


def event(number: int, type_: EventType, standing: Standing = Standing.MAIN) -> LabelledEvent:
    """A labelled event; ``number`` chooses its status."""
    return LabelledEvent(
        type=type_, status=list(Status)[number % len(Status)], standing=standing, evidence=("It happened.",)
    )


def article(number: int, *events: LabelledEvent, words: int = 100, **fields: object) -> GoldArticle:
    """A labelled article; ``number`` chooses country, year, kind, trap and whether it prints a date."""
    values = {
        "id": f"article-{number}",
        "published": dt.date(YEARS[number % len(YEARS)], 5, 1),
        "printed": number % 3 != 0,
        "furniture": number % 2 == 0,
        "kind": KINDS[number % len(KINDS)],
        "country": COUNTRIES[number % len(COUNTRIES)],
        "traps": (TRAPS[number % len(TRAPS)],),
        "events": events,
        **fields,
    }
    return GoldArticle(LabelledArticle.model_validate(values), "word " * words)


def rows(found: Coverage) -> dict[str, CoverageRow]:
    """All rows by their name."""
    return {row.name: row for table in found.tables for row in table.rows}


@pytest.fixture(scope="module")
def small() -> dict[str, CoverageRow]:
    """The rows of three articles."""
    articles = [
        article(0, event(0, EventType.GRENADE), event(1, EventType.GRENADE, Standing.AGGREGATE), words=59),
        article(1, words=1501, traps=("denial", "accusation"), country=None, published=None),
        article(2, *(event(0, EventType.ATTACK) for _ in range(10)), published=dt.date(1985, 1, 1)),
    ]
    return rows(coverage_of(articles, "sha256:0"))


@pytest.mark.parametrize(
    ("name", "count", "of", "met"),
    [
        ("articles", 3, None, False),
        ("words", 59 + 1501 + 100, None, None),
        ("words of the shortest article", 59, None, False),
        ("words of the longest article", 1501, None, False),
        ("events", 12, None, None),
        ("of them optional, background or aggregate", 1, 12, None),
        ("events in the fullest article", 10, None, None),
        ("of them neither optional, background nor aggregate", 10, None, False),
        ("articles without any event", 1, None, False),
        ("articles that print no date", 1, 3, True),
        ("articles whose date nobody knows", 1, None, None),
        ("articles with page furniture", 2, 3, False),
        ("countries", 2, None, False),
        ("articles from Africa", 1, None, True),
        ("articles from Europe", 0, None, False),
        ("Angola (AGO)", 1, None, None),
        ("articles of the 1990s", 1, None, True),
        ("articles before 1990", 1, None, None),
        ("wire", 1, None, True),
        ("weather", 0, None, False),
        ("attack", 10, None, True),
        ("grenade", 2, None, False),
        ("election", 0, None, False),
        ("actual", 11, None, True),
        ("denied", 0, None, False),
        ("aggregate", 1, None, False),
        ("denial", 1, None, True),
        ("told_twice", 0, None, False),
        ("0 events", 1, None, None),
        ("9 events", 0, None, None),
        ("10 events", 1, None, None),
    ],
)
def test_what_is_counted(
    small: dict[str, CoverageRow], name: str, count: int, of: int | None, met: bool | None
) -> None:
    """Each figure is the number of what it names, and stands beside whether its bar is met."""
    row = small[name]
    assert (row.count, row.of, row.met) == (count, of, met)
    assert bool(row.bar) == (met is not None)


def test_every_closed_value_has_a_row_whether_it_occurs_or_not(small: dict[str, CoverageRow]) -> None:
    """What nobody labelled is seen to be missing."""
    assert {*EventType, *Status, *Standing, *TRAPS, *KINDS, *(f"articles from {c}" for c in INHABITED)} <= small.keys()


def test_an_empty_set_meets_no_bar_and_breaks_nothing() -> None:
    """Without articles every demand but the upper ones is missed."""
    found = coverage_of([], "sha256:0")
    assert {row.bar for row in found.tables[0].rows if row.met} == {"at most 1,500", "at most 9"}
    assert rows(found)["articles that print no date"].met is False


def test_the_halves_add_up() -> None:
    """Dev and test hold all articles between them."""
    found = rows(coverage_of([article(number) for number in range(40)], "sha256:0"))
    dev, test = found["of them in the half dev"], found["of them in the half test"]
    assert dev.count + test.count == dev.of == test.of == 40
    assert dev.count
    assert test.count


def test_missed_bars_are_listed_in_order() -> None:
    """``missed`` names the rows whose bar is missed, and no others."""
    found = coverage_of([article(number) for number in range(100)], "sha256:0")
    names = [row.name for row in found.missed]
    assert "articles" not in names
    assert names[:3] == ["armed_clash", "excessive_force_against_protesters", "protest_with_intervention"]
    assert len(names) == len(EventType) + len(Status) + len(Standing)

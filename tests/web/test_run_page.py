"""The report on a run says what was found and what was not, and its charts stand where the figures say."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from importlib import resources
from typing import Any

import pytest

from extractor.archive.exports.overview import Overview, overview, source_of
from extractor.archive.records import Failure, Tally
from extractor.events.summary import Usage
from extractor.web.run_charts import HIGH, WIDE, land, timeline, window
from extractor.web.run_page import render_run
from tests.archive.exports.made import INFO, made
from tests.render.payloads import HTML, TERMINAL

FAILED = [
    Failure("broken", "articles.jsonl:7", "InvalidReplyError", "the reply is no JSON", "choose a larger model", 2)
]
TALLY = Tally(done=2, failed=1, usage=Usage(requests=6, tokens_in=5000, tokens_out=900, cost_usd=0.5, seconds=9.0))


def page(poison: str = "", **changes: Any) -> str:
    """Return the report on the three extractions and a failure."""
    failed = [Failure(f"broken{poison}", f"a{poison}", f"Kind{poison}", f"why{poison}", f"hint{poison}", 2)]
    return render_run(INFO, overview(made(poison), failed if poison else FAILED), Tally(**(told() | changes)))


def told() -> dict[str, Any]:
    """Return the values of the tally."""
    return {name: getattr(TALLY, name) for name in TALLY.__slots__}


def words(text: str) -> str:
    """Return what a reader sees of a page, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text.split("</style>")[1]))


def days(*pairs: tuple[str, str, int]) -> Counter[tuple[dt.date, dt.date]]:
    """Return events by first and last day."""
    return Counter({(dt.date.fromisoformat(a), dt.date.fromisoformat(b)): count for a, b, count in pairs})


def test_the_report_names_every_part_of_the_run() -> None:
    """Totals, place, type, failed check, source, failure with its reason, cost, prompt and model can be read."""
    seen = words(page())
    for said in (
        "harbour : 3 events in 2 articles",
        "Kestrel Bay, Norway -61.50 5.25 1",
        "attack 2",
        "when supported 1 1 100.0 %",
        "news.example 2 3",
        "InvalidReplyError 1 article",
        "the reply is no JSON",
        "$0.5",
        "$250.00",
        "events@v1",
        "scripted",
    ):
        assert said in seen, said


def test_the_parts_of_the_timeline_add_up() -> None:
    """Every event is drawn, or said to be undated, or left out with the reason."""
    seen = overview(made(), [])
    assert seen.days.total() + seen.undated + seen.aside.total() == seen.events == 3
    assert seen.aside == {"denied": 1}
    assert seen.undated == 1


def test_the_parts_of_the_map_add_up() -> None:
    """Every event has a point, or is counted by how exactly its place is known."""
    seen = overview(made(), [])
    assert sum(place.events for place in seen.places.values()) + seen.pointless.total() == seen.events


def test_an_unknown_cost_is_called_unknown() -> None:
    """A cost that nobody knows is never shown as 0, and what is known of it is a lower bound."""
    unknown = Usage(requests=1, cost_usd=None)
    assert "cost unknown" in words(page(usage=unknown))
    assert "at least $0.25; unknown for 3 attempts" in words(page(usage=unknown, known_cost_usd=0.25, unpriced=3))


def test_a_run_that_is_not_finished_says_so() -> None:
    """A reader of half a run knows that it is half a run."""
    assert "this run is not finished" in words(page(pending=5))
    assert "not finished" not in words(page())


def test_an_empty_run_is_a_page_too() -> None:
    """Nothing found is said in words, and no chart is drawn."""
    seen = words(render_run(INFO, Overview(), Tally()))
    for said in ("0 events in 0 articles", "No event has coordinates", "Nothing failed", "No events"):
        assert said in seen


@pytest.fixture(scope="module")
def plain() -> str:
    """Return the page with a harmless word in every field."""
    return page("x")


@pytest.mark.parametrize("payload", [*HTML, *TERMINAL])
def test_no_text_of_an_article_becomes_markup(payload: str, plain: str) -> None:
    """A payload in every field adds no element to the page and no control character."""
    text = page(payload)
    assert re.findall(r"<[a-z]+[0-9]?\b", text) == re.findall(r"<[a-z]+[0-9]?\b", plain)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)


@pytest.mark.parametrize(
    ("pairs", "unit", "bars"),
    [
        ([("2024-03-03", "2024-03-03", 2), ("2024-03-05", "2024-03-05", 1)], "day", [2, 0, 1]),
        ([("2024-01-03", "2024-01-03", 2), ("2024-06-05", "2024-06-05", 1)], "month", [2, 0, 0, 0, 0, 1]),
        ([("1990-01-03", "1990-12-03", 2), ("1999-06-05", "1999-06-05", 1)], "year", [2, *[0] * 8, 1]),
        ([("1900-01-03", "1909-12-31", 2), ("1999-06-05", "1999-06-05", 1)], "decade", [2, *[0] * 8, 1]),
    ],
)
def test_the_timelines_unit_follows_its_span(pairs: list[tuple[str, str, int]], unit: str, bars: list[int]) -> None:
    """Days for two months, months for five years, then years and decades; empty stretches keep their place."""
    line = timeline(days(*pairs))
    assert line is not None
    assert (line.unit, [bar.events for bar in line.bars]) == (unit, bars)


def test_an_event_that_spans_bars_is_counted_and_not_drawn() -> None:
    """A week is no day: drawing it on its first would invent a date."""
    line = timeline(days(("2024-03-03", "2024-03-03", 4), ("2024-03-04", "2024-03-10", 3)))
    assert line is not None
    assert (line.spread, sum(bar.events for bar in line.bars)) == (3, 4)


def test_one_wrong_year_does_not_flatten_the_rest() -> None:
    """The outermost hundredth at either end is counted instead of drawn."""
    line = timeline(
        days(("1024-03-03", "1024-03-03", 1), *((f"2024-03-{d:02}", f"2024-03-{d:02}", 10) for d in range(1, 29)))
    )
    assert line is not None
    assert (line.unit, line.earlier, line.later, sum(bar.events for bar in line.bars)) == ("day", 1, 0, 280)


@pytest.mark.parametrize(
    "points",
    [
        [(10.0, 20.0)],
        [(35.0, 36.0), (36.5, 40.0)],
        [(-33.9, 151.2), (40.7, -74.0), (70.0, 25.0)],
        [(80.0, -170.0), (-60.0, 170.0)],
    ],
)
def test_every_point_lies_inside_its_map(points: list[tuple[float, float]]) -> None:
    """No point is cut off, north is up, and east is right."""
    part = window(points)
    for lat, lon in points:
        assert 0 < part.x(lon) < 1
        assert 0 < part.y(lat) < 1
    assert part.y(points[0][0] + 1) < part.y(points[0][0])
    assert part.x(points[0][1] + 1) > part.x(points[0][1])


def corners(path: str) -> list[tuple[int, int]]:
    """Return the points of a path of steps."""
    points = []
    for part in path.split("M")[1:]:
        x = y = 0
        numbers = [int(number) for number in re.findall(r"-?\d+", part)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x, y))
    return points


def test_the_land_is_where_it_is() -> None:
    """A window over Italy shows coasts and borders, one over the open Pacific nothing at all."""
    for path in land(window([(36.0, 6.0), (47.0, 19.0)])):
        inside = [1 for x, y in corners(path) if 0 <= x <= WIDE and 0 <= y <= HIGH]
        assert len(inside) > 50
    for path in land(window([(-45.0, -130.0), (-40.0, -120.0)])):
        assert [(x, y) for x, y in corners(path) if 0 <= x <= WIDE and 0 <= y <= HIGH] == []


def test_the_land_is_no_larger_than_what_is_seen_of_it() -> None:
    """What lies outside a window takes next to no room on the page."""
    whole, part = (sum(map(len, land(window(points)))) for points in ([], [(31.0, 34.0), (33.0, 36.0)]))
    assert part < 12_000 < whole < 150_000


def test_the_outlines_are_small_and_say_where_they_come_from() -> None:
    """Natural Earth asks for nothing and is named all the same; the file stays below 300 kB."""
    text = resources.files("extractor.web").joinpath("outlines.json").read_text("utf-8")
    assert len(text) <= 300_000
    assert "Natural Earth" in json.loads(text)["attribution"]
    assert "Natural Earth" in words(page())


@pytest.mark.parametrize(
    ("url", "source", "expected"),
    [
        ("https://www.news.example/a?b", "x.jsonl:1", "news.example"),
        (None, "folder/x.jsonl:12", "folder/x.jsonl"),
        (None, "folder/x.txt", "folder/x.txt"),
        ("http://[broken", "x.txt", "x.txt"),
        (None, "-", "-"),
    ],
)
def test_a_source_is_a_host_or_a_file(url: str | None, source: str, expected: str) -> None:
    """Articles of one site, or of one file, are counted together."""
    one = made()[0]
    about = one.article.model_copy(update={"url": url, "source": source})
    assert source_of(one.model_copy(update={"article": about})) == expected

"""What a labelled set covers, counted, each figure beside the bar that it has to clear.

A figure about extraction is only worth what its set holds: if nobody labelled a denial, nothing is known about denials.
The bars are those that this project set itself before the articles were written: at least 100 articles of 60 to 1,500
words from 25 countries on every inhabited continent since 1990, every type four times, every status and standing six
times, every trap at least once, a third without a printed date, half with page furniture, and 20 in which nothing
happens.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel

from extractor.evaluation.labels.vocabulary import INHABITED, KINDS, TRAPS, continents
from extractor.events.countries import country_name
from extractor.events.vocabulary import EventType, Standing, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extractor.evaluation.gold import GoldArticle

_WORDS: Final = (60, 1500)
_MOST_EVENTS: Final = 9
_ABOUT_A_THIRD: Final = (0.25, 0.42)
_ABOUT_HALF: Final = (0.40, 0.60)
_FIRST_DECADE: Final = 1990
_PER_CENT: Final = 100


class CoverageRow(BaseModel, frozen=True, extra="forbid"):
    """One thing that was counted."""

    name: str
    count: int
    of: int | None = None
    """So many in all, where the share is what matters."""
    bar: str = ""
    """What is demanded, in words; empty: nothing."""
    met: bool | None = None
    """Whether it is; None where nothing is demanded."""


class CoverageTable(BaseModel, frozen=True, extra="forbid"):
    """Rows that belong together."""

    title: str
    rows: tuple[CoverageRow, ...]


class Coverage(BaseModel, frozen=True, extra="forbid"):
    """All tables about one set."""

    digest: str
    tables: tuple[CoverageTable, ...]

    @property
    def missed(self) -> tuple[CoverageRow, ...]:
        """The rows below their bar."""
        return tuple(row for table in self.tables for row in table.rows if row.met is False)


def coverage_of(articles: Sequence[GoldArticle], digest: str) -> Coverage:
    """Count what ``articles`` cover; words are what stands between spaces."""
    labels = [article.label for article in articles]
    events = [event for label in labels for event in label.events]
    tables = (
        _table("Size", _size(articles)),
        _table("Dates and page furniture", _page(articles)),
        _table("Where", _where(articles)),
        _table("When", _when(articles)),
        _table("Kinds of articles", _each(KINDS, Counter(label.kind for label in labels), 1)),
        _table("Event types", _each(EventType, Counter(event.type for event in events), 4)),
        _table("Status", _each(Status, Counter(event.status for event in events), 6)),
        _table("Standing", _each(Standing, Counter(event.standing for event in events), 6)),
        _table("Traps, in articles", _each(TRAPS, Counter(trap for label in labels for trap in label.traps), 1)),
        _table("Events in one article", _events(articles)),
    )
    return Coverage(digest=digest, tables=tables)


def _table(title: str, rows: Iterable[CoverageRow]) -> CoverageTable:
    return CoverageTable(title=title, rows=tuple(rows))


def _least(name: str, count: int, bar: int) -> CoverageRow:
    return CoverageRow(name=name, count=count, bar=f"at least {bar}", met=count >= bar)


def _most(name: str, count: int, bar: int) -> CoverageRow:
    return CoverageRow(name=name, count=count, bar=f"at most {bar:,}", met=count <= bar)


def _share(name: str, count: int, of: int, bar: tuple[float, float], words: str) -> CoverageRow:
    low, high = bar
    said = f"{words} ({low * _PER_CENT:.0f} to {high * _PER_CENT:.0f} %)"
    return CoverageRow(name=name, count=count, of=of, bar=said, met=bool(of) and low <= count / of <= high)


def _each(names: Iterable[str], found: Mapping[str, int], bar: int) -> Iterable[CoverageRow]:
    """Yield a row for each of the closed values, those that never occur included."""
    return (_least(str(name), found.get(name, 0), bar) for name in names)


def _size(articles: Sequence[GoldArticle]) -> Iterable[CoverageRow]:
    words = [len(article.text.split()) for article in articles]
    events = [len(article.label.events) for article in articles]
    required = [sum(not event.free for event in article.label.events) for article in articles]
    halves = Counter(article.half for article in articles)
    yield _least("articles", len(articles), 100)
    yield CoverageRow(name="of them in the half dev", count=halves["dev"], of=len(articles))
    yield CoverageRow(name="of them in the half test", count=halves["test"], of=len(articles))
    yield CoverageRow(name="words", count=sum(words))
    yield _least("words of the shortest article", min(words, default=0), _WORDS[0])
    yield _most("words of the longest article", max(words, default=0), _WORDS[1])
    total = sum(events)
    yield CoverageRow(name="events", count=total)
    yield CoverageRow(
        name="of them optional, background or aggregate", count=sum(events) - sum(required), of=sum(events)
    )
    yield CoverageRow(name="events in the fullest article", count=max(events, default=0))
    yield _most("of them neither optional, background nor aggregate", max(required, default=0), _MOST_EVENTS)
    yield _least("articles without any event", events.count(0), 20)


def _page(articles: Sequence[GoldArticle]) -> Iterable[CoverageRow]:
    labels = [article.label for article in articles]
    bare = sum(not label.printed for label in labels)
    yield _share("articles that print no date", bare, len(labels), _ABOUT_A_THIRD, "about a third")
    unknown = sum(label.published is None for label in labels)
    yield CoverageRow(name="articles whose date nobody knows", count=unknown)
    furnished = sum(label.furniture for label in labels)
    yield _share("articles with page furniture", furnished, len(labels), _ABOUT_HALF, "about half")


def _where(articles: Sequence[GoldArticle]) -> Iterable[CoverageRow]:
    countries = Counter(article.label.country for article in articles if article.label.country)
    yield _least("countries", len(countries), 25)
    reached = Counter(continents().get(code, "") for code in countries.elements())
    for continent in INHABITED:
        yield _least(f"articles from {continent}", reached[continent], 1)
    for code, count in sorted(countries.items(), key=lambda pair: (-pair[1], pair[0])):
        yield CoverageRow(name=f"{country_name(code) or code} ({code})", count=count)


def _when(articles: Sequence[GoldArticle]) -> Iterable[CoverageRow]:
    years = [article.label.published.year for article in articles if article.label.published]
    decades = Counter(year // 10 * 10 for year in years)
    last = max(decades, default=_FIRST_DECADE)
    for decade in range(_FIRST_DECADE, last + 1, 10):
        yield _least(f"articles of the {decade}s", decades[decade], 1)
    early = sum(count for decade, count in decades.items() if decade < _FIRST_DECADE)
    if early:
        yield CoverageRow(name=f"articles before {_FIRST_DECADE}", count=early)


def _events(articles: Sequence[GoldArticle]) -> Iterable[CoverageRow]:
    found = Counter(len(article.label.events) for article in articles)
    return (CoverageRow(name=f"{n} events", count=found[n]) for n in range(max(found, default=0) + 1))

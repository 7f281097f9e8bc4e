"""The events of a run as a table to look through: filtered, counted and cut into pages by the database itself.

Nothing is unpacked but what one article's page shows, so a run of 10,000 events is drawn in well under a second. The
columns of the table ``events`` are all that a filter can see; what they do not hold (how a place is known) stands in
the exports.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from extractor.archive.exports.overview import Overview, Place
from extractor.archive.store.reading import extraction_of
from extractor.archive.store.rows import ABOUT, CONTENT, JOINED, article_of, info_of
from extractor.errors import UsageError
from extractor.events.vocabulary import Standing, Status

if TYPE_CHECKING:
    import sqlite3

    from extractor.archive.records import Run
    from extractor.articles.article import Article
    from extractor.events.summary import Extraction
    from extractor.events.vocabulary import CheckName

_ABOUT_FIELDS: Final = len(ABOUT.split(","))
_EVENTS: Final = "articles JOIN events ON events.extraction_id = articles.extraction_id"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events; the default is all of them."""

    type: str | None = None
    country: str | None = None
    """ISO 3166-1 alpha-3; ``"?"``: those without one."""
    since: dt.date | None = None
    """Events that ended on this day or later; those without a day are left out, as by ``until``."""
    until: dt.date | None = None
    """Events that began on this day or earlier."""
    source: str | None = None
    """Part of the article's address or file name, in any case."""
    failed: bool | None = None
    """True: with a failed check; False: without."""
    check: CheckName | None = None
    """Events in which this check failed."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """A line of the table."""

    article: int
    """Number of the article in the store."""
    place: int
    """Which event of its article, from 1."""
    name: str
    title: str | None
    source: str
    url: str | None
    type: str
    status: str
    standing: str
    starts: str | None
    ends: str | None
    country: str | None
    settlement: str | None
    failed_checks: int
    failed: tuple[str, ...]
    """Names of the checks that failed, each once."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the filters found: how many events, one page of them, and the lists to choose from."""

    events: int
    rows: tuple[EventRow, ...]
    types: tuple[str, ...]
    """All types of the run, whatever the filters say."""
    countries: tuple[str, ...]
    checks: tuple[str, ...]
    """Checks that failed anywhere in the run, by name."""
    failed: int
    """Events with a failed check, among those found."""


def browse(connection: sqlite3.Connection, run: Run, wanted: Wanted, *, limit: int, offset: int = 0) -> Found:
    """Return a page of the events of ``run``, in the order of the sources."""
    where, values = _where(run, wanted)
    count, failed = connection.execute(
        f"SELECT count(*), total(failed_checks > 0) FROM {_EVENTS} WHERE {where}",  # noqa: S608 - constants
        values,
    ).fetchone()
    rows = connection.execute(
        f"""SELECT articles.id, events.place, name, title, source, url, type, status, standing,
            starts, ends, country, settlement, failed_checks, failed
        FROM {_EVENTS} WHERE {where}
        ORDER BY articles.place, articles.id, events.place LIMIT ? OFFSET ?""",  # noqa: S608 - constants
        (*values, limit, offset),
    ).fetchall()
    return Found(
        events=count,
        rows=tuple(_row(row) for row in rows),
        types=_distinct(connection, run, "type"),
        countries=_distinct(connection, run, "country"),
        checks=tuple(sorted({name for names in _distinct(connection, run, "failed") for name in names.split()})),
        failed=int(failed),
    )


def _row(columns: tuple[Any, ...]) -> EventRow:
    values = (columns[0], columns[1] + 1, *columns[2:-1], tuple(columns[-1].split()))
    return EventRow(*values)


def glance(connection: sqlite3.Connection, run: Run, wanted: Wanted) -> Overview:
    """Return days, places and types of the events that ``wanted`` names; sources, checks and failures stay empty.

    The rules are those of :func:`extractor.archive.exports.overview.overview`, asked of the database.
    """
    where, values = _where(run, wanted)
    seen = Overview()
    seen.events, seen.eventful = connection.execute(
        f"SELECT count(*), count(DISTINCT articles.id) FROM {_EVENTS} WHERE {where}",  # noqa: S608 - constants
        values,
    ).fetchone()

    def grouped(columns: str) -> list[tuple[Any, ...]]:
        return connection.execute(
            f"SELECT {columns}, count(*) FROM {_EVENTS} WHERE {where} GROUP BY {columns}",  # noqa: S608 - constants
            values,
        ).fetchall()

    for type_, events in grouped("type"):
        seen.types[type_] += events
    for status, standing, starts, ends, events in grouped("status, standing, starts, ends"):
        if status not in (Status.ACTUAL, Status.ATTEMPTED):
            seen.aside[status] += events
        elif standing in (Standing.AGGREGATE, Standing.BACKGROUND):
            seen.aside[standing] += events
        elif starts is None or ends is None:
            seen.undated += events
        else:
            seen.days[dt.date.fromisoformat(starts), dt.date.fromisoformat(ends)] += events
    for lat, lon, settlement, country, events in grouped("latitude, longitude, settlement, country"):
        if lat is None or lon is None:
            seen.pointless["place" if settlement else "country or region" if country else "unknown"] += events
        else:
            place = seen.places.setdefault((round(lat, 2), round(lon, 2)), Place(settlement or "", country))
            place.events += events
    return seen


def one(connection: sqlite3.Connection, run: Run, number: int) -> tuple[Article, Extraction]:
    """Return an article of ``run`` with what was found in it.

    Raises:
        UsageError: The run has no answered article of that number.
    """
    row = connection.execute(
        f"""SELECT {ABOUT}, {CONTENT}, extractions.body
        FROM {JOINED} JOIN extractions ON extractions.id = articles.extraction_id
        WHERE articles.run_id = ? AND articles.id = ?""",  # noqa: S608 - constants
        (run.id, number),
    ).fetchone()
    if row is None:
        raise UsageError(f"the run {run.name!r} has no answered article of number {number}")
    said, content = tuple(row[:_ABOUT_FIELDS]), tuple(row[_ABOUT_FIELDS:-1])
    extraction = extraction_of(row[-1], said[0])
    info = info_of(said, extraction.article.sha256)
    return article_of(said, content), extraction.model_copy(update={"article": info})


def neighbours(connection: sqlite3.Connection, run: Run, number: int) -> tuple[int | None, int | None]:
    """Return the numbers of the answered articles before and after one, in the order of the sources."""
    found = []
    for sign, order in (("<", "DESC"), (">", "ASC")):
        row = connection.execute(
            f"""SELECT id FROM articles WHERE run_id = ? AND extraction_id IS NOT NULL
                AND (place, id) {sign} (SELECT place, id FROM articles WHERE id = ?)
            ORDER BY place {order}, id {order} LIMIT 1""",  # noqa: S608 - constants
            (run.id, number),
        ).fetchone()
        found.append(None if row is None else int(row[0]))
    return found[0], found[1]


def _distinct(connection: sqlite3.Connection, run: Run, column: str) -> tuple[str, ...]:
    rows = connection.execute(
        f"SELECT DISTINCT {column} FROM {_EVENTS} WHERE run_id = ? AND {column} IS NOT NULL ORDER BY 1",  # noqa: S608
        (run.id,),
    )
    return tuple(name for (name,) in rows.fetchall())


def _where(run: Run, wanted: Wanted) -> tuple[str, tuple[object, ...]]:
    """Return the condition and its values; every value is bound, none is written into the query."""
    parts: list[tuple[str, object]] = [("run_id = ?", run.id)]
    if wanted.type:
        parts.append(("type = ?", wanted.type))
    if wanted.country == "?":
        parts.append(("country IS ?", None))
    elif wanted.country:
        parts.append(("country = ?", wanted.country))
    if wanted.since:
        parts.append(("coalesce(ends, starts) >= ?", wanted.since.isoformat()))
    if wanted.until:
        parts.append(("coalesce(starts, ends) <= ?", wanted.until.isoformat()))
    if wanted.source:
        parts.append(("instr(lower(coalesce(url, '') || ' ' || source), ?) > 0", wanted.source.lower()))
    if wanted.failed is not None:
        parts.append(("(failed_checks > 0) = ?", int(wanted.failed)))
    if wanted.check:
        parts.append(("instr(' ' || failed || ' ', ?) > 0", f" {wanted.check} "))
    return " AND ".join(text for text, _ in parts), tuple(value for _, value in parts)

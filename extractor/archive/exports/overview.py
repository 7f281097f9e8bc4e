"""A run at a glance, gathered article by article in memory that does not grow with it: days, places, types, sources.

Only what the report shows is kept. What cannot be shown is counted, so that the parts add up to the whole: events
without a day, without a point, totals over several events, and those that did not take place.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from extractor.events.vocabulary import CheckResult, Outcome, Standing, Status

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from extractor.archive.records import Failure
    from extractor.events.summary import EventSummary, Extraction

SHOWN: Final = 200
"""Failures that are listed one by one; all are counted."""
MANY: Final = 50_000
"""Different sources or places that are told apart; what comes later counts under :data:`REST`."""
REST: Final = "others"


@dataclass(slots=True)
class Place:
    """Events at one point."""

    name: str
    country: str | None
    events: int = 0


@dataclass(slots=True)
class Overview:
    """What a run found, counted."""

    articles: int = 0
    eventful: int = 0
    """Articles with at least one event."""
    events: int = 0
    days: Counter[tuple[dt.date, dt.date]] = field(default_factory=Counter)
    """First and last day of events that took place, are no totals and no background."""
    undated: int = 0
    """Of those, the ones whose first or last day is unknown."""
    aside: Counter[str] = field(default_factory=Counter)
    """Events that the timeline leaves out: status, or standing, by name."""
    types: Counter[str] = field(default_factory=Counter)
    places: dict[tuple[float, float], Place] = field(default_factory=dict)
    """By latitude and longitude, to a hundredth of a degree."""
    pointless: Counter[str] = field(default_factory=Counter)
    """Events without coordinates, by how exactly their place is known."""
    crowded: int = 0
    """Events at points beyond :data:`MANY`."""
    sources: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Articles and events by host of the address, else by file."""
    checks: dict[str, tuple[int, int]] = field(default_factory=dict)
    """How often each check failed, and how often it applied."""
    kinds: Counter[str] = field(default_factory=Counter)
    """Failures by kind."""
    failures: list[Failure] = field(default_factory=list)
    """The first :data:`SHOWN`."""


def overview(extractions: Iterable[Extraction], failures: Iterable[Failure]) -> Overview:
    """Return the overview of a run's answers and of what failed."""
    seen = Overview()
    for extraction in extractions:
        _add(seen, extraction)
    for failure in failures:
        seen.kinds[failure.kind] += 1
        if len(seen.failures) < SHOWN:
            seen.failures.append(failure)
    return seen


def source_of(extraction: Extraction) -> str:
    """Return where an article comes from: the host of its address, else the file that it was read from."""
    article = extraction.article
    try:
        host = urlsplit(article.url or "").hostname
    except ValueError:  # an address of an article may be anything
        host = None
    if host:
        return host.removeprefix("www.")
    path, _, line = article.source.rpartition(":")
    return path if path and line.isdecimal() else article.source


def _add(seen: Overview, extraction: Extraction) -> None:
    if extraction.outcome is not Outcome.OK:
        return
    seen.articles += 1
    seen.eventful += bool(extraction.events)
    seen.events += len(extraction.events)
    source = source_of(extraction)
    source = source if source in seen.sources or len(seen.sources) < MANY else REST
    articles, events = seen.sources.get(source, (0, 0))
    seen.sources[source] = (articles + 1, events + len(extraction.events))
    for event in extraction.events:
        seen.types[event.type.value] += 1
        _add_day(seen, event)
        _add_place(seen, event)
        _add_checks(seen, event)


def _add_day(seen: Overview, event: EventSummary) -> None:
    """Count a day of an event that is told as news and took place; the others are counted aside."""
    if event.status not in (Status.ACTUAL, Status.ATTEMPTED):
        seen.aside[event.status.value] += 1
    elif event.standing in (Standing.AGGREGATE, Standing.BACKGROUND):
        seen.aside[event.standing.value] += 1
    elif event.when.start is None or event.when.end is None:
        seen.undated += 1
    else:
        seen.days[event.when.start, event.when.end] += 1


def _add_place(seen: Overview, event: EventSummary) -> None:
    where = event.where
    if where.lat is None or where.lon is None:
        seen.pointless[where.precision.value] += 1
        return
    point = (round(where.lat, 2), round(where.lon, 2))
    place = seen.places.get(point)
    if place is None:
        if len(seen.places) >= MANY:
            seen.crowded += 1
            return
        place = seen.places[point] = Place(where.settlement or where.admin1_name or where.words or "", where.country)
    place.events += 1


def _add_checks(seen: Overview, event: EventSummary) -> None:
    for check in event.checks:
        if check.result is not CheckResult.NOT_APPLICABLE:
            failed, applied = seen.checks.get(check.name, (0, 0))
            seen.checks[check.name] = (failed + (check.result is CheckResult.FAILED), applied + 1)

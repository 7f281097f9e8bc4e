"""Extractions made by hand for the tests of the projections."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from extractor.events.summary import (
    Actor,
    ArticleInfo,
    Count,
    EventSummary,
    Evidence,
    Extraction,
    Provenance,
    Published,
    Usage,
    When,
    Where,
)
from extractor.events.vocabulary import (
    CountForm,
    EventType,
    Measure,
    Outcome,
    PlacePrecision,
    Role,
    Sector,
    TimeBasis,
    TimePrecision,
    Who,
)

DAY = When(
    words="on 3 May", basis=TimeBasis.PARTIAL, start=date(2021, 5, 3), end=date(2021, 5, 3), precision=TimePrecision.DAY
)
TOWN = Where(
    words="Goma",
    country="COD",
    admin1="CD-NK",
    admin1_name="Nord-Kivu",
    settlement="Goma",
    lat=-1.674,
    lon=29.228,
    geonameid=216281,
    precision=PlacePrecision.SETTLEMENT,
)


def actor(name: str, role: Role, sector: Sector = Sector.UNK, country: str | None = None) -> Actor:
    """Return an actor."""
    return Actor(name=name, role=role, sector=sector, country=country)


def count(
    low: int | None,
    high: int | None,
    *,
    measure: Measure = Measure.KILLED,
    who: Who = Who.ALL,
    form: CountForm = CountForm.EXACT,
    source: str | None = None,
) -> Count:
    """Return a count of persons."""
    return Count(measure=measure, who=who, min=low, max=high, form=form, source=source, words="words")


def event(kind: EventType = EventType.ARMED_CLASH, quote: str = "Something happened.", **fields: Any) -> EventSummary:
    """Return an event of that type on a known day in a known town."""
    evidence = Evidence(sentence=1, quote=quote, start=0, end=len(quote))
    given: dict[str, Any] = {"id": "e1", "summary": "In short.", "when": DAY, "where": TOWN, "evidence": (evidence,)}
    return EventSummary(type=kind, **{**given, **fields})


def extraction(*events: EventSummary) -> Extraction:
    """Return an extraction of one article with these events."""
    return Extraction(
        article=ArticleInfo(id="a1", sha256="0" * 64, title="Title", url="https://example.org/a1"),
        published=Published(),
        events=events,
        provenance=Provenance(
            prompt="p@1",
            prompt_sha256="0" * 64,
            reply_type="events.v1",
            model="m",
            endpoint="e",
            mode="json",
            extractor_version="0",
            time=datetime(2021, 5, 4, tzinfo=UTC),
        ),
        usage=Usage(),
        outcome=Outcome.OK,
    )

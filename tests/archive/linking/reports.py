"""Reports for the tests of linking: extractions of one event or several, made by hand in one line each."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any

from extractor.archive.linking.mentions import mentions_of
from extractor.events.places import locate
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
from extractor.events.vocabulary import CountForm, EventType, Measure, Outcome, Role, Sector, TimeBasis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.archive.linking.mentions import Mention

DAY = dt.date(2021, 3, 14)
MADE = Provenance(
    prompt="events@v1",
    prompt_sha256="0" * 64,
    reply_type="events.v1",
    model="scripted",
    endpoint="scripted",
    mode="scripted",
    extractor_version="0",
    time=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
)


def after(days: int) -> dt.date:
    """Return the day so many days after the first."""
    return DAY + dt.timedelta(days)


def event(
    name: str = "e0",
    type_: str = "attack",
    *,
    day: dt.date | tuple[dt.date, dt.date] | None = DAY,
    place: str | Where | None = "Maroua",
    country: str | None = "Cameroon",
    by: Sequence[str] = (),
    to: Sequence[str] = (),
    killed: int | tuple[int | None, int | None] | None = None,
    summary: str = "",
    **other: Any,
) -> EventSummary:
    """Return an event; ``place`` goes through the gazetteer."""
    start, end = day if isinstance(day, tuple) else (day, day)
    low, high = killed if isinstance(killed, tuple) else (killed, killed)
    return EventSummary(
        id=name,
        type=EventType(type_),
        summary=summary or f"Something happened at {name}.",
        when=When(start=start, end=end, basis=TimeBasis.EXPLICIT if start else TimeBasis.PUBLICATION_BOUND),
        where=place if isinstance(place, Where) else locate(place, country),
        actors=(
            *(Actor(name=one, role=Role.INITIATOR, sector=Sector.UAF) for one in by),
            *(Actor(name=one, role=Role.TARGET) for one in to),
        ),
        counts=(
            ()
            if killed is None
            else (Count(measure=Measure.KILLED, min=low, max=high, form=CountForm.EXACT, words=f"{low} to {high}"),)
        ),
        evidence=(Evidence(sentence=1, quote=summary or "It did.", start=0, end=7),),
        **other,
    )


def report(name: str, *events: EventSummary, published: dt.date | None = DAY, url: str | None = None) -> Extraction:
    """Return what was extracted from the article ``name``."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return Extraction(
        article=ArticleInfo(id=name, sha256=digest, source="hand", url=url),
        published=Published(date=published, basis="given" if published else "unknown"),
        events=events,
        provenance=MADE,
        usage=Usage(),
        outcome=Outcome.OK,
    )


def mention(*, article: str = "a", published: dt.date | None = DAY, **fields: Any) -> Mention:
    """Return the one mention of an article with the event that ``fields`` describe."""
    [only], _ = mentions_of([report(article, event(**fields), published=published)])
    return only

"""The tables: all that is known of the events, and what ACLED, PLOVER and UCDP would say of them.

Every row says where it comes from: which article, which prompt and model, and which checks failed. The columns of
:data:`PROVENANCE` are the same in all four tables. A codebook's ``event_id`` is ``article_id:event_id`` of the table of
events, so that their rows can be joined.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from extractor.archive.exports.columns import Column, Kind, Table, columns, filled
from extractor.archive.exports.run_info import SCHEMA_VERSION
from extractor.events.acled import AcledRow, acled_rows
from extractor.events.plover import PloverRecord, plover_records
from extractor.events.tolls import bounds
from extractor.events.ucdp import UcdpRow, ucdp_rows
from extractor.events.vocabulary import CheckResult, Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from extractor.archive.exports.columns import Row
    from extractor.events.summary import EventSummary, Extraction

PROVENANCE = (
    *columns(
        "article_id article_sha256 article_source article_url article_published article_published_basis",
        article_published=Kind.DAY,
    ),
    *columns("prompt prompt_sha256 model extractor_version"),
    Column("failed_checks", Kind.TEXTS),
)
"""Where a row comes from; ``failed_checks`` names each failed check of the event with the value that it is about."""

_ACTORS = Column("actors", Kind.RECORDS, columns("name role sector country involvement"))
_COUNTS = Column(
    "counts", Kind.RECORDS, columns("measure who min max form source words", min=Kind.WHOLE, max=Kind.WHOLE)
)
_EVIDENCE = Column(
    "evidence",
    Kind.RECORDS,
    columns("sentence quote start end speaker stance", sentence=Kind.WHOLE, start=Kind.WHOLE, end=Kind.WHOLE),
)
_CHECKS = Column(
    "checks",
    Kind.RECORDS,
    columns("name result value field detail start end", start=Kind.WHOLE, end=Kind.WHOLE),
)
_TOLLS = (Measure.KILLED, Measure.INJURED)

_EVENT_COLUMNS = (
    *columns("article_id article_title event_id type territory_change status standing summary"),
    *columns("when_words start end when_basis when_precision", start=Kind.DAY, end=Kind.DAY),
    *columns(
        "where_words country admin1 admin1_name settlement lat lon geonameid where_precision",
        lat=Kind.DECIMAL,
        lon=Kind.DECIMAL,
        geonameid=Kind.WHOLE,
    ),
    *(Column(f"{measure}_{bound}", Kind.WHOLE) for measure in _TOLLS for bound in ("min", "max")),
    *(_ACTORS, _COUNTS, _EVIDENCE, _CHECKS),
    *PROVENANCE[1:],
    *columns("article_language article_published_words outcome problem reply_type endpoint mode"),
    *columns("extracted schema_version", extracted=Kind.MOMENT),
)


def _event_rows(extraction: Extraction) -> Iterator[Row]:
    """Yield a row for each event; an article without events has one row whose ``event_id`` is None."""
    article, published, made = extraction.article, extraction.published, extraction.provenance
    about = {
        **_provenance(extraction),
        "article_title": article.title,
        "article_language": article.language,
        "article_published_words": published.words,
        "outcome": extraction.outcome.value,
        "problem": f"{extraction.problem.kind}: {extraction.problem.message}" if extraction.problem else None,
        "reply_type": made.reply_type,
        "endpoint": made.endpoint,
        "mode": made.mode,
        "extracted": made.time.astimezone(dt.UTC),
        "schema_version": SCHEMA_VERSION,
    }
    for event in extraction.events or (None,):
        yield filled(_EVENT_COLUMNS, about | (_event_values(event) if event else {}))


def _event_values(event: EventSummary) -> dict[str, object]:
    when, where = event.when.model_dump(), event.where.model_dump()
    return {
        "event_id": event.id,
        "type": event.type.value,
        "territory_change": event.territory_change.value,
        "status": event.status.value,
        "standing": event.standing.value,
        "summary": event.summary,
        **{name if name in ("start", "end") else f"when_{name}": _plain(value) for name, value in when.items()},
        **{f"where_{n}" if n in ("words", "precision") else n: _plain(value) for n, value in where.items()},
        **{f"{m}_{bound}": n for m in _TOLLS for bound, n in zip(("min", "max"), bounds(event.counts, m), strict=True)},
        "actors": _records(event.actors),
        "counts": _records(event.counts),
        "evidence": _records(event.evidence),
        "checks": [_check(check.model_dump()) for check in event.checks],
        "failed_checks": _failed(event),
    }


def _plain(value: object) -> object:
    """Return the text of a vocabulary's value; pydantic keeps the members."""
    return str(value) if isinstance(value, str) else value


def _records(models: Sequence[Any]) -> list[dict[str, object]]:
    return [{name: _plain(value) for name, value in model.model_dump().items()} for model in models]


def _check(check: dict[str, Any]) -> dict[str, object]:
    """Return a check with the two ends of its span beside each other: records inside records open in few programs."""
    span = check.pop("span") or {"start": None, "end": None}
    return {name: _plain(value) for name, value in {**check, **span}.items()}


def _provenance(extraction: Extraction, event: EventSummary | None = None) -> dict[str, object]:
    article, made = extraction.article, extraction.provenance
    return {
        "article_id": article.id,
        "article_sha256": article.sha256,
        "article_source": article.source,
        "article_url": article.url,
        "article_published": extraction.published.date,
        "article_published_basis": extraction.published.basis,
        "prompt": made.prompt,
        "prompt_sha256": made.prompt_sha256,
        "model": made.model,
        "extractor_version": made.extractor_version,
        "failed_checks": _failed(event) if event else [],
    }


def _failed(event: EventSummary) -> list[str]:
    return [
        f"{check.name} {check.field}" if check.field else str(check.name)
        for check in event.checks
        if check.result is CheckResult.FAILED
    ]


def _coded(
    own: Sequence[Column], code: Callable[[Extraction], Sequence[Any]], values: Callable[[Any], dict[str, object]]
) -> Callable[[Extraction], Iterator[Row]]:
    """Return what makes rows of a codebook's rows: their own columns, then where they come from."""
    whole = (*own, *PROVENANCE)

    def rows(extraction: Extraction) -> Iterator[Row]:
        events = {f"{extraction.article.id}:{event.id}": event for event in extraction.events}
        for coded in code(extraction):
            said = values(coded)
            yield filled(whole, said | _provenance(extraction, events[str(said["event_id"])]))

    return rows


def _acled_values(row: AcledRow) -> dict[str, object]:
    return asdict(row)


def _ucdp_values(row: UcdpRow) -> dict[str, object]:
    said = asdict(row)
    return {"event_id": said.pop("id"), **said}


def _plover_values(record: PloverRecord) -> dict[str, object]:
    said = asdict(record)
    place, size = said.pop("event_loc") or {}, said.pop("size")
    return {
        "event_id": said.pop("id"),
        **{name: list(value) if isinstance(value, tuple) else value for name, value in said.items()},
        **{f"loc_{name}": value for name, value in place.items()},
        **{f"size_{name}": value for name, value in size.items()},
    }


def _named(row: type[Any], **kinds: Kind) -> tuple[Column, ...]:
    """Return the columns of a codebook's row in its order; its ``id`` is called ``event_id`` in all tables."""
    return columns(" ".join("event_id" if f.name == "id" else f.name for f in fields(row)), **kinds)


_ACLED = _named(
    AcledRow,
    event_date=Kind.DAY,
    time_precision=Kind.WHOLE,
    latitude=Kind.DECIMAL,
    longitude=Kind.DECIMAL,
    geo_precision=Kind.WHOLE,
    fatalities=Kind.WHOLE,
)
_UCDP = _named(
    UcdpRow,
    **dict.fromkeys(("date_start", "date_end"), Kind.DAY),
    **dict.fromkeys(("latitude", "longitude"), Kind.DECIMAL),
    **dict.fromkeys(("type_of_violence", "date_prec", "where_prec", "event_clarity"), Kind.WHOLE),
    **dict.fromkeys(("low", "best", "high", "deaths_civilians"), Kind.WHOLE),
)
_SIDE = columns("code sector text")
_PLOVER = (
    *columns("event_id date enddate event mode", date=Kind.DAY, enddate=Kind.DAY),
    Column("context", Kind.TEXTS),
    Column("actor", Kind.RECORDS, _SIDE),
    Column("recipient", Kind.RECORDS, _SIDE),
    *columns(
        "loc_name loc_country_code loc_country_name loc_admin1_code loc_lat loc_lng loc_geoname_id",
        loc_lat=Kind.DECIMAL,
        loc_lng=Kind.DECIMAL,
        loc_geoname_id=Kind.WHOLE,
    ),
    *columns(
        "size_dead size_injured size_arrested",
        **dict.fromkeys(("size_dead", "size_injured", "size_arrested"), Kind.WHOLE),
    ),
    Column("event_text", Kind.TEXTS),
    Column("url"),
)

EVENTS = Table("events", _EVENT_COLUMNS, _event_rows)
ACLED = Table("acled", (*_ACLED, *PROVENANCE), _coded(_ACLED, acled_rows, _acled_values))
PLOVER = Table("plover", (*_PLOVER, *PROVENANCE), _coded(_PLOVER, plover_records, _plover_values))
UCDP = Table("ucdp", (*_UCDP, *PROVENANCE), _coded(_UCDP, ucdp_rows, _ucdp_values))
TABLES = {table.name: table for table in (EVENTS, ACLED, PLOVER, UCDP)}

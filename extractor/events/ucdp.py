"""UCDP rows: deadly events as the Uppsala Georeferenced Event Dataset (GED codebook 24.1) codes them.

GED counts deaths in organised violence and keeps three figures: low, best, high. Only events that took place and
killed someone become rows. What a row cannot say is listed in docs/projections.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.events.countries import country_name
from extractor.events.tolls import least, most, most_authoritative, totals
from extractor.events.vocabulary import (
    EventType,
    Measure,
    PlacePrecision,
    Role,
    Sector,
    Standing,
    Status,
    TimePrecision,
    Who,
)

if TYPE_CHECKING:
    from datetime import date

    from extractor.events.summary import EventSummary, Extraction, When

ORGANISED = frozenset(
    {
        EventType.ARMED_CLASH,
        EventType.EXCESSIVE_FORCE_AGAINST_PROTESTERS,
        EventType.CHEMICAL_WEAPON,
        EventType.AIR_DRONE_STRIKE,
        EventType.SUICIDE_BOMB,
        EventType.SHELLING_ARTILLERY_MISSILE,
        EventType.REMOTE_EXPLOSIVE_LANDMINE_IED,
        EventType.GRENADE,
        EventType.SEXUAL_VIOLENCE,
        EventType.ATTACK,
        EventType.ABDUCTION_FORCED_DISAPPEARANCE,
    }
)
"""Types in which an organised armed actor kills; mobs, riots, crime, disasters and statements are not GED's."""

_STATE = frozenset({Sector.GOV, Sector.MIL, Sector.COP, Sector.SPY, Sector.JUD, Sector.LEG})
_ARMED = frozenset({Sector.REB, Sector.UAF, Sector.PRM, Sector.CRM, Sector.IDM})
_GEO = {
    PlacePrecision.SITE: 1,
    PlacePrecision.SETTLEMENT: 1,
    PlacePrecision.NEAR_SETTLEMENT: 2,
    PlacePrecision.ADMIN1: 4,
    PlacePrecision.COUNTRY: 6,
}
_ONE_DAY, _SIX_DAYS, _WEEK, _MONTH = 1, 6, 7, 31


@dataclass(frozen=True, slots=True)
class UcdpRow:
    """One row in GED's columns; actors in the article's words."""

    id: str
    """``article id:event id``."""
    type_of_violence: int | None
    """1 state-based · 2 non-state · 3 one-sided · None where the sides do not tell."""
    side_a: str
    side_b: str
    date_start: date | None
    date_end: date | None
    date_prec: int | None
    """1 the day · 2 two to six days · 3 a week · 4 within a month · 5 longer."""
    country: str
    adm_1: str
    where_coordinates: str
    latitude: float | None
    longitude: float | None
    where_prec: int | None
    """1 the place · 2 near it · 4 the region · 6 the country."""
    event_clarity: int
    """1 a clear event · 2 a total over several events."""
    low: int
    best: int
    high: int
    deaths_civilians: int | None
    source_article: str


def ucdp_rows(extraction: Extraction) -> list[UcdpRow]:
    """Return one row for each event of organised violence that killed someone.

    Rule: event-schema.md §7 and the GED codebook: low = the smallest minimum, high = the largest maximum (an open
    "at least nine" counts as nine), best = the row of the most authoritative source (``tolls.most_authoritative``),
    never below low nor above high. Losses: GED's dyads and actor ids, deaths by side, admin2, the wording of numbers,
    injured and all other counts. Totals over several events are kept with ``event_clarity`` 2: GED subtracts the parts
    that it knows, this projection does not.
    """
    rows = []
    for event in extraction.events:
        tolls = totals(event.counts, Measure.KILLED)
        if event.type in ORGANISED and event.status is Status.ACTUAL and most(tolls) > 0:
            rows.append(_row(extraction, event))
    return rows


def _row(extraction: Extraction, event: EventSummary) -> UcdpRow:
    tolls = totals(event.counts, Measure.KILLED)
    low, high = least(tolls), most(tolls)
    civilians = [c for c in event.counts if c.measure is Measure.KILLED and c.who is Who.CIVILIANS]
    where = event.where
    return UcdpRow(
        id=f"{extraction.article.id}:{event.id}",
        type_of_violence=_type_of_violence(event),
        side_a="; ".join(a.name for a in event.actors if a.role in {Role.INITIATOR, Role.PARTICIPANT}),
        side_b="; ".join(a.name for a in event.actors if a.role is Role.TARGET),
        date_start=event.when.start,
        date_end=event.when.end,
        date_prec=_date_precision(event.when),
        country=country_name(where.country or "") or "",
        adm_1=where.admin1_name or "",
        where_coordinates=where.settlement or where.admin1_name or where.words or "",
        latitude=where.lat,
        longitude=where.lon,
        where_prec=_GEO.get(where.precision),
        event_clarity=2 if event.standing is Standing.AGGREGATE else 1,
        low=low,
        best=min(max(most_authoritative(tolls), low), high),
        high=high,
        deaths_civilians=most_authoritative(civilians) if civilians else None,
        source_article=extraction.article.url or extraction.article.title or extraction.article.source,
    )


def _date_precision(when: When) -> int | None:
    """Return GED's date precision by the length of the interval, or None where the start or end is unknown."""
    if when.start is None or when.end is None or when.precision is TimePrecision.UNKNOWN:
        return None
    days = (when.end - when.start).days + 1
    bounds = ((_ONE_DAY, 1), (_SIX_DAYS, 2), (_WEEK, 3), (_MONTH, 4))
    return next((code for longest, code in bounds if days <= longest), 5)


def _type_of_violence(event: EventSummary) -> int | None:
    """Return GED's type by the sectors of both sides: 1 with a state, 2 among armed groups, 3 civilians."""
    doers = {a.sector for a in event.actors if a.role in {Role.INITIATOR, Role.PARTICIPANT}}
    hit = {a.sector for a in event.actors if a.role is Role.TARGET}
    fighters = _STATE | _ARMED
    if hit and not hit & fighters and Sector.UNK not in hit:
        return 3 if doers & fighters else None
    sides = doers | hit
    two_sided = bool(hit) or sum(a.role is Role.PARTICIPANT for a in event.actors) > 1
    if not two_sided or not sides <= fighters:
        return None
    return 1 if sides & _STATE else 2

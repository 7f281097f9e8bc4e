"""ACLED rows: events as the Armed Conflict Location & Event Data project codes them (codebook 2024).

Only what ACLED would code becomes a row: an act that took place, on a day it can be put to, at a place below country
level. Everything else is returned by :func:`acled_uncodable` with its reason, so nothing is lost unseen. What a row
cannot say is listed in docs/projections.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.events.countries import country_name
from extractor.events.tolls import least, totals
from extractor.events.vocabulary import (
    EventType,
    Measure,
    PlacePrecision,
    Role,
    Standing,
    Status,
    TerritoryChange,
    TimePrecision,
)

if TYPE_CHECKING:
    from datetime import date

    from extractor.events.summary import EventSummary, Extraction, When

_BATTLES = ("Political violence", "Battles")
_REMOTE = ("Political violence", "Explosions/Remote violence")
_CIVILIANS = ("Political violence", "Violence against civilians")
_PROTESTS = ("Demonstrations", "Protests")
_RIOTS = ("Demonstrations", "Riots")
_STRATEGIC = ("Strategic developments", "Strategic developments")

SUB_EVENTS: dict[EventType, tuple[str, str, str]] = {
    EventType.ARMED_CLASH: (*_BATTLES, "Armed clash"),
    EventType.EXCESSIVE_FORCE_AGAINST_PROTESTERS: (
        "Political violence; Demonstrations",
        "Protests",
        "Excessive force against protesters",
    ),
    EventType.PROTEST_WITH_INTERVENTION: (*_PROTESTS, "Protest with intervention"),
    EventType.PEACEFUL_PROTEST: (*_PROTESTS, "Peaceful protest"),
    EventType.VIOLENT_DEMONSTRATION: (*_RIOTS, "Violent demonstration"),
    EventType.MOB_VIOLENCE: ("Political violence", "Riots", "Mob violence"),
    EventType.CHEMICAL_WEAPON: (*_REMOTE, "Chemical weapon"),
    EventType.AIR_DRONE_STRIKE: (*_REMOTE, "Air/drone strike"),
    EventType.SUICIDE_BOMB: (*_REMOTE, "Suicide bomb"),
    EventType.SHELLING_ARTILLERY_MISSILE: (*_REMOTE, "Shelling/artillery/missile attack"),
    EventType.REMOTE_EXPLOSIVE_LANDMINE_IED: (*_REMOTE, "Remote explosive/landmine/IED"),
    EventType.GRENADE: (*_REMOTE, "Grenade"),
    EventType.SEXUAL_VIOLENCE: (*_CIVILIANS, "Sexual violence"),
    EventType.ATTACK: (*_CIVILIANS, "Attack"),
    EventType.ABDUCTION_FORCED_DISAPPEARANCE: (*_CIVILIANS, "Abduction/forced disappearance"),
    EventType.AGREEMENT: (*_STRATEGIC, "Agreement"),
    EventType.ARRESTS: (*_STRATEGIC, "Arrests"),
    EventType.CHANGE_TO_GROUP_ACTIVITY: (*_STRATEGIC, "Change to group/activity"),
    EventType.DISRUPTED_WEAPONS_USE: (*_STRATEGIC, "Disrupted weapons use"),
    EventType.HEADQUARTERS_ESTABLISHED: (*_STRATEGIC, "Headquarters or base established"),
    EventType.LOOTING_PROPERTY_DESTRUCTION: (*_STRATEGIC, "Looting/property destruction"),
    EventType.NONVIOLENT_TRANSFER_OF_TERRITORY: (*_STRATEGIC, "Non-violent transfer of territory"),
    EventType.DISPLACEMENT: (*_STRATEGIC, "Other"),
    EventType.OTHER_STRATEGIC: (*_STRATEGIC, "Other"),
}
"""Disorder type, event type and sub-event type of each event type that ACLED codes, in ACLED's own spelling."""

_TERRITORY = {
    TerritoryChange.GOVERNMENT_GAINS: "Government regains territory",
    TerritoryChange.NONSTATE_GAINS: "Non-state actor overtakes territory",
}
_TIME = {TimePrecision.DAY: 1, TimePrecision.DAYS: 2, TimePrecision.WEEK: 2, TimePrecision.MONTH: 3}
_GEO = {
    PlacePrecision.SITE: 1,
    PlacePrecision.SETTLEMENT: 1,
    PlacePrecision.NEAR_SETTLEMENT: 2,
    PlacePrecision.ADMIN1: 3,
}


@dataclass(frozen=True, slots=True)
class AcledRow:
    """One row in ACLED's columns; actors in the article's words, several joined by "; "."""

    event_id: str
    """``article id:event id``."""
    event_date: date
    time_precision: int
    """1 day · 2 within a week · 3 within a month."""
    disorder_type: str
    event_type: str
    sub_event_type: str
    actor1: str
    assoc_actor_1: str
    actor2: str
    assoc_actor_2: str
    country: str
    admin1: str
    location: str
    latitude: float | None
    longitude: float | None
    geo_precision: int
    """1 the settlement · 2 near it · 3 the region."""
    source: str
    notes: str
    fatalities: int
    """The lowest figure reported for all dead, 0 where none is reported."""


@dataclass(frozen=True, slots=True)
class AcledUncodable:
    """An event that ACLED has no row for, and why."""

    event_id: str
    reason: str


def acled_sub_event(event: EventSummary) -> tuple[str, str, str] | None:
    """Return ACLED's disorder type, event type and sub-event type, or None where ACLED has none.

    Rule: event-schema.md §3; the 24 conflict types with ``territory_change`` give all 25 sub-event types. Losses:
    ``displacement`` and ``other_strategic`` become one ("Other"); the political and public-life types become none.
    """
    if event.type is EventType.ARMED_CLASH and event.territory_change in _TERRITORY:
        return (*_BATTLES, _TERRITORY[event.territory_change])
    return SUB_EVENTS.get(event.type)


def acled_rows(extraction: Extraction) -> list[AcledRow]:
    """Return one row for each event that ACLED would code.

    Rule: event-schema.md §7. The date is the start of a day, else the middle of the interval; time precision 1 day,
    2 days or week, 3 month; geographic precision 1 site or settlement, 2 near one, 3 region; fatalities the lowest
    minimum for all dead (of the largest part where no total is given). Losses: the interval, the bounds and sources of
    counts, the injured, who said so, checks, ACLED's standard actor names and interaction codes, admin2 and admin3.
    """
    rows = (_code(extraction, event) for event in extraction.events)
    return [row for row in rows if isinstance(row, AcledRow)]


def acled_uncodable(extraction: Extraction) -> list[AcledUncodable]:
    """Return the events that have no row, each with its reason."""
    rows = (_code(extraction, event) for event in extraction.events)
    return [row for row in rows if isinstance(row, AcledUncodable)]


def _code(extraction: Extraction, event: EventSummary) -> AcledRow | AcledUncodable:
    event_id = f"{extraction.article.id}:{event.id}"
    sub_event = acled_sub_event(event)
    when = _date(event.when)
    reason = _reason(event, coded=sub_event is not None, dated=when is not None)
    if reason or sub_event is None or when is None:
        return AcledUncodable(event_id, reason)
    actor1, with1, actor2, with2 = _sides(event)
    where = event.where
    return AcledRow(
        event_id,
        *when,
        *sub_event,
        actor1,
        with1,
        actor2,
        with2,
        country=country_name(where.country or "") or "",
        admin1=where.admin1_name or "",
        location=where.settlement or where.admin1_name or where.words or "",
        latitude=where.lat,
        longitude=where.lon,
        geo_precision=_GEO[where.precision],
        source=extraction.article.url or extraction.article.title or extraction.article.source,
        notes=event.summary,
        fatalities=least(totals(event.counts, Measure.KILLED)),
    )


def _reason(event: EventSummary, *, coded: bool, dated: bool) -> str:
    """Return why ACLED has no row for an event, or "" where it has one."""
    reasons = {
        f"ACLED has no sub-event type for {event.type}": not coded,
        f"ACLED codes what took place; this was {event.status}": event.status not in {Status.ACTUAL, Status.ATTEMPTED},
        "a total over several events: its parts would be counted twice": event.standing is Standing.AGGREGATE,
        "no date within a month": not dated,
        "no country": event.where.country is None,
        "no place below country level": event.where.precision not in _GEO,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _date(when: When) -> tuple[date, int] | None:
    """Return the event's date and ACLED's time precision, or None where it is not known within a month."""
    precision = _TIME.get(when.precision)
    if precision is None or when.start is None:
        return None
    end = when.end or when.start
    return when.start + (end - when.start) // 2, precision


def _sides(event: EventSummary) -> tuple[str, str, str, str]:
    """Return actor1, its associates, actor2, its associates.

    Initiators stand on side 1 and targets on side 2. Without them the first two participants are the two actors;
    further participants and associates, whose side nobody states, go with side 1. An intervener (police at a protest)
    is side 2 where no target is.
    """
    by_role = {role: [a.name for a in event.actors if a.role is role] for role in Role}
    participants = by_role[Role.PARTICIPANT]
    one, two = by_role[Role.INITIATOR], by_role[Role.TARGET] or by_role[Role.INTERVENER]
    spare = participants
    if not one:
        one, spare = participants[:1], participants[1:]
    if not two:
        two, spare = spare[:1], spare[1:]
    with1 = [*one[1:], *spare, *by_role[Role.ASSOCIATE]]
    return "".join(one[:1]), "; ".join(with1), "".join(two[:1]), "; ".join(two[1:])

"""PLOVER records: who did what to whom, as the Political Language Ontology for Verifiable Event Records has it.

The event category follows from the type; the mode from the type where it says so (a suicide bomb is a
``suicide-attack``), else from the words of the quotes and of the summary (``data/plover_modes.toml``). Category names
are those of the published PLOVER data (REQUEST where the manual's draft says DEMAND, ACCUSE for its DISAPPROVE and
INVESTIGATE), modes those of the manual. What a record cannot say is listed in docs/projections.md.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from extractor.events.countries import country_name
from extractor.events.tolls import least, totals
from extractor.events.vocabulary import EventType, Measure, Role, Sector, Standing, Status

if TYPE_CHECKING:
    import datetime as dt

    from extractor.events.summary import Actor, EventSummary, Extraction, Where

CATEGORIES: dict[EventType, tuple[str, str | None] | None] = {
    EventType.ARMED_CLASH: ("ASSAULT", None),
    EventType.EXCESSIVE_FORCE_AGAINST_PROTESTERS: ("ASSAULT", None),
    EventType.PROTEST_WITH_INTERVENTION: ("PROTEST", None),
    EventType.PEACEFUL_PROTEST: ("PROTEST", None),
    EventType.VIOLENT_DEMONSTRATION: ("PROTEST", "riot"),
    EventType.MOB_VIOLENCE: ("PROTEST", "riot"),
    EventType.CHEMICAL_WEAPON: ("ASSAULT", None),
    EventType.AIR_DRONE_STRIKE: ("ASSAULT", "heavy-weapons"),
    EventType.SUICIDE_BOMB: ("ASSAULT", "suicide-attack"),
    EventType.SHELLING_ARTILLERY_MISSILE: ("ASSAULT", "heavy-weapons"),
    EventType.REMOTE_EXPLOSIVE_LANDMINE_IED: ("ASSAULT", "explosives"),
    EventType.GRENADE: ("ASSAULT", "explosives"),
    EventType.SEXUAL_VIOLENCE: ("ASSAULT", "sexual"),
    EventType.ATTACK: ("ASSAULT", None),
    EventType.ABDUCTION_FORCED_DISAPPEARANCE: ("ASSAULT", "abduct"),
    EventType.AGREEMENT: ("AGREE", None),
    EventType.ARRESTS: ("COERCE", "arrest"),
    EventType.CHANGE_TO_GROUP_ACTIVITY: ("MOBILIZE", None),
    EventType.DISRUPTED_WEAPONS_USE: None,
    EventType.HEADQUARTERS_ESTABLISHED: ("MOBILIZE", "troops"),
    EventType.LOOTING_PROPERTY_DESTRUCTION: ("ASSAULT", "destroy"),
    EventType.NONVIOLENT_TRANSFER_OF_TERRITORY: ("RETREAT", "withdraw"),
    EventType.DISPLACEMENT: None,
    EventType.OTHER_STRATEGIC: None,
    EventType.MEETING: ("CONSULT", None),
    EventType.COOPERATION: ("COOPERATE", None),
    EventType.SUPPORT: ("SUPPORT", None),
    EventType.AID: ("AID", None),
    EventType.CONCESSION: ("CONCEDE", None),
    EventType.DEMAND: ("REQUEST", None),
    EventType.ACCUSATION: ("ACCUSE", None),
    EventType.REJECTION: ("REJECT", None),
    EventType.THREAT: ("THREATEN", None),
    EventType.SANCTION: ("SANCTION", None),
    EventType.COERCIVE_MEASURE: ("COERCE", None),
    EventType.POLICY_DECISION: None,
    EventType.LEADERSHIP_CHANGE: None,
    EventType.ELECTION: None,
    EventType.LEGAL_PROCEEDING: ("ACCUSE", None),
    EventType.CRIME: None,
    EventType.DISASTER_ACCIDENT: None,
    EventType.OTHER: None,
}
"""Category and, where the type implies it, mode of every event type; None where PLOVER has no category."""

_STATUS_CONTEXT = {
    Status.PLANNED: "future",
    Status.THREATENED: "future",
    Status.HYPOTHETICAL: "hypothetical",
    Status.DENIED: "negation",
}
_TYPE_CONTEXT = {
    EventType.CHEMICAL_WEAPON: "cbrn",
    EventType.CRIME: "crime",
    EventType.LEGAL_PROCEEDING: "legal",
}
_NON_STATE = {Sector.IGO: "IGO", Sector.NGO: "NGO"}
_HARM = frozenset({Measure.KILLED, Measure.INJURED, Measure.ABDUCTED})


@dataclass(frozen=True, slots=True)
class PloverActor:
    """An actor: country (or IGO, NGO), sector, and the article's words."""

    code: str | None
    sector: str | None
    text: str


@dataclass(frozen=True, slots=True)
class PloverPlace:
    """Where it happened, in GeoNames' field names."""

    name: str | None
    country_code: str | None
    country_name: str | None
    admin1_code: str | None
    lat: float | None
    lng: float | None
    geoname_id: int | None


@dataclass(frozen=True, slots=True)
class PloverSize:
    """Numbers of people, the lowest reported; None where none is."""

    dead: int | None = None
    injured: int | None = None
    arrested: int | None = None


@dataclass(frozen=True, slots=True)
class PloverRecord:
    """One event record."""

    id: str
    """``article id:event id``."""
    date: dt.date | None
    """First day, or None where only the last possible day is known."""
    enddate: dt.date | None
    event: str
    mode: str | None
    context: tuple[str, ...]
    actor: tuple[PloverActor, ...]
    recipient: tuple[PloverActor, ...]
    event_loc: PloverPlace | None
    size: PloverSize
    event_text: tuple[str, ...]
    """The verbatim quotes."""
    url: str | None


def plover_category(event: EventSummary) -> tuple[str, str | None] | None:
    """Return PLOVER's category and mode of an event, or None where it has no category.

    Rule: :data:`CATEGORIES`, with four turns that the manual asks for: a release of people is RETREAT/release, a
    resignation RETREAT/resign, a conviction SANCTION/convict, and a crime that harms people ASSAULT (PLOVER has no
    category for crime). A protest without words for its mode is a ``demo``. Losses: one mode only.
    """
    turned = _turned(event)
    if turned:
        return turned
    category = CATEGORIES[event.type]
    if category is None:
        return None
    name, mode = category
    return name, mode or _mode(name, event) or ("demo" if name == "PROTEST" else None)


def plover_records(extraction: Extraction) -> list[PloverRecord]:
    """Return one record for each event that has a PLOVER category.

    Rule: event-schema.md §7. Initiators, participants and associates are actors (two-sided violence and meetings have
    no recipient), targets recipients; context ``historical`` for background, ``future`` for planned and threatened,
    ``hypothetical``, ``negation`` for denied. Losses: interveners, involvement, counts other than dead, injured and
    arrested, upper bounds and sources of counts, speakers, precision of time and place, checks, ``attempted``.
    """
    records = []
    for event in extraction.events:
        category = plover_category(event)
        if category:
            records.append(_record(extraction, event, *category))
    return records


def _record(extraction: Extraction, event: EventSummary, name: str, mode: str | None) -> PloverRecord:
    context = [_TYPE_CONTEXT.get(event.type), _STATUS_CONTEXT.get(event.status)]
    if event.standing is Standing.BACKGROUND:
        context.append("historical")
    doing = {Role.INITIATOR, Role.PARTICIPANT, Role.ASSOCIATE}
    return PloverRecord(
        id=f"{extraction.article.id}:{event.id}",
        date=event.when.start,
        enddate=event.when.end,
        event=name,
        mode=mode,
        context=tuple(c for c in context if c),
        actor=tuple(_actor(a) for a in event.actors if a.role in doing),
        recipient=tuple(_actor(a) for a in event.actors if a.role is Role.TARGET),
        event_loc=_place(event.where),
        size=PloverSize(*(_size(event, m) for m in (Measure.KILLED, Measure.INJURED, Measure.ARRESTED))),
        event_text=tuple(e.quote for e in event.evidence),
        url=extraction.article.url,
    )


def _turned(event: EventSummary) -> tuple[str, str | None] | None:
    """Return category and mode where the manual sends some events of a type elsewhere."""
    if event.type is EventType.CONCESSION and totals(event.counts, Measure.RELEASED):
        return "RETREAT", "release"
    if event.type is EventType.LEADERSHIP_CHANGE and _mode("RETREAT", event) == "resign":
        return "RETREAT", "resign"
    if event.type is EventType.LEGAL_PROCEEDING and _mode("SANCTION", event) == "convict":
        return "SANCTION", "convict"
    if event.type is EventType.CRIME and any(c.measure in _HARM for c in event.counts):
        return "ASSAULT", _mode("ASSAULT", event)
    return None


def _actor(actor: Actor) -> PloverActor:
    sector = None if actor.sector is Sector.UNK else str(actor.sector)
    return PloverActor(actor.country or _NON_STATE.get(actor.sector), sector, actor.name)


def _place(where: Where) -> PloverPlace | None:
    if where.words is None and where.country is None:
        return None
    return PloverPlace(
        name=where.settlement or where.admin1_name or where.words,
        country_code=where.country,
        country_name=country_name(where.country) if where.country else None,
        admin1_code=where.admin1,
        lat=where.lat,
        lng=where.lon,
        geoname_id=where.geonameid,
    )


def _size(event: EventSummary, measure: Measure) -> int | None:
    rows = totals(event.counts, measure)
    return least(rows) if rows else None


def _mode(category: str, event: EventSummary) -> str | None:
    """Return the first mode of the category whose words stand in the quotes, else in the summary."""
    quotes = " ".join(e.quote for e in event.evidence)
    for text in (quotes, event.summary):
        for mode, pattern in _modes().get(category, ()):
            if pattern.search(text):
                return mode
    return None


@cache
def _modes() -> dict[str, tuple[tuple[str, re.Pattern[str]], ...]]:
    source = resources.files("extractor.events").joinpath("data/plover_modes.toml").read_text(encoding="utf-8")

    def pattern(cues: list[str]) -> re.Pattern[str]:
        words = "|".join(re.escape(cue).replace(r"\*", r"[\w-]*").replace(r"\ ", r"\s+") for cue in cues)
        return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)

    return {
        category: tuple((mode, pattern(cues)) for mode, cues in modes.items())
        for category, modes in tomllib.loads(source).items()
    }

"""ACLED rows: all 25 sub-event types, precision codes, sides, and what has no row."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

import pytest

from extractor.events.acled import acled_rows, acled_sub_event, acled_uncodable
from extractor.events.summary import When
from extractor.events.vocabulary import (
    CountForm,
    EventType,
    Measure,
    PlacePrecision,
    Role,
    Standing,
    Status,
    TerritoryChange,
    TimePrecision,
    Who,
)
from tests.events.projected import TOWN, actor, count, event, extraction

# The codebook's list: event type, sub-event type.
CODEBOOK = {
    ("Battles", "Government regains territory"),
    ("Battles", "Non-state actor overtakes territory"),
    ("Battles", "Armed clash"),
    ("Protests", "Excessive force against protesters"),
    ("Protests", "Protest with intervention"),
    ("Protests", "Peaceful protest"),
    ("Riots", "Violent demonstration"),
    ("Riots", "Mob violence"),
    ("Explosions/Remote violence", "Chemical weapon"),
    ("Explosions/Remote violence", "Air/drone strike"),
    ("Explosions/Remote violence", "Suicide bomb"),
    ("Explosions/Remote violence", "Shelling/artillery/missile attack"),
    ("Explosions/Remote violence", "Remote explosive/landmine/IED"),
    ("Explosions/Remote violence", "Grenade"),
    ("Violence against civilians", "Sexual violence"),
    ("Violence against civilians", "Attack"),
    ("Violence against civilians", "Abduction/forced disappearance"),
    ("Strategic developments", "Agreement"),
    ("Strategic developments", "Arrests"),
    ("Strategic developments", "Change to group/activity"),
    ("Strategic developments", "Disrupted weapons use"),
    ("Strategic developments", "Headquarters or base established"),
    ("Strategic developments", "Looting/property destruction"),
    ("Strategic developments", "Non-violent transfer of territory"),
    ("Strategic developments", "Other"),
}
NONE = [t for t in EventType if list(EventType).index(t) >= list(EventType).index(EventType.MEETING)]


def test_all_25_sub_event_types_come_back() -> None:
    """The types with their territory changes give exactly ACLED's 25 sub-event types under their event types."""
    found = set()
    for kind in EventType:
        for change in TerritoryChange:
            coded = acled_sub_event(event(kind, territory_change=change))
            if coded:
                found.add(coded[1:])
    assert found == CODEBOOK
    assert len(CODEBOOK) == 25


@pytest.mark.parametrize("kind", NONE)
def test_political_and_public_types_have_no_row(kind: EventType) -> None:
    """The 18 types beyond conflict give no sub-event type, and say so."""
    assert acled_sub_event(event(kind)) is None
    (left,) = acled_uncodable(extraction(event(kind)))
    assert str(kind) in left.reason
    assert len(NONE) == 18


def test_a_whole_row() -> None:
    """Every column is filled from its field."""
    clash = event(
        EventType.ARMED_CLASH,
        territory_change=TerritoryChange.NONSTATE_GAINS,
        actors=(actor("the army", Role.TARGET), actor("rebels", Role.INITIATOR), actor("a militia", Role.ASSOCIATE)),
        counts=(count(7, 7), count(5, 9, source="army", form=CountForm.RANGE), count(30, 30, measure=Measure.INJURED)),
    )
    (row,) = acled_rows(extraction(clash))
    assert asdict(row) == {
        "event_id": "a1:e1",
        "event_date": date(2021, 5, 3),
        "time_precision": 1,
        "disorder_type": "Political violence",
        "event_type": "Battles",
        "sub_event_type": "Non-state actor overtakes territory",
        "actor1": "rebels",
        "assoc_actor_1": "a militia",
        "actor2": "the army",
        "assoc_actor_2": "",
        "country": "Democratic Republic of the Congo",
        "admin1": "Nord-Kivu",
        "location": "Goma",
        "latitude": -1.674,
        "longitude": 29.228,
        "geo_precision": 1,
        "source": "https://example.org/a1",
        "notes": "In short.",
        "fatalities": 5,
    }
    assert acled_uncodable(extraction(clash)) == []


@pytest.mark.parametrize(
    ("precision", "end", "coded"),
    [
        (TimePrecision.DAY, date(2021, 5, 1), (date(2021, 5, 1), 1)),
        (TimePrecision.DAYS, date(2021, 5, 3), (date(2021, 5, 2), 2)),
        (TimePrecision.WEEK, date(2021, 5, 7), (date(2021, 5, 4), 2)),
        (TimePrecision.MONTH, date(2021, 5, 31), (date(2021, 5, 16), 3)),
        (TimePrecision.DAY, None, (date(2021, 5, 1), 1)),
        (TimePrecision.YEAR, date(2021, 12, 31), None),
        (TimePrecision.UNKNOWN, date(2021, 5, 3), None),
    ],
)
def test_dates_carry_their_precision(
    precision: TimePrecision, end: date | None, coded: tuple[date, int] | None
) -> None:
    """Days, weeks and months are 1, 2 and 3 at the middle of the interval; anything wider has no row."""
    when = When(words="then", start=date(2021, 5, 1), end=end, precision=precision)
    rows = acled_rows(extraction(event(when=when)))
    assert [(r.event_date, r.time_precision) for r in rows] == ([coded] if coded else [])


@pytest.mark.parametrize(
    ("precision", "code"),
    [
        (PlacePrecision.SITE, 1),
        (PlacePrecision.SETTLEMENT, 1),
        (PlacePrecision.NEAR_SETTLEMENT, 2),
        (PlacePrecision.ADMIN1, 3),
        (PlacePrecision.COUNTRY, None),
        (PlacePrecision.UNKNOWN, None),
    ],
)
def test_places_carry_their_precision(precision: PlacePrecision, code: int | None) -> None:
    """Site and settlement are 1, near one 2, the region 3; a country alone has no row."""
    where = TOWN.model_copy(update={"precision": precision})
    assert [r.geo_precision for r in acled_rows(extraction(event(where=where)))] == ([code] if code else [])


def test_a_region_stands_as_location() -> None:
    """Without a settlement the location is the region's name, without coordinates."""
    where = TOWN.model_copy(update={"settlement": None, "lat": None, "lon": None, "precision": PlacePrecision.ADMIN1})
    (row,) = acled_rows(extraction(event(where=where)))
    assert (row.location, row.latitude, row.geo_precision) == ("Nord-Kivu", None, 3)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": Status.PLANNED}, "planned"),
        ({"status": Status.THREATENED}, "threatened"),
        ({"status": Status.HYPOTHETICAL}, "hypothetical"),
        ({"status": Status.DENIED}, "denied"),
        ({"standing": Standing.AGGREGATE}, "counted twice"),
        ({"when": When(words="recently")}, "no date"),
        ({"where": TOWN.model_copy(update={"country": None})}, "no country"),
        ({"where": TOWN.model_copy(update={"precision": PlacePrecision.COUNTRY})}, "below country"),
    ],
)
def test_what_acled_would_not_code_is_named(fields: dict[str, Any], reason: str) -> None:
    """An event without a row is returned with its reason, never dropped."""
    made = extraction(event(**fields), event(id="e2"))
    assert [r.event_id for r in acled_rows(made)] == ["a1:e2"]
    (left,) = acled_uncodable(made)
    assert left.event_id == "a1:e1"
    assert reason in left.reason


def test_attempts_and_background_events_have_rows() -> None:
    """An attempted act and one told as background took place, so they are coded."""
    made = extraction(event(status=Status.ATTEMPTED), event(id="e2", standing=Standing.BACKGROUND))
    assert len(acled_rows(made)) == 2


@pytest.mark.parametrize(
    ("counts", "dead"),
    [
        ((), 0),
        ((count(12, 12), count(9, 9)), 9),
        ((count(None, 9, form=CountForm.AT_MOST),), 0),
        ((count(12, None, form=CountForm.AT_LEAST),), 12),
        ((count(0, 0),), 0),
        ((count(12, 12), count(4, 4, who=Who.CHILDREN)), 12),
        ((count(8, 8, who=Who.CIVILIANS), count(3, 3, who=Who.COMBATANTS)), 8),
        ((count(8, 8, who=Who.CIVILIANS), count(6, 6, who=Who.CIVILIANS)), 6),
        ((count(40, 40, measure=Measure.INJURED),), 0),
    ],
)
def test_fatalities_are_the_lowest_total(counts: tuple[object, ...], dead: int) -> None:
    """Fatalities are the lowest minimum for all dead, or for the largest part where no total is given."""
    (row,) = acled_rows(extraction(event(counts=counts)))
    assert row.fatalities == dead


@pytest.mark.parametrize(
    ("actors", "sides"),
    [
        ((), ("", "", "", "")),
        ((("a", Role.INITIATOR), ("b", Role.TARGET), ("c", Role.TARGET)), ("a", "", "b", "c")),
        ((("a", Role.INITIATOR), ("b", Role.INITIATOR)), ("a", "b", "", "")),
        ((("a", Role.PARTICIPANT), ("b", Role.PARTICIPANT), ("c", Role.PARTICIPANT)), ("a", "c", "b", "")),
        ((("a", Role.PARTICIPANT),), ("a", "", "", "")),
        ((("a", Role.PARTICIPANT), ("b", Role.TARGET)), ("a", "", "b", "")),
        ((("a", Role.INITIATOR), ("b", Role.PARTICIPANT)), ("a", "", "b", "")),
        ((("crowd", Role.INITIATOR), ("police", Role.INTERVENER)), ("crowd", "", "police", "")),
        ((("crowd", Role.INITIATOR), ("state", Role.TARGET), ("police", Role.INTERVENER)), ("crowd", "", "state", "")),
        ((("b", Role.TARGET),), ("", "", "b", "")),
        ((("a", Role.INITIATOR), ("ally", Role.ASSOCIATE)), ("a", "ally", "", "")),
    ],
)
def test_roles_become_sides(actors: tuple[tuple[str, Role], ...], sides: tuple[str, str, str, str]) -> None:
    """Initiators stand on side 1, targets on side 2; participants fill what is free."""
    (row,) = acled_rows(extraction(event(actors=tuple(actor(n, r) for n, r in actors))))
    assert (row.actor1, row.assoc_actor_1, row.actor2, row.assoc_actor_2) == sides

"""PLOVER records: categories for all 42 types, modes by words, contexts, actors and sizes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from extractor.events.plover import CATEGORIES, PloverActor, plover_category, plover_records
from extractor.events.summary import Where
from extractor.events.vocabulary import EventType, Measure, Role, Sector, Standing, Status
from tests.events.projected import actor, count, event, extraction

# PLOVER's sixteen categories, and its modes of each (manual, tables).
MODES = {
    "AGREE": set(), "SUPPORT": set(), "COOPERATE": set(), "CONCEDE": set(), "REQUEST": set(),
    "ACCUSE": set(), "REJECT": set(),
    "CONSULT": {"visit", "third-party", "multilateral", "phone"},
    "AID": {"economic", "military", "humanitarian", "asylum"},
    "RETREAT": {"withdraw", "release", "return", "disarm", "ceasefire", "access", "resign"},
    "THREATEN": {"restrict", "ban", "arrest", "relations", "expel", "territory", "violence"},
    "PROTEST": {"demo", "riot", "strike-gen", "strike-lim", "strike-hun", "boycott", "obstruct"},
    "SANCTION": {"convict", "cancel", "expel", "withdraw", "sever"},
    "MOBILIZE": {"troops", "weapons", "police"},
    "COERCE": {"confiscate", "restrict", "ban", "censor", "curfew", "martial-law", "arrest", "deport", "withhold"},
    "ASSAULT": {"abduct", "beat", "torture", "execute", "sexual", "assassinate", "destroy", "primitive", "firearms",
                "explosives", "suicide-attack", "heavy-weapons"},
}  # fmt: skip
WITHOUT = {
    EventType.DISRUPTED_WEAPONS_USE, EventType.DISPLACEMENT, EventType.OTHER_STRATEGIC, EventType.POLICY_DECISION,
    EventType.LEADERSHIP_CHANGE, EventType.ELECTION, EventType.CRIME, EventType.DISASTER_ACCIDENT, EventType.OTHER,
}  # fmt: skip


@pytest.mark.parametrize("kind", EventType)
def test_every_type_has_its_category_or_none(kind: EventType) -> None:
    """All 42 types are mapped, to one of PLOVER's categories with one of its modes, or knowingly to none."""
    assert kind in CATEGORIES
    coded = plover_category(event(kind))
    assert (coded is None) == (kind in WITHOUT)
    if coded:
        assert coded[0] in MODES
        assert coded[1] is None or coded[1] in MODES[coded[0]]
    assert len(CATEGORIES) == 42


@pytest.mark.parametrize(
    ("kind", "quote", "coded"),
    [
        (EventType.ATTACK, "Gunmen opened fire on a bus.", ("ASSAULT", "firearms")),
        (EventType.ATTACK, "A man was stabbed with a knife.", ("ASSAULT", "primitive")),
        (EventType.ATTACK, "Detainees were tortured and shot.", ("ASSAULT", "torture")),
        (EventType.ATTACK, "The mayor was assassinated.", ("ASSAULT", "assassinate")),
        (EventType.ATTACK, "Five people died.", ("ASSAULT", None)),
        (EventType.ARMED_CLASH, "Both sides used mortars.", ("ASSAULT", "heavy-weapons")),
        (EventType.EXCESSIVE_FORCE_AGAINST_PROTESTERS, "Police beat the crowd.", ("ASSAULT", "beat")),
        (EventType.SUICIDE_BOMB, "Shots were heard.", ("ASSAULT", "suicide-attack")),
        (EventType.AIR_DRONE_STRIKE, "Jets bombed it.", ("ASSAULT", "heavy-weapons")),
        (EventType.PEACEFUL_PROTEST, "Thousands marched.", ("PROTEST", "demo")),
        (EventType.PEACEFUL_PROTEST, "Nurses walked out in a strike.", ("PROTEST", "strike-lim")),
        (EventType.PEACEFUL_PROTEST, "A general strike shut the city.", ("PROTEST", "strike-gen")),
        (EventType.PEACEFUL_PROTEST, "Prisoners began a hunger strike.", ("PROTEST", "strike-hun")),
        (EventType.PEACEFUL_PROTEST, "Farmers blocked the road.", ("PROTEST", "obstruct")),
        (EventType.VIOLENT_DEMONSTRATION, "They marched.", ("PROTEST", "riot")),
        (EventType.MEETING, "The two spoke by telephone.", ("CONSULT", "phone")),
        (EventType.MEETING, "He arrived in Ankara.", ("CONSULT", "visit")),
        (EventType.AID, "Trucks with food and tents came.", ("AID", "humanitarian")),
        (EventType.THREAT, "He threatened to expel the envoy.", ("THREATEN", "expel")),
        (EventType.THREAT, "He warned of retaliation by military action.", ("THREATEN", "violence")),
        (EventType.SANCTION, "It expelled six diplomats.", ("SANCTION", "expel")),
        (EventType.COERCIVE_MEASURE, "A curfew was imposed.", ("COERCE", "curfew")),
        (EventType.COERCIVE_MEASURE, "A state of emergency was declared.", ("COERCE", "martial-law")),
        (EventType.CHANGE_TO_GROUP_ACTIVITY, "Troops were sent to the border.", ("MOBILIZE", "troops")),
        (EventType.LEADERSHIP_CHANGE, "The minister resigned.", ("RETREAT", "resign")),
        (EventType.LEADERSHIP_CHANGE, "She was appointed.", None),
        (EventType.LEGAL_PROCEEDING, "He was charged.", ("ACCUSE", None)),
        (EventType.LEGAL_PROCEEDING, "He was convicted.", ("SANCTION", "convict")),
    ],
)  # fmt: skip
def test_words_give_the_mode(kind: EventType, quote: str, coded: tuple[str, str | None] | None) -> None:
    """The mode follows from the type where it implies one, else from the quote's words."""
    assert plover_category(event(kind, quote)) == coded


def test_quotes_go_before_the_summary() -> None:
    """The summary's words count only where the quotes give no mode."""
    assert plover_category(event(EventType.ATTACK, "He was shot.", summary="Stabbed.")) == ("ASSAULT", "firearms")
    assert plover_category(event(EventType.ATTACK, "He died.", summary="He was stabbed.")) == ("ASSAULT", "primitive")


def test_crimes_that_harm_and_releases_turn() -> None:
    """A crime with victims is ASSAULT in the context of crime, a release of people RETREAT."""
    crime = event(EventType.CRIME, "A man was shot.", counts=(count(1, 1),))
    (record,) = plover_records(extraction(crime))
    assert (record.event, record.mode, record.context) == ("ASSAULT", "firearms", ("crime",))
    freed = event(EventType.CONCESSION, counts=(count(9, 9, measure=Measure.RELEASED),))
    assert plover_category(freed) == ("RETREAT", "release")


@pytest.mark.parametrize(
    ("fields", "context"),
    [
        ({}, ()),
        ({"status": Status.PLANNED}, ("future",)),
        ({"status": Status.THREATENED}, ("future",)),
        ({"status": Status.HYPOTHETICAL}, ("hypothetical",)),
        ({"status": Status.DENIED}, ("negation",)),
        ({"standing": Standing.BACKGROUND}, ("historical",)),
        ({"standing": Standing.BACKGROUND, "status": Status.DENIED}, ("negation", "historical")),
    ],
)
def test_status_and_standing_become_contexts(fields: dict[str, Any], context: tuple[str, ...]) -> None:
    """Planned, hypothetical, denied and background events carry PLOVER's auxiliary contexts."""
    (record,) = plover_records(extraction(event(EventType.ATTACK, **fields)))
    assert record.context == context


def test_a_whole_record() -> None:
    """Actors, recipients, dates, place, size and text come from their fields."""
    made = event(
        EventType.CHEMICAL_WEAPON,
        "Shells with gas fell.",
        actors=(
            actor("the army", Role.INITIATOR, Sector.MIL, "SYR"),
            actor("allies", Role.ASSOCIATE),
            actor("the UN", Role.TARGET, Sector.IGO),
            actor("police", Role.INTERVENER, Sector.COP),
        ),
        counts=(count(4, 6), count(20, 20, measure=Measure.INJURED)),
    )
    (record,) = plover_records(extraction(made))
    assert (record.id, record.date, record.enddate) == ("a1:e1", date(2021, 5, 3), date(2021, 5, 3))
    assert (record.event, record.context) == ("ASSAULT", ("cbrn",))
    assert record.actor == (PloverActor("SYR", "MIL", "the army"), PloverActor(None, None, "allies"))
    assert record.recipient == (PloverActor("IGO", "IGO", "the UN"),)
    assert (record.size.dead, record.size.injured, record.size.arrested) == (4, 20, None)
    assert record.event_loc is not None
    assert (record.event_loc.name, record.event_loc.country_code, record.event_loc.lng) == ("Goma", "COD", 29.228)
    assert (record.event_text, record.url) == (("Shells with gas fell.",), "https://example.org/a1")


def test_no_place_gives_no_location() -> None:
    """An event without any place has no location object; types without a category no record."""
    (record,) = plover_records(extraction(event(EventType.DEMAND, where=Where()), event(EventType.ELECTION, id="e2")))
    assert record.event_loc is None

"""UCDP rows: low, best, high, what becomes a row, and the codes of time, place and violence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from extractor.events.summary import Count, When
from extractor.events.ucdp import ORGANISED, ucdp_rows
from extractor.events.vocabulary import (
    CountForm,
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
from tests.events.projected import TOWN, actor, count, event, extraction

DEAD = (count(3, 3),)


@pytest.mark.parametrize(
    ("counts", "figures"),
    [
        (DEAD, (3, 3, 3)),
        ((count(12, 12, source="the army"), count(30, 30, source="a hospital")), (12, 30, 30)),
        ((count(12, 12, source="rebels"), count(30, 30, source="a governor")), (12, 30, 30)),
        ((count(9, None, form=CountForm.AT_LEAST), count(11, 11)), (9, 11, 11)),
        ((count(9, None, form=CountForm.AT_LEAST),), (9, 9, 9)),
        ((count(None, 9, form=CountForm.AT_MOST),), (0, 9, 9)),
        ((count(10, 20, form=CountForm.RANGE),), (10, 10, 20)),
        ((count(7, 7), count(5, 5)), (5, 5, 7)),
        ((count(8, 8, who=Who.CIVILIANS), count(3, 3, who=Who.COMBATANTS)), (8, 8, 8)),
        ((count(12, None, form=CountForm.VAGUE), count(15, 15)), (12, 15, 15)),
    ],
)
def test_low_best_and_high(counts: tuple[Count, ...], figures: tuple[int, int, int]) -> None:
    """Low is the smallest minimum, high the largest maximum, best the most authoritative row between them."""
    (row,) = ucdp_rows(extraction(event(counts=counts)))
    assert (row.low, row.best, row.high) == figures
    assert row.low <= row.best <= row.high


@pytest.mark.parametrize(
    ("kind", "counts", "fields"),
    [
        (EventType.ARMED_CLASH, (), {}),
        (EventType.ARMED_CLASH, (count(0, 0),), {}),
        (EventType.ARMED_CLASH, (count(5, 5, measure=Measure.INJURED),), {}),
        (EventType.ARMED_CLASH, DEAD, {"status": Status.DENIED}),
        (EventType.ARMED_CLASH, DEAD, {"status": Status.PLANNED}),
        *((kind, DEAD, {}) for kind in EventType if kind not in ORGANISED),
    ],
)
def test_only_deadly_organised_violence_has_rows(
    kind: EventType, counts: tuple[Count, ...], fields: dict[str, Status]
) -> None:
    """No deaths, no certainty that it happened, or no organised violence: no row."""
    assert ucdp_rows(extraction(event(kind, counts=counts, **fields))) == []


@pytest.mark.parametrize("kind", sorted(ORGANISED))
def test_every_organised_type_has_rows(kind: EventType) -> None:
    """Each type of organised violence that killed someone becomes a row."""
    assert len(ucdp_rows(extraction(event(kind, counts=DEAD)))) == 1


@pytest.mark.parametrize(("days", "code"), [(1, 1), (2, 2), (6, 2), (7, 3), (8, 4), (31, 4), (32, 5), (365, 5)])
def test_date_precision_follows_the_interval(days: int, code: int) -> None:
    """A day is 1, up to six 2, a week 3, a month 4, more 5."""
    start = date(2021, 5, 1)
    when = When(start=start, end=start + timedelta(days=days - 1), precision=TimePrecision.DAYS)
    (row,) = ucdp_rows(extraction(event(counts=DEAD, when=when)))
    assert row.date_prec == code


def test_an_unknown_date_has_no_precision() -> None:
    """Without a start the row keeps the last possible day and no precision."""
    when = When(end=date(2021, 5, 3))
    (row,) = ucdp_rows(extraction(event(counts=DEAD, when=when)))
    assert (row.date_start, row.date_end, row.date_prec) == (None, date(2021, 5, 3), None)


@pytest.mark.parametrize(
    ("precision", "code"),
    [(PlacePrecision.SITE, 1), (PlacePrecision.SETTLEMENT, 1), (PlacePrecision.NEAR_SETTLEMENT, 2),
     (PlacePrecision.ADMIN1, 4), (PlacePrecision.COUNTRY, 6), (PlacePrecision.UNKNOWN, None)],
)  # fmt: skip
def test_place_precision(precision: PlacePrecision, code: int | None) -> None:
    """GED's codes: the place 1, near it 2, the region 4, the country 6."""
    where = TOWN.model_copy(update={"precision": precision})
    (row,) = ucdp_rows(extraction(event(counts=DEAD, where=where)))
    assert row.where_prec == code


@pytest.mark.parametrize(
    ("actors", "violence"),
    [
        ([(Role.INITIATOR, Sector.MIL), (Role.TARGET, Sector.REB)], 1),
        ([(Role.PARTICIPANT, Sector.REB), (Role.PARTICIPANT, Sector.MIL)], 1),
        ([(Role.PARTICIPANT, Sector.IDM), (Role.PARTICIPANT, Sector.REB)], 2),
        ([(Role.INITIATOR, Sector.REB), (Role.TARGET, Sector.CVL)], 3),
        ([(Role.INITIATOR, Sector.MIL), (Role.TARGET, Sector.JRN)], 3),
        ([(Role.INITIATOR, Sector.UNK), (Role.TARGET, Sector.CVL)], None),
        ([(Role.INITIATOR, Sector.MIL), (Role.TARGET, Sector.UNK)], None),
        ([(Role.INITIATOR, Sector.MIL)], None),
        ([], None),
    ],
)
def test_type_of_violence_follows_the_sectors(actors: list[tuple[Role, Sector]], violence: int | None) -> None:
    """States against armed groups are 1, armed groups 2, civilians as targets 3; unclear sides are left open."""
    people = tuple(actor(f"actor {i}", role, sector) for i, (role, sector) in enumerate(actors))
    (row,) = ucdp_rows(extraction(event(counts=DEAD, actors=people)))
    assert row.type_of_violence == violence


def test_sides_civilians_and_clarity() -> None:
    """Sides keep the article's words; civilian deaths stand apart; a total over several events is less clear."""
    made = event(
        actors=(actor("rebels", Role.INITIATOR), actor("villagers", Role.TARGET), actor("herders", Role.TARGET)),
        counts=(count(9, 9), count(4, 4, who=Who.CIVILIANS)),
        standing=Standing.AGGREGATE,
    )
    (row,) = ucdp_rows(extraction(made))
    assert (row.id, row.side_a, row.side_b) == ("a1:e1", "rebels", "villagers; herders")
    assert (row.low, row.deaths_civilians, row.event_clarity) == (9, 4, 2)
    assert (row.country, row.adm_1, row.where_coordinates) == ("Democratic Republic of the Congo", "Nord-Kivu", "Goma")
    (clear,) = ucdp_rows(extraction(event(counts=DEAD)))
    assert (clear.deaths_civilians, clear.event_clarity) == (None, 1)

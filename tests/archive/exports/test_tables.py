"""The tables hold what was extracted, each value of its column's kind, and say where every row comes from."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from extractor.archive.exports.columns import Kind, columns, filled, json_value
from extractor.archive.exports.tables import ACLED, EVENTS, PLOVER, PROVENANCE, TABLES, UCDP
from extractor.events.acled import acled_rows
from extractor.events.plover import plover_records
from extractor.events.summary import EventSummary
from extractor.events.ucdp import ucdp_rows
from tests.archive.exports.made import made

if TYPE_CHECKING:
    from extractor.archive.exports.columns import Column, Row, Table

TYPES = {
    Kind.TEXT: (str, type(None)),
    Kind.WHOLE: (int, type(None)),
    Kind.DECIMAL: (float, type(None)),
    Kind.DAY: (dt.date, type(None)),
    Kind.MOMENT: (dt.datetime,),
    Kind.TEXTS: (list,),
    Kind.RECORDS: (list,),
}


def rows(table: Table) -> list[Row]:
    """Return the rows of the three extractions."""
    return [row for extraction in made() for row in table.rows(extraction)]


def event_of(row: Any) -> EventSummary:
    """Return the event that a row of the table of events holds."""
    where = {name: row[name] for name in ("country", "admin1", "admin1_name", "settlement", "lat", "lon", "geonameid")}
    checks = [
        {name: value for name, value in check.items() if name not in ("start", "end")}
        | {"span": {"start": check["start"], "end": check["end"]} if check["start"] is not None else None}
        for check in row["checks"]
    ]
    plain = ("type", "territory_change", "status", "standing", "summary", "actors", "counts", "evidence")
    return EventSummary.model_validate(
        {
            "id": row["event_id"],
            **{name: row[name] for name in plain},
            "when": {
                "words": row["when_words"],
                "basis": row["when_basis"],
                "start": row["start"],
                "end": row["end"],
                "precision": row["when_precision"],
            },
            "where": {**where, "words": row["where_words"], "precision": row["where_precision"]},
            "checks": checks,
        }
    )


def fits(column: Column, value: object) -> bool:
    """Say whether a value is of its column's kind, through records too; vocabulary members are no plain texts."""
    if not isinstance(value, TYPES[column.kind]):
        return False
    if column.kind is Kind.TEXT:
        return value is None or type(value) is str
    if column.kind is Kind.TEXTS:
        assert isinstance(value, list)
        return all(type(text) is str for text in value)
    if column.kind is Kind.RECORDS:
        assert isinstance(value, list)
        names = [part.name for part in column.parts]
        return all(
            list(record) == names and all(fits(part, record[part.name]) for part in column.parts) for record in value
        )
    return True


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_value_is_of_its_columns_kind(table: Table) -> None:
    """Each row has exactly the columns of its table, in their order, with values of their kinds."""
    found = rows(table)
    assert found
    for row in found:
        assert tuple(row) == table.names
        assert [column.name for column in table.columns if not fits(column, row[column.name])] == []


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_table_says_where_its_rows_come_from(table: Table) -> None:
    """Article, digest, source, address, date with its basis, prompt, model, version and failed checks are in each."""
    assert {column.name for column in PROVENANCE} <= set(table.names)
    first = next(iter(rows(table)))
    told = {name: first[name] for name in ("article_id", "article_source", "article_published", "prompt", "model")}
    assert told == {
        "article_id": "harbour",
        "article_source": "harbour.txt",
        "article_published": dt.date(2024, 3, 4),
        "prompt": "events@v1",
        "model": "scripted",
    }


def test_the_table_of_events_loses_nothing_of_an_event() -> None:
    """From each row the event can be built again, equal to the one that went in."""
    extractions = made()
    again = [event_of(row) for row in rows(EVENTS) if row["event_id"] is not None]
    assert again == [event for extraction in extractions for event in extraction.events]


def test_no_article_disappears_from_the_table_of_events() -> None:
    """An article without events keeps a row, with its outcome and what went wrong."""
    found = [(row["article_id"], row["event_id"], row["outcome"], row["problem"]) for row in rows(EVENTS)]
    assert found == [
        ("harbour", "e1", "ok", None),
        ("harbour", "e2", "ok", None),
        ("harbour", "e3", "ok", None),
        ("quiet", None, "ok", None),
        ("failed", None, "invalid", "InvalidReplyError: the reply is no JSON"),
    ]


def test_failed_checks_are_named_with_their_value() -> None:
    """A reader can leave out events whose place or toll was not confirmed."""
    assert [row["failed_checks"] for row in rows(EVENTS)] == [[], ["when_supported when"], [], [], []]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (ACLED, [row.event_id for extraction in made() for row in acled_rows(extraction)]),
        (PLOVER, [record.id for extraction in made() for record in plover_records(extraction)]),
        (UCDP, [row.id for extraction in made() for row in ucdp_rows(extraction)]),
    ],
    ids=["acled", "plover", "ucdp"],
)
def test_a_codebooks_table_has_the_rows_of_its_projection(table: Table, expected: list[str]) -> None:
    """A row for each event that the codebook has one for, under the id that joins with the table of events."""
    assert [row["event_id"] for row in rows(table)] == expected
    known = {f"{row['article_id']}:{row['event_id']}" for row in rows(EVENTS)}
    assert set(expected) <= known


def test_a_codebooks_row_holds_its_projections_values() -> None:
    """The whole of one row of each codebook, beside its provenance."""
    own = {table.name: dict(list(rows(table)[0].items())[: -len(PROVENANCE)]) for table in (ACLED, PLOVER, UCDP)}
    assert own["acled"]["fatalities"] == 17
    assert own["acled"]["event_date"] == dt.date(2024, 3, 3)
    assert own["ucdp"] | {"side_a": "", "side_b": ""} == {
        "event_id": "harbour:e1",
        "type_of_violence": 3,
        "side_a": "",
        "side_b": "",
        "date_start": dt.date(2024, 3, 3),
        "date_end": dt.date(2024, 3, 3),
        "date_prec": 1,
        "country": "Norway",
        "adm_1": "Coast",
        "where_coordinates": "Kestrel Bay",
        "latitude": -61.5,
        "longitude": 5.25,
        "where_prec": 1,
        "event_clarity": 1,
        "low": 17,
        "best": 17,
        "high": 17,
        "deaths_civilians": 17,
        "source_article": "https://news.example/harbour?",
    }
    assert own["plover"]["actor"] == [{"code": None, "sector": "UAF", "text": "gunmen of the Red Tide"}]
    assert (own["plover"]["size_injured"], own["plover"]["loc_lat"]) == (40, -61.5)


def test_a_value_without_a_column_is_refused() -> None:
    """A field that a table forgot cannot vanish unseen."""
    with pytest.raises(KeyError):
        filled(columns("known"), {"unknown": 1})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (dt.date(2024, 3, 4), "2024-03-04"),
        (dt.datetime(2024, 3, 4, 5, tzinfo=dt.UTC), "2024-03-04T05:00:00+00:00"),
        (1.5, 1.5),
        (None, None),
    ],
)
def test_days_are_iso_8601_in_json(value: object, expected: object) -> None:
    """JSON has no days, so they are written as every reader knows them."""
    assert json_value(value) == expected

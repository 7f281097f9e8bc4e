"""CSV of exports: nothing in it runs, and it reads back as what went in."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import pytest

from extractor.archive.exports.tables import EVENTS, TABLES
from extractor.render.csv_lines import table_csv
from tests.archive.exports.made import made
from tests.render.payloads import FORMULAS, HTML, TERMINAL

if TYPE_CHECKING:
    from extractor.archive.exports.columns import Table

FRONTS = set("=+-@\uff1d\uff0b\uff0d\uff20")


def lines(table: Table, poison: str = "") -> list[list[str]]:
    """Return the lines of the table of the three extractions, its header first."""
    return list(csv.reader(io.StringIO("".join(table_csv(table, made(poison))), newline="")))


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_no_cell_of_any_table_is_a_formula(table: Table) -> None:
    """Sixty payloads and more, in every text field and alone in some: no cell begins like a formula but numbers."""
    assert len(FORMULAS) >= 60
    for payload in FORMULAS:
        poisoned = [one.model_dump(mode="json") for one in made(payload)]
        poisoned[0]["events"][0]["summary"] = payload
        poisoned[0]["events"][0]["where"]["settlement"] = payload
        poisoned[0]["events"][0]["actors"][0]["name"] = payload
        poisoned[0]["article"]["title"] = poisoned[0]["article"]["url"] = payload
        extractions = [type(made()[0]).model_validate(one) for one in poisoned]
        found = list(csv.reader(io.StringIO("".join(table_csv(table, extractions)), newline="")))
        assert {len(line) for line in found} == {len(table.columns)}
        cells = [cell for line in found[1:] for cell in line if cell != "-61.5"]
        assert [cell for cell in cells if cell.lstrip()[:1] in FRONTS or cell[:1] in set("\t\r\n\0")] == []
        assert any(cell.startswith("'") and cell.endswith(payload[-3:]) for cell in cells)


@pytest.mark.parametrize("payload", [*FORMULAS, *TERMINAL[:-1], *HTML])
def test_texts_make_no_cells_rows_or_control_characters(payload: str) -> None:
    """Whatever an article says, there are as many lines as rows and as many cells as columns."""
    found = lines(EVENTS, payload)
    assert {len(line) for line in found} == {len(EVENTS.columns)}
    assert len(found) == 6
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", "".join(cell for line in found for cell in line))


def test_lists_are_json() -> None:
    """Actors, counts, evidence and checks keep all their fields, in a cell each."""
    head, first, *_ = lines(EVENTS)
    row = dict(zip(head, first, strict=True))
    assert json.loads(row["counts"])[0]["words"] == "At least 17 dock workers"
    assert json.loads(row["failed_checks"]) == []
    assert (row["start"], row["lat"], row["killed_max"]) == ("2024-03-03", "-61.5", "")


def test_a_table_without_rows_is_its_header() -> None:
    """A program that reads the file finds the columns even where there is nothing."""
    assert next(csv.reader(table_csv(EVENTS, []))) == list(EVENTS.names)

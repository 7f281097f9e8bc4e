"""Lines of CSV in which nothing runs: what a spreadsheet would take for a formula is disarmed, line breaks are gone.

Numbers are bare and texts are quoted, so that a reader can tell them apart.
"""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

from extractor.archive.exports.columns import json_value
from extractor.render.terminal import clean_for_terminal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extractor.archive.exports.columns import Table
    from extractor.events.summary import Extraction

Cell = str | int | float | None

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")  # noqa: RUF001 - the full-width signs are the point


def csv_lines(rows: Iterable[Iterable[Cell]]) -> str:
    """Return lines of CSV with every text disarmed."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerows([disarmed(cell) for cell in row] for row in rows)
    return out.getvalue()


def disarmed(value: Cell) -> Cell:
    """Disarm a text that a spreadsheet might run: an apostrophe before it makes it text. Numbers pass as they are."""
    if not isinstance(value, str):
        return "" if value is None else value
    text = clean_for_terminal(value)
    # The original is looked at too: a tab or an invisible sign in front does not stop every spreadsheet.
    return f"'{text}" if _FORMULA.match(text) or value[:1] in ("\t", "\r", "\n", "\0") else text


def table_csv(table: Table, extractions: Iterable[Extraction]) -> Iterator[str]:
    """Yield an exported table as CSV, the header first; lists are JSON, days and moments ISO 8601."""
    yield csv_lines([table.names])
    for extraction in extractions:
        yield csv_lines([_cell(row[name]) for name in table.names] for row in table.rows(extraction))


def _cell(value: object) -> Cell:
    plain = json_value(value)
    if plain is None or isinstance(plain, str | int | float):
        return plain
    return json.dumps(plain, ensure_ascii=False, allow_nan=False)

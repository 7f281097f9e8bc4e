"""Tables as data: named columns of a kind each, and a function that turns an extraction into rows.

One declaration serves every format: Parquet takes its types from the kinds, CSV writes the same values as text, DuckDB
reads either back, and docs/exports.md is checked against it. A value that is not known is None in all of them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from extractor.events.summary import Extraction


class Kind(StrEnum):
    """What the values of a column are; a list is never None, only empty."""

    TEXT = "text"
    WHOLE = "whole number"
    DECIMAL = "decimal number"
    DAY = "day"
    MOMENT = "moment (UTC)"
    TEXTS = "list of texts"
    RECORDS = "list of records"


Scalar = str | int | float | dt.date | dt.datetime | None
Row = dict[str, Scalar | list[str] | list[dict[str, Scalar]]]
"""One value for each column of its table, by name."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``parts`` are the columns of the records in it."""

    name: str
    kind: Kind = Kind.TEXT
    parts: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Columns in their order, and what makes rows of them."""

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[Extraction], Iterable[Row]]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns in their order."""
        return tuple(column.name for column in self.columns)


def columns(text: str = "", **kinds: Kind) -> tuple[Column, ...]:
    """Return columns in the order of the names in ``text``: those that ``kinds`` does not name hold texts."""
    return tuple(Column(name, kinds.get(name, Kind.TEXT)) for name in text.split())


def filled(table_columns: Iterable[Column], values: Mapping[str, object]) -> Row:
    """Return a row of ``values`` with None, or an empty list, where a column has none.

    Raises:
        KeyError: A value belongs to no column.
    """
    row: Row = {column.name: [] if column.kind in (Kind.TEXTS, Kind.RECORDS) else None for column in table_columns}
    for name, value in values.items():
        if name not in row:
            raise KeyError(name)
        row[name] = value  # type: ignore[assignment] # the tests hold every value to the kind of its column
    return row


def json_value(value: object) -> object:
    """Return a value as JSON has it: days and moments in ISO 8601, everything else as it is."""
    return value.isoformat() if isinstance(value, dt.date) else value

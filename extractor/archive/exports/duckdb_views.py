"""DuckDB: a file of SQL that opens views on exported tables, be they Parquet or CSV.

The views of the table of events take its lists apart: ``events`` (one row each), ``articles``, ``actors``, ``counts``,
``evidence``, ``checks``, and ``days``, which counts what is known to the day. A codebook's table has one view of its
own name. CSV has no types, so the views give them back.
"""

from __future__ import annotations

# Every name in these statements is a column's, from tables.py; paths pass _literal.
# ruff: noqa: S608
import csv
import json
from typing import TYPE_CHECKING, Final

from extractor.archive.exports.columns import Kind
from extractor.archive.exports.tables import EVENTS, TABLES
from extractor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from extractor.archive.exports.columns import Column, Table

_TYPES: Final = {
    Kind.TEXT: "VARCHAR",
    Kind.WHOLE: "BIGINT",
    Kind.DECIMAL: "DOUBLE",
    Kind.DAY: "DATE",
    Kind.MOMENT: "TIMESTAMPTZ",
    Kind.TEXTS: "VARCHAR[]",
}

_ARTICLE: Final = (
    "article_id, any_value(article_title) AS article_title, "
    + ", ".join(
        f"any_value({name}) AS {name}"
        for name in EVENTS.names
        if name.startswith("article_")
        and name not in ("article_id", "article_title", "article_source", "article_sha256")
    )
    + ", any_value(outcome) AS outcome, any_value(problem) AS problem, count(event_id) AS events"
)

_VIEWS: Final = f"""
CREATE OR REPLACE VIEW events AS SELECT * FROM event_rows WHERE event_id IS NOT NULL;

CREATE OR REPLACE VIEW articles AS
SELECT article_sha256, article_source, {_ARTICLE}
FROM event_rows GROUP BY article_sha256, article_source, article_id;
""".lstrip("\n")

_DAYS: Final = """
CREATE OR REPLACE VIEW days AS
SELECT "start" AS day, type, country, count(*) AS events, sum(killed_min) AS killed_min, sum(killed_max) AS killed_max
FROM events
WHERE when_precision = 'day' AND "start" = "end" AND status = 'actual' AND standing <> 'aggregate'
GROUP BY ALL ORDER BY ALL;
"""


def table_of(path: Path) -> Table:
    """Return which table an exported file holds, by the names of its columns.

    Raises:
        UsageError: The file cannot be read, or is no such table; or it is Parquet and pyarrow is not installed.
    """
    names = _parquet_names(path) if _is_parquet(path) else _csv_names(path)
    for table in TABLES.values():
        if table.names == names:
            return table
    raise UsageError(
        f"{str(path)!r} holds no table that this version exports",
        hint="export it again: extractor archive export RUN --output FILE.parquet",
    )


def duckdb_views(files: Sequence[Path]) -> Iterator[str]:
    """Yield the SQL that opens views on exported ``files``; their paths are written as they are given.

    Raises:
        UsageError: As :func:`table_of`; or two files hold the same table.
    """
    found: dict[str, Path] = {}
    for path in files:
        table = table_of(path)
        if table.name in found:
            raise UsageError(f"{str(found[table.name])!r} and {str(path)!r} hold the same table, {table.name}")
        found[table.name] = path
        yield from _views(table, _select(table, path))


def views_beside(file: str) -> Iterator[str]:
    """Yield the SQL that opens views on the events in the Parquet ``file``, which need not be there yet."""
    return _views(EVENTS, _select_parquet(file))


def _views(table: Table, select: str) -> Iterator[str]:
    view = "event_rows" if table is EVENTS else table.name
    yield f"-- {table.name}: {len(table.columns)} columns, see docs/exports.md\n"
    yield f"CREATE OR REPLACE VIEW {view} AS\n{select};\n\n"
    if table is EVENTS:
        yield _VIEWS
        for column in table.columns:
            if column.kind is Kind.RECORDS:
                yield _unnested(column)
        yield _DAYS


def _select_parquet(path: str) -> str:
    return f"SELECT * FROM read_parquet({_literal(path)})"


def _select(table: Table, path: Path) -> str:
    if _is_parquet(path):
        return _select_parquet(str(path))
    read = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in table.names)
    typed = ",\n  ".join(_typed(column) for column in table.columns)
    options = "header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', auto_detect = false"
    return f"SELECT\n  {typed}\nFROM read_csv({_literal(str(path))}, {options}, columns = {{{read}}})"


def _typed(column: Column) -> str:
    """Return the expression that gives a text of a CSV its type back."""
    name = _name(column.name)
    if column.kind is Kind.TEXT:
        return name
    if column.kind is Kind.RECORDS:
        shape = json.dumps([{part.name: _TYPES[part.kind] for part in column.parts}])
        return f"from_json({name}, {_literal(shape)}) AS {name}"
    if column.kind is Kind.TEXTS:
        return f"from_json({name}, '[\"VARCHAR\"]') AS {name}"
    return f"CAST({name} AS {_TYPES[column.kind]}) AS {name}"


def _unnested(column: Column) -> str:
    """Return the view that has a row for each record of a list, with the event that it belongs to."""
    parts = ", ".join(f"item.{_name(part.name)}" for part in column.parts)
    return (
        f"\nCREATE OR REPLACE VIEW {column.name} AS\n"
        f"SELECT article_id, event_id, article_sha256, article_source, type AS event_type, {parts}\n"
        f"FROM (SELECT *, unnest({column.name}) AS item FROM events);\n"
    )


def _name(name: str) -> str:
    return f'"{name}"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _is_parquet(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PAR1"
    except OSError as exc:
        raise UsageError(f"cannot read {str(path)!r}: {exc.strerror}") from exc


def _csv_names(path: Path) -> tuple[str, ...]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return tuple(next(csv.reader(file), ()))
    except (UnicodeDecodeError, csv.Error):
        return ()


def _parquet_names(path: Path) -> tuple[str, ...]:
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as exc:
        raise UsageError("reading Parquet needs pyarrow", hint="pip install 'extractor[archive]'") from exc
    return tuple(pq.read_schema(path).names)

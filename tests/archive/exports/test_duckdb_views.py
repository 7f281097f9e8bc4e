"""DuckDB: the views open on Parquet and on CSV alike, and say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from extractor.archive.exports.duckdb_views import duckdb_views
from extractor.archive.exports.parquet import write_parquet
from extractor.archive.exports.tables import EVENTS, TABLES, UCDP
from extractor.errors import UsageError
from extractor.render.csv_lines import table_csv
from tests.archive.exports.made import INFO, made

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.archive.exports.columns import Table


def exported(folder: Path, table: Table, suffix: str) -> Path:
    """Export the three extractions and return the file; its name holds a quote, as a user's may."""
    path = folder / f"harbour's {table.name}.{suffix}"
    if suffix == "csv":
        path.write_text("".join(table_csv(table, made())), encoding="utf-8")
    else:
        with path.open("wb") as file:
            write_parquet(table, made(), INFO, file)
    return path


def opened(*files: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection with the views of these files."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("".join(duckdb_views(files)))
    return connection


def asked(folder: Path, suffix: str, query: str) -> list[Any]:
    """Return what a query says on the views of all four tables."""
    return opened(*(exported(folder, table, suffix) for table in TABLES.values())).execute(query).fetchall()


QUERIES = {
    "events": ('SELECT event_id, type, "start" FROM events ORDER BY event_id', 3),
    "articles": ("SELECT article_id, events, outcome, article_published FROM articles ORDER BY ALL", 3),
    "actors": ("SELECT event_id, event_type, name, role, country FROM actors ORDER BY ALL", 4),
    "counts": ('SELECT event_id, measure, who, "min", "max", words FROM counts ORDER BY ALL', 2),
    "evidence": ("SELECT event_id, sentence, quote, speaker FROM evidence ORDER BY ALL", 4),
    "checks": ('SELECT name, result, field, "start" FROM checks ORDER BY ALL', 3),
    "days": ("SELECT * FROM days", 1),
    "failed checks": ("SELECT event_id FROM events WHERE len(failed_checks) > 0", 1),
    "acled": ("SELECT event_id, event_date, fatalities, latitude FROM acled", 1),
    "plover": ("SELECT event_id, actor[1].text, len(event_text), size_dead FROM plover ORDER BY ALL", 3),
    "ucdp": ("SELECT event_id, low, best, high, date_start, country FROM ucdp", 1),
    "joined": (
        "SELECT u.best, e.when_basis FROM ucdp u JOIN events e ON u.event_id = e.article_id || ':' || e.event_id",
        1,
    ),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_views_on_csv_say_what_views_on_parquet_say(tmp_path: Path, query: tuple[str, int]) -> None:
    """Types and lists survive the way through CSV: both answer a query alike, with as many rows as there are."""
    text, rows = query
    parquet, table = asked(tmp_path, "parquet", text), asked(tmp_path, "csv", text)
    assert len(parquet) == rows
    assert table == parquet


def test_the_views_hold_every_column_with_its_type(tmp_path: Path) -> None:
    """The rows of the table of events read from CSV equal those read from Parquet, types included."""
    shapes = [
        opened(exported(tmp_path, EVENTS, suffix)).execute("SELECT * FROM event_rows") for suffix in ("csv", "parquet")
    ]
    described = [[(column[0], str(column[1])) for column in shape.description or ()] for shape in shapes]
    assert described[0] == described[1]
    assert shapes[0].fetchall() == shapes[1].fetchall()


def test_a_file_that_is_no_export_is_refused(tmp_path: Path) -> None:
    """A table of somebody else opens no views that would then fail."""
    for content in ("a,b\n1,2\n", "", "\x00"):
        path = tmp_path / "other.csv"
        path.write_text(content)
        with pytest.raises(UsageError, match="holds no table"):
            list(duckdb_views([path]))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """What is not there is said before any SQL is written."""
    with pytest.raises(UsageError, match="cannot read"):
        list(duckdb_views([tmp_path / "none.parquet"]))


def test_two_files_of_one_table_are_refused(tmp_path: Path) -> None:
    """The second would silently take the place of the first."""
    with pytest.raises(UsageError, match="the same table, ucdp"):
        list(duckdb_views([exported(tmp_path, UCDP, "csv"), exported(tmp_path, UCDP, "parquet")]))

"""A table or query of an SQLite database, opened read-only: ``sqlite:PATH?table=NAME``, ``sqlite:PATH?query=SELECT …``.

The part after ``table=`` or ``query=`` is taken as it is typed, to its end. A file that holds one table with a text
needs neither. Nothing but reading is allowed: an authorizer refuses everything else, so that neither a query nor a view
of a database from elsewhere can change or attach anything.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from extractor.articles.containers.place import BrokenContainerError, Place, until_broken
from extractor.articles.containers.rows import article_from_row, check_columns
from extractor.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.articles.containers.place import Result
    from extractor.articles.options import ReadOptions

PREFIX: Final = "sqlite:"
_SPEC: Final = re.compile(r"sqlite:(?P<path>.+?)(?:\?(?P<kind>table|query)=(?P<value>.*))?", re.DOTALL)
_ALLOWED: Final = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
_HOW: Final = "sqlite:PATH?table=NAME or sqlite:PATH?query=SELECT …"


def read_sqlite(spec: str, options: ReadOptions) -> Iterator[Result]:
    """Yield an article for each row that ``spec`` names.

    Raises:
        InputError: There is no such file or table, it is no database, or no column holds a text.
        UsageError: ``spec`` names no file.
    """
    match = _SPEC.fullmatch(spec)
    if match is None:
        raise UsageError(f"{spec!r} names no SQLite database", hint=_HOW)
    path = Path(match["path"])
    if not path.is_file():
        raise InputError(f"{str(path)!r} does not exist", hint=f"Write {_HOW}.")
    place = Place(spec)
    try:
        with closing(_open(path, options)) as database:
            value = match["value"]
            query = value if match["kind"] == "query" else _table_query(database, value, place)
            yield from until_broken(_read_rows(database, query, place, options), place, database)
    except sqlite3.Error as error:
        raise _unreadable(place, error) from error


def _open(path: Path, options: ReadOptions) -> sqlite3.Connection:
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    database = sqlite3.connect(address, uri=True)
    try:
        database.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError:
        # A database that was left in WAL mode wants a file beside it, which a read-only folder does not let it make.
        database.close()
        if path.with_name(f"{path.name}-wal").exists():
            raise
        database = sqlite3.connect(f"{address}&immutable=1", uri=True)
    database.execute("PRAGMA trusted_schema = OFF")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(4 * options.max_bytes, 1_000_000))
    database.text_factory = lambda data: data.decode("utf-8", errors="replace")
    database.set_authorizer(_authorize)
    return database


def _authorize(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _table_query(database: sqlite3.Connection, name: str | None, place: Place) -> str:
    tables = [
        str(row[0])
        for row in database.execute(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        )
    ]
    if name is None and len(tables) == 1:
        name = tables[0]
    if name not in tables:
        shown = ", ".join(map(repr, tables[:20])) or "none"
        wanted = "more than one table" if name is None else f"no table {name!r}"
        raise InputError(f"{place.source!r} has {wanted}; its tables are {shown}", hint=f"Write {_HOW}.")
    quoted = name.replace('"', '""')
    return f'SELECT * FROM "{quoted}"'  # noqa: S608 - a name from the schema itself, quoted


def _read_rows(database: sqlite3.Connection, query: str, place: Place, options: ReadOptions) -> Iterator[Result]:
    rows = database.execute(query)
    columns = [column[0] for column in rows.description or ()]
    check_columns(columns, place.source, options)
    number = 0
    try:
        for number, row in enumerate(rows, start=1):
            cells = dict(zip(reversed(columns), reversed(row), strict=True))
            yield article_from_row(cells, f"{place.source}:{number}", options)
    except sqlite3.Error as error:
        raise BrokenContainerError(f"cannot be read after row {number:,}: {error}", owner=database) from error
    if not number:
        raise InputError(f"{place.source!r} holds no rows", hint="Check the table or query.")


def _unreadable(place: Place, error: sqlite3.Error) -> InputError:
    refused = "prohibited" in str(error) or "not authorized" in str(error)
    hint = "Only SELECT is allowed." if refused else f"Write {_HOW}."
    return InputError(f"{place.source!r} cannot be read: {error}", hint=hint)

"""A row of a table as an article: what CSV, Parquet and SQLite share. Columns are mapped as keys of JSON records are.

Empty cells are left out, so that a mapped column without a value is no value and not a broken date; bytes that are
UTF-8 are text, because older writers keep texts as bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.articles.build import article_from_record
from extractor.articles.options import InputFailure, too_large
from extractor.articles.records import looks_like_record
from extractor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from extractor.articles.containers.place import Result
    from extractor.articles.options import ReadOptions


def article_from_row(row: Mapping[str, object], source: str, options: ReadOptions) -> Result:
    """Return the article of one row, or the reason why it holds none; ``source`` is its name in messages."""
    record = {key: value for key, cell in row.items() if (value := _value(cell)) not in (None, "")}
    size = sum(len(value) for value in record.values() if isinstance(value, (str, bytes)))
    if size > options.max_bytes:
        return InputFailure(source, too_large(source, size, options.max_bytes))
    try:
        return article_from_record(record, source=source, options=options)
    except InputError as error:
        return InputFailure(source, error)


def check_columns(columns: Iterable[str], source: str, options: ReadOptions) -> None:
    """Raise InputError where no column can hold the text: said once, and not for each row."""
    names = list(columns)
    field = options.fields.get("text")
    if field is not None and (field in names or field.partition(".")[0] in names):
        return
    if field is None and looks_like_record(dict.fromkeys(names, "text"), {}):
        return
    shown = ", ".join(map(repr, names[:20])) or "none"
    wanted = "no column that holds a text" if field is None else f"no column {field!r}"
    raise InputError(f"{source!r} has {wanted}; its columns are {shown}", hint="Name the column: --field text=COLUMN.")


def _value(cell: object) -> object:
    if isinstance(cell, bytes):
        try:
            return cell.decode()
        except UnicodeDecodeError:
            return cell
    return cell

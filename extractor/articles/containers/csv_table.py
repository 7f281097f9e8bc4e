"""CSV and TSV: a header line, then a row an article. Read strictly, because a slip moves text into other columns.

Quotes are read as RFC 4180 has them. A quote that is never closed swallows the rows after it, and a reader that goes on
behind it reads the middle of an article as a row: so a table whose quotes don't fit ends there, with the line's number,
while a row with too few or too many columns is a failure of its own and the next one is read.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from extractor.articles.containers.place import BrokenContainerError, until_broken
from extractor.articles.containers.rows import article_from_row, check_columns
from extractor.articles.decoding import narrow, refuse_binary
from extractor.articles.options import InputFailure
from extractor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from extractor.articles.containers.place import Place, ReadStream, Result
    from extractor.articles.options import ReadOptions

_DELIMITERS: Final = ",;\t|"
_REPAIR: Final = "Repair that line, or write the table again with every text in double quotes."


class _Lines:
    """The lines of a table; BrokenContainerError where a row, or a quote that nobody closed, has too many."""

    def __init__(self, first: str, rest: io.TextIOWrapper, limit: int) -> None:
        self._first: str | None = first
        self._rest = rest
        self._limit = limit
        self._row = 0
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._rest.readline(self._limit + 1) if self._first is None else self._first
        self._first = None
        self._row += len(line)
        if self._row > self._limit:
            raise BrokenContainerError(
                f"has a row of more than {self._limit / 1e6:g} MB before its line {self.number + 1:,}: "
                "a quote that is never closed?",
                owner=self,
                hint=_REPAIR,
            )
        if not line:
            raise StopIteration
        self.number += 1
        return line

    def row_read(self) -> None:
        """Count the next row from here."""
        self._row = 0


def read_csv(
    kind: str, stream: BinaryIO, place: Place, options: ReadOptions, _read_stream: ReadStream
) -> Iterator[Result]:
    """Yield an article for each row.

    Args:
        kind: csv or tsv; csv finds out whether commas, semicolons, tabs or bars stand between the columns.
        stream: The table.
        place: Where it stands.
        options: How to read; ``fields`` maps columns.

    Raises:
        InputError: It is empty, no text, or no column holds a text.
    """
    encoding = "utf-8" if options.encoding == "auto" else options.encoding
    first = stream.readline(options.max_bytes + 1)
    if narrowed := narrow(first, stream, options.encoding):
        stream, encoding = narrowed, "utf-8"
        first = stream.readline(options.max_bytes + 1)
    refuse_binary(first, place.source)
    try:
        rest = io.TextIOWrapper(stream, encoding, errors="surrogateescape", newline="")
        header = first.decode(encoding, errors="surrogateescape").removeprefix("\ufeff")
    except LookupError as error:
        raise InputError(f"{options.encoding!r} is no known encoding", hint="Try utf-8 or cp1252.") from error
    try:
        lines = _Lines(header, rest, options.max_bytes)
        delimiter = "\t" if kind == "tsv" else max(_DELIMITERS, key=header.count)
        yield from until_broken(_read_rows(lines, delimiter, place, options), place, lines)
    finally:
        rest.detach()  # the stream is closed by whoever opened it


def _read_rows(lines: _Lines, delimiter: str, place: Place, options: ReadOptions) -> Iterator[Result]:
    csv.field_size_limit(max(csv.field_size_limit(), options.max_bytes))
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    columns: list[str] = []
    number = 0
    while True:
        line = lines.number + 1
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            reason = f"has quotes that do not fit in the row that begins at line {line:,} ({error})"
            raise BrokenContainerError(reason, owner=lines, hint=_REPAIR) from error
        lines.row_read()
        if not any(row):
            continue
        if not columns:
            columns = [name.strip() for name in row]
            check_columns(columns, place.source, options)
            continue
        number += 1
        yield _read_row(row, columns, f"{place.source}:{number}", options)
    if not number:
        raise InputError(f"{place.source!r} holds no rows", hint="A table has a line of column names and a row each.")


def _read_row(row: list[str], columns: list[str], source: str, options: ReadOptions) -> Result:
    if len(row) != len(columns):
        reason = f"{source!r} has {len(row)} columns where the header has {len(columns)}"
        return InputFailure(source, InputError(reason, hint=_REPAIR))
    if any("\udc80" <= letter <= "\udcff" for cell in row if not cell.isascii() for letter in cell):
        encoding = "utf-8" if options.encoding == "auto" else options.encoding
        reason = f"{source!r} is not in {encoding}"
        return InputFailure(source, InputError(reason, hint="Name its encoding with --encoding."))
    cells = dict(zip(reversed(columns), reversed(row), strict=True))  # of columns of one name, the first
    return article_from_row(cells, source, options)

"""Parquet files: a row an article, some rows at a time, and only the columns that an article may come from.

Texts are read as dictionaries where the file has them: a hostile file may name one text of 20 MB a million times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from extractor.articles.containers.place import BrokenContainerError, until_broken
from extractor.articles.containers.rows import article_from_row, check_columns
from extractor.articles.containers.streams import held
from extractor.articles.records import FIELDS, plain_key
from extractor.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from extractor.articles.containers.place import Place, ReadStream, Result
    from extractor.articles.options import ReadOptions

_ROWS: Final = 64
"""Rows that are held at a time."""
_BUFFER: Final = 1 << 20
"""Bytes of a column that are read at a time, instead of a whole row group's."""


def read_parquet(stream: BinaryIO, place: Place, options: ReadOptions, _read_stream: ReadStream) -> Iterator[Result]:
    """Yield an article for each row.

    Raises:
        InputError: It comes from a pipe, is no Parquet file, or no column holds a text.
        UsageError: pyarrow is not installed.
    """
    if not stream.seekable():
        if not place.inside:
            raise InputError(
                f"{place.source!r} is a Parquet file, which cannot be read from a pipe", hint="Save it to a file."
            )
        yield from until_broken(_held_rows(stream, place, options), place, place)
        return
    yield from until_broken(_read_rows(stream, place, options), place, place)


def _held_rows(stream: BinaryIO, place: Place, options: ReadOptions) -> Iterator[Result]:
    yield from _read_rows(held(stream, place, "a Parquet file"), place, options)


def _read_rows(stream: BinaryIO, place: Place, options: ReadOptions) -> Iterator[Result]:
    for number, row in enumerate(_rows(stream, place, options), start=1):
        yield article_from_row(row, f"{place.source}:{number}", options)


def _rows(stream: BinaryIO, place: Place, options: ReadOptions) -> Iterator[dict[str, Any]]:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra, and slow to load
        import pyarrow.parquet as pq  # noqa: PLC0415 - same
    except ImportError as error:
        raise UsageError(
            f"{place.source!r} is a Parquet file; reading those needs pyarrow", hint="pip install 'extractor[archive]'"
        ) from error
    try:
        columns = _columns(pq.ParquetFile(stream).schema_arrow, place, options)
        stream.seek(0)
        texts = [name for name, is_text in columns.items() if is_text]
        table = pq.ParquetFile(stream, read_dictionary=texts, buffer_size=_BUFFER)
        for batch in table.iter_batches(batch_size=_ROWS, columns=list(columns), use_threads=False):
            for at in range(batch.num_rows):
                yield {name: batch.column(name)[at].as_py() for name in batch.schema.names}
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise BrokenContainerError(f"is no whole Parquet file: {reason}", owner=place) from error


def _columns(schema: Any, place: Place, options: ReadOptions) -> dict[str, bool]:  # noqa: ANN401 - pyarrow has no types
    """Return the columns that an article may come from, each with whether it is a text."""
    import pyarrow as pa  # noqa: PLC0415 - see _rows

    check_columns(schema.names, place.source, options)
    usual = {name for names in FIELDS.values() for name in names}
    mapped = {path for key in options.fields.values() for path in (key, key.partition(".")[0])}
    strings = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return {
        field.name: any(is_kind(field.type) for is_kind in strings)
        for field in schema
        if field.name in mapped or plain_key(field.name) in usual
    }

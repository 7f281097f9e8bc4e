"""Parquet: a table with its types, and what made it in the file's own metadata.

Rows are gathered into groups of a fixed number and written group by group, so memory does not grow with the run. A
writer that dies leaves nothing readable: the caller gives a file that appears only when it is whole.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO, Final

from extractor.archive.exports.columns import Kind
from extractor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

    from extractor.archive.exports.columns import Column, Table
    from extractor.archive.exports.run_info import RunInfo
    from extractor.events.summary import Extraction

GROUP: Final = 5_000
"""Rows of a row group: about 10 MB in memory, and enough for compression and for skipping groups."""

METADATA: Final = b"extractor"
"""Under this key the file holds the run as JSON (:meth:`extractor.archive.exports.run_info.RunInfo.as_json`)."""


def write_parquet(
    table: Table, extractions: Iterable[Extraction], info: RunInfo, file: BinaryIO, *, group: int = GROUP
) -> int:
    """Write ``table`` of ``extractions`` into ``file``, and return how many rows it has.

    Raises:
        UsageError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra, and slow to load
        import pyarrow.parquet as pq  # noqa: PLC0415 - same
    except ImportError as exc:
        raise UsageError("writing Parquet needs pyarrow", hint="pip install 'extractor[archive]'") from exc
    schema = pa.schema([_field(column) for column in table.columns])
    schema = schema.with_metadata({METADATA: info.as_json(table=table.name)})
    written = 0
    rows = chain.from_iterable(map(table.rows, extractions))
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        while some := list(islice(rows, group)):
            writer.write_batch(pa.RecordBatch.from_pylist(some, schema=schema), row_group_size=group)
            written += len(some)
    return written


def _field(column: Column) -> pa.Field:
    """Return the Arrow field of a column; a list is never null."""
    import pyarrow as pa  # noqa: PLC0415 - loaded by now

    types = {
        Kind.TEXT: pa.string(),
        Kind.WHOLE: pa.int64(),
        Kind.DECIMAL: pa.float64(),
        Kind.DAY: pa.date32(),
        Kind.MOMENT: pa.timestamp("us", tz="UTC"),
        Kind.TEXTS: pa.list_(pa.string()),
    }
    if column.kind is Kind.RECORDS:
        return pa.field(column.name, pa.list_(_struct(column.parts)), nullable=False)
    return pa.field(column.name, types[column.kind], nullable=column.kind is not Kind.TEXTS)


def _struct(parts: Sequence[Column]) -> pa.StructType:
    import pyarrow as pa  # noqa: PLC0415 - loaded by now

    return pa.struct([_field(part) for part in parts])

"""Which reader reads which kind of container, and the limits that hold for one container and all that is inside."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from extractor.articles.containers.csv_table import read_csv
from extractor.articles.containers.kinds import ARCHIVE_KINDS, PACKED_KINDS
from extractor.articles.containers.mail import read_eml, read_mbox
from extractor.articles.containers.packed_file import read_packed
from extractor.articles.containers.parquet_table import read_parquet
from extractor.articles.containers.pdf_file import read_pdf
from extractor.articles.containers.place import Meter, until_broken
from extractor.articles.containers.streams import metered
from extractor.articles.containers.tar_archive import read_tar
from extractor.articles.containers.warc import read_warc
from extractor.articles.containers.zip_archive import read_zip
from extractor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import BinaryIO

    from extractor.articles.containers.place import Place, ReadStream, Result
    from extractor.articles.options import ReadOptions

    Reader = Callable[[BinaryIO, Place, ReadOptions, ReadStream], Iterator[Result]]


def _read_sqlite_file(
    stream: BinaryIO, place: Place, options: ReadOptions, _read_stream: ReadStream
) -> Iterator[Result]:
    from extractor.articles.containers.sqlite_source import PREFIX, read_sqlite  # noqa: PLC0415 - only for databases

    if place.inside or not stream.seekable() or not Path(place.source).is_file():
        raise InputError(
            f"{place.source!r} is an SQLite database, which can only be read from a file of its own",
            hint="Save it to a file and name that.",
        )
    yield from read_sqlite(f"{PREFIX}{place.source}", options)


_READERS: Final[Mapping[str, Reader]] = {
    "csv": partial(read_csv, "csv"),
    "tsv": partial(read_csv, "tsv"),
    "eml": read_eml,
    "mbox": read_mbox,
    "parquet": read_parquet,
    "pdf": read_pdf,
    "sqlite": _read_sqlite_file,
    "tar": read_tar,
    "warc": read_warc,
    "zip": read_zip,
    **{kind: partial(read_packed, kind) for kind in sorted(PACKED_KINDS)},
}


def read_container(
    kind: str, stream: BinaryIO, place: Place, options: ReadOptions, read_stream: ReadStream
) -> Iterator[Result]:
    """Yield the articles of a container, and a failure for each part of it that could not be read.

    Args:
        kind: From :func:`~extractor.articles.containers.kinds.container_kind`.
        stream: The container, from its beginning.
        place: Where it stands.
        options: How to read; ``limits`` hold for the outermost container and all that is inside of it.
        read_stream: The doorway for what is inside.

    Raises:
        InputError: It cannot be read at all.
        UsageError: Reading it needs a package of an extra.
    """
    limits = options.limits
    depth = place.depth + (kind in ARCHIVE_KINDS or (kind in PACKED_KINDS and place.packed))
    if depth > limits.depth + 1:
        raise InputError(
            f"{place.source!r} is an archive inside more than {limits.depth} others",
            hint="Unpack the outermost archive and name what was in it.",
        )
    if place.meter is not None:
        yield from _READERS[kind](stream, place, options, read_stream)
        return
    meter = Meter(limits)
    stream = metered(stream, meter)
    yield from until_broken(_READERS[kind](stream, replace(place, meter=meter), options, read_stream), place, meter)

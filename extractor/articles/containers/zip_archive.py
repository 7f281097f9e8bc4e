"""Zip archives: each member unpacked by ``zipfile``, one at a time, within limits.

A damaged, encrypted or oddly packed member is a failure in its place, and the next one is read. bzip2 is unpacked 4 KB
at a time, because ``zipfile`` unpacks whatever it is given of it at once; LZMA is not unpacked at all, because there is
no way to tell ``zipfile`` how much memory it may take.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

from extractor.articles.containers.place import BrokenContainerError, is_wanted, until_broken
from extractor.articles.containers.streams import CHUNK, Guarded, held
from extractor.articles.containers.zip_directory import check_extents, find_directory, open_parts
from extractor.articles.options import InputFailure
from extractor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from extractor.articles.containers.place import Meter, Place, ReadStream, Result
    from extractor.articles.options import ReadOptions

_ERRORS: Final = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, LookupError, RuntimeError),
    *(NotImplementedError, OverflowError),
)
_STEPS: Final = {zipfile.ZIP_STORED: CHUNK, zipfile.ZIP_DEFLATED: CHUNK, zipfile.ZIP_BZIP2: 4_096}
"""How members may be packed, and how many bytes of each are asked for at a time."""
_ENCRYPTED: Final = 0x1
_OFFICE: Final = frozenset({"[Content_Types].xml", "mimetype"})
"""First members of Word and OpenDocument files, which are zip archives."""


def read_zip(stream: BinaryIO, place: Place, options: ReadOptions, read_stream: ReadStream) -> Iterator[Result]:
    """Yield the articles of a zip archive.

    Raises:
        InputError: It comes from a pipe, or holds no article.
    """
    if not stream.seekable() and not place.inside:
        raise InputError(
            f"{place.source!r} is a ZIP archive, which cannot be read from a pipe: its list of members is at its end",
            hint="Save it to a file and name that; tar archives can be piped.",
        )
    yield from until_broken(_read_members(stream, place, options, read_stream), place, place)


def _read_members(stream: BinaryIO, place: Place, options: ReadOptions, read_stream: ReadStream) -> Iterator[Result]:
    assert place.meter is not None
    archive_file = stream if stream.seekable() else held(stream, place, "a ZIP archive")
    empty = True
    for archive, info in _members(archive_file, place, place.meter):
        if info.header_offset == 0 and info.filename in _OFFICE:
            raise InputError(f"{place.source!r} is an Office document or a book, not text", hint="Save it as text.")
        place.meter.count_member()
        if not info.is_dir() and is_wanted(info.filename, options):
            empty = False
            yield from _read_member(archive, info, place.member(info.filename), options, read_stream)
    if empty:
        raise InputError(
            f"{place.source!r} is a ZIP archive without articles",
            hint="Members are read whose names end like articles; --input-format reads all of them.",
        )


def _members(stream: BinaryIO, owner: Place, meter: Meter) -> Iterator[tuple[zipfile.ZipFile, zipfile.ZipInfo]]:
    try:
        directory = find_directory(stream)
        check_extents(stream, directory, meter)
        for archive in open_parts(stream, directory):
            for info in archive.infolist():
                yield archive, info
    except BrokenContainerError:
        raise
    except _ERRORS as error:
        raise BrokenContainerError(f"is no whole ZIP archive: {error}", owner=owner) from error


def _read_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: Place, options: ReadOptions, read_stream: ReadStream
) -> Iterator[Result]:
    assert place.meter is not None
    if problem := _problem(info):
        yield InputFailure(place.source, InputError(f"{place.source!r} {problem[0]}", hint=problem[1]))
        return
    try:
        content = archive.open(info)
    except _ERRORS as error:
        reason = f"{place.source!r} is damaged: {error}"
        yield InputFailure(place.source, InputError(reason, hint="Fetch the archive again, or repair it."))
        return
    with content:
        guarded = Guarded(
            content,
            errors=_ERRORS,
            meter=place.meter,
            packed=lambda: info.compress_size,
            size=info.file_size,
            step=_STEPS[info.compress_type],
        )
        yield from until_broken(read_stream(io.BufferedReader(guarded), place, options), place, guarded)


def _problem(info: zipfile.ZipInfo) -> tuple[str, str] | None:
    """Return why a member cannot be read, and what to do; None: it can."""
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted", "Unpack the archive with its password, and name what was in it."
    if info.compress_type not in _STEPS:
        return (
            f"is packed by method {info.compress_type}, which is not read",
            "Pack it again with deflate, or as .tar.xz or .tar.zst.",
        )
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        return "is a link or a device", "Only plain files are read."
    return None

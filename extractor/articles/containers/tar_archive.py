"""Tar archives, read once from front to back, so that they may come from a pipe or be packed.

``tarfile`` does the reading, in its stream mode, which cannot go back (a negative size is an error there and no endless
loop) and lets go of each member when the next is read. What it holds at once is a header, and a header may claim any
length: so no more than a megabyte may be read between two members.
"""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING, Final

from extractor.articles.containers.place import BrokenContainerError, is_wanted, until_broken
from extractor.articles.containers.streams import Guarded, read_some
from extractor.articles.options import InputFailure
from extractor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from extractor.articles.containers.place import Place, ReadStream, Result
    from extractor.articles.options import ReadOptions

_HEADERS: Final = 1_000_000
"""Bytes that headers between two members may have: a name of 4,096 characters needs three blocks of 512."""
_BLOCK: Final = 512
_ERRORS: Final = (tarfile.TarError, EOFError, ValueError, OverflowError, RecursionError, LookupError, OSError)
_KINDS: Final = {
    tarfile.SYMTYPE: "a symbolic link",
    tarfile.LNKTYPE: "a hard link",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a pipe",
}


class _Allowed:
    """The archive's bytes, as many as may be read before the next member begins."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._at = 0
        self._until = _HEADERS

    def allow(self, member_end: int) -> None:
        """Allow reading up to ``member_end``, and headers after it."""
        self._until = member_end + _HEADERS

    def read(self, size: int) -> bytes:
        """Return the next bytes; BrokenContainerError where headers do not end."""
        if self._at > self._until:
            raise BrokenContainerError("is damaged: a header has more than a megabyte", owner=self)
        data = read_some(self._stream, size)
        self._at += len(data)
        return data


def read_tar(stream: BinaryIO, place: Place, options: ReadOptions, read_stream: ReadStream) -> Iterator[Result]:
    """Yield the articles of a tar archive; links, devices and sparse files are failures, and the others go on."""
    allowed = _Allowed(stream)
    yield from until_broken(_read_members(allowed, place, options, read_stream), place, allowed)


def _read_members(allowed: _Allowed, place: Place, options: ReadOptions, read_stream: ReadStream) -> Iterator[Result]:
    assert place.meter is not None
    empty = True
    for archive, info in _members(allowed):
        place.meter.count_member()
        if not info.isdir() and is_wanted(info.name, options):
            empty = False
            yield from _read_member(archive, info, place.member(info.name), options, read_stream, allowed)
        elif info.type in _KINDS:
            empty = False
            yield _no_file(place.member(info.name), _KINDS[info.type])
    if empty:
        raise InputError(
            f"{place.source!r} is a tar archive without articles",
            hint="Members are read whose names end like articles; --input-format reads all of them.",
        )


def _members(allowed: _Allowed) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    try:
        archive = tarfile.open(fileobj=allowed, mode="r|", encoding="utf-8", errors="surrogateescape")  # type: ignore[call-overload]  # noqa: SIM115 - reading needs only read(); there is nothing to close
        while (info := archive.next()) is not None:
            archive.members = []  # or it keeps every member
            if info.size < 0:
                raise tarfile.ReadError("a negative size")
            allowed.allow(info.offset_data + -(-info.size // _BLOCK) * _BLOCK)
            yield archive, info
    except BrokenContainerError:
        raise
    except _ERRORS as error:
        raise BrokenContainerError(f"is damaged: {error}", owner=allowed) from error


def _read_member(  # noqa: PLR0913, PLR0917 - what a member is, and what to do with it
    archive: tarfile.TarFile,
    info: tarfile.TarInfo,
    place: Place,
    options: ReadOptions,
    read_stream: ReadStream,
    owner: object,
) -> Iterator[Result]:
    if not info.isfile() or info.issparse():
        yield _no_file(place, _KINDS.get(info.type, "a sparse file"))
        return
    content = archive.extractfile(info)
    assert content is not None  # it is for files
    guarded = Guarded(content, owner=owner, errors=_ERRORS)
    yield from read_stream(io.BufferedReader(guarded), place, options)


def _no_file(place: Place, what: str) -> InputFailure:
    return InputFailure(place.source, InputError(f"{place.source!r} is {what}", hint="Only plain files are read."))

"""The directory at the end of a zip archive, read a part at a time: a zip of a million members costs 16 MB.

``zipfile`` reads the whole directory and keeps 650 bytes for each member (63 MB for 100,000, measured). Here the
directory is cut into parts, and each part is shown to ``zipfile`` as an archive of its own: the same members, at the
same offsets, followed by that part of the directory. So names, times, 64-bit sizes and unpacking stay its business.

Before anything is unpacked, all members' extents are laid side by side. Where two overlap, the archive is a bomb (one
stretch of packed bytes counted many times over) and nothing of it is read; no program writes such an archive.

Layout: APPNOTE.TXT 6.3.10, sections 4.3.12 (directory), 4.3.14–4.3.16 (its ends), 4.5.3 (64-bit sizes).
"""

from __future__ import annotations

import io
import struct
import zipfile
from array import array
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.articles.containers.place import Meter

_ENTRY: Final = struct.Struct("<4s6H3L5H2L")
_LOCAL_HEADER: Final = 30
_END: Final = struct.Struct("<4s4H2LH")
_END_64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64: Final = struct.Struct("<4sLQL")
_IN_64: Final = 0xFFFF_FFFF
_EXTRA_64: Final = 1
_LONGEST_COMMENT: Final = 65_535
_PART: Final = 262_144
"""Bytes of the directory that are read at a time: some 2,500 members, and more than one entry can have (196 KB)."""


class Directory(NamedTuple):
    """Where the directory of an archive lies in its file."""

    start: int
    end: int
    shift: int
    """Bytes before the archive, such as the program of one that unpacks itself; offsets count after them."""


class _Extent(NamedTuple):
    offset: int
    name: int
    packed: int


def find_directory(stream: BinaryIO) -> Directory:
    """Return where the directory lies.

    Raises:
        zipfile.BadZipFile: There is none, it does not fit into the file, or the archive is spread over several files.
    """
    size = stream.seek(0, io.SEEK_END)
    tail_start = max(0, size - _END.size - _LONGEST_COMMENT)
    stream.seek(tail_start)
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06", 0, max(0, len(tail) - _END.size + 4))
    if at < 0:
        raise zipfile.BadZipFile("the list of its members, at its end, is missing")
    _, disk, first_disk, _, _, length, offset, _ = _END.unpack_from(tail, at)
    end = tail_start + at
    if at >= _LOCATOR_64.size and tail[at - _LOCATOR_64.size :].startswith(b"PK\x06\x07"):
        end -= _LOCATOR_64.size + _END_64.size
        stream.seek(max(0, end))
        record = stream.read(_END_64.size)
        if end < 0 or not record.startswith(b"PK\x06\x06"):
            raise zipfile.BadZipFile("its 64-bit end record is missing")
        _, _, _, _, disk, first_disk, _, _, length, offset = _END_64.unpack(record)
    start = end - length
    if disk != 0 or first_disk != 0:
        raise zipfile.BadZipFile("it is one part of an archive in several files")
    if start < 0 or start < offset:
        raise zipfile.BadZipFile("the list of its members does not fit into it")
    return Directory(start, end, start - offset)


def check_extents(stream: BinaryIO, directory: Directory, meter: Meter) -> None:
    """Lay all members side by side.

    Raises:
        zipfile.BadZipFile: Two of them overlap, or one does not fit into the file.
        BrokenContainerError: There are more members than ``meter`` allows.
    """
    starts, ends = array("Q"), array("Q")
    for part in _parts(stream, directory):
        for extent in _extents(part):
            meter.expect_members(len(starts) + 1)
            starts.append(extent.offset)
            ends.append(extent.offset + _LOCAL_HEADER + extent.name + extent.packed)
    _refuse_overlaps(starts, ends, directory.start - directory.shift)


def open_parts(stream: BinaryIO, directory: Directory) -> Iterator[zipfile.ZipFile]:
    """Yield the archive as archives of some thousand members each, in the order of its directory.

    Raises:
        zipfile.BadZipFile: The directory is damaged.
    """
    for part in _parts(stream, directory):
        with zipfile.ZipFile(io.BufferedReader(_Part(stream, directory, part))) as archive:
            yield archive


def _refuse_overlaps(starts: array[int], ends: array[int], limit: int) -> None:
    if not starts:
        return
    import numpy as np  # noqa: PLC0415 - only for zip archives

    begins, stops = np.frombuffer(starts, dtype=np.uint64), np.frombuffer(ends, dtype=np.uint64)
    order = np.argsort(begins, kind="stable")
    if bool((stops[order][:-1] > begins[order][1:]).any()):
        raise zipfile.BadZipFile("its members overlap, as only a bomb's do")
    if int(stops.max()) > limit:
        raise zipfile.BadZipFile("a member does not fit into it")


def _parts(stream: BinaryIO, directory: Directory) -> Iterator[bytes]:
    """Yield the directory in parts of whole entries."""
    at = directory.start
    while at < directory.end:
        stream.seek(at)
        data = stream.read(min(_PART, directory.end - at))
        length = 0
        while (size := _entry_size(data, length)) and length + size <= len(data):
            length += size
        if not length:
            raise zipfile.BadZipFile("the list of its members is damaged")
        yield data[:length]
        at += length


def _entry_size(data: bytes, at: int) -> int:
    """Return the length of the entry at ``at``; 0 where there is none or only its beginning."""
    if len(data) - at < _ENTRY.size:
        return 0
    if not data.startswith(b"PK\x01\x02", at):
        raise zipfile.BadZipFile("the list of its members is damaged")
    name, extra, comment = struct.unpack_from("<3H", data, at + 28)
    return _ENTRY.size + int(name) + int(extra) + int(comment)


def _extents(part: bytes) -> Iterator[_Extent]:
    at = 0
    while at < len(part):
        fields = _ENTRY.unpack_from(part, at)
        packed, size, name, extra, offset = fields[8], fields[9], fields[10], fields[11], fields[16]
        if _IN_64 in (packed, size, offset):
            begin = at + _ENTRY.size + name
            packed, offset = _long_values(part[begin : begin + extra], size, packed, offset)
        yield _Extent(offset, name, packed)
        at += _entry_size(part, at)


def _long_values(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int]:
    """Return packed size and offset; the 64-bit field holds those of size, packed size and offset that are full."""
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, at)
        if tag == _EXTRA_64:
            body = extra[at + 4 : at + 4 + length]
            values = iter(struct.unpack(f"<{len(body) // 8}Q", body[: len(body) // 8 * 8]))
            if size == _IN_64:
                next(values, None)
            packed = next(values, packed) if packed == _IN_64 else packed
            offset = next(values, offset) if offset == _IN_64 else offset
            break
        at += 4 + length
    return packed, offset


class _Part(io.RawIOBase):
    """The members of an archive, followed by a part of its directory and an end for it."""

    def __init__(self, stream: BinaryIO, directory: Directory, part: bytes) -> None:
        self._stream = stream
        self._shift = directory.shift
        self._members = directory.start - directory.shift
        full = 0xFFFF
        self._tail = part + b"".join(
            (
                _END_64.pack(b"PK\x06\x06", 44, 45, 45, 0, 0, full, full, len(part), self._members),
                _LOCATOR_64.pack(b"PK\x06\x07", 0, self._members + len(part), 1),
                _END.pack(b"PK\x05\x06", 0, 0, full, full, _IN_64, _IN_64, 0),
            )
        )
        self._at = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to ``offset``."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._members + len(self._tail)}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """Return where the next byte is read."""
        return self._at

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        """Fill ``buffer``; 0 at the end."""
        if self._at < self._members:
            self._stream.seek(self._shift + self._at)
            data = self._stream.read(min(len(buffer), self._members - self._at))
        else:
            data = self._tail[self._at - self._members :][: len(buffer)]
        self._at += len(data)
        buffer[: len(data)] = data
        return len(data)

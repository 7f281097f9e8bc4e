"""One packed file: gzip, bzip2, xz or zstd, of several streams one after the other as the tools write them.

gzip and bzip2 are the standard library's. xz and zstd are fed here, because their file classes either take what memory
a hostile header asks for (xz: 4 GB) or end without a word where a file was cut off (zstandard's reader). Both are fed a
kilobyte at a time, which bounds what one feeding can unpack to: zstd's blocks hold at most 128 KB and take four bytes.
"""

from __future__ import annotations

import io
import lzma
import zlib
from typing import TYPE_CHECKING, Final, Protocol

from extractor.articles.containers.place import until_broken
from extractor.articles.containers.streams import Counted, Guarded, Readable

if TYPE_CHECKING:
    from bz2 import BZ2File
    from collections.abc import Callable, Iterator
    from gzip import GzipFile
    from typing import BinaryIO

    from extractor.articles.containers.place import Place, ReadStream, Result
    from extractor.articles.options import ReadOptions

_FEED: Final = 1_024
_MEMORY: Final = 1 << 27
"""Bytes that a decoder may take: what ``zstd`` and ``xz -9`` need at most, unless told to need more."""


def read_packed(
    kind: str, stream: BinaryIO, place: Place, options: ReadOptions, read_stream: ReadStream
) -> Iterator[Result]:
    """Yield what a packed file holds; a damaged one ends with a failure that says how much was read."""
    unpacked = unpack(kind, stream, place)
    yield from until_broken(read_stream(io.BufferedReader(unpacked), place.content(), options), place, unpacked)


def unpack(kind: str, stream: Readable, place: Place) -> Guarded:
    """Return the stream that ``stream`` unpacks to.

    Args:
        kind: gzip, bzip2, xz or zstd.
        stream: The packed bytes.
        place: Where they stand.
    """
    counted = Counted(stream)
    inner, errors = _UNPACKERS[kind](counted)
    return Guarded(
        inner, errors=(OSError, EOFError, ValueError, *errors), meter=place.meter, packed=lambda: counted.count
    )


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


class _Frames:
    """Packed streams one after the other, xz's zero bytes between them; EOFError where the last one has no end."""

    def __init__(self, packed: Readable, start: Callable[[], _Decoder]) -> None:
        self._packed, self._start = packed, start
        self._decoder: _Decoder | None = None
        self._waiting = b""
        self._ready = io.BytesIO()

    def read(self, size: int) -> bytes:
        """Return up to ``size`` bytes; none at the end."""
        while not (data := self._ready.read(size)):
            fed = self._waiting or self._packed.read(_FEED)
            self._waiting = b""
            if self._decoder is None:
                begun = fed.lstrip(b"\0")
                if not fed:
                    return b""
                if not begun:
                    continue
                fed, self._decoder = begun, self._start()
            if not fed:
                raise EOFError("it ends too soon")
            self._ready = io.BytesIO(self._decoder.decompress(fed))
            if self._decoder.eof:
                self._waiting, self._decoder = self._decoder.unused_data, None
        return data


class _AsItComes:
    """A packed file that gives what it has unpacked before it says that the rest is damaged."""

    def __init__(self, inner: GzipFile | BZ2File) -> None:
        self._inner = inner

    def read(self, size: int) -> bytes:
        """Return up to ``size`` bytes; none at the end."""
        return self._inner.read1(size)


def _gzip(packed: Counted) -> tuple[Readable, tuple[type[Exception], ...]]:
    from gzip import GzipFile  # noqa: PLC0415 - only for such files

    return _AsItComes(GzipFile(fileobj=io.BufferedReader(packed))), (zlib.error,)


def _bzip2(packed: Counted) -> tuple[Readable, tuple[type[Exception], ...]]:
    from bz2 import BZ2File  # noqa: PLC0415 - only for such files

    return _AsItComes(BZ2File(io.BufferedReader(packed))), ()


def _xz(packed: Counted) -> tuple[Readable, tuple[type[Exception], ...]]:
    return _Frames(packed, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY)), (lzma.LZMAError,)


def _zstd(packed: Counted) -> tuple[Readable, tuple[type[Exception], ...]]:
    from zstandard import ZstdDecompressor, ZstdError  # noqa: PLC0415 - only for such files

    decompressor = ZstdDecompressor(max_window_size=_MEMORY)
    return _Frames(packed, decompressor.decompressobj), (ZstdError,)


_UNPACKERS: Final = {"gzip": _gzip, "bzip2": _bzip2, "xz": _xz, "zstd": _zstd}

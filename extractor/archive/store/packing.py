"""How texts, extractions and replies lie in the store: compressed, each with a checksum, each readable by itself.

Zstandard, level 1: on real extractions and articles as small as zlib's level 3 at well under half of the CPU
(docs/decisions.md has the figures). A frame carries its own checksum, so a flipped bit is an error and never a text.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from extractor.errors import StoreError

if TYPE_CHECKING:
    from zstandard import ZstdCompressor, ZstdDecompressor

LEVEL: Final = 1
_LARGEST: Final = 1 << 30
"""Bytes that a value may unpack to; what claims more is damaged. Articles and replies are far below."""


@dataclass  # slots of a thread-local class would be shared by all threads
class _Own(threading.local):
    """The contexts of one thread: they are costly to make and must not be shared."""

    compressor: ZstdCompressor | None = None
    decompressor: ZstdDecompressor | None = None


_own = _Own()


def pack(text: str) -> bytes:
    """Return ``text``, compressed."""
    if _own.compressor is None:
        from zstandard import ZstdCompressor  # noqa: PLC0415 - only where a store is used

        _own.compressor = ZstdCompressor(level=LEVEL, write_checksum=True)
    return _own.compressor.compress(text.encode())


def unpack(body: bytes, what: str) -> str:
    """Return what :func:`pack` compressed.

    Raises:
        StoreError: ``body``, called ``what``, is damaged.
    """
    import zstandard  # noqa: PLC0415 - same

    if _own.decompressor is None:
        _own.decompressor = zstandard.ZstdDecompressor()
    try:
        if not 0 <= zstandard.frame_content_size(body) <= _LARGEST:
            raise StoreError(f"the store is damaged: {what} has no size that it could have", hint=HINT)
        return _own.decompressor.decompress(body).decode()
    except (zstandard.ZstdError, UnicodeDecodeError) as error:
        raise StoreError(f"the store is damaged: {what} cannot be unpacked ({error})", hint=HINT) from error


HINT: Final = "extractor archive status --check names all damage; drop the run and run it again"

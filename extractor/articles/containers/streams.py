"""Streams that unpack, within limits: whatever a packed file claims, no more than a chunk of it is held.

Each unpacked chunk is counted against the stream's own ratio and against what the whole archive may unpack to
(:class:`~extractor.articles.containers.place.Meter`), before anybody sees it. The errors of seven libraries become one
here.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol

from extractor.articles.containers.place import BrokenContainerError, bomb, is_bomb

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.articles.containers.place import Meter, Place

CHUNK: Final = 65_536
"""Bytes that are unpacked at a time."""
HEAD: Final = 512
"""Bytes from which the kind of an input is told: a tar archive says so at byte 257."""


class Readable(Protocol):
    """Anything with ``read``."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes; none at the end."""
        ...


class Counted(io.RawIOBase):
    """A stream that knows how much was read of it."""

    def __init__(self, inner: Readable, *, meter: Meter | None = None) -> None:
        """Read from ``inner``; with ``meter``, what is read is added to the archive's own size."""
        self._inner = inner
        self._meter = meter
        self.count = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        """Fill ``buffer``; 0 at the end."""
        data = self._inner.read(len(buffer))
        self.count += len(data)
        if self._meter is not None:
            self._meter.packed += len(data)
        buffer[: len(data)] = data
        return len(data)


class Guarded(io.RawIOBase):
    """What an unpacker gives; BrokenContainerError where it breaks, lies about its size, or unpacks to too much."""

    def __init__(  # noqa: PLR0913 - one keyword for each thing that is watched
        self,
        inner: Readable,
        *,
        owner: object = None,
        errors: tuple[type[Exception], ...],
        meter: Meter | None = None,
        packed: Callable[[], int] | None = None,
        size: int | None = None,
        step: int = CHUNK,
    ) -> None:
        """Read from ``inner``.

        Args:
            inner: The unpacker.
            owner: Whose error it is; None: this stream's.
            errors: What the unpacker raises where its input is damaged.
            meter: Counts what is unpacked; None where an outer stream did.
            packed: Bytes that the unpacker has taken so far, for the ratio; None: not packed.
            size: Bytes that there must be; None: nobody said.
            step: Bytes asked of the unpacker at a time.
        """
        self._inner, self._errors, self._meter, self._packed = inner, errors, meter, packed
        self.owner = self if owner is None else owner
        self._size, self._step, self._given = size, step, 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        """Fill ``buffer``; 0 at the end."""
        try:
            data = self._inner.read(min(len(buffer), self._step))
        except self._errors as error:
            raise BrokenContainerError(f"is damaged: {_reason(error)}", owner=self.owner) from error
        if not data and self._size is not None and self._given != self._size:
            raise BrokenContainerError(
                f"is damaged: it states {self._size:,} bytes and holds {self._given:,}", owner=self.owner
            )
        self._given += len(data)
        if self._meter is not None:
            self._meter.count_unpacked(len(data))
            if self._packed is not None and is_bomb(self._given, self._packed(), self._meter.limits):
                raise bomb(self._meter.limits, self.owner)
        buffer[: len(data)] = data
        return len(data)


class Replayed(io.RawIOBase):
    """A stream whose first bytes were read to look at them, from its beginning."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        """Give ``head`` again, then ``rest``."""
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        """Fill ``buffer``; 0 at the end."""
        data = self._head[: len(buffer)] or read_some(self._rest, len(buffer))
        self._head = self._head[len(data) :] if self._head else b""
        buffer[: len(data)] = data
        return len(data)


def read_some(stream: BinaryIO, size: int) -> bytes:
    """Return what a stream has at hand, up to ``size`` bytes: waiting for more would lose it where more is damaged."""
    at_hand: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
    return at_hand(size)


def look(stream: BinaryIO) -> tuple[bytes, BinaryIO]:
    """Return the first bytes of ``stream``, up to ``HEAD``, and the stream from its beginning."""
    if stream.seekable():
        start = stream.tell()
        head = stream.read(HEAD)
        stream.seek(start)
        return head, stream
    head = stream.read(HEAD)
    return head, io.BufferedReader(Replayed(head, stream))


def metered(stream: BinaryIO, meter: Meter) -> BinaryIO:
    """Return an archive as a stream whose own size ``meter`` knows: at once for a file, as it comes for a pipe."""
    if not stream.seekable():
        return io.BufferedReader(Counted(stream, meter=meter))
    start = stream.tell()
    meter.packed = stream.seek(0, io.SEEK_END) - start
    stream.seek(start)
    return stream


def held(stream: BinaryIO, place: Place, kind: str) -> BinaryIO:
    """Return an archive inside an archive as one that can be read from its end: held in memory, up to the limit.

    Raises:
        BrokenContainerError: It is larger than what may be held; owned by ``place``.
    """
    assert place.meter is not None
    limit = place.meter.limits.held_bytes
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise BrokenContainerError(
            f"is {kind} inside an archive, larger than {limit / 1e6:g} MB, and cannot be read from front to back",
            owner=place,
            hint="Unpack the outer archive and name what was in it.",
        )
    return io.BytesIO(data)


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error or type(error).__name__).rstrip(".")

"""Where a reader stands inside archives, what it has used of the limits there, and how an archive breaks.

*Names.* A member is named like a file in a folder, ``archive.zip/member.html``, for people and as the id of an article
that states none. Names are only names: nothing is ever written. Still, what could be taken for a way out of a folder
by whoever uses ids as file names later (``..``, a leading ``/``, a backslash, a control character) is
percent-encoded.

*Breaking.* A damaged stream raises :class:`BrokenContainerError` wherever it happens to be read. It belongs to the
reader that owns the stream (:func:`until_broken`), which ends there and says how much it had read; every other reader
lets it pass. So a damaged member ends alone, and a damaged archive ends with all that is inside of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO, Final

from extractor.articles.article import Article
from extractor.articles.options import InputFailure, Limits, ReadOptions
from extractor.articles.sources import named_format, unpacked_name
from extractor.errors import InputError

Result = Article | InputFailure
ReadStream = Callable[[BinaryIO, "Place", ReadOptions], Iterator[Result]]
"""How a reader hands on what it unpacked: to the same doorway that all inputs come through."""

_UNJUDGED: Final = 1_000_000
"""Bytes that a packed file may unpack to whatever its ratio: a short file of one repeated line is no bomb."""
_UNSAFE = re.compile(r"^/|^[A-Za-z]:|(?<![^/])\.\.(?![^/])|[\x00-\x1f\x7f\\\ud800-\udfff]")


class BrokenContainerError(InputError):
    """A packed stream or archive that cannot be read on; the message says why, without naming it."""

    def __init__(self, message: str, *, owner: object, hint: str = "") -> None:
        """Keep ``owner``: who will catch this."""
        super().__init__(message, hint=hint)
        self.owner = owner


@dataclass(slots=True)
class Meter:
    """What has been used of the limits by one archive and all archives in it."""

    limits: Limits
    members: int = 0
    packed: int = 0
    """Bytes of the outermost archive itself."""
    unpacked: int = 0

    def count_member(self) -> None:
        """Count a member; BrokenContainerError where there are too many."""
        self.expect_members(1)
        self.members += 1

    def expect_members(self, more: int) -> None:
        """BrokenContainerError where ``more`` members would be too many."""
        if self.members + more > self.limits.members:
            raise BrokenContainerError(f"holds more than {self.limits.members:,} files", owner=self, hint=_SPLIT)

    def count_unpacked(self, size: int) -> None:
        """Count bytes that came out of a packed stream; BrokenContainerError where they are too many."""
        self.unpacked += size
        limits = self.limits
        if self.unpacked > limits.unpacked_bytes:
            raise BrokenContainerError(
                f"unpacks to more than {limits.unpacked_bytes / 1e9:g} GB", owner=self, hint=_SPLIT
            )
        if is_bomb(self.unpacked, self.packed, limits):
            raise BrokenContainerError(_bomb(limits), owner=self, hint=_BOMB_HINT)


_SPLIT: Final = "Split it into several archives."
_BOMB_HINT: Final = (
    "Archives that unpack to many times their size are made to fill memory and disks; no text does that."
)


def is_bomb(unpacked: int, packed: int, limits: Limits) -> bool:
    """Say whether ``unpacked`` bytes are more than text can be packed into ``packed`` ones."""
    return unpacked > _UNJUDGED and unpacked > limits.ratio * packed


def bomb(limits: Limits, owner: object) -> BrokenContainerError:
    """Return the error for a stream that unpacks to too much."""
    return BrokenContainerError(_bomb(limits), owner=owner, hint=_BOMB_HINT)


def _bomb(limits: Limits) -> str:
    return f"unpacks to more than {limits.ratio} times its size"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an input stands: its name for people, the id of an article that states none, and what is around it."""

    source: str
    id: str | None = None
    named: str = "auto"
    """The format that its name means."""
    depth: int = 0
    """Archives around it."""
    packed: bool = False
    """It is what a packed file holds, so it cannot be read from its end."""
    meter: Meter | None = field(default=None, compare=False)

    @property
    def inside(self) -> bool:
        """Whether this is no file of its own but a part of one."""
        return self.depth > 0 or self.packed

    def member(self, name: str) -> Place:
        """Return the place of the archive's member ``name``."""
        shown = safe_name(name)
        return replace(
            self,
            source=f"{self.source}/{shown}",
            id=shown if self.id is None else f"{self.id}/{shown}",
            named=named_format(name) or "auto",
            depth=self.depth + 1,
            packed=False,
        )

    def content(self) -> Place:
        """Return the place of what this packed file holds; packing twice counts as an archive in an archive."""
        named = named_format(unpacked_name(self.source)) or "auto"
        return replace(self, named=named, depth=self.depth + self.packed, packed=True)


def safe_name(name: str) -> str:
    """Return ``name`` with everything percent-encoded that could lead out of a folder or change a terminal."""
    return _UNSAFE.sub(lambda match: "".join(f"%{byte:02X}" for byte in _bytes(match[0])), name)


def _bytes(part: str) -> bytes:
    return part.encode("utf-8", errors="surrogateescape" if "\udc80" <= part <= "\udcff" else "replace")


def is_wanted(name: str, options: ReadOptions) -> bool:
    """Say whether a member is read: one with a known suffix, or any where a format is given; but nothing hidden."""
    parts = [part for part in name.split("/") if part not in {"", ".", ".."}]
    if not parts or any(part.startswith(".") or part == "__MACOSX" for part in parts):
        return False
    return options.format != "auto" or named_format(parts[-1]) is not None


def until_broken(results: Iterator[Result], place: Place, owner: object) -> Iterator[Result]:
    """Yield ``results``; where what ``owner`` owns breaks, a failure that says after how many articles."""
    read = 0
    try:
        for result in results:
            read += isinstance(result, Article)
            yield result
    except BrokenContainerError as error:
        if error.owner is not owner:
            raise
        before = f"; articles read before that: {read:,}" if read else ""
        hint = error.hint or "Fetch it again, or repair it; what stands before the damage is read."
        yield InputFailure(place.source, InputError(f"{place.source!r} {error}{before}", hint=hint))

"""Where words stand: offsets of three units, and how a place is found when offset and quoted words disagree.

Tools count characters differently. ``👍`` is one code point (Python, the W3C's position selector, Label Studio since
2022), two UTF-16 units (JavaScript's ``length``, so doccano, and Label Studio before) and one grapheme, as are
``👨‍👩‍👧`` or ``e`` with a combining accent, which are five code points and two. So a file's unit is declared, never
guessed from one number; and where it quotes the words too, the words decide:

1. the declared unit, if the words stand there;
2. another unit, if they stand there then;
3. the words alone, if they stand in the text exactly once (with prefix and suffix, where the file gives them).

Else :class:`MisplacedError` says what was quoted and what stands there. A file without quotes is taken at its unit.

Our articles hold line ends as LF; offsets into a text with CRLF are carried over.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BEYOND_BMP: Final = "\uffff"
_SHOWN: Final = 60
_AROUND: Final = 400
"""So much of the text is looked at on either side of quoted words, in code points."""


class Unit(StrEnum):
    """What an offset counts."""

    CODE_POINTS = "code-points"
    UTF_16 = "utf-16"
    GRAPHEMES = "graphemes"


class MisplacedError(ValueError):
    """A span that cannot be placed in its text."""


@dataclass(frozen=True, slots=True)
class Ruler:
    """One text measured in one unit: the offset ``units[i]`` is the code point ``points[i]``, both rising."""

    points: Sequence[int]
    units: Sequence[int]

    def point(self, offset: int) -> int | None:
        """Return the code point at ``offset``; None where it lies outside the text or inside a character."""
        index = bisect_left(self.units, offset)
        return self.points[index] if index < len(self.units) and self.units[index] == offset else None

    def offsets(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets of ``text[start:end]``, widened to whole characters of the unit."""
        return (
            self.units[bisect_right(self.points, start) - 1],
            self.units[bisect_left(self.points, end)],
        )


@lru_cache(maxsize=64)
def ruler(text: str, unit: Unit) -> Ruler:
    """Return ``text`` measured in ``unit``."""
    if unit is Unit.CODE_POINTS:
        return Ruler(range(len(text) + 1), range(len(text) + 1))
    if unit is Unit.UTF_16:
        widths = (2 if sign > _BEYOND_BMP else 1 for sign in text)
        return Ruler(range(len(text) + 1), tuple(accumulate(widths, initial=0)))
    import regex  # noqa: PLC0415 - slow to load, and most files count otherwise

    points = tuple(chain((match.start() for match in regex.finditer(r"\X", text)), (len(text),)))
    return Ruler(points, range(len(points)))


@dataclass(frozen=True, slots=True)
class Claim:
    """What a file says about a place: offsets, the words, the words around them. Each may be missing."""

    start: int | None = None
    end: int | None = None
    words: str | None = None
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Code points ``start`` to ``end`` of a text with LF; ``moved`` where the words overruled the offsets."""

    start: int
    end: int
    moved: bool = False


def with_line_feeds(text: str) -> str:
    """Return ``text`` with the line ends of our articles."""
    return text.replace("\r\n", "\n")


def locate(text: str, claim: Claim, unit: Unit) -> Place:
    """Return where the claim's words stand.

    Args:
        text: As the file holds it.
        claim: What the file says.
        unit: The unit that it declares, or that its tool is known for.

    Raises:
        MisplacedError: Nowhere, or at several places without telling which; or the claim marks nothing.
    """
    units = (unit, *(other for other in Unit if other is not unit))
    for each in units if claim.words else (unit,):
        span = _span(text, claim, each)
        if span and _agrees(text, claim, span):
            start, end = (point - text.count("\r\n", 0, point) for point in span)
            return Place(start, end, moved=each is not unit)
    if not claim.words:
        raise MisplacedError(_nothing_at(text, claim, unit))
    found = list(_occurrences(with_line_feeds(text), claim))
    if len(found) == 1:
        return Place(*found[0], moved=claim.start is not None)
    said = f"{short(claim.words)} stands {len(found)} times in the text" if found else f"{short(claim.words)} does not"
    said += ", and no offset says which is meant" if found else " stand in the text"
    raise MisplacedError(said + _there(text, claim, unit))


def _span(text: str, claim: Claim, unit: Unit) -> tuple[int, int] | None:
    """Return the claim's code points in ``text`` if its offsets are of ``unit``; None where they mark nothing."""
    if claim.start is None or claim.end is None:
        return None
    start, end = (ruler(text, unit).point(offset) for offset in (claim.start, claim.end))
    return (start, end) if start is not None and end is not None and start < end else None


def _agrees(text: str, claim: Claim, span: tuple[int, int]) -> bool:
    there = text[slice(*span)]
    return bool(there.strip()) and (not claim.words or _squashed(there) == _squashed(claim.words))


def _squashed(words: str) -> str:
    r"""Return ``words`` with single spaces; Label Studio quotes a line end as the two characters ``\n``."""
    return " ".join(words.replace("\\n", " ").split())


def _occurrences(text: str, claim: Claim) -> Iterator[tuple[int, int]]:
    """Yield where the words stand between what the file says stands around them, however their lines wrap."""
    pattern = r"\s+".join(map(re.escape, _squashed(claim.words or "").split()))
    prefix, suffix = _squashed(claim.prefix), _squashed(claim.suffix)
    for match in re.finditer(f"(?=({pattern}))", text) if pattern else ():
        start, end = match.span(1)
        before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
        if _squashed(before).endswith(prefix[-_AROUND // 2 :]) and _squashed(after).startswith(suffix[: _AROUND // 2]):
            yield start, end


def _nothing_at(text: str, claim: Claim, unit: Unit) -> str:
    if claim.start is None or claim.end is None:
        return "has neither offsets nor words"
    size = ruler(text, unit).units[-1]
    return f"{claim.start} to {claim.end} marks nothing in a text of {size} {unit.value}"


def _there(text: str, claim: Claim, unit: Unit) -> str:
    if claim.start is None or claim.end is None:
        return ""
    span = _span(text, claim, unit)
    there = short(text[slice(*span)]) if span else "nothing"
    return f"; at {claim.start} to {claim.end} ({unit.value}) stands {there}"


def short(words: str) -> str:
    """Return ``words`` in quotes, as much as fits into a message."""
    return repr(words if len(words) <= _SHOWN else words[:_SHOWN] + "…")

"""English cardinals in digits and words: "1.2 million", "3 000", "two hundred and seven", "half a dozen", "2 lakh".

One grammar reads both, because news mixes them ("3 million", "half a million", "two dozen"); text2num, the maintained
library for number words, rejects six of fifteen such spellings and gives no offsets. Only well-formed numbers are
read: a smaller group follows a larger one, "and" stands only before the last group.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_ONES = {
    word: value
    for value, word in enumerate(
        (
            *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
            *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
        )
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 2)
} | {"fourty": 40}
_SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "lakh": 100_000,
    "lakhs": 100_000,
    "million": 1_000_000,
    "mn": 1_000_000,
    "crore": 10_000_000,
    "crores": 10_000_000,
    "billion": 1_000_000_000,
    "bn": 1_000_000_000,
    "dozen": 12,
}
NUMBER_WORDS = frozenset({*_ONES, *_TENS, *_SCALES, "half", "quarter"})
_MOST_DIGITS = 20
"""Longer runs of digits are no numbers, and Python refuses to read very long ones."""
_AFTER_DIGITS = frozenset({*_SCALES, "and"})
_FRACTIONS: tuple[tuple[Fraction, tuple[str, ...]], ...] = (
    (Fraction(1, 2), ("half", "a")),
    (Fraction(1, 4), ("a", "quarter", "of", "a")),
    (Fraction(1, 4), ("quarter", "of", "a")),
    (Fraction(3, 4), ("three", "quarters", "of", "a")),
    (Fraction(3, 2), ("a", "million", "and", "a", "half")),
)
"""What part of a scale word stands before it; the last one brings its own."""
_FRACTION_STARTS = frozenset(opening[0] for _, opening in _FRACTIONS)
_FRACTION_SECONDS = frozenset(opening[1] for _, opening in _FRACTIONS) | {"-"}
_JOINS_ON = frozenset({*_SCALES, "and", "-"})
LARGEST = 10_000_000_000
"""Above this it is no number of persons."""

_TOKEN = re.compile(
    r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?"
    r"|\d{1,3}(?:[,\u00a0\u202f\u2009]\d{3})+(?![\d,]*\d)(?:\.\d+)?"  # 1,234 and 1 234 with a no-break or thin space
    r"|\d{1,3}(?:\ 000)+(?!\d)"  # 3 000; a plain space only before noughts, for "June 3 300 people" is no 3,300
    r"|\d+(?:[.,:/]\d+)*"
    r"|[^\w\s]",
)
_DIGITS = re.compile(r"\d{1,3}(?:[,\u00a0\u202f\u2009 ]\d{3})+|\d+(?:\.\d+)?")


class Word(NamedTuple):
    """A token of a text: its lower-cased form and its place, in code points."""

    text: str
    low: str
    start: int
    end: int
    glued: bool
    """No space stands before it."""


class Cardinal(NamedTuple):
    """A number at ``words[first:last]``."""

    value: int
    first: int
    last: int


def split_words(text: str) -> list[Word]:
    """Cut a text into words, numbers and single signs; "155mm" stays one word."""
    found: list[Word] = []
    before = -1
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        raw = match.group()
        glued = start == before
        if glued and found[-1].text[-1].isdigit() and raw[0].isalpha():
            last = found.pop()
            raw, start, glued = text[last.start : end], last.start, last.glued
        low = raw.lower()
        found.append(Word(raw, low if low.isascii() else low.replace("\u2019", "'"), start, end, glued))
        before = end
    return found


def read_cardinal(words: Sequence[Word], at: int) -> Cardinal | None:
    """Read the longest number that starts at ``words[at]``; None where none starts, or no whole number of persons."""
    first = words[at]
    if first.text.isdecimal() and not (at + 1 < len(words) and words[at + 1].low in _AFTER_DIGITS):
        plain = int(first.text[:12])
        return Cardinal(plain, at, at + 1) if plain <= LARGEST else None
    following = words[at + 1].low if at + 1 < len(words) else ""
    fraction = first.low in _FRACTION_STARTS and following in _FRACTION_SECONDS
    special = _read_fraction(words, at) if fraction else None
    if special is None and first.low in _ONES and following not in _JOINS_ON:  # most spelled numbers
        special = Cardinal(_ONES[first.low], at, at + 1)
    if special is not None:
        return special
    if first.text[0].isdigit():
        if len(first.text) > _MOST_DIGITS or not _DIGITS.fullmatch(first.text):
            return _glued_scale(first, at)
        value, place = _half(words, at + 1, Fraction(re.sub(r"[^\d.]", "", first.text)))
        total, place = _scaled(words, place, value)
    elif first.low in _ONES or first.low in _TENS or (first.low in ("a", "an") and _is_scale(words, at + 1)):
        total, place = _spelled(words, at)
    else:
        return None
    if total.denominator != 1 or total > LARGEST:
        return None
    return Cardinal(int(total), at, place)


def _is_scale(words: Sequence[Word], at: int) -> bool:
    return at < len(words) and words[at].low in _SCALES


def _glued_scale(word: Word, at: int) -> Cardinal | None:
    """Read "2.5m", "300k"."""
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)(m|mn|bn|k)", word.low)
    if match is None:
        return None
    total = Fraction(match[1]) * {"k": 1_000, "bn": 1_000_000_000}.get(match[2], 1_000_000)
    return Cardinal(int(total), at, at + 1) if total.denominator == 1 and total <= LARGEST else None


def _read_fraction(words: Sequence[Word], at: int) -> Cardinal | None:
    """Read "half a million", "half-a-dozen", "a quarter of a million", "a hundred"."""
    lows = [word.low for word in words[at : at + 6] if word.low != "-"]
    size = [word.low for word in words[at : at + 6]]
    for share, opening in _FRACTIONS:
        if tuple(lows[: len(opening)]) != opening:
            continue
        if opening[-1] == "half":
            return Cardinal(int(share * _SCALES["million"]), at, at + len(opening))
        scale = _SCALES.get(lows[len(opening)]) if len(lows) > len(opening) else None
        if scale is not None and (share * scale).denominator == 1:
            hyphens = size[: len(opening) + size.count("-")].count("-")
            return Cardinal(int(share * scale), at, at + len(opening) + 1 + hyphens)
    return None


def _half(words: Sequence[Word], place: int, value: Fraction) -> tuple[Fraction, int]:
    """Read on over "and a half" before a scale: "two and a half million"."""
    following = tuple(word.low for word in words[place : place + 3])
    if following == ("and", "a", "half") and _is_scale(words, place + 3):
        return value + Fraction(1, 2), place + 3
    return value, place


def _scaled(words: Sequence[Word], place: int, value: Fraction) -> tuple[Fraction, int]:
    """Multiply by the scale words that follow: "3 million", "2 hundred thousand"."""
    while _is_scale(words, place):
        value *= _SCALES[words[place].low]
        place += 1
    return value, place


def _spelled(words: Sequence[Word], at: int) -> tuple[Fraction, int]:
    """Read a number in words group by group; each group's scale is smaller than the one before."""
    total, place, limit = Fraction(0), at, LARGEST
    while limit > 1:
        joined = place > at and place + 1 < len(words) and words[place].low == "and"
        group, after = _below_thousand(words, place + joined)
        if group is None:
            break
        group, after = _half(words, after, group)
        scaled, after = _scaled(words, after, group)
        if group >= limit or scaled >= limit or (joined and scaled >= _SCALES["thousand"]):
            break
        total, place = total + scaled, after
        limit = int(scaled / group) if group else 0
    return total, place


def _below_thousand(words: Sequence[Word], at: int) -> tuple[Fraction | None, int]:
    """Read "seven", "twelve hundred", "two hundred and seven"."""
    group, after = _below_hundred(words, at)
    if group is None or after >= len(words) or words[after].low != "hundred":
        return group, after
    group, after = group * 100, after + 1
    joined = after < len(words) and words[after].low == "and"
    rest, end = _below_hundred(words, after + joined)
    return (group + rest, end) if rest else (group, after)


def _below_hundred(words: Sequence[Word], at: int) -> tuple[Fraction | None, int]:
    """Read "a" before a scale, 0..19, or tens with an optional one ("twenty-one")."""
    if at >= len(words):
        return None, at
    low = words[at].low
    if low in ("a", "an"):
        return (Fraction(1), at + 1) if _is_scale(words, at + 1) else (None, at)
    if low in _ONES:
        return Fraction(_ONES[low]), at + 1
    if low not in _TENS:
        return None, at
    after = at + 1
    if after < len(words) and words[after].low == "-":
        after += 1
    if after < len(words) and 0 < _ONES.get(words[after].low, 0) < 10:  # noqa: PLR2004  reason: ones after tens
        return Fraction(_TENS[low] + _ONES[words[after].low]), after + 1
    return Fraction(_TENS[low]), at + 1

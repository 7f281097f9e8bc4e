"""Scores of the content: who did it, to whom, how many, in which words. Bits and a reason, or None where silent."""

from __future__ import annotations

from functools import lru_cache
from math import log2
from typing import TYPE_CHECKING, Final

from extractor.events.vocabulary import CountForm, Measure, Sector, Who
from extractor.scoring.credit_names import HALF, RIGHT, tokens_credit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractor.archive.linking.mentions import Mention, Party
    from extractor.archive.linking.score_scene import Said
    from extractor.events.summary import Count

_NAMED, _NAMED_HALF, _PLAIN, _SECTOR = 3.0, 1.5, 0.5, 0.5
_OTHER_NAMED, _OTHER = -1.5, -0.5
_UNSAID: Final = frozenset({Sector.UNK, Sector.UAF, Sector.CVL})
_TARGETS_WEIGH: Final = 0.8
"""Victims are worded in more ways than those who did it."""

_MOST_COUNTS, _LEAST_COUNTS = 4.0, -3.0
_ALIKE, _REVISED, _FAR = 1.25, 3.0, 6.0
"""Ratios of two numbers: nearly the same, as tolls are revised, too far to be revised."""
_FAR_BITS, _FARTHER_BITS = -1.0, -2.5
_FEW: Final = 2
"""Numbers up to here are in every second report."""
_NONE_AND_MANY: Final = 5

_WORDS_SLOPE, _WORDS_EXPECTED, _MOST_WORDS, _LEAST_WORDS = 7.0, 0.07, 4.0, -0.5
_TOO_FEW_WORDS: Final = 3


def doers_part(one: tuple[Party, ...], other: tuple[Party, ...]) -> Said | None:
    """Compare those who did it, or took part on any side: the best pair decides."""
    return _parties(one, other) if one and other else None


def targets_part(one: tuple[Party, ...], other: tuple[Party, ...]) -> Said | None:
    """Compare those to whom it was done: the best pair decides."""
    if not one or not other:
        return None
    bits, reason = _parties(one, other)
    return round(_TARGETS_WEIGH * bits, 2), reason


def _parties(one: tuple[Party, ...], other: tuple[Party, ...]) -> Said:
    return max((_party(a, b) for a in one for b in other), key=lambda said: said[0])


@lru_cache(maxsize=262_144)
def _party(one: Party, other: Party) -> Said:
    credit = tokens_credit(one.tokens, other.tokens)
    named = one.named and other.named
    if credit == RIGHT:
        return (_NAMED if named else 2 * _PLAIN), f"both {' '.join(one.tokens)}"
    if credit == HALF:
        return (_NAMED_HALF if named else _PLAIN), f"{' '.join(one.tokens)} and {' '.join(other.tokens)}"
    if one.sector is other.sector and one.sector not in _UNSAID and not named:
        return _SECTOR, f"both {one.sector.value}"
    return (_OTHER_NAMED if named else _OTHER), f"{' '.join(one.tokens)}; {' '.join(other.tokens)}"


def counts_part(one: Mention, other: Mention) -> Said | None:
    """Compare numbers of persons, measure by measure: the closest rows of each decide.

    The same number speaks for one event, the more the larger it is. Sources differ, so numbers up to threefold apart
    say nothing; nor do they up to sixfold where the later report has the higher one, since tolls grow. Beyond that
    they speak against.
    """
    if not one.counts or not other.counts:
        return None
    if one.published and other.published and one.published > other.published:
        one, other = other, one
    dated = one.published is not None and other.published is not None and one.published != other.published
    found = []
    counted = {row.measure for row in one.counts} & {row.measure for row in other.counts}
    for measure in Measure if len(counted) > 1 else counted:  # in one order, whatever the set's
        earlier = [row for row in one.counts if row.measure is measure]
        later = [row for row in other.counts if row.measure is measure]
        rows = [_rows(a, b, dated=dated) for a in earlier for b in later]
        closest = max((said for said in rows if said is not None), default=None)
        if closest is not None:
            found.append((closest[0], f"{measure.value} {closest[1]}"))
    if not found:
        return None
    total = sum(bits for bits, _ in found)
    return max(_LEAST_COUNTS, min(_MOST_COUNTS, round(total, 2))), ", ".join(reason for _, reason in found)


def _rows(one: Count, other: Count, *, dated: bool) -> Said | None:
    """Compare two numbers, the earlier first if ``dated``; None where persons differ, or a side has no number."""
    if one.who is not other.who and Who.ALL not in {one.who, other.who}:
        return None
    a, b = _number(one), _number(other)
    if a is None or b is None:
        return None
    low, high = sorted((a, b))
    vague = CountForm.VAGUE in {one.form, other.form}
    return _numbers(low, high, vague=vague, grew=dated and a < b), f"{low}" if low == high else f"{low} and {high}"


def _numbers(low: int, high: int, *, vague: bool, grew: bool) -> float:
    """Return the bits of two numbers of the same persons."""
    if low == 0:
        return 0.5 if high == 0 else _FAR_BITS if high < _NONE_AND_MANY else _FARTHER_BITS
    if high <= _ALIKE * low:
        exact = 1.0 if low == high and not vague else 0.5
        return exact * (0.3 if high <= _FEW else min(3.0, log2(high) / 2))
    if high <= (_FAR if grew else _REVISED) * low or vague or high - low <= _FEW:
        return 0.0
    return _FAR_BITS if grew or high <= _FAR * low else _FARTHER_BITS


def _number(row: Count) -> int | None:
    return row.max if row.min is None else row.min


def words_part(one: Mention, other: Mention, weights: Mapping[str, int]) -> Said | None:
    """Compare the rarest words of both: the share of the lighter side's weight that they have in common."""
    if min(len(one.words), len(other.words)) < _TOO_FEW_WORDS:
        return None
    shared = one.words & other.words
    share = sum(weights[word] for word in shared) / max(1, min(one.weight, other.weight))
    bits = _WORDS_SLOPE * (share - _WORDS_EXPECTED)
    reason = f"in common: {' '.join(sorted(shared))}" if shared else "no rare words in common"
    return round(max(_LEAST_WORDS, min(_MOST_WORDS, bits)), 2), reason

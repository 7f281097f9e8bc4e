"""How well mentions were grouped into stories: B³ and pairwise precision, recall and F1.

Both compare a grouping with the right one, over the same mentions; a grouping is a label for each mention, and what
the labels are called means nothing.

*B³* (Bagga and Baldwin 1998, "Algorithms for Scoring Coreference Chains"): each mention is judged by the group it was
put in. Its precision is the share of that group which belongs to its right group, its recall the share of its right
group which is in that group; both are averaged over all mentions, each of the same weight::

    P = 1/N · Σ_m |found(m) ∩ right(m)| / |found(m)|        R = 1/N · Σ_m |found(m) ∩ right(m)| / |right(m)|

*Pairwise*: of the pairs of mentions that were put together, the share that belongs together (P), and of the pairs that
belong together, the share that was put together (R). It weighs a story by the square of its size, and says nothing of
mentions that stand alone. So the two are given side by side: lumping all together ruins both precisions, while leaving
every mention alone ruins the recall of pairs but only part of that of B³.

F1 = 2PR / (P + R), 0 where both are 0. A share of nothing (no pair was put together) is None, and so is the F1 of a
grouping into pairs where there is no pair on either side.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Agreement:
    """Precision, recall and F1 of one measure, each 0 to 1; None where there was nothing to take a share of."""

    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True)
class Grouping:
    """A grouping against the right one."""

    mentions: int
    groups: int
    """Found."""
    right_groups: int
    b3: Agreement
    pairwise: Agreement
    joined: int
    """Pairs that were put together."""
    belonging: int
    """Pairs that belong together."""
    rightly: int
    """Pairs that were put together and belong together."""


def compare_groupings(found: Mapping[str, str], right: Mapping[str, str]) -> Grouping:
    """Compare two groupings of the same mentions.

    Args:
        found: The group of each mention, as computed.
        right: The group of each mention, as labelled.

    Raises:
        ValueError: They are not about the same mentions.
    """
    if found.keys() != right.keys():
        raise ValueError(f"{len(found.keys() ^ right.keys())} mentions are in one grouping only")
    both = Counter((found[mention], right[mention]) for mention in found)
    sizes, right_sizes = Counter(found.values()), Counter(right.values())
    total = len(found)
    precision = sum(n * n / sizes[group] for (group, _), n in both.items())
    recall = sum(n * n / right_sizes[group] for (_, group), n in both.items())
    joined, belonging, rightly = (_pairs(each.values()) for each in (sizes, right_sizes, both))
    return Grouping(
        mentions=total,
        groups=len(sizes),
        right_groups=len(right_sizes),
        b3=_agreement(_share(precision, total), _share(recall, total)),
        pairwise=_agreement(_share(rightly, joined), _share(rightly, belonging)),
        joined=joined,
        belonging=belonging,
        rightly=rightly,
    )


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def _agreement(precision: float | None, recall: float | None) -> Agreement:
    if precision is None and recall is None:
        return Agreement(None, None, None)
    p, r = precision or 0.0, recall or 0.0
    return Agreement(precision, recall, 2 * p * r / (p + r) if p + r else 0.0)

"""B³ and pairwise figures: examples worked by hand, and what must hold for every grouping."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.scoring.clusters import Agreement, compare_groupings

if TYPE_CHECKING:
    from collections.abc import Mapping

RIGHT = "12345|67|89ABC"
"""Three right groups: the example that runs through Bagga and Baldwin (1998)."""


def groups(text: str) -> dict[str, str]:
    """Return the group of each character: groups stand between bars."""
    return {mention: str(number) for number, part in enumerate(text.split("|")) for mention in part}


@pytest.mark.parametrize(
    ("found", "precision", "recall"),
    [
        # Groups 2 and 3 lumped: 5 mentions at 1, of the 7 others 2 at 2/7 and 5 at 5/7 (Bagga and Baldwin: 76 %).
        ("12345|6789ABC", (5 + Fraction(2 * 2, 7) + Fraction(5 * 5, 7)) / 12, Fraction(1)),
        # Groups 1 and 3 lumped: 2 at 1, 10 at 1/2 (Bagga and Baldwin: 58 %).
        ("1234589ABC|67", Fraction(7, 12), Fraction(1)),
        (RIGHT, Fraction(1), Fraction(1)),
        # Every mention alone: recall 1/5 for ten, 1/2 for two.
        ("|".join("123456789ABC"), Fraction(1), Fraction(3, 12)),
        # All in one: (25 + 4 + 25) / 12 / 12.
        ("123456789ABC", Fraction(54, 144), Fraction(1)),
    ],
)
def test_b_cubed_of_worked_examples(found: str, precision: Fraction, recall: Fraction) -> None:
    """The examples of the paper, and two extremes, come out as reckoned by hand."""
    b3 = compare_groupings(groups(found), groups(RIGHT)).b3
    assert b3.precision == pytest.approx(float(precision))
    assert b3.recall == pytest.approx(float(recall))
    assert b3.f1 == pytest.approx(float(2 * precision * recall / (precision + recall)))


@pytest.mark.parametrize(
    ("found", "right", "joined", "belonging", "rightly"),
    [
        ("ab|cd", "abc|d", 2, 3, 1),
        ("abcd", "ab|cd", 6, 2, 2),
        ("a|b|c|d", "ab|cd", 0, 2, 0),
        ("ab|cd", "a|b|c|d", 2, 0, 0),
    ],
)
def test_pairs_of_worked_examples(found: str, right: str, joined: int, belonging: int, rightly: int) -> None:
    """Pairs are counted as by hand, and their shares follow from the counts."""
    result = compare_groupings(groups(found), groups(right))
    assert (result.joined, result.belonging, result.rightly) == (joined, belonging, rightly)
    assert result.pairwise.precision == (rightly / joined if joined else None)
    assert result.pairwise.recall == (rightly / belonging if belonging else None)


def test_nothing_to_pair_is_not_perfect() -> None:
    """Where no pair exists on either side there is no pairwise figure; without mentions there is none at all."""
    assert compare_groupings(groups("a|b"), groups("b|a")).pairwise == Agreement(None, None, None)
    assert compare_groupings({}, {}).b3 == Agreement(None, None, None)


def test_groupings_of_other_mentions_are_refused() -> None:
    """A mention that only one side knows is an error, not a point lost."""
    with pytest.raises(ValueError, match="1 mentions"):
        compare_groupings(groups("a|b"), groups("a|bc"))


_GROUPINGS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=14)


@given(_GROUPINGS)
def test_figures_are_what_their_definitions_say(drawn: list[tuple[int, int]]) -> None:
    """The counted figures equal those that loops over mentions and pairs give; swapping sides swaps P and R."""
    found = {str(i): f"f{a}" for i, (a, _) in enumerate(drawn)}
    right = {str(i): f"r{b}" for i, (_, b) in enumerate(drawn)}
    result = compare_groupings(found, right)
    assert result.b3.precision == pytest.approx(float(_b3_precision(found, right)))
    assert result.b3.recall == pytest.approx(float(_b3_precision(right, found)))
    assert result.rightly == sum(
        found[a] == found[b] and right[a] == right[b] for a, b in combinations(sorted(found), 2)
    )
    swapped = compare_groupings(right, found)
    assert (swapped.b3.precision, swapped.pairwise.recall) == (result.b3.recall, result.pairwise.precision)


def _b3_precision(found: Mapping[str, str], right: Mapping[str, str]) -> Fraction:
    shares = []
    for mention in found:
        group = [other for other in found if found[other] == found[mention]]
        shares.append(Fraction(sum(right[other] == right[mention] for other in group), len(group)))
    return sum(shares, Fraction(0)) / len(shares)

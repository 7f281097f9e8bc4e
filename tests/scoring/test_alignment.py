"""The aligner: exact optimum, and ties in their order."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.scoring.alignment import PairValue, align, best_pairs


def test_the_best_total_wins_over_the_best_pair() -> None:
    """One-to-one pairs with the highest total are chosen, not the highest pair first."""
    values = {(0, 0): PairValue(5), (0, 1): PairValue(4), (1, 0): PairValue(4), (1, 1): PairValue(1)}
    assert align(values) == [(0, 1), (1, 0)]


def test_ties_go_by_type_then_time_then_thrift() -> None:
    """Each criterion decides only where all before it are equal."""
    tied = PairValue(4, 1, 1, 0)
    for better in (PairValue(4, 2, 0, -9), PairValue(4, 1, 2, -9), PairValue(4, 1, 1, 1), PairValue(5, 0, 0, -9)):
        assert align({(0, 0): tied, (0, 1): better}) == [(0, 1)]
        assert align({(0, 0): better, (0, 1): tied}) == [(0, 0)]


def test_pairs_without_credit_are_never_aligned() -> None:
    """Neither a pair that is not offered nor one that earns nothing is chosen."""
    assert align({}) == []
    assert align({(0, 0): PairValue(0, 2, 2, 5)}) == []
    assert align({(0, 0): PairValue(1), (3, 7): PairValue(1, 0, 0, -50)}) == [(0, 0), (3, 7)]
    assert best_pairs({(0, 0): 0, (1, 1): 3}) == [(1, 1)]


PARTS = st.tuples(st.integers(0, 9), st.integers(0, 2), st.integers(0, 2), st.integers(-6, 6))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(PARTS, min_size=3, max_size=3), min_size=3, max_size=3))
def test_no_other_alignment_is_worth_more(rows: list[list[tuple[int, int, int, int]]]) -> None:
    """Of all ways to pair three with three, the chosen one is the best, criterion by criterion."""
    values = {(i, j): PairValue(*part) for i, row in enumerate(rows) for j, part in enumerate(row)}
    worth = []
    for order in permutations(range(3)):
        offered = [values[i, j] for i, j in enumerate(order) if values[i, j].credit] or [PairValue(0)]
        worth.append(tuple(map(sum, zip(*offered, strict=True))))
    chosen = [values[pair] for pair in align(values)] or [PairValue(0)]
    assert tuple(map(sum, zip(*chosen, strict=True))) == max(worth)

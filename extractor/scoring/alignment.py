"""Which predicted event is which labelled event: the one-to-one alignment with the highest total credit.

The assignment is solved exactly (SciPy's ``linear_sum_assignment``). Ties go by type credit, then when, then by what
asks for fewest optional fills, and at last by the events' canonical order, so that the order in which a model happens
to list events changes no figure. The four criteria are packed into one whole number per pair, each in a range of its
own, wide enough that no sum over pairs reaches the next; whole numbers below 2**53 are exact in the solver's floats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class PairValue(NamedTuple):
    """What aligning two events is worth, most important first; more is better in each."""

    credit: int
    """Total credit over the slots; a pair of no credit is never aligned."""
    type: int = 0
    when: int = 0
    thrift: int = 0
    """Less where aligning asks for what need not be found: an optional label's fills, negative."""


def align(values: Mapping[tuple[int, int], PairValue]) -> list[tuple[int, int]]:
    """Return the one-to-one pairs with the highest total value, in order.

    Args:
        values: what each pair (row, column) that may be aligned is worth; pairs not in it may not be.
    """
    worthy = {pair: value for pair, value in values.items() if value.credit > 0}
    if not worthy:
        return []
    most = min(len({row for row, _ in worthy}), len({column for _, column in worthy}))
    by_credit, by_type, by_when, by_thrift = _scales(list(worthy.values()), most)
    return best_pairs(
        {
            pair: credit * by_credit + type_ * by_type + when * by_when + thrift * by_thrift
            for pair, (credit, type_, when, thrift) in worthy.items()
        }
    )


def _scales(values: Sequence[PairValue], most: int) -> tuple[int, ...]:
    """Return a factor for each criterion: above any sum of the less important ones over ``most`` pairs."""
    scales = [1]
    for column in (3, 2, 1):
        widest = max(abs(value[column]) for value in values)
        scales.append(scales[-1] * (2 * most * widest + 1))
    return tuple(reversed(scales))


def best_pairs(weights: Mapping[tuple[int, int], int]) -> list[tuple[int, int]]:
    """Return the one-to-one pairs of the highest total weight, in order; pairs not in ``weights`` are never chosen."""
    import numpy as np  # noqa: PLC0415 - 100 ms that only scoring needs
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - 200 ms that only scoring needs

    rows = sorted({row for row, _ in weights})
    columns = sorted({column for _, column in weights})
    matrix = np.zeros((len(rows), len(columns)))
    row_of = {row: place for place, row in enumerate(rows)}
    column_of = {column: place for place, column in enumerate(columns)}
    for (row, column), weight in weights.items():
        matrix[row_of[row], column_of[column]] = weight
    chosen = ((rows[i], columns[j]) for i, j in zip(*linear_sum_assignment(matrix, maximize=True), strict=True))
    return [pair for pair in chosen if weights.get(pair, 0) > 0]

"""How many labelled articles it takes to tell a difference from chance.

The standard error of a difference, known from a comparison, shrinks with the square root of the number of articles. A
difference d is seen at the 5 % level with a chance of 80 % once d is (1.96 + 0.84) standard errors. That holds for more
articles like these ones; it is a plan, not a promise.
"""

from __future__ import annotations

from math import ceil, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.scoring.figures import Comparison

MOST_ARTICLES = 100_000
"""Nobody will label more."""


def articles_needed(comparison: Comparison, difference: float, *, chance: float = 0.8) -> int | None:
    """Return how many articles would show a difference of EventF1 (0.01 = one point), or None where no set would.

    Args:
        comparison: Of two runs like those that will be compared.
        difference: What is to be seen, of either sign.
        chance: Of seeing it at the two-sided 5 % level when it is there.
    """
    if not difference:
        return None
    articles = comparison.articles * (_errors_apart(chance) * comparison.standard_error / difference) ** 2
    return max(1, ceil(articles)) if articles <= MOST_ARTICLES else None


def detectable_difference(comparison: Comparison, articles: int, *, chance: float = 0.8) -> float:
    """Return the smallest difference of EventF1 that ``articles`` articles show with that chance."""
    return _errors_apart(chance) * comparison.standard_error * sqrt(comparison.articles / articles)


def _errors_apart(chance: float) -> float:
    return NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(chance)

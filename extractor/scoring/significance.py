"""How sure a figure is: paired bootstrap over articles, approximate randomisation, Holm's correction.

The unit is the article: fills of one article hang together, so resampling fills would promise too much. A run is an
array of counts, one row per article; every resample is a vector saying how often each article was drawn, so all
resamples of all figures are one matrix product. Sources: percentile bootstrap (Efron 1979), approximate randomisation
with p = (n + 1) / (R + 1) (Noreen 1989; Chinchor 1992 for MUC-4), step-down correction (Holm 1979).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESAMPLES = 10_000
TRIALS = 9_999
_CHUNK = 1_000
"""Resamples drawn at a time: keeps memory at some 10 MB for 500 articles."""
_ROUNDING = 1e-12
_COR, _PAR, _INC, _MIS, _SPU = range(5)


def f1_of(counts: Floats, *, empty: float = 1.0) -> Floats:
    """Return F1 of counts in the last axis (COR, PAR, INC, MIS, SPU); ``empty`` where all of them are 0."""
    import numpy as np  # noqa: PLC0415 - see pyproject.toml: only scoring needs it

    half = counts[..., _COR] + counts[..., _PAR] / 2
    sides = 2 * (counts[..., _COR] + counts[..., _PAR] + counts[..., _INC]) + counts[..., _MIS] + counts[..., _SPU]
    return np.where(sides > 0, 2 * half / np.where(sides > 0, sides, 1), empty)


def resampled(rows: Floats, *, resamples: int = RESAMPLES, seed: int = 0) -> Floats:
    """Return the sums of articles drawn with replacement.

    Args:
        rows: One row of figures per article, shape (articles, figures).
        resamples: How many samples to draw, each of as many articles as there are.
        seed: Of the random numbers; the same seed draws the same articles for any figures, which pairs two runs.

    Returns:
        Shape (resamples, figures).
    """
    import numpy as np  # noqa: PLC0415 - see above

    rng = np.random.default_rng(seed)
    articles = len(rows)
    sums = np.empty((resamples, rows.shape[1]))
    for start in range(0, resamples, _CHUNK):
        size = min(_CHUNK, resamples - start)
        drawn = rng.integers(0, articles, (size, articles), dtype=np.int32)
        drawn += articles * np.arange(size, dtype=np.int32)[:, None]
        times = np.bincount(drawn.ravel(), minlength=size * articles).reshape(size, articles)
        sums[start : start + size] = times.astype(np.float64) @ rows
    return sums


def interval_of(values: Floats) -> tuple[float, float]:
    """Return the 2.5th and 97.5th percentile of resampled figures, NaN ones left out."""
    import numpy as np  # noqa: PLC0415 - see above

    low, high = np.nanquantile(values, (0.025, 0.975))
    return float(low), float(high)


def randomisation_p(
    one: Floats,
    other: Floats,
    *,
    figure: Callable[[Floats], Floats] = f1_of,
    trials: int = TRIALS,
    seed: int = 0,
) -> Floats:
    """Return two-sided p-values that runs differ in a pooled figure as much as they do by chance alone.

    Each trial swaps the two runs' results of an article with probability 1/2, article by article.

    Args:
        one: Counts of a run, shape (articles, groups, kinds); a group is a slot, or all slots together.
        other: Counts of the other run on the same articles.
        figure: What is computed from summed counts, over the last axis.
        trials: How many times to swap.
        seed: Of the random numbers.

    Returns:
        One p-value per group: (n + 1) / (trials + 1), n trials at least as extreme as what was observed.
    """
    import numpy as np  # noqa: PLC0415 - see above

    rng = np.random.default_rng(seed)
    articles, groups, kinds = one.shape
    change = (other - one).reshape(articles, -1)
    first, second = one.sum(axis=0), other.sum(axis=0)
    observed = np.abs(figure(first) - figure(second))
    extreme = np.zeros(groups)
    for start in range(0, trials, _CHUNK):
        size = min(_CHUNK, trials - start)
        swapped = rng.integers(0, 2, (size, articles), dtype=np.int8).astype(np.float64)
        moved = (swapped @ change).reshape(size, groups, kinds)
        differences = np.abs(figure(first + moved) - figure(second - moved))
        extreme += (differences >= observed - _ROUNDING).sum(axis=0)
    return (extreme + 1) / (trials + 1)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for having looked several times, in the order given."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    corrected = [0.0] * len(p_values)
    least = 0.0
    for rank, index in enumerate(order):
        least = max(least, min(1.0, (len(p_values) - rank) * p_values[index]))
        corrected[index] = least
    return corrected

"""Scores of a run as an array: one row per article, the mean over its repeats, in the order of their names."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.errors import UsageError
from extractor.scoring.fills import SLOTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.scoring.scores import ArticleScore
    from extractor.scoring.significance import Floats

ALL = len(SLOTS)
"""Index of the group that holds all slots together; the slots themselves are groups 0 to 5."""


@dataclass(frozen=True, eq=False)
class Rows:
    """A run's counts."""

    articles: tuple[str, ...]
    repeats: int
    counts: Floats
    """Shape (articles, 7, 5): six slots and all together; COR, PAR, INC, MIS, SPU."""


def rows_of(scores: Sequence[ArticleScore]) -> Rows:
    """Return the counts of a run.

    Raises:
        UsageError: No scores, an article scored twice in one repeat, or not every article in every repeat.
    """
    import numpy as np  # noqa: PLC0415 - only scoring needs it

    if not scores:
        raise UsageError("There are no scored articles.", hint="Check that the run covers the set's articles.")
    twice = [key for key, times in Counter((s.article, s.repeat) for s in scores).items() if times > 1]
    if twice:
        names = ", ".join(f"{article} (repeat {repeat})" for article, repeat in sorted(twice))
        raise UsageError(f"Scored more than once: {names}.")
    grouped: dict[str, list[ArticleScore]] = defaultdict(list)
    for score in scores:
        grouped[score.article].append(score)
    repeats = len({score.repeat for score in scores})
    uneven = sorted(article for article, group in grouped.items() if len(group) != repeats)
    if uneven:
        raise UsageError(f"Not scored in every one of the {repeats} repeats: {', '.join(uneven)}.")
    articles = tuple(sorted(grouped))
    counts = np.zeros((len(articles), ALL + 1, 5))
    for row, article in enumerate(articles):
        for score in grouped[article]:
            counts[row, :ALL] += [[(t := score.tallies[slot]).cor, t.par, t.inc, t.mis, t.spu] for slot in SLOTS]
    counts /= repeats
    counts[:, ALL] = counts[:, :ALL].sum(axis=1)
    return Rows(articles, repeats, counts)

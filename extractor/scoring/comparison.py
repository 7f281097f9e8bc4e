"""Set a candidate against a baseline on the same articles: what differs, by how much, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.errors import UsageError
from extractor.scoring.figures import ArticleDifference, Comparison, Interval, SlotDifference
from extractor.scoring.fills import SLOTS
from extractor.scoring.report import hard_figures
from extractor.scoring.rows import ALL, rows_of
from extractor.scoring.significance import (
    RESAMPLES,
    TRIALS,
    f1_of,
    holm,
    interval_of,
    randomisation_p,
    resampled,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.scoring.rows import Rows
    from extractor.scoring.scores import ArticleScore
    from extractor.scoring.significance import Floats


def compare(
    candidate: Sequence[ArticleScore],
    baseline: Sequence[ArticleScore],
    *,
    resamples: int = RESAMPLES,
    trials: int = TRIALS,
    seed: int = 0,
) -> Comparison:
    """Compare two runs; every difference is candidate - baseline.

    Args:
        candidate: All articles of the run that may replace the other, each of its repeats.
        baseline: The same articles of the other run; it may have another number of repeats.
        resamples: Of the paired bootstrap, which draws the same articles for both runs.
        trials: Of the approximate randomisation.
        seed: Of both.

    Raises:
        UsageError: The runs do not cover the same articles, or one of them is incomplete (see ``rows.rows_of``).
    """
    new, old = rows_of(candidate), rows_of(baseline)
    _demand_same_articles(new, old)
    new_f1s = _resampled_f1s(new, resamples, seed)
    old_f1s = _resampled_f1s(old, resamples, seed)
    differences = new_f1s - old_f1s
    new_f1, old_f1 = f1_of(new.counts.sum(axis=0)), f1_of(old.counts.sum(axis=0))
    p = randomisation_p(new.counts, old.counts, trials=trials, seed=seed)
    corrected = holm([float(value) for value in p[:ALL]])
    return Comparison(
        articles=len(new.articles),
        repeats=(new.repeats, old.repeats),
        candidate=_interval(new_f1[ALL], new_f1s[:, ALL]),
        baseline=_interval(old_f1[ALL], old_f1s[:, ALL]),
        difference=_interval(new_f1[ALL] - old_f1[ALL], differences[:, ALL]),
        p=float(p[ALL]),
        standard_error=float(differences[:, ALL].std()),
        slots={
            slot: SlotDifference(
                candidate=float(new_f1[number]),
                baseline=float(old_f1[number]),
                difference=_interval(new_f1[number] - old_f1[number], differences[:, number]),
                p=float(p[number]),
                p_holm=corrected[number],
            )
            for number, slot in enumerate(SLOTS)
        },
        per_article=_per_article(new, old),
        hard_candidate=hard_figures(candidate),
        hard_baseline=hard_figures(baseline),
        resamples=resamples,
        trials=trials,
        seed=seed,
    )


def _demand_same_articles(new: Rows, old: Rows) -> None:
    problems = []
    for name, only in (
        ("candidate", sorted(set(new.articles) - set(old.articles))),
        ("baseline", sorted(set(old.articles) - set(new.articles))),
    ):
        if only:
            problems.append(f"only in the {name}: {', '.join(only)}")
    if problems:
        raise UsageError(
            f"The two runs cover different articles ({'; '.join(problems)}).",
            hint="Run both on the same set and half, then compare again.",
        )


def _resampled_f1s(rows: Rows, resamples: int, seed: int) -> Floats:
    samples = resampled(rows.counts.reshape(len(rows.articles), -1), resamples=resamples, seed=seed)
    return f1_of(samples.reshape(resamples, ALL + 1, -1))


def _interval(value: Floats, samples: Floats) -> Interval:
    low, high = interval_of(samples)
    return Interval(value=float(value), low=low, high=high)


def _per_article(new: Rows, old: Rows) -> tuple[ArticleDifference, ...]:
    new_f1, old_f1 = f1_of(new.counts[:, ALL]), f1_of(old.counts[:, ALL])
    differences = [
        ArticleDifference(article=article, candidate=float(a), baseline=float(b))
        for article, a, b in zip(new.articles, new_f1, old_f1, strict=True)
    ]
    return tuple(sorted(differences, key=lambda d: (d.candidate - d.baseline, d.article)))

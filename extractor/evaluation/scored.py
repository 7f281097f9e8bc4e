"""Scores of kept runs: every row against its label, and the figures that a run is remembered by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.errors import UsageError
from extractor.evaluation.runs import Completion, now, total_usage
from extractor.scoring.score import score_extraction
from extractor.scoring.scores import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extractor.evaluation.conditions import Case
    from extractor.evaluation.gold import GoldArticle, GoldSet
    from extractor.evaluation.runs import Row, Run
    from extractor.scoring.scores import ArticleScore


def articles_of(run: Run, gold: GoldSet) -> list[GoldArticle]:
    """Return the labelled articles of a run, in its order.

    Raises:
        UsageError: Some are gone from the set; all of them are named.
    """
    here = {article.id: article for article in gold.articles}
    gone = [name for name in run.plan.articles if name not in here]
    if gone:
        raise UsageError(
            f"the set {str(gold.folder)!r} lacks {len(gone)} articles of the run {run.name!r}: {', '.join(gone)}",
            hint="name the set that the run was made on with --set",
        )
    return [here[name] for name in run.plan.articles]


def score_rows(rows: Iterable[Row], cases: Mapping[str, Case]) -> list[ArticleScore]:
    """Return the score of each row, in their order; a failed article counts as predicting nothing.

    Args:
        rows: Of one run.
        cases: Its articles with their labels, by name, under the run's conditions.
    """
    return [score_extraction(cases[row.article].label, row.extraction, repeat=row.repeat) for row in rows]


def pooled_f1(scores: Sequence[ArticleScore]) -> float:
    """Return EventF1: micro over the six slots of all articles."""
    return sum((score.total for score in scores), start=Tally()).f1


def completion_of(rows: Sequence[Row], f1: float) -> Completion:
    """Return what a run's end is remembered by.

    Args:
        rows: All of its rows.
        f1: Its score.
    """
    return Completion(
        ended=now(),
        articles=len(rows),
        failed=sum(not row.ok for row in rows),
        asked=sum(row.asked for row in rows),
        reused=sum(row.reused for row in rows),
        usage=total_usage(rows),
        event_f1=f1,
    )

"""Scores of kept runs: every row against its label, and the figures that a run is remembered by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.scoring.score import score_extraction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from extractor.evaluation.conditions import Case
    from extractor.evaluation.runs import Row
    from extractor.scoring.scores import ArticleScore


def score_rows(rows: Iterable[Row], cases: Mapping[str, Case]) -> list[ArticleScore]:
    """Return the score of each row, in their order; a failed article counts as predicting nothing.

    Args:
        rows: Of one run.
        cases: Its articles with their labels, by name, under the run's conditions.
    """
    return [score_extraction(cases[row.article].label, row.extraction, repeat=row.repeat) for row in rows]

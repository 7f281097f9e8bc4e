"""Scores of kept runs: every row against its label, by today's scorer and today's labels.

A run may only be scored on the set that it was made on: a label that changed since would blame or praise the prompt for
the labeller's change. Where the set has changed, ``eval rescore --keep`` makes a new run out of the kept replies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.errors import UsageError
from extractor.evaluation.conditions import cases_of
from extractor.evaluation.runs import Completion, differences, now, total_usage
from extractor.scoring.comparison import compare
from extractor.scoring.score import score_extraction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extractor.evaluation.conditions import Case
    from extractor.evaluation.gold import GoldArticle, GoldSet
    from extractor.evaluation.runs import Plan, Row, Run
    from extractor.scoring.figures import Comparison, Report
    from extractor.scoring.scores import ArticleScore


@dataclass(frozen=True)
class Scored:
    """A run with its labelled articles and the score of each row."""

    run: Run
    cases: Mapping[str, Case]
    scores: Sequence[ArticleScore]


def score_run(run: Run, gold: GoldSet) -> Scored:
    """Score a kept run.

    Raises:
        UsageError: The set is not the one that the run was made on.
    """
    if gold.digest != run.plan.set_digest:
        raise UsageError(
            f"the set {str(gold.folder)!r} is not what the run {run.name!r} was made on: set_digest is "
            f"{gold.digest[:19]}…, in the run {run.plan.set_digest[:19]}…",
            hint=f"extractor eval rescore {run.name} --keep NAME makes a run of today's set, without a model",
        )
    cases = cases_of(articles_of(run, gold), run.plan.conditions)
    return Scored(run, cases, score_rows(run.rows, cases))


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


def compare_runs(candidate: Scored, baseline: Scored) -> Comparison:
    """Compare two runs, article by article.

    Raises:
        UsageError: They are not about the same articles of the same set under the same conditions.
    """
    one, other = candidate.run.plan, baseline.run.plan
    if not comparable(one, other):
        said = differences(one, _asking_as(one, other))
        raise UsageError(
            f"the runs {candidate.run.name!r} and {baseline.run.name!r} cannot be compared: {said}",
            hint="run both on the same set, half and conditions",
        )
    return compare(candidate.scores, baseline.scores)


def comparable(one: Plan, other: Plan) -> bool:
    """Say whether two plans are about the same articles of the same set under the same conditions."""
    return one == _asking_as(one, other)


def _asking_as(one: Plan, other: Plan) -> Plan:
    """Return ``other`` with the prompt, model and repeats of ``one``: what is left may not differ."""
    asked = ("prompt", "prompt_digest", "model", "repeats")
    return other.model_copy(update={name: getattr(one, name) for name in asked})


def completion_of(rows: Sequence[Row], report: Report) -> Completion:
    """Return what a run's end is remembered by.

    Args:
        rows: All of its rows.
        report: Its score.
    """
    f1 = report.event_f1
    return Completion(
        ended=now(),
        articles=len(rows),
        failed=sum(not row.ok for row in rows),
        asked=sum(row.asked for row in rows),
        reused=sum(row.reused for row in rows),
        usage=total_usage(rows),
        event_f1=f1.value,
        low=f1.low,
        high=f1.high,
    )

"""What each kept run cost and how good it was, so that price can be set against quality.

Only runs that can be compared belong together: the same articles of the same set under the same conditions. All are
scored by today's scorer, because a figure of another day may have been counted otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from extractor.errors import ExtractorError
from extractor.evaluation.runs import COMPLETE, load_run
from extractor.evaluation.scored import comparable, score_run
from extractor.scoring.figures import Interval
from extractor.scoring.report import summarise

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from extractor.evaluation.gold import GoldSet
    from extractor.evaluation.runs import Run
    from extractor.evaluation.scored import Scored
    from extractor.scoring.figures import Report

Role = Literal["candidate", "baseline", "other"]


class Point(BaseModel, frozen=True, extra="forbid"):
    """One run's quality and cost; the costs are those of an article in one repeat, None where a part is unknown."""

    run: str
    prompt: str
    model: str
    role: Role
    event_f1: Interval
    seconds: float | None
    """Time that the answers took, as of when they were asked for."""
    tokens: float | None
    """In and out together."""
    usd: float | None


def point_of(run: Run, report: Report, role: Role) -> Point:
    """Return the point of a scored run."""
    rows = report.articles * report.repeats
    spent = report.spending
    tokens = None
    if spent is not None and spent.tokens_in is not None and spent.tokens_out is not None:
        tokens = (spent.tokens_in + spent.tokens_out) / rows
    return Point(
        run=run.name,
        prompt=run.plan.prompt,
        model=str(run.plan.model),
        role=role,
        event_f1=report.event_f1,
        seconds=spent.seconds / rows if spent is not None else None,
        tokens=tokens,
        usd=spent.cost_usd / rows if spent is not None and spent.cost_usd is not None else None,
    )


def other_points(shown: Iterable[Run], folders: Iterable[Path], gold: GoldSet) -> tuple[list[Point], list[str]]:
    """Return the points of the finished runs in ``folders`` that can be compared with those that are shown already.

    Args:
        shown: Runs that have their points; the first decides what can be compared.
        folders: Folders of runs, one run in each folder below them.
        gold: The labelled set.

    Returns:
        The points by name of the run, and a note on each run that could not be read.
    """
    known = list(shown)
    digests = {run.plan.digest for run in known}
    points, notes = [], []
    for folder in sorted({path.parent.resolve() for root in folders for path in root.glob(f"*/{COMPLETE}")}):
        try:
            run = load_run(folder)
            if run.plan.digest in digests or not comparable(known[0].plan, run.plan):
                continue
            scored: Scored = score_run(run, gold)
        except ExtractorError as error:
            notes.append(f"the run {folder.name!r} is left out: {error}")
            continue
        digests.add(run.plan.digest)
        points.append(point_of(run, summarise(scored.scores), "other"))
    return sorted(points, key=lambda point: point.run), notes

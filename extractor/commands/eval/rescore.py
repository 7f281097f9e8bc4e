"""Reading a kept run again, for ``eval rescore``: today's code and labels, the replies of then, no model."""

from __future__ import annotations

import asyncio
from importlib.metadata import version
from typing import TYPE_CHECKING

from extractor.commands.eval.figures import figure_lines, interval
from extractor.errors import UsageError
from extractor.evaluation.conditions import cases_of
from extractor.evaluation.rescore import reread
from extractor.evaluation.run_writer import open_writer
from extractor.evaluation.runs import load_run, prompt_of
from extractor.evaluation.scored import articles_of, completion_of, score_rows
from extractor.scoring.comparison import compare
from extractor.scoring.report import summarise

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from extractor.evaluation.conditions import Case
    from extractor.evaluation.gold import GoldSet
    from extractor.evaluation.rescore import Reread
    from extractor.evaluation.runs import Run


def again(folder: Path, gold: GoldSet, keep: Path | None) -> tuple[list[str], bool]:
    """Read the run in ``folder`` again, and keep the result where ``keep`` says.

    Returns:
        The lines to show, and whether every article could be read again.

    Raises:
        UsageError: An article of the run is gone from the set, nothing is left to score, or only a part of the run
            could be kept.
        StoreError: The run is damaged.
    """
    run = load_run(folder)
    cases = cases_of(articles_of(run, gold), run.plan.conditions)
    found = asyncio.run(reread(run, cases, prompt_of(run)))
    if keep is not None:
        _keep(keep, run, gold.digest, found, cases)
    return list(_lines(run, gold, found, cases)), not found.unanswered


def _lines(run: Run, gold: GoldSet, found: Reread, cases: Mapping[str, Case]) -> Iterator[str]:
    if gold.digest != run.plan.set_digest:
        was, is_now = run.plan.set_digest[:19], gold.digest[:19]
        yield f"the set was {was}… and is {is_now}… today; both figures are by today's labels"
    total = len(run.rows)
    yield f"{run.name}: {len(found.rows)} of {total} articles read again, {found.changed} with other events"
    if found.unanswered:
        names = ", ".join(found.unanswered)
        yield f"not read again, because today's code asks them something else: {names}"
    if not found.rows:
        return
    answered = {(row.article, row.repeat) for row in found.rows}
    before = score_rows([row for row in run.rows if (row.article, row.repeat) in answered], cases)
    today = score_rows(found.rows, cases)
    difference = compare(today, before).difference
    yield f"difference of EventF1 to what was kept: {interval(difference, sign='+')}"
    yield from figure_lines(summarise(today))


def _keep(folder: Path, run: Run, digest: str, found: Reread, cases: Mapping[str, Case]) -> None:
    """Keep what was read again as a run of its own, on today's set."""
    if found.unanswered:
        raise UsageError(
            f"{len(found.unanswered)} articles could not be read again, and half a run is not kept",
            hint="extractor eval run … --again asks what is missing",
        )
    plan = run.plan.model_copy(update={"set_digest": digest})
    with open_writer(folder, plan, prompt_of(run), version=version("extractor")) as writer:
        for row in found.rows:
            writer.add(row)
        writer.complete(completion_of(found.rows, summarise(score_rows(found.rows, cases))))

"""Scoring and comparing kept runs: only on their own set, only with their like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from extractor.errors import TransientError, UsageError
from extractor.evaluation.conditions import Conditions
from extractor.evaluation.scored import Scored, compare_runs, completion_of, score_run
from extractor.scoring.report import summarise
from tests.evaluation.small_set import ASKED, SET_DIGEST, TEXTS, answer, failing, gold, make, nothing, plan

if TYPE_CHECKING:
    from pathlib import Path

OTHER_DIGEST = "sha256:" + "6" * 64


async def scored(folder: Path, *replies: Any, name: str = "run", **parts: Any) -> Scored:
    """Make and score a run whose plan has other ``parts``."""
    run = await make(folder, *replies, name=name, the_plan=plan(**parts))
    return score_run(run, gold(digest=run.plan.set_digest))


async def test_a_run_is_scored_on_the_set_that_it_was_made_on(tmp_path: Path) -> None:
    """Every row has its score, and another set is refused by both digests."""
    run = await make(tmp_path, answer)
    found = score_run(run, gold())
    assert [score.article for score in found.scores] == list(TEXTS)
    assert summarise(found.scores).event_f1.value > 0.8
    with pytest.raises(UsageError, match=rf"set_digest is {OTHER_DIGEST[:19]}…, in the run {SET_DIGEST[:19]}"):
        score_run(run, gold(digest=OTHER_DIGEST))


async def test_articles_that_are_gone_are_named_all_at_once(tmp_path: Path) -> None:
    """A set that lacks articles of the run is another one, whatever its digest says."""
    run = await make(tmp_path, answer)
    with pytest.raises(UsageError, match="lacks 2 articles of the run 'run': bb-2002-strike, cc-2003-chess"):
        score_run(run, gold(articles=gold().articles[:1]))


async def test_a_better_run_compares_as_better(tmp_path: Path) -> None:
    """The difference is candidate minus baseline, article by article."""
    good = await scored(tmp_path, answer)
    dull = await scored(tmp_path, nothing, name="dull", prompt_digest=OTHER_DIGEST)
    found = compare_runs(good, dull)
    assert found.difference.value == found.candidate.value - found.baseline.value > 0.8
    assert found.baseline.value == 0
    assert compare_runs(dull, good).difference.value == -found.difference.value


@pytest.mark.parametrize(
    "parts",
    [
        {"prompt_digest": OTHER_DIGEST},
        {"model": ASKED.model_copy(update={"name": "m2"})},
        {"repeats": 2},
    ],
)
async def test_another_prompt_model_or_number_of_repeats_can_be_compared(tmp_path: Path, parts: dict[str, Any]) -> None:
    """That is what comparisons are for."""
    one, other = await scored(tmp_path, answer), await scored(tmp_path, answer, name="other", **parts)
    assert compare_runs(one, other).difference.value == 0


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"half": "dev"}, "half: all and dev"),
        ({"articles": tuple(TEXTS)[:2]}, "articles: 3 and 2, only here cc-2003-chess, only there none"),
        ({"set_digest": OTHER_DIGEST}, "set digest: sha256:5"),
        ({"conditions": Conditions(date="stripped")}, "conditions: date given"),
        ({"half": "dev", "articles": tuple(TEXTS)[:2]}, "half: all and dev; articles: 3 and 2"),
    ],
)
async def test_runs_about_something_else_are_refused(tmp_path: Path, parts: dict[str, Any], said: str) -> None:
    """Other articles, another set or other conditions are named, and nothing is compared."""
    one, other = await scored(tmp_path, answer), await scored(tmp_path, answer, name="other", **parts)
    with pytest.raises(UsageError, match="'run' and 'other' cannot be compared") as raised:
        compare_runs(one, other)
    assert said in str(raised.value)


async def test_the_end_of_a_run_remembers_what_it_cost_and_scored(tmp_path: Path) -> None:
    """Failures, questions, usage and EventF1 with its interval."""
    found = await scored(tmp_path, failing(TransientError, "nurses"))
    report = summarise(found.scores)
    end = completion_of(found.run.rows, report)
    assert (end.articles, end.failed, end.asked, end.reused, end.usage.requests) == (3, 1, 3, 0, 3)
    assert (end.event_f1, end.low, end.high) == (report.event_f1.value, report.event_f1.low, report.event_f1.high)

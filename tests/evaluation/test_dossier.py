"""The dossier holds what scoring says, withholds what nobody may read, and survives JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extractor.errors import ModelError, UsageError
from extractor.evaluation.dossier import Dossier, make_dossier
from extractor.evaluation.gold import half_of
from extractor.evaluation.points import other_points
from extractor.evaluation.runs import ARTICLES
from extractor.scoring.figures import Bounds
from extractor.scoring.scores import FindingKind, Slot, Tally
from tests.dossiers import MADE, alone, chatter, compared, failing, scored
from tests.evaluation.small_set import TEXTS, answer, nothing
from tests.evaluation.small_set import gold as gold_set

if TYPE_CHECKING:
    from pathlib import Path


def test_a_dossier_adds_up_to_what_scoring_says(tmp_path: Path) -> None:
    """The articles' tallies sum to the report's, and their differences are those of the comparison."""
    dossier = compared(tmp_path, not_tuning=True)
    total = sum((article.candidate.total for article in dossier.articles), start=Tally())
    assert total == dossier.candidate.report.tally
    assert dossier.comparison is not None
    own = {article.id: article.difference for article in dossier.articles}
    assert {one.article: one.candidate - one.baseline for one in dossier.comparison.per_article} == own
    assert dossier.verdict is not None
    assert (dossier.verdict.result, [check.slot for check in dossier.guards]) == ("pass", [Slot.TYPE, Slot.CASUALTIES])
    assert [check.held for check in dossier.floors] == [True]
    assert [article.id for article in dossier.articles] == list(TEXTS)
    assert (dossier.candidate.facts.prompt, dossier.candidate.facts.ended is not None) == ("events@v2", True)


def test_a_dossier_survives_json(tmp_path: Path) -> None:
    """The JSON format is the dossier itself."""
    for dossier in (compared(tmp_path / "two"), alone(tmp_path / "one")):
        assert Dossier.model_validate_json(dossier.model_dump_json()) == dossier


def test_a_run_alone_has_no_verdict(tmp_path: Path) -> None:
    """Without a baseline nothing is compared, guarded or bounded."""
    dossier = alone(tmp_path)
    assert (dossier.comparison, dossier.verdict, dossier.baseline) == (None, None, None)
    assert (dossier.guards, dossier.floors) == ((), ())
    assert all(article.baseline is None and article.difference == 0 for article in dossier.articles)


def test_findings_in_the_test_half_are_withheld(tmp_path: Path) -> None:
    """They quote the article, so they are left out unless nobody is tuning; its figures are there all the same."""
    assert {half_of(name) for name in TEXTS} == {"dev", "test"}
    told = compared(tmp_path / "1", chatter, chatter, not_tuning=True)
    untold = compared(tmp_path / "2", chatter, chatter)
    assert not any(article.withheld for article in told.articles)
    assert {article.half for article in untold.articles if article.withheld} == {"test"}
    pairs = list(zip(told.articles, untold.articles, strict=True))
    assert all(open_.candidate.tallies == closed.candidate.tallies for open_, closed in pairs)
    assert "under-12 chess cup" in told.model_dump_json()
    assert "under-12 chess cup" not in untold.model_dump_json()


def test_a_finding_of_several_repeats_is_told_once(tmp_path: Path) -> None:
    """It says how often it came up, and a missed event is missed in every repeat."""
    candidate = scored(tmp_path, nothing, name="thrice", repeats=3)
    dossier = make_dossier(candidate, None, Bounds(), made=MADE, not_tuning=True)
    told = [told for article in dossier.articles for told in article.candidate.findings or ()]
    assert [(one.finding.kind, one.times) for one in told] == [(FindingKind.MISSED_EVENT, 3)] * 2
    assert dossier.articles[0].candidate.total == candidate.scores[0].total


def test_a_failed_article_says_so(tmp_path: Path) -> None:
    """It keeps its place, with the class of its failure, and counts as predicting nothing."""
    dossier = compared(tmp_path, failing(ModelError))
    first = dossier.articles[0]
    assert first.candidate.failures == {"ModelError": 1}
    assert first.candidate.total.predicted == 0
    assert dossier.candidate.facts.failed == 1


def test_yardsticks_are_scored_on_the_same_articles(tmp_path: Path) -> None:
    """Saying nothing finds nothing; reading the first sentence finds something of both events."""
    silent, led = alone(tmp_path).yardsticks
    assert (silent.name, silent.report.event_f1.value, silent.report.articles) == ("says nothing", 0, len(TEXTS))
    assert led.name == "lead"
    assert 0 < led.report.event_f1.value < 1


def test_traps_pool_the_articles_that_hold_them(tmp_path: Path) -> None:
    """An article counts under each of its traps, those without one under none, the most frequent first."""
    candidate = scored(tmp_path, answer, name="run")
    traps = {"aa-2001-bridge": ("denial", "told_twice"), "cc-2003-chess": ("denial",)}
    changed = {
        name: case.__class__(case.article, case.label.model_copy(update={"traps": traps.get(name, ())}))
        for name, case in candidate.cases.items()
    }
    trapped = candidate.__class__(candidate.run, changed, candidate.scores)
    rows = make_dossier(trapped, None, Bounds(), made=MADE).traps
    assert [(row.trap, row.articles) for row in rows] == [("denial", 2), ("told_twice", 1), (None, 1)]
    assert rows[1].candidate == candidate.scores[0].total.f1


def test_points_are_of_runs_that_can_be_compared(tmp_path: Path) -> None:
    """Another half is no neighbour, a copy is no second point, and a damaged run is named and left out."""
    runs = tmp_path / "runs"
    ours = scored(runs, answer, name="ours")
    for name, version in (("copy", "v1"), ("rival", "v3"), ("broken", "v4")):
        scored(runs, nothing, name=name, version=version)
    (runs / "broken" / ARTICLES).write_text("{}\n")
    gold = gold_set()
    points, notes = other_points([ours.run], [runs, tmp_path / "nowhere"], gold)
    assert [(point.run, point.role, point.event_f1.value) for point in points] == [("rival", "other", 0)]
    assert (points[0].tokens, points[0].usd) == (1000, 0)
    assert len(notes) == 1
    assert "'broken' is left out" in notes[0]


def test_runs_that_cannot_be_compared_are_refused(tmp_path: Path) -> None:
    """A dossier never sets different sets against each other."""
    one = scored(tmp_path / "1", answer, name="one")
    other = scored(tmp_path / "2", answer, name="other")
    plan = other.run.plan.model_copy(update={"set_digest": "sha256:" + "6" * 64})
    moved = other.run.__class__(other.run.folder, other.run.manifest.model_copy(update={"plan": plan}), (), None)
    with pytest.raises(UsageError, match="set digest"):
        make_dossier(one, other.__class__(moved, other.cases, other.scores), Bounds(), made=MADE)

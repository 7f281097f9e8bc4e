"""Two runs against each other: differences, their certainty, how many articles would tell, and the verdict."""

from __future__ import annotations

from typing import Any

import pytest

from extractor.errors import UsageError
from extractor.scoring.comparison import compare
from extractor.scoring.figures import Bounds, Comparison, Floors, HardFigures, Interval, Ratio, Verdict
from extractor.scoring.power import articles_needed, detectable_difference
from extractor.scoring.score import score_article
from extractor.scoring.scores import ArticleScore, Slot
from extractor.scoring.verdict import decide
from tests.scored import PLACES, article, as_predicted, labelled

FAST: dict[str, int] = {"resamples": 1_000, "trials": 999}


def run(right: list[bool], *, repeat: int = 0) -> list[ArticleScore]:
    """Return the scores of a run: one event per article, its place found or not."""
    event = labelled(where=PLACES[0], initiators=[["gunmen"]], targets=[["miners"]])
    full = as_predicted(event)
    lost = full.model_copy(update={"where": full.where.model_copy(update={"country": "COL", "settlement": "X"})})
    return [
        score_article(article(event, id=f"article-{n:03}"), [full if found else lost], repeat=repeat)
        for n, found in enumerate(right)
    ]


def test_a_clear_difference() -> None:
    """A slot that is better nearly everywhere is significant, and the others are not different at all."""
    comparison = compare(run([True] * 40), run([n % 8 == 0 for n in range(40)]), **FAST)
    assert comparison.difference.value == pytest.approx(35 / 40 / 4)
    assert comparison.difference.value == pytest.approx(comparison.candidate.value - comparison.baseline.value)
    assert 0 < comparison.difference.low < comparison.difference.value < comparison.difference.high
    assert comparison.p == 0.001
    where = comparison.slots[Slot.WHERE]
    assert (where.candidate, where.baseline, where.p) == (1, 0.125, 0.001)
    assert where.p_holm == pytest.approx(0.006)
    assert comparison.slots[Slot.TYPE].difference == Interval(value=0, low=0, high=0)
    assert comparison.slots[Slot.TYPE].p == comparison.slots[Slot.TYPE].p_holm == 1
    assert [d.candidate - d.baseline for d in comparison.per_article[:5]] == pytest.approx([0] * 5)
    assert Comparison.model_validate_json(comparison.model_dump_json()) == comparison


def test_a_comparison_turned_round() -> None:
    """Candidate and baseline exchanged turn every sign and leave every p."""
    one, other = run([True] * 20), run([n % 3 == 0 for n in range(20)])
    there, back = compare(one, other, **FAST), compare(other, one, **FAST)
    assert back.difference.value == pytest.approx(-there.difference.value)
    assert back.difference.low == pytest.approx(-there.difference.high)
    assert back.p == there.p
    assert back.per_article[0].candidate < back.per_article[0].baseline  # the largest loss comes first


def test_runs_may_have_different_repeats() -> None:
    """Each run's rows are means over its own repeats."""
    twice = [*run([True] * 10), *run([False] * 10, repeat=1)]
    comparison = compare(twice, run([True] * 10), **FAST)
    assert comparison.repeats == (2, 1)
    assert comparison.slots[Slot.WHERE].candidate == 0.5


def test_runs_on_other_articles_are_refused() -> None:
    """All articles that only one run has are named."""
    with pytest.raises(UsageError, match=r"only in the candidate: article-003; only in the baseline: article-000"):
        compare(run([True] * 4)[1:], run([True] * 3), **FAST)


def compared(low: float, value: float, high: float, **fields: Any) -> Comparison:
    """Return a comparison of 100 identical articles with another difference put in."""
    same = compare(run([True] * 3), run([True] * 3), resamples=10, trials=9)
    changed = {"articles": 100, "difference": Interval(value=value, low=low, high=high), "standard_error": 0.02}
    return same.model_copy(update={**changed, **fields})


def test_how_many_articles_it_takes() -> None:
    """N = n0 ((1.96 + 0.84) SE / d)^2; never more than anybody would label; and back."""
    comparison = compared(-0.04, 0, 0.04)
    needed = articles_needed(comparison, 0.03)
    assert needed == 349  # 100 (2.8016 * 0.02 / 0.03)^2 = 348.8
    assert articles_needed(comparison, -0.03) == needed
    assert detectable_difference(comparison, needed) == pytest.approx(0.03, abs=1e-4)
    assert articles_needed(comparison, 0.03, chance=0.5) == 171
    assert articles_needed(comparison, 0) is None
    assert articles_needed(comparison, 0.0001) is None
    assert articles_needed(compared(0, 0, 0, standard_error=0.0), 0.01) == 1


def test_articles_needed_see_the_difference_as_often_as_promised() -> None:
    """With that many articles, four of five comparisons exclude zero: simulated from many articles."""
    import numpy as np  # noqa: PLC0415 - used by this test only

    rng = np.random.default_rng(2)
    gains = rng.normal(0.05, 0.2, 100_000)
    known = compared(0, 0, 0, articles=50, standard_error=0.2 / 50**0.5)
    needed = articles_needed(known, 0.05)
    assert needed is not None
    samples = rng.choice(gains, (2_000, needed))
    seen = np.abs(samples.mean(axis=1)) > 1.96 * samples.std(axis=1) / needed**0.5
    assert seen.mean() == pytest.approx(0.8, abs=0.04)


def hard(count: int, of: int = 100) -> dict[str, Any]:
    """Return hard figures of a candidate, all alike."""
    ratio = Ratio(count=count, of=of)
    return {"hard_candidate": HardFigures(grounding=ratio, date_fabrication=ratio, conflict_retention=ratio)}


@pytest.mark.parametrize(
    ("comparison", "bounds", "result", "words"),
    [
        (compared(-0.01, 0.01, 0.03), Bounds(), "pass", "at worst -1.0 points"),
        (compared(0, 0, 0), Bounds(), "pass", "no loss beyond the margin of 1.0 points"),
        (compared(-0.05, -0.03, -0.011), Bounds(), "fail", "lower by more than the margin: -3.0 points"),
        (compared(-0.05, -0.03, -0.011), Bounds(margin=0.02), "too_little_data", "margin is -2.0"),
        (compared(-0.03, 0.01, 0.05), Bounds(), "too_little_data", "-3.0 points to +5.0 points"),
        (compared(-0.03, -0.01, 0.01), Bounds(), "too_little_data", "no set of reasonable size"),
        (compared(0.01, 0.02, 0.03, articles=19), Bounds(), "too_little_data", "19 articles are too few"),
        (compared(-0.05, -0.03, -0.02, articles=19), Bounds(), "too_little_data", "19 articles are too few"),
        (compared(0, 0, 0, **hard(94)), Bounds(floors=Floors(grounding=0.95)), "fail", "grounding rate is 94.0%"),
        (compared(0, 0, 0, **hard(95)), Bounds(floors=Floors(grounding=0.95)), "pass", "points"),
        (compared(0, 0, 0, **hard(6)), Bounds(floors=Floors(date_fabrication=0.05)), "fail", "above its ceiling"),
        (compared(0, 0, 0, **hard(5)), Bounds(floors=Floors(date_fabrication=0.05)), "pass", "points"),
        (compared(0, 0, 0, **hard(1)), Bounds(floors=Floors(conflict_retention=0.5)), "fail", "conflict retention"),
        (
            compared(0, 0, 0, **hard(0, of=0)),
            Bounds(floors=Floors(grounding=0.5)),
            "too_little_data",
            "grounding rate could not be measured",
        ),
    ],
)
def test_the_three_verdicts(comparison: Comparison, bounds: Bounds, result: str, words: str) -> None:
    """Pass, fail and too little data as scoring.md §3 draws them, each with its reason and exit code."""
    verdict = decide(comparison, bounds)
    assert verdict.result == result
    assert verdict.exit_code == {"pass": 0, "fail": 7, "too_little_data": 8}[result]
    assert words in " ".join(verdict.reasons)
    assert Verdict.model_validate_json(verdict.model_dump_json()) == verdict


def test_a_verdict_says_how_many_articles_would_settle_it() -> None:
    """The number stands in the verdict and in its reason, and is more than there are."""
    verdict = decide(compared(-0.03, 0.01, 0.05))
    assert verdict.articles_needed == 785  # 100 (2.8016 * 0.02 / 0.02)^2
    assert "785 labelled articles" in verdict.reasons[-1]
    assert decide(compared(-0.011, 0.09, 0.2)).articles_needed == 101
    assert decide(compared(0, 0, 0, articles=7)).articles_needed == 20


def test_guards() -> None:
    """A guarded slot that is significantly worse fails a candidate that is better on the whole."""
    worse = compare(run([n % 8 == 0 for n in range(40)]), run([True] * 40), **FAST)
    better_on_the_whole = worse.model_copy(update={"difference": Interval(value=0.02, low=0.01, high=0.03)})
    assert decide(better_on_the_whole).result == "pass"
    verdict = decide(better_on_the_whole, Bounds(guards=(Slot.WHERE, Slot.TYPE)))
    assert verdict.result == "fail"
    assert verdict.reasons == ("The guarded slot where is worse: -87.5 points, p = 0.0020 (Holm).",)
    assert decide(better_on_the_whole, Bounds(guards=(Slot.TYPE,))).result == "pass"
    improved = compare(run([True] * 40), run([n % 8 == 0 for n in range(40)]), **FAST)
    assert decide(improved, Bounds(guards=(Slot.WHERE,))).result == "pass"
    assert decide(better_on_the_whole, Bounds(guards=(Slot.WHERE,), alpha=0.0005)).result == "pass"

"""The report on a run: every figure of scoring.md §2, with its denominator."""

from __future__ import annotations

import pytest

from extractor.errors import UsageError
from extractor.events.summary import Check, Usage
from extractor.events.vocabulary import CheckName, CheckResult, Outcome
from extractor.scoring.figures import Report
from extractor.scoring.report import summarise
from extractor.scoring.score import score_article
from extractor.scoring.scores import ArticleScore, Slot, Tally
from tests.scored import article, as_predicted, blurred, day, labelled, predicted, random_article, seeded

KITWE = ("ZMB", "Copperbelt", "Kitwe")


def scored(article_id: str, *, right: bool, repeat: int = 0, **fields: object) -> ArticleScore:
    """Return the score of an article with one event of two fills, found or not."""
    event = labelled(where=KITWE)
    said = [as_predicted(event)] if right else []
    return score_article(article(event, id=article_id), said, repeat=repeat, **fields)  # type: ignore[arg-type]


def test_the_figures_of_a_small_run() -> None:
    """Each figure of a run that can be counted by hand."""
    check = Check(name=CheckName.PLACE_SUPPORTED, field="where", result=CheckResult.PASSED)
    bombing = labelled("grenade", when=day(2), where=KITWE, status="attempted")
    meeting = labelled("meeting", where=KITWE)
    aside = labelled("sanction", where=KITWE, optional=True)
    scores = [
        score_article(
            article(bombing, meeting, id="first"),
            [predicted("grenade", when=day(3), where=KITWE, checks=(check,)), predicted("election")],
        ),
        score_article(article(aside, id="second"), [as_predicted(aside)]),
        score_article(article(id="third"), [predicted("other")]),
        score_article(article(id="fourth"), [], outcome=Outcome.FAILED, problem="DeadlineError"),
    ]
    report = summarise(scores, resamples=200)
    assert (report.articles, report.repeats) == (4, 1)
    assert report.tally == Tally(cor=4, par=1, mis=2, spu=2)
    assert report.event_f1.value == pytest.approx(9 / 14)
    assert report.precision == pytest.approx(4.5 / 7)
    assert report.recall == pytest.approx(4.5 / 7)
    assert report.repeat_range == (report.event_f1.value,) * 2
    assert report.event_f1.low <= report.event_f1.value <= report.event_f1.high
    when, where = report.slots[Slot.WHEN], report.slots[Slot.WHERE]
    assert when.f1 is not None
    assert (when.f1.value, when.computed_on.count, when.computed_on.of) == (0.5, 1, 3)
    assert where.precision == 1
    assert where.recall == pytest.approx(2 / 3)
    assert report.slots[Slot.CASUALTIES].f1 is None
    assert report.slots[Slot.CASUALTIES].precision is None
    assert report.macro6 == pytest.approx((4 / 7 + 0.5 + 0.8) / 3)
    detection = report.detection
    assert (detection.precision.count, detection.precision.of) == (2, 4)
    assert (detection.recall.count, detection.recall.of) == (1, 2)
    assert detection.f1 == 0.5
    assert detection.extra_per_article == 0.5
    assert (detection.clean.count, detection.clean.of) == (2, 3)
    status, standing = report.enums
    assert (status.accuracy.value, status.majority, status.majority_accuracy.value) == (0.5, "actual", 0.5)
    assert (standing.field, standing.accuracy.value) == ("standing", 1)
    assert (report.hard.grounding.count, report.hard.grounding.of) == (1, 1)
    assert report.hard.conflict_retention.value is None
    assert report.failures == {"DeadlineError": 1}
    assert report.spending is None
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_repeats_are_averaged_article_by_article() -> None:
    """With k repeats the rows are means, and the range over single repeats is shown."""
    scores = [
        scored(name, right=right, repeat=repeat)
        for repeat, rights in enumerate(((True, True), (True, False)))
        for name, right in zip(("one", "two"), rights, strict=True)
    ]
    report = summarise(scores, resamples=100)
    assert (report.articles, report.repeats) == (2, 2)
    assert report.tally == Tally(cor=3, mis=1)
    assert report.repeat_range == pytest.approx((2 / 3, 1.0))


def test_spending_adds_up_and_says_what_it_does_not_know() -> None:
    """Costs cover all articles; one that does not say what it used leaves the sums unknown."""
    known = [
        scored(name, right=True, usage=Usage(requests=2, tokens_in=100, tokens_out=10, cost_usd=0.5, seconds=1.5))
        for name in ("one", "two")
    ]
    spending = summarise(known, resamples=10).spending
    assert spending is not None
    assert (spending.requests, spending.tokens_in, spending.cost_usd, spending.seconds) == (4, 200, 1.0, 3.0)
    assert spending.cost_per_correct_event == 0.5
    partly = summarise([*known, scored("three", right=True)], resamples=10).spending
    assert partly is not None
    assert (partly.requests, partly.tokens_in, partly.cost_usd, partly.cost_per_correct_event) == (4, None, None, None)
    free = summarise([scored("one", right=False, usage=Usage(cost_usd=1.0))], resamples=10).spending
    assert free is not None
    assert free.cost_per_correct_event is None


def test_a_run_that_says_nothing_about_nothing() -> None:
    """Articles without events and without predictions are right; no slot has a figure."""
    report = summarise([score_article(article(id="only"), [])], resamples=10)
    assert (report.event_f1.value, report.event_f1.low, report.event_f1.high) == (1, 1, 1)
    assert report.macro6 == 1
    assert all(figures.f1 is None for figures in report.slots.values())
    assert report.enums == ()
    assert report.detection.precision.value is None
    assert report.detection.f1 == 0


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ([], "no scored articles"),
        ([scored("one", right=True), scored("one", right=True)], r"more than once: one \(repeat 0\)"),
        (
            [scored("one", right=True), scored("two", right=True), scored("one", right=True, repeat=1)],
            "every one of the 2 repeats: two",
        ),
    ],
)
def test_scores_that_make_no_run(scores: list[ArticleScore], message: str) -> None:
    """What would make figures wrong is refused, with all articles concerned."""
    with pytest.raises(UsageError, match=message):
        summarise(scores, resamples=10)


def test_the_same_scores_give_the_same_report() -> None:
    """Intervals depend on scores and seed only, not on the order of the articles."""
    rng = seeded(4)
    labels = [random_article(rng, 3, f"article-{number}") for number in range(12)]
    scores = [score_article(label, [blurred(rng, event) for event in label.events]) for label in labels]
    report = summarise(scores, resamples=500)
    assert summarise(scores[::-1], resamples=500) == report
    assert summarise(scores, resamples=500, seed=1) != report
    assert report.event_f1.low < report.event_f1.value < report.event_f1.high

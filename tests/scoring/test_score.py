"""Scoring one article: counts, optional things, ties, failures and the figures that must not slip."""

from __future__ import annotations

from typing import Any

import pytest

from extractor.events.summary import Check, Problem, Usage
from extractor.events.vocabulary import CheckName, CheckResult, Outcome
from extractor.scoring.labels import LabelledCount, LabelledWhen
from extractor.scoring.score import score_article, score_extraction
from extractor.scoring.scores import ArticleScore, FindingKind, Slot, Tally
from tests.samples import make_article, make_extraction
from tests.scored import PUBLISHED, article, as_predicted, day, labelled, predicted

KITWE = ("ZMB", "Copperbelt", "Kitwe")
NDOLA = ("ZMB", "Copperbelt", "Ndola")


def counts(tally: Tally) -> str:
    """Return a tally as COR/PAR/INC/MIS/SPU."""
    return "/".join(f"{n:g}" for n in (tally.cor, tally.par, tally.inc, tally.mis, tally.spu))


@pytest.mark.parametrize(
    ("slot", "label", "said", "expected"),
    [
        ("type", {"type_": "attack"}, {"type_": "attack"}, "1/0/0/0/0"),
        ("type", {"type_": "grenade"}, {"type_": "suicide_bomb"}, "0/1/0/0/0"),
        ("when", {"when": day(2)}, {"when": day(2)}, "1/0/0/0/0"),
        ("when", {"when": day(2)}, {"when": day(9)}, "0/0/1/0/0"),
        ("when", {"when": day(2)}, {}, "0/0/0/1/0"),
        ("when", {}, {"when": day(2)}, "0/0/0/0/1"),
        ("when", {}, {}, "0/0/0/0/0"),
        ("when", {"when": day(2), "or_when": [{}]}, {}, "0/0/0/0/0"),
        ("when", {"when": day(2), "or_when": [{}]}, {"when": day(9)}, "0/0/1/0/0"),
        ("when", {"or_when": [{"start": day(2), "end": day(2)}]}, {"when": day(2)}, "1/0/0/0/0"),
        ("when", {"or_when": [{"start": day(2), "end": day(2)}]}, {"when": day(9)}, "0/0/0/0/1"),
        ("where", {"where": KITWE}, {"where": KITWE}, "1/0/0/0/0"),
        ("where", {"where": KITWE}, {"where": NDOLA}, "0/1/0/0/0"),
        ("where", {"where": KITWE}, {}, "0/0/0/1/0"),
        ("where", {"where": KITWE, "or_where": [{}]}, {}, "0/0/0/0/0"),
        ("where", {}, {"where": KITWE}, "0/0/0/0/1"),
        ("targets", {"targets": [["miners"]]}, {"targets": ["miners"]}, "1/0/0/0/0"),
        ("targets", {"targets": [["miners", "workers"]]}, {"targets": ["the Workers"]}, "1/0/0/0/0"),
        ("targets", {"targets": [["miners"]]}, {"targets": ["nurses"]}, "0/0/1/0/0"),
        ("targets", {"targets": [["miners"], ["nurses"]]}, {"targets": ["nurses"]}, "1/0/0/1/0"),
        ("targets", {"targets": [["miners"]]}, {"targets": ["miners", "nurses"]}, "1/0/0/0/1"),
        ("targets", {"targets": [["miners"]]}, {"targets": ["miners", "The miners"]}, "1/0/0/0/0"),
        ("targets", {"targets": [{"names": ["miners"], "optional": True}]}, {}, "0/0/0/0/0"),
        ("targets", {"targets": [{"names": ["miners"], "optional": True}]}, {"targets": ["miners"]}, "1/0/0/0/0"),
        ("targets", {"targets": [{"names": ["miners"], "optional": True}]}, {"targets": ["nurses"]}, "0/0/0/0/1"),
        (
            "targets",
            {"targets": [["young miners"], ["miners"]]},
            {"targets": ["miners", "old miners"]},
            "1/1/0/0/0",
        ),
        ("casualties", {"counts": [("killed", 17, 17)]}, {"counts": [("killed", 17, 17)]}, "1/0/0/0/0"),
        ("casualties", {"counts": [("killed", 17, 17)]}, {"counts": [("killed", 90, 90)]}, "0/0/1/0/0"),
        ("casualties", {"counts": [("killed", 17, 17)]}, {"counts": [("injured", 17, 17)]}, "0/0/0/1/1"),
        ("casualties", {"counts": [("killed", 17, 17)]}, {"counts": [("killed", "women", 17, 17)]}, "0/0/0/1/1"),
        ("casualties", {"counts": [("killed", 17, 17)]}, {"counts": [("displaced", 17, 17)]}, "0/0/0/1/0"),
        ("casualties", {"counts": [("killed", 17, 17)]}, {"counts": [("killed", None, None)]}, "0/0/0/1/0"),
        (
            "casualties",
            {"counts": [("killed", 17, 17), ("killed", 30, 30)]},
            {"counts": [("killed", 30, 30)]},
            "1/0/0/0/0",
        ),
        (
            "casualties",
            {"counts": [("killed", 17, 17), ("killed", 30, 30)]},
            {"counts": [("killed", 30, 30), ("killed", 17, 17), ("killed", 99, 99)]},
            "2/0/0/0/1",
        ),
        (
            "casualties",
            {
                "counts": [
                    LabelledCount(measure="killed", who="all", alt_who=("civilians",), min=4, max=4, words="four")
                ]
            },
            {"counts": [("killed", "civilians", 4, 4)]},
            "1/0/0/0/0",
        ),
        (
            "casualties",
            {"counts": [LabelledCount(measure="killed", min=4, max=4, words="four", optional=True)]},
            {"counts": [("killed", 90, 90)]},
            "0/0/0/0/1",
        ),
    ],
)
def test_how_a_slot_of_an_aligned_pair_counts(
    slot: Slot, label: dict[str, Any], said: dict[str, Any], expected: str
) -> None:
    """Each way a slot can be answered counts as MUC-4 says, with alternatives and optional fills."""
    shared = {"initiators": ["armed men"]}  # so that the two are aligned, whatever the slot says
    event = labelled(**{"initiators": [["armed men"]], **label})
    score = score_article(article(event), [predicted(**{**shared, **said})])
    assert len(score.pairs) == 1
    assert counts(score.tallies[slot]) == expected
    assert counts(score.pairs[0].tallies[slot]) == expected


def test_events_that_stay_alone() -> None:
    """All fills of an extra event are spurious, all required fills of a missed one missing."""
    event = labelled(
        "disaster_accident",
        when=day(2),
        where=KITWE,
        targets=[["miners"], {"names": ["driver"], "optional": True}],
        counts=[("killed", 17, 17), ("killed", 19, 19), ("injured", 71, 71)],
    )
    score = score_article(article(event), [predicted("election", when=day(3), initiators=["voters", "parties"])])
    assert not score.pairs
    assert {slot: counts(tally) for slot, tally in score.tallies.items()} == {
        Slot.TYPE: "0/0/0/1/1",
        Slot.WHEN: "0/0/0/1/1",
        Slot.WHERE: "0/0/0/1/0",
        Slot.INITIATORS: "0/0/0/0/2",
        Slot.TARGETS: "0/0/0/1/0",
        Slot.CASUALTIES: "0/0/0/2/0",
    }
    assert score.detection.extra == 1
    assert (score.detection.required, score.detection.required_found) == (1, 0)


@pytest.mark.parametrize("free", [{"optional": True}, {"standing": "background"}, {"standing": "aggregate"}])
def test_a_free_event_costs_nothing_until_it_is_aligned(free: dict[str, Any]) -> None:
    """Optional, background and aggregate events are no loss when missed, and are scored when found."""
    event = labelled(when=day(2), where=KITWE, **free)
    missed = score_article(article(event), [])
    assert missed.total == Tally()
    assert missed.total.f1 == 1
    assert [finding.kind for finding in missed.findings] == [FindingKind.FREE_EVENT]
    found = score_article(article(event), [predicted(when=day(2), where=NDOLA)])
    assert counts(found.total) == "2/1/0/0/0"
    assert found.detection.required == 0


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.OK])
def test_a_failed_article_counts_as_predicting_nothing(outcome: Outcome) -> None:
    """Whatever a failed extraction holds, its labelled events are missed and it stays in the report."""
    event = labelled(when=day(2))
    score = score_article(
        article(event), [as_predicted(event)], outcome=outcome, problem="DeadlineError", usage=Usage(requests=2)
    )
    assert counts(score.total) == "0/0/0/2/0"
    assert (score.outcome, score.problem, score.usage) == (outcome, "DeadlineError", Usage(requests=2))


def test_an_extraction_is_scored_with_what_became_of_it() -> None:
    """Outcome, class of failure and usage of an extraction go into the score."""
    done = make_extraction(make_article())
    label = article(*[labelled(event.type) for event in done.events])
    assert score_extraction(label, done).detection.predicted == len(done.events) > 0
    failed = done.model_copy(
        update={"outcome": Outcome.FAILED, "problem": Problem(kind="DeadlineError", message="Too late.")}
    )
    score = score_extraction(label, failed, repeat=2)
    assert score == score_article(
        label, (), outcome=Outcome.FAILED, problem="DeadlineError", usage=done.usage, repeat=2
    )


def test_a_tie_goes_to_the_event_that_must_be_found() -> None:
    """Of two labels that fit equally well, the required one is aligned, whichever comes first."""
    free, required = (labelled(when=day(2), where=KITWE, optional=optional) for optional in (True, False))
    for events in ((free, required), (required, free)):
        score = score_article(article(*events), [predicted(when=day(2), where=KITWE)])
        assert score.detection.required_found == 1


def test_ties_go_by_type_then_by_time() -> None:
    """Among alignments of equal credit the better type wins, then the better time."""
    by_type = article(
        labelled("attack", where=KITWE, initiators=[["gunmen"]]),
        labelled("grenade", when=day(2), where=KITWE, initiators=[["gunmen"]]),
    )
    # against the first: type 1, initiators 1, where 0.5; against the second: type 0.5, when 0.5, initiators 1, where .5
    said = predicted("attack", when=day(3), where=NDOLA, initiators=["gunmen"])
    assert score_article(by_type, [said]).pairs[0].labelled == 0
    by_time = article(
        labelled(when=day(2), where=NDOLA, initiators=[["gunmen"]]),
        labelled(when=day(3), where=KITWE, initiators=[["gunmen"]]),
    )
    said = predicted(when=day(3), where=NDOLA, initiators=["gunmen"])
    assert score_article(by_time, [said]).pairs[0].labelled == 1


@pytest.mark.parametrize(
    ("label", "said", "aligned"),
    [
        ({"when": day(2)}, {"when": day(2)}, True),
        ({"when": day(2), "where": KITWE}, {"where": NDOLA}, True),
        ({"when": day(2), "where": KITWE}, {"when": day(9), "where": ("COL", None, None)}, False),
        ({"initiators": [["gunmen"]]}, {"initiators": ["police"]}, False),
        ({}, {}, True),
        ({"counts": [("killed", 3, 3)]}, {"where": KITWE}, True),
        ({"initiators": [{"names": ["gunmen"], "optional": True}]}, {}, True),
        ({"when": LabelledWhen(end=PUBLISHED), "where": KITWE}, {"when": day(2)}, False),
        ({"when": LabelledWhen(end=PUBLISHED), "where": KITWE}, {"when": (None, PUBLISHED)}, True),
        ({"when": LabelledWhen(end=PUBLISHED)}, {"when": day(2)}, True),
        ({"when": day(2), "where": KITWE}, {"when": (None, PUBLISHED)}, False),
        ({"when": LabelledWhen(words="recently")}, {"when_words": "most recently"}, True),
        ({"when": day(2), "or_when": [{}]}, {}, True),
    ],
)
def test_the_gate(label: dict[str, Any], said: dict[str, Any], *, aligned: bool) -> None:
    """Events of one type need a time, place or actor in common, if the label has any; a mere bound is none."""
    score = score_article(article(labelled(**label)), [predicted(**said)])
    assert bool(score.pairs) is aligned
    assert not score_article(article(labelled(**label)), [predicted("election", **said)]).pairs


def test_the_date_fabrication_rate_looks_at_events_that_nobody_can_date() -> None:
    """An event dated although no reading names a first day counts; one with a reading that does is not looked at."""
    undated = labelled(when=LabelledWhen(end=PUBLISHED), where=KITWE)
    unresolved = labelled("election", when=LabelledWhen(words="recently"), where=KITWE)
    arguable = labelled("meeting", where=KITWE, or_when=[{"start": day(2), "end": day(2)}])
    score = score_article(
        article(undated, unresolved, arguable),
        [
            predicted(when=day(2), where=KITWE),
            predicted("election", when_words="recently", where=KITWE),
            predicted("meeting", when=day(2), where=KITWE),
        ],
    )
    assert (score.hard.undated, score.hard.dates_invented) == (2, 1)


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        ([("killed", 17, 17), ("killed", 30, 30)], 1),
        ([("killed", 17, 17)], 0),
        ([("killed", 17, 17), ("killed", 99, 99)], 0),
        ([], 0),
    ],
)
def test_conflict_retention(rows: list[tuple[str, int, int]], kept: int) -> None:
    """A conflict is kept where two different numbers survive; one number, however right, loses it."""
    event = labelled(where=KITWE, counts=[("killed", 17, 17), ("killed", 30, 30), ("injured", 5, 5), ("injured", 5, 5)])
    score = score_article(article(event), [predicted(where=KITWE, counts=rows)])
    assert (score.hard.conflicts, score.hard.conflicts_kept) == (1, kept)
    assert score_article(article(event), []).hard.conflicts == 1
    free = event.model_copy(update={"optional": True})
    assert score_article(article(free), []).hard.conflicts == 0


def test_the_grounding_rate_counts_values() -> None:
    """A value is grounded when no check of it failed; what no check could decide is not counted."""

    def check(name: CheckName, field: str, result: CheckResult) -> Check:
        return Check(name=name, field=field, result=result)

    event = predicted(
        checks=(
            check(CheckName.COUNT_SUPPORTED, "counts[0]", CheckResult.PASSED),
            check(CheckName.COUNT_SUPPORTED, "counts[1]", CheckResult.FAILED),
            check(CheckName.PLACE_SUPPORTED, "where", CheckResult.PASSED),
            check(CheckName.PLACE_SUPPORTED, "where", CheckResult.FAILED),
            check(CheckName.WHEN_SUPPORTED, "when", CheckResult.NOT_APPLICABLE),
            check(CheckName.POLARITY, "status", CheckResult.FAILED),
            check(CheckName.ACTOR_SUPPORTED, "actors[0]", CheckResult.PASSED),
        )
    )
    hard = score_article(article(), [event]).hard
    assert (hard.values_grounded, hard.values_checked) == (2, 4)


def test_the_enums_of_aligned_events() -> None:
    """Status and standing are compared where events are aligned, alternatives included."""
    event = labelled(where=KITWE, status="planned", alt_status=["threatened"], standing="other")
    (pair,) = score_article(article(event), [predicted(where=KITWE, status="threatened")]).pairs
    assert {answer.field: answer.correct for answer in pair.enums} == {"status": True, "standing": False}


def test_what_the_slots_were_computed_on() -> None:
    """Labelled events that have the slot filled are counted, the free ones only when they are aligned."""
    events = (
        labelled(when=day(2), where=KITWE),
        labelled("election", where=KITWE, initiators=[["voters"]]),
        labelled("meeting", when=day(2), optional=True),
    )
    assert score_article(article(*events), []).slot_events == {
        Slot.TYPE: 2,
        Slot.WHEN: 1,
        Slot.WHERE: 2,
        Slot.INITIATORS: 1,
        Slot.TARGETS: 0,
        Slot.CASUALTIES: 0,
    }
    assert score_article(article(*events), [predicted("meeting", when=day(2))]).slot_events[Slot.WHEN] == 2


def test_a_score_survives_json() -> None:
    """A kept score reads back as the same score."""
    event = labelled(when=day(2), where=KITWE, targets=[["miners"]], counts=[("killed", 17, None)])
    score = score_article(article(event), [predicted(when=day(3), where=NDOLA, targets=["nurses"])])
    assert ArticleScore.model_validate_json(score.model_dump_json()) == score

"""Agreement: one annotator read as if a program had spoken, scored against the other, and back."""

from __future__ import annotations

import random
from typing import Any

import pytest

from extractor.evaluation.labels.agreement import agreement_scores, said_events, score_label
from extractor.events.vocabulary import Role, TimeBasis
from extractor.scoring.labels import LabelledActor, LabelledArticle
from extractor.scoring.report import summarise
from tests.scored import article, day, labelled, random_article


def strike(**fields: Any) -> Any:
    """An air strike, labelled."""
    values: dict[str, Any] = {
        "when": day(2),
        "where": ("SYR", "Idlib", "Saraqib"),
        "initiators": (["government forces", "the army"],),
        "targets": (["market traders"],),
        "counts": (("killed", 5, 5),),
    }
    return labelled("air_drone_strike", **{**values, **fields})


def f1(first: LabelledArticle, second: LabelledArticle) -> float:
    """How far two labels of one article agree."""
    return summarise(agreement_scores([(first, second)]), resamples=10).event_f1.value


def test_whoever_says_the_same_agrees_wholly() -> None:
    """A label agrees with itself to the last slot, whatever it holds."""
    rng = random.Random(7)  # noqa: S311 - reproducible, not secret
    pairs = [(label, label) for label in (random_article(rng, n % 5, id=f"article-{n}") for n in range(20))]
    report = summarise(agreement_scores(pairs), resamples=10)
    assert report.event_f1.value == 1
    assert all(figures.f1 is None or figures.f1.value == 1 for figures in report.slots.values())
    assert report.detection.f1 == 1


def test_it_does_not_matter_who_is_called_first() -> None:
    """Agreement is the same seen from either side, also where one side found more."""
    one = article(strike(), labelled("arrests", when=day(3), targets=(["smugglers"],)))
    other = article(strike(counts=(("killed", 7, 7),), where=("SYR", "Idlib", "Idlib")))
    assert f1(one, other) == f1(other, one)
    assert 0 < f1(one, other) < 1


def test_each_article_is_scored_both_ways() -> None:
    """Every article has two scores under one name, told apart as repeats."""
    one, other = article(strike()), article(strike(), labelled("arrests", when=day(3), targets=(["smugglers"],)))
    there, back = agreement_scores([(one, other)])
    assert [(score.article, score.repeat) for score in (there, back)] == [(one.id, 0), (one.id, 1)]
    assert (there.total.spu, there.total.mis) == (back.total.mis, back.total.spu)
    assert there.total.spu == 3  # type, time and target of the arrests
    assert there.detection.extra == 1


@pytest.mark.parametrize(
    ("fields", "least"),
    [
        ({"type": "shelling_artillery_missile"}, 0.8),
        ({"when": day(3)}, 0.8),
        ({"where": ("SYR", "Aleppo", "Azaz")}, 0.7),
        ({"initiators": (["rebels"],)}, 0.7),
        ({"targets": ()}, 0.7),
        ({"counts": (("killed", 50, 50),)}, 0.7),
    ],
)
def test_a_difference_in_any_slot_lowers_agreement(fields: dict[str, Any], least: float) -> None:
    """No slot is left out, and one slot is not the whole."""
    type_ = fields.pop("type", "air_drone_strike")
    other = strike(**fields).model_copy(update={"type": labelled(type_).type})
    assert least <= f1(article(strike()), article(other)) < 1


def test_what_is_left_open_is_no_disagreement() -> None:
    """An optional event that the other lacks, an optional fill and a second reading cost nothing."""
    plain = article(strike())
    more = article(
        strike(
            initiators=(["government forces"], LabelledActor(names=("allies",), optional=True)),
            or_when=({"words": "then", "start": day(4), "end": day(4)},),
        ),
        labelled("accusation", optional=True, initiators=(["a union"],), targets=(["an owner"],)),
        labelled("attack", standing="background", initiators=(["gunmen"],)),
    )
    assert f1(plain, more) == 1


def test_an_optional_event_that_both_have_counts() -> None:
    """Where both saw it, what they say of it is compared."""
    said = strike(optional=True)
    assert f1(article(said), article(strike())) == 1
    assert f1(article(said), article(strike(counts=(("killed", 50, 50),)))) < 1


def test_any_name_of_the_other_side_meets_the_first_name() -> None:
    """The first name is taken as said, and every name of the other label as right."""
    assert f1(article(strike()), article(strike(initiators=(["the army", "government forces"],)))) == 1


def test_a_label_is_read_as_the_events_that_a_program_would_have_said() -> None:
    """Values, roles and readings arrive where a prediction has them; optional fills stay unsaid."""
    label = article(
        strike(targets=(["market traders"], LabelledActor(names=("stalls",), optional=True)), status="attempted"),
        labelled("displacement", when={"end": day(3)}),
        labelled("threat", when={"words": "recently"}),
    )
    first, second, third = said_events(label)
    assert (first.id, first.type, first.status, first.standing) == ("e1", "air_drone_strike", "attempted", "main")
    assert (first.when.start, first.when.end, first.when.basis) == (day(2), day(2), TimeBasis.RELATIVE)
    assert (first.where.country, first.where.admin1_name, first.where.settlement) == ("SYR", "Idlib", "Saraqib")
    assert [(actor.name, actor.role) for actor in first.actors] == [
        ("government forces", Role.INITIATOR),
        ("market traders", Role.TARGET),
    ]
    assert [(count.measure, count.min, count.max) for count in first.counts] == [("killed", 5, 5)]
    assert (second.when.end, second.when.basis) == (day(3), TimeBasis.PUBLICATION_BOUND)
    assert (third.when.words, third.when.basis) == ("recently", TimeBasis.NONE)


def test_a_label_can_be_scored_one_way() -> None:
    """What the second leaves out is missing, what it adds is spurious."""
    score = score_label(article(strike()), article())
    assert (score.detection.required_found, score.total.mis, score.total.spu) == (0, 6, 0)

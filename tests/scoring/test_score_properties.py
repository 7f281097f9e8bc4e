"""What holds for every score, whatever the events: found by generating articles (scoring.md §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.events.vocabulary import EventType, Standing
from extractor.scoring.fills import asked_for, taken_apart
from extractor.scoring.pairing import compare_events, pair_values
from extractor.scoring.score import score_article
from extractor.scoring.scores import Slot, Tally
from tests.scored import (
    PLACES,
    article,
    as_predicted,
    blurred,
    day,
    labelled,
    predicted,
    random_article,
    random_event,
    seeded,
)

if TYPE_CHECKING:
    import random

    from extractor.events.summary import EventSummary
    from extractor.scoring.labels import LabelledArticle

SEEDS = st.integers(0, 2**32)
EVENTS = st.integers(1, 6)
FEW = settings(max_examples=60, deadline=None)
KINDS = (EventType.ATTACK, EventType.GRENADE, EventType.SUICIDE_BOMB)
"""Types that are half right for one another, so that alignments compete."""


def credit(tally: Tally) -> float:
    """Return the numerator of precision and recall."""
    return tally.cor + tally.par / 2


def competing(seed: int, events: int) -> tuple[random.Random, LabelledArticle, list[EventSummary]]:
    """Return an article of events that are easily confused, and predictions that get much of them wrong."""
    rng = seeded(seed)
    label = article(*(random_event(rng, types=KINDS) for _ in range(events)))
    said = [
        blurred(rng, event).model_copy(update={"type": rng.choice(KINDS)})
        for event in label.events
        if rng.random() < 0.8
    ]
    return rng, label, said


@FEW
@given(SEEDS, EVENTS)
def test_a_label_against_itself_is_perfect(seed: int, events: int) -> None:
    """Predicting exactly the label scores 1 in every slot, with every event aligned."""
    label = random_article(seeded(seed), events)
    score = score_article(label, [as_predicted(event) for event in label.events])
    assert {tally.f1 for tally in score.tallies.values()} == {1.0}
    assert score.detection.aligned == events
    assert not score.findings


@FEW
@given(SEEDS, EVENTS)
def test_the_order_of_events_never_matters(seed: int, events: int) -> None:
    """Shuffling predictions or labels changes no count and no alignment."""
    rng, label, said = competing(seed, events)
    score = score_article(label, said)
    shuffled = rng.sample(range(len(said)), len(said))
    again = score_article(label, [said[place] for place in shuffled])
    assert again.tallies == score.tallies
    assert again.hard == score.hard
    aligned = {(pair.labelled, said[pair.predicted]) for pair in score.pairs}
    assert {(pair.labelled, said[shuffled[pair.predicted]]) for pair in again.pairs} == aligned
    other_way = article(*rng.sample(label.events, len(label.events)))
    assert score_article(other_way, said).tallies == score.tallies


@FEW
@given(SEEDS, EVENTS)
def test_the_alignment_is_never_below_a_greedy_one(seed: int, events: int) -> None:
    """Taking the best pair first, again and again, never earns more credit."""
    _, label, said = competing(seed, events)
    values = pair_values(taken_apart(said), asked_for(label))
    greedy, rows, columns = 0, set[int](), set[int]()
    for (row, column), value in sorted(values.items(), key=lambda item: -item[1].credit):
        if row not in rows and column not in columns:
            greedy += value.credit
            rows.add(row)
            columns.add(column)
    assert credit(score_article(label, said).total) >= greedy / 2


@FEW
@given(SEEDS, EVENTS)
def test_what_an_alignment_is_worth_is_what_is_counted(seed: int, events: int) -> None:
    """The quick credit that events are aligned by is the credit that is counted."""
    _, label, said = competing(seed, events)
    one, other = taken_apart(said), asked_for(label)
    for (row, column), value in pair_values(one, other).items():
        slots = compare_events(one[row], other[column])
        assert value.credit == sum(slot.credit for slot in slots)
        assert (value.type, value.when) == (slots[0].credit, slots[1].credit)
        for slot, fills in zip(slots, one[row].fills, strict=True):
            assert slot.credit == 2 * slot.cor + slot.par
            assert slot.cor + slot.par + slot.inc + slot.spu == fills


@FEW
@given(SEEDS, EVENTS)
def test_a_spurious_event_never_raises_precision(seed: int, events: int) -> None:
    """An event of a type that no label comes near lowers P or leaves it, and leaves both parts of R."""
    rng, label, said = competing(seed, events)
    before = score_article(label, said).total
    after = score_article(label, [*said, random_event_of(rng, EventType.ELECTION)]).total
    assert after.precision <= before.precision
    assert (credit(after), after.labelled) == (credit(before), before.labelled)


def random_event_of(rng: random.Random, event_type: EventType) -> EventSummary:
    """Return a prediction of a given type."""
    return as_predicted(random_event(rng, types=(event_type,)))


@FEW
@given(SEEDS, EVENTS)
def test_dropping_a_prediction_never_earns_credit(seed: int, events: int) -> None:
    """Fewer predictions never earn more credit, and where nothing is optional R never rises either."""
    # An optional event that loses its prediction leaves the denominator of R, which may then rise a little.
    _, label, said = competing(seed, events)
    strict = article(*(event.model_copy(update={"standing": Standing.MAIN}) for event in label.events))
    for place in range(len(said)):
        fewer = [*said[:place], *said[place + 1 :]]
        assert credit(score_article(label, fewer).total) <= credit(score_article(label, said).total)
        assert score_article(strict, fewer).total.recall <= score_article(strict, said).total.recall


@FEW
@given(SEEDS, EVENTS)
def test_dropping_doubling_and_inventing_lower_a_perfect_score(seed: int, events: int) -> None:
    """Whatever is done to a perfect list of events, it scores below 1."""
    rng = seeded(seed)
    label = random_article(rng, events)
    strict = article(*(event.model_copy(update={"standing": Standing.MAIN}) for event in label.events))
    perfect = [as_predicted(event) for event in strict.events]
    place = rng.randrange(events)
    assert score_article(strict, [*perfect[:place], *perfect[place + 1 :]]).total.f1 < 1
    assert score_article(strict, [*perfect, perfect[place]]).total.f1 < 1
    assert score_article(strict, [*perfect, as_predicted(random_event(rng))]).total.f1 < 1


def test_swapping_places_and_tolls_between_events_hurts() -> None:
    """Three events with each other's places and tolls hold the right values, each in the wrong event."""
    tolls = (3, 17, 71)
    events = [
        labelled("attack", when=day(2), where=place, initiators=[["armed men"]], counts=[("killed", n, n)])
        for place, n in zip(PLACES[2:5], tolls, strict=True)
    ]
    said = [
        predicted(
            when=day(2),
            where=PLACES[2:5][(place + 1) % 3],
            initiators=["armed men"],
            counts=[("killed", tolls[(place + 2) % 3], tolls[(place + 2) % 3])],
        )
        for place in range(3)
    ]
    perfect = [as_predicted(event) for event in events]
    assert {str(event.where) for event in said} == {str(event.where) for event in perfect}  # field by field: perfect
    assert {event.counts for event in said} == {event.counts for event in perfect}
    score = score_article(article(*events), said)
    assert score.total.f1 < 0.9
    kept, lost = sorted((score.tallies[Slot.WHERE].f1, score.tallies[Slot.CASUALTIES].f1), reverse=True)
    assert kept == 1  # the best alignment keeps one of the two right
    assert lost < 0.2

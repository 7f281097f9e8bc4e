"""The two baselines that every report shows."""

from __future__ import annotations

import datetime as dt

from extractor.events.vocabulary import EventType, Measure
from extractor.scoring.baselines import lead, majority_type, nothing
from extractor.scoring.report import summarise
from extractor.scoring.score import score_article
from tests.scored import article, labelled

TEXT = """Bus crash kills miners

KITWE, Zambia - At least 17 miners were killed and 71 injured on Friday when a bus overturned near Kitwe, police said.

The driver fled the scene.
"""


def test_the_lead_is_one_grounded_event_of_the_first_body_sentence() -> None:
    """Time, place and tolls come from the first sentence below the headline, and are computed like any others."""
    (event,) = lead(TEXT, dt.date(1998, 3, 7), EventType.DISASTER_ACCIDENT)
    assert event.type is EventType.DISASTER_ACCIDENT
    assert (event.when.start, event.when.end) == (dt.date(1998, 3, 6),) * 2
    assert (event.where.settlement, event.where.country) == ("Kitwe", "ZMB")
    assert [(row.measure, row.min, row.max) for row in event.counts] == [
        (Measure.KILLED, 17, None),
        (Measure.INJURED, 71, 71),
    ]
    assert event.actors == ()
    assert event.evidence[0].quote.endswith("police said.")


def test_the_lead_of_a_sentence_that_says_little() -> None:
    """A sentence without time, place or tolls gives an event without them."""
    (event,) = lead("A man spoke to other men about many things.\n", None, EventType.MEETING)
    assert (event.when.words, event.where.words, event.counts) == (None, None, ())


def test_a_page_without_a_body_has_no_lead() -> None:
    """Page furniture tells no event."""
    assert lead("Subscribe to our newsletter\n", None, EventType.CRIME) == ()


def test_the_majority_type() -> None:
    """The most frequent type of events that must be found; free ones do not count."""
    labels = [
        article(labelled("attack"), labelled("grenade", optional=True), labelled("grenade", optional=True)),
        article(labelled("grenade"), labelled("attack")),
    ]
    assert majority_type(labels) is EventType.ATTACK


def test_saying_nothing_scores_nothing() -> None:
    """Saying nothing finds no event, and is right about articles that have none."""
    scores = [
        score_article(article(labelled("attack"), id="one"), nothing()),
        score_article(article(id="two"), nothing()),
    ]
    report = summarise(scores, resamples=10)
    assert report.event_f1.value == 0
    assert report.detection.clean.value == 1

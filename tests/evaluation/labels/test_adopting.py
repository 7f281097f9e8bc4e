"""A model's reading as a label to start from."""

from __future__ import annotations

from extractor.evaluation.labels.adopting import suggested_events
from extractor.events.vocabulary import Role
from tests.samples import make_article, make_extraction


def test_what_labels_hold_is_taken_over() -> None:
    """Each event keeps its kind, words, days, place, sides and numbers; only what labels cannot hold is left out."""
    extraction = make_extraction(make_article(""), "")
    labels = suggested_events(extraction)
    assert len(labels) == len(extraction.events) > 0
    for event, label in zip(extraction.events, labels, strict=True):
        assert (label.type, label.status, label.standing) == (event.type, event.status, event.standing)
        assert (label.when.words, label.when.start, label.when.end) == (
            event.when.words,
            event.when.start,
            event.when.end,
        )
        assert (label.where.words, label.where.country) == (event.where.words, event.where.country)
        assert set(label.evidence) == {one.quote for one in event.evidence}
        told = {actor.name for actor in event.actors if actor.role in (Role.INITIATOR, Role.PARTICIPANT)}
        assert {actor.names[0] for actor in label.initiators} == told
        counted = [one for one in event.counts if (one.min, one.max) != (None, None)]
        assert [(one.words, one.min, one.max) for one in label.counts] == [
            (one.words, one.min, one.max) for one in counted
        ]

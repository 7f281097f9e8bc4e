"""How far two annotators agree, measured with the scorer itself.

One annotator's labels are read as if a program had said them and are scored against the other's, then the other way
round, and the two are pooled: a figure that doesn't depend on who is called first. It says what a program could reach
at best that reads as people do, in the same units as every other figure here: agreement of 0.85 on places is a
ceiling under which 0.80 is good.

What a label leaves open is not held against it. Of alternatives the first is taken as said, and any of the other
side's meets it. Optional fills are not said. An optional, background or aggregate event counts where the other has the
event too and is passed over where it has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.events.summary import Actor, Count, EventSummary, Evidence, When, Where
from extractor.events.vocabulary import CountForm, Role, TimeBasis
from extractor.scoring.score import score_article

if TYPE_CHECKING:
    from collections.abc import Iterable

    from extractor.scoring.labels import LabelledActor, LabelledArticle, LabelledCount, LabelledEvent
    from extractor.scoring.scores import ArticleScore


def agreement_scores(pairs: Iterable[tuple[LabelledArticle, LabelledArticle]]) -> list[ArticleScore]:
    """Score two annotators against each other.

    Args:
        pairs: For each article the label of the first and of the second annotator.

    Returns:
        Two scores for each article: repeat 0 has the first annotator's label for the truth, repeat 1 the second's.
        ``scoring.report.summarise`` averages the two, and its intervals are over articles.
    """
    return [
        score
        for first, second in pairs
        for score in (
            score_label(first, second),
            score_label(second, first).model_copy(update={"repeat": 1}),
        )
    ]


def score_label(truth: LabelledArticle, said: LabelledArticle) -> ArticleScore:
    """Score the label ``said`` as a prediction against the label ``truth``."""
    events = said_events(said)
    aligned = {pair.predicted for pair in score_article(truth, events).pairs}
    kept = [event for index, event in enumerate(events) if index in aligned or not said.events[index].free]
    return score_article(truth, kept)


def said_events(label: LabelledArticle) -> list[EventSummary]:
    """Return a label as the events that a program with its reading would have predicted, in the same order."""
    return [_said(index, event) for index, event in enumerate(label.events, start=1)]


def _said(number: int, event: LabelledEvent) -> EventSummary:
    when, where = event.when, event.where
    basis = TimeBasis.NONE if when.start is None and when.end is None else TimeBasis.RELATIVE
    if when.words is None and when.end is not None:
        basis = TimeBasis.PUBLICATION_BOUND
    return EventSummary(
        id=f"e{number}",
        type=event.type,
        status=event.status,
        standing=event.standing,
        summary=event.evidence[0],
        when=When(words=when.words, basis=basis, start=when.start, end=when.end),
        where=Where(
            words=where.words,
            country=where.country,
            admin1_name=where.admin1,
            settlement=where.settlement,
            lat=where.lat,
            lon=where.lon,
        ),
        actors=(*_actors(event.initiators, Role.INITIATOR), *_actors(event.targets, Role.TARGET)),
        counts=tuple(_count(count) for count in event.counts if not count.optional),
        # The scorer does not look at evidence, so its place in the text is left at the beginning.
        evidence=tuple(Evidence(sentence=1, quote=quote, start=0, end=0) for quote in event.evidence),
    )


def _actors(actors: Iterable[LabelledActor], role: Role) -> Iterable[Actor]:
    return (Actor(name=actor.names[0], role=role) for actor in actors if not actor.optional)


def _count(count: LabelledCount) -> Count:
    form = CountForm.EXACT if count.min == count.max else CountForm.RANGE
    return Count(
        measure=count.measure,
        who=count.who,
        min=count.min,
        max=count.max,
        form=form,
        source=count.source,
        words=count.words,
    )

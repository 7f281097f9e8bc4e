"""All checks of one event: what code could and could not confirm about each value (docs/schema.md, "Checks").

A check looks at one value and the quoted sentences, and ends ``passed``, ``failed`` or ``not_applicable``, with the
span it looked at and one sentence for people. A value that fails is kept and marked, never dropped or repaired:
readers decide, and nothing that the model said is lost. This module holds the short checks and calls the long ones:
counts (:mod:`extractor.events.count_support`), names (:mod:`extractor.events.naming`), roles
(:mod:`extractor.events.roles`), time and place (:mod:`extractor.events.scene`), negation
(:mod:`extractor.events.polarity`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.events.count_support import count_supported, summary_numbers
from extractor.events.countries import country_code
from extractor.events.cues import type_cues
from extractor.events.naming import named
from extractor.events.passage import Passage, Subject
from extractor.events.places import locate
from extractor.events.polarity import polarity
from extractor.events.roles import contradicted
from extractor.events.scene import place_supported, when_supported
from extractor.events.summary import Actor, Check, EventSummary, Span, When, Where
from extractor.events.view import tokens_of
from extractor.events.vocabulary import CheckName, Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from extractor.events.summary import Published

_OF_MANY = frozenset(
    {"republic", "democratic", "united", "states", "kingdom", "islands", "island", "people", "peoples", "federation"}
    | {"islamic", "arab", "south", "north", "saint", "new", "central", "african", "state", "territory", "territories"}
)
"""Words of country names that name no country."""
_OPPOSITE = {Role.INITIATOR: Role.TARGET, Role.TARGET: Role.INITIATOR}


def check_event(
    passage: Passage, event: EventSummary, country: str | None, published: Published, printed: date | None
) -> tuple[Check, ...]:
    """Return every check of an event but those of its quotes and speakers, which :mod:`~extractor.events.quotes` makes.

    Args:
        passage: the quoted sentences.
        event: the event as it will be published.
        country: the country as the reply words it, or None.
        published: the publication date that the event's dates were resolved against.
        printed: the date that the article prints, or None.
    """
    return (
        *(count_supported(passage, i, count, event.status) for i, count in enumerate(event.counts)),
        *_sources(passage, event),
        summary_numbers(passage, event.summary),
        place_supported(passage, event.where.words, event.type),
        country_supported(passage, event.where, country),
        in_dateline_only(passage, event.where.words),
        *(_actor_supported(passage, event, i, actor) for i, actor in enumerate(event.actors)),
        when_supported(passage, event.when.words, event.type),
        date_unresolved(event.when),
        *polarity(passage, event.type, event.status, event.evidence),
        published_conflict(published, printed),
        outside_body(passage),
        _type_cue(passage, event),
    )


def _actor_supported(passage: Passage, event: EventSummary, index: int, actor: Actor) -> Check:
    subject = Subject(CheckName.ACTOR_SUPPORTED, f"actors[{index}]", actor.name)
    naming = named(passage, actor.name)
    if not naming.supported:
        return subject.failed(naming.detail, naming.span)
    others = [a.name for a in event.actors if a.role is _OPPOSITE.get(actor.role)]
    words = contradicted(passage, event.type, actor.role, actor.name, others)
    if words:
        return subject.failed(f'"{words}" reads the other way round: not as {actor.role.value}.', passage.find(words))
    return subject.passed(naming.detail, naming.span)


def _sources(passage: Passage, event: EventSummary) -> Iterator[Check]:
    """Check that whoever gave a number is named in the quote or its scene: sources often stand a sentence away."""
    for i, count in enumerate(event.counts):
        if count.source is not None:
            naming = named(passage, count.source)
            subject = Subject(CheckName.ACTOR_SUPPORTED, f"counts[{i}].source", count.source)
            scene = None if naming.supported else passage.in_scene(count.source)
            if scene:
                yield subject.passed(f"The source stands in sentence {scene[0].number} of the same scene.", scene[1])
            else:
                yield (subject.passed if naming.supported else subject.failed)(naming.detail, naming.span)


def country_supported(passage: Passage, where: Where, country: str | None) -> Check:
    """Check that the quote names the country, or the place lies there by itself, or nothing speaks against it."""
    subject = Subject(CheckName.PLACE_SUPPORTED, "where.country", country or where.country)
    if country is not None and country_code(country) is None:
        return subject.failed("No country is called so.")
    if where.country is None:
        return subject.not_applicable("The event has no country.")
    here = frozenset[str]().union(*(reading.countries for reading in passage.readings()))
    if where.country in here:
        span = passage.find(country) if country else None
        return subject.passed("A quoted sentence names the country or its people.", span)
    # Beside another country's name the place is asked for alone: a namesake in the wrong country is no support.
    alone = locate(where.words, None, context_countries=passage.countries) if where.words else None
    if (alone and alone.country == where.country) or (where.geonameid is not None and not here):
        return subject.passed("The gazetteer has the place in this country.")
    if not here and (where.country in passage.countries or _in_part(passage, country)):
        return subject.passed("The article names the country, and the quote names no other.")
    return subject.failed("Neither the quoted sentences nor the gazetteer put the event in this country.")


def _in_part(passage: Passage, country: str | None) -> bool:
    """Say whether the quote has the name's own part, which several countries may share: "Congo", "Korea"."""
    words = tokens_of(country or "")
    own = [words.raw(i) for i, key in enumerate(words.keys) if words.raw(i)[0].isupper() and key not in _OF_MANY]
    return any(passage.find(word) for word in own)


def in_dateline_only(passage: Passage, words: str | None) -> Check:
    """Check that the place is not just where the report was written."""
    subject = Subject(CheckName.IN_DATELINE_ONLY, "where", words)
    spans = list(passage.places(words)) if words is not None else []
    ends = [(s.start, s.dateline_end) for s in passage.sentences if s.dateline_end is not None]
    if not spans or not ends:
        return subject.not_applicable("No quoted sentence has both the place and a dateline.")
    for span in spans:
        if not any(start <= span.start < end for start, end in ends):
            return subject.passed("The place stands outside the dateline.", span)
    return subject.failed("The place stands only in the dateline, where the report was written.", spans[0])


def date_unresolved(when: When) -> Check:
    """Check that time words became days."""
    subject = Subject(CheckName.DATE_UNRESOLVED, "when", when.words)
    if when.words is None:
        return subject.not_applicable("The event has no time words.")
    if when.start is None and when.end is None:
        return subject.failed("The words could not be resolved to days.")
    return subject.passed("The words are resolved to days.")


def published_conflict(published: Published, printed: date | None) -> Check:
    """Check that a given publication date agrees with the one that the article prints.

    The check's value is the printed date, so that :func:`extractor.events.ground.reground` can make it again.
    """
    subject = Subject(CheckName.PUBLISHED_CONFLICT, "published", printed.isoformat() if printed else None)
    if printed is None or published.date is None:
        return subject.not_applicable("There are no two publication dates to compare.")
    if published.date != printed:
        return subject.failed(f"The article prints {printed}, but {published.date} was used.")
    return subject.passed("The printed date is the one that was used.")


def outside_body(passage: Passage) -> Check:
    """Check that no evidence lies in page furniture."""
    subject = Subject(CheckName.OUTSIDE_BODY, "evidence")
    for sentence in passage.sentences:
        if sentence.furniture:
            span = Span(start=sentence.start, end=sentence.end)
            return subject.failed(f"Sentence {sentence.number} is page furniture, not part of the report.", span)
    return subject.passed("All evidence lies in the body of the article.")


def _type_cue(passage: Passage, event: EventSummary) -> Check:
    subject = Subject(CheckName.TYPE_CUE_MISSING, "type", event.type.value)
    if type_cues(event.type) is None:
        return subject.not_applicable("This type has no words of its own.")
    for reading in passage.readings():
        best = min(reading.cues(event.type), key=lambda hit: hit.label != "strong", default=None)
        if best:
            return subject.passed("A quoted sentence has a word for this type.", passage.view.span(best.low, best.high))
    return subject.failed("No quoted sentence has a usual word for this type (advisory).")

"""From a reply to checked events: everything that code can compute about what a model read, and what it could confirm.

Identity. ``EventSummary.id`` is ``e1-`` and 12 hex digits of the SHA-256 of what the event claims: the article's text
hash, the quoted sentence numbers, type, status, the words for time, place and country, the actors (name, role) and the
counts (measure, who, words). The tag changes when that recipe does. Not in it: the summary and labels that two runs
word differently (standing, sector, stance), and everything computed, so an id survives :func:`reground` and a better
gazetteer. Two events of one reply with the same id are the same claim made twice; the first is kept.

An event that quotes nothing (no sentence number exists) or only page furniture is not published: furniture reports no
event. It is returned in :attr:`Grounded.rejected` with the reason, so that nothing disappears unseen. All functions are
pure: same reply and article, same result, no input or output beyond this package's own tables.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, TypeVar

from extractor.events.actors import resolve_actor
from extractor.events.checks import check_event, date_unresolved, published_conflict
from extractor.events.countries import countries_in
from extractor.events.counts import parse_count
from extractor.events.dates import explicit_date, resolve_when
from extractor.events.passage import Passage, Reading
from extractor.events.places import locate
from extractor.events.quotes import gather, quoted_checks, quoted_sentences
from extractor.events.summary import Check, Count, EventSummary, Extraction, Published, When
from extractor.events.territory import territory_change
from extractor.events.view import View, visible
from extractor.events.vocabulary import FUTURE, CheckName, CountForm, EventType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.articles.article import Article
    from extractor.events.reply import Reply, ReplyActor, ReplyCount, ReplyEvent, ReplySpeaker
    from extractor.events.vocabulary import Status

_SAID = re.compile(
    r"\b(?:said|told|announced|warned|vowed|threatened|pledged|promised|declared|stated|confirmed|agreed|decided)\b"
    r"(?:\s+[\w'\u2019-]+){0,3}?\s+(?:late |early )?(?:on\s+)?"
    r"((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|yesterday|today)\b"
)
# Control characters and direction overrides have no place in a value; a lone surrogate cannot be written as UTF-8.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
_SUMMARY_LENGTH = 320
Part = TypeVar("Part", "ReplyActor", "ReplyCount", "ReplySpeaker", "ReplyEvent")
_PRINTED_NEARBY = 8
"""A line that prints the article's own date has at most so many other words ("Published 3 June 2019, 10:15 GMT")."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """An event of the reply that is not published, and why."""

    index: int
    """Its place in ``reply.events``, from 0."""
    type: EventType
    sentences: tuple[int, ...]
    summary: str
    reason: Literal["no_such_sentence", "furniture", "duplicate"]
    detail: str
    """One plain sentence for people."""


@dataclass(frozen=True, slots=True)
class Grounded:
    """What one reply comes to: events in the reply's order, what was left out, the publication date that was used."""

    events: tuple[EventSummary, ...]
    rejected: tuple[Rejected, ...]
    published: Published


def ground(reply: Reply, article: Article) -> Grounded:
    """Turn a reply into events whose values are computed from, and checked against, the article.

    Args:
        reply: what the model said; nothing in it is trusted.
        article: the article it was asked about.

    Returns:
        Events with evidence, dates, places, actors, counts and checks; rejected events; the publication date.
    """
    view = View.of(article.text)
    countries = countries_in(visible(article.text)[0])
    published, printed = _published(reply, article, view)
    events: dict[str, EventSummary] = {}
    rejected: list[Rejected] = []
    readings: dict[int, Reading] = {}
    for index, raw in enumerate(reply.events):
        said = _cleaned(raw)
        sentences, foreign = quoted_sentences(article, said.sentences)
        if not sentences:
            detail = "None of the sentences that the event quotes exists."
            rejected.append(_reject(index, said, "no_such_sentence", detail))
        elif all(sentence.furniture for sentence in sentences):
            rejected.append(_reject(index, said, "furniture", "The event is reported only by page furniture."))
        else:
            passage = Passage(article, view, sentences, countries, readings)
            event = _event(passage, said, foreign, published, printed)
            if event.id in events:
                rejected.append(_reject(index, said, "duplicate", f"The event repeats {event.id}."))
            events.setdefault(event.id, event)
    return Grounded(tuple(events.values()), tuple(rejected), published)


def reground(extraction: Extraction, published: date) -> Extraction:
    """Resolve all dates of an extraction again, against another publication date, without a model.

    Args:
        extraction: a finished extraction; its words for each time are kept.
        published: the publication date, which from now on counts as given.

    Returns:
        The extraction with new dates, and the checks that depend on the publication date made again.
    """
    stated = Published(date=published, basis="given", words=extraction.published.words)
    known = extraction.published.date if extraction.published.basis == "printed" else None
    events = []
    for event in extraction.events:
        quotes = tuple(e.quote for e in event.evidence)
        when = _when(event.when.words, published, event.status, quotes)
        remade = {
            CheckName.DATE_UNRESOLVED: date_unresolved(when),
            CheckName.PUBLISHED_CONFLICT: published_conflict(stated, known or _printed_before(event.checks)),
        }
        checks = tuple(remade.get(check.name, check) for check in event.checks)
        events.append(event.model_copy(update={"when": when, "checks": checks}))
    return extraction.model_copy(update={"published": stated, "events": tuple(events)})


def _printed_before(checks: Sequence[Check]) -> date | None:
    """Return the printed date that an earlier ``published_conflict`` check compared with, or None."""
    value = next((c.value for c in checks if c.name is CheckName.PUBLISHED_CONFLICT), None)
    return date.fromisoformat(value) if value else None


def _event(
    passage: Passage, said: ReplyEvent, foreign: tuple[int, ...], published: Published, printed: date | None
) -> EventSummary:
    evidence, speaker_checks = gather(passage, said.speakers)
    quotes = tuple(dict.fromkeys(e.quote for e in evidence))
    where = locate(said.place, said.country, context_countries=passage.countries)
    actors = tuple(
        resolve_actor(a.name, a.role, a.sector, a.involvement, where_country=where.country) for a in said.actors
    )
    event = EventSummary(
        id=_identity(passage.article.sha256, passage, said),
        type=said.type,
        territory_change=territory_change(said.type, quotes),
        status=said.status,
        standing=said.standing,
        summary=said.summary,
        when=_when(said.when, published.date, said.status, quotes),
        where=where,
        actors=actors,
        counts=tuple(_count(count) for count in said.counts),
        evidence=evidence,
    )
    checks = (
        *quoted_checks(passage.sentences, foreign),
        *speaker_checks,
        *check_event(passage, event, said.country, published, printed),
    )
    return event.model_copy(update={"checks": checks})


def _identity(sha256: str, passage: Passage, said: ReplyEvent) -> str:
    claim = (
        *(sha256, [s.number for s in passage.sentences], said.type, said.status, said.when, said.place, said.country),
        *([(a.name, a.role) for a in said.actors], [(c.measure, c.who, c.words) for c in said.counts]),
    )
    return "e1-" + hashlib.sha256(json.dumps(claim).encode()).hexdigest()[:12]


def _when(words: str | None, published: date | None, status: Status, quotes: Sequence[str]) -> When:
    """Resolve time words; what is planned or threatened lies after its statement, dated in the quote or not."""
    future = status in FUTURE
    statement = _statement(words, published, quotes) if future else None
    return resolve_when(words, published, future=future, statement=statement)


def _statement(words: str | None, published: date | None, quotes: Sequence[str]) -> date | None:
    """Return the day on which a future act was announced ("said on Monday that … on Friday"), if the quote dates it."""
    for quote in quotes:
        for match in _SAID.finditer(quote):
            if words is None or match.group(1) not in words:
                return resolve_when(match.group(1), published).start
    return None


def _count(said: ReplyCount) -> Count:
    """Return the published count; words without a number are kept as a vague count that its check marks."""
    value = parse_count(said.words, said.measure)
    return Count(
        measure=said.measure,
        who=said.who,
        min=value.min if value else None,
        max=value.max if value else None,
        form=value.form if value else CountForm.VAGUE,
        source=said.source,
        words=said.words,
    )


def _published(reply: Reply, article: Article, view: View) -> tuple[Published, date | None]:
    """Return the publication date that counts, and the one that the article prints.

    The reader's date wins. A date that only the model points at counts where the reader found none, its words hold a
    full date, and they stand in a line that prints little else: a date inside the report is an event's.
    """
    found = article.published
    words = _clean(reply.published)
    if found.date is not None or words is None:
        return Published(date=found.date, basis=found.basis, words=found.words), found.printed
    day = explicit_date(words)
    for sentence in article.sentences if day else ():
        span = view.find(words, (sentence.start, sentence.end))
        others = len(view.tokens(sentence.start, sentence.end)) - len(View.of(words).keys)
        in_dateline = span and sentence.dateline_end is not None and span.end <= sentence.dateline_end
        if span and (in_dateline or others <= _PRINTED_NEARBY):
            return Published(date=day, basis="printed", words=article.text[span.start : span.end]), day
    return Published(words=found.words), found.printed


def _reject(
    index: int, said: ReplyEvent, reason: Literal["no_such_sentence", "furniture", "duplicate"], detail: str
) -> Rejected:
    return Rejected(index, said.type, said.sentences, said.summary, reason, detail)


def _clean(text: str | None) -> str | None:
    """Return ``text`` on one line without control characters; None for blank."""
    if text is None:
        return None
    return " ".join((text if text.isprintable() else _UNPRINTABLE.sub(" ", text)).split()) or None


def _with(part: Part, **values: object) -> Part:
    """Return ``part`` with these values; itself where it has them already, as nearly all have."""
    same = all(getattr(part, name) == value for name, value in values.items())
    return part if same else part.model_copy(update=values)


def _cleaned(raw: ReplyEvent) -> ReplyEvent:
    """Return the event with every string cleaned; nameless actors and wordless counts are nothing and go."""
    actors = ((_clean(a.name), a) for a in raw.actors)
    counts = ((_clean(c.words), c) for c in raw.counts)
    return _with(
        raw,
        when=_clean(raw.when),
        place=_clean(raw.place),
        country=_clean(raw.country),
        summary=(_clean(raw.summary) or "")[:_SUMMARY_LENGTH],
        actors=tuple(_with(a, name=name) for name, a in actors if name),
        counts=tuple(_with(c, words=words, source=_clean(c.source)) for words, c in counts if words),
        speakers=tuple(_with(s, name=_clean(s.name)) for s in raw.speakers),
    )

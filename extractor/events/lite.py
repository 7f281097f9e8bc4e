"""What may be asked about a found event, and how the answers become a reply: the code between ``find`` and ``fill``.

The model chooses time and place among the phrases that stand in the event's own sentences (:func:`choices_for`), so it
cannot make one up; tolls are read by code (:mod:`extractor.events.toll_finder`), which does it better than a small
model (docs/decisions.md). :func:`lite_event` puts both together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from extractor.events.date_mentions import find_times
from extractor.events.dates import resolve_when
from extractor.events.place_mentions import find_places
from extractor.events.reply import LiteCount, LiteEvent
from extractor.events.shortlist import SPEECH
from extractor.events.toll_finder import find_counts
from extractor.events.view import View
from extractor.events.vocabulary import EventType, Standing, TimePrecision

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractor.articles.article import Article
    from extractor.events.reply import Filled
    from extractor.events.shortlist import Candidate

_MOST_CHOICES: Final = 8
_LONGEST_WORDS: Final = 80
_OLD: Final = timedelta(days=30)
"""An event that ended longer ago than this is background."""
_NOBODY_DOES: Final = frozenset({EventType.DISASTER_ACCIDENT, EventType.ELECTION})
"""Types without an initiator (event-schema.md §5)."""
_MUTUAL: Final = re.compile(
    r"\b(?:clash\w*|fighting|fought|battl\w+|skirmish\w*|firefight\w*|gunfight\w*|between|met|meet\w*|talks|agree\w*|deal|"
    r"signed|treaty|truce|ceasefire)\b",
    re.IGNORECASE,
)
_SIDES: Final = frozenset({EventType.ARMED_CLASH, EventType.MEETING, EventType.AGREEMENT, EventType.COOPERATION})
"""Types in which all take part, where the words say so."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The phrases of an event's sentences that may answer a question; no phrase means that null is the only answer."""

    when: tuple[str, ...]
    place: tuple[str, ...]

    def as_mapping(self) -> dict[str, tuple[str, ...]]:
        """Return the choices by the name of the reply's field."""
        return {"when": self.when, "place": self.place}


def choices_for(event: Candidate, article: Article) -> Choices:
    """Return the time and place phrases in the sentences that report ``event``.

    Where those name no place and the event is no speech act, the places of the article's first body sentence count:
    a report names its scene at the top.
    """
    quotes = [article.quote(number) for number in event.sentences]
    times = [phrase for quote in quotes for phrase in find_times(quote)]
    places = [_place_phrase(quote, found.start, found.end) for quote in quotes for found in find_places(quote)]
    if not places and event.type not in SPEECH:
        lead = next((s for s in article.sentences if not s.furniture and not s.headline), None)
        places = [found.words for found in find_places(article.quote(lead.number))] if lead else []
    return Choices(_few(times), _few(places))


def _few(phrases: Sequence[str]) -> tuple[str, ...]:
    short = (phrase for phrase in phrases if len(phrase) <= _LONGEST_WORDS)
    return tuple(dict.fromkeys(short))[:_MOST_CHOICES]


_BEFORE = re.compile(
    r"(?:\b(?:the\s+)?(?:city|town|village|port|district|province|state|region|suburb|outskirts|capital)\s+of\s+"
    r"|\b(?:near|outside)\s+|\b(?:north|south|east|west|north-?east|north-?west|south-?east|south-?west)(?:ern)?\s+)$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"^\s+(?:province|governorate|district|region|state|county|countryside|city|airport)\b", re.IGNORECASE
)


def _place_phrase(sentence: str, start: int, end: int) -> str:
    """Return the place name with the words of kind or direction around it ("near Idlib", "Idlib province")."""
    before, after = _BEFORE.search(sentence[:start]), _AFTER.search(sentence[end:])
    return sentence[before.start() if before else start : end + (after.end() if after else 0)]


def event_for_template(event: Candidate, article: Article) -> Mapping[str, object]:
    """Return what a template of the step ``fill`` may show of an event."""
    choices = choices_for(event, article)
    sentences = [{"number": n, "text": article.quote(n)} for n in event.sentences]
    return {
        "what": event.what,
        "sentences": sentences,
        "when": list(choices.when),
        "place": list(choices.place),
    }


def lite_event(event: Candidate, filled: Filled | None, article: Article, *, first: bool) -> LiteEvent:
    """Join a found event with what the model filled in (None: nothing) and the tolls that code reads."""
    by = _names(filled.by) if filled else ()
    to = tuple(name for name in _names(filled.to) if name not in by) if filled else ()
    if event.type in _NOBODY_DOES:
        by = ()
    quotes = [article.quote(number) for number in event.sentences]
    mutual = event.type in _SIDES and bool(to) and _MUTUAL.search(" ".join((event.what, *quotes))) is not None
    when = filled.when if filled else None
    return LiteEvent(
        sentences=tuple(sorted(event.sentences)),
        type=event.type,
        standing=_standing(when, article, first=first),
        when=when,
        place=filled.place if filled else None,
        country=None,
        initiators=() if mutual else by,
        participants=(*by, *to)[:4] if mutual else (),
        targets=() if mutual else to,
        counts=_counts(event, quotes),
        summary=event.what,
    )


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in names if View.of(name).keys))


def _counts(event: Candidate, quotes: Sequence[str]) -> tuple[LiteCount, ...]:
    """Read the tolls of the event's sentences; what people say carries no toll of its own."""
    if event.type in SPEECH:
        return ()
    rows = [row for quote in quotes for row in find_counts(quote) if len(row.words) <= _LONGEST_WORDS]
    return tuple(dict.fromkeys(LiteCount(measure=r.measure, who=r.who, words=r.words) for r in rows))[:10]


def _standing(when: str | None, article: Article, *, first: bool) -> Standing:
    """Return ``aggregate`` for an open or long period, ``background`` for what is old, else by the order of telling."""
    resolved = resolve_when(when, article.published.date) if when else None
    if resolved is not None and resolved.end and article.published.date:
        if resolved.start and resolved.end - resolved.start > timedelta(days=3) and resolved.precision in _LONG:
            return Standing.AGGREGATE
        if resolved.end < article.published.date - _OLD:
            return Standing.BACKGROUND
    return Standing.MAIN if first else Standing.OTHER


_LONG: Final = frozenset({TimePrecision.MONTH, TimePrecision.YEAR, TimePrecision.WEEK, TimePrecision.DAYS})

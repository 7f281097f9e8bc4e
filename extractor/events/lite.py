"""What may be asked about a found event, and how the answers become a reply: the code between ``find`` and ``fill``.

The model chooses time and place among the phrases that stand in the event's own sentences (:func:`choices_for`), so it
cannot make one up; tolls are read by code (:mod:`extractor.events.toll_finder`), which does it better than a small
model (docs/decisions.md). :func:`lite_event` puts both together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from extractor.events.act_types import act_place, act_subject
from extractor.events.agents import deed_agent, passive_agent
from extractor.events.countries import demonym_country
from extractor.events.date_mentions import find_times
from extractor.events.dates import explicit_date, resolve_when
from extractor.events.place_kinds import kind_of
from extractor.events.place_mentions import find_places
from extractor.events.reply import LiteCount, LiteEvent
from extractor.events.reporters import dates_the_telling, teller, telling_from, tells
from extractor.events.shortlist import SPEECH
from extractor.events.told_roles import told_roles
from extractor.events.told_status import told_status
from extractor.events.toll_finder import find_counts
from extractor.events.view import ARTICLES, tokens_of
from extractor.events.vocabulary import FUTURE, EventType, Standing, TimePrecision

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractor.articles.article import Article
    from extractor.events.place_mentions import FoundPlace, Kind
    from extractor.events.reply import Filled, ReplyEvent
    from extractor.events.shortlist import Candidate
    from extractor.events.view import View

_DEPTH: Final = {"settlement": 0, "region": 1, "country": 2}
"""The deepest place is offered first."""
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
_HITS_ANYBODY: Final = frozenset(list(EventType)[: list(EventType).index(EventType.AGREEMENT)]) | {
    EventType.ARRESTS,
    EventType.CRIME,
    EventType.DISASTER_ACCIDENT,
    EventType.DISPLACEMENT,
    EventType.LOOTING_PROPERTY_DESTRUCTION,
    EventType.LEGAL_PROCEEDING,
    EventType.AID,
}
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
    times = [phrase for quote in quotes for phrase in _times(quote, event, article)]
    return Choices(_few(times), _place_choices(event, article))


def _place_choices(event: Candidate, article: Article) -> tuple[str, ...]:
    """Return the place phrases, the deepest first."""
    return _few([named.phrase for named in sorted(_named_places(event, article), key=lambda named: _DEPTH[named.kind])])


class _NamedPlace(NamedTuple):
    phrase: str
    kind: Kind


def _named_places(event: Candidate, article: Article) -> list[_NamedPlace]:
    """Return the places where the event can be, in text order."""
    named = [
        _NamedPlace(_place_phrase(quote, found), found.kind)
        for quote in (article.quote(number) for number in event.sentences)
        for found in _places(quote, event, article)
    ]
    if named or event.type in SPEECH:
        return named
    lead = next((s for s in article.sentences if not s.furniture and not s.headline), None)
    return [_NamedPlace(found.words, found.kind) for found in find_places(article.quote(lead.number))] if lead else []


def _times(quote: str, event: Candidate, article: Article) -> Sequence[str]:
    """Return the time phrases of a sentence that can date the event itself."""
    told = event.type not in SPEECH
    return [
        phrase
        for phrase in find_times(quote)
        if not _prints_date(phrase, article) and not (told and dates_the_telling(phrase, quote))
    ]


def _places(quote: str, event: Candidate, article: Article) -> Sequence[FoundPlace]:
    """Return the places of a sentence where the event itself can be."""
    end = len(quote) if event.type in SPEECH else telling_from(quote)
    return [
        found
        for found in find_places(quote)
        if found.start < end and not _TOLD_BY.search(quote, 0, found.start) and not _is_person(found, article)
    ]


_TOLD_BY = re.compile(r"\b(?:according to|told|citing|quoted by|reported by)\s+(?:the\s+)?$", re.IGNORECASE)


def _is_person(found: FoundPlace, article: Article) -> bool:
    """Say whether a town's name is somebody's surname here: "Ricardo Rosselló", and never "in Rosselló"."""
    if found.kind != "settlement" or " " in found.words:
        return False
    name = re.escape(found.words)
    named = re.search(rf"\b([^\W\d_a-z][^\W\d_]+) (?:[A-Z]\. )?{name}\b", article.text)
    first = named[1] if named is not None else "the"
    if first.casefold() in _NO_FIRST_NAMES or demonym_country(first) or kind_of(first.lower()):
        return False
    return re.search(rf"\b(?:in|near|at|from|outside|around|into|towards?) {name}\b", article.text) is None


_NO_FIRST_NAMES: Final = frozenset(
    "in at from the near to on for of and with by after since but when while as central downtown inner greater north "  # noqa: SIM905
    "south east west northern southern eastern western new old upper lower saint san santa fort port mount lake".split()
)


def _prints_date(phrase: str, article: Article) -> bool:
    """Say whether ``phrase`` is the full date that the page prints of itself, which dates no event."""
    printed = article.published.printed
    return printed is not None and explicit_date(phrase) == printed


def _few(phrases: Sequence[str]) -> tuple[str, ...]:
    short = (phrase for phrase in phrases if len(phrase) <= _LONGEST_WORDS)
    return tuple(dict.fromkeys(short))[:_MOST_CHOICES]


_BEFORE = re.compile(
    r"(?:\b(?:the\s+)?(?:city|town|village|port|district|province|state|region|suburb|outskirts|capital)\s+of\s+"
    r"|\b(?:near|outside)\s+|\b(?:north|south|east|west|north-?east|north-?west|south-?east|south-?west)(?:ern)?\s+)$",
    re.IGNORECASE,
)
_BEFORE_ENDS = ("of", "near", "outside", "north", "south", "east", "west", "ern")
_AFTER = re.compile(
    r"\s+(?:province|governorate|district|region|state|county|countryside|city|airport)\b", re.IGNORECASE
)


def _place_phrase(sentence: str, found: FoundPlace) -> str:
    """Return the place name with the words of kind or direction around it ("near Idlib", "Idlib province")."""
    start, end = found.start, found.end
    after = _AFTER.match(sentence, end)
    last = sentence[:start].rsplit(maxsplit=1)[-1:]
    before = _BEFORE.search(sentence[:start]) if last and last[0].casefold().endswith(_BEFORE_ENDS) else None
    if before is not None and found.kind != "settlement" and before[0].rstrip().endswith("of"):
        before = None  # "District of California" is none that a gazetteer knows; California is
    return sentence[before.start() if before else start : after.end() if after else end]


def event_for_template(event: Candidate, article: Article, choices: Choices) -> Mapping[str, object]:
    """Return what a template of the step ``fill`` may show of an event."""
    sentences = [{"number": n, "text": article.quote(n)} for n in event.sentences]
    return {
        "what": event.what,
        "sentences": sentences,
        "when": list(choices.when),
        "place": list(choices.place),
    }


def reply_event(event: Candidate, filled: Filled | None, article: Article, *, first: bool) -> ReplyEvent:
    """Return the event as a full reply would give it, with the status that its line tells."""
    lite = lite_event(event, filled, article, first=first)
    return lite.to_event().model_copy(update={"status": told_status(event.what, event.type)})


def lite_event(event: Candidate, filled: Filled | None, article: Article, *, first: bool) -> LiteEvent:
    """Join a found event with what the model filled in (None: nothing) and what code reads: tolls and the rest."""
    future = told_status(event.what, event.type) in FUTURE
    quotes = [article.quote(number) for number in event.sentences]
    by, to = (_names(filled.by), _names(filled.to)) if filled else _told(event, article)
    to = tuple(name for name in to if name not in by)
    tellers = () if event.type in SPEECH else tuple(n for n in (*by, *to) if any(tells(n, quote) for quote in quotes))
    by = tuple(n for n in by if n not in tellers and _can_act(n) and event.type not in _NOBODY_DOES)
    by = tuple(name for name in by if not _is_pronoun(name))
    subject = _subject(event, quotes)
    if subject is not None and not any(_overlap(subject, name) for name in by):
        by = (subject,)
    if not by and event.type not in SPEECH | _NOBODY_DOES:
        doer = passive_agent(quotes[0]) or (deed_agent(quotes[0]) if event.type in _HITS_ANYBODY else None)
        by = (doer,) if doer is not None and len(doer) <= _LONGEST_WORDS else ()
    mutual = (
        event.type in _SIDES and bool(by) and bool(to) and _MUTUAL.search(" ".join((event.what, *quotes))) is not None
    )
    to = tuple(
        n
        for n in to
        if n not in tellers and not any(_overlap(n, name) for name in by) and (mutual or _can_suffer(n, event))
    )
    when = (filled.when or _only_time(event, article)) if filled else _told_time(event, article)
    return LiteEvent(
        sentences=tuple(sorted(event.sentences)),
        type=event.type,
        standing=_standing(when, article, first=first, future=future),
        when=when,
        place=filled.place if filled else _told_place(event, article),
        country=None,
        initiators=() if mutual else by,
        participants=(*by, *to)[:4] if mutual else (),
        targets=() if mutual else to,
        counts=_counts(event, quotes),
        speakers=tellers[:4],
        summary=event.what,
    )


def _told(event: Candidate, article: Article) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return who did it and whom it was done to, as the event's line tells it, in the article's words."""
    told = told_roles(event.what, speech=event.type in SPEECH)
    quotes = [tokens_of(article.quote(number)) for number in event.sentences]
    by, to = (tuple(n for n in (_as_written(name, quotes) for name in names) if n) for names in (told.by, told.to))
    if not to and event.type in _HITS_ANYBODY:
        to = tuple(_QUALIFIER.sub("", row.words) for quote in quotes[:1] for row in find_counts(quote.text)[:1])
    return by[:4], to[:4]


def _told_place(event: Candidate, article: Article) -> str | None:
    """Return the first of the deepest places in the event's sentences."""
    return next(iter(_place_choices(event, article)), None)


def _told_time(event: Candidate, article: Article) -> str | None:
    """Return the time phrase that the line names, else the one nearest to the words that the line shares."""
    line = tokens_of(event.what)
    for number in event.sentences:
        quote = article.quote(number)
        phrases = [phrase for phrase in _times(quote, event, article) if len(phrase) <= _LONGEST_WORDS]
        named = [phrase for phrase in phrases if line.find(phrase) is not None]
        if named or phrases:
            return named[0] if named else _nearest(phrases, quote, event)
    return None


def _nearest(phrases: Sequence[str], quote: str, event: Candidate) -> str:
    """Return the phrase that stands nearest to the act."""
    view = tokens_of(quote)
    act = act_place(event.what, view)
    return min(phrases, key=lambda phrase: abs(quote.find(phrase) - act)) if act is not None else phrases[0]


_QUALIFIER = re.compile(
    r"^(?:(?:at\s+least|more\s+than|fewer\s+than|less\s+than|up\s+to|as\s+many\s+as|about|around|some|nearly|almost|over|"
    r"another|a\s+further|roughly|approximately)\s+)+",
    re.IGNORECASE,
)


def _is_pronoun(name: str) -> bool:
    return _NO_NAMES.issuperset(tokens_of(name).keys)


_NO_NAMES: Final = ARTICLES | frozenset(
    "and or of he she it they we i you his her its their our him them this that these those who which per not".split()  # noqa: SIM905
)
_SHORTEST_NAME: Final = 3
"""Characters; what is shorter ("of", "50") names nobody."""


def _as_written(name: str, quotes: Sequence[View]) -> str | None:
    """Return ``name`` or the longest part of it that a quoted sentence holds, in the sentence's words."""
    view = tokens_of(name)
    size = len(view.keys)
    for length in range(size, max(size // 2, 1) - 1, -1):
        for low in range(size - length, -1, -1):
            part = view.words(low, low + length)
            if length == 1 and size > 1 and not part[:1].isupper() and low + 1 != size:
                continue
            for quote in quotes if len(part) >= _SHORTEST_NAME else ():
                for first, end in () if _is_pronoun(part) else quote.occurrences(part):
                    article = first > 0 and quote.keys[first - 1] in ARTICLES and view.keys[low] in ARTICLES
                    return quote.words(first - article, end)
    return None


_DEED = re.compile(
    r"(?:strikes?|airstrikes?|raids?|attacks?|bombings?|bombardments?|shelling|explosions?|blasts?|clashes|fighting|fire|"
    r"storm|agreement|deal|accord|talks|meeting|protests?|crash|accident|law|bill)$",
    re.IGNORECASE,
)


def _subject(event: Candidate, quotes: Sequence[str]) -> str | None:
    """Return who acts in the line that tells the event, in the article's words, where its sentences hold the name."""
    said = act_subject(event.what)
    if (
        said is None
        or _is_pronoun(said)
        or not _can_act(said)
        or (event.type not in SPEECH and any(tells(said, quote) for quote in quotes))
    ):
        return None
    for quote in quotes:
        view = tokens_of(quote)
        found = view.find(said)
        if found is not None:
            return quote[found.start : found.end]
    return None


def _overlap(one: str, other: str) -> bool:
    """Say whether one name holds the other as whole words."""
    return tokens_of(one).find(other) is not None or tokens_of(other).find(one) is not None


def _can_suffer(name: str, event: Candidate) -> bool:
    """Say whether ``name`` can be the target: violence and disasters hit anybody, politics is done to a named other."""
    if event.type in _HITS_ANYBODY:
        return True
    return any(word[:1].isupper() for word in name.split())


def _only_time(event: Candidate, article: Article) -> str | None:
    """Return the time phrase of the event's main sentence, where it is the only one.

    A small model that is free to say null does so too often (docs/decisions.md).
    """
    phrases = _times(article.quote(event.sentences[0]), event, article)
    return phrases[0] if len(phrases) == 1 and len(phrases[0]) <= _LONGEST_WORDS else None


def _can_act(name: str) -> bool:
    """Say whether ``name`` can do anything: the deed itself ("air strikes") cannot."""
    return _DEED.search(name.strip()) is None


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_OPENER.sub("", name.strip()) for name in names if tokens_of(name).keys))


_OPENER = re.compile(r"^(?:still|meanwhile|however|but|and|also|earlier|later|instead),?\s+", re.IGNORECASE)
"""Words that open a sentence and are no part of the name after them."""


def _counts(event: Candidate, quotes: Sequence[str]) -> tuple[LiteCount, ...]:
    """Read the tolls of the event's sentences; what people say carries no toll of its own."""
    if event.type in SPEECH:
        return ()
    rows = [
        LiteCount(measure=row.measure, who=row.who, words=row.words, source=_short(teller(quote)))
        for quote in quotes
        for row in find_counts(quote)
        if len(row.words) <= _LONGEST_WORDS
    ]
    return tuple(dict.fromkeys(rows))[:10]


def _short(name: str | None) -> str | None:
    return name if name is not None and len(name) <= _LONGEST_WORDS else None


def _standing(when: str | None, article: Article, *, first: bool, future: bool) -> Standing:
    """Return ``aggregate`` for an open or long period, ``background`` for what is old, else by the order of telling."""
    resolved = resolve_when(when, article.published.date, future=future) if when else None
    if resolved is not None and resolved.end and article.published.date:
        if resolved.start and resolved.end - resolved.start > timedelta(days=3) and resolved.precision in _LONG:
            return Standing.AGGREGATE
        if resolved.end < article.published.date - _OLD:
            return Standing.BACKGROUND
    return Standing.MAIN if first else Standing.OTHER


_LONG: Final = frozenset({TimePrecision.MONTH, TimePrecision.YEAR, TimePrecision.WEEK, TimePrecision.DAYS})

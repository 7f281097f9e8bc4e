"""Which phrases of an event's own sentences may say when and where it was.

A model may choose among them, or code takes the first; nobody can make one up. Phrases that date or place the telling
("told reporters in Istanbul", "according to Al Jazeera") and surnames that are towns somewhere are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from extractor.events.countries import demonym_country
from extractor.events.date_mentions import find_times
from extractor.events.dates import explicit_date, resolve_when
from extractor.events.place_kinds import kind_of
from extractor.events.place_mentions import find_places
from extractor.events.reporters import dates_the_telling, telling_from
from extractor.events.shortlist import SPEECH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractor.articles.article import Article
    from extractor.events.place_mentions import FoundPlace, Kind
    from extractor.events.shortlist import Candidate

_DEPTH: Final = {"settlement": 0, "region": 1, "country": 2}
"""The deepest place is offered first."""
_MOST_CHOICES: Final = 8
LONGEST_WORDS: Final = 80


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
    times = [phrase for quote in quotes for phrase in times_of(quote, event, article)]
    return Choices(_few(times), place_choices(event, article))


def place_choices(event: Candidate, article: Article) -> tuple[str, ...]:
    """Return the place phrases: the deepest first, of two countries the one that something happens *in*.

    "A United States airstrike in Iraq" happened in Iraq.
    """
    deepest = sorted(_named_places(event, article), key=lambda place: (_DEPTH[place.kind], place.owns))
    return _few([place.phrase for place in deepest])


class _NamedPlace(NamedTuple):
    phrase: str
    kind: Kind
    owns: bool
    """A country with no preposition of place before it, which may only say whose."""


def _named_places(event: Candidate, article: Article) -> list[_NamedPlace]:
    """Return the places where the event can be, in text order."""
    named = [
        _NamedPlace(_place_phrase(quote, found), found.kind, _owns(quote, found))
        for quote in (article.quote(number) for number in event.sentences)
        for found in _places(quote, event, article)
    ]
    if named or event.type in SPEECH:
        return named
    lead = next((s for s in article.sentences if not s.furniture and not s.headline), None)
    if lead is None:
        return []
    quote = article.quote(lead.number)
    return [_NamedPlace(found.words, found.kind, _owns(quote, found)) for found in find_places(quote)]


def _owns(quote: str, found: FoundPlace) -> bool:
    before = max(0, found.start - _LONGEST_SITUATED)
    return found.kind == "country" and _SITUATED.search(quote, before, found.start) is None


def times_of(quote: str, event: Candidate, article: Article) -> Sequence[str]:
    """Return the time phrases of a sentence that can date the event itself."""
    told = event.type not in SPEECH
    return [
        phrase
        for phrase in find_times(quote)
        if not _prints_date(phrase, article)
        and not (told and dates_the_telling(phrase, quote))
        and not _lies_ahead(phrase, article)
    ]


_BOUND = re.compile(r"(?:until|till|to|through)\b", re.IGNORECASE)
_FAR_BACK: Final = timedelta(days=183)
"""Half a year: a day without its year that lies further back than this is nearer in the year to come."""


def _lies_ahead(phrase: str, article: Article) -> bool:
    """Say whether a phrase bounds what is still to come: "extended the curfew to May 1", written in April.

    Without a year the date codebook reads it as the latest such day, which here is most of a year ago.
    """
    published = article.published.date
    if published is None or not _BOUND.match(phrase):
        return False
    end = resolve_when(phrase, published).end
    return end is not None and end < published - _FAR_BACK and str(end.year) not in phrase


def _places(quote: str, event: Candidate, article: Article) -> Sequence[FoundPlace]:
    """Return the places of a sentence where the event itself can be."""
    end = len(quote) if event.type in SPEECH else telling_from(quote)
    return [
        found
        for found in find_places(quote)
        if found.start < end and not _is_told_by(quote, found.start) and not _is_person(found, article)
    ]


_TOLD_BY = re.compile(r"\b(?:according to|told|citing|quoted by|reported by)\s+(?:the\s+)?$", re.IGNORECASE)
_TOLD_BY_ENDS = ("to", "told", "citing", "by", "the")
_FIRST_NAME = re.compile(r"\b([^\W\d_a-z][^\W\d_]+) (?:[A-Z]\. )?$")
_SITUATED = re.compile(r"\b(?:in|near|at|from|outside|around|into|towards?) $")
_LONGEST_SITUATED = len(" towards ")
_EDGE = re.compile(r"\b")


def _is_told_by(sentence: str, start: int) -> bool:
    """Say whether what begins at ``start`` is named as the source: "according to Aleppo …"."""
    last = sentence[:start].rsplit(maxsplit=1)[-1:]
    source = bool(last) and last[0].casefold().endswith(_TOLD_BY_ENDS)
    return source and _TOLD_BY.search(sentence, 0, start) is not None


def _is_person(found: FoundPlace, article: Article) -> bool:
    """Say whether a town's name is somebody's surname here: "Ricardo Rosselló", and never "in Rosselló"."""
    return found.kind == "settlement" and " " not in found.words and _is_surname(found.words, article.text)


@lru_cache(maxsize=256)  # asked for each event at the place; few, for each keeps a text alive
def _is_surname(name: str, text: str) -> bool:
    places = [at for at in _occurrences(name, text) if _EDGE.match(text, at + len(name))]
    named = (_FIRST_NAME.search(text, _two_words_before(text, at), at) for at in places)
    first = next((match[1] for match in named if match), "the")
    if first.casefold() in _NO_FIRST_NAMES or demonym_country(first) or kind_of(first.lower()):
        return False
    return not any(_SITUATED.search(text, max(0, at - _LONGEST_SITUATED), at) for at in places)


def _occurrences(name: str, text: str) -> Iterator[int]:
    at = text.find(name)
    while at >= 0:
        yield at
        at = text.find(name, at + 1)


def _two_words_before(text: str, at: int) -> int:
    return text.rfind(" ", 0, max(0, text.rfind(" ", 0, max(0, at - 1)))) + 1


_NO_FIRST_NAMES: Final = frozenset(
    "in at from the near to on for of and with by after since but when while as central downtown inner greater north "  # noqa: SIM905
    "south east west northern southern eastern western new old upper lower saint san santa fort port mount lake".split()
)


def _prints_date(phrase: str, article: Article) -> bool:
    """Say whether ``phrase`` is the full date that the page prints of itself, which dates no event."""
    printed = article.published.printed
    return printed is not None and explicit_date(phrase) == printed


def _few(phrases: Sequence[str]) -> tuple[str, ...]:
    short = (phrase for phrase in phrases if len(phrase) <= LONGEST_WORDS)
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

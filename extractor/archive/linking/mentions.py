"""Mentions: what linking keeps of each event of each article, a kilobyte or two apiece.

A *mention* is one event as one article reports it. Mentions of one incident are linked into a *story*. Three kinds are
never mixed, since they cannot be one event: what happened (or was attempted, or is denied), what is announced or
threatened, and totals over a period (standing ``aggregate``).

Identity. A mention's key is 16 hex digits of a tagged SHA-256 over the article (source, name, text hash) and the
event's id, so it doesn't depend on which other articles there are or in which order they come. The same record twice
is one mention; the same text under two names is two, as it was published twice.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from math import log2
from sys import intern
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from extractor.archive.linking.spans import Span, span_of
from extractor.events.countries import country_name
from extractor.events.vocabulary import PlacePrecision, Role, Sector, Standing, Status
from extractor.scoring.credit_names import name_tokens
from extractor.scoring.credit_where import place_name

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from extractor.events.summary import Actor, ArticleInfo, Count, EventSummary, Extraction, Where
    from extractor.events.vocabulary import EventType

_TAG: Final = b"extractor mention 1\n"
_AHEAD: Final = frozenset({Status.PLANNED, Status.THREATENED, Status.HYPOTHETICAL})
_WORDS_KEPT: Final = 12
"""The rarest words of a mention that are compared."""
_QUOTES: Final = 3
"""Its first sentences, which tell what it is about."""
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_PRECISE: Final = frozenset({PlacePrecision.SITE, PlacePrecision.SETTLEMENT, PlacePrecision.NEAR_SETTLEMENT})
_NAMELESS: Final = frozenset({Sector.UNK, Sector.UAF, Sector.CVL})
_COMMON: Final = """
about after also among around been before being could during from have having here into just later made many
more most near other others over part said same says since some such than that their them then there these they
this those through told took under until were what when where which while whose will with would year years
killed killing dead died deaths people person wounded injured injuries monday tuesday wednesday thursday friday
saturday sunday january february march april june july august september october november december morning
afternoon evening night yesterday today week month
"""
_EVERYWHERE: Final = frozenset(_COMMON.split())
"""Words that stand in any report, or that time and counts have judged already."""
_OF_PLACES: Final = """
in near outside at of the on from to and inside around between north south east west northern southern eastern
western northeast northwest southeast southwest central city town village district municipality province region
state county governorate km kilometres miles area off over by with a an its his her their our same entrance edge
outskirts part parts capital close neighbouring nearby state's country's
"""
_PLACE_WORDS: Final = frozenset(_OF_PLACES.split())


class Kind(StrEnum):
    """What can be one event with what."""

    HAPPENED = "happened"
    AHEAD = "ahead"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mention says that it happened."""

    country: str | None
    admin1: str | None
    names: frozenset[tuple[str, ...]]
    """Normalised names of the settlement; empty where none is known."""
    point: tuple[float, float] | None
    """Degrees, only where they are those of a settlement or a site."""
    geonameid: int | None
    site: frozenset[str]
    """Words that say where in or near the settlement: a market, a camp, a road."""
    said: str
    """The article's words."""

    @property
    def precise(self) -> bool:
        """Whether it is a settlement or deeper."""
        return bool(self.names) or self.point is not None


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who did it, or to whom it was done."""

    tokens: tuple[str, ...]
    sector: Sector
    named: bool
    """Whether the words name somebody ("Northern Front"), rather than say what they are ("gunmen")."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One event as one article reports it."""

    key: str
    article: str
    """Its name."""
    record: str
    """Identity of the article's record: source, name and text."""
    outlet: str
    """Host of its address, else where it was read from."""
    published: dt.date | None
    event: str
    """The event's id."""
    type: EventType
    kind: Kind
    standing: Standing
    status: Status
    summary: str
    span: Span | None
    place: Place
    doers: tuple[Party, ...]
    targets: tuple[Party, ...]
    counts: tuple[Count, ...]
    words: frozenset[str]
    weight: int
    """Sum of the weights of :attr:`words`, in thousandths of a bit."""


def mentions_of(extractions: Iterable[Extraction]) -> tuple[list[Mention], Mapping[str, int]]:
    """Return all mentions in the order of their keys, and the weight of each word that they hold.

    A word weighs log2((N + 1) / n) bits, where n of the N mentions hold it: what few mentions say tells them apart.
    Weights are whole thousandths of a bit, so that no sum depends on the order of its summands.
    """
    found: dict[str, Mention] = {}
    said: dict[str, tuple[str, ...]] = {}
    for extraction in extractions:
        for event in extraction.events:
            mention = _mention(extraction, event)
            if mention.key not in found:
                found[mention.key] = mention
                said[mention.key] = _words(event)
    held: dict[str, int] = {}
    for words in said.values():
        for word in words:
            held[word] = held.get(word, 0) + 1
    weights = {word: round(1000 * log2((len(found) + 1) / count)) for word, count in held.items()}
    return [_weighed(found[key], said[key], weights) for key in sorted(found)], weights


def _weighed(mention: Mention, words: tuple[str, ...], weights: Mapping[str, int]) -> Mention:
    rarest = frozenset(sorted(words, key=lambda word: (-weights[word], word))[:_WORDS_KEPT])
    return replace(mention, words=rarest, weight=sum(weights[word] for word in rarest))


def _mention(extraction: Extraction, event: EventSummary) -> Mention:
    article = extraction.article
    return Mention(
        key=mention_key(article, event.id),
        article=article.id,
        record=_record(article),
        outlet=outlet_of(article.url, article.source),
        published=extraction.published.date,
        event=event.id,
        type=event.type,
        kind=kind_of(event),
        standing=event.standing,
        status=event.status,
        summary=event.summary,
        span=span_of(event.when, extraction.published.date, event.standing),
        place=_place(event.where),
        doers=_parties(event.actors, Role.INITIATOR, Role.PARTICIPANT),
        targets=_parties(event.actors, Role.TARGET),
        counts=event.counts,
        words=frozenset(),
        weight=0,
    )


def mention_key(article: ArticleInfo, event: str) -> str:
    """Return the key of an event (by its id) of an article."""
    return hashlib.sha256(_TAG + f"{_record(article)} {event}".encode()).hexdigest()[:16]


@lru_cache(maxsize=64)  # the events of one article follow each other
def _record(article: ArticleInfo) -> str:
    identity = json.dumps([article.source, article.id, article.sha256])
    return hashlib.sha256(_TAG + identity.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def kind_of(event: EventSummary) -> Kind:
    """Return what the event can be one with."""
    if event.standing is Standing.AGGREGATE:
        return Kind.TOTAL
    return Kind.AHEAD if event.status in _AHEAD else Kind.HAPPENED


def outlet_of(url: str | None, source: str) -> str:
    """Return who published an article, as far as is known: the host of its address, else where it was read from."""
    try:
        host = urlsplit(url).hostname if url else None
    except ValueError:  # not an address at all
        host = None
    return (host or source).removeprefix("www.")


@lru_cache(maxsize=65_536)
def _place(where: Where) -> Place:
    precise = where.precision in _PRECISE
    names = frozenset({place_name(where.settlement)}) if where.settlement else frozenset()
    if not names and not where.admin1 and where.words and where.precision is PlacePrecision.UNKNOWN:
        names = _unlisted(where.words)
    point = (where.lat, where.lon) if precise and where.lat is not None and where.lon is not None else None
    known = {token for name in names for token in name} | _PLACE_WORDS
    known.update(name_tokens(where.admin1_name or ""), name_tokens(country_name(where.country or "") or ""))
    site = frozenset(token for token in place_name(where.words or "") if token not in known)
    geonameid = where.geonameid if precise else None
    return Place(where.country, where.admin1, names, point, geonameid, site, where.words or "")


def _unlisted(words: str) -> frozenset[tuple[str, ...]]:
    """Return the name that words which no gazetteer knows seem to hold: their run of capitalised words."""
    runs = re.findall(r"[A-Z\u00c0-\u00de][\w\u2019'-]*(?:[ -][A-Z\u00c0-\u00de][\w\u2019'-]*)*", words)
    return frozenset({place_name(max(runs, key=len))}) if runs else frozenset()


def _parties(actors: Iterable[Actor], *roles: Role) -> tuple[Party, ...]:
    parties = (_party(actor.name, actor.sector) for actor in actors if actor.role in roles)
    return tuple(dict.fromkeys(parties))


@lru_cache(maxsize=65_536)
def _party(name: str, sector: Sector) -> Party:
    rest = re.sub(r"^(?:an?|the)\s+", "", name, flags=re.IGNORECASE)
    words = rest.split()
    named = any(word[:1].isupper() for word in words[1:]) or (bool(words) and words[0][:1].isupper() and rest != name)
    named = named or (len(words) == 1 and words[0][:1].isupper() and sector not in _NAMELESS)
    return Party(tuple(map(intern, name_tokens(name))), sector, named)


def _words(event: EventSummary) -> tuple[str, ...]:
    """Return the words of a mention's summary and first quotes that neither place, actors nor time have judged."""
    text = " ".join((event.summary, *dict.fromkeys(evidence.quote for evidence in event.evidence[:_QUOTES])))
    judged = {token for actor in event.actors for token in name_tokens(actor.name)}
    judged.update(name_tokens(event.where.words or ""), name_tokens(event.where.settlement or ""))
    judged.update(name_tokens(country_name(event.where.country or "") or ""))
    tokens = dict.fromkeys(word.removesuffix("s") for word in _WORD.findall(text.casefold()) if word not in judged)
    return tuple(intern(token) for token in tokens if token not in _EVERYWHERE)

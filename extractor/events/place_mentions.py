"""Place names in running text: the capitalised spans that the gazetteer knows and that read like places.

They are offered to small models as candidates, so a wrong span costs more than a missing one. A span counts when its
surroundings speak for a place: a preposition of place before it ("in Sarmin"), a word of kind after it ("Idlib
province"), several words ("Deir ez-Zor"), or when it is a country, a region, or a town too large to be taken for a
surname. A span beside another capitalised word that is no such word ("Jack London", "Paris Hilton") is a person's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from extractor.events.countries import demonym_country, is_wider, named_country
from extractor.events.gazetteer import CLEAR_POPULATION, fold, gazetteer
from extractor.events.place_kinds import DIRECTIONS, NEVER_A_TOWN, kind_of, without_kind

Kind = Literal["country", "region", "settlement"]


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place name at ``text[start:end]`` (Unicode code points)."""

    words: str
    start: int
    end: int
    kind: Kind
    country: str | None
    """Alpha-3 where the name alone is clear, else None."""


_LONGEST = 5
_CAPITAL = r"(?:(?:al|el|ad|ar|as|at|az|an|ash|ed|er|es|ez|et)-)?[A-Z\u00c0-\u00de\u0100-\u017d][\w\u2019'-]*"
_PARTICLES = frozenset("al el ez az ar as ad de del la las los do da dos das and of the sur am upon".split())  # noqa: SIM905
_PARTICLE = rf"(?:{'|'.join(sorted(_PARTICLES))})"
_OPENERS = (
    "In|At|Near|From|Outside|Inside|Around|Across|Between|On|Over|To|Into|Towards?|Throughout|While|When|As|But|After|"
    "Before"
)
"""Words that are capitalised only because they open a sentence: "In London, police said …"."""
_RUN = re.compile(rf"(?<![\w\u2019'-])(?!(?:{_OPENERS}) ){_CAPITAL}(?: (?:{_PARTICLE} ){{0,2}}{_CAPITAL})*")
_TOKEN = re.compile(r"[^\s]+")
_POSSESSIVE = re.compile(r"['\u2019]s?$")
_STRONG = re.compile(
    r"\b(?:in|at|near|outside|inside|around|into|across|between|towards?|(?:north|south|east|west)(?:east|west)? of"
    r"|(?:city|cities|town|towns|village|villages|port|suburb|outskirts|district|capital|province|camp) of|in the|held|"
    r"capital|city|town|village)\s$",
    re.IGNORECASE,
)
_SEVERAL_WORDS = re.compile(r"\w[ -]\w")
_OWNING = re.compile(r"['\u2019]s\b")
_SAYING = re.compile(r"^,? (?:said|says|told|added|who|his|her|himself|herself|warned|tweeted)\b")


@lru_cache(maxsize=1024)  # the short list, the roles and the choices all ask about the same sentences
def find_places(text: str) -> tuple[FoundPlace, ...]:
    """Return the place names of a sentence or longer text, in order, never overlapping."""
    found: list[FoundPlace] = []
    for run in _RUN.finditer(text):
        tokens = list(_TOKEN.finditer(text, run.start(), run.end()))
        i = 0
        while i < len(tokens):
            place, taken = (None, 1) if tokens[i].group().islower() else _longest_at(text, tokens, i)
            if place:
                found.append(place)
            i += taken
        if not any(run.start() <= place.start < run.end() for place in found):
            found += _unknown(text, run)
    return tuple(found)


_AT = re.compile(
    r"\b(?:[Ii]n|[Aa]t|[Nn]ear|[Oo]utside|[Aa]round|(?:north|south|east|west)(?:east|west)? of"
    r"|(?:village|town|city|suburb|hamlet|district|port|outskirts|cent(?:re|er)|market|bridge|camp|settlement|township"
    r"|commune|locality|parish|municipality|ford|jetty|harbou?r|mission|residents|villagers|inhabitants) of"
    r"|(?:village|town|city|suburb|hamlet|district|port|camp|settlement|place|area|island) called)"
    r"\s(?:the\s)?$"
)
_NO_PLACE = re.compile(
    r"\b(?:University|College|School|Hospital|Ministry|Council|Court|Congress|Parliament|Senate|Assembly|House|Party|Union|"
    r"League|Cup|Museum|Bank|News|Times|Radio|Television|Agency|Press|Commission|Committee|Group|Association|Church|"
    r"Street|Road|Avenue|Hotel|Airport|Stadium|Square|Park|Series|Championships?|Games|Olympics?|War|Day|Week|Act|Article|"
    r"Center|Centre|Cemetery|Coalition|Attacks?|Project|Qaeda|Jazeera|Science|Biology|Nature|Sea|Bay|Facebook|Twitter|Telegram|Instagram|YouTube|English|Arabic|Spanish|French|German|Russian|Chinese|God|Allah|"
    r"Services?|Forces?|Army|Navy|Guard|Corps|Brigade|Battalion|Department|Office|Agency|Institute|Foundation|Fund|Organi[sz]ation|"
    r"Front|Movement|Federation|Company|Corporation|Constitution|Amendment|Treaty|Convention|Conference|Summit|Journal|Magazine|"
    r"\w+-(?:led|backed|held|based|controlled)|Review|Post|Herald|Gazette|Guardian|Internet|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September|"
    r"October|November|December)\b"
)


_WHAT_HIT = re.compile(
    r" (?:Attacks?|Bombings?|Blasts?|Explosions?|Strikes?|Airstrikes?|Raids?|Shelling|Shootings?|Clash(?:es)?|Crash|"
    r"Fires?|Floods?|Earthquake|Quake|Operation|Offensive|Siege|Protests?|Massacre)\b.*$"
)
"""What happened there, in the capitals of a headline: "killed in Sarmin Blast"."""


def _unknown(text: str, run: re.Match[str]) -> tuple[FoundPlace, ...]:
    """Return a name that no table knows, where its surroundings leave only a place: "in the village of Kalwe".

    Villages are missing from every gazetteer of this size, and they are where much of a war happens.
    """
    if _AT.search(text, max(0, run.start() - 40), run.start()) is None:
        return ()
    words = _POSSESSIVE.sub("", _WHAT_HIT.sub("", run[0]))
    plain = not words.isupper() and len(words) > _SHORTEST and not _NO_PLACE.search(words) and not _any_known(words)
    plain = plain and len(words.split()) <= _MOST_WORDS and not _PART_OF_TOWN.match(text, run.end())
    if not plain or _SAYING.match(text[run.end() : run.end() + 12]):
        return ()
    return (FoundPlace(words, run.start(), run.start() + len(words), "settlement", None),)


_SHORTEST = 3
_MOST_WORDS = 3
_PART_OF_TOWN = re.compile(
    r"\s(?:neighbou?rhoods?|districts?|quarters?|areas?|suburbs?|streets?|squares?|hospital|organi[sz]ation|group|videos?)\b",
    re.IGNORECASE,
)
"""What is part of a town is sought under the town's own name, which a gazetteer knows."""


def _any_known(words: str) -> bool:
    """Say whether a word of the run is a people's or country's: then it names a party, a team, a treaty."""
    return any(
        demonym_country(word) is not None or named_country(word) is not None or is_wider(word) or word == "and"
        for word in words.split()
    )


def _longest_at(text: str, tokens: list[re.Match[str]], i: int) -> tuple[FoundPlace | None, int]:
    """Return the longest known place that begins at token ``i`` (or None), and how many tokens it takes."""
    for length in range(min(_LONGEST, len(tokens) - i), 0, -1):
        last = tokens[i + length - 1]
        start, end = tokens[i].start(), last.end()
        owned = _POSSESSIVE.search(text[start:end])
        if owned:
            end = start + owned.start()
        words = text[start:end]
        if length == 1 and words.lower() in NEVER_A_TOWN:
            return None, 1
        kind_country = _known(words)
        if kind_country is None:
            continue
        before = tokens[i - 1].group() if i else ""
        after = "" if owned or i + length == len(tokens) else tokens[i + length].group()
        feature = kind_of(after.lower().rstrip(",.;:")) == "feature"  # "Red Sea", "Jordan Valley"
        if feature or not (_goes_with(before) and _goes_with(after)):
            return None, length
        kind, country, people = kind_country
        if kind == "country" and words.startswith("The "):
            return None, 1  # the next token is the name
        if kind != "settlement" or length > 1 or _reads_like_a_place(text, start, end, after, people):
            return FoundPlace(words, start, end, kind, country), length
        return None, length
    return None, 1


@lru_cache(maxsize=8192)
def _known(words: str) -> tuple[Kind, str | None, int] | None:
    """Return kind, country and people of a name that the tables know, or None."""
    part = named_country(words)
    if part:
        return "country" if part.whole else "region", part.country, 0
    if words.isupper() or is_wider(words) or demonym_country(words) or _is_kind(words):
        return None
    gaz = gazetteer()
    regions = gaz.regions(without_kind(fold(words)), exact=True)
    towns = gaz.peoples(words)
    if not towns and _SEVERAL_WORDS.search(words):
        towns = [(s.country, s.population) for s in gaz.settlements_alike(words)]
    countries = {country for country, _ in towns} | {region.country for region in regions}
    country = countries.pop() if len(countries) == 1 else None
    if towns:
        return "settlement", country, max(people for _, people in towns)
    return ("region", country, 0) if regions else None


def _goes_with(neighbour: str) -> bool:
    """Say whether a word of the same capitalised run leaves the name a place: nothing, a kind, a demonym."""
    word = _POSSESSIVE.sub("", neighbour).lower()
    return (
        not word
        or _is_kind(word)
        or word in _PARTICLES
        or demonym_country(word) is not None
        or named_country(_POSSESSIVE.sub("", neighbour)) is not None
    )


def _reads_like_a_place(text: str, start: int, end: int, after: str, people: int) -> bool:
    """Say whether the surroundings of a single known word speak for a place."""
    following = text[end : end + 20].split(" ")[1:2]
    if _is_kind(after) or (following and _is_kind(following[0].strip(",.;"))):
        return True
    if _SAYING.match(text[end : end + 12]):
        return False
    before = text[max(0, start - 24) : start]
    if _STRONG.search(before):
        return True
    inside_sentence = bool(before.strip()) and before.rstrip()[-1] not in '.!?"\u201c\u201d'
    return people >= CLEAR_POPULATION and (inside_sentence or _OWNING.match(text, end) is not None)


def _is_kind(word: str) -> bool:
    return kind_of(word.lower()) is not None or word.lower() in DIRECTIONS

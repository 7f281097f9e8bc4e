"""Places: from the article's words and the country the model named to codes, a settlement and coordinates.

The idea: read the phrase into parts (``place_words.py``), settle the country first, then look the most specific part up
inside that country only. Nothing is ever placed in a country that the given country contradicts, and a name that the
gazetteer does not know there keeps its words and gets no coordinates: a missing point is better than a wrong one.

*Country*: the given one; else one that the words name ("Tripoli, Lebanon", "Paris, Texas"); else the first country of
the article that has a place of that name; else the country of the largest place of that name, if it has 100,000
people and ten times as many as any elsewhere (a region competes with all its people); else unknown.

*Level* (event-schema.md §5): the deepest that the words name. A bare name that is both a town and a region is the town
where the town lies in that region (Idlib) or has 100,000 people (Washington), else the region (California); with a
direction ("northern Idlib") or a word of kind ("Idlib countryside") it is the region, unless the town is a region of
its own (Baghdad). A site takes the coordinates of its settlement. "Between A and B" is near A. "A and B" is the
smallest region that holds both.

``find_places`` (place names in running text) and ``countries_in`` are offered here too.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from extractor.events.countries import CountryPart, countries_in, country_code, country_part, is_wider
from extractor.events.gazetteer import CLEAR_POPULATION, Region, Settlement, fold, gazetteer
from extractor.events.namesakes import Scope, clear, clear_region, contested, largest, town_named
from extractor.events.place_kinds import DIRECTIONS, DISTRICT_KINDS, LANDMARKS, NEVER_A_TOWN, REGION_KINDS, without_kind
from extractor.events.place_mentions import FoundPlace, find_places
from extractor.events.place_words import Part, read_place, town_names
from extractor.events.summary import Where
from extractor.events.vocabulary import PlacePrecision

__all__ = ["FoundPlace", "countries_in", "country_code", "find_places", "locate"]

_NO_TOWNS = frozenset({"feature", "region", "border"})
_SITES = frozenset({"site", "district"})
_AREAS = frozenset({"name", "region", "feature"})
TOWN_IS_REGION = 0.5
"""A town with more than half of its region's people is the region (Baghdad), also with a direction before it."""
MOST_WORDS = 5
"""A settlement's name has at most so many words."""
_AND = re.compile(r"\s+(?:and|&)\s+|\s*,\s*(?:and\s+)?")


def locate(place: str | None, country: str | None, *, context_countries: tuple[str, ...] = ()) -> Where:
    """Return what the words mean, as deep as they go.

    Args:
        place: The article's words for where it happened, or None.
        country: The country it happened in, by any usual English name or code, or None.
        context_countries: Alpha-3 codes of the countries that the article names, in order of mention; they decide
            between namesakes only where neither ``country`` nor the words do.
    """
    return _locate(place, country, context_countries)


@lru_cache(maxsize=4096)
def _locate(place: str | None, country: str | None, context_countries: tuple[str, ...]) -> Where:
    given = country_part(country)
    words = " ".join(place.split()) if place else ""
    if not words:
        return _area(None, given)
    whole = country_part(words)
    if whole and (given is None or whole.country == given.country) and not _is_region(words, whole):
        return _area(words, whole)
    if is_wider(words) and not (given and gazetteer().regions(without_kind(fold(words)), given.country)):
        return _area(words, given)
    return _several(words, given, context_countries) or _one(words, given, context_countries)


def _is_region(name: str, meant: CountryPart) -> bool:
    """Say whether a name that reads as a direction in a country is a region of its own ("North Darfur")."""
    inexact = not meant.whole and meant.region is None
    return inexact and bool(gazetteer().regions(without_kind(fold(name)), meant.country))


def _area(words: str | None, part: CountryPart | None) -> Where:
    """Return a country, or the region of it that the name means."""
    if part is None:
        return Where(words=words)
    region = _region_by_code(part)
    if region is None:
        return Where(words=words, country=part.country, precision=PlacePrecision.COUNTRY)
    return _in_region(words, region)


def _region_by_code(part: CountryPart) -> Region | None:
    return gazetteer().region_by_code(part.region, part.country) if part.region else None


def _in_region(words: str | None, region: Region) -> Where:
    return Where(
        words=words,
        country=region.country,
        admin1=region.code,
        admin1_name=region.name,
        geonameid=region.geonameid,
        precision=PlacePrecision.ADMIN1,
    )


def _several(words: str, given: CountryPart | None, context: tuple[str, ...]) -> Where | None:
    """Return the smallest area that holds all places of a list ("Aleppo and Idlib provinces"), or None for no list."""
    if not re.search(r" (?:and|&) ", words) or re.match(r"(?i)between ", words) or _known(words):
        return None
    names = [n for n in _AND.split(words) if n]
    last_word = names[-1].rsplit(maxsplit=1)[-1].lower()
    if last_word.endswith("s") and (last_word in REGION_KINDS or last_word in DISTRICT_KINDS):
        names = [f"{n} {last_word}" for n in names[:-1]] + names[-1:]
    country = given.country if given else None
    found = [locate(n, country, context_countries=context) for n in names]
    if len(found) < 2 or any(w.precision is PlacePrecision.UNKNOWN for w in found):  # noqa: PLR2004 - a list
        return None
    countries = {w.country for w in found}
    if len(countries) > 1:
        return Where(words=words)
    shared = found[0]
    if shared.admin1 and all(w.admin1 == shared.admin1 for w in found):
        return _area(words, CountryPart(shared.country or "", shared.admin1))
    return _area(words, CountryPart(shared.country) if shared.country else None)


def _known(name: str) -> bool:
    gaz = gazetteer()
    return bool(gaz.settlements(name, limit=1) or gaz.regions(without_kind(fold(name))))


def _one(words: str, given: CountryPart | None, context: tuple[str, ...]) -> Where:
    """Return what a phrase for one place means."""
    parts, hints = _parts(words)
    named = [p for p in parts if p.name]
    if not named:
        hint = given or (CountryPart(hints[0]) if hints and not any(p.kind == "border" for p in parts) else None)
        return _area(words, hint)
    scopes = _scopes(named, given)
    context = (*hints, *context)
    outcomes = [_in_scope(parts, scope, context) for scope in scopes]
    best = next((o for o in outcomes if o.geonameid is not None), outcomes[0])
    return best.model_copy(update={"words": words})


def _parts(words: str) -> tuple[list[Part], tuple[str, ...]]:
    """Return the parts of the phrase, and the countries whose adjectives stand in it."""
    read = (Part(words),) if _whole_name(words) else read_place(words)
    parts = [replace(p, name=_without_joined_names(p.name) if " and " in p.name else p.name) for p in read]
    parts = [replace(p, kind="site") if fold(p.name) in LANDMARKS else p for p in parts]
    return parts, tuple(origin for part in parts for origin in part.origins)


def _whole_name(words: str) -> bool:
    """Say whether the phrase is one name, words of kind or direction included ("The Hague", "rural Damascus")."""
    if words[:1].isupper() and gazetteer().settlements(words, limit=1):
        return True
    return words.split(maxsplit=1)[0].lower() in DIRECTIONS and bool(gazetteer().regions(words))


def _without_joined_names(name: str) -> str:
    """Return the first of two names ("between Homs and Hama"), unless they are one ("Sistan and Baluchestan")."""
    return name if _known(name) or country_part(name) else name.split(" and ", maxsplit=1)[0]


def _scopes(named: list[Part], given: CountryPart | None) -> list[Scope]:
    """Return the countries to look in, best first, each with the regions that the words or the given part name."""
    readings: dict[str, set[str]] = {}
    weight: dict[str, int] = {}
    anchors: list[Settlement] = []
    gaz = gazetteer()
    for part in reversed(named):
        own: dict[str, set[str]] = {}
        meant = country_part(part.name) if part.kind in _AREAS else None
        if meant:
            own.setdefault(meant.country, set()).update({meant.region} if meant.region else ())
        if part is not named[0] and (given or not is_wider(part.name)):
            for region in gaz.regions(without_kind(fold(part.name)), given.country if given else None):
                own.setdefault(region.country, set()).update(() if part.near else {region.code})
            towns = gaz.settlements(part.name, given.country if given else None)
            town = (largest(towns) if given else clear(towns)) if part.kind != "region" else None
            if town:
                anchors.append(town)
                if not own:
                    own[town.country] = set()
        for code, regions in own.items():
            readings.setdefault(code, set()).update(regions)
            weight[code] = weight.get(code, 0) + 1
    if given:
        regions = readings.get(given.country, set()) | ({given.region} if given.region else set())
        return [Scope(given.country, frozenset(regions), tuple(anchors))]
    ordered = sorted(readings, key=lambda code: -weight[code])
    return [Scope(code, frozenset(readings[code]), tuple(anchors)) for code in ordered] or [Scope(None)]


def _in_scope(parts: list[Part], scope: Scope, context: tuple[str, ...]) -> Where:
    """Return the deepest level that the parts reach inside the scope."""
    named = [p for p in parts if p.name]
    site = any(p.kind == "site" for p in parts[: parts.index(named[0])])
    unknown: Part | None = None
    for i, part in enumerate(named):
        if part.near and unknown and unknown.kind not in _SITES:
            continue
        last = i == len(named) - 1
        if part.kind in _SITES and not (part.kind == "district" and _district(part, scope)):
            site, unknown = True, unknown or part
            if not last:
                continue
        found = _level(part, scope, context, contained=i > 0, wanted_site=site)
        if isinstance(found, Settlement):
            if any(p.near for p in parts[: parts.index(part) + 1]):
                return _settled(found, PlacePrecision.NEAR_SETTLEMENT)
            return _settled(found, PlacePrecision.SITE if site or unknown else PlacePrecision.SETTLEMENT)
        if found is not None:
            where = _in_region(None, found) if isinstance(found, Region) else _area(None, found)
            return _named_unknown(where, unknown, site=site)
        foreign = part.kind == "name" and (country_part(part.name) is not None or is_wider(part.name))
        if unknown is None and part.kind not in _NO_TOWNS and not foreign and _looks_proper(part.name):
            unknown = part
    base = _region_or_country(scope)
    return _named_unknown(base, unknown, site=site and (unknown is None or unknown.kind in _SITES))


def _region_or_country(scope: Scope) -> Where:
    if scope.country and len(scope.regions) == 1:
        return _area(None, CountryPart(scope.country, next(iter(scope.regions))))
    return _area(None, CountryPart(scope.country) if scope.country else None)


def _named_unknown(area: Where, unknown: Part | None, *, site: bool) -> Where:
    """Return the area with a place in it that the words name and the gazetteer does not know."""
    if unknown is None:
        return area
    if unknown.kind in _SITES or site:
        return area.model_copy(update={"precision": PlacePrecision.SITE, "geonameid": None})
    precision = PlacePrecision.NEAR_SETTLEMENT if unknown.near else PlacePrecision.SETTLEMENT
    return area.model_copy(update={"settlement": unknown.name, "precision": precision, "geonameid": None})


def _settled(town: Settlement, precision: PlacePrecision) -> Where:
    return Where(
        country=town.country,
        admin1=town.region.code if town.region else None,
        admin1_name=town.region.name if town.region else None,
        settlement=town.name,
        lat=town.lat,
        lon=town.lon,
        geonameid=town.geonameid,
        precision=precision,
    )


def _district(part: Part, scope: Scope) -> Region | None:
    """Return the region of a second-level area of that name, where it is only one."""
    regions = gazetteer().region_of_district(part.name, scope.country)
    fitting = [r for r in regions if r.code in scope.regions] or (list(regions) if not scope.regions else [])
    return fitting[0] if len(fitting) == 1 else None


def _level(
    part: Part, scope: Scope, context: tuple[str, ...], *, contained: bool, wanted_site: bool
) -> Settlement | Region | CountryPart | None:
    """Return the settlement, region or country that one part names inside the scope."""
    meant = country_part(part.name) if part.kind in _AREAS else None
    if meant and meant.country == scope.country and not _is_region(part.name, meant):
        return _region_by_code(meant) or meant
    if part.kind == "district":
        return _district(part, scope)
    if part.kind == "feature" or (scope.country is None and is_wider(part.name)):
        return None
    regions = gazetteer().regions(without_kind(fold(part.name)), scope.country) if part.kind in _AREAS else ()
    region = next((r for r in regions if r.code in scope.regions), None) or clear_region(regions)
    if part.kind == "region":
        return region
    names = () if fold(part.name) in LANDMARKS else town_names(part.name)
    town = town_named(names, scope, context)
    if region is None or (town is None and scope.country is None and contested(part.name, region)):
        return town
    town = town or town_named(names, Scope(region.country), ())
    # A container that is a town and its region ("Sarmin, Idlib") is the region, unless a site looks for its town.
    inside = contained and not wanted_site and town is not None and _namesake(town, region)
    return _town_or_region(part, town, region) if town and not inside else region


def _town_or_region(part: Part, town: Settlement, region: Region) -> Settlement | Region:
    """Decide a bare name that is both (the rule stands in the module's docstring)."""
    namesake = _namesake(town, region)
    if part.direction and not part.near:
        alone = town.population >= TOWN_IS_REGION * gazetteer().people_of_region(region)
        return town if namesake and alone else region
    if namesake or (town.primary and town.population >= CLEAR_POPULATION):
        return town
    return region


def _namesake(town: Settlement, region: Region) -> bool:
    """Say whether the town lies in the region of its name."""
    return town.region is not None and region.code in {town.region.code, town.region.parent}


def _looks_proper(name: str) -> bool:
    """Say whether an unknown name can be a settlement's: short, capitalised, no weekday, no body of people."""
    words = name.split()
    plain = not any(w.lower().strip(".") in NEVER_A_TOWN or w[0].isdigit() for w in words)
    return plain and 0 < len(words) <= MOST_WORDS and any(w[0].isupper() or "-" in w for w in words)

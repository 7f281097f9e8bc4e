"""Namesakes: which of the settlements of one name is meant, given a country, regions, or only the article's countries.

Inside a country: those in a region that the words name (or within 50 km of a town that they name); else the largest if
it has three times the people of the next; else none. Without a country: the first country of the article that has the
name; else the largest of the world, if it has 100,000 people and ten times as many as any other; else none. A name
that is only an alternate one counts with a hundredth of the people: Aleppo was once called Berea.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extractor.events.gazetteer import CLEAR_FACTOR, CLEAR_POPULATION, Region, Settlement, gazetteer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NEAR_KM = 50
KM_PER_DEGREE = 111.2
NAMESAKE_FACTOR = 3
"""Inside one country the largest of a name is meant when it has this many times the people of the next."""
SAME_KM = 10
"""Namesakes so near each other are one place to an article (GeoNames lists old and new quarters)."""
MANY = 30
"""How many namesakes are looked at; the largest come first."""
_METROPOLIS = 1_000_000
"""People of a city that is meant by its name alone, whatever other country the article names …"""
_DWARFING = 50
"""… where it has so many times the people of each namesake there: Moscow and Idaho, not London and Ontario."""
_ALTERNATE = 0.01


@dataclass(frozen=True, slots=True)
class Scope:
    """A country to look in, and the codes of its regions that the words name."""

    country: str | None
    regions: frozenset[str] = frozenset()
    anchors: tuple[Settlement, ...] = ()
    """Towns that the words name as what holds the place; a suburb may lie beyond their region's border."""

    def fits(self, town: Settlement) -> bool:
        """Say whether a settlement lies in one of the regions or at most 50 km from one of the towns."""
        if not self.regions or (town.region and self.regions & {town.region.code, town.region.parent}):
            return True
        if town.region and town.region.code in self._around():
            return True
        return any(_kilometres(town, anchor) <= NEAR_KM for anchor in self.anchors)

    def _around(self) -> set[str]:
        """Return the first-level regions around the named ones, as a settlement may be listed under those."""
        found = (gazetteer().region_by_code(code, self.country or "") for code in self.regions)
        return {region.parent for region in found if region and region.parent}


def _kilometres(a: Settlement, b: Settlement) -> float:
    """Return the distance between two settlements, good to a few per cent (flat earth, scaled longitudes)."""
    scale = math.cos(math.radians((a.lat + b.lat) / 2))
    return KM_PER_DEGREE * math.hypot(a.lat - b.lat, (a.lon - b.lon) * scale)


def town_named(names: Iterable[str], scope: Scope, context: tuple[str, ...]) -> Settlement | None:
    """Return the settlement that the first known of ``names`` means, under that name, or None.

    Args:
        names: Ways to call it, best first.
        scope: Country, regions and towns that must hold it.
        context: Alpha-3 codes of the article's countries in order, for a scope without a country.
    """
    gaz = gazetteer()
    for name in names:
        for find in (gaz.settlements, gaz.settlements_alike):
            found = [s for s in find(name, scope.country, limit=MANY) if scope.fits(s)]
            if found:
                town = largest(found) if scope.country else _in_context(found, context)
                # The article's spelling is kept; the geonameid leads to the gazetteer's.
                return replace(town, name=name) if town else None
    return None


def _in_context(found: list[Settlement], context: tuple[str, ...]) -> Settlement | None:
    """Return the namesake in the article's countries; of several countries, the one that is meant everywhere."""
    known = clear(found)
    here = next((near for code in context if (near := [s for s in found if s.country == code])), None)
    if known is not None and (here is None or known.country in context or _dwarfs(known, here)):
        return known
    return largest(here) if here else None


def _dwarfs(known: Settlement, others: Iterable[Settlement]) -> bool:
    """Say whether the article would have to say that it does not mean the city: Moscow, and Moscow in Idaho."""
    return known.population >= max(_METROPOLIS, *(_DWARFING * other.population for other in others))


def largest(found: Iterable[Settlement]) -> Settlement | None:
    """Return the one namesake of a country that is meant, or None where there is none or two are too alike."""
    first, rivals = _ranked(found)
    return None if first and any(_weight(first) < NAMESAKE_FACTOR * _weight(r) for r in rivals) else first


def clear(found: Iterable[Settlement]) -> Settlement | None:
    """Return the namesake that is meant where no country is known, or None."""
    first, rivals = _ranked(found)
    if first is None or first.population < CLEAR_POPULATION:
        return None
    beaten = all(_weight(first) >= CLEAR_FACTOR * _weight(r) and first.population >= r.population for r in rivals)
    return first if beaten else None


def _ranked(found: Iterable[Settlement]) -> tuple[Settlement | None, list[Settlement]]:
    """Return the likeliest namesake (or None) and those that are other places than it."""
    ordered = sorted(found, key=_weight, reverse=True)
    if not ordered:
        return None, []
    first = ordered[0]
    return first, [other for other in ordered[1:] if _kilometres(first, other) > SAME_KM]


def clear_region(regions: Sequence[Region]) -> Region | None:
    """Return the region that is meant among those of one name: the only one, or one with ten times the people."""
    if len(regions) < 2:  # noqa: PLR2004 - none or one
        return regions[0] if regions else None
    people = {region: gazetteer().people_of_region(region) for region in regions}
    first, *others = sorted(regions, key=lambda region: -people[region])
    # A deeper region has no settlements of its own to count, so nothing is known about its size.
    clear = all(people[first] >= CLEAR_FACTOR * people[other] > 0 for other in others)
    return first if clear else None


def contested(name: str, region: Region) -> bool:
    """Say whether a city somewhere is known so well that the region of its name is no safer (Tripoli, not Florida)."""
    gaz = gazetteer()
    cities = [s.population for s in gaz.settlements(name) if s.primary and s.population >= CLEAR_POPULATION]
    return bool(cities) and gaz.people_of_region(region) < CLEAR_FACTOR * max(cities)


def _weight(town: Settlement) -> float:
    return max(town.population, 1) * (1 if town.primary else _ALTERNATE)

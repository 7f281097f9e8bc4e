"""Places: what credit a predicted place earns.

Rule: scoring.md §1. Right is a place that matches the deepest level that the label names (settlement, else region,
else country, else its words), by name or within 10 km. Half right is the same region, the same place said less
exactly, or one at most 100 km away. A name alone is not enough where the countries differ or the coordinates lie
further apart than 100 km: there are several Tripolis.

Names lose accents here, unlike those of actors: the gazetteer spells for itself.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING

from extractor.events.gazetteer import alike, gazetteer
from extractor.scoring.credit_names import HALF, RIGHT, WRONG, holds_run, name_tokens
from extractor.scoring.labels import LabelledWhere

if TYPE_CHECKING:
    from extractor.events.summary import Where

_CACHE = 65_536
_HERE, _NEARBY = 10.0, 100.0
"""Kilometres."""
_EARTH = 6371.0
_KIND_WORDS = frozenset(
    {
        *("city", "town", "village", "district", "municipality", "county", "region", "province", "state", "area"),
        *("governorate", "department", "prefecture", "oblast", "muhafazat", "camp", "capital"),
    }
)
_ELSEWHERE = re.compile(r"(?<=\S),?\s+(?:near|outside|close to|(?:north|south|east|west)\w* of|in|from)\s.*", re.DOTALL)
"""What follows names another place: "Atareb near Aleppo", "a market in Aleppo"."""
_COUNTRY, _REGION, _SETTLEMENT = 1, 2, 3

Name = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Place:
    """One reading of where it happened, ready to compare; the same object for the same reading."""

    country: str | None
    region: tuple[str, str | None] | None
    """Name or code of the first-level region, and the country it lies in."""
    region_code: str | None
    settlements: frozenset[Name]
    words: Name
    site: Name
    """The words without what follows "near", "outside" …"""
    point: tuple[float, float] | None
    depth: int
    """3 settlement · 2 region · 1 country · 0 words only."""


def place_name(name: str) -> Name:
    """Return the words of a place's name: no accents, no "city of"; a name of kind words only keeps them."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    tokens = name_tokens(plain)
    return tuple(t for t in tokens if t not in _KIND_WORDS and t != "of") or tokens


@lru_cache(maxsize=_CACHE)
def labelled_place(where: LabelledWhere) -> Place | None:
    """Return a labelled reading ready to compare, or None where it says nothing."""
    if where == LabelledWhere():
        return None
    names = (where.settlement, *where.aliases) if where.settlement else ()
    return _place(where.words, where.country, where.admin1, None, names, where.lat, where.lon)


@lru_cache(maxsize=_CACHE)
def predicted_place(where: Where) -> Place | None:
    """Return a predicted place ready to compare, or None where it says nothing."""
    if not (where.words or where.country or where.admin1 or where.admin1_name or where.settlement):
        return None
    names = (where.settlement,) if where.settlement else ()
    region = where.admin1_name or where.admin1
    return _place(where.words, where.country, region, where.admin1, names, where.lat, where.lon)


def _place(  # noqa: PLR0913, PLR0917 - one parameter for each field of both kinds of place
    words: str | None,
    country: str | None,
    region: str | None,
    region_code: str | None,
    names: tuple[str, ...],
    lat: float | None,
    lon: float | None,
) -> Place:
    depth = _SETTLEMENT if names else _REGION if region else _COUNTRY if country else 0
    return Place(
        country,
        (region, country) if region else None,
        region_code,
        frozenset(place_name(name) for name in names),
        place_name(words or ""),
        place_name(_ELSEWHERE.sub("", words or "")),
        (lat, lon) if lat is not None and lon is not None else None,
        depth,
    )


@lru_cache(maxsize=_CACHE)
def place_credit(predicted: Place, labelled: Place) -> int:
    """Return the credit of a predicted place for a labelled one, in half points."""
    apart = kilometres(predicted.point, labelled.point)
    if apart is not None and apart <= _HERE:
        return RIGHT
    near = apart is not None and apart <= _NEARBY
    if None not in (predicted.country, labelled.country) and predicted.country != labelled.country:
        return HALF if near else WRONG
    if (near or apart is None) and _reaches(predicted, labelled):
        return RIGHT
    if labelled.depth == 0:
        return HALF if set(predicted.words) & set(labelled.words) else WRONG
    return HALF if near or _same_region(predicted, labelled) or _coarser(predicted, labelled) else WRONG


def _reaches(predicted: Place, labelled: Place) -> bool:
    """Say whether the prediction matches the deepest level that the label names."""
    if labelled.words and predicted.words == labelled.words:
        return True
    if labelled.depth == _SETTLEMENT:
        return bool(predicted.settlements & labelled.settlements) or any(
            holds_run(predicted.site, name) for name in labelled.settlements
        )
    if labelled.depth == _REGION:
        return bool(_same_region(predicted, labelled))
    if labelled.depth == _COUNTRY:
        return predicted.country == labelled.country
    return bool(labelled.words) and holds_run(predicted.words, labelled.words)


def _same_region(predicted: Place, labelled: Place) -> bool | None:
    """Say whether the regions are one; None where a side names none."""
    if predicted.region is None or labelled.region is None:
        return None
    one, other = predicted.region[0], labelled.region[0]
    if predicted.region_code == other or _region_key(one) == _region_key(other):
        return True
    return predicted.region_code in _region_codes(*labelled.region)


@lru_cache(maxsize=_CACHE)
def _region_key(name: str) -> str:
    return alike(" ".join(place_name(name)))


@lru_cache(maxsize=_CACHE)
def _region_codes(name: str, country: str | None) -> frozenset[str | None]:
    """Return the codes of the regions that go by a name, also by one that looks quite different (Halab, Aleppo)."""
    return frozenset(region.code for region in gazetteer().regions(" ".join(place_name(name)), country))


def _coarser(predicted: Place, labelled: Place) -> bool:
    """Say whether one side is the other, said less exactly."""
    if predicted.depth == labelled.depth or not predicted.depth or predicted.country != labelled.country:
        return False
    return predicted.country is not None and _same_region(predicted, labelled) is not False


def kilometres(one: tuple[float, float] | None, other: tuple[float, float] | None) -> float | None:
    """Return the distance along a great circle (haversine), or None where a point is unknown."""
    if one is None or other is None:
        return None
    (lat1, lon1), (lat2, lon2) = ((radians(lat), radians(lon)) for lat, lon in (one, other))
    inner = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH * asin(min(1.0, sqrt(inner)))

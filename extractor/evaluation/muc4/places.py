"""The locations of MUC-4 keys: a country, then narrower places, each with its kind ("HUILA": "DEPARTMENT").

The first region and the first settlement that stand in the text are taken; what is narrower than the settlement (a
neighbourhood, an airport) becomes another name of it, since either answer names the place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from extractor.events.countries import country_code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from extractor.evaluation.muc4.keys import Fill
    from extractor.events.view import View

_REGIONS: Final = frozenset({"DEPARTMENT", "PROVINCE", "STATE", "REGION", "INTENDANCY"})
_WIDE: Final = frozenset({"AREA", "RIVER", "VALLEY", "JUNGLE", "MOUNTAIN", "ZONE", "ISLAND", "COUNTY", "JURISDICTION"})
"""Kinds that are settlements only where nothing better is named."""


def place_of(fills: Iterable[Fill], view: View) -> dict[str, Any]:
    """Return where an incident happened as a label holds it; empty where the key names no place."""
    country: str | None = None
    regions: list[str] = []
    towns: list[str] = []
    others: list[str] = []
    for fill in fills:
        code = None if fill.about else next(filter(None, map(country_code, fill.said)), None)
        if code:
            country = country or code
            continue
        kinds = set(fill.about)
        chosen = regions if kinds & _REGIONS else others if not kinds or kinds & _WIDE else towns
        chosen += [name for name in fill.said if view.find(name) or chosen is regions]
    named = [*towns, *others]
    place: dict[str, Any] = {}
    words = next((name for name in (*named, *regions) if view.find(name)), None)
    if words:
        place["words"] = words
    if country:
        place["country"] = country
    if regions:
        place["admin1"] = regions[0]
    if named:
        place["settlement"] = named[0]
        place["aliases"] = list(dict.fromkeys(named[1:]))
    return place

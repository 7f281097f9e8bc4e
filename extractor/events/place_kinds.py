"""Words that say what kind of place a name names: "Idlib Province" is the region, whatever "Idlib" alone may be.

The lists (``data/place_kinds.toml``) are closed and English, with the kind words that English texts leave untranslated.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Literal

Kind = Literal["name", "town", "region", "district", "site", "suburb", "feature", "border"]

_LISTS = {
    kind: frozenset(words.split() if isinstance(words, str) else words)
    for kind, words in tomllib.loads(
        resources.files("extractor.events").joinpath("data/place_kinds.toml").read_text(encoding="utf-8")
    ).items()
}
REGION_KINDS = _LISTS["region"]
DISTRICT_KINDS = _LISTS["district"]
FEATURE_KINDS = _LISTS["feature"]
DIRECTIONS = _LISTS["direction"]
QUALIFIERS = _LISTS["qualifier"]
PARTICLES = _LISTS["particle"]
NEVER_A_TOWN = _LISTS["never_a_town"]
LANDMARKS = _LISTS["landmark"]
"""Whole names, folded."""

_ORDER: tuple[tuple[Kind, frozenset[str]], ...] = (
    ("border", _LISTS["border"]),
    ("feature", FEATURE_KINDS),
    ("suburb", _LISTS["suburb"]),
    ("site", _LISTS["site"]),
    ("region", REGION_KINDS | _LISTS["countryside"]),
    ("district", DISTRICT_KINDS),
    ("town", _LISTS["town"]),
)
_KIND_OF = {word: kind for kind, words in _ORDER for word in words}
"""Where a word stands in two lists, the later list wins: a municipality is a region, a settlement a town."""

_FILLERS = frozenset({"of", "the", "de", "du", "la", "s"})


def kind_of(word: str) -> Kind | None:
    """Return the kind that a lower-case word names ("province" → region), or None."""
    return _KIND_OF.get(word)


def without_kind(key: str) -> str:
    """Return a folded name without its kind words ("idlib province", "province of idlib" → "idlib").

    A name made of kind words only stays whole.
    """
    kinds = REGION_KINDS | DISTRICT_KINDS
    words = key.split()
    while words and words[-1] in kinds:
        words.pop()
    while words and (words[0] in kinds or words[0] in _FILLERS):
        words.pop(0)
    return " ".join(words) or key

"""Words that say what kind of area a name names: "Idlib Province" is the region, whatever "Idlib" alone may be.

The lists are closed and in English, with the kind words that English texts leave untranslated (oblast, wilaya).
"""

from __future__ import annotations

REGION_KINDS = frozenset(
    "province provinces governorate governorates oblast oblasts state states region regions department departments "
    "prefecture emirate canton voivodeship wilaya muhafazah krai kray republic territory entity division "
    "metropolis municipality okrug autonomous special administrative federal federation province's".split()
)
"""Kinds of first-level regions; "autonomous", "special", "federal" go with them (Chechen Republic, Tibet …)."""

DISTRICT_KINDS = frozenset("district districts county counties raion subdistrict commune subdivision tehsil".split())
"""Kinds of smaller areas: second-level ones, or quarters of a town."""

_FILLERS = frozenset({"of", "the", "de", "du", "la", "s"})


def without_kind(key: str) -> str:
    """Return a folded name without its kind words ("idlib province", "province of idlib" → "idlib").

    A name made of kind words only stays whole.
    """
    words = key.split()
    while words and (words[-1] in REGION_KINDS or words[-1] in DISTRICT_KINDS):
        words.pop()
    while words and (words[0] in REGION_KINDS or words[0] in DISTRICT_KINDS or words[0] in _FILLERS):
        words.pop(0)
    return " ".join(words) or key

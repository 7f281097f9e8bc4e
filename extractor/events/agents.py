"""Who did it, where a sentence in the passive voice says so: "was shot down by rebel fighters near the village".

A small model often leaves the doer out although the words stand there. Code only takes what follows "by" after a
passive verb, up to the first word that cannot belong to a name; a weapon or a deed ("by a car bomb", "by shelling")
did nothing by itself, and of "by army shelling" the army remains.
"""

from __future__ import annotations

import re

from extractor.events.countries import demonym_country

_BY = re.compile(
    r"\b(?!(?:backed|supported|followed|accompanied|caused|owned|posted|published|quoted|reported)\b)"
    r"(?:\w{2,}ed|shot|hit|struck|beaten|slain|driven|held|taken|torn|set|carried out|led|fought|run|blown up)"
    r"(?:\s+(?:down|dead|out|off|up|back|hostage|captive|apart))?\s+by\s+(?P<rest>[^,;:.()\"\u201c\u201d]+)"
)
_STOP = frozenset(
    "in on at after as and or who which that with near during since for to from when while before over against into "  # noqa: SIM905
    "because amid around across outside inside between said is was were are has have had then where under".split()
)
_DEED = re.compile(
    r"(?:air\s?strikes?|strikes?|shelling|raids?|bombings?|bombardments?|fire|gunfire|attacks?|shells?|rockets?|missiles?|"
    r"clashes|fighting|forces' fire|(?:rocket|mortar|missile|artillery|tank|sniper|drone|machine[ -]gun)\s+"
    r"(?:fire|shells?|rounds?|strikes?|attacks?))$",
    re.IGNORECASE,
)
_THING = re.compile(
    r"\b(?:bombs?|mines?|landmines?|devices?|vehicles?|cars?|trucks?|explosions?|blasts?|grenades?|debris|shrapnel|"
    r"bullets?|storm|floods?|winds?|laws?|poisoning|disease|virus|wave|heat|hand|now|then|accident|\d+)$",
    re.IGNORECASE,
)
_LONGEST = 6
"""Tokens of a name."""


_FORCE = (
    r"(?:government|regime|army|rebels?|militants?|militia|insurgent|police|military|coalition|security|guerrilla"
    r"|separatist|state)"
)
_OWN_DEED = re.compile(
    rf"(?P<name>(?:(?:the|a|an)\s+)?(?:[A-Z][\w.'\u2019-]*(?:\s+and)?\s+){{0,4}}(?:{_FORCE}(?:\s+(?:forces?|troops|army))?\s+)?)"
    r"(?:suicide\s+|drone\s+|rocket\s+|mortar\s+|missile\s+|artillery\s+|terrorist\s+)?"
    r"(?:air\s?strikes?|air\s+raids?|shelling|bombardments?|strikes?|raids?|attacks?|ambush(?:es)?|assaults?|offensives?)\b"
)


def deed_agent(sentence: str) -> str | None:
    """Return whose deed a sentence names ("Syrian army shelling", "a rebel attack"), in its words, or None.

    A name before the deed is its doer only where it is a force or a people; "Aleppo shelling" names the place.
    """
    for match in _OWN_DEED.finditer(sentence):
        name = match["name"].strip()
        words = name.split()
        force = bool(words) and re.fullmatch(rf"{_FORCE}|forces?|troops", words[-1]) is not None
        if force or (words and demonym_country(words[-1]) is not None):
            return name
    return None


def passive_agent(sentence: str) -> str | None:
    """Return the first doer behind "by" in ``sentence``, in its words, or None."""
    for match in _BY.finditer(sentence):
        words: list[str] = []
        for word in match["rest"].split():
            if word.casefold() in _STOP or len(words) == _LONGEST:
                break
            words.append(word)
        name = _DEED.sub("", " ".join(words)).strip()
        if name and not _THING.search(name) and name.casefold() not in {"the", "a", "an"}:
            return name
    return None

"""Who gained ground, from cue words in the quoted sentences (``data/territory_cues.toml``).

ACLED splits battles by their outcome: the government regains territory, a non-state actor overtakes it, or neither. A
sentence tells by three things, all needed: a verb of gaining or losing, ground as its object, and a side as its
subject ("Rebels captured the town") or behind "by" ("The town was captured by rebels"). Attempts, plans and negations
do not count. Where the sentences report several changes the last one stands, as control at the end of the day does.

A side is told by its words alone, so a foreign army counts as "government" (docs/projections.md lists it as a loss).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from extractor.events.cues import cue_data
from extractor.events.vocabulary import EventType, TerritoryChange

if TYPE_CHECKING:
    from collections.abc import Iterable

_WITH_TERRITORY = frozenset({EventType.ARMED_CLASH, EventType.NONVIOLENT_TRANSFER_OF_TERRITORY})
_CLAUSE = re.compile(
    r"(?<=[\w)])\s*[,;:]\s+(?!and [a-z]+ed\b)|\s+(?:but|while|after|before|although|when)\s+|\s[\u2013\u2014]\s"
)
_BY = re.compile(r"\bby\b", re.IGNORECASE)
_PASSIVE = re.compile(r"\b(?:is|are|was|were|been|being|be|fell|had been)\s+(?:\w+ly\s+)?$", re.IGNORECASE)
_NAME = re.compile(r"(?<![.\w])(?:al-|el-|ar-|ad-)?[A-Z][\w'\u2019-]+")
_OPPOSITE = {
    TerritoryChange.GOVERNMENT_GAINS: TerritoryChange.NONSTATE_GAINS,
    TerritoryChange.NONSTATE_GAINS: TerritoryChange.GOVERNMENT_GAINS,
}
_BARS = re.compile(r"\s\|\s")
_UNREAL_WINDOW = 32
"""Characters before the verb in which an "if" or a "failed to" still governs it."""
_OBJECT_WINDOW = 60
"""Characters after the verb in which its object stands."""


@cache
def _cues(name: str) -> re.Pattern[str]:
    """Return the pattern of one list; compiled when first asked for, for most sentences have no verb of the two."""
    # Bars inside brackets belong to one expression; those between blanks, and line ends, separate two.
    words = [w.strip() for line in cue_data("territory_cues")[name].strip().splitlines() for w in _BARS.split(line)]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(w for w in words if w)})(?![\w-])", re.IGNORECASE)


def territory_change(kind: EventType, sentences: Iterable[str]) -> TerritoryChange:
    """Return who gained ground, by the codebook's cue words in the quoted sentences.

    Args:
        kind: The event's type; only armed clashes and transfers of territory change hands, all else is ``none``.
        sentences: The event's quotes, in text order.
    """
    if kind not in _WITH_TERRITORY:
        return TerritoryChange.NONE
    change = TerritoryChange.NONE
    for sentence in sentences:
        for clause in _CLAUSE.split(" ".join(sentence.split())):
            change = _clause_change(clause) or change
    return change


def _clause_change(clause: str) -> TerritoryChange | None:
    """Return the change that a clause reports, or None."""
    for verbs, gaining in ((_cues("losses"), False), (_cues("gains"), True)):
        for verb in verbs.finditer(clause):
            before, after = clause[: verb.start()], clause[verb.end() : verb.end() + _OBJECT_WINDOW]
            if _cues("unreal").search(before[-_UNREAL_WINDOW:]):
                continue
            passive = gaining and (_PASSIVE.search(before) is not None or verb.group().lower() == "fell into")
            if not _is_ground(verb.group(), before if passive else after):
                continue
            doer = _agent(after) if passive else before
            side = _side(doer)
            if side:
                return side if gaining else _OPPOSITE[side]
    return None


def _is_ground(verb: str, words: str) -> bool:
    """Say whether the object is ground: a word for it, or a name, and no person or thing before that."""
    if _cues("ground").search(verb):
        return True
    ground = _cues("ground").search(words) or _NAME.search(words)
    other = _cues("not_ground").search(words)
    return ground is not None and (other is None or ground.start() < other.start())


def _agent(after: str) -> str:
    """Return what follows "by" (or "into the hands of") behind a passive verb."""
    by = _BY.search(after)
    return after[by.end() :] if by else after if "hands of" in after else ""


def _side(words: str) -> TerritoryChange | None:
    """Return which side the last actor of these words is, or None."""
    rebels = list(_cues("nonstate").finditer(words))
    state = [
        m for m in _cues("government").finditer(words) if not any(r.start() <= m.start() < r.end() for r in rebels)
    ]
    if not rebels and not state:
        return None
    last_rebel, last_state = (found[-1].end() if found else -1 for found in (rebels, state))
    return TerritoryChange.NONSTATE_GAINS if last_rebel > last_state else TerritoryChange.GOVERNMENT_GAINS

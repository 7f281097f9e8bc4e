"""Which word turns round what a given word of a sentence reports: "not", "denied", "failed to", "will", "called off".

Governors stand before the word they govern, inside its clause and within reach. Three things stop them: a clause
boundary; a word between that takes the negation on itself ("did not *comment* on the attack", "not *only*", "denied
*involvement* in"); for plain negations a preposition or definite article ("no one was hurt *in the* attack"), unless
the word between is empty of content ("did not *hold* the talks", "no *sign of* fighting"). A governed governor cancels
out ("failed to prevent the attack"), and a purpose is no failure ("raided the camp to prevent attacks"). The word
lists, with examples, are data: ``data/polarity_cues.toml``. The reach of each kind is read off agency prose, where
longer gaps change the subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from extractor.events.cues import CueTable, Hit, cue_data, expand

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from extractor.events.view import View

Governor = Hit

DOUBTS = frozenset({"modal", "condition", "attempt"})
"""Kinds that say not yet, or not quite; the others say no."""

_REACH = {"negation": 5, "failure": 4, "attempt": 3, "modal": 2, "condition": 6, "denial": 20}
_REACH_AFTER = 5
_DEFINITE = frozenset({"the", "this", "that", "these", "those", "its", "their", "his", "her", "our"})
_PREPOSITIONS = frozenset(
    {"in", "on", "at", "about", "over", "during", "of", "by", "with", "against", "from", "into", "for", "amid"}
)
_AUXILIARIES = frozenset({"was", "were", "been", "be", "being", "is", "are"})
_PARTICLES = frozenset({"down", "against", "off", "up"})
_FORCED = frozenset({"had", "forced", "decided", "agreed", "opted", "chose", "voted", "obliged", "compelled"})
"""Words before "to" that make what follows a deed, not a purpose: "was forced to cancel"."""


class _Lists:
    """The word lists, indexed once."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.governors = CueTable(data["governors"])
        self.between = CueTable({"benign": data["benign"]["after"], "light": data["light"]["verbs"]})
        self.undone = CueTable({"undone": data["undone"]["after"]})
        self.hollow = frozenset(data["light"]["hollow"])
        self.breaks = frozenset(data["clause"]["breaks"])
        self.backing = CueTable({s: expand(words, data["governors"]) for s, words in data["backing"].items()})


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    return _Lists(cue_data("polarity_cues"))


def backing_table() -> CueTable:
    """Return the words that a quote must hold for each status other than ``actual``, labelled by status."""
    return _lists().backing


@dataclass(frozen=True, slots=True, eq=False)
class Negations:
    """One sentence with its governors, ready to be asked about its words."""

    view: View
    tokens: range
    governors: tuple[Governor, ...]
    _benign: frozenset[int]
    _light: frozenset[int]

    @classmethod
    def of(cls, view: View, tokens: range) -> Negations:
        """Find the governors of one sentence once."""
        lists = _lists()
        between: dict[str, set[int]] = {"benign": set(), "light": set()}
        for hit in lists.between.hits(view, tokens):
            between[hit.label].update(range(hit.low, hit.high))
        governors = tuple(g for g in lists.governors.hits(view, tokens) if not _is_name(view, g))
        return cls(view, tokens, governors, frozenset(between["benign"]), frozenset(between["light"]))

    def governor(self, low: int, high: int, own: Container[int] = ()) -> Governor | None:
        """Return what turns round the tokens ``low`` to ``high - 1``, or None.

        Denials go before doubts. Governors among the tokens ``own`` are the act itself ("refused" reports a rejection).
        """
        before = [
            g
            for g in self.governors
            if g.high <= low and not self._is_act(g, own) and self._binds(g, low) and not self._cancelled(g)
        ]
        after = self._undone(high, own)
        found = sorted([*before, *after], key=lambda g: g.label in DOUBTS)
        return found[0] if found else None

    def main_negation(self) -> Iterator[tuple[Governor, int, int]]:
        """Yield the negations of a sentence whose act no cue names, with the word after each as the governed one."""
        for g in self.governors:
            following = range(g.high, min(g.high + 3, self.tokens.stop))
            if g.label in DOUBTS or not following or self._cancelled(g) or any(i in self._benign for i in following):
                continue
            yield g, following.start, following.start + 1

    def _is_act(self, g: Governor, own: Container[int]) -> bool:
        """Say whether ``g`` begins with a word for the act; a particle makes another verb of it: "voted down"."""
        return g.low in own and self.view.keys[g.high - 1] not in _PARTICLES

    def _binds(self, g: Governor, low: int) -> bool:
        gap = range(g.high, low)
        if len(gap) > _REACH[g.label] or any(i in self._benign for i in gap) or self._broken(g, low):
            return False
        if any(other.low in gap and other.label in {"failure", "denial"} for other in self.governors):
            return False  # the other one is what g governs
        keys = self.view.keys
        words = {keys[i] for i in gap}
        if g.label == "negation":
            light = any(i in self._light for i in gap)
            handed_on = words & _lists().hollow
            return bool(light or handed_on or not words & (_PREPOSITIONS | _DEFINITE))
        if g.label == "failure":
            return not words & (_PREPOSITIONS - {"of", "from"}) and not self._is_purpose(g)
        if g.label in {"modal", "attempt"}:
            return not words & (_PREPOSITIONS | _DEFINITE)
        return True

    def _broken(self, g: Governor, low: int) -> bool:
        """Say whether a clause ends between ``g`` and token ``low``; "denied …, that" reaches over commas."""
        gap = range(g.high, low)
        keys = self.view.keys
        breaks = _lists().breaks
        if g.label == "denial":
            comma = any(i in self.view.stops for i in (*gap, low)) and not any(keys[i] == "that" for i in gap)
            return comma or any(keys[i] in breaks and keys[i] != "and" for i in gap)
        return any(i in self.view.stops for i in (*gap, low)) or any(keys[i] in breaks for i in gap)

    def _is_purpose(self, g: Governor) -> bool:
        keys = self.view.keys
        before = g.low - 1
        return before > self.tokens.start and keys[before] == "to" and keys[before - 1] not in _FORCED

    def _cancelled(self, g: Governor) -> bool:
        """Say whether ``g`` is itself denied: "failed to prevent", "cannot rule out"."""
        return any(
            other.label in {"negation", "failure"}
            and 0 <= g.low - other.high <= 2  # noqa: PLR2004  reason: an auxiliary and an adverb may stand between
            and not any(i in self.view.stops for i in range(other.high, g.low + 1))
            for other in self.governors
        )

    def _undone(self, high: int, own: Container[int]) -> Iterator[Governor]:
        """Yield what is done to the act after it: "was called off", "did not take place"."""
        keys = self.view.keys
        breaks = _lists().breaks
        ends = (i for i in range(high, self.tokens.stop) if i in self.view.stops or keys[i] in breaks)
        end = next(ends, self.tokens.stop)
        clause = range(high, min(high + _REACH_AFTER + 2, end))
        for hit in _lists().undone.hits(self.view, clause):
            is_own = all(i in own for i in range(hit.low, hit.high))
            if not is_own and any(keys[i] in _AUXILIARIES for i in range(max(high, hit.low - 2), hit.low)):
                yield hit
        for g in self.governors:
            if g.label in {"negation", "failure"} and high <= g.low < clause.stop and not self._cancelled(g):
                light = range(g.high, min(g.high + 3, end))
                if any(i in self._light for i in light) and not any(i in self._benign for i in light):
                    yield g


def _is_name(view: View, g: Governor) -> bool:
    """Say whether "May" or "Will" is a month or a man here: capitals inside a sentence."""
    return view.keys[g.low] in {"may", "will"} and view.raw(g.low)[0].isupper()

"""Which measure a number belongs to: in "17 killed, 71 wounded" the 71 are the wounded.

The words that say what happened to the counted persons (``data/count_cues.toml``) compete for each number. Its own
clause decides first, and there the nearest word. A list goes on without a word of its own, so a number that opens such
a clause takes the last word to its left ("killed 17 soldiers, 5 civilians") or, as part of the subject, the first
to its right ("17 soldiers and 5 civilians were killed"), unless its clause has a verb of its own ("… and 200 officers
responded"). A word that is followed by its own number or object is taken ("40 officers killed 17 men"), and a number
after "by" is the agent's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from extractor.events.cues import CueTable, Hit, cue_data
from extractor.events.mentions import Mention, noun_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractor.events.view import View

_AUXILIARIES = frozenset({"was", "were", "is", "are", "been", "be", "being", "has", "have", "had", "got"})
_OBJECT_STARTS = frozenset({"a", "an", "the", "his", "her", "their", "its"})
_NO_OBJECT = frozenset({"day", "night", "week", "month", "year", "previous", "same", "following", "weekend"})
_INVERTED = frozenset({"were", "was", "are", "is", "among", "including"})
_FILLERS = frozenset({"the", "a", "an", "them", "also", "all", "of", "another", "further", "additional", "total"})
_PART = frozenset({"including", "among"})
_OF_THEM = {("of", "them"), ("of", "whom"), ("of", "these"), ("of", "those")}
_INTRANSITIVE = frozenset({"participants", "missing"})
_NOUN_BETWEEN = 2
"""Words between a number and the word it goes with, in a headline: "57 young civilians killed"."""
_AGENT = frozenset({"by", "with", "against"})


@dataclass(frozen=True, slots=True)
class _Lists:
    happened: CueTable
    persons_so: CueTable
    identity: CueTable
    breaks: frozenset[str]
    openers: frozenset[str]
    adjectives: frozenset[str]


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    data = cue_data("count_cues")
    return _Lists(
        happened=CueTable(data["happened"]),
        persons_so=CueTable(data["persons_so"]),
        identity=CueTable(data["identity"]),
        breaks=frozenset(data["clause"]["breaks"]),
        openers=frozenset(data["clause"]["openers"]),
        adjectives=frozenset(data["clause"]["adjectives"]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Clauses:
    """One sentence cut into clauses, with the words that compete for its numbers."""

    view: View
    tokens: range
    numbers: tuple[Mention, ...]
    cues: tuple[Hit, ...]
    starts: tuple[int, ...]
    """First token of each clause."""

    @classmethod
    def of(cls, view: View, tokens: range, numbers: tuple[Mention, ...]) -> Clauses:
        """Cut a sentence; nothing is cut inside a number or inside "killed and wounded"."""
        cues = tuple(_longest(_lists().happened.hits(view, tokens)))
        whole = {i for n in numbers for i in range(n.first + 1, n.last)}
        whole |= {i for a, b in _pairs(view, cues) for i in range(a.high, b.low + 1)}
        starts = (i for i in tokens[1:] if (i in view.stops or _breaks(view, i)) and i not in whole)
        return cls(view, tokens, numbers, cues, (*tokens[:1], *starts))

    def owner(self, number: Mention) -> tuple[frozenset[str], Hit | None]:
        """Return the measures that ``number`` may count, and the word that says so; empty where none does."""
        inside = [c for c in self.cues if number.low <= c.low and c.high <= number.last]  # "no casualties"
        if inside:
            return frozenset(c.label for c in inside), inside[0]
        at = max(i for i, start in enumerate(self.starts) if start <= number.first or i == 0)
        own = self._clause(at)
        hit = self._nearest(number, own) or self._inherited(number, at, own)
        if hit is not None:
            return self._labels(hit), hit
        nouns = _lists().persons_so.hits(self.view, noun_run(self.view, self.tokens, number))
        if nouns and not self._predicates(own, number):
            return frozenset(h.label for h in nouns if h.low == nouns[-1].low), nouns[-1]
        return frozenset(), None

    def is_part(self, number: Mention) -> bool:
        """Say whether the number counts some of those counted before: "including 5 children", "three of them".

        Only of the same measure: of 140 people who were kidnapped, "28 of them have been released" is a count in full.
        """
        labels = self.owner(number)[0]
        if not any(n.first < number.first and self.owner(n)[0] & labels for n in self.numbers):
            return False
        start = max(start for start in self.starts if start <= number.first or start == self.tokens.start)
        opening = self.view.keys[start : number.first]
        return bool(_PART & set(opening)) or self.view.keys[number.last : number.last + 2] in _OF_THEM

    def identities(self, number: Mention) -> frozenset[str]:
        """Return who the counted are by their noun ("women", "combatants" …); empty where it doesn't say."""
        run = range(number.low, noun_run(self.view, self.tokens, number).stop)
        return frozenset(h.label for h in _lists().identity.hits(self.view, run))

    def _clause(self, at: int) -> range:
        end = self.starts[at + 1] if at + 1 < len(self.starts) else self.tokens.stop
        return range(self.starts[at], end)

    def _labels(self, hit: Hit) -> frozenset[str]:
        """Return the measures of a word, and of the word paired with it ("killed and wounded")."""
        places = {hit.low}
        for a, b in _pairs(self.view, self.cues):
            if hit.low in (a.low, b.low):
                places |= {a.low, b.low}
        return frozenset(c.label for c in self.cues if c.low in places)

    def _nearest(self, number: Mention, clause: range) -> Hit | None:
        free = [c for c in self.cues if c.low in clause and self._is_free(c, number)]
        partitive = self.view.keys[number.last : number.last + 1] == ("of",) and any(
            n.first in (number.last + 1, number.last + 2) for n in self.numbers
        )
        if partitive and not any(c.high == number.first for c in free):
            # "17 of the 71 wounded died": the last word is the sentence's verb; "freed 21 of the 276" has it before
            return next((c for c in reversed(free) if c.low >= number.last), None)
        return min(free, key=lambda c: self._distance(c, number), default=None)

    def _distance(self, cue: Hit, number: Mention) -> tuple[int, int]:
        if cue.low >= number.last:
            return max(cue.low - number.last, 0), 1
        taken = any(0 <= cue.low - n.last <= _NOUN_BETWEEN and n is not number for n in self.numbers)
        return max(number.first - cue.high, 0), 2 if taken else 0

    def _is_free(self, cue: Hit, number: Mention) -> bool:
        """Say whether ``cue`` can be about ``number``: it isn't inside it, nor followed by another number or object."""
        keys = self.view.keys
        if cue.low < number.last:
            return cue.high <= number.first and keys[number.first - 1] not in _AGENT
        passive = any(keys[i] in _AUXILIARIES for i in range(max(number.last, cue.low - 3), cue.low))
        ends = cue.high >= self.tokens.stop or cue.high in self.view.stops
        if passive or ends or cue.low == number.last or cue.label in _INTRANSITIVE:  # cue.low: "71 wounded"
            return True
        if any(n.first <= cue.high < n.last and not self._has_own(n) for n in self.numbers if n is not number):
            return False
        following = keys[cue.high : cue.high + 2]
        return not (following[0] in _OBJECT_STARTS and following[-1] not in _NO_OBJECT)

    def _has_own(self, number: Mention) -> bool:
        """Say whether a word follows a number at once, as headlines have it: "57 killed 150 injured"."""
        return any(cue.low == number.last for cue in self.cues)

    def _inherited(self, number: Mention, at: int, own: range) -> Hit | None:
        """Return the word that a list passes on to a number whose clause has none."""
        if any(c.low in own for c in self.cues) or self._predicates(own, number):
            return None
        opens = own.start >= number.first or all(self._is_filler(i) for i in range(own.start, number.first))
        if opens:
            for before in range(at - 1, -1, -1):
                clause = self._clause(before)
                hits = [c for c in self.cues if c.low in clause]
                if hits:
                    return hits[-1]
        if opens or self.view.keys[number.first - 1] in _lists().openers or self._is_adverbial(own):
            for after in range(at + 1, len(self.starts)):
                clause = self._clause(after)
                hits = [c for c in self.cues if c.low in clause]
                if hits:
                    return hits[0] if self._is_free(hits[0], number) else None
        return None

    def _is_filler(self, i: int) -> bool:
        key = self.view.keys[i]
        return key in _lists().breaks or key in _INVERTED or key in _FILLERS

    def _is_adverbial(self, own: range) -> bool:
        """Say whether a clause opens with a place or time before its subject: "In Kabul 17 soldiers …"."""
        return self.view.keys[own.start] in {"in", "at", "on", "near", "overnight", "elsewhere", "meanwhile"}

    def _predicates(self, own: range, number: Mention) -> bool:
        """Say whether the clause has a verb of its own after the number; "5 were children" only says who they were."""
        keys = self.view.keys
        for i in range(number.last, own.stop):
            if keys[i] in _AUXILIARIES:
                rest = range(i + 1, min(i + 4, own.stop))
                if not _lists().identity.hits(self.view, rest) and keys[i + 1 : i + 2] != ("among",):
                    return True
            elif i > number.last and self._is_verb(i):
                return True
        return False

    def _is_verb(self, i: int) -> bool:
        """Say whether a token looks like a past tense that no measure claims."""
        key = self.view.keys[i]
        past = key.endswith("ed") and len(key) > len("shed") and key not in _lists().adjectives
        return past and not any(c.low <= i < c.high for c in self.cues)


def _breaks(view: View, i: int) -> bool:
    """Say whether a word begins a clause; "have since been released" is one clause."""
    return view.keys[i] in _lists().breaks and not (i and view.keys[i - 1] in _AUXILIARIES)


def _pairs(view: View, cues: Sequence[Hit]) -> Iterator[tuple[Hit, Hit]]:
    """Yield the words joined as one: "killed and wounded", "dead or missing"."""
    for a in cues:
        for b in cues:
            if b.low == a.high + 1 and view.keys[a.high] in {"and", "or"}:
                yield a, b


def _longest(hits: Sequence[Hit]) -> Iterator[Hit]:
    """Leave out a word inside a longer one of another label: "shot" in "shot dead"."""
    for hit in hits:
        if not any(o.low <= hit.low and hit.high <= o.high and (o.low, o.high) != (hit.low, hit.high) for o in hits):
            yield hit

"""Tables of cue words, read from TOML, and the search for them in a text's tokens.

A cue is one or more words; ``attack*`` stands for every word that starts so, ``n't`` for every word that ends so, and
``@harm`` for the group of that name. A table answers one question in one pass: which cues, under which labels, stand
among these tokens? Tokens are looked up by their first letters, so a hundred cues cost no more than ten.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extractor.events.view import View
    from extractor.events.vocabulary import EventType

_Cue = tuple[tuple[str, ...], str]

_ENDING = "n't"
_OPENING = 5
"""Letters of a word that tell whether it may begin a cue, where no stem of the table is shorter."""
_REMEMBERED = 20_000
"""So many words a table remembers; a year of news in one language has more, but most of them are rare."""


class Hit(NamedTuple):
    """A cue at the tokens ``low`` to ``high - 1``, and the label it stands under."""

    low: int
    high: int
    label: str


class CueTable:
    """Cues under labels, ready to be searched for."""

    def __init__(self, cues: Mapping[str, Iterable[str]]) -> None:
        """Index ``cues``, a label's words each; a stem needs at least two letters."""
        self._whole: dict[str, list[_Cue]] = {}
        self._stems: dict[str, list[tuple[int, _Cue]]] = {}
        """Each with its place, for the order of the labels is the order of the list."""
        self._endings: list[_Cue] = []
        self._known: dict[str, tuple[_Cue, ...]] = {}
        """Words that begin as a cue does, with the cues: often none."""
        places = count()
        for label, phrases in cues.items():
            for phrase in dict.fromkeys(phrases):
                words = tuple(phrase.split())
                if phrase == _ENDING:
                    self._endings.append((words, label))
                elif words[0].endswith("*"):
                    self._stems.setdefault(words[0][:-1], []).append((next(places), (words, label)))
                else:
                    self._whole.setdefault(words[0], []).append((words, label))
        self._lengths = tuple({len(stem) for stem in self._stems})
        self._opening = min(self._lengths, default=_OPENING)
        self._openings = frozenset(word[: self._opening] for word in (*self._whole, *self._stems))

    def hits(self, view: View, tokens: range) -> list[Hit]:
        """Return every cue among ``tokens`` in text order; a longer cue hides a shorter one of its label inside it."""
        found: list[Hit] = []
        opening, openings, known = self._opening, self._openings, self._known
        keys = enumerate(view.keys[tokens.start : tokens.stop], tokens.start)
        if self._endings:
            telling = [(low, key) for low, key in keys if key[:opening] in openings or key.endswith(_ENDING)]
        else:
            telling = [(low, key) for low, key in keys if key[:opening] in openings]
        for low, key in telling:
            cues = known[key] if key in known else self._learn(key)
            if not cues:
                continue
            longest: dict[str, int] = {}
            for words, label in cues:
                high = low + len(words)
                if len(words) == 1 or (
                    high <= tokens.stop and all(map(_matches, view.keys[low + 1 : high], words[1:]))
                ):
                    longest[label] = max(high, longest.get(label, 0))
            found += [Hit(low, high, label) for label, high in longest.items()]
        return found

    def _learn(self, key: str) -> tuple[_Cue, ...]:
        """Return the cues that begin with ``key``, and remember them."""
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        cues = self._known[key] = self._beginning(key)
        return cues

    def _beginning(self, key: str) -> tuple[_Cue, ...]:
        """Return the cues whose first word is ``key``."""
        stems = [stem for length in self._lengths for stem in self._stems.get(key[:length], ())]
        endings = self._endings if key.endswith(_ENDING) else ()
        return (*self._whole.get(key, ()), *(cue for _, cue in sorted(stems)), *endings)


def _matches(key: str, word: str) -> bool:
    return key.startswith(word[:-1]) if word.endswith("*") else key == word


@cache
def cue_data(name: str) -> dict[str, Any]:
    """Read ``data/<name>.toml`` of this package once."""
    text = resources.files("extractor.events").joinpath(f"data/{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def expand(words: Sequence[str], groups: Mapping[str, Sequence[str]]) -> list[str]:
    """Return ``words`` with each ``@group`` replaced by the group's words."""
    return [each for word in words for each in (groups[word[1:]] if word.startswith("@") else (word,))]


@cache
def type_cues(type_: EventType) -> CueTable | None:
    """Return the cues of ``type_`` under the labels ``strong`` and ``weak``; None for a type that has none."""
    data = cue_data("type_cues")
    table = data.get(type_.value)
    return CueTable({label: expand(words, data["groups"]) for label, words in table.items()}) if table else None

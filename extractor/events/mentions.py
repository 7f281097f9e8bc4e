"""Numbers as a sentence states them, on the tokens of its view, and whether each can count persons.

What a number is worth, and which words modify it ("at least two dozen"), is read by the codebook
(:mod:`extractor.events.quantities`). A number that dates, ages, prices or measures something ("17-year-old",
"17 May", "$17", "17 houses") counts no persons; ``data/count_cues.toml`` lists the things.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from extractor.events.cues import CueTable, cue_data
from extractor.events.number_words import split_words
from extractor.events.quantities import CountValue, may_state_one, quantities
from extractor.events.view import visible

if TYPE_CHECKING:
    from extractor.events.view import View

_MONEY = re.compile(r"[$\u20ac\u00a3\u00a5#/]$")
_HYPHEN = re.compile(r"[-\u2010-\u2015]$")
_YEARS = range(1900, 2100)
_YEAR_AFTER = frozenset({"in", "since", "by", "from", "until", "before", "after", "during", "of", "late", "early"})
_CASED_MONTHS = frozenset({"may", "march"})
_RUN_ENDS = frozenset(
    {"of", "in", "on", "at", "by", "from", "to", "for", "was", "were", "are", "is", "had", "have", "has", "been", "who"}
    | {"when", "while", "as", "after", "before", "and", "or", "but", "that", "which", "since", "until", "with", "the"}
    | {"a", "an", "his", "her", "their", "its", "near", "during", "into", "out", "off", "around", "across", "outside"}
)
_IRREGULAR_PLURALS = frozenset({"men", "women", "people", "children"})
_NOUN_REACH = 4
"""A noun stands at most so many tokens after its number ("17 ethnic Uzbek aid workers")."""


class Mention(NamedTuple):
    """A number or range: its modifiers begin at token ``first``, itself at ``low``; all of it ends before ``last``."""

    first: int
    low: int
    last: int
    value: CountValue


@dataclass(frozen=True, slots=True)
class _Lists:
    never_before: frozenset[str]
    nouns: CueTable


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    data = cue_data("count_cues")["numbers"]
    nouns = CueTable({"things": data["things"], "persons": data["fine"]})
    return _Lists(frozenset(data["never_before"]), nouns)


def mentions(view: View, tokens: range) -> tuple[Mention, ...]:
    """Return the numbers among ``tokens`` in text order."""
    if not tokens:
        return ()
    offset = view.starts[tokens.start]
    seen, places = visible(view.words(tokens.start, tokens.stop))
    if not may_state_one(seen):
        return ()
    words = split_words(seen)
    found = []
    for quantity in quantities(words):
        start, number, end = words[quantity.first].start, words[quantity.number].start, words[quantity.last - 1].end
        inside = view.tokens(offset + places[start], offset + places[end - 1] + 1)
        low = view.tokens(offset + places[number], offset + places[end - 1] + 1).start
        if inside:
            found.append(Mention(inside.start, low, inside.stop, quantity.value))
    return tuple(found)


def counts_persons(view: View, tokens: range, mention: Mention) -> bool:
    """Say whether nothing about the number shows that it counts something other than persons."""
    before = view.keys[mention.first - 1] if mention.first > tokens.start else ""
    if before in _lists().never_before or _MONEY.search(view.gap(mention.low)):
        return False
    key = view.keys[mention.low]
    if mention.last == mention.low + 1 and key.isdigit() and int(key) in _YEARS and before in _YEAR_AFTER:
        return False
    if mention.last >= tokens.stop:
        return True
    following = view.gap(mention.last)
    if following[:1] in {"%", ":", "/"} or _HYPHEN.match(following):
        return view.keys[mention.last] == "strong"
    if view.keys[mention.last] in _CASED_MONTHS and view.raw(mention.last)[0].isupper():
        return False
    run = noun_run(view, tokens, mention)
    hits = _lists().nouns.hits(view, run)
    heads = [h for h in hits if h.label == "things" and not _is_followed_by_noun(view, h.high, run)]
    return not heads or any(h.label == "persons" for h in hits)


def _is_followed_by_noun(view: View, at: int, run: range) -> bool:
    """Say whether a thing only says which persons: "cattle thieves", "Islamic State suicide bombers"."""
    return any(view.keys[i].endswith("s") or view.keys[i] in _IRREGULAR_PLURALS for i in range(at, run.stop))


def noun_run(view: View, tokens: range, mention: Mention) -> range:
    """Return the tokens after the number up to the end of what it counts: "Russian tanks" in "17 Russian tanks in"."""
    end = mention.last
    while end < min(mention.last + _NOUN_REACH, tokens.stop):
        if view.keys[end] in _RUN_ENDS or view.gap(end).strip(" \t\r\n\u00a0-"):
            break
        end += 1
    return range(mention.last, end)

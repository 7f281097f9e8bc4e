"""How many persons the article's words mean, by the published codebook (event-schema.md §5).

The model copies words ("almost 950 people"), this module computes bounds and form. What the tables say is in
:mod:`extractor.events.quantities`; which numbers count persons, in :mod:`extractor.events.person_words`; which number
is whose toll where several stand side by side, in :mod:`extractor.events.toll_finder`.

``None`` means that the words give no number of persons: bare plurals ("civilians"), "many", a year, an age, a time, a
distance, a number of houses. It never means zero; "no casualties" is 0..0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from extractor.events.countries import demonym_country
from extractor.events.number_words import Word, split_words
from extractor.events.person_words import Mention, mentions, person_words
from extractor.events.quantities import CountValue, quantities
from extractor.events.token_rules import names
from extractor.events.toll_finder import ZERO, FoundCount, added, find_counts, measures_named
from extractor.events.vocabulary import CountForm, Measure

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CountValue", "FoundCount", "find_counts", "parse_count"]

_ALIKE = (
    frozenset({Measure.ARRESTED, Measure.ABDUCTED}),
    frozenset({Measure.ABDUCTED, Measure.MISSING}),
    frozenset({Measure.DISPLACED, Measure.RELEASED}),
)
"""Measures that share verbs: "detained", "disappeared", "evacuated"."""
_NOBODY = re.compile(
    r"(?i)^\W*(?:no|zero|nil|without(?: any)?|not any)\s+(?!(?:\w+\s+)?(?:report|word|information|detail|figure|"
    r"confirm|indication|evidence|claim|comment|news|fewer|less|more|immediate|known))(?:\w+\s+){0,3}?"
    r"(?:one|casualt|death|fatalit|injur|victim|people|person|civilian|\w+s\b|damage)|^\W*(?:nobody|none|nil|zero|0)\b"
)
_LINK = re.compile(r"(?i)\s*(?:,(?:\s+and)?|and|&|plus)\s*")
_NOT_MAIN = re.compile(r"(?i),?\s+(?:including|among (?:them|whom)|mostly|mainly|most of them|some of them)\b.*$")
_PAIRS = {"both": 2, "pair": 2, "duo": 2, "trio": 3, "twins": 2, "triplets": 3, "couple": 2}
_NAME = re.compile(
    r"(?:(?:al|el|bin|ibn|abu|umm|de|da|del|van|von|der|di|la|le)[- ]|[A-Z\u00c0-\u00de][\w'\u2019.-]*\s+)+"
    r"[A-Z\u00c0-\u00de][\w'\u2019-]+"
)
_ORGANISED = frozenset(
    names("""
        state army forces force front party brigade movement group police guard union council ministry observatory
        nations coalition house agency university hospital media government organization organisation committee network
        association federation court helmets crescent cross militia battalion division command authority parliament
    """)
)
"""Words of names that name no person."""


@lru_cache(maxsize=4096)
def parse_count(words: str, measure: Measure | None = None) -> CountValue | None:
    """Read the article's words for a number of persons.

    Args:
        words: the words as copied, "at least 17 people", "five women and a child", "17 killed, 71 wounded".
        measure: what is counted; picks the number where the words hold several, and refuses a number that the words
            give to another measure.

    Returns:
        Inclusive bounds (None where open), form, and ``by_sum`` where code added listed persons up; None where the
        words give no such number.
    """
    rows = find_counts(words)
    if rows:
        return _from_rows(words, rows, measure)
    if _NOBODY.search(words):
        return ZERO
    named = measures_named(words)
    if measure is not None and named and not any(_alike(measure, other) for other in named):
        return None
    if len(named) > 1 and (measure is not None or len(mentions(split_words(words))) > 1):
        return None  # "dozens killed and injured", "20 casualties": the number belongs to no single measure
    return _from_list(_NOT_MAIN.sub("", words).strip())


def _alike(one: Measure, other: Measure) -> bool:
    return one is other or frozenset((one, other)) in _ALIKE


def _from_rows(words: str, rows: Sequence[FoundCount], measure: Measure | None) -> CountValue | None:
    """Return the first toll of the measure, with what is listed beside it; None where only other measures stand."""
    if measure is None and len({row.measure for row in rows if row.value != ZERO}) > 1:
        return None
    fitting = [row for row in rows if measure is None or row.measure is measure]
    fitting = fitting or [row for row in rows if measure is not None and _alike(measure, row.measure)]
    main = [row for row in fitting if not row.subset] or fitting
    if not main:
        return None
    listed = [main[0]]
    for row in main[1:]:
        if not _LINK.fullmatch(words[listed[-1].end : row.start]):
            break
        listed.append(row)
    return listed[0].value if len(listed) == 1 else added([row.value for row in listed])


def _from_list(words: str) -> CountValue | None:
    """Read a list of persons without any verb: its sum, or its first member where commas only explain it."""
    whole = _phrase_of(words)
    if whole.main is not None and whole.main.part:
        return whole.main.value
    chunks, listed = _chunks(whole.words, words)
    if len(chunks) == 1:
        return _one(words)
    if chunks[0][1] == "," and _is_explained(chunks[0][0]):
        return _one(chunks[0][0])
    if not listed and not _all_counted([chunk for chunk, _ in chunks]):
        return _one(words) if whole.main is not None else _one(chunks[0][0])
    values = [_one(chunk) for chunk, _ in chunks]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return whole.main.value if whole.main is not None and len(known) == 1 else None
    return added(known)


def _chunks(words: Sequence[Word], text: str) -> tuple[list[tuple[str, str]], bool]:
    """Cut a list at its commas and "and", never inside a number; return (piece, sign after it) and if "and" occurs."""
    inside = {place for quantity in quantities(words) for place in range(quantity.first, quantity.last)}
    chunks: list[tuple[str, str]] = []
    start = 0
    for place, word in enumerate(words):
        if place not in inside and word.low in (",", "and", "&", "plus"):
            if text[start : word.start].strip():
                chunks.append((text[start : word.start].strip(), word.low))
            start = word.end
    chunks.append((text[start:].strip(), ""))
    return [chunk for chunk in chunks if chunk[0]] or [(text, "")], any(sign not in ("", ",") for _, sign in chunks)


def _all_counted(chunks: Sequence[str]) -> bool:
    """Say whether each piece names its own persons: "3 men, 2 women"."""
    return all(phrase.main is not None and phrase.main.noun is not None for phrase in map(_phrase_of, chunks))


def _is_explained(chunk: str) -> bool:
    """Say whether what follows only says who they were: "12 people, two children and a woman"."""
    main = _phrase_of(chunk).main
    return main is not None and main.noun in ("people", "persons", "civilians", "residents", "victims", "others")


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A stretch of words and the first thing in it that counts persons."""

    words: tuple[Word, ...]
    main: Mention | None


@lru_cache(maxsize=1024)
def _phrase_of(text: str) -> _Phrase:
    words = tuple(split_words(text))
    found = mentions(words, lenient=True)
    return _Phrase(words, found[0] if found else None)


def _one(chunk: str) -> CountValue | None:
    """Read one piece: a counted phrase, a pair, a single person, a name."""
    phrase = _phrase_of(chunk)
    if phrase.main is not None:
        return phrase.main.value
    lows = [word.low for word in phrase.words]
    pair = next((low for low in lows[:2] if low in _PAIRS), None)
    if pair is not None:
        return CountValue(_PAIRS[pair], _PAIRS[pair], CountForm.EXACT)
    return CountValue(1, 1, CountForm.EXACT) if _is_single(phrase.words, chunk) else None


def _is_single(words: Sequence[Word], chunk: str) -> bool:
    """Say whether the words name one person: "the mayor", "General X", "Ahmad al-Khatib"; no plurals, no groups."""
    tables = person_words()
    head = [word for word in words[: _head_length(words)] if word.low.isalpha()]
    if any(word.text[0].isdigit() for word in words) or not head:
        return False
    known = [word.low for word in head if word.low in tables.who]
    if known:
        return known[-1] in tables.singular and not head[-1].low.endswith("ies") and _ends_in_person(head, known[-1])
    plain = not any(word.low in _ORGANISED or demonym_country(word.text) for word in head)
    return plain and _NAME.fullmatch(chunk.strip(' ."\u201c\u201d')) is not None


def _head_length(words: Sequence[Word]) -> int:
    """Return how many words stand before the first preposition or relative: "the mayor | of Aleppo"."""
    stops = ("of", "in", "from", "at", "for", "who", "with", "on", "near", "by", "that", "named", "called", "to")
    return next((i for i, word in enumerate(words) if word.low in stops), len(words))


def _ends_in_person(head: Sequence[Word], noun: str) -> bool:
    """Say whether nothing but a name follows the noun: "general Qassem Soleimani", but no "police station"."""
    after = head[max(i for i, word in enumerate(head) if word.low == noun) + 1 :]
    return all(word.text[0].isupper() and word.low not in _ORGANISED for word in after)

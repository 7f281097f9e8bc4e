"""Is this person, group or source really named in the text?

A name is best supported by its own words, as whole tokens, in a quoted sentence. Reporters also name in full once and
briefly later, so three weaker supports pass with a note: the words around a full name stand apart ("Dmitry Peskov, the
Kremlin spokesman"), two names share a noun ("Syrian and Russian forces"), or the full name stands elsewhere in the
article while the quote holds its last part ("Peskov") or opens with a pronoun for the person of the sentence before.
A name that stands only elsewhere is not supported: the quote may well be about somebody else.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from extractor.events.view import ARTICLES, tokens_of

if TYPE_CHECKING:
    from extractor.articles.article import Sentence
    from extractor.events.passage import Passage
    from extractor.events.summary import Span
    from extractor.events.view import View

_PRONOUNS = frozenset({"he", "she", "they", "it", "his", "her", "their", "its", "him", "them"})
_STAND_INS = frozenset(
    {"group", "movement", "organisation", "organization", "ministry", "army", "government", "president", "minister"}
    | {"militants", "rebels", "agency", "police", "court", "party", "union", "company", "man", "woman", "suspect"}
    | {"pair", "spokesman", "spokeswoman", "official", "officials", "gunmen", "attackers", "military", "troops"}
)
_TITLES = frozenset({"mr", "mrs", "ms", "dr", "president", "minister", "general", "colonel", "prime", "king", "sheikh"})
"""Capitalised words before a surname that are no first name: "President Peskov"; any other makes a namesake."""
_OTHER_OFFICE = frozenset({"vice", "deputy", "former", "ex", "acting", "late"})
"""Before a title these make it another person's: "vice president"."""
_OPENING = 6
"""A pronoun among so many first tokens stands for someone of the sentence before."""
_NEAR = 8
"""The words around a full name stand at most so many tokens from it."""


class Naming(NamedTuple):
    """Whether a name is supported, where, and one sentence that says how."""

    supported: bool
    detail: str
    span: Span | None = None


def named(passage: Passage, name: str) -> Naming:
    """Say whether and how the passage names ``name``."""
    view = passage.view
    for low, high in passage.occurrences(name):
        if not (low and view.keys[low - 1] in _OTHER_OFFICE):
            return Naming(supported=True, detail="The name stands in a quoted sentence.", span=view.span(low, high))
    span = next((s for sentence in passage.sentences if (s := _rearranged(passage, sentence, name))), None)
    if span:
        return Naming(supported=True, detail="The quoted sentence has the name's words in another order.", span=span)
    other = passage.elsewhere(name)
    if other is None:
        return Naming(supported=False, detail="The name does not stand in the article.")
    sentence, there = other
    short = _short_form(passage, name)
    if short:
        detail = f"The quote has the name in short; in full it stands in sentence {sentence.number}."
        return Naming(supported=True, detail=detail, span=short)
    before = _spoken_of(passage, name)
    if before:
        return Naming(supported=True, detail="A pronoun of the quote stands for the name just before it.", span=before)
    detail = f"The name stands in sentence {sentence.number}, not in a quoted one."
    return Naming(supported=False, detail=detail, span=there)


def _rearranged(passage: Passage, sentence: Sentence, name: str) -> Span | None:
    """Return where a sentence holds all words of ``name`` around its full proper name, or sharing a noun, or None."""
    view, tokens = passage.view, passage.tokens(sentence)
    wanted = tokens_of(name)
    proper = _proper_run(wanted)
    if len(proper) > 1:
        others = {k for i, k in enumerate(wanted.keys) if i not in proper} - ARTICLES
        words = wanted.words(proper.start, proper.stop)
        for low, high in view.occurrences(words, (sentence.start, sentence.end)):
            around = range(max(tokens.start, low - _NEAR), min(tokens.stop, high + _NEAR))
            if others and others <= {view.keys[i] for i in around}:
                return view.span(low, high)
    if len(wanted.keys) == 2 and _is_capital(wanted, 0):  # noqa: PLR2004  reason: an adjective and its noun
        return _shared_noun(view, tokens, wanted)
    return None


def _shared_noun(view: View, tokens: range, wanted: View) -> Span | None:
    """Return where "Syrian and Russian forces" stands for "Syrian forces"; what stands between must be such a list."""
    adjective, noun = wanted.keys
    for low in tokens:
        if view.keys[low] != adjective:
            continue
        for high in range(low + 1, tokens.stop):
            if view.keys[high] == noun and high > low + 1:
                return view.span(low, high + 1)
            if not (_is_capital(view, high) or view.keys[high] in {"and", "or", "backed", "led", "allied"}):
                break
    return None


def _proper_run(view: View) -> range:
    """Return the last run of capitalised tokens: "Dmitry Peskov" in "Kremlin spokesman Dmitry Peskov"."""
    end = len(view.keys)
    while end and not _is_capital(view, end - 1):
        end -= 1
    start = end
    while start and _is_capital(view, start - 1):
        start -= 1
    return range(start, end)


def _is_capital(view: View, index: int) -> bool:
    return view.raw(index)[:1].isupper()


def _short_form(passage: Passage, name: str) -> Span | None:
    """Return where the quote holds the last part of a name of several capitalised words, capitalised as well."""
    return next((s for sentence in passage.sentences if (s := _last_part(passage.view, sentence, name))), None)


def _last_part(view: View, sentence: Sentence, name: str) -> Span | None:
    wanted = tokens_of(name)
    run = _proper_run(wanted)
    if len(run) < 2:  # noqa: PLR2004  reason: a single word has no short form
        return None
    own = {wanted.keys[i] for i in run}
    for low, high in view.occurrences(wanted.raw(run.stop - 1), (sentence.start, sentence.end)):
        namesake = low and _is_capital(view, low - 1) and not view.gap(low).strip() and view.keys[low - 1] not in own
        if _is_capital(view, low) and not (namesake and view.keys[low - 1] not in _TITLES):
            return view.span(low, high)
    return None


def names_in(view: View, sentence: Sentence, name: str) -> bool:
    """Say whether one sentence holds a name in full or in short."""
    return bool(view.find(name, (sentence.start, sentence.end)) or _last_part(view, sentence, name))


def _spoken_of(passage: Passage, name: str) -> Span | None:
    """Return where the sentence just before a quote that opens with a pronoun holds ``name``, or None."""
    view = passage.view
    for sentence in passage.sentences:
        tokens = passage.tokens(sentence)
        opening = view.keys[tokens.start : min(tokens.stop, tokens.start + _OPENING)]
        stands_in = any(k in _PRONOUNS for k in opening) or any(
            a == "the" and b in _STAND_INS for a, b in pairwise(opening)
        )
        if stands_in and sentence.number > 1:
            before = passage.article.sentences[sentence.number - 2]
            span = None if before.furniture else view.find(name, (before.start, before.end))
            if span:
                return span
    return None

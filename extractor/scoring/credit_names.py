"""Names of actors: how two of them are made comparable, and what credit a predicted one earns.

Rule: scoring.md §1. For comparison only, a name loses case, punctuation, possessive endings, English articles and the
Arabic "al-" (NFKC first). Credit is counted in half points throughout this package: 2 right, 1 half right, 0 wrong.
Both functions are cached, since a run scores the same few thousand names over and over.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

RIGHT, HALF, WRONG = 2, 1, 0
"""Credit in half points."""

_CACHE = 65_536
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b")
_INSIDE_WORDS = re.compile("[`'‘’ʻʼʾʿ.\u00ad\u200b]")  # U.S. is US, Sana'a is Sanaa
_SEPARATORS = re.compile(r"[^\w]+|_")
_ARTICLES = frozenset({"a", "an", "the", "al"})
_AFTER_HEAD = frozenset(
    {"of", "in", "at", "for", "from", "on", "who", "that", "which", "with", "near", "to", "by", "whose"}
)
_ALIKE = 0.5
"""Token Jaccard from which on two names are half right."""


@lru_cache(maxsize=_CACHE)
def name_tokens(name: str) -> tuple[str, ...]:
    """Return the words of a name that comparison looks at; a name of articles only keeps them."""
    text = _POSSESSIVE.sub("", unicodedata.normalize("NFKC", name).casefold())
    words = _SEPARATORS.sub(" ", _INSIDE_WORDS.sub("", text)).split()
    return tuple(word for word in words if word not in _ARTICLES) or tuple(words)


@lru_cache(maxsize=_CACHE)
def head_word(tokens: tuple[str, ...]) -> str | None:
    """Return the word that says what is named: the last one before "of", "in", "who" …; None of no words."""
    for index, word in enumerate(tokens):
        if index and word in _AFTER_HEAD:
            return tokens[index - 1]
    return tokens[-1] if tokens else None


def holds_run(tokens: tuple[str, ...], run: tuple[str, ...]) -> bool:
    """Say whether ``run``, which is not empty, stands in ``tokens`` as consecutive words."""
    length = len(run)
    return 0 < length <= len(tokens) and any(
        tokens[start : start + length] == run for start in range(len(tokens) - length + 1)
    )


@lru_cache(maxsize=_CACHE)
def tokens_credit(predicted: tuple[str, ...], labelled: tuple[str, ...]) -> int:
    """Return the credit of one normalised name for another, in half points.

    Right: equal. Half right: same head word, token Jaccard of 0.5 or more, or one holds the other.
    """
    if not predicted or not labelled:
        return WRONG
    if predicted == labelled:
        return RIGHT
    one, other = set(predicted), set(labelled)
    shared = len(one & other)
    if not shared:
        return WRONG
    if (
        shared >= _ALIKE * (len(one) + len(other) - shared)
        or head_word(predicted) == head_word(labelled)
        or (shared == len(other) and holds_run(predicted, labelled))
        or (shared == len(one) and holds_run(labelled, predicted))
    ):
        return HALF
    return WRONG


def actor_credit(predicted: tuple[str, ...], accepted: Iterable[tuple[str, ...]]) -> int:
    """Return the best credit of a predicted name for any accepted name of one actor, in half points."""
    words = frozenset(predicted)
    best = WRONG
    for name in accepted:  # plain, since aligning forty events with forty asks this a thousand times
        if not words.isdisjoint(name) and (credit := tokens_credit(predicted, name)) > best:
            if credit == RIGHT:
                return RIGHT
            best = credit
    return best

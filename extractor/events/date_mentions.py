"""Time phrases in a running sentence: the spans that the date codebook can read.

They are offered to small models as the only answers to "when?", so that a phrase is chosen and never made up.
"""

from __future__ import annotations

import re
from functools import lru_cache

from extractor.events.date_words import dates_nothing, tokens
from extractor.events.dates import readable

_WORD = re.compile(r"[^\s,;()\"\u201c\u201d]+")
_LEADS = frozenset(
    ["on", "in", "at", "during", "since", "by", "until", "from", "between", "late", "early", "earlier", "overnight"]
)
_LONGEST = 9
_TAIL = ".:'\u2019"
_OWNING = re.compile(r"['\u2019]s$")
_NEVER_LAST = frozenset(
    "anaphor ordinal vague number one now after before and to until by since of from between within link".split()  # noqa: SIM905
)
_FOUR_DIGITS = re.compile(r"[0-9]{4}(?![0-9-])")
_YEARS = range(1900, 2100)
"""Other numbers of four digits in running text count things: "between 500 and 1300 people", "resolution 2118"."""
_NUMBERS = frozenset(["number", "one", "day"])


@lru_cache(maxsize=1024)  # the short list, the roles and the choices all ask about the same sentences
def find_times(sentence: str) -> tuple[str, ...]:
    """Return the time phrases of ``sentence`` in order, verbatim, without doubles."""
    found: list[str] = []
    words = list(_WORD.finditer(sentence))
    free = 0
    for i, word in enumerate(words):
        if i < free or not _may_begin(word.group()) or _is_name(words, i):
            continue
        phrase, taken = _longest_at(sentence, words, i)
        if phrase and phrase not in found:
            found.append(phrase)
        free = i + taken
    return tuple(found)


def _longest_at(sentence: str, words: list[re.Match[str]], i: int) -> tuple[str | None, int]:
    """Return the longest readable phrase that begins at word ``i`` (or None), and how many words it takes."""
    length = 1
    while length < _LONGEST and i + length < len(words) and _belongs(words[i + length].group()):
        if sentence[words[i + length - 1].end() : words[i + length].start()].strip(" ,"):
            break
        length += 1
    for taken in range(length, 0, -1):
        phrase = sentence[words[i].start() : words[i + taken - 1].end()].rstrip(_TAIL)
        phrase = _OWNING.sub("", phrase)
        if _may_end(words, i, taken) and readable(phrase):
            return phrase, taken
    return None, 1


@lru_cache(maxsize=8192)
def _kinds(word: str) -> frozenset[str]:
    if _FOUR_DIGITS.match(word) and int(word[:4]) not in _YEARS:
        return frozenset()
    bare = word.rstrip(_TAIL)
    return frozenset() if dates_nothing(bare) else frozenset(token.kind for token in tokens(bare)) - {"other"}


def _may_end(words: list[re.Match[str]], i: int, taken: int) -> bool:
    """Say whether the last word dates something; a bare number does so only behind a month ("May 5")."""
    kinds = _kinds(words[i + taken - 1].group())
    if kinds <= _NUMBERS and taken > 1:
        return bool(kinds) and "month" in _kinds(words[i + taken - 2].group())
    return bool(kinds - _NEVER_LAST)


_ALSO_NAMES = frozenset({"May", "March", "April", "June", "August"})
"""Months that are people's names and verbs, too."""
_BEFORE_MONTHS = frozenset(
    "in on of since by until till before after from early mid late last this next during to and between the".split()  # noqa: SIM905
)


def _is_name(words: list[re.Match[str]], i: int) -> bool:
    """Say whether the month at ``i`` is a name ("Theresa May"): nothing before or behind it speaks for a date."""
    if _OWNING.sub("", words[i].group()).rstrip(_TAIL) not in _ALSO_NAMES:
        return False
    before = words[i - 1].group().lower() if i else ""
    after = words[i + 1].group() if i + 1 < len(words) else ""
    return not (before in _BEFORE_MONTHS or before[:1].isdigit() or after[:1].isdigit())


_NUMBERED_NAME = re.compile(r"[^\W\d]{3,}\d")


@lru_cache(maxsize=8192)
def _may_begin(word: str) -> bool:
    if _NUMBERED_NAME.match(word):  # "zahran1970" is no year
        return False
    return word.lower() in _LEADS or bool(_kinds(word) - {"one", "anaphor", "ordinal", "part"})


def _belongs(word: str) -> bool:
    """Say whether ``word`` can stand inside a time phrase: it dates something, or is a word between such words."""
    return word.lower() in _LEADS or word.lower() in {"the", "of", "and", "to", "local", "time"} or bool(_kinds(word))

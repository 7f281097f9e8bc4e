"""A sentence as mentions of persons, cues of what happened to them, and the small words between.

Each piece gets a kind, and a kind is one letter (:mod:`extractor.events.token_rules`), so that the rules of
:mod:`extractor.events.toll_finder` are regular expressions over the sentence's kinds. The cues of each measure stand
in ``data/count_words.toml``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from extractor.events.person_words import Mention, mentions, person_words
from extractor.events.quantities import CountValue, may_state_one
from extractor.events.token_rules import letters_of, names
from extractor.events.vocabulary import CountForm, Measure, Who

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.events.number_words import Word


class Item(NamedTuple):
    """A piece of a sentence at ``words[first:last]``: its kind, and what a mention counts or a cue measures."""

    kind: str
    first: int
    last: int
    mention: Mention | None = None
    measure: Measure | None = None


LETTER = letters_of(
    names("""
        mention bare part zero strong past ing base intransitive state noun casualties toll lives bodies
        aux have modal not cond det prep by of and comma adv rel self claim force goal leave including rally time stop
        other
    """)
)
MACROS = {
    "counted": "mention|bare",
    "be": "aux|have|adv",
    "happened": "past|state",
    "verb": "aux|have|past|state|intransitive",
}
SMALL_WORDS = {
    "aux": "is are was were be been being got get remain remained remains",
    "have": "has have had having",
    "modal": "could would might may can will should must shall to",
    "cond": "if whether unless feared presumed believed threatened threatens threatening planned planning",
    "not": "not never n't without denied denies deny denying nor neither cannot didn't wasn't weren't hasn't haven't "
    "hadn't don't doesn't couldn't prevented avoided",
    "det": "the a an this these those their his her its our another other additional further total all both",
    "prep": "in on at near from for with when after before as during while until inside outside across between "
    "against through into because amid despite around along within over under following due where than according",
    "by": "by",
    "of": "of",
    "and": "and or & plus",
    "comma": ", - \u2013",
    "adv": "also since already still later so now only just then far confirmed reported reportedly pronounced declared "
    "found all",
    "rel": "who which that",
    "self": "himself herself themselves itself",
    "claim": "claimed claiming claims cost costing took taking claim",
    "force": "forced forcing forces drove driven driving pushed pushing force",
    "goal": "toward towards beyond",
    "leave": "left leaving leaves leave",
    "including": "including among include included",
    "rally": "protest march rally demonstration crowd gathering procession vigil protests rallies demonstrations "
    "marches crowds",
    "lives": "lives",
    "bodies": "bodies corpses",
    "time": "monday tuesday wednesday thursday friday saturday sunday yesterday today tonight overnight early late "
    "last",
    "stop": '; : . ! ? ( ) " \u201c \u201d \u2014 [ ]',
}
_KIND_OF = {word: kind for kind, group in SMALL_WORDS.items() for word in group.split()}
_ZEROS = frozenset({"no", "zero", "nobody", "none"})
_ARTICLES = frozenset({"a", "an"})
_TOTALLED = {
    "dead": Measure.KILLED, "deaths": Measure.KILLED, "fatalities": Measure.KILLED, "injured": Measure.INJURED,
    "wounded": Measure.INJURED, "missing": Measure.MISSING, "displaced": Measure.DISPLACED,
}  # fmt: skip
_TOTALS = frozenset(("at", "to", "are", "is", "now", "has", "have", "had", "reached", "rose", "stands", "stood", "was"))
"""After these words "the dead" and their like are a total: "puts the dead at 31", "the injured are twelve"."""
_LETTERS = re.compile(r"[a-z]+")
_NOBODY = CountValue(0, 0, CountForm.EXACT)


def has_cue(sentence: str) -> bool:
    """Say whether a sentence holds any cue at all: the quick test before the work."""
    return not _first_words().isdisjoint(_LETTERS.findall(sentence.lower()))


def may_state_toll(sentence: str) -> bool:
    """Say whether a sentence holds a cue, and anything that could count: a number, a "no", "a" beside one person."""
    letters = set(_LETTERS.findall(sentence.lower()))
    if _first_words().isdisjoint(letters):
        return False
    single = not _ARTICLES.isdisjoint(letters) and not _persons().isdisjoint(letters)
    return single or not _ZEROS.isdisjoint(letters) or may_state_one(sentence)


@cache
def _persons() -> frozenset[str]:
    """Return how the words for one person begin, up to a hyphen or apostrophe."""
    return frozenset(word for singular in person_words().singular for word in _LETTERS.findall(singular)[:1])


@cache
def _first_words() -> frozenset[str]:
    return frozenset(_phrases()) | {
        "casualty",
        "toll",
        "lives",
        "bodies",
        "corpses",
        "casualties",
        "number",
        *names(SMALL_WORDS["rally"]),
        *names(SMALL_WORDS["goal"]),
    }


@cache
def _phrases() -> dict[str, tuple[tuple[tuple[str, ...], str, Measure], ...]]:
    """Return the cues by their first word, longest first: (all words, kind, measure)."""
    found: dict[str, list[tuple[tuple[str, ...], str, Measure]]] = {}
    for measure in Measure:
        for kind, phrases in person_words().cues[measure.value].items():
            for phrase in phrases:
                parts = tuple(phrase.split())
                found.setdefault(parts[0], []).append((parts, "noun" if kind == "nouns" else kind, measure))
    return {first: tuple(sorted(entries, key=lambda entry: -len(entry[0]))) for first, entries in found.items()}


def items(words: Sequence[Word]) -> list[Item]:
    """Cut the words of a sentence into mentions, cues and single words with their kinds."""
    starts = {mention.first: mention for mention in mentions(words)}
    cues = _first_words()
    found: list[Item] = []
    place = 0
    while place < len(words):
        low = words[place].low
        item = None
        if place in starts:
            item = _mention(words, starts[place])
        elif low in _ZEROS:
            item = _zero(words, place)
        elif low in cues:
            item = _cue(words, place)
        if item is None and words[place].text == "May":
            item = Item("time", place, place + 1)
        if item is None:
            item = Item(_KIND_OF.get(low) or ("adv" if low.endswith("ly") else "other"), place, place + 1)
        found.append(item)
        place = item.last
    return found


def _mention(words: Sequence[Word], mention: Mention) -> Item:
    if [word.low for word in words[mention.last : mention.last + 2]] == ["-", "strong"]:
        return Item("strong", mention.first, mention.last + 2, mention)
    kind = "part" if mention.part else "mention" if mention.noun else "bare"
    return Item(kind, mention.first, mention.last, mention)


def _zero(words: Sequence[Word], at: int) -> Item:
    """Read "no one", "nobody", "no civilians", and the "no" of "no casualties"."""
    low = words[at].low
    last = at + 1
    if low == "no" and last < len(words) and words[last].low == "one":
        last += 1
    elif low in ("no", "zero"):
        while last < min(len(words), at + 3) and words[last].low in person_words().who:
            last += 1
    return Item("zero", at, last, Mention(_NOBODY, Who.ALL, at, last, None))


def _cue(words: Sequence[Word], at: int) -> Item | None:
    """Read a cue of what happened: "killed", "shot dead", "death toll", "casualties"."""
    low = words[at].low
    after = words[at + 1].low if at + 1 < len(words) else ""
    if low in ("death", "casualty") and after == "toll":
        return Item("toll" if low == "death" else "other", at, at + 2)
    if low in _TOTALLED and at and words[at - 1].low == "the" and after in _TOTALS:
        return Item("toll", at, at + 1, measure=_TOTALLED[low])
    if low == "casualties":
        return Item("casualties", at, at + 1)
    if low == "number" and after == "of":
        return _number_of(words, at)
    for parts, kind, measure in _phrases().get(low, ()):
        if tuple(word.low for word in words[at : at + len(parts)]) == parts:
            return Item(kind, at, at + len(parts), measure=measure)
    return None


def _number_of(words: Sequence[Word], at: int) -> Item | None:
    """Read "number of people killed": a total, wherever its number stands after it."""
    people, happened = (words[at + ahead].low if at + ahead < len(words) else "" for ahead in (2, 3))
    if people not in ("people", "persons", "those", "civilians", "victims"):
        return None
    measure = next((measure for parts, _, measure in _phrases().get(happened, ()) if len(parts) == 1), None)
    return Item("toll", at, at + 4, measure=measure) if measure else None

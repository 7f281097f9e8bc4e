"""Tolls in a sentence, found by code alone: "killed at least 16 civilians and wounded 11" gives two rows.

A high-precision helper for small models, and the judge of which number in a count's words belongs to which measure.
The sentence becomes a string of kinds (mention, auxiliary, "killed", preposition …) and some twenty rules say which
mention is whose toll. What is negated, planned, feared, conditional or asked gives no row; "no one was hurt" and "no
casualties" give 0..0 (event-schema.md §5). A subset ("including two children") gives a row only with its own ``who``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from extractor.events.number_words import split_words
from extractor.events.quantities import CountValue
from extractor.events.token_rules import expression
from extractor.events.toll_words import LETTER, MACROS, Item, has_cue, items, may_state_toll
from extractor.events.vocabulary import CountForm, Measure, Who

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractor.events.number_words import Word
    from extractor.events.person_words import Mention


@dataclass(frozen=True, slots=True)
class FoundCount:
    """A number of persons at ``sentence[start:end]`` (code points), verbatim in ``words``."""

    start: int
    end: int
    measure: Measure
    who: Who
    value: CountValue
    words: str
    subset: bool = False
    """Part of another row: "two children" in "12 people, including two children"."""


_ALSO = "(?: comma and? | and )"
_LIST = f"( counted (?: {_ALSO} counted )* )"
_OBJECTS = f"( counted (?! be* happened|intransitive ) (?: {_ALSO} counted (?! be* verb ) )* )"
"""Who is hit by an active verb; what begins the next clause is not ("killed 12 people and 20 were hurt")."""
_PLACE = "(?: of|prep (?: other|det|adv|force|claim|time ){1,6} )?"
_INSERT = "(?: comma? including (?: other|det )* counted (?: comma and? counted | and counted )* comma? )?"
_APPOSITION = "(?: comma (?: other|det|adv|of|prep|and ){1,8} comma )?"
"""What stands between the persons and their verb: "12 people, officials said, were killed"."""
_AFTER = "$ | prep|by|comma|stop|adv|of|time|including | and (?! past|ing ) | counted happened"
"""What may follow a passive without its auxiliary; an object would make it active."""
_SKIP = "(?: adv|det | self and ){0,3}"


def _rule(rule: str) -> str:
    return expression(rule, LETTER, MACROS)


RULES = tuple(
    (re.compile(_rule(rule)), persons, cue)
    for rule, persons, cue in (
        # "12 people, including two children, were killed"; "12 people on a bus were killed"
        (f"{_LIST} {_INSERT} {_PLACE} {_APPOSITION} rel? be* aux be* ( happened ) (?! and past )", 1, 2),
        # "6 citizens killed, 22 injured"; "left one person dead"
        (f"{_LIST} ( happened ) (?= {_AFTER} )", 1, 2),
        (f"{_LIST} {_INSERT} {_PLACE} {_APPOSITION} rel? be* ( intransitive )", 1, 2),
        (f"(?<! aux ) ( past ) {_SKIP} {_OBJECTS}", 2, 1),
        (f"leave {_SKIP} {_LIST} ( happened ) (?! and past (?: $ | prep|comma|stop ) )", 1, 2),
        # With "has" it can only be active, even where a comma is lost: "has killed 12 people wounded 30"
        (f"have adv? ( past ) {_SKIP} ( counted )", 2, 1),
        (f"( ing|base ) {_SKIP} {_OBJECTS}", 2, 1),
        (f"( noun|ing ) of (?: adv|det|of ){{0,3}} {_LIST}", 2, 1),
        ("( counted ) ( noun ) (?! of )", 1, 2),
        (f"claim det? ( lives ) of det? {_LIST}", 2, 1),
        ("claim det? ( counted ) ( lives )", 1, 2),
        (f"( bodies ) of det? {_LIST}", 2, 1),
        ("( counted ) ( bodies )", 1, 2),
        ("( toll ) (?: other|of|prep|det|aux|have|adv|modal|comma|time ){0,8} ( counted )", 2, 1),
        (f"force {_LIST} modal ( intransitive )", 1, 2),
        # "pushed 300,000 people towards the border"
        (f"( force ) {_SKIP} ( counted ) goal", 2, 1),
        (f"( rally ) (?: of|by ) det? {_LIST}", 2, 1),
        ("( strong ) rally", 1, 1),
        ("( zero ) be* ( happened|intransitive )", 1, 2),
        ("( past|ing ) ( zero )", 2, 1),
        ("( zero ) ( noun )", 1, 2),
        ("( zero ) ( casualties )", 1, 2),
    )
)
"""Rule, group of the persons, group of the cue."""
_COUNTS = frozenset({"mention", "bare", "zero", "strong"})
"""No rule does without one of these."""
_JOINT = re.compile(_rule("past and past | ing and ing | state and state"))
_SUBSET = re.compile(
    _rule(
        "counted (?: be* happened|bodies|noun|intransitive )? comma? "
        "(?: including (?: other|det )* ( counted (?: comma and? counted | and counted )* ) | ( part ) )"
    )
)
_OF_KIND = {
    "toll": Measure.KILLED,
    "lives": Measure.KILLED,
    "bodies": Measure.KILLED,
    "force": Measure.DISPLACED,
    "rally": Measure.PARTICIPANTS,
    "strong": Measure.PARTICIPANTS,
}
_GUARD = re.compile(_rule("modal|not|cond (?: other|det|adv|aux|have|past|and ){0,2} $"))
"""Before an active verb: "could kill", "denied killing", "to kill"."""
_GUARD_SUBJECT = re.compile(_rule("not|cond (?: other|det|adv ){0,2} $"))
"""Before a subject: "if 12 people were killed"."""
_UNSURE = re.compile(r"(?i)\bimmediate|\byet\b|\bso far\b|\binitial|\bearly reports|\breports? of\b|\bword (?:on|of)\b")
ZERO = CountValue(0, 0, CountForm.EXACT)


@lru_cache(maxsize=1024)  # the short list, the roles and the choices all ask about the same sentences
def find_counts(sentence: str) -> tuple[FoundCount, ...]:
    """Return the tolls that a sentence states of itself, in text order; precision before recall.

    A combined number ("killed and injured dozens") belongs to no single measure and gives no row.
    """
    if not may_state_toll(sentence) or sentence.rstrip().endswith("?"):
        return ()
    words = split_words(sentence)
    rows: dict[tuple[int, Measure, Who], FoundCount] = {}
    for row in _rows(sentence, words):
        rows.setdefault((row.start, row.measure, row.who), row)
    order = list(Measure)
    return tuple(sorted(rows.values(), key=lambda row: (row.start, order.index(row.measure))))


def measures_named(text: str) -> frozenset[Measure]:
    """Return the measures whose words stand in a text, however they stand there."""
    if not has_cue(text):
        return frozenset()
    words = split_words(text)
    found = {item.measure or _OF_KIND.get(item.kind) for item in items(words) if item.kind != "strong"}
    if any(word.low in ("casualties", "casualty", "victims") for word in words):
        found |= {Measure.KILLED, Measure.INJURED}
    return frozenset(measure for measure in found if measure is not None)


def added(values: Sequence[CountValue]) -> CountValue:
    """Add numbers up; an open bound stays open, and the form is the loosest one."""
    lows = [value.min for value in values if value.min is not None]
    highs = [value.max for value in values if value.max is not None]
    low = sum(lows) if len(lows) == len(values) else None
    high = sum(highs) if len(highs) == len(values) else None
    loosest = max((value.form for value in values), key=list(CountForm).index)
    return CountValue(low, high, loosest, by_sum=True)


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence as the rules see it."""

    text: str
    words: Sequence[Word]
    items: Sequence[Item]
    letters: str


def _rows(sentence: str, words: Sequence[Word]) -> Iterator[FoundCount]:
    """Apply every rule at every place."""
    found = items(words)
    if not any(item.kind in _COUNTS for item in found):
        return
    line = _Line(sentence, words, found, "".join(LETTER[item.kind] for item in found))
    for rule, persons, cue in RULES:
        for match in rule.finditer(line.letters):
            at = match.start(cue)
            if _turned(line, match.start(), at, active=at < match.start(persons)):
                continue
            counted = _persons(found[match.start(persons) : match.end(persons)])
            for measure in _measures(found[at], sentence):
                rows = _grouped(line, counted, measure)
                yield from (_with_cue(line, row, found[at]) for row in rows if not _is_vague_bodies(row, found[at]))
                yield from _subset(line, match.end(persons) - 1, measure)


def _persons(found: Sequence[Item]) -> list[Mention]:
    return [item.mention for item in found if item.mention is not None]


def _with_cue(line: _Line, row: FoundCount, cue: Item) -> FoundCount:
    """Let the words of a zero say what there was none of: "no casualties"."""
    if row.value != ZERO or cue.kind not in ("noun", "casualties"):
        return row
    end = line.words[cue.last - 1].end
    return replace(row, end=end, words=line.text[row.start : end])


def _is_vague_bodies(row: FoundCount, cue: Item) -> bool:
    """Leave "several bodies" out: they are seen, not counted."""
    return cue.kind == "bodies" and row.value.form is CountForm.VAGUE


def _measures(cue: Item, sentence: str) -> tuple[Measure, ...]:
    """Return what a cue measures; "no casualties" is both, but not while reports are still coming in."""
    if cue.kind == "casualties":
        return () if _UNSURE.search(sentence) else (Measure.KILLED, Measure.INJURED)
    measure = cue.measure or _OF_KIND.get(cue.kind)
    return (measure,) if measure else ()


def _turned(line: _Line, start: int, cue: int, *, active: bool) -> bool:
    """Say whether a negation, a modal or a second measure takes the report back."""
    guard = _GUARD if active else _GUARD_SUBJECT
    if guard.search(line.letters[:start]):
        return True
    for place in (cue, cue - 2):
        joint = _JOINT.match(line.letters, place) if place >= 0 else None
        if joint and line.items[place].measure is not line.items[place + 2].measure:
            return True
    return False


def _grouped(line: _Line, counted: Sequence[Mention], measure: Measure) -> list[FoundCount]:
    """Give a row per who; what is listed with the same who is added up ("5 soldiers and 3 policemen")."""
    groups: dict[Who, list[Mention]] = {}
    for mention in counted:
        groups.setdefault(mention.who, []).append(mention)
    rows = []
    for who, members in groups.items():
        start, end = line.words[members[0].first].start, line.words[members[-1].last - 1].end
        value = members[0].value if len(members) == 1 else added([member.value for member in members])
        rows.append(FoundCount(start, end, measure, who, value, line.text[start:end]))
    return rows


def _subset(line: _Line, last: int, measure: Measure) -> Iterator[FoundCount]:
    """Give the rows of "including two children" after the mention at ``line.items[last]``."""
    match = _SUBSET.match(line.letters, last)
    if match and match.lastindex:
        outer = line.items[last].mention
        inner = _persons(line.items[match.start(match.lastindex) : match.end(match.lastindex)])
        for row in _grouped(line, inner, measure):
            if row.who is not Who.ALL and (outer is None or row.who is not outer.who):
                yield replace(row, subset=True)

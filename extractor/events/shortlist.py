"""From the lines in which a small model told the events of an article to a short list worth asking more about.

Asked part by part, a small model misses little and tells too much: the same crash four times, a biography, a line that
no sentence supports. Here code decides what stays, by rules that a reader can check:

- *supported*: at least half of a line's words (by their first five letters) stand in the sentences it cites; else the
  sentence that fits best takes their place, if it holds three fifths of them; else the line is left out;
- *an act*: a word must name an act (:mod:`extractor.events.act_types`);
- *told once*: a line joins an earlier event of the same type unless the text keeps the two apart by another day,
  another settlement or quarter or, for what people say, another speaker (MUC-4 §5, ACLED aggregation);
- *tolls follow*: a sentence that tells who died or was hurt and no act of its own ("Nine dead, dozens hurt.")
  belongs to the harm told at most :data:`FOLLOWS` sentences before it, at the same place and on the same day as far as
  is said;
- *not overlooked*: the lead, and a sentence that states a toll, are on the list even if no line cites them;
- at most :data:`LONGEST` events, in text order.

The figures behind the numbers are in docs/decisions.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from extractor.events.act_types import act_type
from extractor.events.agents import deed_agent, passive_agent
from extractor.events.date_mentions import find_times
from extractor.events.dates import resolve_when
from extractor.events.place_mentions import find_places
from extractor.events.reporters import dates_the_telling
from extractor.events.told_roles import only_says
from extractor.events.toll_finder import find_counts
from extractor.events.vocabulary import EventType, Measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from extractor.articles.article import Article, Sentence
    from extractor.events.reply import FoundEvent

LONGEST_LINE: Final = 300
"""Characters of a sentence that stands in for a line."""
LONGEST: Final = 6
"""Events per article that are asked about."""
SUPPORTED: Final = 0.5
"""Share of a line's words that its sentences must hold."""
FITTING: Final = 0.6
"""The same for a sentence that the line did not cite."""
REPEATING: Final = 0.4
"""Share of a line's words that a second sentence must hold to be evidence too; below, it tells something else."""
MOST_SENTENCES: Final = 6
FOLLOWS: Final = 3
"""Sentences after which a toll is no longer read as that of the harm before it."""

SPEECH: Final = frozenset(
    {
        EventType.SUPPORT,
        EventType.DEMAND,
        EventType.ACCUSATION,
        EventType.REJECTION,
        EventType.THREAT,
        EventType.POLICY_DECISION,
        EventType.MEETING,
        EventType.CONCESSION,
    }
)
"""Types of which one article may report several on one day and at one place, told apart by who acts."""

_HARMS: Final = frozenset(list(EventType)[: list(EventType).index(EventType.AGREEMENT)]) - {
    EventType.PEACEFUL_PROTEST,
    EventType.ABDUCTION_FORCED_DISAPPEARANCE,
} | {EventType.DISASTER_ACCIDENT, EventType.DISRUPTED_WEAPONS_USE}
"""Types whose persons killed and hurt a later sentence may tell."""
_BARE_HARM: Final = frozenset({EventType.OTHER, EventType.ATTACK})
"""What act words make of "nine died" and "nine were killed"."""
_LONGEST_HARM: Final = timedelta(days=3)
_SUFFERED: Final = frozenset({Measure.KILLED, Measure.INJURED, Measure.MISSING})

_WORD = re.compile(r"\w+")
_STEM = 5
_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "by",
        "with",
        "and",
        "or",
        "that",
        "which",
        "who",
        "its",
        "his",
        "her",
        "their",
        "it",
        "is",
        "was",
        "were",
        "are",
        "be",
        "been",
        "has",
        "have",
        "had",
        "as",
        "from",
        "after",
        "before",
        "near",
        "into",
        "over",
        "not",
        "this",
        "would",
        "will",
        "could",
        "said",
        "says",
    ]
)
_CAPITALISED = r"((?:[a-z]{2}-)?[A-Z][\w'\u2019-]+)"
_COUNTED_BY = re.compile(r"\b(?:by|as of|until|till|up to)\s+(?:\S+\s+){0,3}\S+$", re.IGNORECASE)
"""Up to when was counted, at the end of a piece of a sentence."""
_QUARTER = re.compile(
    rf"{_CAPITALISED}(?:,? and {_CAPITALISED})? "
    r"(?:neighbou?rhoods?|districts?|quarters?|suburbs?|villages?|(?:refugee )?camps?)\b"
)
_NAME = re.compile(r"(?:[A-Z\u00c0-\u00de][\w'\u2019-]+)(?:\s+[A-Z\u00c0-\u00de][\w'\u2019-]+)*")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event that stays on the list."""

    what: str
    """The line that tells it."""
    type: EventType
    sentences: tuple[int, ...]
    """Numbers of the sentences that report it, the main one first."""


class _Scenes:
    """When and where the sentences of an article happen, each read once however many events are compared."""

    def __init__(self, article: Article) -> None:
        self._article = article
        self._days: dict[int, frozenset[str]] = {}
        self._towns: dict[int, frozenset[str]] = {}

    def quote(self, number: int) -> str:
        """Return the text of a sentence."""
        return self._article.quote(number)

    def is_period(self, number: int) -> bool:
        """Say whether a sentence speaks of a longer time: "since 2015", "this year"."""
        spans = (resolve_when(phrase, self._article.published.date) for phrase in find_times(self.quote(number)))
        return any(w.start and (w.end is None or w.end - w.start > _LONGEST_HARM) for w in spans)

    def days(self, number: int) -> frozenset[str]:
        """Return the days that the time phrases of a sentence mean, or the phrases where that is unknown."""
        found = self._days.get(number)
        if found is None:
            found = self._days[number] = frozenset(map(self._day, find_times(self._article.quote(number))))
        return found

    def days_of_deeds(self, number: int) -> frozenset[str]:
        """Return the days of a sentence without those on which it was said or counted ("by last night", "as of")."""
        quote = self.quote(number)
        return frozenset(
            self._day(phrase)
            for phrase in find_times(quote)
            if not _COUNTED_BY.search(quote[: quote.find(phrase) + len(phrase)])
            and not dates_the_telling(phrase, quote)
        )

    def towns(self, number: int) -> frozenset[str]:
        """Return the finest places of a sentence: named quarters, villages and camps, else towns."""
        found = self._towns.get(number)
        if found is None:
            found = self._towns[number] = _towns(self._article.quote(number))
        return found

    def _day(self, phrase: str) -> str:
        when = resolve_when(phrase, self._article.published.date)
        return f"{when.start}..{when.end}" if when.start or when.end else phrase.casefold()


def _towns(sentence: str) -> frozenset[str]:
    quarters = frozenset(name.casefold() for match in _QUARTER.finditer(sentence) for name in match.groups() if name)
    return quarters or frozenset(p.words.casefold() for p in find_places(sentence) if p.kind == "settlement")


def shortlist(found: Sequence[FoundEvent], article: Article) -> tuple[Candidate, ...]:
    """Return the events worth asking about, in text order of their main sentences."""
    body = {s.number: s for s in article.sentences if not s.furniture}
    scenes = _Scenes(article)
    kept: list[Candidate] = []
    for event in found:
        what = " ".join(event.what.split())
        if what.endswith("?"):
            continue
        sentences = _supported(what, event.sentences, body, article)
        if not sentences:
            continue
        kind = act_type(what, [article.quote(n) for n in sentences])
        if kind is None or (kind in SPEECH and kept and only_says(what)):
            continue
        _add(kept, Candidate(what, kind, sentences), scenes)
    for candidate in _overlooked(kept, body, article, scenes):
        _add(kept, candidate, scenes)
    return tuple(sorted(kept, key=lambda c: c.sentences[0])[:LONGEST])


def _overlooked(
    kept: Sequence[Candidate], body: Mapping[int, Sentence], article: Article, scenes: _Scenes
) -> Iterator[Candidate]:
    """Yield the sentences that surely report an event and are on nobody's line: the lead, and any that states a toll.

    Such an event is told in the sentence's own words.
    """
    cited = {number for candidate in kept for number in candidate.sentences}
    lead = next((s.number for s in body.values() if not s.headline and is_finished(article.quote(s.number))), None)
    for number in body:
        if number in cited or body[number].headline:
            continue
        sentence = article.quote(number)
        if number != lead and not find_counts(sentence):
            continue
        kind = act_type(sentence)
        if kind is None and _is_toll(sentence):
            kind = EventType.OTHER if _harm_before(kept, number, scenes) is not None else None
        if kind is not None and (number == lead or kind not in SPEECH):
            yield Candidate(" ".join(sentence.split())[:LONGEST_LINE], kind, (number,))


def is_finished(line: str) -> bool:
    """Say whether a line ends as a sentence does; headlines, standfirsts and captions do not."""
    return line.rstrip().endswith((".", "!", "?", '"', "\u201d", "'", "\u2019", ")"))


@lru_cache(maxsize=1024)  # a sentence is compared with every line that cites it
def _words(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in set(_WORD.findall(text.casefold())) - _SMALL)


def _supported(what: str, cited: Sequence[int], body: Mapping[int, Sentence], article: Article) -> tuple[int, ...]:
    """Return the sentences that hold the words of ``what``: those cited, else the one that fits best, else none."""
    said = _words(what)
    if not said:
        return ()
    shared = {n: len(said & _words(article.quote(n))) for n in cited if n in body}
    together = frozenset[str]().union(*(_words(article.quote(n)) for n in shared))
    if len(said & together) >= SUPPORTED * len(said):
        best_first = sorted(shared, key=lambda n: -shared[n])
        return tuple(n for i, n in enumerate(best_first) if not i or shared[n] >= REPEATING * len(said))
    shared = {n: len(said & _words(article.quote(n))) for n in body}
    best = max(shared, key=lambda n: shared[n], default=None)
    return (best,) if best is not None and shared[best] >= FITTING * len(said) else ()


def _add(kept: list[Candidate], new: Candidate, scenes: _Scenes) -> None:
    """Append ``new``, or join it to the earlier event that it tells again or whose toll it is."""
    harm = None
    if new.type in _BARE_HARM and all(_is_toll(scenes.quote(number)) for number in new.sentences):
        harm = _harm_before(kept, new.sentences[0], scenes)
    for i, old in enumerate(kept):
        if i == harm or (harm is None and _same(old, new, scenes)):
            joined = tuple(dict.fromkeys((*old.sentences, *new.sentences)))[:MOST_SENTENCES]
            kept[i] = replace(old, sentences=joined)
            return
    kept.append(new)


def _is_toll(sentence: str) -> bool:
    """Say whether a sentence tells how many were killed or hurt, and nobody who did it."""
    told = any(row.measure in _SUFFERED for row in find_counts(sentence))
    return told and deed_agent(sentence) is None and passive_agent(sentence) is None


def _harm_before(kept: Sequence[Candidate], number: int, scenes: _Scenes) -> int | None:
    """Return the place in ``kept`` of the harm told last before sentence ``number``, if it may be its toll."""
    before = [
        (max(n for n in old.sentences if n < number), i)
        for i, old in enumerate(kept)
        if any(number - FOLLOWS <= n < number for n in old.sentences)
    ]
    if not before or scenes.is_period(number):
        return None
    last, i = max(before)
    apart = _apart(scenes.days(last), scenes.days_of_deeds(number)) or _apart(scenes.towns(last), scenes.towns(number))
    return i if kept[i].type in _HARMS and not apart else None


def _same(old: Candidate, new: Candidate, scenes: _Scenes) -> bool:
    if old.type is not new.type:
        return False
    if old.what.casefold() == new.what.casefold():
        return True
    if new.type in SPEECH and not _share_actor(old.what, new.what):
        return False
    one, other = old.sentences[0], new.sentences[0]
    days_apart = _apart(scenes.days(one), scenes.days(other))
    return not (days_apart or _apart(scenes.towns(one), scenes.towns(other)))


def _apart(one: frozenset[str], other: frozenset[str]) -> bool:
    """Say whether both are known and nothing is in both."""
    return bool(one) and bool(other) and not one & other


def _share_actor(one: str, other: str) -> bool:
    """Say whether the first name in one line stands in the other, in whole or by its last word."""
    first, second = _NAME.search(one), _NAME.search(other)
    if first is None or second is None:
        return first is second
    return first[0].split()[-1] in other or second[0].split()[-1] in one

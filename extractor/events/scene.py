"""Checks ``when_supported`` and ``place_supported``: do the words for time and place stand where the event is told?

In a quoted sentence, or in its scene: event-schema.md §5 lets an event take its time or place from another sentence
only where the text keeps both in one scene. So the headline, the paragraph and the sentence just before may serve, but
only a quote without a time (or place) of its own; that is told by form alone, and a doubtful word counts.

What dates or places the *statement* is no support for an act: "police said on Monday", "told reporters in Geneva". For
speech acts (a demand, a threat) the statement is the event, so there it is. Nor is part of a longer name: "York" in
"New York".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.events.passage import Passage, Subject
from extractor.events.vocabulary import CheckName, EventType

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.events.summary import Check
    from extractor.events.view import View

ACTS = frozenset(
    {*list(EventType)[: list(EventType).index(EventType.OTHER_STRATEGIC)], EventType.CRIME, EventType.DISASTER_ACCIDENT}
) - {EventType.AGREEMENT}
"""Types whose act is no speech act: for these a future is no fact, and the time of a statement is not theirs."""

_TIME_WORDS = frozenset(
    {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "april"}
    | {"june", "july", "august", "september", "october", "november", "december", "yesterday", "today", "tonight"}
    | {"tomorrow", "morning", "afternoon", "evening", "night", "overnight", "week", "weekend", "month", "year", "ago"}
)
_MONTHS_OR_VERBS = frozenset({"may", "march"})
_YEAR = re.compile(r"(?:19|20)\d\d$")
_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th)?$")
_DATING = frozenset({"on", "in", "late", "early", "last", "this"})
_AT_A_PLACE = frozenset({"in", "near", "outside", "at", "across", "around", "inside"})
_PLACE_REACH = 4
"""A place's name begins at most so many tokens after its preposition ("in the rebel-held town of Sarmin")."""
_SAID = frozenset(
    {"said", "says", "told", "tells", "announced", "claimed", "confirmed", "denied", "stated", "added", "warned"}
    | {"declared", "alleged", "acknowledged", "speaking", "spoke"}
)
_HEARERS = frozenset(
    {"reporters", "journalists", "a", "the", "in", "statement", "news", "agency", "agencies", "conference", "briefing"}
    | {"parliament", "state", "television", "tv", "twitter", "interview", "speech", "to", "at", "on", "late", "early"}
    | {"from", "press", "radio", "during", "media", "lawmakers", "address", "issued", "released", "published", "via"}
    | {"with", "report", "by", "of", "late", "post", "posted", "video", "broadcast", "aired", "letter"}
)
_HEARS = frozenset({"in", "at", "from", "to", "via", "on", "with", "by", "told", "tells"})
"""After these a name in capitals is where or by whom the statement was heard: "told Reuters", "issued in Bangui"."""
_FIRST_VERB_REACH = 6
_NAME_BEGINNINGS = frozenset(
    {"new", "south", "north", "northern", "equatorial", "papua", "saint", "st", "san", "santa", "port"}
)


def when_supported(passage: Passage, words: str | None, type_: EventType) -> Check:
    """Check the time words of an event of ``type_``; None is nothing to check."""
    return _supported(passage, Subject(CheckName.WHEN_SUPPORTED, "when", words), type_, "time", has_time)


def place_supported(passage: Passage, words: str | None, type_: EventType) -> Check:
    """Check the place's words of an event of ``type_``; None is nothing to check."""
    return _supported(passage, Subject(CheckName.PLACE_SUPPORTED, "where", words), type_, "place", has_place)


def _supported(
    passage: Passage, subject: Subject, type_: EventType, kind: str, has_own: Callable[[View, range], bool]
) -> Check:
    words, view = subject.value, passage.view
    if words is None:
        return subject.not_applicable(f"The event has no words for its {kind}.")
    found = [place for place in passage.occurrences(words) if not _is_longer_name(view, place[0])]
    for low, high in found:
        if type_ not in ACTS or not _is_of_the_statement(passage, low, high):
            return subject.passed("The words stand in a quoted sentence.", view.span(low, high))
    if found:
        return subject.failed(f"The words give the {kind} of the statement, not of the event.", view.span(*found[0]))
    scene = passage.in_scene(words)
    if scene and not any(has_own(view, passage.tokens(s)) for s in passage.sentences):
        detail = f"The words stand in sentence {scene[0].number} of the same scene; the quote has no other {kind}."
        return subject.passed(detail, scene[1])
    other = scene or passage.elsewhere(words)
    if other:
        return subject.failed(f"The words stand in sentence {other[0].number}, not in a quoted one.", other[1])
    return subject.failed("The words do not stand in the article.")


def _is_longer_name(view: View, low: int) -> bool:
    """Say whether the token before belongs to the name: "South" before "Sudan"."""
    return low > 0 and view.keys[low - 1] in _NAME_BEGINNINGS and view.raw(low - 1)[0].isupper()


def _is_of_the_statement(passage: Passage, low: int, high: int) -> bool:
    """Say whether the words follow a verb of saying and its hearers, or open a sentence whose first verb is one."""
    view = passage.view
    at = low - 1
    while at > 0 and not view.gap(at + 1).strip():
        heard = view.raw(at)[0].isupper() and view.keys[at - 1] in _HEARS
        if view.keys[at] not in _HEARERS and not heard:
            break
        at -= 1
    if at >= 0 and view.keys[at] in _SAID and not view.gap(at + 1).strip():
        return True
    tokens = next(r.tokens for r in passage.readings() if low in r.tokens)
    if any(view.keys[i] not in _HEARERS for i in range(tokens.start, low)):
        return False
    for i in range(high, min(high + _FIRST_VERB_REACH, tokens.stop)):
        if view.keys[i] in _SAID:
            return True
        if view.keys[i].endswith("ed"):
            return False
    return False


def has_time(view: View, tokens: range) -> bool:
    """Say whether a weekday, a month, a year or a word like "yesterday" stands among ``tokens``."""
    return any(_is_time(view, i) for i in tokens)


def after_time(view: View, at: int, stop: int) -> int:
    """Return the token after a time phrase that begins at ``at`` ("on Sunday", "late on 3 June"), or ``at``."""
    end = at
    while end < stop and (view.keys[end] in _DATING or _DAY.match(view.keys[end]) or _is_time(view, end)):
        end += 1
    return end if has_time(view, range(at, end)) else at


def has_place(view: View, tokens: range) -> bool:
    """Say whether a preposition of place is followed by a name in capitals that is no date."""
    for i in tokens:
        if view.keys[i] not in _AT_A_PLACE:
            continue
        for j in range(i + 1, min(i + 1 + _PLACE_REACH, tokens.stop)):
            if view.gap(j).strip(" \t\r\n\u00a0-"):
                break
            if view.raw(j)[0].isupper() and not _is_time(view, j):
                return True
    return False


def _is_time(view: View, index: int) -> bool:
    key = view.keys[index]
    month = key in _MONTHS_OR_VERBS and view.raw(index)[0].isupper()
    return key in _TIME_WORDS or month or bool(_YEAR.match(key))

"""Whether a label is true to its article: what it quotes stands there, its dates and numbers follow from the words.

Errors are what can't be right: words that the text doesn't hold, an interval that contradicts the full date in its own
words, one event twice, an act that happened after it was reported. They make a set unusable.

Warnings are where the codebook in code (:mod:`extractor.events.dates`, :mod:`extractor.events.counts`) reads words
otherwise than the labeller, each with both readings. People may know better ("the next day" in a scene, a man counted
as one), so somebody looks at each, and the set stays usable.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from extractor.articles.build import article_from_text
from extractor.evaluation.labels.flaws import Flaw
from extractor.evaluation.labels.vocabulary import KINDS, TRAPS
from extractor.events.countries import country_name
from extractor.events.counts import parse_count
from extractor.events.dates import explicit_date, resolve_when
from extractor.events.view import View
from extractor.events.vocabulary import EventType, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extractor.scoring.labels import LabelledArticle, LabelledCount, LabelledEvent, LabelledWhen, LabelledWhere

_EARLIEST: Final = dt.date(1900, 1, 1)
_AHEAD: Final = frozenset({Status.PLANNED, Status.THREATENED, Status.HYPOTHETICAL})
"""Statuses of acts that may lie after publication."""
_MUTUAL: Final = frozenset({EventType.AGREEMENT, EventType.MEETING, EventType.COOPERATION})
_NEAR_WORDS: Final = 60
_WRONG_DATE: Final = "wrong_printed_date"
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|ust|ember|tember|ober)?\b"
_DAY_AND_MONTH: Final = re.compile(
    rf"\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*[-–]\s*\d{{1,2}})?\s+(?:of\s+)?(?P<m1>{_MONTH})"
    rf"|\b(?P<m2>{_MONTH})\.?\s+(?P<d2>\d{{1,2}})\b",
    re.IGNORECASE,
)
_NUMBERS: Final = re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
"""Days that only people of one country read for sure; enough for saying that a date stands there."""


def check_label(
    label: LabelledArticle, text: str, file: str, *, today: dt.date, advice: bool = False
) -> Iterator[Flaw]:
    """Yield everything that is wrong with one label.

    Args:
        label: The label, valid by itself.
        text: Its article.
        file: Name of the label's file, for the flaws.
        today: No article is published later.
        advice: Also yield warnings.
    """
    found = [*_head(label, text, today), *_twice(label)]
    view = View.of(text)
    for index, event in enumerate(label.events):
        found += [(f"events[{index}].{field}", *rest) for field, *rest in _event(event, label, view)]
    for field, message, *severity in found:
        if not severity:
            yield Flaw(file, field, message)
        elif advice:
            yield Flaw(file, field, message, "warning")


_Found = tuple[str, ...]
"""Field and message; a third part makes it a warning."""
_WARNING: Final = "warning"


def _head(label: LabelledArticle, text: str, today: dt.date) -> Iterator[_Found]:
    if label.kind not in KINDS:
        yield "kind", f"{label.kind!r} is none of {', '.join(KINDS)}"
    for index, trap in enumerate(label.traps):
        if trap not in TRAPS:
            yield f"traps[{index}]", f"{trap!r} is no trap of the guide"
        elif trap in label.traps[:index]:
            yield f"traps[{index}]", f"{trap!r} stands there twice"
    if label.country and country_name(label.country) is None:
        yield "country", f"{label.country!r} is no country's code"
    if label.published and not _EARLIEST <= label.published <= today:
        yield "published", f"{label.published} is no day on which this can have been published"
    yield from _printed(label, text)


def _printed(label: LabelledArticle, text: str) -> Iterator[_Found]:
    """Compare the flag with the dates in the text; a dateline without a year ("KITWE, March 7") shows one too."""
    days = {(int(match["d1"] or match["d2"]), match["m1"] or match["m2"]) for match in _DAY_AND_MONTH.finditer(text)}
    read = article_from_text(text).published.printed
    day = label.published
    if not label.printed:
        if read is not None:
            severity = () if read == day else (_WARNING,)
            yield "printed", f"is false, but the text shows {read}", *severity
    elif not days and read is None and not _NUMBERS.search(text):
        yield "printed", "says that the text shows its date, but there is no date in it"
    elif day and read != day and not any(_is_day(day, *shown) for shown in days) and _WRONG_DATE not in label.traps:
        yield "printed", f"no date of the text was seen to be {day}", _WARNING


def _is_day(day: dt.date, number: int, month: str) -> bool:
    return (day.day, _MONTHS[day.month - 1]) == (number, month[:3].lower())


def _twice(label: LabelledArticle) -> Iterator[_Found]:
    """Find events that say the same: same type, time, place, actors and numbers."""
    seen: dict[object, int] = {}
    for index, event in enumerate(label.events):
        said = (event.type, event.when, event.where, event.initiators, event.targets, event.counts)
        first = seen.setdefault(said, index)
        if first != index:
            yield f"events[{index}]", f"says the same as events[{first}]"


def _event(event: LabelledEvent, label: LabelledArticle, view: View) -> Iterator[_Found]:
    yield from _verbatim(_quoted(event), view)
    yield from _times(event, label.published)
    for field, where in (("where", event.where), *((f"or_where[{i}]", each) for i, each in enumerate(event.or_where))):
        yield from ((f"{field}{rest}", *more) for rest, *more in _place(where, view))
    for index, count in enumerate(event.counts):
        yield from ((f"counts[{index}].words", *more) for more in _number(count))
    if event.type in _MUTUAL and any(not actor.optional for actor in event.targets):
        yield "targets", f"{event.type.value} has all its sides in initiators", _WARNING
    for field, chosen, others in (
        ("alt_types", event.type, event.alt_types),
        ("alt_status", event.status, event.alt_status),
    ):
        if chosen in others or len(set(others)) < len(others):
            yield field, "holds a value twice"


def _quoted(event: LabelledEvent) -> Iterator[tuple[str, str]]:
    """Yield every field of the event that must stand in the text, with what it says."""
    yield from ((f"evidence[{i}]", words) for i, words in enumerate(event.evidence))
    times = [("when", event.when), *((f"or_when[{i}]", each) for i, each in enumerate(event.or_when))]
    yield from ((f"{field}.words", when.words) for field, when in times if when.words is not None)
    places = [("where", event.where), *((f"or_where[{i}]", each) for i, each in enumerate(event.or_where))]
    yield from ((f"{field}.words", where.words) for field, where in places if where.words is not None)
    for side, actors in (("initiators", event.initiators), ("targets", event.targets)):
        for index, actor in enumerate(actors):
            yield from ((f"{side}[{index}].names[{i}]", name) for i, name in enumerate(actor.names))
    for index, count in enumerate(event.counts):
        yield f"counts[{index}].words", count.words
        if count.source is not None:
            yield f"counts[{index}].source", count.source


def _verbatim(quoted: Iterable[tuple[str, str]], view: View) -> Iterator[_Found]:
    for field, words in quoted:
        if view.find(words) is None:
            yield field, f"{_short(words)} does not stand in the text{_as_far_as(words, view)}"


def _as_far_as(words: str, view: View) -> str:
    """Say how far a passage can be followed in the text, so that its slip is found quickly."""
    parts = words.split()
    far = next((n for n in range(len(parts) - 1, 1, -1) if view.find(" ".join(parts[:n]))), 0)
    return f"; it does as far as {_short(' '.join(parts[:far]), last=True)}" if far else ""


def _short(words: str, *, last: bool = False) -> str:
    if len(words) <= _NEAR_WORDS:
        return repr(words)
    return repr("…" + words[-_NEAR_WORDS:] if last else words[:_NEAR_WORDS] + "…")


def _times(event: LabelledEvent, published: dt.date | None) -> Iterator[_Found]:
    """Check every reading of when it happened; the codebook must reach one of those that quote the same words."""
    fields = [("when", event.when), *((f"or_when[{i}]", each) for i, each in enumerate(event.or_when))]
    unlike: dict[str, tuple[str, LabelledWhen] | None] = {}
    for field, when in fields:
        wrong = list(_impossible(when, event, published))
        yield from ((field, message) for message in wrong)
        if when.words is None:
            yield from ((field, message, _WARNING) for message in _unworded(when, event, published))
        elif wrong or (when.start, when.end) in _readings(when.words, published):
            unlike[when.words] = None
        else:
            unlike.setdefault(when.words, (field, when))
    for words, found in unlike.items():
        if found is not None:
            field, when = found
            read = " or ".join(_days(*reading) for reading in _readings(words, published))
            yield field, f"is {_days(when.start, when.end)}; the codebook reads {words!r} as {read}", _WARNING


def _unworded(when: LabelledWhen, event: LabelledEvent, published: dt.date | None) -> Iterator[str]:
    """Yield what is odd about a reading that quotes no words; only "on or before publication" follows from none."""
    if when.start is not None or (when.end is not None and when.end != published):
        yield f"names {_days(when.start, when.end)} without words that say so"
    elif when is event.when and when.end is None and published and not _ahead(event):
        yield f"has no time words: on or before publication (end = {published})"


def _impossible(when: LabelledWhen, event: LabelledEvent, published: dt.date | None) -> Iterator[str]:
    """Yield what can't be right about one reading, whatever the codebook makes of its words."""
    full = explicit_date(when.words)
    if full and not (when.start or full) <= full <= (when.end or full):
        yield f"is {_days(when.start, when.end)}, but {when.words!r} names {full}"
    elif published and when.start and when.start > published and not _ahead(event):
        yield f"starts {when.start}, after publication ({published}), yet its status is {event.status.value}"


def _ahead(event: LabelledEvent) -> bool:
    return not _AHEAD.isdisjoint({event.status, *event.alt_status})


@lru_cache(maxsize=4096)
def _readings(words: str, published: dt.date | None) -> tuple[tuple[dt.date | None, dt.date | None], ...]:
    """Return the intervals that the codebook reads from ``words``, for acts behind and ahead."""
    both = (resolve_when(words, published, future=future) for future in (False, True))
    return tuple(dict.fromkeys((when.start, when.end) for when in both))


def _days(start: dt.date | None, end: dt.date | None) -> str:
    if start is None and end is None:
        return "unresolved"
    return str(start) if start == end else f"{start or ''}..{end or ''}"


def _place(where: LabelledWhere, view: View) -> Iterator[_Found]:
    if where.country and country_name(where.country) is None:
        yield ".country", f"{where.country!r} is no country's code"
    names = (where.settlement, *where.aliases)
    if where.settlement and not any(name and view.find(name) for name in names):
        yield ".settlement", f"{where.settlement!r} does not stand in the text, and none of its aliases does"
    if (where.lat is None) != (where.lon is None):
        yield "", "has one of lat and lon without the other"


def _number(count: LabelledCount) -> Iterator[tuple[str, ...]]:
    value = parse_count(count.words, count.measure)
    said = _persons(count.min, count.max)
    if value is None:
        if said != "1":  # a single victim has no number in words
            yield f"means {said}; the codebook reads no number of persons from {count.words!r}", _WARNING
    elif (value.min, value.max) != (count.min, count.max):
        read = _persons(value.min, value.max)
        yield f"means {said}; the codebook reads {count.words!r} as {read}", _WARNING


def _persons(low: int | None, high: int | None) -> str:
    return str(low) if low == high else f"{'' if low is None else low}..{'' if high is None else high}"

"""The dates of MUC-4 keys: "13 JUL 89", "17 JUN 89 - 20 JUN 89", "- 09 DEC 89" (on or before that day).

A key holds days without the words that mean them, and a label says both. So the text is searched for time words that
the codebook reads as exactly these days, first in the sentence that tells the incident.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

from extractor.events.date_mentions import find_times
from extractor.events.dates import resolve_when

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extractor.articles.article import Article
    from extractor.evaluation.muc4.keys import Fill

_DATE: Final = re.compile(r"(?:(?P<day>\d{1,2})\s+)?(?P<month>[A-Za-z]{3})[A-Za-z]*(?:\s+(?P<year>\d{2}))?")
_MONTHS: Final = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_CENTURY: Final = 1900
_Days = tuple[dt.date | None, dt.date | None]


def times_of(
    fills: Iterable[Fill], article: Article, sentence: int, published: dt.date | None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return when an incident happened and the other readings, as a label holds them.

    Without a publication date nobody can work the days out: then the reading is empty and the key's days are others.
    Days after publication are slips of the key and are left out.
    """
    strings = [string for fill in fills for string in fill.said]
    found = [days for string in strings if (days := read_days(string, published)) is not None]
    readings = [_worded(days, article, sentence) for days in dict.fromkeys(found)]
    if published is None:
        return {}, readings
    if not readings:
        return {"end": published}, [{}] if strings else []
    return readings[0], readings[1:]


def read_days(string: str, published: dt.date | None) -> _Days | None:
    """Read a date of a key; None where it is none, ends before it starts, or lies after publication."""
    parts = [part.strip() for part in string.split("-")]
    low, high = (parts[0], parts[-1]) if len(parts) > 1 else (string, string)
    first = _day(low, published)[0] if low else None
    last = _day(high, published)[1] if high else None
    if (low and first is None) or last is None or (first and first > last):
        return None
    if published and (first or last) > published:
        return None
    return first, min(last, published) if published and first != last else last


def _day(text: str, published: dt.date | None) -> tuple[dt.date | None, dt.date | None]:
    """Return first and last day of "13 JUL 89" or "JUL 89"; the year may be left to the publication date."""
    match = _DATE.fullmatch(text)
    month = _MONTHS.get(match["month"].upper()) if match else None
    if match is None or month is None or (match["year"] is None and published is None):
        return None, None
    year = _CENTURY + int(match["year"]) if match["year"] else published.year if published else 0
    try:
        day = dt.date(year, month, int(match["day"] or 1))
    except ValueError:
        return None, None
    return day, day if match["day"] else day.replace(day=calendar.monthrange(year, month)[1])


def _worded(days: _Days, article: Article, sentence: int) -> dict[str, Any]:
    """Return the days, with words of the text that mean them where there are any."""
    start, end = days
    reading: dict[str, Any] = {"end": end} if start is None else {"start": start, "end": end}
    if start is None and end == article.published.date:
        return reading
    for words in _time_words(article, sentence):
        when = resolve_when(words, article.published.date)
        if (when.start, when.end) == days:
            return {"words": words, **reading}
    return reading


def _time_words(article: Article, sentence: int) -> Iterator[str]:
    """Yield the time words of the incident's own sentence, then those of all others."""
    order = [sentence, *(place for place in range(len(article.sentences)) if place != sentence)]
    for place in order:
        one = article.sentences[place]
        yield from find_times(article.text[one.dateline_end or one.start : one.end])

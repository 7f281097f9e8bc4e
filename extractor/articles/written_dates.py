"""Full dates as people and machines write them, read strictly: a date that two readers read differently is none.

"3/4/2017" is March in one country and April in another, so it is no date until someone says which (``date_format``);
"18/11/2017" is one everywhere. "1559520000" is refused: an epoch says nothing about whose midnight was meant. A date
with a time zone keeps the day that it prints: that is the publisher's own.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

_MONTH_NAMES: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
WEEKDAY: Final = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\.?"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:1[5-9]\d\d|2[01]\d\d)"

WRITTEN_DATE: Final = re.compile(
    rf"(?<![\w/.-])(?:{WEEKDAY},?\s+)?(?:the\s+)?(?:"
    rf"(?P<d1>{_DAY})(?:st|nd|rd|th)?(?:\s+of)?[\s-]+(?P<m1>{_MONTH}),?[\s-]+(?P<y1>{_YEAR})"
    rf"|(?P<m2>{_MONTH})\s+(?P<d2>{_DAY})(?:st|nd|rd|th)?(?:\s*,\s*|\s+)(?P<y2>{_YEAR})"
    rf"|(?P<y3>{_YEAR})(?P<s3>[-/.])(?P<m3>\d{{1,2}})(?P=s3)(?P<d3>\d{{1,2}})"
    rf"|(?P<a>\d{{1,2}})(?P<s4>[-/.])(?P<b>\d{{1,2}})(?P=s4)(?P<y4>{_YEAR})"
    rf")(?=T\d|[^\w/-]|$)",
    re.IGNORECASE,
)
"""A full date: "Sun, 3 June 2019", "June 3rd, 2019", "2019-06-03", "03.06.2019"."""

_SHORT_YEAR_DATE = re.compile(rf"({_DAY})\s+({_MONTH})\s+(\d{{2}})(?!\d)", re.IGNORECASE)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:?\d{2}.*)?")
_FOREIGN_DATE = re.compile(
    rf"(?<![\w/.-]){_DAY}\.?(?:er|º|ª)?\s+(?:de\s+|d['’]\s*)?[^\W\d_]{{3,14}}\.?,?\s+(?:de\s+|del\s+)?{_YEAR}(?!\w)"
)


class FoundDate(NamedTuple):
    """A date at ``text[start:end]`` of the text it was found in."""

    date: date
    start: int
    end: int


class UnclearDateError(ValueError):
    """A date value that is missing a part, ambiguous or an epoch; says which."""


def find_written_date(text: str, start: int = 0, *, language: str | None = None) -> FoundDate | None:
    """Return the first full date in ``text`` from ``start`` on, or None.

    Args:
        text: A line or a short text.
        start: Code point to start from.
        language: ISO 639-1; for others than English, dates with that language's month names are found, too.
    """
    for match in WRITTEN_DATE.finditer(text, start):
        if found := _read_match(match):
            return FoundDate(found, match.start(), match.end())
    if language not in (None, "en"):
        return _find_foreign_date(text, start, str(language))
    return None


def find_short_year_date(text: str) -> FoundDate | None:
    """Return the first "21 JAN 90" in ``text``; two-digit years from 69 on are 19xx, as in POSIX."""
    match = _SHORT_YEAR_DATE.search(text)
    if match is None:
        return None
    short = int(match[3])
    found = _make(1900 + short if short >= 69 else 2000 + short, _month(match[2]), int(match[1]))  # noqa: PLR2004
    return FoundDate(found, match.start(), match.end()) if found else None


def read_date(value: object, *, date_format: str | None = None) -> date:
    """Read the date field of a record or page.

    Args:
        value: What the source holds: a string, a number, a date.
        date_format: A ``strptime`` format that string values are read with, and with nothing else.

    Raises:
        UnclearDateError: The value is no full, unambiguous date.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = " ".join(str(value).split())
    if date_format is not None:
        try:
            return datetime.strptime(text, date_format).date()  # noqa: DTZ007 - the day as printed
        except ValueError as error:
            raise UnclearDateError(f"{text!r} does not fit the date format {date_format!r}") from error
    found = _read_iso(text) or _read_rfc_2822(text) or _read_written(text)
    if found is None:
        raise UnclearDateError(_why_not(text))
    return found


def _read_iso(text: str) -> date | None:
    if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _make(int(match[1]), int(match[2]), int(match[3]))
    return None


def _read_rfc_2822(text: str) -> date | None:
    if not re.search(r"[A-Za-z]{3}.*\d\d:\d\d", text):
        return None
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError):
        return None


def _read_written(text: str) -> date | None:
    """Read a value that is a written date, perhaps with a time after it."""
    found = find_written_date(text)
    return found.date if found and found.start == 0 else None


def _why_not(text: str) -> str:
    if re.fullmatch(r"-?\d{9,}(?:\.\d+)?", text):
        return f"{text!r} looks like an epoch; which day it means depends on a time zone"
    if re.match(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}", text):
        return f"{text!r} may be day/month or month/day"
    return f"{text!r} is no full date"


def _read_match(match: re.Match[str]) -> date | None:
    part = match.groupdict()
    if part["y1"]:
        return _make(int(part["y1"]), _month(part["m1"]), int(part["d1"]))
    if part["y2"]:
        return _make(int(part["y2"]), _month(part["m2"]), int(part["d2"]))
    if part["y3"]:
        return _make(int(part["y3"]), int(part["m3"]), int(part["d3"]))
    year, first, second = int(part["y4"]), int(part["a"]), int(part["b"])
    if part["s4"] == "." or first == second:
        return _make(year, second, first)  # with dots it is day.month.year wherever dots are used
    candidates = [d for d in (_make(year, second, first), _make(year, first, second)) if d]
    return candidates[0] if len(candidates) == 1 else None


def _find_foreign_date(text: str, start: int, language: str) -> FoundDate | None:
    match = _FOREIGN_DATE.search(text, start)
    if match is None:
        return None
    import dateparser  # noqa: PLC0415 - slow to load, and only for a date printed in another language

    try:
        found = dateparser.parse(match[0], languages=[language], settings={"STRICT_PARSING": True, "DATE_ORDER": "DMY"})
    except ValueError:  # a language that dateparser does not know
        return None
    return FoundDate(found.date(), match.start(), match.end()) if found else None


def _month(name: str) -> int:
    return _MONTH_NAMES.index(name[:3].lower()) + 1


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

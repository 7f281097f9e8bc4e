"""The closed lexicon of time words: every word that dates something, with its *kind* and its number.

A kind is one letter in the rules (:mod:`extractor.events.date_rules`); :func:`pattern` writes a rule with the names
of the kinds, so that no rule shows a letter.
"""

from __future__ import annotations

from functools import cache

from extractor.events.token_rules import expression, letters_of, names

KINDS = names("""
    other day ordinal year number one shortyear decade month weekday minutes days weeks months years season
    weekend last past this next part earlier later ago since between from to and by until before after yesterday
    today tomorrow partday overnight now of more less vague every anaphor half quarter within
""")
LETTER = letters_of((*KINDS, "atom"))
"""One letter per kind; "atom" stands for a date that a rule has already read."""
ATOM = LETTER["atom"]

MACROS = {
    "dayno": "day|ordinal",
    "quantity": "number|day|one",
    "unit": "minutes|days|weeks|months|years",
    "link": "to|and|until",
    "which": "last|past|this|next",
    "period": "weeks|months|years",
}

UNITS = names("minutes days weeks months years")

MONTHS = names("january february march april may june july august september october november december")
WEEKDAYS = names("monday tuesday wednesday thursday friday saturday sunday")
_ONES = names("""
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
""")
_TENS = names("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = names("""
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
    fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
""")
EARLY, MID, LATE = 0, 1, 2
"""Thirds of a period."""

_SIMPLE: dict[str, str] = {
    "last": "last",
    "past": "past",
    "this": "this",
    "next coming upcoming": "next",
    "earlier": "earlier",
    "later": "later",
    "ago": "ago",
    "since": "since",
    "between": "between",
    "from": "from",
    "to through thru into": "to",
    "and or": "and",
    "by": "by",
    "until till til": "until",
    "before": "before",
    "after following": "after",
    "yesterday": "yesterday",
    "today tonight": "today",
    "tomorrow": "tomorrow",
    "overnight": "overnight",
    "now currently presently": "now",
    "of": "of",
    "weekend weekends": "weekend",
    "every each daily nightly weekly": "every",
    "several few many numerous recent": "vague",
    "that same previous preceding those": "anaphor",
    "half": "half",
    "quarter": "quarter",
    "within": "within",
    "a an": "one",
    "morning afternoon evening night noon midday midnight dawn dusk daybreak sunrise sunset nightfall": "partday",
}
_UNITS = {
    "minute": ("minutes", 1),
    "hour": ("minutes", 60),
    "day": ("days", 1),
    "night": ("days", 1),
    "week": ("weeks", 1),
    "fortnight": ("weeks", 2),
    "month": ("months", 1),
    "year": ("years", 1),
    "decade": ("years", 10),
}
_PARTS = {"early": EARLY, "beginning": EARLY, "start": EARLY, "mid": MID, "middle": MID, "late": LATE, "end": LATE}
_SEASONS = {"winter": 12, "spring": 3, "summer": 6, "autumn": 9, "fall": 9}
"""First month of the northern meteorological season."""


@cache
def lexicon() -> dict[str, tuple[str, int]]:
    """Return every known word with its kind and number; built once."""
    words: dict[str, tuple[str, int]] = {}
    for group, kind in _SIMPLE.items():
        words.update(dict.fromkeys(group.split(), (kind, 1)))
    for name, unit in _UNITS.items():
        words[name] = words[name + "s"] = unit
    words.update({"century": ("years", 100), "centuries": ("years", 100), "night": ("partday", 1)})
    words.update({name: ("part", part) for name, part in _PARTS.items()})
    words.update({name: ("season", month) for name, month in _SEASONS.items()})
    for i, name in enumerate(MONTHS, 1):
        words[name] = words[name[:3]] = ("month", i)
    words["sept"] = ("month", 9)
    for i, name in enumerate(WEEKDAYS):
        words[name] = words[name + "s"] = words[name[:3]] = ("weekday", i)
    words.update({"tues": ("weekday", 1), "thur": ("weekday", 3), "thurs": ("weekday", 3)})
    words.update({name: ("number", i) for i, name in enumerate(_ONES)})
    for i, ten in enumerate(_TENS, 2):
        words[ten] = ("number", 10 * i)
        words.update({f"{ten}-{one}": ("number", 10 * i + j) for j, one in enumerate(_ONES[1:10], 1)})
    words.update({name: ("ordinal", i) for i, name in enumerate(_ORDINALS, 1)})
    words.update({f"twenty-{name}": ("ordinal", 20 + i) for i, name in enumerate(_ORDINALS[:9], 1)})
    words.update({"thirtieth": ("ordinal", 30), "thirty-first": ("ordinal", 31)})
    return words


def pattern(rule: str) -> str:
    """Compile names of kinds ("weekday? dayno of? month") into a regular expression over their letters."""
    return expression(rule, LETTER, MACROS)

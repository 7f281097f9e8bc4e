"""Where a leading dateline ends: "ISTANBUL, June 3 (Reuters) -", "SANTIAGO, 21 JAN 90 (DOMESTIC SERVICE) -- [TEXT]".

A dateline says where and when a report was filed, not where and when something happened, so every later step must
know how far it reaches. It is recognised by its parts in order: a place, perhaps a region, a date, an agency, then a
dash. A place alone is too little to tell from prose ("Damascus - the capital - fell"): it needs capital letters, a
date, an agency or, at the very start of a body, a capital after the dash.
"""

from __future__ import annotations

import re
from typing import Final

_UPPER_WORD = r"(?:[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’/-]+)"
_UPPER_PLACE = rf"{_UPPER_WORD}(?:(?:\s+|\s*/\s*){_UPPER_WORD}){{0,4}}"
_WORD = r"(?:[^\W\d_][\w.'’/-]*)"
_PLACE = rf"{_WORD}(?:(?:\s+|\s*/\s*){_WORD}){{0,3}}"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = rf"(?:\d{{1,2}}\s+{_MONTH}(?:\s+(?:\d{{4}}|\d{{2}}))?|{_MONTH}\s+\d{{1,2}}(?:,?\s+\d{{4}})?|no\s+date)"
_WEEKDAY = r"(?:mon|tue|tues|wed|thu|thurs|fri|sat|sun)[a-z]*\.?"
AGENCY: Final = (
    r"(?:reuters|afp|ap|the\s+associated\s+press|associated\s+press|agence\s+france[-\s]presse|upi|dpa|efe|ansa|xinhua"
    r"|tass|itar-tass|ria|interfax|sana|petra|irna|kuna|wam|spa|mena|nna|anadolu|aa|anha|ara|ani|pti|ians|ips|bbc|cnn"
    r"|sputnik|kyodo|yonhap|kurdistan24|rudaw|ruptly|bloomberg|agencies|news\s+agencies|staff)"
)
_TEXT_MARK = r"(?:\s*\[(?:text|excerpts?|report|article|editorial|commentary|interview)\])?"
_DASH = r"(?:--+|[-–—])"

_WITH_DATE_OR_SOURCE = re.compile(
    rf"(?P<place>{_PLACE}(?:,\s*{_PLACE}){{0,2}}?)(?:\s*\([^\W\d_][\w\s.'’-]{{1,30}}\)(?=,))?"
    rf"(?:,?\s*(?:{_DASH}\s+)?(?:{_WEEKDAY},?\s*)?(?P<date>{_DATE}))?"
    rf"(?:\s*,?\s*[(\[/](?P<source>[^()\[\]/]{{2,60}})[)\]/]|,\s*(?P<agency>{AGENCY}))?"
    rf"\s*(?P<dash>{_DASH}|(?<=\w)\.(?=\s+\S))?{_TEXT_MARK}(?=\s|$)",
    re.IGNORECASE,
)
_UPPER_ONLY = re.compile(rf"(?P<place>{_UPPER_PLACE}(?:,\s*{_PLACE}){{0,2}})(?:\s*{_DASH}|:)(?=\s)")
_SOURCE_ONLY = re.compile(rf"[(\[]{AGENCY}[)\]]\s*(?:{_DASH}|:)(?=\s)", re.IGNORECASE)
_PLACE_ONLY = re.compile(
    rf"(?P<place>[^\W\d_a-z][\w'’-]+(?:[\s/][^\W\d_a-z][\w'’-]+){{0,2}})\s*{_DASH}(?=\s+[\"“'‘A-Z])"
)
AGENCY_NAME: Final = re.compile(AGENCY, re.IGNORECASE)
_DASHES = re.compile(rf"\s{_DASH}\s")
# A space and a dash, two dashes, a closing sign or a full stop before a space: by its last sign, which is told fastest.
_SEPARATOR = re.compile(r"[—–:)\]/.-](?:(?<=—)|(?<=\s[-–])|(?<=--)|(?<=[:)\]/])(?=\s)|(?<=\w\.)(?=\s))")
_MAX_PLACE_WORDS = 6
_NO_PLACES: Final = frozenset(
    "nato isis isil daesh opec opcw iaea unhcr unicef unsc asean ocha ecowas interpol update exclusive breaking "  # noqa: SIM905 - a table of words reads best as words
    "analysis opinion video watch live factbox explainer timeline related read photos gallery podcast editorial "
    "comment profile interview report developing correction background note summary advertisement key who what "
    "why how by".split()
)
"""Words in capitals that stand before a dash or colon at the start of a line and are no place."""


def find_dateline(sentence: str, *, first: bool = False) -> int | None:
    """Return where the dateline that leads ``sentence`` ends (offset after its dash), or None.

    Args:
        sentence: A sentence or paragraph without leading white space.
        first: It starts the body of the article, where a bare "Aleppo - Syrian forces" is a dateline, too.
    """
    head = sentence[:200]
    if not _SEPARATOR.search(head):
        return None
    for find in (_dated_or_sourced, _upper_case, _source_alone):
        if (end := find(head)) is not None:
            return end
    return _bare_place(sentence) if first else None


def _dated_or_sourced(head: str) -> int | None:
    """Match place + date and/or agency; a dash is needed, but for a capitalised place with a known agency."""
    match = _WITH_DATE_OR_SOURCE.match(head)
    if match is None or not (match["date"] or match["source"] or match["agency"]):
        return None
    place = match["place"]
    source = match["source"]
    known = source is not None and AGENCY_NAME.fullmatch(source.strip()) is not None
    if not _looks_like_place(place) or (source and source[0].islower() and not known):
        return None  # "President Assad (pictured) - the"
    if match["dash"] == ".":  # "Moscow, 3 June, TASS.", but not "John Smith (AP)."
        return match.end() if match["agency"] and match["date"] else None
    if match["dash"]:
        return match.end()
    return match.end() if known and place.isupper() else None


def _upper_case(head: str) -> int | None:
    """Match "LONDON –" and "KABUL:" in a text that is not upper case throughout."""
    match = _UPPER_ONLY.match(head)
    rest = head[match.end() :] if match else ""
    if match is None or not any(c.islower() for c in rest) or not _looks_like_place(match["place"]):
        return None
    first = re.split(r"[\W_]", match["place"], maxsplit=1)[0]
    acronym = len(match["place"]) <= 3 or first.lower() in _NO_PLACES  # noqa: PLR2004 - UN, EU, US
    return None if acronym else match.end()


def _source_alone(head: str) -> int | None:
    match = _SOURCE_ONLY.match(head)
    return match.end() if match else None


def _bare_place(sentence: str) -> int | None:
    match = _PLACE_ONLY.match(sentence[:200])
    if match is None or len(_DASHES.findall(sentence[match.end() :])) > 0:
        return None
    return match.end()


def _looks_like_place(place: str) -> bool:
    """Return whether every word has a capital (but "and", "of", "de", "al-"), and there are few of them."""
    words = re.split(r"[\s,/]+", place.strip())
    small = {"and", "of", "the", "de", "la", "el", "du", "am", "near", "in"}
    return (
        len(words) <= _MAX_PLACE_WORDS
        and all(w[:1].isupper() or w.lower() in small for w in words)
        and (words[0][:1].isupper() and words[0].lower() not in {"the", "in", "on", "at", "but", "and", "near"})
    )

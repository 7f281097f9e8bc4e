"""Time words as tokens: "early on Tuesday, 3 June" becomes early · weekday · day · month.

A time phrase is rewritten (digit dates into words, clock times away), cut into tokens, and each token gets a *kind*
from the lexicon; a kind is one letter, so that a phrase becomes a short string of letters on which the rules of
:mod:`extractor.events.date_rules` are ordinary regular expressions.

Words that carry no date ("on", "local", "morning") are dropped here; words that nobody knows become ``other``.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from extractor.events.date_lexicon import LETTER, MONTHS, UNITS, lexicon
from extractor.events.token_rules import names

if TYPE_CHECKING:
    from collections.abc import Sequence

PIVOT = 50
"""Two-digit years from here on are 19xx."""
LAST_DAY = 31
"""No month has a later day."""
YEARS = range(1000, 2200)
"""Four digits that are read as a year."""

_FILLERS = frozenset(
    names("""
    on in at during throughout over the around about approximately roughly circa some nearly almost only just
    local time gmt utc very exactly precisely both prayers shortly soon immediately sometime
""")
)
_NUMBERED = frozenset(names("resolution resolutions article flight highway route room boeing airbus regiment unit no"))
"""What follows is a name's number: "Resolution 2118"."""
_AMBIGUOUS = frozenset({"may", "march", "mar", "sun", "sat", "wed", "mon"})
_SELECTS_PARTDAY = frozenset({"last", "this", "anaphor"})
"""Elsewhere a part of the day adds nothing: "Sunday evening" is Sunday."""
_DATING = frozenset(names("in on since last this next early mid late until by of during from between late-"))


class Token(NamedTuple):
    """One word of a time phrase: its kind, its number (month 1..12, weekday 0..6 …) and the word itself."""

    kind: str
    value: int
    text: str


_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,4})([-/.])(\d{1,2})\2(\d{4}|\d{1,2})(?![\d/-])(?:T[\d:.]+Z?)?")
_YEARS = re.compile(r"(?<![\d-])((?:19|20)\d\d)[-/](\d\d)(?![\d/-])")
_ZONE = r"(?:\s*(?:hours|hrs|h|local\s+time|local|gmt|utc|z|est|edt|ist|cet|bst)\b)"
_HOUR = rf"""(?:
        \d{{1,2}}[:.]\d{{2}}(?::\d{{2}})?(?:\s*[ap]\.?\s?m\b\.?)?    # 7:30, 19.30, 7:30 p.m.
      | \d{{1,4}}\s*[ap]\.?\s?m\b\.?                                # 9 pm, 0600 a.m.
      | \d{{3,4}}(?={_ZONE})                                       # 1900 GMT
      | (?<=\bat\ )\d{{1,4}}\b(?!\s*(?:-|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))
      | \d{{1,2}}\s*o'?clock
      | (?<=[a-z]\s)(?:dawn|midnight|noon|midday|dusk|sunset|sunrise|daybreak|nightfall|dark|lunchtime|dinner)\b
    ){_ZONE}?"""
_CLOCK = re.compile(
    rf"""(?ix)
    \b(?:between|from)\s+(?:{_HOUR}|\d{{1,4}})\s*(?:and|to|until|till|-)\s*{_HOUR}
  | (?:\b(?:at|around|about|approximately|roughly|by|before|after|just|shortly|soon|nearly|almost|some)\s+|-)*
    (?<![\d/.-]){_HOUR}
    """
)
"""A clock time with the words before it; "since" and "until" stay, for they also bound the day."""
_CLOCK_HINT = re.compile(r"(?i)\d|[a-z]\s(?:dawn|midnight|noon|midday|dusk|sun[sr]|daybreak|nightf|dark|lunch|dinner)")
_DIGIT = re.compile(r"\d")
_TWO_DIGITS = re.compile(r"[0-9]{2}")
_PHRASES = tuple(
    (trigger, re.compile(rf"(?i)\b{regex}"), instead)
    for trigger, regex, instead in (
        ("prayer", r"(?:before|after|during|following|as)\s+((?:\w+day)\s+(?:noon\s+)?prayers?)", r"\1"),
        ("christmas", r"christmas eve\b", "24 December"),
        ("christmas", r"christmas(?: day)?\b", "25 December"),
        ("new year", r"new year's eve\b", "31 December"),
        ("new year", r"new year's(?: day)?\b", "1 January"),
        ("couple", r"a couple(?: of)?\b", "2"),
        ("half", r"half[ -]a dozen\b", "6"),
        ("dozen", r"a dozen\b", "12"),
        ("more than", r"more than\b", "MORE"),
        ("over ", r"over(?= (?:an?|one|two|three|four|five|six|seven|eight|nine|ten|[0-9]+) )", "MORE"),
        ("than", r"(?:less|fewer) than\b", "LESS"),
        ("under ", r"under(?= (?:an?|two|three|four|five|six|[0-9]+) )", "LESS"),
        ("as of", r"as of\b", "by"),
        ("later than", r"(?:no|not) later than\b", "by"),
        ("on or before", r"on or before\b", "by"),
        ("prior to", r"prior to\b", "before"),
        ("ahead of", r"ahead of\b", "before"),
        ("eve of", r"(?:on )?the eve of\b", "before"),
        ("starting", r"starting\b", "since"),
        ("beginning", r"beginning(?! of)\b", "since"),
        ("effective", r"effective\b", "since"),
        ("response", r"in response to\b", "after"),
        ("wake of", r"in the wake of\b", "after"),
        ("aftermath", r"in the aftermath of\b", "after"),
        ("onward", r"from (.+) onwards?$", r"since \1"),
        ("at ", r"at (?:present|the moment)\b", "now"),
        ("the ", r"the (?:last|past)\b(?! (?:fall\b|\w+day\b))", "PAST"),
        ("in the ", r"in the (?:next|coming)\b", "next"),
        ("the following", r"the following\b(?= \w+)", "that "),
        ("the ", r"the (?:very next|next|other) (?=day|night|morning|evening)", "that "),
        ("'s", r"(\w+)'s\b", r"\1"),
        ("s'", r"(\w+s)'(?!\d)", r"\1"),
    )
)
"""Set phrases and what they are read as; a phrase is only tried where its trigger stands in the lower-cased words."""
_SET_WORDS = frozenset({"christmas", "starting", "effective"})
"""Those of them that are a word."""
_MARKS = frozenset({"MORE", "LESS", "PAST"})
"""What some of them become."""
_TOKEN = re.compile(
    r"'\d\ds?\b|\d+(?:st|nd|rd|th|s)?\b"
    r"|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[- ](?:one|two|three|four|five|six|seven|eight|nine|"
    r"first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\b|[^\W\d_]+|-|/",
    re.IGNORECASE,
)
_FOLD = {ord(sign): "'" for sign in "\u2019\u2018`"} | {ord(sign): "-" for sign in "\u2013\u2014\u2212\u2011"}
_FOLD |= {0xAD: "", 0x200B: ""}
"""Curly quotes, dashes, soft hyphens, zero-width spaces."""


def _numeric_date(match: re.Match[str]) -> str:
    """Spell a digit date out, or drop it where day and month could be swapped ("03/06/2019")."""
    first, sign, second, third = int(match[1]), match[2], int(match[3]), int(match[4])
    if first in YEARS:
        day, month, year = third, second, first
    elif third not in YEARS:  # 03/06/19 could be three things
        return " "
    elif sign == "." or first == second or first > len(MONTHS):
        day, month, year = first, second, third
    elif second > len(MONTHS):
        day, month, year = second, first, third
    else:
        return " "
    try:
        date(year, month, day)
    except ValueError:
        return " "
    return f" {day} {MONTHS[month - 1].capitalize()} {year} "


def _year_range(match: re.Match[str]) -> str:
    """Spell "2018-19" out as a range and "2018-05" as a month."""
    year, rest = int(match[1]), int(match[2])
    if rest > year % 100:
        return f"{year} to {year - year % 100 + rest}"
    return f"{MONTHS[rest - 1].capitalize()} {year}" if 1 <= rest <= len(MONTHS) else match[0]


def rewrite(words: str) -> str:
    """Return the phrase with digit dates spelt out, clock times and possessives gone, set phrases shortened."""
    text = words if words.isascii() else unicodedata.normalize("NFKC", words).translate(_FOLD)
    if _DIGIT.search(text):
        text = _YEARS.sub(_year_range, _NUMERIC.sub(_numeric_date, text))
    if _CLOCK_HINT.search(text):
        text = _CLOCK.sub(" ", text)
    lowered = text.lower()
    for trigger, regex, instead in _PHRASES:
        if trigger in lowered:
            text = regex.sub(instead, text)
    return text


def _number(raw: str, before: list[Token]) -> Token:
    """Return the token of a word that starts with a digit or an apostrophe."""
    digits = raw.lower().strip("'").rstrip("stndrh")  # texts in capitals write "1ST"
    value = int(digits[:9])
    if raw.lower().endswith("s"):
        return Token("decade", value if value in YEARS else 1900 + value, raw)
    if raw.startswith("'"):
        return Token("shortyear", value, raw)
    if raw[-1].isalpha():
        return Token("ordinal" if 1 <= value <= LAST_DAY else "other", value, raw)
    if value in YEARS:
        return Token("year", value, raw)
    if _TWO_DIGITS.fullmatch(raw) and before and before[-1].kind == "month":
        dated = len(before) > 1 and before[-2].kind in ("day", "ordinal")
        if dated or value > LAST_DAY:
            return Token("shortyear", value, raw)
    return Token("day" if 1 <= value <= LAST_DAY else "number", value, raw)


def _word(raw: str, previous: str, following: str) -> Token | None:
    """Return the token of a word, or None for one that dates nothing."""
    word = raw.lower().replace(" ", "-")
    if raw in _MARKS:
        return Token(word, 1, raw)
    known = lexicon().get(word)
    if known is None:
        return None if word in _FILLERS else Token("other", 0, raw)
    kind, value = known
    beside_number = previous[-2:].strip("stndrh").isdigit() or following[:1].isdigit()
    if word in _AMBIGUOUS and raw.islower() and not beside_number and previous not in _DATING:
        return Token("other", 0, raw)
    if kind == "season":
        kind = _season_kind(word, previous, following)
    elif kind == "weekday" and word.endswith("days") and previous in ("on", "every", "each"):
        kind = "every"
    elif kind == "after" and word == "following" and previous == "the":
        kind = "anaphor"
    return Token(kind, value, raw)


def _season_kind(word: str, previous: str, following: str) -> str:
    """Tell a season from a verb or a defeat: "last fall" and "in summer" are dates, "the fall of Aleppo" is not."""
    named = previous in ("last", "past", "this", "next", "early", "mid", "late") or re.match(r"\d{4}", following)
    return "season" if named or (word != "fall" and previous in ("in", "the", "during", "since")) else "other"


def dates_nothing(word: str) -> bool:
    """Say of most words of a text, faster than :func:`tokens`, that they date nothing; False may mean either."""
    plain = word.isascii() and word.isalpha() and word not in _MARKS
    return plain and word.lower() not in lexicon() and word.lower() not in _SET_WORDS


def tokens(words: str) -> list[Token]:
    """Cut a time phrase into tokens, without the words that date nothing."""
    raws = _TOKEN.findall(rewrite(words))
    found: list[Token] = []
    for i, raw in enumerate(raws):
        previous = raws[i - 1].lower() if i else ""
        following = raws[i + 1] if i + 1 < len(raws) else ""
        if following.lower() == "of" and i + 2 < len(raws):
            following = raws[i + 2]
        if raw in "-/":
            token = Token("to", 1, raw) if found and found[-1].kind != "part" else None
        elif raw[0].isdigit() or raw[0] == "'":
            token = Token("other", 0, raw) if previous in _NUMBERED else _number(raw, found)
        else:
            token = _word(raw, previous, following)
        if token is None or (token.kind == "partday" and (not found or found[-1].kind not in _SELECTS_PARTDAY)):
            continue
        found.append(token)
    return _without_overnight(found)


def _without_overnight(found: list[Token]) -> list[Token]:
    """Drop "overnight" beside a day ("overnight on Sunday"), but not in "overnight into Sunday"."""
    if not any(token.kind in ("weekday", "month") for token in found):
        return found
    following = [*found[1:], Token("other", 0, "")]
    return [t for t, after in zip(found, following, strict=True) if t.kind != "overnight" or after.kind == "to"]


def letters(found: Sequence[Token]) -> str:
    """Return the kinds of the tokens as one string, a letter each."""
    return "".join(LETTER[token.kind] for token in found)


def value_of(found: Sequence[Token], *kinds: str) -> int | None:
    """Return the number of the first token of these kinds."""
    return next((token.value for token in found if token.kind in kinds), None)


def kind_of(found: Sequence[Token], *kinds: str) -> str | None:
    """Return the kind of the first token of these kinds."""
    return next((token.kind for token in found if token.kind in kinds), None)


def year_of(found: Sequence[Token]) -> int | None:
    """Return the year in the tokens; two digits are 1950..2049, as archives print them ("21 JAN 90")."""
    short = value_of(found, "shortyear")
    if short is not None:
        return short + (1900 if short >= PIVOT else 2000)
    return value_of(found, "year")


def quantity_of(found: Sequence[Token]) -> int:
    """Return the number of units: "three weeks" 3, "a fortnight" 2 weeks, "two hours" 120 minutes."""
    unit = value_of(found, *UNITS) or 1
    return (value_of(found, "number", "day", "one") or 1) * unit


def shift_of(found: Sequence[Token]) -> int:
    """Return -1 for last, 0 for this, +1 for next."""
    return {"last": -1, "past": -1, "next": 1}.get(kind_of(found, "last", "past", "this", "next") or "", 0)


def unit_of(found: Sequence[Token]) -> str:
    """Return the kind of the unit among the tokens."""
    return kind_of(found, *UNITS) or "days"

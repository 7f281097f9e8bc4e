"""Which quantities of a text count persons: "12 Syrian soldiers", "a woman", "13 others", but no years, ages, shells.

A mention is a quantity (or "a", "an") with its noun phrase; the last known noun of the phrase decides, so that "five
police stations" are no police. What the numbers stand beside in a date, an age, a clock time, a price or a name is
never a count.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from extractor.events.countries import demonym_country
from extractor.events.number_words import NUMBER_WORDS
from extractor.events.quantities import CountValue, Quantity, quantities
from extractor.events.vocabulary import CountForm, Who

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.events.number_words import Word


@dataclass(frozen=True, slots=True)
class PersonWords:
    """The tables of data/count_words.toml, ready for look-up."""

    who: dict[str, Who]
    """Every known noun for persons, singular and plural."""
    singular: frozenset[str]
    measures: frozenset[str]
    things: frozenset[str]
    cues: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Mention:
    """Persons at ``words[first:last]``; ``noun`` None for a bare number ("killed 17")."""

    value: CountValue
    who: Who
    first: int
    last: int
    noun: str | None
    part: bool = False
    """Some of others: "two of the dead", "12 of them"."""


@cache
def person_words() -> PersonWords:
    """Read the tables once."""
    text = resources.files("extractor.events").joinpath("data/count_words.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    plurals: dict[str, str] = data["plurals"]
    who: dict[str, Who] = {}
    singular: set[str] = set()
    for name, nouns in data["who"].items():
        for noun in nouns:
            who[noun] = who[plurals.get(noun, _plural(noun))] = Who(name)
            if plurals.get(noun) != noun:
                singular.add(noun)
    things = {form for noun in data["things"]["objects"] for form in (noun, _plural(noun))}
    measures = {form for noun in data["things"]["measures"] for form in (noun, _plural(noun))}
    return PersonWords(who, frozenset(singular), frozenset(measures), frozenset(things), data["cues"])


def _plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


_BOUNDARY = frozenset(
    (
        *("in", "on", "at", "by", "near", "from", "to", "of", "for", "with", "when", "after", "before", "as", "during"),
        *("since", "while", "until", "where", "who", "whom", "which", "that", "and", "or", "but", "including", "among"),
        *("is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "will", "would", "could", "should"),
        *("may", "might", "can", "must", "did", "do", "does", "not", "said", "say", "says", "told", "than", "then"),
        *(
            "the",
            "this",
            "these",
            "those",
            "their",
            "his",
            "her",
            "its",
            "our",
            "my",
            "your",
            "he",
            "she",
            "it",
            "they",
        ),
        *("late", "early", "overnight", "yesterday", "today", "tonight", "there", "here", "alone", "each", "so", "if"),
        *("about", "over", "under", "inside", "outside", "across", "toward"),
        *("towards", "beyond", "between", "against", "through", "into", "because"),
        *(
            "also",
            "still",
            "reportedly",
            "allegedly",
            "seriously",
            "badly",
            "critically",
            "fatally",
            "severely",
            "left",
        ),
        *("remain", "remained", "remains", "around", "along", "within", "without", "though", "although", "according"),
        *("feared", "presumed", "believed", "thought", "following", "due", "amid", "despite", "per", "every", "ago"),
    )
)
_MONTHS = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul "  # noqa: SIM905  reason: a list of words reads better as text
    "aug sep sept oct nov dec".split()
)
_WEEKDAYS = frozenset(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
_NUMBERED = frozenset(
    (
        *("resolution", "article", "section", "chapter", "page", "route", "highway", "flight", "number", "no", "phase"),
        *(
            "level",
            "type",
            "grade",
            "aged",
            "age",
            "channel",
            "gate",
            "version",
            "item",
            "case",
            "room",
            "road",
            "unit",
        ),
        *("camp", "point", "protocol", "group", "round", "season", "episode", "part", "top", "ward", "zone", "area"),
        *(
            "boeing",
            "airbus",
            "g",
            "covid",
            "line",
            "terminal",
            "platform",
            "building",
            "block",
            "sector",
            "day",
            "rank",
            "ranked",
        ),
    )
)
_OF_THEM = frozenset(("the", "them", "those", "these", "whom", "which", "his", "her", "its", "their", "our", "us"))
_PRONOUNS = frozenset(("others", "more", "other"))
_OWNERS = frozenset(("the", "his", "her", "its", "their", "our"))
_TOLD_ALREADY = frozenset(("victims", "victim", "casualties", "dead", "wounded", "injured", "detainees", "suspects"))
_YEAR_BEFORE = frozenset(
    ("in", "since", "of", "by", "until", "during", "from", "throughout", "early", "late", "mid", "and", "the")
)
_PLURAL_PERSONS = re.compile(r"[a-z'-]{2,}(?:[cdgklmnprtv]ers|[aeiltuc]tors|ists|ians|ees|eers|men|ites)")
_ADJECTIVES = frozenset(
    ("injured", "wounded", "displaced", "detained", "missing", "kidnapped", "abducted", "captured", "armed", "dead")
)
_LONGEST_PHRASE = 8
_SIGNS = frozenset(("%", "\u00b0", "$", "\u20ac", "/"))
_CURRENCIES = frozenset(("$", "\u20ac", "\u00a3"))
_CENTURIES = range(1800, 2100)


def mentions(words: Sequence[Word], *, lenient: bool = False) -> list[Mention]:
    """Return everything in a text that counts persons, in order.

    ``lenient``: a noun that no table knows counts persons too ("45 Hazaras"), for words that are said to be a count.
    """
    found: list[Mention] = []
    read = 0
    numbers = quantities(words)
    starts = {quantity.first: quantity for quantity in numbers}
    place = 0
    while place < len(words):
        quantity = starts.get(place)
        mention = None
        if quantity is not None and quantity.first >= read:
            mention = _counted(words, quantity, lenient=lenient)
            place = quantity.last
        else:
            if place >= read and words[place].low in ("a", "an"):
                mention = _single(words, place)
            place += 1
        if mention is not None:
            found.append(mention)
            read = mention.last
            place = max(place, mention.last)
    return found


def _low(words: Sequence[Word], at: int) -> str:
    return words[at].low if 0 <= at < len(words) else ""


def _counted(words: Sequence[Word], quantity: Quantity, *, lenient: bool) -> Mention | None:
    """Read what a quantity counts; None where it is no number of persons."""
    after = quantity.last
    part = False
    if _low(words, after) == "of":
        vague = quantity.value.form is CountForm.VAGUE or _low(words, after - 1) in ("dozens", "couple")
        part = _low(words, after + 1) in _OF_THEM or not vague
        after += 1 + part
    if _is_no_count(words, quantity):
        return None
    if _low(words, after) == "-" and _low(words, after + 1) == "strong":
        return Mention(quantity.value, Who.ALL, quantity.first, quantity.last, None)
    noun, last = _phrase(words, after)
    if noun is None:
        if lenient and last > after and not _counts_things(words, after, last):
            return Mention(quantity.value, Who.ALL, quantity.first, last, words[last - 1].low, part)
        bare = last == after and (lenient or not part) and not _stands_alone(words, quantity)
        return Mention(quantity.value, Who.ALL, quantity.first, quantity.last, None, part) if bare else None
    if _low(words, quantity.last) in _MONTHS:
        return None
    # "Twelve of the passengers were killed" counts as "twelve passengers" do; of victims it is a part already told.
    owned = part and _low(words, quantity.last + 1) in _OWNERS and noun[0] not in _TOLD_ALREADY
    return Mention(quantity.value, noun[1], quantity.first, last, noun[0], part and not owned)


def _counts_things(words: Sequence[Word], first: int, last: int) -> bool:
    tables = person_words()
    return any(word.low in tables.things or word.low in tables.measures for word in words[first : last + 1])


def _is_no_count(words: Sequence[Word], quantity: Quantity) -> bool:
    """Say whether the number belongs to an age, a date, a clock time, a price, a measure or a name."""
    return _is_measure(words, quantity) or _is_numbering(words, quantity) or _is_dated(words, quantity)


def _is_measure(words: Sequence[Word], quantity: Quantity) -> bool:
    """Read "12 km", "40 %", "$5 million", "12-year-old", "9:30"; "Syria: 12 killed" is none."""
    number, last = words[quantity.number], quantity.last
    before, after = _low(words, quantity.number - 1), _low(words, last)
    if after == ":":
        return number.text[0].isdigit()
    if after == "-" and words[last].glued:
        return _low(words, last + 1) not in ("strong", "plus", "odd")
    return after in person_words().measures or after in _SIGNS or before in _CURRENCIES


def _is_numbering(words: Sequence[Word], quantity: Quantity) -> bool:
    """Read "Resolution 2254", "aged 12", "one another"."""
    number = words[quantity.number]
    before = _low(words, quantity.number - 1)
    if number.low == "one" and _low(words, quantity.last) == "another":
        return True
    return before in _NUMBERED and (number.text[0].isdigit() or before in ("aged", "age"))


def _is_dated(words: Sequence[Word], quantity: Quantity) -> bool:
    """Read "3 June", "June 3", "in 2018"; "in June 40 people" has a noun and is none."""
    number, last = words[quantity.number], quantity.last
    before = _low(words, quantity.number - 1)
    if _low(words, last) in _MONTHS and words[last].text[0].isupper():
        return True
    bare = last == len(words) or _phrase(words, last)[0] is None
    if before in _MONTHS and words[quantity.number - 1].text[0].isupper():
        return bare
    plain_year = number.text.isdigit() and int(number.text[:9]) in _CENTURIES and last == quantity.number + 1
    return plain_year and (bare or before in _YEAR_BEFORE)


def _stands_alone(words: Sequence[Word], quantity: Quantity) -> bool:
    """Say whether a bare number is an age in commas ("Ali, 12, was hurt"), a score, or "one" as a pronoun."""
    before, after = _low(words, quantity.first - 1), _low(words, quantity.last)
    if before == "," and after in (",", ")", ".") and quantity.first >= 2:  # noqa: PLR2004  reason: a name and its comma
        return words[quantity.first - 2].text[0].isupper()
    if before == "(" and after == ")":
        return True
    alone = words[quantity.number].low == "one" and quantity.last - quantity.number == 1
    return alone and (before in ("no", "any", "every", "the", "this", "that", "which") or after in ("another", "of"))


def _phrase(words: Sequence[Word], at: int) -> tuple[tuple[str, Who] | None, int]:
    """Read the noun phrase at ``words[at:]``: its noun for persons with its who, and where the phrase ends."""
    tables = person_words()
    noun: tuple[str, Who] | None = None
    end = place = at
    while place < len(words) and place - at < _LONGEST_PHRASE:
        word = words[place]
        low = word.low
        if low == "-" or (place > at and words[place - 1].low == "-" and words[place - 1].glued and word.glued):
            place += 1  # the rest of a compound: "pro-government", "12-year-old"
            continue
        if low in tables.measures and _low(words, place + 1) != "-":
            return None, place
        if noun is None and _joins_adjectives(words, at, place):
            place += 1
            continue
        if _ends_phrase(words, place, begun=noun is not None):
            break
        if low in tables.things:
            noun, end = None, place + 1
        elif low in _PRONOUNS and place == at:
            noun, end = (low, Who.ALL), place + 1
        elif (who := _who(word)) is not None:
            noun, end = (low, _identity(words, at, place, who)), place + 1
        elif noun is not None:
            return (None, place) if low.endswith("s") else (noun, end)
        place += 1
    return noun, (end if noun is not None else place)


def _ends_phrase(words: Sequence[Word], place: int, *, begun: bool) -> bool:
    """Say whether a word cannot belong to the noun phrase; a participle can ("six injured civilians")."""
    word = words[place]
    if not (word.text[0].isalpha() or _low(words, place + 1) == "-"):
        return True
    if word.low in _BOUNDARY or word.low in _WEEKDAYS or word.low in NUMBER_WORDS:
        return True
    adjective = not begun and word.low in _ADJECTIVES and _leads_to_noun(words, place)
    return word.low in cue_words() and not adjective


def _who(word: Word) -> Who | None:
    """Return whom a noun names: from the table, by a plural ending of persons, or by origin ("Syrians")."""
    who = person_words().who.get(word.low)
    if who is not None:
        return who
    if word.text[0].isupper() and word.low.endswith(("s", "ese")) and demonym_country(word.text) is not None:
        return Who.ALL
    return Who.ALL if _PLURAL_PERSONS.fullmatch(word.low) else None


def _identity(words: Sequence[Word], first: int, place: int, who: Who) -> Who:
    """Let an adjective say who they are: "civilian workers", "female students"."""
    if who is not Who.ALL:
        return who
    lows = {word.low for word in words[first:place]}
    if "civilian" in lows:
        return Who.CIVILIANS
    if lows & {"female", "women"}:
        return Who.WOMEN
    if lows & {"security", "army", "military", "police"}:
        return Who.COMBATANTS
    return Who.ALL


def _leads_to_noun(words: Sequence[Word], place: int) -> bool:
    """Say whether a participle or an "and" leads on to a noun: "six injured civilians", "regime and rebel men"."""
    for word in words[place + 1 : place + 3]:
        if word.low in _BOUNDARY or not word.text[0].isalpha():
            return False
        if _who(word) is not None:
            return True
    return False


def _joins_adjectives(words: Sequence[Word], first: int, place: int) -> bool:
    before = words[place - 1].low
    plain = place > first and not before.endswith("s") and before not in person_words().things
    return plain and words[place].low == "and" and _leads_to_noun(words, place)


@cache
def cue_words() -> frozenset[str]:
    """Return the first word of every cue of what happened to persons."""
    cues = person_words().cues
    return frozenset(("casualties", "casualty", "lives", "bodies", "corpses")) | frozenset(
        phrase.split()[0]
        for measure, kinds in cues.items()
        if measure != "ambiguous"
        for phrases in kinds.values()
        for phrase in phrases
    )


def _single(words: Sequence[Word], at: int) -> Mention | None:
    """Read "a woman", "an army officer", "a 12-year-old girl" as one person."""
    noun, last = _phrase(words, at + 1)
    if noun is None or words[last - 1].low not in person_words().singular:
        return None
    following = _low(words, last)
    if following == "-" and words[last].glued:
        return None  # "a rebel-held town"
    if following.isalpha() and not (following in _BOUNDARY or following in cue_words() or following in _WEEKDAYS):
        return None  # "a police station": the noun is not the last one
    return Mention(CountValue(1, 1, CountForm.EXACT), noun[1], at, last, noun[0])

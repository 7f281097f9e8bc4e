"""Quantities in a text: a number with the words that bound it ("at least 12", "nearly two dozen", "tens of thousands").

The codebook (event-schema.md §5) as code: "at least N" N.., "more than N" N+1.., "up to N" ..N, "fewer than N" ..N-1,
"about", "nearly", "almost N" N..N form ``about``, "A to B" A..B, "a couple" 2, "several", "a few" 3.., "tens" 10..,
"dozens" 12.., "scores" 20.., "hundreds" 100.., "thousands" 1000.. form ``vague``. Floors are floors, not facts.

Decisions where it is silent: "a couple", "a dozen" and "two dozen" are exact (the word is the number); "a handful" is
3.. like "a few"; "N or more", "N-plus" are at least N, "N or so", "N-odd" about N; "well over N" is more than N.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from extractor.events.number_words import NUMBER_WORDS, Word, read_cardinal
from extractor.events.vocabulary import CountForm

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class CountValue:
    """How many persons: inclusive bounds (None where open), how it is worded, and whether code added it up."""

    min: int | None
    max: int | None
    form: CountForm
    by_sum: bool = False


class Quantity(NamedTuple):
    """A quantity at ``words[first:last]``; the number itself without its modifiers starts at ``number``."""

    value: CountValue
    first: int
    last: int
    number: int


_FLOORS = {"tens": 10, "dozens": 12, "scores": 20, "hundreds": 100, "thousands": 1_000, "millions": 1_000_000}
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000}
SEVERAL = 3
_STARTS = NUMBER_WORDS | _FLOORS.keys() | {"a", "an", "several", "quite"}

_BEFORE: tuple[tuple[tuple[str, ...], str], ...] = tuple(
    sorted(
        (
            (tuple(phrase.split()), bound)
            for bound, phrases in {
                "at_least": "at least|no fewer than|no less than|not less than|not fewer than|a minimum of|minimum of|"
                "upwards of|at the very least",
                "more": "more than|well over|just over|over|above|in excess of|exceeding|upward of|greater than",
                "at_most": "up to|as many as|at most|no more than|not more than|a maximum of|maximum of",
                "fewer": "fewer than|less than|just under|under|below",
                "about": "about|around|approximately|roughly|some|nearly|almost|close to|approaching|an estimated|"
                "estimated|circa|nearing|virtually",
            }.items()
            for phrase in phrases.split("|")
        ),
        key=lambda entry: -len(entry[0]),
    )
)
_BY_LAST_WORD: dict[str, list[tuple[tuple[str, ...], str]]] = {}
for _phrase, _bound_name in _BEFORE:
    _BY_LAST_WORD.setdefault(_phrase[-1], []).append((_phrase, _bound_name))
_NEUTRAL = frozenset(
    "a an the another other additional further total of all only just exactly these those reportedly possibly "  # noqa: SIM905  reason: a list of words reads better as text
    "probably perhaps its his her their now yet".split()
)
_PARTICLE_VERBS = frozenset(
    ("handed", "handing", "hand", "hands", "turned", "turning", "took", "taken", "take", "ran", "run", "running")
)
"""After these "over" belongs to the verb: "handed over 12 prisoners"."""
_AFTER = {
    ("or", "more"): "at_least",
    ("and", "more"): "at_least",
    ("+",): "at_least",
    ("-", "plus"): "at_least",
    ("plus",): "at_least",
    ("or", "so"): "about",
    ("-", "odd"): "about",
    ("odd",): "about",
    ("or", "fewer"): "at_most",
    ("or", "less"): "at_most",
}
_AFTER_STARTS = frozenset(phrase[0] for phrase in _AFTER)
_RISE = re.compile(r"(?:ris|rose|climb|increas|jump|grow|grew|gone|went|up|revis|rais|doubl|fell|fall|drop)")
_LINKS = frozenset({"to", "or", "-", "\u2013", "\u2014", "and"})


_CERTAIN_STARTS = (_STARTS - {"a", "an", "quite"}) | {"couple", "few", "handful"}
_LETTERS = re.compile(r"[a-z]+")
_DIGIT = re.compile(r"\d")


def may_state_one(text: str) -> bool:
    """Say, at a tenth of the cost of reading it, whether a text may hold a quantity; no only where it holds none."""
    if not text.isascii() or _DIGIT.search(text):
        return True
    return not _CERTAIN_STARTS.isdisjoint(_LETTERS.findall(text.lower()))


def quantities(words: Sequence[Word]) -> list[Quantity]:
    """Return every quantity of a text in order; whether it counts persons is decided elsewhere."""
    found: list[Quantity] = []
    read = 0
    for place in [place for place, word in enumerate(words) if word.low in _STARTS or word.text[0].isdigit()]:
        quantity = (_vague(words, place) or _cardinal(words, place)) if place >= read else None
        if quantity is not None:
            found.append(_bounded(words, quantity, read))
            read = found[-1].last
    return found


def _lows(words: Sequence[Word], first: int, last: int) -> tuple[str, ...]:
    return tuple(word.low for word in words[max(first, 0) : last])


def _vague(words: Sequence[Word], at: int) -> Quantity | None:
    """Read "several", "a few hundred", "tens of thousands", "dozens"."""
    low = words[at].low
    if low in _FLOORS:
        return _floor(words, at)
    if low == "several":
        return Quantity(*_times(words, SEVERAL, at, at + 1, CountForm.VAGUE), at)
    if low not in ("a", "quite"):
        return None
    following = _lows(words, at + 1, at + 3)
    if low == "a" and following[:1] == ("couple",):
        return Quantity(*_times(words, 2, at, at + 2 + (following[1:] == ("of",)), CountForm.EXACT), at)
    if following[:1] in (("few",), ("handful",)):
        return Quantity(*_times(words, SEVERAL, at, at + 2, CountForm.VAGUE), at)
    return None


def _floor(words: Sequence[Word], at: int) -> Quantity | None:
    """Read "dozens", "tens of thousands"; "tens" needs an "of"."""
    low, following = words[at].low, _lows(words, at + 1, at + 3)
    scaled = following[:1] == ("of",) and following[1:2] and following[1] in ("thousands", "hundreds", "millions")
    if scaled:
        return Quantity(CountValue(_FLOORS[low] * _FLOORS[following[1]], None, CountForm.VAGUE), at, at + 3, at)
    if low == "tens" and following[:1] != ("of",):
        return None
    return Quantity(CountValue(_FLOORS[low], None, CountForm.VAGUE), at, at + 1, at)


def _times(words: Sequence[Word], number: int, first: int, last: int, form: CountForm) -> tuple[CountValue, int, int]:
    """Multiply by a scale word: "several thousand", "a couple of hundred"."""
    if last < len(words) and words[last].low in _SCALES:
        number, last = number * _SCALES[words[last].low], last + 1
    return CountValue(number, number if form is CountForm.EXACT else None, form), first, last


def _cardinal(words: Sequence[Word], at: int) -> Quantity | None:
    """Read a number or a range of numbers ("10 to 15", "two or three", "20-30")."""
    low = read_cardinal(words, at)
    if low is None or _is_part_of_name(words, at):
        return None
    exact = Quantity(CountValue(low.value, low.value, CountForm.EXACT), at, low.last, at)
    link = words[low.last].low if low.last < len(words) else ""
    if link not in _LINKS or low.last + 1 >= len(words):
        return exact
    high = read_cardinal(words, low.last + 1)
    between = _lows(words, at - 1, at) == ("between",)
    if high is None or high.value <= low.value or (link == "and") != between:
        return exact
    came_from = _lows(words, at - 1, at) == ("from",)
    if link == "to" and came_from and any(_RISE.match(w) for w in _lows(words, at - 4, at - 1)):
        return Quantity(CountValue(high.value, high.value, CountForm.EXACT), high.first, high.last, high.first)
    first = at - 1 if between or came_from else at
    bottom = _same_scale(words, low.value, high.first, high.last, low.last - at)
    return Quantity(CountValue(bottom, high.value, CountForm.RANGE), first, high.last, at)


def _same_scale(words: Sequence[Word], low: int, first: int, last: int, length: int) -> int:
    """Give "two to three thousand" the scale of its second half; "5 to 1,000" has none to give."""
    scale = _SCALES.get(words[last - 1].low) if last - first > 1 and length == 1 else None
    return low * scale if scale and low < scale else low


def _is_part_of_name(words: Sequence[Word], at: int) -> bool:
    """Say whether a number belongs to a name: "T-72", "AK-47", "No. 5"."""
    if at >= 2 and words[at].glued and words[at - 1].text == "-":  # noqa: PLR2004  reason: a word and its hyphen
        return words[at - 1].glued and words[at - 2].text[-1].isalpha() and words[at - 2].low not in NUMBER_WORDS
    return at >= 1 and words[at].glued and words[at - 1].text in ("/", "$", "\u00a3", "\u20ac", "#")


def _bounded(words: Sequence[Word], quantity: Quantity, floor: int) -> Quantity:
    """Apply the words before and after: "at least another 12", "500 or so"."""
    value, last = quantity.value, quantity.last
    for length in (2, 1) if last < len(words) and words[last].low in _AFTER_STARTS else ():
        bound = _AFTER.get(_lows(words, last, last + length)) if last + length <= len(words) else None
        if bound is not None:
            last += length
            value = _bound(value, bound)
            break
    place = quantity.first
    while True:
        for phrase, bound in _BY_LAST_WORD.get(words[place - 1].low, ()) if place > floor else ():
            start = place - len(phrase)
            if start >= floor and _lows(words, start, place) == phrase and _modifies(words, start):
                return Quantity(_bound(value, bound), start, last, quantity.number)
        if place <= floor or words[place - 1].low not in _NEUTRAL:
            return Quantity(value, quantity.first, last, quantity.number)
        place -= 1


def _modifies(words: Sequence[Word], start: int) -> bool:
    """Say whether "over", "under" … stand before a number as its bound, and not as part of something else."""
    before = words[start - 1].low if start else ""
    if words[start].low == "over" and before in _PARTICLE_VERBS:
        return False
    return not (words[start].low == "under" and before in ("children", "people", "minors", "girls", "boys", "aged"))


def _bound(value: CountValue, bound: str) -> CountValue:
    """Return the value under one bound of the codebook."""
    low, high = value.min, value.max
    if value.form is CountForm.VAGUE or low is None:
        return value
    if bound == "at_least":
        return CountValue(low, None, CountForm.AT_LEAST)
    if bound == "more":
        return CountValue(low + 1, None, CountForm.AT_LEAST)
    if bound == "at_most":
        return CountValue(None, high, CountForm.AT_MOST)
    if bound == "fewer":
        return CountValue(None, max(low - 1, 0), CountForm.AT_MOST)
    return CountValue(low, high, CountForm.ABOUT if value.form is CountForm.EXACT else value.form)

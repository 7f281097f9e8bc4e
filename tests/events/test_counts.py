"""The codebook for numbers of persons, row by row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.events.counts import CountValue, parse_count
from extractor.events.number_words import read_cardinal, split_words
from extractor.events.vocabulary import CountForm, Measure

ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def spelled(value: CountValue | None) -> str:
    """Write a count as "min..max form", equal bounds once, with "sum" where code added it up."""
    if value is None:
        return "none"
    low, high = ("" if value.min is None else value.min), ("" if value.max is None else value.max)
    bounds = f"{low}" if low == high else f"{low}..{high}"
    return f"{bounds} {value.form}{' sum' if value.by_sum else ''}"


CODEBOOK = [
    ("17", "17 exact"),
    ("17 people", "17 exact"),
    ("seventeen people", "17 exact"),
    ("300,000 people", "300000 exact"),
    ("300,000", "300000 exact"),
    ("3 000 people", "3000 exact"),
    ("3\u202f500 people", "3500 exact"),
    ("12\u00a0500", "12500 exact"),
    ("1.2 million people", "1200000 exact"),
    ("2.5m people", "2500000 exact"),
    ("300k people", "300000 exact"),
    ("two million", "2000000 exact"),
    ("half a million people", "500000 exact"),
    ("a quarter of a million people", "250000 exact"),
    ("two and a half million", "2500000 exact"),
    ("two lakh people", "200000 exact"),
    ("one hundred and twenty-one soldiers", "121 exact"),
    ("a hundred rebels", "100 exact"),
    ("twelve hundred refugees", "1200 exact"),
    ("a dozen people", "12 exact"),
    ("half a dozen", "6 exact"),
    ("two dozen militants", "24 exact"),
    ("a couple of soldiers", "2 exact"),
    ("a couple of hundred people", "200 exact"),
    ("150000 people", "150000 exact"),
    ("all 12 hostages", "12 exact"),
    ("another 14 people", "14 exact"),
    ("a total of 14 people", "14 exact"),
    ("13 others", "13 exact"),
    ("three more civilians", "3 exact"),
    ("at least 17 people", "17.. at_least"),
    ("at least another 12", "12.. at_least"),
    ("at least a dozen people", "12.. at_least"),
    ("no fewer than nine", "9.. at_least"),
    ("no less than 9", "9.. at_least"),
    ("upwards of 40", "40.. at_least"),
    ("50 or more people", "50.. at_least"),
    ("100+ people", "100.. at_least"),
    ("more than 50", "51.. at_least"),
    ("over 50 people", "51.. at_least"),
    ("well over 100 people", "101.. at_least"),
    ("in excess of 500 people", "501.. at_least"),
    ("more than a dozen people", "13.. at_least"),
    ("more than a quarter of a million people", "250001.. at_least"),
    ("up to 50", "..50 at_most"),
    ("as many as 40 people", "..40 at_most"),
    ("no more than ten people", "..10 at_most"),
    ("at most 10", "..10 at_most"),
    ("fewer than 10", "..9 at_most"),
    ("less than a hundred people", "..99 at_most"),
    ("under 100 people", "..99 at_most"),
    ("about 300", "300 about"),
    ("around 15 others", "15 about"),
    ("approximately 40 people", "40 about"),
    ("roughly 40 people", "40 about"),
    ("some 300 fighters", "300 about"),
    ("nearly two dozen people", "24 about"),
    ("almost 950 people", "950 about"),
    ("close to 1,000 people", "1000 about"),
    ("an estimated 1.2 million people", "1200000 about"),
    ("500 or so", "500 about"),
    ("forty-odd men", "40 about"),
    ("10 to 15 people", "10..15 range"),
    ("10-15 people", "10..15 range"),
    ("10\u201315 people", "10..15 range"),
    ("between 20 and 30 people", "20..30 range"),
    ("from 20 to 30 people", "20..30 range"),
    ("two or three people", "2..3 range"),
    ("two to three thousand people", "2000..3000 range"),
    ("several", "3.. vague"),
    ("several people", "3.. vague"),
    ("a few soldiers", "3.. vague"),
    ("a handful of people", "3.. vague"),
    ("several thousand people", "3000.. vague"),
    ("a few hundred people", "300.. vague"),
    ("several dozen people", "36.. vague"),
    ("tens of people", "10.. vague"),
    ("dozens", "12.. vague"),
    ("dozens of civilians", "12.. vague"),
    ("dozens more", "12.. vague"),
    ("scores of people", "20.. vague"),
    ("hundreds", "100.. vague"),
    ("hundreds of families and 40 people", "40 exact"),
    ("thousands of demonstrators", "1000.. vague"),
    ("tens of thousands", "10000.. vague"),
    ("hundreds of thousands of people", "100000.. vague"),
    ("millions of Syrians", "1000000.. vague"),
    ("no casualties", "0 exact"),
    ("no deaths or injuries", "0 exact"),
    ("no one", "0 exact"),
    ("nobody", "0 exact"),
    ("none", "0 exact"),
    ("zero", "0 exact"),
    ("0", "0 exact"),
    ("without casualties", "0 exact"),
    ("a civilian", "1 exact"),
    ("one man", "1 exact"),
    ("an officer", "1 exact"),
    ("a senior police officer", "1 exact"),
    ("a 12-year-old girl", "1 exact"),
    ("two 12-year-old girls", "2 exact"),
    ("the mayor of Aleppo", "1 exact"),
    ("his wife", "1 exact"),
    ("the first victim", "1 exact"),
    ("General Omar Haddad", "1 exact"),
    ("Omar Haddad", "1 exact"),
    ("Samir al-Khatib", "1 exact"),
    ("the leader, a former general", "1 exact"),
    ("both pilots", "2 exact"),
    ("the trio", "3 exact"),
    ("a family of five", "5 exact"),
    ("45 Hazaras", "45 exact"),
    ("12 female students and 3 civilian workers", "15 exact sum"),
    ("six injured civilians", "6 exact"),
    ("three pro-government militia fighters", "3 exact"),
    ("14 Syrians", "14 exact"),
    ("300 Palestinians", "300 exact"),
    ("18 members of the Freedom Front", "18 exact"),
    ("two of the dead", "2 exact"),
    ("12 of them children", "12 exact"),
    ("five women and a child", "6 exact sum"),
    ("a woman, two men and three children", "6 exact sum"),
    ("3 men, 2 women", "5 exact sum"),
    ("12 civilians and 27 popular fighters", "39 exact sum"),
    ("at least five women and a child", "6.. at_least sum"),
    ("two soldiers and dozens of civilians", "14.. vague sum"),
    ("the mayor and his wife", "2 exact sum"),
    ("12 people, two children and a woman", "12 exact"),
    ("22 people, including five women", "22 exact"),
    ("23 civilians, among them eight children", "23 exact"),
    ("14 people, 9 of them civilians", "14 exact"),
    ("26 civilians, mostly children", "26 exact"),
]
NO_COUNT = [
    "civilians",
    "many",
    "many people",
    "children",
    "women and children",
    "soldiers",
    "police",
    "a number of people",
    "an unknown number of people",
    "some",
    "a family",
    "two families",
    "2018",
    "in 2018",
    "since 2011",
    "on 3 June",
    "June 3",
    "3 June 2019",
    "12 years",
    "17 years ago",
    "aged 12",
    "9 pm",
    "at 9:30",
    "0600 GMT",
    "12 km",
    "300 metres",
    "120 mm",
    "155mm shells",
    "12 %",
    "40 percent",
    "two thirds",
    "$5 million",
    "5 million dollars",
    "\u20ac300",
    "1,000 homes",
    "three air strikes",
    "two barrel bombs",
    "five police stations",
    "a police station",
    "12 villages",
    "Resolution 2254",
    "(12)",
    "one another",
    "Ali, 12,",
    "5:30",
    "rank 3",
    "the 46th brigade",
    "T-72 tanks",
    "1.5",
    "Hezbollah",
    "Islamic State",
    "the Syrian army",
    "Syrians",
    "no immediate reports of casualties",
    "no information on casualties",
    "",
    "?",
]
BY_MEASURE = [
    ("17 killed, 71 wounded", Measure.KILLED, "17 exact"),
    ("17 killed, 71 wounded", Measure.INJURED, "71 exact"),
    ("17 killed, 71 wounded", Measure.ARRESTED, "none"),
    ("17 killed, 71 wounded", None, "none"),
    ("17 people were killed and 71 wounded", Measure.KILLED, "17 exact"),
    ("17 people were killed and 71 wounded", Measure.INJURED, "71 exact"),
    ("killed 17 and wounded 71", Measure.KILLED, "17 exact"),
    ("killed 17 and wounded 71", Measure.INJURED, "71 exact"),
    ("at least 12 dead and dozens injured", Measure.INJURED, "12.. vague"),
    ("five women and a child were killed", Measure.KILLED, "6 exact sum"),
    ("22 people, including five women, were killed", Measure.KILLED, "22 exact"),
    ("12 detained", Measure.ABDUCTED, "12 exact"),
    ("12 detained", Measure.ARRESTED, "12 exact"),
    ("17 wounded", Measure.KILLED, "none"),
    ("the wounded", Measure.KILLED, "none"),
    ("dozens killed and injured", Measure.KILLED, "none"),
    ("20 casualties", Measure.KILLED, "none"),
    ("no casualties", Measure.KILLED, "0 exact"),
    ("no casualties", Measure.INJURED, "0 exact"),
    ("no one was hurt", Measure.INJURED, "0 exact"),
    ("50 hostages", Measure.ABDUCTED, "50 exact"),
    ("pushed 300,000 people towards the border", Measure.DISPLACED, "300000 exact"),
    ("a death toll of 95", Measure.KILLED, "95 exact"),
    ("5,000 people marched", Measure.PARTICIPANTS, "5000 exact"),
]


@pytest.mark.parametrize(("words", "expected"), CODEBOOK)
def test_words_are_read_by_the_codebook(words: str, expected: str) -> None:
    """Each wording has its published bounds and form."""
    assert spelled(parse_count(words)) == expected


@pytest.mark.parametrize("words", NO_COUNT)
def test_what_counts_no_persons_is_no_count(words: str) -> None:
    """Years, ages, dates, times, measures, things, ranks, groups and bare plurals give nothing, and never zero."""
    assert parse_count(words) is None


@pytest.mark.parametrize(("words", "measure", "expected"), BY_MEASURE)
def test_the_measure_picks_its_number(words: str, measure: Measure | None, expected: str) -> None:
    """Where several numbers stand, each measure gets its own, and no measure gets another's."""
    assert spelled(parse_count(words, measure)) == expected


def spell(number: int, joiner: str, hyphen: str) -> str:
    """Write a number out in English."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (hyphen + ONES[number % 10] if number % 10 else "")
    for name, size in (("million", 1_000_000), ("thousand", 1_000), ("hundred", 100)):
        if number >= size:
            rest = number % size
            link = joiner if rest < 100 else " "
            return f"{spell(number // size, joiner, hyphen)} {name}" + (
                link + spell(rest, joiner, hyphen) if rest else ""
            )
    raise AssertionError(number)


@given(number=st.integers(0, 999_999_999), joiner=st.sampled_from([" and ", " "]), hyphen=st.sampled_from(["-", " "]))
def test_every_number_reads_back(number: int, joiner: str, hyphen: str) -> None:
    """A number written out in words, or in digits with separators, is read back whole."""
    for text in (spell(number, joiner, hyphen), str(number), f"{number:,}", f"{number:,}".replace(",", "\u202f")):
        words = split_words(text)
        found = read_cardinal(words, 0)
        assert found is not None
        assert (found.value, found.last) == (number, len(words))


@pytest.mark.parametrize(
    "text",
    [
        "hundred",
        "1,5",
        "12,34",
        "10:30",
        "2.5",
        "120,000,000,000",
        "9" * 5000 + " million",
        "9" * 5000 + "m",
        "9" * 5000,
        "155mm",
        "a man",
        "half a man",
    ],
)
def test_malformed_numbers_are_none(text: str) -> None:
    """Decimals, times, calibres and badly grouped digits are no whole number."""
    assert read_cardinal(split_words(text), 0) is None


@given(number=st.integers(1, 99_999), noun=st.sampled_from(["people", "soldiers", "civilians", "rebels"]))
def test_bounds_follow_the_number(number: int, noun: str) -> None:
    """The codebook holds for every number, and minimum never exceeds maximum."""
    if number in range(1800, 2100):
        return
    expected = {
        "": (number, number, CountForm.EXACT),
        "at least ": (number, None, CountForm.AT_LEAST),
        "more than ": (number + 1, None, CountForm.AT_LEAST),
        "up to ": (None, number, CountForm.AT_MOST),
        "fewer than ": (None, number - 1, CountForm.AT_MOST),
        "nearly ": (number, number, CountForm.ABOUT),
    }
    for prefix, bounds in expected.items():
        value = parse_count(f"{prefix}{number:,} {noun}")
        assert value is not None
        assert (value.min, value.max, value.form) == bounds


@given(words=st.text(max_size=80), measure=st.none() | st.sampled_from(Measure))
def test_any_text_is_answered(words: str, measure: Measure | None) -> None:
    """No text makes it fail, and bounds are in order."""
    value = parse_count(words, measure)
    if value is not None and value.min is not None and value.max is not None:
        assert 0 <= value.min <= value.max

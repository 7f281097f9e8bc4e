"""The credit rules of the six slots, as tables (scoring.md §1): 2 right, 1 half right, 0 wrong."""

from __future__ import annotations

import datetime as dt

import pytest

from extractor.events.summary import Where
from extractor.events.vocabulary import EventType
from extractor.scoring.credit_counts import Persons, count_credit, in_words
from extractor.scoring.credit_names import actor_credit, head_word, holds_run, name_tokens, tokens_credit
from extractor.scoring.credit_type import types_credit
from extractor.scoring.credit_when import time_anchors, time_credit, time_of
from extractor.scoring.credit_where import labelled_place, place_credit, place_name, predicted_place
from extractor.scoring.labels import LabelledWhere


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("The Syrian Army", "syrian army"),
        ("al-Nusra Front", "nusra front"),
        ("U.S.-led coalition", "us led coalition"),
        ("Sana’a's mayor", "sanaa mayor"),
        ("Ｒｕｓｓｉａｎ  forces", "russian forces"),
        ("soft\u00adware", "software"),
        ("A", "a"),
        ("«Groupe d'autodéfense»", "groupe dautodéfense"),
        ("…", ""),
    ],
)
def test_how_names_are_made_comparable(name: str, tokens: str) -> None:
    """Case, punctuation, possessives, English articles and "al-" go; a name of articles only stays."""
    assert " ".join(name_tokens(name)) == tokens


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("government forces", "forces"),
        ("members of the council", "members"),
        ("of the council", "council"),
        ("", None),
    ],
)
def test_the_head_word(name: str, head: str | None) -> None:
    """The head is the last word before a preposition, not a preposition at the front."""
    assert head_word(name_tokens(name)) == head


def test_a_run_of_words_is_held_whole() -> None:
    """A name holds another only as consecutive words; nothing holds no words."""
    assert holds_run(("a", "b", "c"), ("b", "c"))
    assert not holds_run(("a", "b", "c"), ("a", "c"))
    assert not holds_run(("a",), ("a", "b"))
    assert not holds_run(("a",), ())


@pytest.mark.parametrize(
    ("predicted", "labelled", "credit"),
    [
        ("the Houthi rebels", "Houthi Rebels", 2),
        ("al-Nusra", "Nusra", 2),
        ("Turkish forces", "government forces", 1),
        ("the police of Kitwe", "police", 1),
        ("Kremlin spokesman Dmitry Peskov", "Dmitry Peskov", 1),
        ("Dmitry Peskov", "Kremlin spokesman Dmitry Peskov", 1),
        ("red cross workers", "red cross", 1),
        ("army of Mali", "Mali government", 0),
        ("striking miners", "police officers", 0),
        ("…", "police", 0),
        ("police", "…", 0),
    ],
)
def test_credit_of_names(predicted: str, labelled: str, credit: int) -> None:
    """Equal is right; a shared head word, half of the words in common or one inside the other is half right."""
    assert tokens_credit(name_tokens(predicted), name_tokens(labelled)) == credit


def test_any_accepted_name_will_do() -> None:
    """The best of an actor's names counts; an actor without names earns nothing."""
    names = [name_tokens("security forces"), name_tokens("police")]
    assert actor_credit(name_tokens("police"), names) == 2
    assert actor_credit(name_tokens("police"), []) == 0


@pytest.mark.parametrize(
    ("predicted", "labelled", "credit"),
    [
        ("grenade", "grenade", 2),
        ("air_drone_strike", "grenade", 1),
        ("peaceful_protest", "excessive_force_against_protesters", 1),
        ("violent_demonstration", "mob_violence", 1),
        ("displacement", "arrests", 1),
        ("attack", "suicide_bomb", 1),
        ("armed_clash", "attack", 1),
        ("attack", "mob_violence", 1),
        ("attack", "excessive_force_against_protesters", 1),
        ("attack", "abduction_forced_disappearance", 1),
        ("attack", "peaceful_protest", 0),
        ("attack", "arrests", 0),
        ("armed_clash", "suicide_bomb", 0),
        ("demand", "threat", 1),
        ("meeting", "concession", 1),
        ("aid", "cooperation", 1),
        ("sanction", "coercive_measure", 1),
        ("meeting", "aid", 0),
        ("demand", "sanction", 0),
        ("meeting", "demand", 0),
        ("agreement", "cooperation", 0),
        ("crime", "attack", 0),
        ("policy_decision", "leadership_change", 0),
        ("other", "other", 2),
    ],
)
def test_credit_of_types(predicted: str, labelled: str, credit: int) -> None:
    """Related conflict types, attack among violence, and political types of a quadrant are half right; both ways."""
    assert types_credit((EventType(labelled),)).get(EventType(predicted), 0) == credit
    assert types_credit((EventType(predicted),)).get(EventType(labelled), 0) == credit


def test_alternative_types_are_right() -> None:
    """Each accepted type is right, and what is related to any of them half right."""
    earned = types_credit((EventType.CRIME, EventType.GRENADE))
    assert earned[EventType.CRIME] == earned[EventType.GRENADE] == 2
    assert earned[EventType.SUICIDE_BOMB] == 1


D = dt.date(2019, 6, 10)
Span = tuple[str | None, dt.date | None, dt.date | None]


def days(start: int | None, end: int | None, words: str | None = None) -> Span:
    """Return a time by days after 10 June 2019."""
    first, last = (None if number is None else D + dt.timedelta(number) for number in (start, end))
    return words, first, last


@pytest.mark.parametrize(
    ("predicted", "labelled", "credit", "anchors"),
    [
        (days(0, 0), days(0, 0), 2, True),
        (days(0, 6), days(0, 6), 2, True),
        (days(None, 0), days(None, 0), 2, True),
        (days(0, 0), days(1, 1), 1, True),
        (days(0, 0), days(-1, -1), 1, True),
        (days(0, 0), days(2, 2), 0, True),
        (days(2, 2), days(0, 6), 1, True),
        (days(0, 6), days(2, 2), 1, True),
        (days(0, 6), days(3, 9), 0, True),
        (days(-400, -400), days(None, 0), 1, False),
        (days(None, 0), days(-3, -3), 1, False),
        (days(1, 1), days(None, 0), 0, False),
        (days(None, -2), days(None, 0), 1, True),
        (days(0, None), days(3, 3), 1, True),
        (days(None, None, "in recent weeks"), days(None, None, "recent"), 2, True),
        (days(None, None, "in recent weeks"), days(None, None, "in the past"), 0, True),
        (days(None, None, "on Sunday"), days(0, 0, "on Sunday"), 0, False),
        (days(0, 0, "on Sunday"), days(None, None, "on Sunday"), 0, False),
    ],
)
def test_credit_of_times(predicted: Span, labelled: Span, credit: int, *, anchors: bool) -> None:
    """Equal intervals are right, nested ones and neighbouring days half right; a mere bound anchors no alignment."""
    one, other = time_of(*predicted), time_of(*labelled)
    assert one is not None
    assert other is not None
    assert time_credit(one, other) == credit
    assert time_anchors(one, other) is anchors


def test_no_time_at_all() -> None:
    """What says nothing is no time."""
    assert time_of(None, None, None) is None


IDLIB = {"country": "SYR", "admin1": "Idlib"}


@pytest.mark.parametrize(
    ("predicted", "labelled", "credit"),
    [
        # settlement asked for
        ({"settlement": "Saraqib", "country": "SYR"}, {**IDLIB, "settlement": "Saraqib"}, 2),
        ({"settlement": "Saraqeb", "country": "SYR"}, {**IDLIB, "settlement": "Saraqib", "aliases": ["Saraqeb"]}, 2),
        ({"settlement": "Al Ḩasakah", "words": "Hasakeh"}, {"country": "SYR", "settlement": "Hasakeh"}, 2),
        ({"words": "the town of Saraqib"}, {**IDLIB, "settlement": "Saraqib"}, 2),
        ({"words": "near Saraqib"}, {**IDLIB, "settlement": "Saraqib"}, 2),
        ({"words": "a market near Saraqib"}, {**IDLIB, "settlement": "Saraqib"}, 0),
        ({"words": "a market near Saraqib"}, {**IDLIB, "settlement": "Saraqib", "words": "a market near Saraqib"}, 2),
        ({"words": "Azaz, north of Aleppo"}, {"settlement": "Aleppo"}, 0),
        ({"settlement": "Azaz", "country": "SYR", "admin1_name": "Idlib"}, {**IDLIB, "settlement": "Saraqib"}, 1),
        ({"settlement": "Azaz", "country": "SYR", "admin1_name": "Aleppo"}, {**IDLIB, "settlement": "Saraqib"}, 0),
        ({"settlement": "Azaz", "country": "SYR"}, {**IDLIB, "settlement": "Saraqib"}, 0),
        ({"country": "SYR"}, {**IDLIB, "settlement": "Saraqib"}, 1),
        ({"country": "SYR", "admin1_name": "Homs"}, {**IDLIB, "settlement": "Saraqib"}, 0),
        ({"country": "TUR"}, {**IDLIB, "settlement": "Saraqib"}, 0),
        ({"settlement": "Tripoli", "country": "LBN"}, {"settlement": "Tripoli", "country": "LBY"}, 0),
        ({"settlement": "Tripoli"}, {"settlement": "Tripoli", "country": "LBY"}, 2),
        # region asked for
        ({"country": "SYR", "admin1_name": "Idlib", "settlement": "Saraqib"}, IDLIB, 2),
        ({"country": "SYR", "admin1": "SY-ID"}, {"country": "SYR", "admin1": "SY-ID"}, 2),
        ({"country": "SYR", "admin1": "SY-HL", "admin1_name": "Aleppo"}, {"country": "SYR", "admin1": "Halab"}, 2),
        ({"country": "SYR", "admin1_name": "Idlib Governorate"}, IDLIB, 2),
        ({"country": "SYR", "admin1_name": "Homs"}, IDLIB, 0),
        ({"country": "SYR"}, IDLIB, 1),
        ({"country": "SYR", "settlement": "Nowhere"}, IDLIB, 1),
        ({"admin1_name": "Idlib"}, {**IDLIB, "settlement": "Saraqib"}, 1),
        # country asked for
        ({"country": "SYR", "settlement": "Saraqib"}, {"country": "SYR"}, 2),
        ({"country": "TUR"}, {"country": "SYR"}, 0),
        ({"words": "somewhere"}, {"country": "SYR"}, 0),
        # words only
        ({"words": "the Strait of Hormuz"}, {"words": "Strait of Hormuz"}, 2),
        ({"words": "a tanker off the Strait of Hormuz"}, {"words": "Hormuz"}, 2),
        ({"words": "Hormuz islands"}, {"words": "the strait of Hormuz"}, 1),
        ({"words": "the Red Sea"}, {"words": "Strait of Hormuz"}, 0),
        ({"country": "IRN"}, {"words": "Strait of Hormuz"}, 0),
        # distance, with one degree of latitude 111 km
        (
            {"settlement": "Binnish", "country": "SYR", "lat": 35.95, "lon": 36.7},
            {**IDLIB, "settlement": "Idlib", "lat": 35.93, "lon": 36.63},
            2,
        ),
        (
            {"settlement": "Reyhanli", "country": "TUR", "lat": 36.27, "lon": 36.57},
            {**IDLIB, "settlement": "Idlib", "lat": 35.93, "lon": 36.63},
            1,
        ),
        (
            {"settlement": "Springfield", "country": "USA", "lat": 37.2, "lon": -93.3},
            {"settlement": "Springfield", "country": "USA", "lat": 39.8, "lon": -89.6},
            0,
        ),
        (
            {"settlement": "Kinross", "country": "GBR", "lat": 56.2, "lon": -3.4},
            {"settlement": "Perth", "country": "GBR", "lat": 56.4, "lon": -3.4},
            1,
        ),
    ],
)
def test_credit_of_places(predicted: dict[str, str], labelled: dict[str, str], credit: int) -> None:
    """The deepest labelled level decides; coarser, the same region or within 100 km is half right."""
    one = predicted_place(Where.model_validate(predicted))
    other = labelled_place(LabelledWhere.model_validate(labelled))
    assert one is not None
    assert other is not None
    assert place_credit(one, other) == credit


def test_places_that_say_nothing() -> None:
    """An empty place is none, and a name of kind words only keeps them."""
    assert predicted_place(Where()) is None
    assert labelled_place(LabelledWhere()) is None
    assert place_name("City") == ("city",)
    assert place_name("the city of São Paulo") == ("sao", "paulo")


@pytest.mark.parametrize(
    ("predicted", "labelled", "credit"),
    [
        ((17, 17), (17, 17), 2),
        ((17, None), (17, None), 2),
        ((None, 20), (None, 20), 2),
        ((17, 17), (17, None), 1),
        ((17, 17), (10, 20), 1),
        ((15, 25), (20, 30), 1),
        ((18, 18), (17, 17), 1),
        ((108, 108), (100, 100), 1),
        ((111, 111), (100, 100), 0),
        ((19, 19), (17, 17), 0),
        ((None, 20), (5, 5), 1),
        ((None, 20), (21, 21), 0),
        ((12, None), (80, 80), 1),
        ((12, None), (950, 950), 0),
        ((12, None), (20, None), 1),
        ((12, None), (1000, None), 0),
        ((0, 0), (0, 0), 2),
        ((0, 0), (1, 1), 0),
        ((1, 1), (0, 0), 0),
        ((0, 0), (None, 3), 1),
    ],
)
def test_credit_of_counts(predicted: tuple[int, int], labelled: tuple[int, int], credit: int) -> None:
    """Equal bounds are right, overlap and nearness half right; "dozens" is not 950, and nobody is never somebody."""
    assert count_credit(Persons(*predicted), Persons(*labelled)) == credit


@pytest.mark.parametrize(
    ("bounds", "words"),
    [((17, 17), "17"), ((17, None), "at least 17"), ((None, 20), "up to 20"), ((17, 20), "17 to 20")],
)
def test_counts_in_words(bounds: tuple[int, int], words: str) -> None:
    """A number reads as people say it."""
    assert in_words(Persons(*bounds)) == words

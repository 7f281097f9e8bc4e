"""The short list keeps what the article supports, once each, and overlooks no toll."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from extractor.events.reply import FoundEvent
from extractor.events.shortlist import (
    LONGEST,
    LONGEST_LINE,
    MOST_SENTENCES,
    is_finished,
    shortlist,
)
from tests.events.conftest import make_article

if TYPE_CHECKING:
    from extractor.articles.article import Article

DAY = date(2024, 3, 6)


def listed(article: Article, *lines: tuple[str, tuple[int, ...]]) -> list[tuple[str, tuple[int, ...]]]:
    """Return the types and sentences of the short list that ``lines`` (what, sentences) lead to."""
    found = [FoundEvent(what=what, sentences=sentences) for what, sentences in lines]
    return [(c.type.value, c.sentences) for c in shortlist(found, article)]


MARKET = make_article(
    "The lighthouse of Port Salu stands on a cliff.",
    "It was painted white by its keeper.",
    "Rebels shelled the old harbour of Port Salu.",
    "A court later sentenced the rebel commander to nine years.",
    "Follow us: rebels shelled the harbour.",
    published=DAY,
    furniture=(5,),
)


@pytest.mark.parametrize(
    ("what", "cited", "expected"),
    [
        ("Rebels shelled the harbour", (3,), [("shelling_artillery_missile", (3,))]),
        ("Rebels shelled the old mosque", (3,), [("shelling_artillery_missile", (3,))]),
        ("Rebels shelled the harbour", (1,), [("shelling_artillery_missile", (3,))]),
        ("Rebels shelled the harbour", (999,), [("shelling_artillery_missile", (3,))]),
        ("Rebels shelled the harbour", (5,), [("shelling_artillery_missile", (3,))]),
        ("Rebels shelled the harbour", (1, 3), [("shelling_artillery_missile", (3,))]),
        ("Rebels shelled the harbour", (3, 3), [("shelling_artillery_missile", (3,))]),
        (
            "Rebels shelled the harbour; a court sentenced the commander",
            (3, 4),
            [("shelling_artillery_missile", (4, 3))],
        ),
        ("  Rebels\n shelled\tthe harbour ", (3,), [("shelling_artillery_missile", (3,))]),
        ("Did rebels shell the harbour?", (3,), []),
        ("Pirates kidnapped a famous bishop yesterday", (3,), []),
        ("of the and", (3,), []),
        ("\u2026", (3,), []),
        ("", (3,), []),
    ],
    ids=str,
)
def test_a_line_stays_with_the_sentences_that_hold_its_words(
    what: str, cited: tuple[int, ...], expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    """Citations are checked, replaced by the sentence that fits, or the line is left out."""
    assert listed(MARKET, (what, cited)) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("The lighthouse stands on a cliff", (1,))], []),
        ([("The keeper painted it white", (2,))], []),
        ([("The old harbour of Port Salu", (3,))], []),
        ([("The rebel commander, nine years later", (4,))], []),
        (
            [("Rebels shelled the harbour", (3,)), ("The lighthouse stands on a cliff", (1,))],
            [("shelling_artillery_missile", (3,))],
        ),
    ],
)
def test_a_line_without_an_act_is_no_event(
    lines: list[tuple[str, tuple[int, ...]]], expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    """Description is no event, also where an article opens with it."""
    assert listed(MARKET, *lines) == expected


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("A car bomb hit a market in Homs on Sunday.", "The car bomb tore through the market in Homs.", False),
        ("A car bomb hit a market in Homs on Sunday.", "A car bomb hit a school in Homs on Monday.", True),
        ("A car bomb hit a market in Homs on Sunday.", "A car bomb hit a market in Aleppo on Sunday.", True),
        ("A car bomb hit a market in Homs on Sunday.", "A car bomb hit a market in Homs on 3 March 2024.", False),
        ("A car bomb hit the Zahra district of Homs.", "A car bomb hit the Karam district of Homs.", True),
        ("A car bomb hit the Zahra district of Homs.", "A car bomb hit the Zahra district again.", False),
        ("A car bomb hit the Zahra and Karam districts.", "The car bomb in Karam village was large.", False),
        ("A car bomb hit a bus in Homs during the feast.", "Police arrested a man in Homs.", True),
        ("Ada Lund condemned the raid.", "Ilir Obi condemned the raid.", True),
        ("Ada Lund condemned the raid.", "Ms Lund also condemned the raid in a speech.", False),
        ("Ada Lund condemned the raid.", "and condemned the raid again.", True),
        ("villagers condemned the raid.", "and condemned the raid again.", False),
    ],
)
def test_an_event_told_twice_is_listed_once(one: str, other: str, apart: bool) -> None:
    """Two lines of one type are one event unless day, place or speaker keeps them apart."""
    rows = listed(make_article("Opening words.", one, other, published=DAY), (one, (2,)), (other, (3,)))
    assert [sentences for _, sentences in rows] == ([(2,), (3,)] if apart else [(2, 3)])


def test_the_same_line_twice_is_one_event_whatever_its_sentences_say() -> None:
    """A model that repeats itself word for word means the same event."""
    days = ("A car bomb hit the market on Sunday.", "A car bomb hit the market on Monday.")
    article = make_article(*days, published=DAY)
    assert listed(article, ("A car bomb hit the market", (1,)), ("A CAR bomb hit the market", (2,))) == [
        ("remote_explosive_landmine_ied", (1, 2))
    ]


def test_an_event_keeps_its_first_line_and_not_too_many_sentences() -> None:
    """However often an event is told, its evidence stays short enough to ask about."""
    sentences = [f"A car bomb hit the market, witness number {n} recalled." for n in range(MOST_SENTENCES + 3)]
    lines = [FoundEvent(what=s, sentences=(n,)) for n, s in enumerate(sentences, 1)]
    (event,) = shortlist(lines, make_article(*sentences))
    assert event.what == sentences[0]
    assert event.sentences == tuple(range(1, MOST_SENTENCES + 1))


@pytest.mark.parametrize(
    ("sentences", "headline", "expected"),
    [
        (["Gunmen attacked a bus."], None, [("attack", (1,))]),
        (["Gunmen attack bus", "Gunmen attacked a bus."], 1, [("attack", (2,))]),
        (["By our correspondent", "Ada Lund condemned the raid."], None, [("accusation", (2,))]),
        (["The sea was calm.", "Gunmen attacked a bus."], None, []),
        (["The sea was calm.", "Gunmen attacked a bus and killed nine people."], None, [("attack", (2,))]),
        (["The sea was calm.", "Ada Lund condemned the raid that killed nine people."], None, []),
        (["The sea was calm.", "Gunmen kill nine people"], 2, []),
        (["Nothing ends here"], None, []),
    ],
)
def test_the_lead_and_every_toll_are_on_the_list(
    sentences: list[str], headline: int | None, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    """What a model overlooked is told in the sentence's own words, where it is the lead or states a toll."""
    assert listed(make_article(*sentences, headline=headline)) == expected


def test_an_overlooked_sentence_joins_the_event_that_it_tells() -> None:
    """A toll three sentences on belongs to the event that is already on the list."""
    article = make_article("A car bomb hit Homs on Sunday.", "The sea was calm.", "The car bomb killed nine people.")
    assert listed(article, ("A car bomb hit Homs", (1,))) == [("remote_explosive_landmine_ied", (1, 3))]


@pytest.mark.parametrize(
    ("toll", "distance", "joined"),
    [
        ("Nine dead, dozens hurt.", 1, True),
        ("Nine dead, dozens hurt.", 3, True),
        ("Nine dead, dozens hurt.", 4, False),
        ("Nobody was hurt.", 1, True),
        ("By Tuesday night nine people had died.", 1, True),
        ("On Tuesday nine people died.", 1, False),
        ("Nine people died in Mykolaiv.", 1, False),
        ("Nine people have died since 2015.", 1, False),
    ],
)
def test_a_toll_belongs_to_the_harm_told_before_it(toll: str, distance: int, joined: bool) -> None:
    """Who died or was hurt, told alone, joins the harm shortly before it, unless place or time part them."""
    between = ["The road is long."] * (distance - 1)
    article = make_article("Rebels shelled the harbour of Odesa on Monday.", *between, toll, published=DAY)
    attack = listed(article, ("Rebels shelled the harbour", (1,)))[0]
    assert attack == ("shelling_artillery_missile", (1, 1 + distance) if joined else (1,))


def test_an_endless_sentence_is_cut() -> None:
    """A sentence that stands in for a line is no longer than a question can show."""
    (event,) = shortlist([], make_article("Gunmen attacked a bus " + "and then another " * LONGEST_LINE + "again."))
    assert len(event.what) == LONGEST_LINE
    assert event.what.startswith("Gunmen attacked a bus and then")


def test_the_list_is_short_and_in_text_order() -> None:
    """However much is told, and in whatever order, the first of the text are asked about, in its order."""
    days = [f"A car bomb hit the market on {n} March 2023." for n in range(1, LONGEST + 4)]
    rows = listed(make_article(*days), *reversed([(day, (n,)) for n, day in enumerate(days, 1)]))
    assert [sentences for _, sentences in rows] == [(n,) for n in range(1, LONGEST + 1)]


def test_an_article_of_furniture_has_no_events() -> None:
    """Where no sentence is the article's own, nothing can support a line."""
    article = make_article("Rebels shelled the harbour.", furniture=(1,))
    assert listed(article, ("Rebels shelled the harbour", (1,))) == []


@pytest.mark.parametrize(
    ("line", "finished"),
    [
        ("It rained.", True),
        ("It rained!  ", True),
        ('"It rained"', True),
        ("\u201cIt rained.\u201d", True),
        ("It rained (again)", True),
        ("Rain over Port Salu", False),
        ("By our correspondent", False),
        ("", False),
    ],
)
def test_a_sentence_ends_as_one(line: str, finished: bool) -> None:
    """Headlines, standfirsts and captions end in the open."""
    assert is_finished(line) is finished


WORDS = [
    "Rebels",
    "shelled",
    "Homs",
    "Aleppo",
    "on Sunday",
    "condemned",
    "Ada Lund",
    "killed nine people",
    "?",
    ".",
    "\x00",
]
LINES = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)


@examples(max_examples=60)
@given(
    sentences=st.lists(LINES, max_size=8),
    lines=st.lists(st.tuples(LINES, st.lists(st.integers(1, 12), min_size=1, max_size=3)), max_size=12),
)
def test_whatever_is_told_the_list_is_askable(sentences: list[str], lines: list[tuple[str, list[int]]]) -> None:
    """Every event cites sentences that exist, each once; the list is short, in order and without twins."""
    article = make_article(*sentences, published=DAY)
    found = [FoundEvent(what=what, sentences=tuple(cited)) for what, cited in lines]
    events = shortlist(found, article)
    assert len(events) <= LONGEST
    assert [e.sentences[0] for e in events] == sorted(e.sentences[0] for e in events)
    for event in events:
        assert 1 <= len(event.sentences) <= MOST_SENTENCES
        assert len(set(event.sentences)) == len(event.sentences)
        assert set(event.sentences) <= set(range(1, len(sentences) + 1))
        assert event.what.strip()
    assert len({(e.type, e.what.casefold()) for e in events}) == len(events)
    assert shortlist(found, article) == events

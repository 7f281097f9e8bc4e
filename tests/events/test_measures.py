"""Numbers belong to the measure that their clause gives them, and to none where it gives them none."""

from __future__ import annotations

import pytest

from extractor.events.measures import Clauses
from extractor.events.mentions import Mention, counts_persons, mentions
from extractor.events.view import View


def owners(sentence: str) -> str:
    """Return the measures of the sentence's numbers in order, "-" for a number that counts no one."""
    view = View.of(sentence)
    tokens = range(len(view.keys))
    numbers = mentions(view, tokens)
    clauses = Clauses.of(view, tokens, numbers)

    def owner(number: Mention) -> str:
        labels = clauses.owner(number)[0] if counts_persons(view, tokens, number) else ()
        return "+".join(sorted(labels)) or "-"

    return " ".join(map(owner, numbers))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("17 killed, 71 wounded", "killed injured"),
        ("The blast killed 17 people and wounded 71.", "killed injured"),
        ("17 people were killed and 71 others were wounded in Kabul", "killed injured"),
        ("killed 17 soldiers, 5 civilians and 3 children", "killed killed killed"),
        ("17 soldiers and 5 civilians were killed", "killed killed"),
        ("killed 17 people and 200 houses were destroyed", "killed -"),
        ("killed 17 people, and 40 police officers responded", "killed -"),
        ("Police deployed 200 officers and 17 people were killed", "participants killed"),
        ("40 police officers killed 17 men", "- killed"),
        ("Two bombers attacked the base, killing 17", "- killed"),
        ("The death toll has risen to 17, with 71 others injured", "killed injured"),
        ("Seventeen people, three of them children, were killed", "killed killed"),
        ("Of the 17 people killed, 5 were children", "killed killed"),
        ("17 of the 71 wounded died", "killed injured"),
        ("among the 71 wounded were 17 children", "injured injured"),
        ("Police shot dead two men and arrested 12", "killed arrested"),
        ("17 hostages were freed", "released"),
        ("The army said 17 soldiers and 5 civilians were killed on Monday", "killed killed"),
        ("almost 950 people had been killed in the latest clashes", "killed"),
        ("killed dozens of civilians and pushed 300,000 people towards the border", "killed displaced"),
        ("arrested 12 people suspected of killing 3", "arrested killed"),
        ("between 10 and 15 people were killed", "killed"),
        ("17 people were killed and wounded", "injured+killed"),
        ("The bombing killed or wounded 17", "injured+killed"),
        ("Some 5,000 protesters marched", "participants"),
        ("5,000 demonstrators", "participants"),
        ("killed by 17 gunmen", "-"),
        ("left 17 dead and 71 wounded", "killed injured"),
        ("At least 12 people died when 3 shells hit a house", "killed -"),
        ("The quake killed 40 and left 2,000 homeless", "killed displaced"),
        ("71 wounded 17 dead", "injured killed"),
        ("57 civilians killed 150 injured in attacks", "killed injured"),
        ("Two Islamic State suicide bombers were killed", "killed"),
        ("Twelve people lost their lives and dozens are missing", "killed missing"),
        ("Gunmen abducted 30 schoolgirls and shot dead a guard", "abducted"),
        ("17 protesters were killed", "killed"),
        ("Militants holding 12 hostages killed four of them", "abducted+arrested killed"),
        ("the attack wounded 71, including 17 children", "injured injured"),
        ("Three gunmen killed a guard", "-"),
        ("Three men killed the day before were buried", "killed"),
    ],
)
def test_each_number_goes_with_its_own_word(sentence: str, expected: str) -> None:
    """Every number of a sentence goes with the word of its own clause, list or predicate."""
    assert owners(sentence) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at least two hundred and fifty people", ["at least two hundred and fifty"]),
        ("between 10 and 15 people", ["between 10 and 15"]),
        ("sev\u00adenteen people and twenty\u2011three others", ["sev\u00adenteen", "twenty\u2011three"]),
        ("some 300\u00a0000 people", ["some 300\u00a0000"]),
        ("tens of thousands of people", ["tens of thousands"]),
    ],
)
def test_a_number_is_one_whole_with_its_modifiers(text: str, expected: list[str]) -> None:
    """A number keeps its modifiers, its range and its spelled-out parts, through every disguise of the text."""
    view = View.of(text)
    assert [view.words(n.first, n.last) for n in mentions(view, range(len(view.keys)))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 17-year-old boy", False),
        ("on 17 May the army", False),
        ("on May 17 the army", False),
        ("worth $17 in all", False),
        ("17% of them", False),
        ("17 Russian tanks burned", False),
        ("a boy aged 17 was", False),
        ("in 2015 the army", False),
        ("17 bus passengers died", True),
        ("17 people died", True),
        ("a 17-strong unit", True),
        ("and wounding 17", True),
        ("2015 people marched", True),
    ],
)
def test_only_persons_are_counted(text: str, expected: bool) -> None:
    """A number that dates, ages, prices or measures something counts no persons."""
    view = View.of(text)
    tokens = range(len(view.keys))
    assert all(counts_persons(view, tokens, number) is expected for number in mentions(view, tokens))


def test_nothing_has_no_numbers() -> None:
    """An empty stretch of text holds no number."""
    assert mentions(View.of(""), range(0)) == ()


def test_the_noun_says_who_is_counted() -> None:
    """Women, children, combatants and civilians are told by the noun after the number."""
    view = View.of("killed 17 soldiers, 5 schoolgirls and 3 people")
    tokens = range(len(view.keys))
    numbers = mentions(view, tokens)
    clauses = Clauses.of(view, tokens, numbers)
    assert [set(clauses.identities(n)) for n in numbers] == [{"combatants"}, {"children"}, set()]

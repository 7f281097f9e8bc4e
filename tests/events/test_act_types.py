"""The type of an event is read off the line that tells it."""

from __future__ import annotations

import pytest

from extractor.events.act_types import act_type
from extractor.events.vocabulary import EventType


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Army helicopters bombed two villages, killing nine", "air_drone_strike"),
        ("Nine farmers were killed in air strikes near Tembe", "air_drone_strike"),
        ("France condemned the air strikes", "accusation"),
        ("The army denied that it had bombed the village", "rejection"),
        ("Parliament approved a ban on plastic bags", "policy_decision"),
        ("The prime minister resigned after the vote", "leadership_change"),
        ("A judge sentenced the former mayor to six years", "legal_proceeding"),
        ("Police arrested 40 protesters", "arrests"),
        ("Thousands of teachers marched through Quito", "peaceful_protest"),
        ("A ferry capsized off Port Salu, drowning 12", "disaster_accident"),
        ("Two trains collided near Oruro and seven people died", "disaster_accident"),
        ("A suicide bomber killed three guards", "suicide_bomb"),
        ("Rebels and soldiers clashed near Kalwe", "armed_clash"),
        ("Mortar shells hit a market, killing four", "shelling_artillery_missile"),
        ("A roadside bomb killed two soldiers", "remote_explosive_landmine_ied"),
        ("Gunmen opened fire on a bus", "attack"),
        ("The two presidents met in Oslo", "meeting"),
        ("The union threatened a strike", "threat"),
        ("The bloc imposed sanctions on two generals", "sanction"),
        ("The government released 300 prisoners", "concession"),
        ("The sides signed a ceasefire", "agreement"),
        ("Families fled the town", "displacement"),
        ("The minister urged the company to pay", "demand"),
        ("The president praised the rescue teams", "support"),
        ("Voters went to the polls in a general election", "election"),
        ("A man was stabbed outside a bar in a robbery", "crime"),
        ("The home side won the cup", "other"),
        ("Gunmen kidnapped two aid workers", "abduction_forced_disappearance"),
    ],
)
def test_the_first_word_that_names_an_act_decides(line: str, expected: str) -> None:
    """A line has the type of the act it tells first, harm made specific by its means."""
    assert act_type(line) is EventType(expected)


def test_a_means_in_the_quoted_sentence_makes_harm_specific() -> None:
    """Who was killed by what may stand in the article's sentence only."""
    assert act_type("Nine were killed") is EventType.ATTACK
    assert act_type("Nine were killed", ["Nine were killed when a rocket hit."]) is EventType.SHELLING_ARTILLERY_MISSILE


def test_a_line_without_an_act_has_no_type() -> None:
    """Description has no type; whoever asks decides what that means."""
    assert act_type("The lighthouse rises 40 metres above the sea") is None

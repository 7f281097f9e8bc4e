"""The type of an event is read off the line that tells it."""

from __future__ import annotations

import pytest

from extractor.events.act_types import act_subject, act_type
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
        ("Police warned residents to stay inside", "other"),
        ("The hotel was evacuated", "displacement"),
        ("Both sides agreed evacuations from the town", "agreement"),
        ("The bloc imposed sanctions on two generals", "sanction"),
        ("The government released 300 prisoners", "concession"),
        ("The sides signed a ceasefire", "agreement"),
        ("Families fled the town", "displacement"),
        ("The minister urged the company to pay", "demand"),
        ("The president praised the rescue teams", "support"),
        ("Voters went to the polls in a general election", "election"),
        ("A man was stabbed outside a bar in a robbery", "crime"),
        ("The bank accounts of the firm were frozen", "sanction"),
        ("North Korea fired twelve artillery rounds towards the island", "shelling_artillery_missile"),
        ("The opposition won the election", "election"),
        ("Lorry drivers blocked the highway", "peaceful_protest"),
        ("The government blocked the website", "coercive_measure"),
        ("Fifty fighters surrendered", "change_to_group_activity"),
        ("The kidnappers freed the hostages", "concession"),
        ("Six mine workers were killed in a gas explosion", "disaster_accident"),
        ("A lorry drove over a mine and nine were killed", "remote_explosive_landmine_ied"),
        ("A bus fell into a ravine", "disaster_accident"),
        ("The mayor announced his resignation", "leadership_change"),
        ("The mayor announced a budget", "policy_decision"),
        ("The mayor announced", "policy_decision"),
        ("The actor died at his home", "other"),
        ("Nine died and the gunmen fled after they attacked a bus", "attack"),
        ("The referee was fired", "leadership_change"),
        ("Gunmen kidnapped two aid workers", "abduction_forced_disappearance"),
        ("Raids on Kalwe kill sixteen civilians", "attack"),
        ("Police raided a house in Kalwe", "coercive_measure"),
        ("The fire destroyed forty stalls", "disaster_accident"),
        ("Forty stalls were destroyed by fire", "disaster_accident"),
        ("Forest fires destroyed the village", "disaster_accident"),
        ("Soldiers destroyed forty stalls", "looting_property_destruction"),
        ("Rebels set fire to the market", "looting_property_destruction"),
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


@pytest.mark.parametrize(
    ("line", "sentences", "expected"),
    [
        ("Rebels bombarded the town", ["Rebels shelled the town."], "shelling_artillery_missile"),
        ("Rebels kidnapped the mayor", ["Rebels arrested the mayor."], "arrests"),
        ("Rebels kidnapped the mayor", ["Rebels came for the mayor."], "abduction_forced_disappearance"),
        ("Nine were killed", ["It was dark.", "A drone had hit the bus."], "air_drone_strike"),
        ("Nine were killed", ["It was dark."], "attack"),
        ("Nine died in the clashes", [], "armed_clash"),
        ("The blast killed nine", [], "remote_explosive_landmine_ied"),
    ],
)
def test_the_articles_own_words_come_before_the_models(line: str, sentences: list[str], expected: str) -> None:
    """An act that only the model's line names gives way to the one in the article, and harm takes the means there."""
    assert act_type(line, sentences) is EventType(expected)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Carrie Obi announced a curfew", "Carrie Obi"),
        ("Police arrested 40 protesters", "Police"),
        ("Paris said it condemned the air strikes", "Paris"),
        ("Sudria denied the raid", "Sudria"),
        ("The Kalwe council has approved a ban", "The Kalwe council"),
        ("Former president Ilir Obi condemned the raid", "Former president Ilir Obi"),
        ("Two men were arrested", None),
        ("The raid on Kalwe was condemned", None),
        ("Ada Lund's aides condemned the raid", None),
        ("the government approved a ban", None),
        ("condemned the raid", None),
        ("Nine people died in a fire", None),
        ("Voters went to the polls in an election", None),
        ("The lighthouse rises above the sea", None),
        ("The Former Mayor Of Oslo And The New President Of Kalwe condemned the raid", None),
    ],
)
def test_the_subject_of_a_line_is_a_name_before_its_act(line: str, expected: str | None) -> None:
    """Only a short run of names and offices before an active verb is who did it."""
    assert act_subject(line) == expected

"""Tolls found in sentences by code alone: right or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.events.counts import find_counts
from extractor.events.toll_finder import FoundCount, measures_named
from extractor.events.vocabulary import Measure


def spelled(row: FoundCount) -> str:
    """Write a toll as "measure who min..max: words"."""
    low, high = ("" if row.value.min is None else row.value.min), ("" if row.value.max is None else row.value.max)
    bounds = f"{low}" if low == high else f"{low}..{high}"
    mark = " subset" if row.subset else " sum" if row.value.by_sum else ""
    return f"{row.measure} {row.who} {bounds}{mark}: {row.words}"


TOLLS = [
    ("Officials now put the dead at 31, nine of them children.",
     ["killed all 31: 31", "killed children 9 subset: nine of them children"]),
    ("The injured are twelve.", ["injured all 12: twelve"]),
    ("Nine of its soldiers were dead and 23 hurt.",
     ["killed combatants 9: Nine of its soldiers", "injured all 23: 23"]),
    ("Twelve of the passengers were killed.", ["killed all 12: Twelve of the passengers"]),
    ("Sixteen people, police said, were killed.", ["killed all 16: Sixteen people"]),
    ("At least six people have been found dead.", ["killed all 6..: At least six people"]),
    ("The flood left 12 dead and 30 injured according to police.", ["killed all 12: 12", "injured all 30: 30"]),
    ("The 176 people on board were all killed.", ["killed all 176: 176 people"]),
    ("Three were treated for burns.", ["injured all 3: Three"]),
    ("12 people died, two of them women.", ["killed all 12: 12 people", "killed women 2 subset: two of them women"]),
    ("The strike killed 12 people.", ["killed all 12: 12 people"]),
    ("The attack that killed 3 soldiers and wounded 11 was claimed by the group.",
     ["killed combatants 3: 3 soldiers", "injured all 11: 11"]),
    ("Three civilians were killed and around 15 others were injured on Friday evening.",
     ["killed civilians 3: Three civilians", "injured all 15: around 15 others"]),
    ("At least 17 people have been killed.", ["killed all 17..: At least 17 people"]),
    ("More than 50 villagers had reportedly been killed.", ["killed civilians 51..: More than 50 villagers"]),
    ("Six citizens killed, 22 injured in rocket attacks", ["killed all 6: Six citizens", "injured all 22: 22"]),
    ("At least 57 Civilians killed More than 150 Injured in attacks",
     ["killed civilians 57..: At least 57 Civilians", "injured all 151..: More than 150"]),
    ("The blast left one person dead and 13 others injured.",
     ["killed all 1: one person", "injured all 13: 13 others"]),
    ("The war has left more than 300,000 people dead and displaced half the country.",
     ["killed all 300001..: more than 300,000 people"]),
    ("Airstrikes kill 30 fighters in the north", ["killed combatants 30: 30 fighters"]),
    ("Shells hit the market, killing nine civilians and injuring dozens more.",
     ["killed civilians 9: nine civilians", "injured all 12..: dozens more"]),
    ("Two suicide bombers killed at least two people near the station.", ["killed all 2..: at least two people"]),
    ("A suicide bomber killed himself and 12 others.", ["killed all 12: 12 others"]),
    ("A woman was killed.", ["killed women 1: A woman"]),
    ("A woman and a child were killed and twenty civilians were treated.",
     ["killed women 1: A woman", "killed children 1: a child"]),
    ("A 12-year-old girl was wounded.", ["injured children 1: A 12-year-old girl"]),
    ("Fifteen civilians and 27 fighters were killed.",
     ["killed civilians 15: Fifteen civilians", "killed combatants 27: 27 fighters"]),
    ("Five soldiers and three policemen were killed.",
     ["killed combatants 8 sum: Five soldiers and three policemen"]),
    ("It killed 12 people, including five children.",
     ["killed all 12: 12 people", "killed children 5 subset: five children"]),
    ("At least 23 civilians, among them eight children and six women, were killed at dawn.",
     ["killed civilians 23..: At least 23 civilians", "killed children 8 subset: eight children",
      "killed women 6 subset: six women"]),
    ("The raid killed 36 people, 12 of them children.",
     ["killed all 36: 36 people", "killed children 12 subset: 12 of them children"]),
    ("Eighteen members of the Freedom Front were killed by mistake.", ["killed all 18: Eighteen members"]),
    ("Some 300 fighters on both sides have died.", ["killed combatants 300: Some 300 fighters"]),
    ("Two others have since died.", ["killed all 2: Two others"]),
    ("Forty passengers drowned.", ["killed all 40: Forty passengers"]),
    ("Twelve miners lost their lives.", ["killed all 12: Twelve miners"]),
    ("The crash claimed the lives of 22 people.", ["killed all 22: 22 people"]),
    ("The war has claimed some 300,000 lives.", ["killed all 300000: some 300,000"]),
    ("The deaths of 12 people shocked the town.", ["killed all 12: 12 people"]),
    ("Police confirmed 43 deaths.", ["killed all 43: 43"]),
    ("The bodies of 12 men were found in a well.", ["killed all 12: 12 men"]),
    ("The death toll rose to 95.", ["killed all 95: 95"]),
    ("The death toll rose from 70 to 95 overnight.", ["killed all 95: 95"]),
    ("They put the death toll at at least 70.", ["killed all 70..: at least 70"]),
    ("Nine protesters were shot dead.", ["killed all 9: Nine protesters"]),
    ("The group beheaded two hostages.", ["killed all 2: two hostages"]),
    ("Dozens of people were also wounded.", ["injured all 12..: Dozens of people"]),
    ("Four others sustained injuries.", ["injured all 4: Four others"]),
    ("Police arrested 30 protesters and released 12.", ["arrested all 30: 30 protesters", "released all 12: 12"]),
    ("Some 40 students were detained.", ["arrested all 40: Some 40 students"]),
    ("Gunmen abducted 40 schoolgirls.", ["abducted children 40: 40 schoolgirls"]),
    ("Seven aid workers were kidnapped on Monday.", ["abducted all 7: Seven aid workers"]),
    ("Five workers were taken hostage.", ["abducted all 5: Five workers"]),
    ("Hundreds remain missing.", ["missing all 100..: Hundreds"]),
    ("Twenty fishermen went missing.", ["missing all 20: Twenty fishermen"]),
    ("The rebels freed 12 prisoners.", ["released all 12: 12 prisoners"]),
    ("Twelve hostages were set free.", ["released all 12: Twelve hostages"]),
    ("The fighting has displaced 300,000 people.", ["displaced all 300000: 300,000 people"]),
    ("More than 20,000 people fled the town.", ["displaced all 20001..: More than 20,000 people"]),
    ("The shelling forced 20,000 people to flee.", ["displaced all 20000: 20,000 people"]),
    ("Around 4,000 residents were evacuated.", ["displaced civilians 4000: Around 4,000 residents"]),
    ("Some 2,000 people marched through the capital.", ["participants all 2000: Some 2,000 people"]),
    ("A crowd of about 5,000 people filled the square.", ["participants all 5000: about 5,000 people"]),
    ("A 300-strong crowd threw stones.", ["participants all 300: 300"]),
    ("No one was hurt.", ["injured all 0: No one"]),
    ("Nobody was killed.", ["killed all 0: Nobody"]),
    ("The bomb killed no one.", ["killed all 0: no one"]),
    ("There were no casualties.", ["killed all 0: no casualties", "injured all 0: no casualties"]),
    ("The raid caused no deaths.", ["killed all 0: no deaths"]),
    ("Wednesday 7 Aug 2013 sixty-two fighters were killed in an ambush.",
     ["killed combatants 62: sixty-two fighters"]),
    ("Twelve civilian workers, 3 female students and 2 army personnel died.",
     ["killed civilians 12: Twelve civilian workers", "killed women 3: 3 female students",
      "killed combatants 2: 2 army personnel"]),
    ("6 citizens killed 22 injured in rebel attacks", ["killed all 6: 6 citizens", "injured all 22: 22"]),
    ("At least 70 regime and rebel fighters have been killed.",
     ["killed combatants 70..: At least 70 regime and rebel fighters"]),
    ("Strikes since 21 May have killed between 229 and 425 civilians.",
     ["killed civilians 229..425: between 229 and 425 civilians"]),
    ("Three Syrians were killed on June 3.", ["killed all 3: Three Syrians"]),
    ("In June 40 people were killed.", ["killed all 40: 40 people"]),
    ("Five children in a bus were killed.", ["killed children 5: Five children"]),
    ("Between 20 and 30 militants were killed.", ["killed combatants 20..30: Between 20 and 30 militants"]),
]  # fmt: skip
NO_TOLLS = [
    "Two of the victims were killed before.",
    "The wounded were taken to 3 clinics.",
    "The dead were taken to two mosques.",
    "It killed 17 years ago.",
    "Two of the dead were women.",
    "Neither side reported casualties.",
    "He was killed in 2014.",
    "The rebels killed 3 June 2014.",
    "He was killed at 19.",
    "Ahmad, 12, was killed.",
    "The strikes could kill 300 people.",
    "The strikes could have killed 300 people.",
    "They threatened to kill 12 hostages.",
    "He plotted to murder 30 tourists.",
    "The army denied killing 20 civilians.",
    "The army did not kill 20 civilians.",
    "No fewer shells fell than before.",
    "Twenty people are feared dead.",
    "20 people feared dead",
    "If 12 people were killed, it would be the worst attack.",
    "Twelve hostages would be released.",
    "The government will release 200 prisoners.",
    "They agreed to free 12 prisoners.",
    "Were 12 people killed?",
    "There were no immediate reports of casualties.",
    "There was no word on casualties.",
    "Killing and injuring dozens, the storm moved on.",
    "Dozens were killed and injured.",
    "Dozens were killed or wounded.",
    "Twenty casualties were reported.",
    "The 12 dead were buried.",
    "The fire killed 300 sheep.",
    "The quake damaged 48 apartments and killed livestock.",
    "Five police stations were attacked.",
    "Two villages were killed off by the drought.",
    "The bombing hit 12 kilometres from the place where he was wounded.",
    "Three rockets wounded the mayor.",
    "Many people were killed.",
    "Civilians were killed and children wounded.",
    "Resolution 2254 passed and he was freed.",
    "He died aged 71.",
    "The 46th brigade was killed off.",
    "She was the first of three sisters to flee.",
    "The vote was 12 to 3.",
    "They killed him at 9 pm.",
    "He shot at 15 metres and missed.",
    "A rebel-held town was wounded by war.",
    "Witnesses saw several bodies.",
    "The 1973 building was home to over 1,000 people.",
    "A police station was set on fire; no group claimed it.",
    "Prices rose 12 percent as traders were arrested.",
    "",
]


@pytest.mark.parametrize(("sentence", "expected"), TOLLS)
def test_stated_tolls_are_found(sentence: str, expected: list[str]) -> None:
    """Each stated number goes to its own measure and persons, with its words verbatim, and nothing else is found."""
    rows = find_counts(sentence)
    assert [spelled(row) for row in rows] == expected
    assert all(sentence[row.start : row.end] == row.words for row in rows)


@pytest.mark.parametrize("sentence", NO_TOLLS)
def test_nothing_is_found_where_no_toll_is_stated(sentence: str) -> None:
    """Years, ages, things, plans, denials, fears, questions, subsets and combined numbers are no tolls."""
    assert find_counts(sentence) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17 killed, 71 wounded", {Measure.KILLED, Measure.INJURED}),
        ("20 casualties", {Measure.KILLED, Measure.INJURED}),
        ("a death toll of 5", {Measure.KILLED}),
        ("12 people", set()),
    ],
)
def test_measures_are_named_by_their_words(text: str, expected: set[Measure]) -> None:
    """Every cue word tells its measure; "casualties" tell two."""
    assert measures_named(text) == expected


@given(sentence=st.text(max_size=200))
def test_any_sentence_is_answered(sentence: str) -> None:
    """No text makes it fail, and whatever is found stands there verbatim."""
    for row in find_counts(sentence):
        assert sentence[row.start : row.end] == row.words


@given(
    number=st.integers(2, 9_999),
    noun=st.sampled_from(["people", "soldiers", "civilians"]),
    verb=st.sampled_from(["killed", "wounded"]),
)
def test_voice_makes_no_difference(number: int, noun: str, verb: str) -> None:
    """Active, passive and headline say the same number of the same persons."""
    phrase = f"{number:,} {noun}"
    forms = (f"The raid {verb} {phrase}.", f"In all, {phrase} were {verb}.", f"Raid: {phrase} {verb} in the north")
    found = [[(row.measure, row.who, row.value, row.words) for row in find_counts(form)] for form in forms]
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 1
    assert found[0][0][3] == phrase


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        ("The raids pushed 300,000 people towards the border.", [("300,000 people", Measure.DISPLACED)]),
        ("The fighting has driven 40,000 people towards the camps.", [("40,000 people", Measure.DISPLACED)]),
        ("Police pushed three men into a van.", []),
    ],
)
def test_people_pushed_towards_a_place_are_displaced(sentence: str, rows: list[tuple[str, Measure]]) -> None:
    """Who is driven towards somewhere is displaced; who is pushed about is not."""
    assert [(row.words, row.measure) for row in find_counts(sentence)] == rows

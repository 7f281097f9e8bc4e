"""Who gained ground, by the codebook's cue words."""

from __future__ import annotations

import pytest

from extractor.events.territory import territory_change
from extractor.events.vocabulary import EventType, TerritoryChange

GOV, NON, NO = TerritoryChange.GOVERNMENT_GAINS, TerritoryChange.NONSTATE_GAINS, TerritoryChange.NONE


@pytest.mark.parametrize(
    ("sentence", "change"),
    [
        ("Rebels captured the town of Kafr Aleh after a day of fighting.", NON),
        ("The Taliban fighters seized control of Kunduz.", NON),
        ("M23 rebels seized the mining town of Rubaya.", NON),
        ("The Arakan Army took Paletwa.", NON),
        ("Paramilitary Rapid Support Forces captured the city of Wad Madani.", NON),
        ("Rebel forces overran an army base near Wau.", NON),
        ("The town was captured by rebels on Friday.", NON),
        ("The city fell into the hands of the militia.", NON),
        ("The army withdrew from the base.", NON),
        ("Soldiers abandoned their positions on the hill.", NON),
        ("Government forces retook two villages from the insurgents.", GOV),
        ("The military said it had regained control of Myawaddy.", GOV),
        ("Two villages were retaken by government troops.", GOV),
        ("Militants were driven out of the district.", GOV),
        ("The rebels handed over the district to the government.", GOV),
        (
            "Rebels took the village in the morning, but troops recaptured it later; the army recaptured the village.",
            GOV,
        ),
        ("Rebels tried to capture the airport but were pushed back.", NO),
        ("The army did not take control of the hill.", NO),
        ("If rebels captured the city, the road would be cut.", NO),
        ("The army repelled an attempt to overrun the base.", NO),
        ("The army plans to retake the province.", NO),
        ("The army captured 12 fighters.", NO),
        ("Soldiers seized weapons and ammunition in the village.", NO),
        ("Police seized drugs.", NO),
        ("Troops clashed with gunmen near the river.", NO),
        ("The town was captured on Friday.", NO),
        ("Villagers took the road to Goma.", NO),
        ("", NO),
    ],
)
def test_cue_words_tell_who_gained(sentence: str, change: TerritoryChange) -> None:
    """A side, a verb of gaining or losing and ground make a change; attempts, plans, people and things do not."""
    assert territory_change(EventType.ARMED_CLASH, [sentence]) is change


def test_last_change_stands() -> None:
    """Of several changes the last one in text order counts."""
    sentences = ["Rebels captured the town.", "The army recaptured the town at dusk.", "Shops stayed shut."]
    assert territory_change(EventType.ARMED_CLASH, sentences) is GOV
    assert territory_change(EventType.NONVIOLENT_TRANSFER_OF_TERRITORY, sentences[:1]) is NON
    assert territory_change(EventType.ARMED_CLASH, []) is NO


@pytest.mark.parametrize(
    "kind", [t for t in EventType if t not in {EventType.ARMED_CLASH, EventType.NONVIOLENT_TRANSFER_OF_TERRITORY}]
)
def test_other_types_have_no_change(kind: EventType) -> None:
    """Only clashes and transfers of territory change hands."""
    assert territory_change(kind, ["Rebels captured the town."]) is NO

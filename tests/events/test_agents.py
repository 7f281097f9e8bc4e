"""Who did it is read off the passive voice."""

from __future__ import annotations

import pytest

from extractor.events.agents import deed_agent, passive_agent


@pytest.mark.parametrize(
    ("sentence", "agent"),
    [
        ("The plane was shot down by rebel fighters near the village.", "rebel fighters"),
        ("Nine people were killed by army shelling in Kalwe.", "army"),
        ("The town was attacked by the Red Star Brigade on Sunday.", "the Red Star Brigade"),
        ("Two men were killed by a car bomb.", None),
        ("Houses were damaged by the explosion.", None),
        ("Protesters were dispersed by police and soldiers.", "police"),
        ("He stood by the gate.", None),
        ("All five deaths were caused by gas poisoning.", None),
        ("The raid was carried out by masked gunmen, police said.", "masked gunmen"),
        ("The army shelled the town.", None),
        ("It was destroyed by fire.", None),
        ("Two people were killed by rocket fire on Sunday.", None),
        ("Nine were killed by army artillery fire.", "army"),
        ("The town was taken by rebels backed by a neighbour.", "rebels backed by a neighbour"),
        ("There was fighting with rebels backed by Sudria.", None),
    ],
)
def test_the_doer_behind_by_is_returned(sentence: str, agent: str | None) -> None:
    """Persons and groups behind "by" are doers; weapons and deeds are not."""
    assert passive_agent(sentence) == agent


@pytest.mark.parametrize(
    ("sentence", "agent"),
    [
        ("Nine died in Sudrian army shelling on Monday.", "Sudrian army"),
        ("Explosions were heard, apparently from a rebel attack on the depot.", "a rebel"),
        ("Three were hurt in Israeli air strikes.", "Israeli"),
        ("Aleppo shelling went on.", None),
        ("The attack went on.", None),
        ("Nothing happened.", None),
    ],
)
def test_a_force_before_a_deed_did_it(sentence: str, agent: str | None) -> None:
    """A force or people named right before the deed is its doer; a place is not."""
    assert deed_agent(sentence) == agent

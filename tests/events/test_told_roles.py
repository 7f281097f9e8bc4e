"""Roles read off the one line in which a model told an event."""

from __future__ import annotations

import pytest

from extractor.events.told_roles import only_says, told_roles

_LINES = [
    # line, by, to
    ("Police arrested two men in Kisumu", ("Police",), ("two men",)),
    ("Two men were arrested by border police near Kisumu", ("border police",), ("Two men",)),
    ("More than 1000 people have been arrested", (), ("More than 1000 people",)),
    ("14 people killed", (), ("14 people",)),
    ("Troops opened fire on miners", ("Troops",), ("miners",)),
    ("France rejects the offer of Spain", ("France",), ("Spain",)),
    ("Dozens killed in air strikes", (), ("Dozens",)),
    ("Air strikes killed 61 people in Syria", (), ("61 people",)),
    ("Russian air strikes hit a clinic in Sarmin", ("Russian",), ("a clinic",)),
    ("A car bomb exploded near a market, killing nine civilians", (), ("nine civilians",)),
    ("A bombing killed a reporter and injured 12 civilians", (), ("12 civilians",)),
    (
        "The village was hit by Russian and Syrian army shelling since May",
        ("Russian and Syrian army",),
        ("The village",),
    ),
    ("Bermuda was rarely hit by hurricanes", ("hurricanes",), ("Bermuda",)),
    ("The minister accused Hungary of meddling", ("The minister",), ("Hungary",)),
    ("The coalition called upon the UN Security Council to act", ("The coalition",), ("the UN Security Council",)),
    ("France imposed sanctions on Peru", ("France",), ("Peru",)),
    ("Fighters backed by Paris took a base", ("Fighters",), ("a base",)),
    ("Clashes between the army and rebel fighters in Goma left nine dead", ("the army",), ("rebel fighters",)),
    ("The Observatory said that government jets bombed Douma", ("government jets",), ("Douma",)),
    ("On Monday, Kenya and Uganda signed a treaty", ("Kenya", "Uganda"), ("a treaty",)),
    ("A suicide bomber blew himself up", ("A suicide bomber",), ()),
    ("The agreement is regularly violated", (), ("The agreement",)),
    ("The plane is in the sea", (), ()),
    ("The former president died in Cairo", (), ("The former president",)),
    ("States filed a lawsuit against the governor", ("States",), ("the governor",)),
    ("The ministry confirmed five new deaths", ("The ministry",), ()),
    ("The mayor said nothing of it", ("The mayor",), ()),
    ("He dropped out", (), ()),
    ("The Centre for Marine Life sued Kenya", ("The Centre for Marine Life",), ("Kenya",)),
    ("Spain thanked Obi for Peru", ("Spain",), ("Obi",)),
    ("Drivers should leave the valley", ("Drivers",), ("the valley",)),
    ("Protesters demand talks with Peru", ("Protesters",), ("Peru",)),
    ("Villagers reportedly believe the governor", ("Villagers",), ("the governor",)),
    ("The demand angered Kenya", (), ("Kenya",)),
    ("Heavy rain", (), ()),
    ("", (), ()),
]


@pytest.mark.parametrize(("line", "by", "to"), _LINES, ids=[line or "nothing" for line, *_ in _LINES])
def test_word_order_gives_the_roles(line: str, by: tuple[str, ...], to: tuple[str, ...]) -> None:
    """A short line with its subject first gives who did it and whom it was done to."""
    roles = told_roles(line)
    assert (roles.by, roles.to) == (by, to)


def test_speech_is_done_by_the_speaker() -> None:
    """Of what somebody announces, the speaker is the doer; of what somebody only tells, the one told about."""
    line = "Carla Obi announced that the army will leave the town"
    assert told_roles(line, speech=True).by == ("Carla Obi",)
    assert told_roles(line).by == ("the army",)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("The coach said the young players had made progress", True),
        ("The minister announced a curfew", False),
        ("Police arrested two men", False),
        ("Two men were told to leave", False),
        ("Nothing", False),
    ],
)
def test_only_says(line: str, says: bool) -> None:
    """A line whose verb is one of saying tells an opinion; announcing and claiming are acts."""
    assert only_says(line) is says

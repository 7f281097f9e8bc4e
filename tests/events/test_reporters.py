"""Who tells of an event is told apart from who did it."""

from __future__ import annotations

import pytest

from extractor.events.reporters import tells


@pytest.mark.parametrize(
    ("name", "sentence", "expected"),
    [
        ("the Observatory", "Nine people died in air strikes, the Observatory said.", True),
        ("Rami Haddad", "Monitor chief Rami Haddad told the agency that shells had hit the town.", True),
        ("Lena Obi", "According to police officer Lena Obi, the man fled.", True),
        ("Amal", "Amal, a group based in London, said the army had burned the village.", True),
        ("Human Data Watch", "Human Data Watch (HDW) reported on Monday that 12 were killed.", True),
        ("the army", "The army burned the village, residents said.", False),
        ("the army", "The army said the army had burned nothing.", False),
        ("gunmen", "Gunmen on motorcycles killed 11 farmers, the mayor said.", False),
        ("the mayor", "Gunmen on motorcycles killed 11 farmers, the mayor said.", True),
        ("nobody", "Gunmen killed 11 farmers.", False),
    ],
)
def test_a_name_beside_a_verb_of_saying_tells(name: str, sentence: str, expected: bool) -> None:  # noqa: FBT001 - a row
    """A name tells when every mention of it stands at a verb of saying."""
    assert tells(name, sentence) is expected

"""Tests of extractor.events.retold: tolls that lean on another toll."""

from __future__ import annotations

import pytest

from extractor.events.retold import retold
from extractor.events.toll_finder import find_counts


@pytest.mark.parametrize(
    ("sentence", "beside", "found"),
    [
        (
            'The clinic gave six dead; the police chief of the district counts "two or three".',
            "",
            [("killed", "two or three", "the police chief of the district")],
        ),
        ("The directorate now puts the dead at 31; at noon it had 22.", "", [("killed", "22", None)]),
        (
            "The directorate now puts the dead at 31, nine of them children; at noon it had 22.",
            "",
            [("killed", "22", None)],
        ),
        (
            "A nun who washed the bodies said there were five.",
            "The ministry spoke of three dead.",
            [("killed", "five", "A nun who washed the bodies")],
        ),
        ("It had put the dead at 70 last week.", "Thirty-one people died in the flood.", [("killed", "70", None)]),
        ("Earlier five were spoken of.", "The number of people killed has reached seven.", [("killed", "five", None)]),
        (
            'The front spoke of "not fewer than 30" Abkhaz dead.',
            "Nine soldiers were killed and 23 were hurt.",
            [("killed", "not fewer than 30", "The front")],
        ),
        ("The toll rose to 12 dead, up from an earlier nine.", "", [("killed", "nine", None)]),
        ("Rebels counted 40.", "Twelve people were injured.", [("injured", "40", "Rebels")]),
        # It is the same number, a thing, a part, or leans on nothing
        ("The police, too, counted 12.", "Twelve people were injured.", []),
        ("Police counted three houses.", "Nine soldiers were killed.", []),
        ("It had 22 boats.", "Nine soldiers were killed.", []),
        ("Officials spoke of a second blast.", "Nine soldiers were killed.", []),
        ("Rebels counted 40.", "Nobody was hurt.", []),
        ("Rebels counted 40.", "The market was full.", []),
        ("He was born in 1970 and counted among the best.", "Nine soldiers were killed.", []),
    ],
)
def test_a_number_counts_what_the_toll_beside_it_counts(
    sentence: str, beside: str, found: list[tuple[str, str, str | None]]
) -> None:
    """Words that only give a number give it for the toll that they lean on, with whoever gives it."""
    rows = retold(sentence, find_counts(sentence) or find_counts(beside))
    assert [(row.measure, row.words, row.source) for row in rows] == found

"""The numbers of MUC-4 keys: floors, ceilings, ranges, and what is no number."""

from __future__ import annotations

import pytest

from extractor.evaluation.muc4.counts import read_number


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        ("3", (3, 3)),
        ("~40", (40, 40)),
        ("10-", (10, None)),
        ("- 15", (None, 15)),
        ("-26", (None, 26)),
        ("5 - 8", (5, 8)),
        ("PLURAL", (2, None)),
        ("8 - 5", None),
        ("MANY", None),
        ("", None),
        ("-", None),
        ("5 8", None),
    ],
)
def test_numbers_of_keys_are_read(text: str, persons: tuple[int | None, int | None] | None) -> None:
    """Floors, ceilings, ranges and plurals keep their open ends."""
    assert read_number(text) == persons

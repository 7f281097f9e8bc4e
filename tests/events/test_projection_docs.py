"""The table of types in docs/projections.md says what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.events.acled import acled_sub_event
from extractor.events.plover import CATEGORIES
from extractor.events.ucdp import ORGANISED
from extractor.events.vocabulary import EventType
from tests.events.projected import event

PAGE = Path(__file__).parents[2] / "docs" / "projections.md"


@pytest.mark.parametrize("kind", EventType)
def test_documented_row_matches_the_code(kind: EventType) -> None:
    """Sub-event type, PLOVER category and UCDP's yes or dash stand in the type's row as the code has them."""
    row = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{kind}` |"))
    _, _, acled, plover, ucdp, _ = (cell.strip() for cell in row.split("|"))
    coded = acled_sub_event(event(kind))
    assert acled.startswith(coded[2] if coded else "none")
    category = CATEGORIES[kind]
    assert plover.startswith(category[0] if category else "none")
    assert category is None or category[1] is None or category[1] in plover
    assert ucdp == ("yes" if kind in ORGANISED else "\u2013")

"""Label values: what a label may say, and what it can't."""

from __future__ import annotations

import tomllib

import pytest
from pydantic import ValidationError

from extractor.scoring.labels import LabelledArticle

_LABEL = """
id = "harbour-fire"
published = 2014-03-07
kind = "wire"

[[events]]
type = "attack"
evidence = ["Gunmen fired on a bus"]
when = { words = "on Friday", start = 2014-03-07, end = 2014-03-07 }
initiators = [["gunmen", "the gunmen"], { names = ["a local clan"], optional = true }]
counts = [{ measure = "killed", words = "three people", min = 3, max = 3 }]
"""


def test_list_of_names_is_a_required_actor() -> None:
    """A bare list of names reads as a required actor, a table may make it optional."""
    event = LabelledArticle.model_validate(tomllib.loads(_LABEL)).events[0]
    assert [(a.names[0], a.optional) for a in event.initiators] == [("gunmen", False), ("a local clan", True)]


@pytest.mark.parametrize("standing", ["background", "aggregate"])
def test_context_is_free(standing: str) -> None:
    """Missing an event of standing background or aggregate costs nothing."""
    label = _LABEL.replace('type = "attack"', f'type = "attack"\nstanding = "{standing}"')
    assert LabelledArticle.model_validate(tomllib.loads(label)).events[0].free


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("start = 2014-03-07", "start = 2014-03-08", "after it ends"),
        ("min = 3, max = 3", "min = 4, max = 3", "above max"),
        (", min = 3, max = 3", "", "needs min or max"),
        ('"attack"', '"ambush"', "armed_clash"),
        ('kind = "wire"', 'kind = "wire"\ncolour = "red"', "colour"),
        ('"harbour-fire"', '"../fire"', "pattern"),
    ],
)
def test_impossible_values_are_refused(old: str, new: str, said: str) -> None:
    """A value that no article can mean is refused with the reason."""
    with pytest.raises(ValidationError, match=said):
        LabelledArticle.model_validate(tomllib.loads(_LABEL.replace(old, new, 1)))

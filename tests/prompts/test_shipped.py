"""The prompts that come with the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extractor.events.vocabulary import EventType, Involvement, Measure, Role, Sector, Stance, Standing, Status, Who
from extractor.prompts.check import check_folder
from extractor.prompts.registry import load
from extractor.prompts.render import opening

if TYPE_CHECKING:
    from enum import StrEnum


def test_every_shipped_version_is_good() -> None:
    """Nothing in the shipped prompts has changed since publication, and all of their examples hold."""
    specs, findings = check_folder()
    assert "events@v1" in specs
    assert [str(finding) for finding in findings] == []


@pytest.mark.parametrize("values", [EventType, Status, Standing, Role, Sector, Involvement, Measure, Who, Stance])
def test_events_v1_explains_every_value(values: type[StrEnum]) -> None:
    """The rules of events@v1 name every value that its reply type allows, so no value must be guessed."""
    prompt = load("events@v1")
    rules = opening(prompt, prompt.steps[0])[0].content
    assert [value for value in values if value not in rules] == []


def test_events_v1_lists_types_by_precedence() -> None:
    """The types stand in the order of the vocabulary, which is the order of precedence that the rules appeal to."""
    prompt = load("events@v1")
    listed = [line[2:].split(":")[0] for line in opening(prompt, prompt.steps[0])[0].content.splitlines()]
    assert [line for line in listed if line in list(EventType)] == list(EventType)

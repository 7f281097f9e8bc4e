"""prompt.toml: what it may say."""

from __future__ import annotations

import pytest

from extractor.errors import PromptError
from extractor.prompts.manifest import read_manifest
from tests.prompt_folders import MANIFEST

STEP = '[[steps]]\nname = "all"\nreply = "events.v1"\n'
SYSTEM = '[[steps.messages]]\nrole = "system"\ntemplate = "system.jinja"\n'
USER = '[[steps.messages]]\nrole = "user"\ntemplate = "all.jinja"\n'
TOP = 'why = "Made for a test"\nreply = "events.v1"\n'


def test_a_good_manifest_is_read() -> None:
    """Every table of a good file arrives typed."""
    manifest = read_manifest(MANIFEST, "events@v1")
    assert (manifest.reply, manifest.parameters.max_tokens, manifest.steps[0].per) == ("events.v1", 900, "article")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (STEP + USER, "why: Field required"),
        (TOP.replace("Made for a test", "short") + STEP + USER, "why"),
        (TOP.replace("Made for", r"Made\nfor") + STEP + USER, "why"),
        (TOP, "steps: Field required"),
        (TOP + STEP, r"steps\[0\]\.messages: Field required"),
        (TOP + "colour = 1\n" + STEP + USER, "colour: Extra inputs"),
        (TOP + STEP + "colour = 1\n" + USER, r"steps\[0\]\.colour"),
        (TOP.replace("events.v1", "events") + STEP + USER, "reply: String should match"),
        (TOP + "[parameters]\ntemperature = 9\n" + STEP + USER, "parameters.temperature"),
        (TOP + "[parameters]\nmax_tokens = 0\n" + STEP + USER, "parameters.max_tokens"),
        (TOP + '[values]\nfurniture = "hide"\n' + STEP + USER, "values.furniture"),
        (TOP + STEP + 'per = "paragraph"\n' + USER, r"steps\[0\]\.per"),
        (TOP + STEP + USER + SYSTEM, "stand before the messages"),
        (TOP + STEP + SYSTEM, "last message must have role"),
        (TOP + STEP + USER + STEP + USER, "same name"),
        (TOP + STEP + '[[steps.messages]]\nrole = "user"\n' + USER, "either template"),
        (TOP + STEP + '[[steps.messages]]\ntemplate = "all.jinja"\n' + USER, "needs a role"),
        (TOP + STEP + USER.replace("all.jinja", "../all.jinja"), "no file name of this folder"),
        (TOP + STEP + USER.replace("all.jinja", "all.toml"), "no file name of this folder"),
        (TOP + STEP + USER.replace('"user"', '"tool"'), "role: Input should be"),
    ],
)
def test_a_bad_manifest_says_where(text: str, said: str) -> None:
    """Each problem is named with its path in the file."""
    with pytest.raises(PromptError, match=said):
        read_manifest(text, "events@v1")


def test_all_problems_are_reported_at_once() -> None:
    """Two mistakes in one file give one message that names both."""
    with pytest.raises(PromptError, match=r"2 problem\(s\).*colour.*shape"):
        read_manifest(TOP + "colour = 1\nshape = 2\n" + STEP + USER, "events@v1")

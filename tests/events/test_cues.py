"""Cues in a text's tokens: whole words, stems, endings and several words, however short."""

from __future__ import annotations

import pytest

from extractor.events.cues import CueTable
from extractor.events.view import View


@pytest.mark.parametrize(
    ("cues", "text", "words"),
    [
        (["attack*"], "attackers attacked an attache", ["attackers", "attacked"]),
        (["attack*", "ai*"], "aid for attackers", ["aid", "attackers"]),
        (["no", "attack*"], "no nobody", ["no"]),
        (["a"], "a an", ["a"]),
        (["call* off", "calling"], "calling it off, called off", ["calling", "called off"]),
        (["n't"], "they didn't, they haven't", ["didn't", "haven't"]),
        (["deny", "denied"], "they denied, deny, denying", ["denied", "deny"]),
    ],
)
def test_a_cue_is_found_by_its_first_letters_however_few(cues: list[str], text: str, words: list[str]) -> None:
    """Short words and stems beside long ones are neither missed nor taken for the beginning of other words."""
    view = View.of(text)
    table = CueTable({"found": cues})
    for _ in range(2):  # the second time from what the table remembers
        hits = table.hits(view, range(len(view.keys)))
        assert [view.words(hit.low, hit.high) for hit in hits] == words

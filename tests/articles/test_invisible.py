"""Characters nobody sees are reported where no script needs them."""

from __future__ import annotations

import pytest

from extractor.articles.invisible import find_invisible

SMUGGLED = [
    ("zero width space", "ki\u200blled", "zero-width"),
    ("word joiner", "ki\u2060lled", "zero-width"),
    ("byte order mark inside", "ki\ufefflled", "zero-width"),
    ("joiner in Latin", "ki\u200dlled", "zero-width"),
    ("right-to-left override", "abc\u202edef", "bidirectional"),
    ("isolate", "abc\u2066def\u2069", "bidirectional"),
    ("tag characters", "Hello\U000e0049\U000e0067\U000e006e", "tag characters"),
    ("variation selector bytes", "a\U000e0101\U000e0150", "variation selectors"),
    ("stacked selectors", "a\ufe00\ufe01", "variation selectors"),
    ("invisible times", "a\u2062b", "fillers"),
    ("hangul filler", "a\u3164b", "fillers"),
    ("braille blank", "a\u2800b", "fillers"),
    ("terminal escape", "a\x1b[31mb", "control"),
    ("backspace", "abc\x08", "control"),
    ("direction mark in Latin", "a\u200eb", "direction marks"),
]
ORDINARY = [
    "Three people died.",
    "می\u200cخواهم بروم",
    "क\u094d\u200dष",
    "family 👨\u200d👩\u200d👧 photo",
    "❤\ufe0f and ☎\ufe0e",
    "flag of England 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "שלום\u200f!",
    "soft\u00adhyphen and no\u00a0break",
    "tabs\tand\nlines\r\n",
    "",
]


@pytest.mark.parametrize(("text", "kind"), [(t, k) for _, t, k in SMUGGLED], ids=[n for n, _, _ in SMUGGLED])
def test_smuggling_characters_are_reported(text: str, kind: str) -> None:
    """Each kind of invisible character gives a warning that names and counts it."""
    warnings = find_invisible(f"The army said {text} on Sunday.")
    assert len(warnings) == 1
    assert kind in warnings[0]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_not_reported(text: str) -> None:
    """Joiners in Persian, Hindi and emoji, marks in Hebrew, soft hyphens are how those are written."""
    assert find_invisible(text) == ()

"""Characters that a reader cannot see: kept, because offsets are into the untouched text, but reported.

Text can be smuggled past a human eye with characters that have no width or no glyph: tag characters spell ASCII
invisibly, bidirectional controls show a sentence in another order than a model reads it, terminal escapes hide what
stands before them. The same characters are ordinary where scripts need them (joiners in Persian, Hindi and emoji,
marks in Arabic and Hebrew), and there nothing is reported.
"""

from __future__ import annotations

import re
from typing import Final

_ZERO_WIDTH = re.compile(
    r"[\u200b\u2060\ufeff\u180e\u034f]|(?<![^\x00-\u05ff])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u05ff])"
)
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_MARKS = re.compile(r"[\u200e\u200f\u061c]")
_RTL = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_TAGS = re.compile(r"(?<!\U0001f3f4)(?<![\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+")
_SELECTORS = re.compile(r"[\U000e0100-\U000e01ef]|[\ufe00-\ufe0f]{2,}|(?<=[\x20-\x7e])[\ufe00-\ufe0d]")
_FILLERS = re.compile(r"[\u2061-\u2064\u206a-\u206f\u115f\u1160\u3164\uffa0\ufff9-\ufffb\u2800]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_ANY = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef]"
)

_KINDS: Final = (
    ("zero-width characters", _ZERO_WIDTH),
    ("bidirectional controls", _BIDI),
    ("tag characters (invisible text)", _TAGS),
    ("variation selectors without a base", _SELECTORS),
    ("invisible fillers", _FILLERS),
    ("control characters", _CONTROLS),
)


def find_invisible(text: str) -> tuple[str, ...]:
    """Return one warning per kind of invisible character that ``text`` holds without need; most texts have none."""
    if not _ANY.search(text):
        return ()
    found = [(name, pattern.findall(text)) for name, pattern in _KINDS]
    if not _RTL.search(text):
        found.append(("direction marks", _MARKS.findall(text)))
    return tuple(f"the text holds {sum(map(len, hits))} {name}" for name, hits in found if hits)

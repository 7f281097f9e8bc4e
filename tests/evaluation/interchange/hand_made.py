"""An article with signs that tools count differently, its label, and the same as other tools write it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from extractor.evaluation.gold import GoldArticle
from extractor.scoring.labels import LabelledArticle

if TYPE_CHECKING:
    from pathlib import Path

CLUSTERS = "👍🏽 Cafe\u0301 👨\u200d👩\u200d👧 नि 🇫🇷 – "
"""Emoji with a skin tone, a letter with a combining accent, a family of five code points, a vowel sign, a flag."""
BODY = (
    "Varde, 7 March 2011 - A ferry sank off Sollund on Sunday. At least 17 passengers drowned 🚢, the harbour master "
    "said.\nTwo crew members are missing. The Union of Seamen blamed the owner, Baltic Lines, on Monday.\n"
)
TEXT = CLUSTERS + BODY

EVENTS: list[dict[str, Any]] = [
    {
        "type": "disaster_accident",
        "alt_types": ["other"],
        "evidence": ["A ferry sank off Sollund on Sunday.", "At least 17 passengers drowned 🚢"],
        "when": {"words": "on Sunday", "start": "2011-03-06", "end": "2011-03-06"},
        "where": {"words": "off Sollund", "country": "DNK", "settlement": "Sollund", "aliases": ["Varde Bay"]},
        "targets": [["passengers"], {"names": ["Two crew members", "crew members"], "optional": True}],
        "counts": [
            {"measure": "killed", "words": "At least 17 passengers", "min": 17, "source": "the harbour master"},
            {"measure": "missing", "words": "Two crew members", "min": 2, "max": 2, "optional": True},
        ],
        "note": "A note.",
    },
    {
        "type": "accusation",
        "alt_status": ["attempted"],
        "standing": "other",
        "optional": True,
        "evidence": ["The Union of Seamen blamed the owner, Baltic Lines, on Monday."],
        "when": {"words": "on Monday", "start": "2011-03-07", "end": "2011-03-07"},
        "or_when": [{"words": "on Monday"}],
        "initiators": [["The Union of Seamen", "Union of Seamen"]],
        "targets": [["Baltic Lines", "the owner"]],
    },
    {
        "type": "accusation",
        "standing": "other",
        "evidence": ["The Union of Seamen blamed the owner, Baltic Lines, on Monday."],
        "when": {"end": "2011-03-07"},
        "targets": [["Baltic Lines"]],
    },
]


def label(**changes: Any) -> LabelledArticle:
    """Return the article's label; ``changes`` replace what it says."""
    whole = {"id": "dk-2011-ferry", "published": "2011-03-07", "kind": "wire", "country": "DNK", "events": EVENTS}
    return LabelledArticle.model_validate_json(json.dumps({**whole, **changes}))


def article(text: str = TEXT, **changes: Any) -> GoldArticle:
    """Return the labelled article."""
    return GoldArticle(label(**changes), text)


def saved(folder: Path, content: object, name: str = "export.json") -> Path:
    """Write what a tool exports, and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file

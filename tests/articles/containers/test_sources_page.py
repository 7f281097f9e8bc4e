"""The page about sources says what the code does: its limits, its file names, its fields."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from extractor.articles.options import MAX_BYTES, Limits
from extractor.articles.sources import PACKED, SUFFIXES, named_format

PAGE = (Path(__file__).parents[3] / "docs" / "sources.md").read_text("utf-8")
TABLE = "".join(re.findall(r"^\|.*\n", PAGE.split("\n## Kinds\n")[1].split("\n## ")[0], re.MULTILINE))


def test_limits_of_the_page() -> None:
    """Every limit stands on the page with its default."""
    stated = {
        name: int(value.replace(",", ""))
        for name, value in re.findall(r"^\| `(\w+)` \| ([\d,]+) \|", PAGE, re.MULTILINE)
    }
    assert stated == {"max_bytes": MAX_BYTES, **{field.name: field.default for field in fields(Limits)}}


def test_file_names_of_the_page() -> None:
    """Every file that the table of kinds reads by its name is known by that name."""
    names = re.findall(r"extractor extract (?:story\.txt )?([\w.]+\.\w+)`", TABLE)
    assert len(names) > 8
    assert all(named_format(name) for name in names)


def test_endings_of_the_page() -> None:
    """Every ending that the table of kinds names is known."""
    named = re.findall(r"`(\.[\w.]+)`", TABLE)
    assert len(named) > 7
    assert all(f".{ending.rpartition('.')[2]}" in {*SUFFIXES, *PACKED} for ending in named)

"""docs/exports.md names every column of every table, in their order, with what it holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.archive.exports.columns import Kind
from extractor.archive.exports.tables import PROVENANCE, TABLES

PAGE = (Path(__file__).parents[3] / "docs" / "exports.md").read_text("utf-8")


@pytest.mark.parametrize("name", ["where a row comes from", *TABLES])
def test_the_columns_are_documented(name: str) -> None:
    """Name and kind of each column stand in the page's table, and no other."""
    columns = PROVENANCE if name not in TABLES else [c for c in TABLES[name].columns if c not in PROVENANCE]
    section = PAGE.split(f"## Columns: {name}\n")[1].split("\n## ")[0]
    rows = [line.split(" | ")[:2] for line in section.splitlines() if line.startswith("| `")]
    expected = [
        [
            f"| `{column.name}`",
            f"{column.kind}: {', '.join(f'`{part.name}`' for part in column.parts)}"
            if column.kind is Kind.RECORDS
            else str(column.kind),
        ]
        for column in columns
    ]
    assert rows == expected

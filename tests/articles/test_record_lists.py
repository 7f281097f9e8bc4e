"""JSON lists that are too large to hold are read a record at a time, with the same articles."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from extractor.articles.article import Article
from extractor.articles.options import InputFailure, ReadOptions
from extractor.articles.read import read

if TYPE_CHECKING:
    from pathlib import Path

RECORDS = [
    {"id": n, "text": f"Rockets hit {n} houses in Orun. Nobody said more.", "date": "2023-02-03", "score": n / 7}
    for n in range(200)
]


def facts(path: Path, options: ReadOptions) -> list[object]:
    """Return what makes the articles of a file the same articles."""
    found = list(read(path, options=options))
    return [(a.id, a.text, a.published, a.source) if isinstance(a, Article) else str(a.error) for a in found]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_large_lists(tmp_path: Path, indent: int | None, mark: str) -> None:
    """Articles, ids, dates and names are those of the list when it is held, packed or not."""
    text = mark + json.dumps([*RECORDS, "no record", {"id": "x"}], indent=indent)
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    held = facts(tmp_path / "a.json", ReadOptions(language="en"))
    assert len(held) == 202
    assert facts(tmp_path / "a.json", ReadOptions(max_bytes=len(text) // 3, language="en")) == held
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(text.encode()))
    packed = facts(tmp_path / "a.json.gz", ReadOptions(max_bytes=len(text) // 3, language="en"))
    assert [fact[:3] for fact in packed if isinstance(fact, tuple)] == [
        fact[:3] for fact in held if isinstance(fact, tuple)
    ]


@pytest.mark.parametrize(
    ("text", "articles", "message"),
    [
        (json.dumps(RECORDS)[:-5_000], 1, "is no valid JSON after record "),
        (json.dumps(RECORDS)[:-1] + ", {]", 200, "is no valid JSON after record 200"),
        (json.dumps([*RECORDS[:3], {"text": "x" * 300_000}, *RECORDS[3:]]), 3, "a record of it,' is larger than"),
        ('[{"a": ' + "[" * 200_000, 0, "nested more than 100 deep"),
        ("[{" + "no json " * 9_000, 0, "is no valid JSON after record 0"),
    ],
)
def test_lists_that_break(tmp_path: Path, text: str, articles: int, message: str) -> None:
    """A list that is broken, or has a record that is too large, ends there with one failure, and keeps what it had."""
    (tmp_path / "a.json").write_text(text)
    results = list(read(tmp_path / "a.json", options=ReadOptions(max_bytes=4_000, language="en")))
    failures = [str(item.error) for item in results if isinstance(item, InputFailure)]
    assert len(results) - len(failures) >= articles
    assert len(failures) == 1
    assert message in failures[0]


def test_large_text_in_brackets(tmp_path: Path) -> None:
    """A large text that only begins with a bracket is no list."""
    (tmp_path / "a").write_text("[Reuters] " + "A mine killed two. " * 500)
    (failure,) = read(tmp_path / "a", options=ReadOptions(max_bytes=2_000))
    assert isinstance(failure, InputFailure)
    assert "the limit is 0.002 MB" in str(failure.error)

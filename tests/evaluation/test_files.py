"""Files that are whole or not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extractor.evaluation.files import whole_lines, write_whole

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    """What stood there before stands there still, and no half file beside it."""
    (tmp_path / "here" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="here"):
        write_whole(tmp_path / "here", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """The new text takes the old one's place, readable for everybody."""
    path = tmp_path / "file.json"
    for text in ("a long old text", "new ü\n"):
        write_whole(path, text)
        assert path.read_text(encoding="utf-8") == text
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    ("content", "lines", "end"),
    [
        (b"", [], 0),
        (b"half", [], 0),
        (b"one\n", ["one"], 4),
        (b"one\ntw", ["one"], 4),
        ("one\nzwö\ndr".encode()[:-1], ["one", "zwö"], 9),
        ("one\nzwö".encode()[:-1], ["one"], 4),
    ],
)
def test_an_unfinished_last_line_is_not_there(tmp_path: Path, content: bytes, lines: list[str], end: int) -> None:
    """A reader sees the finished lines, also where the kill came in the middle of a letter."""
    path = tmp_path / "lines"
    path.write_bytes(content)
    assert whole_lines(path) == (lines, end)

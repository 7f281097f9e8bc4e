"""Files, folders and globs: which files are articles, in which order, and what is said where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extractor.articles.sources import find_files
from extractor.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with articles and other things."""
    for name in ("b.txt", "a.html", "deep/c.JSONL", "deep/er/d.md", "x.png", ".hidden.txt", ".git/e.txt", "noext"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    return tmp_path


def ids(spec: object) -> list[str]:
    """Return the ids of the files behind ``spec``."""
    return [found.id for found in find_files(str(spec))]


def test_file_is_itself(folder: Path) -> None:
    """A file is read whatever its suffix, and named by its file name."""
    assert ids(folder / "x.png") == ["x.png"]
    assert ids(folder / "deep/er/d.md") == ["d.md"]


def test_folder_is_read_with_sub_folders_in_order(folder: Path) -> None:
    """Known suffixes in any case, sorted, hidden things left alone; ids are paths inside the folder."""
    assert ids(folder) == ["a.html", "b.txt", "deep/c.JSONL", "deep/er/d.md"]


def test_globs(folder: Path) -> None:
    """A glob names what it matches, sorted; a folder that it matches stands for its articles."""
    assert ids(folder / "*.txt") == ["b.txt"]
    assert ids(folder / "**/*.md") == ["deep/er/d.md"]
    assert ids(folder / "d*") == ["deep/c.JSONL", "deep/er/d.md"]


def test_file_whose_name_looks_like_a_glob(folder: Path) -> None:
    """A file that exists is meant, even if its name holds brackets."""
    (folder / "a[1].txt").write_text("x")
    assert ids(folder / "a[1].txt") == ["a[1].txt"]


def test_linked_folders_do_not_loop(folder: Path) -> None:
    """A link to the folder itself is not followed."""
    (folder / "loop").symlink_to(folder)
    assert ids(folder) == ["a.html", "b.txt", "deep/c.JSONL", "deep/er/d.md"]


@pytest.mark.parametrize(
    ("name", "why", "hint"),
    [
        ("b.tx", "does not exist", "Did you mean"),
        ("zzzzzz", "does not exist", "standard input"),
        ("no/such/file.txt", "does not exist", "no folder"),
        (".git/x", "does not exist", ""),
        ("*.pdf", "matches no file", "Quote"),
        ("n" * 5000, "no file name", "Give a file"),
    ],
)
def test_what_is_not_there(folder: Path, name: str, why: str, hint: str) -> None:
    """Missing inputs end in one line that names them, with a hint that helps."""
    with pytest.raises(InputError, match=why) as caught:
        ids(folder / name)
    assert hint in caught.value.hint
    assert "\n" not in str(caught.value)


def test_folder_without_articles(tmp_path: Path) -> None:
    """An empty folder is told, with the suffixes that count."""
    with pytest.raises(InputError, match="without articles") as caught:
        ids(tmp_path)
    assert ".txt" in caught.value.hint

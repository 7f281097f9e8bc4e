"""Writing a set: whole or not at all, and never where it could be committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extractor.errors import UsageError
from extractor.evaluation.gold import read_gold
from extractor.evaluation.set_files import check_target, write_set
from extractor.evaluation.shipped import evals_folder
from tests.evaluation.gold_folder import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from extractor.evaluation.gold import GoldArticle


def test_a_written_set_is_the_set(tmp_path: Path) -> None:
    """What was written is read back with the same digest, also into an empty folder, and nothing else is left."""
    gold = read_gold(write(tmp_path / "from"))
    (tmp_path / "empty").mkdir()
    for name in ("new", "empty"):
        write_set(tmp_path / name, gold.articles)
        assert read_gold(tmp_path / name).digest == gold.digest
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "from", "new"]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """A folder with something in it, and a file, are left alone."""
    folder = write(tmp_path / "set")
    before = sorted(folder.rglob("*"))
    file = tmp_path / "file"
    file.write_text("mine")
    for out in (folder, file):
        with pytest.raises(UsageError, match="exists already"):
            write_set(out, read_gold(folder).articles)
    assert sorted(folder.rglob("*")) == before
    assert file.read_text() == "mine"


@pytest.mark.parametrize("inside", [".", "new", "gold/new", "gold/../new"])
def test_the_shipped_folder_is_refused(inside: str) -> None:
    """No set of others can get into what is shipped, by whatever path it is named."""
    with pytest.raises(UsageError, match="holds nothing of others"):
        check_target(evals_folder() / inside)


def test_a_link_into_the_shipped_folder_is_refused(tmp_path: Path) -> None:
    """A link is followed before it is judged."""
    link = tmp_path / "link"
    link.symlink_to(evals_folder())
    with pytest.raises(UsageError, match="holds nothing of others"):
        check_target(link / "new")


def test_a_folder_without_a_parent_is_refused(tmp_path: Path) -> None:
    """The place must exist; it is not made on the way."""
    with pytest.raises(UsageError, match="there is no folder"):
        check_target(tmp_path / "no" / "where")


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    """Where writing fails half way, no part of the set and no temporary folder remains."""
    gold = read_gold(write(tmp_path / "from"))

    def broken() -> Iterator[GoldArticle]:
        yield gold.articles[0]
        raise OSError(28, "No space left on device")

    with pytest.raises(UsageError, match="No space left on device"):
        write_set(tmp_path / "new", broken())
    assert [path.name for path in tmp_path.iterdir()] == ["from"]

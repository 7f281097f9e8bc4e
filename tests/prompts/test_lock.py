"""The lock file: written, read back, compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extractor.errors import PromptError
from extractor.prompts.lock import (
    Lock,
    LockEntry,
    differences,
    digest_of,
    hash_files,
    read_lock,
    tagged_sha256,
    write_lock,
)

if TYPE_CHECKING:
    from pathlib import Path

HASHES = hash_files({"b.jinja": b"two", "a.toml": b"one"})
ENTRY = LockEntry(digest_of(HASHES), tagged_sha256(b"words"), HASHES)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    """A lock survives the round trip through its file, labels included."""
    lock = Lock({"events@v2": ENTRY, "events-lite@v1": ENTRY}, {"events": "v2"})
    write_lock(tmp_path, lock)
    assert read_lock(tmp_path) == lock


def test_the_file_is_the_same_whatever_the_order(tmp_path: Path) -> None:
    """Writing is canonical, so that a lock changes in version control only where it says something new."""
    write_lock(tmp_path, Lock({"a@v1": ENTRY, "b@v1": ENTRY}))
    first = (tmp_path / "lock.toml").read_bytes()
    write_lock(tmp_path, Lock({"b@v1": ENTRY, "a@v1": ENTRY}))
    assert (tmp_path / "lock.toml").read_bytes() == first


def test_writing_leaves_nothing_else_behind(tmp_path: Path) -> None:
    """The lock is replaced in one step, without a temporary file left over."""
    write_lock(tmp_path, Lock({"a@v1": ENTRY}))
    assert [path.name for path in tmp_path.iterdir()] == ["lock.toml"]


def test_no_file_is_an_empty_lock(tmp_path: Path) -> None:
    """A folder without a lock has no published versions."""
    assert read_lock(tmp_path) == Lock()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('digest = "sha256:', 'digest = "md5:'),
        ("[versions.", "[verions."),
        ('"a.toml" = "sha256:', '"c.toml" = "sha256:'),
        ("wording", "words"),
        ("# Hashes", "= Hashes"),
    ],
)
def test_a_tampered_lock_is_refused(old: str, new: str, tmp_path: Path) -> None:
    """A lock that is malformed, or whose digest does not follow from its file hashes, is not believed."""
    write_lock(tmp_path, Lock({"events@v1": ENTRY}))
    path = tmp_path / "lock.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(PromptError, match=r"lock\.toml"):
        read_lock(tmp_path)


def test_differences_name_each_file() -> None:
    """Changed, missing and added files are told apart."""
    now = hash_files({"b.jinja": b"TWO", "c.md": b"three"})
    assert differences(ENTRY, now) == (("a.toml", "missing"), ("b.jinja", "changed"), ("c.md", "added"))
    assert differences(ENTRY, HASHES) == ()

"""Saving one label: only true labels, whole files, and never over what somebody else has saved meanwhile.

Whoever opens a label is told its *version*, the tagged hash of the file's bytes (or that there is no file yet). Saving
names that version; where the file has another by then, nothing is written and :class:`LabelConflictError` brings what
stands there now. Between looking and writing the folder is locked, so that of two savers, in one process or in two,
exactly one is first.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import threading
from typing import TYPE_CHECKING, Final

from extractor.errors import StoreError, UsageError
from extractor.evaluation.files import write_whole
from extractor.evaluation.gold import ANNOTATORS, LABELS
from extractor.evaluation.labels.toml import to_toml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from extractor.scoring.labels import LabelledArticle

NO_FILE: Final = "none"
"""The version of a label that nobody has saved yet."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_one_at_a_time = threading.Lock()


class LabelConflictError(StoreError):
    """Somebody else saved the label first; nothing was written."""

    def __init__(self, file: str, text: str, version: str) -> None:
        super().__init__(
            f"{file!r} was changed by somebody else after you opened it; nothing was written",
            hint="compare both, then save yours over it or go on with theirs",
        )
        self.text = text
        """What stands in the file now; empty where it was deleted."""
        self.version = version


def layer_of(annotator: str | None) -> str:
    """Return the folder of one annotator's labels inside a set; None: of the labels that are scored against.

    Raises:
        UsageError: This is no annotator's name.
    """
    if annotator is None:
        return LABELS
    if not _NAME.fullmatch(annotator):
        raise UsageError(
            f"{annotator[:40]!r} is no annotator's name", hint="1 to 32 of a-z, 0-9 and hyphens, such as a or maria"
        )
    return f"{ANNOTATORS}/{annotator}"


def annotators_of(folder: Path) -> list[str]:
    """Return the names of those who have a folder of labels in the set."""
    root = folder / ANNOTATORS
    return sorted(path.name for path in root.glob("*") if path.is_dir() and _NAME.fullmatch(path.name))


def label_file(folder: Path, layer: str, article: str) -> Path:
    """Return where the label of ``article`` stands, or is to be written.

    Labels may lie in folders below their layer; a file that is there already is the one.
    """
    found = sorted((folder / layer).rglob(f"{article}.toml"))
    return found[0] if found else folder / layer / f"{article}.toml"


def version_of(file: Path) -> str:
    """Return the version of a label's file."""
    try:
        return "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()
    except FileNotFoundError:
        return NO_FILE


def save_label(folder: Path, layer: str, label: LabelledArticle, *, expected: str) -> str:
    """Write one label.

    Args:
        folder: The labelled set.
        layer: Of :func:`layer_of`.
        label: Checked already.
        expected: The version that the saver has seen.

    Returns:
        The new version.

    Raises:
        LabelConflictError: The file has another version by now.
        StoreError: The disk refuses.
    """
    file = label_file(folder, layer, label.id)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with _locked(file.parent):
            there = version_of(file)
            if there != expected:
                text = "" if there == NO_FILE else file.read_text(encoding="utf-8", errors="replace")
                raise LabelConflictError(file.relative_to(folder).as_posix(), text, there)
            write_whole(file, to_toml(label))
            return version_of(file)
    except OSError as error:
        raise StoreError(f"cannot write {str(file)!r}: {error.strerror}", hint="nothing was changed") from error


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold ``folder`` for this thread of this process; where the system knows no such locks, of this process only."""
    with _one_at_a_time:
        try:
            import fcntl  # noqa: PLC0415 - Windows has none
        except ModuleNotFoundError:
            yield
            return
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

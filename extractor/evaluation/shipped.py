"""Where the evaluation data that comes with extractor lies: the labelled set, the suites, the kept runs, the floor."""

from __future__ import annotations

from pathlib import Path

from extractor.errors import UsageError


def evals_folder() -> Path:
    """Return the folder ``evals``: inside the installed package, or beside a source checkout.

    Raises:
        UsageError: It is missing.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_evals", package.parent / "evals"):
        if folder.is_dir():
            return folder
    raise UsageError("the evaluation data that belongs to extractor is missing", hint="install extractor again")

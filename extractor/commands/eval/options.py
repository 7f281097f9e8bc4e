"""Options that several verbs of ``extractor eval`` share, and the values that they mean."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from extractor.evaluation.interchange.offsets import Unit

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

RUNS = Path("eval-runs")
"""Where runs are kept unless --runs names another folder."""
REPLIES = "replies"
"""The folder of kept replies below it."""


class Half(StrEnum):
    """Which part of the labelled set."""

    DEV = "dev"
    TEST = "test"
    ALL = "all"


class Date(StrEnum):
    """Whether the publication date is given beside the text."""

    GIVEN = "given"
    STRIPPED = "stripped"


class Furniture(StrEnum):
    """Whether page furniture stays in the text."""

    KEPT = "kept"
    REMOVED = "removed"


Suite = Annotated[str | None, typer.Option(metavar="NAME", help="Suite, or a .toml file; options beat what it says.")]
HalfOption = Annotated[
    Half | None, typer.Option("--half", help="Part of the set: dev to look at, test to decide by.  [default: dev]")
]
DateOption = Annotated[
    Date | None, typer.Option("--date", help="Give the publication date or hold it back.  [default: given]")
]
FurnitureOption = Annotated[
    Furniture | None, typer.Option("--furniture", help="Leave page furniture or take it out.  [default: kept]")
]
Repeats = Annotated[
    int | None, typer.Option(min=1, max=100, help="Times to ask about each article.  [default: 1]", show_default=False)
]
Runs = Annotated[Path, typer.Option("--runs", metavar="FOLDER", help="Where runs and replies are kept.")]
RunName = Annotated[
    str, typer.Argument(metavar="RUN", help="Name or folder of a kept run; see extractor eval history.")
]
Set = Annotated[Path | None, typer.Option("--set", metavar="FOLDER", help="Labelled set.  [default: the shipped one]")]
Labels = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Folder of the labels inside the set, such as annotators/a.  [default: labels]"),
]

Offsets = Annotated[
    Unit | None,
    typer.Option("--offsets", help="What offsets count.  [default: what the file declares, else its tool's own]"),
]


def run_folder(name: str, runs: Path) -> Path:
    """Return the folder of the run ``name``: a path, or a name among ``runs`` or the runs that ship with extractor.

    Raises:
        UsageError: There is no such run.
    """
    from difflib import get_close_matches

    from extractor.errors import UsageError
    from extractor.evaluation.runs import MANIFEST

    shipped = shipped_runs()
    for folder in (Path(name), runs / name, shipped / name):
        if (folder / MANIFEST).is_file():
            return folder
    known = sorted({path.parent.name for root in (runs, shipped) for path in root.glob(f"*/{MANIFEST}")})
    near = get_close_matches(name, known, n=1, cutoff=0.3)
    hint = f"did you mean {near[0]!r}?" if near else "extractor eval run makes one"
    raise UsageError(f"there is no run {name!r} in {str(runs)!r}", hint=hint)


def shipped_runs() -> Path:
    """Return the folder of the runs that ship with extractor; it need not exist."""
    from extractor.evaluation.shipped import evals_folder

    return evals_folder() / "runs"

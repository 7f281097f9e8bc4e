"""``extractor eval baseline``: the figures that today's code must still reach on the kept replies that ship."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.commands.eval import options
from extractor.commands.output import write_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.evaluation.baseline import Checked, Floor

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

Option = typer.Option
BELOW = 7
"""Exit code where something was lost, as of a gate that failed."""


def baseline(
    *,
    write: Annotated[
        str | None, Option("--write", metavar="RUN", help="Take this run over and make its figures the floor.")
    ] = None,
    lower: Annotated[
        str | None, Option("--lower", metavar="REASON", help="With --write: let a figure be lower than it was.")
    ] = None,
    evals: Annotated[
        Path | None, Option("--evals", metavar="FOLDER", help="Folder evals.  [default: the shipped one]")
    ] = None,
    runs: options.Runs = options.RUNS,
) -> None:
    """Check the kept replies in evals/runs against their floors in evals/baseline.json, without a model.

    Exit code 7: a figure lies below its floor.
    """
    from extractor.errors import UsageError
    from extractor.evaluation.baseline import check_floor, read_baseline, write_floor
    from extractor.evaluation.gold import read_gold
    from extractor.evaluation.runs import load_run
    from extractor.evaluation.shipped import evals_folder

    root = evals or evals_folder()
    if lower is not None and write is None:
        raise UsageError("--lower means nothing without --write", hint="extractor eval baseline --write RUN --lower …")
    if write is not None:
        if root.name.startswith("_"):
            raise UsageError("the floor inside the installed package cannot be changed", hint="name yours with --evals")
        gold = read_gold(root / "gold")
        write_lines(_floor_lines(write_floor(load_run(options.run_folder(write, runs)), root, gold, lower=lower)))
        return
    floors = read_baseline(root).floors
    if not floors:
        write_lines(["no floor is set: extractor eval baseline --write RUN sets one"])
        return
    gold = read_gold(root / "gold")
    checked = [check_floor(floor, root, gold) for floor in floors]
    write_lines(line for one in checked for line in _checked_lines(one))
    raise typer.Exit(BELOW if any(one.lost for one in checked) else 0)


def _floor_lines(floor: Floor) -> Iterator[str]:
    yield f"the floor of {floor.run}: EventF1 {floor.figures.event_f1}, on {floor.set_digest}"
    if floor.lowered:
        yield f"lowered: {floor.lowered}"


def _checked_lines(one: Checked) -> Iterator[str]:
    f1 = one.report.event_f1.value
    yield f"{'BELOW' if one.lost else 'good'}: {one.floor.run}: EventF1 {f1:.4f}, floor {one.floor.figures.event_f1}"
    yield from (f"  {loss}" for loss in one.lost)

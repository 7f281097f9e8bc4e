"""``extractor archive drop``: one run out of the store, whole."""

from __future__ import annotations

from typing import Annotated

import typer

from extractor.commands.archive import options

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415


def drop(
    run: options.RunName,
    *,
    store: options.StoreOption = options.STORE,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete a run from the store with all that no other run uses; what others share stays.

    It is one step: all of the run's rows go, or none.
    """
    import sys

    from extractor.errors import UsageError
    from extractor.render.progress import note
    from extractor.render.terminal import is_terminal

    with options.opened(store) as opened:
        found = opened.run(run)
        tally = opened.tally(found)
        cost = "an unknown cost" if tally.usage.cost_usd is None else f"{tally.usage.cost_usd:.4f} USD"
        what = f"{run}: {tally.done} of {tally.articles} articles done, {tally.events} events, {cost}"
        if not yes:
            if not is_terminal(sys.stdin):
                raise UsageError(f"nothing is dropped without a yes ({what})", hint="add --yes")
            typer.confirm(f"{what}. Drop it?", abort=True, err=True)
        opened.drop(found)
    note(f"dropped {what}")

"""``extractor archive reground``: kept replies through today's grounding, without a model."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import typer

from extractor.commands.archive import options

if TYPE_CHECKING:
    from extractor.archive.records import Run
    from extractor.archive.reground import Regrounded
    from extractor.archive.store import Store

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415


def reground(
    run: options.RunName,
    *,
    store: options.StoreOption = options.STORE,
    as_json: options.AsJson = False,
) -> None:
    """Turn the kept replies of a run into events again by today's code and tables; nothing is asked.

    What today's code would have asked otherwise cannot be made again: it stays as it is, is named, and the exit code
    is 3.
    """
    import asyncio

    from extractor.archive.keys import grounding_version
    from extractor.commands.extract_run import SOME_FAILED
    from extractor.commands.output import write_lines

    with options.opened(store) as opened:
        counts = asyncio.run(_reground(opened, opened.run(run), as_json=as_json))
    if not as_json:
        became = f"{counts['changed']} changed, {counts['same']} the same, {counts['kept']} kept as they were"
        write_lines([f"{run}: {counts.total()} answers grounded again by {grounding_version()}: {became}"])
    raise typer.Exit(SOME_FAILED if counts["kept"] else 0)


async def _reground(store: Store, run: Run, *, as_json: bool) -> Counter[str]:
    from extractor.archive.reground import reground as again
    from extractor.commands.archive.diff import event_lines
    from extractor.commands.output import write_lines

    counts: Counter[str] = Counter()
    async for found in again(store, run):
        outcome = "kept" if found.problem else "changed" if found.changes else "same"
        counts[outcome] += 1
        if as_json:
            write_lines([json.dumps(as_values(found, outcome), ensure_ascii=False)])
        elif found.problem:
            write_lines([f"{found.article} ({found.source}): kept as it was: {found.problem.message}"])
        elif found.changes:
            write_lines(
                [f"{found.article} ({found.source}): was grounded by {found.before}", *event_lines(found.changes)]
            )
    return counts


def as_values(found: Regrounded, outcome: str) -> dict[str, Any]:
    """Return what became of one answer as JSON values; events by id."""
    changes = found.changes
    return {
        "article": found.article,
        "source": found.source,
        "outcome": outcome,
        "before": found.before,
        "gone": [event.id for event in changes.only_one],
        "new": [event.id for event in changes.only_other],
        "changed": {changed.other.id: list(changed.fields) for changed in changes.changed},
        "problem": found.problem and found.problem.message,
    }

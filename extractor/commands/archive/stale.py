"""``extractor archive stale``: which kept results today's prompts or grounding would not give."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.commands import options as asking  # noqa: TC001 - typer reads the annotations when it runs
from extractor.commands.archive import options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.archive.stale import Stale

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415


def stale(
    *,
    run: Annotated[str | None, typer.Option(metavar="RUN", help="Look at this run only.")] = None,
    prompt: Annotated[
        str | None,
        typer.Option(metavar="NAME@VERSION", help="Version to have been asked with.", show_default="each run's own"),
    ] = None,
    prompts_dir: asking.PromptsDir = None,
    store: options.StoreOption = options.STORE,
    as_json: options.AsJson = False,
) -> None:
    """Name the results whose prompt has another wording today, or that another version of the grounding made.

    The first want asking again: a new run, which costs what changed. The second do not: extractor archive reground.
    """
    from extractor.archive.stale import stale as find
    from extractor.commands.output import write_lines
    from extractor.prompts.registry import load

    wanted = load(prompt, prompts_dir) if prompt else None
    counts: Counter[tuple[str, str]] = Counter()
    with options.opened(store) as opened:
        for found in find(opened, [opened.run(run)] if run else opened.runs(), wanted, prompts_dir):
            counts[found.run, " and ".join(found.reasons)] += 1
            write_lines([json.dumps(asdict(found), ensure_ascii=False) if as_json else line(found)])
    if not as_json:
        write_lines(summary(counts))


def line(found: Stale) -> str:
    """Return a stale row as a line of text."""
    made = f"asked with {found.prompt}, grounded by {found.grounding}"
    return f"{found.run}: {found.article} ({found.source}): {' and '.join(found.reasons)}; {made}"


def summary(counts: Counter[tuple[str, str]]) -> Iterator[str]:
    """Yield how many rows are stale, by run and reason."""
    if not counts:
        yield "nothing is stale"
    yield from (f"{run}: {count} stale by {reasons}" for (run, reasons), count in counts.items())

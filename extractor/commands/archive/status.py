"""``extractor archive status``: how far the runs of a store are, what they cost, and what failed."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from extractor.commands.archive import options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.archive.records import Run, Tally
    from extractor.archive.store import Store

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415


def status(
    name: Annotated[str | None, typer.Argument(metavar="[RUN]", help="One run, with everything that failed.")] = None,
    *,
    store: options.StoreOption = options.STORE,
    as_json: options.AsJson = False,
    check: Annotated[bool, typer.Option("--check", help="Read the whole file and look for damage.")] = False,
) -> None:
    """Show how far the runs of a store are and what they have cost; of one run also what failed and why."""
    from extractor.commands.output import write_lines
    from extractor.errors import StoreError

    with options.opened(store) as opened:
        runs = [opened.run(name)] if name else opened.runs()
        if as_json:
            write_lines(json.dumps(as_values(opened, run, failures=bool(name)), ensure_ascii=False) for run in runs)
        else:
            for run in runs:
                write_lines(run_lines(opened, run, failures=bool(name)))
            if not runs:
                write_lines([f"{str(opened.path)!r} holds no run; extractor archive run begins one"])
        if check:
            damage = opened.check()
            write_lines(damage)
            if damage:
                raise StoreError(f"{str(opened.path)!r} is damaged in {len(damage)} places")
            write_lines([f"{str(opened.path)!r} is sound"] if not as_json else [])


def run_lines(store: Store, run: Run, *, failures: bool) -> Iterator[str]:
    """Yield what is known of a run, the first line by itself enough."""
    from extractor.render.archive_progress import figures

    tally, plan = store.tally(run), run.plan
    yield f"{run.name}: {state_of(run, tally)}; {figures(tally)}"
    yield f"  begun {run.begun:%Y-%m-%d %H:%M} UTC with {plan.prompt}, {plan.model}; sources: {', '.join(plan.sources)}"
    yield from (f"  {line}" for line in details(tally))
    if failures:
        kinds: Counter[str] = Counter()
        for failure in store.failures(run):
            kinds[failure.kind] += 1
            yield f"  {failure.article} ({failure.source}): {failure.kind}: {failure.message}"
        if kinds:
            yield "  failures: " + ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())


def state_of(run: Run, tally: Tally) -> str:
    """Return how far a run is."""
    if run.ingested is None:
        return f"{tally.articles:,} articles read so far, {tally.open:,} of them open"
    return f"{tally.open:,} of {tally.articles:,} articles open" if tally.open else f"all {tally.articles:,} articles"


def details(tally: Tally) -> Iterator[str]:
    """Yield what a tally holds beyond its figures; nothing where there is nothing."""
    if tally.claimed:
        yield f"{tally.claimed:,} being asked about now, or when their process died"
    shared = {
        "with the very question of another one": tally.duplicates,
        "answered before this run": tally.cached,
        "near another one and not asked about": tally.near,
    }
    if any(shared.values()):
        yield "not asked: " + ", ".join(f"{count:,} {why}" for why, count in shared.items() if count)
    if tally.unreadable:
        yield f"{tally.unreadable:,} inputs hold no article"
    usage = tally.usage
    if usage.requests:
        yield f"{usage.requests:,} requests in {tally.attempts:,} attempts, {usage.re_asks:,} of them re-asks"
    if tally.unresolved:
        yield f"{tally.unresolved:,} attempts were cut off by a kill; their articles may be paid for twice"


def as_values(store: Store, run: Run, *, failures: bool) -> dict[str, Any]:
    """Return a run as JSON values."""
    tally = store.tally(run)
    values: dict[str, Any] = {
        "run": run.name,
        "begun": run.begun.isoformat(),
        "ingested": run.ingested and run.ingested.isoformat(),
        "extractor_version": run.extractor_version,
        "plan": run.plan.model_dump(mode="json"),
        "articles": tally.articles,
        "open": tally.open,
        **asdict(tally),
        "usage": tally.usage.model_dump(mode="json"),
    }
    return values | ({"failures": [asdict(failure) for failure in store.failures(run)]} if failures else {})

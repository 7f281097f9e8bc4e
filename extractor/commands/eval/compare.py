"""``extractor eval compare``, ``power`` and ``history``: what kept runs say about each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from extractor.commands.eval import options
from extractor.commands.output import write_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from extractor.evaluation.gold import GoldSet
    from extractor.evaluation.runs import Run
    from extractor.scoring.figures import Comparison

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

Option = typer.Option
_WORST = 5
_SIZES = (60, 120, 240, 480)
"""Sizes of labelled sets for which ``power`` says what they show."""


def compare(  # noqa: PLR0913 - a command has as many parameters as options
    baseline: Annotated[str, typer.Argument(metavar="A", help="Run of what is in use.")],
    candidate: Annotated[str, typer.Argument(metavar="B", help="Run of what may replace it.")],
    *,
    set_folder: options.Set = None,
    labels: options.Labels = None,
    runs: options.Runs = options.RUNS,
    as_json: Annotated[bool, Option("--json", help="Print the comparison as JSON.")] = False,
) -> None:
    """Compare two kept runs on the same articles: by how much B differs from A, where, and how sure that is."""
    from extractor.evaluation.gold import LABELS, read_gold

    gold = read_gold(set_folder, labels=labels or LABELS)
    one, other, found = _compared(candidate, baseline, gold, runs)
    write_lines([found.model_dump_json(indent=1)] if as_json else comparison_lines(one.name, other.name, found))


def power(  # noqa: PLR0913 - same
    candidate: Annotated[
        str | None, typer.Argument(metavar="[A]", help="A run.  [default: the newest]", show_default=False)
    ] = None,
    baseline: Annotated[
        str | None, typer.Argument(metavar="[B]", help="A run to set it against.", show_default=False)
    ] = None,
    *,
    difference: Annotated[float, Option(help="Difference of EventF1 to be seen; 0.02 is two points.", min=1e-4, max=1)],
    set_folder: options.Set = None,
    labels: options.Labels = None,
    runs: options.Runs = options.RUNS,
) -> None:
    """Say how many labelled articles would tell a difference from chance, by how two runs differ article by article.

    Without runs, the newest one and the newest that can be compared with it.
    """
    from extractor.evaluation.gold import LABELS, read_gold
    from extractor.scoring.power import articles_needed, detectable_difference

    gold = read_gold(set_folder, labels=labels or LABELS)
    if candidate is None or baseline is None:
        candidate, baseline = _newest_pair(candidate, gold, runs)
    one, other, found = _compared(candidate, baseline, gold, runs)
    needed = articles_needed(found, difference)
    settled = f"about {needed} labelled articles" if needed else "no set of reasonable size"
    write_lines(
        [
            f"{one.name} and {other.name}: {found.articles} articles, standard error {found.standard_error:.4f}",
            f"{settled} would show a difference of {difference:g} (80 % chance, two-sided 5 %)",
            *(f"{size:>4} articles show {detectable_difference(found, size):.4f} and more" for size in _SIZES),
        ]
    )


def history(*, runs: options.Runs = options.RUNS) -> None:
    """List the kept runs, the oldest first: what was asked, how it scored then, what it cost.

    The figure is the one of the day on which the run ended; eval rescore says what it is today.
    """
    rows: list[tuple[str, ...]] = [
        ("ENDED", "EVENTF1 (95 %)", "ARTICLES", "HALF", "SET", "PROMPT", "MODEL", "ASKED", "COST", "RUN")
    ]
    folders = [path.parent for root in (runs, options.shipped_runs()) for path in root.glob("*/run.json")]
    rows += [cells for _, cells in sorted(map(_history_row, folders))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    write_lines("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def comparison_lines(candidate: str, baseline: str, found: Comparison) -> Iterator[str]:
    """Yield a comparison as lines of text: the whole first, then slots, hard figures and the worst articles."""
    from extractor.commands.eval.figures import interval, share

    yield f"candidate {candidate}: EventF1 {interval(found.candidate)}"
    yield f"baseline  {baseline}: EventF1 {interval(found.baseline)}"
    yield f"difference {interval(found.difference, '+')}, p = {found.p:.4f}, {found.articles} articles"
    yield f"{'slot':<11} {'candidate':>9} {'baseline':>9}  {'difference':<26} {'p (Holm)':>8}"
    for slot, one in found.slots.items():
        yield (
            f"{slot:<11} {one.candidate:9.3f} {one.baseline:9.3f}  "
            f"{interval(one.difference, '+'):<26} {one.p_holm:8.4f}"
        )
    yield "p of slots is corrected for there being six (Holm), their intervals are not: where they disagree, p decides"
    new, old = found.hard_candidate, found.hard_baseline
    yield f"grounded {share(new.grounding)}, was {share(old.grounding)}"
    yield f"dates made up {share(new.date_fabrication)}, was {share(old.date_fabrication)}"
    yield f"conflicting tolls kept {share(new.conflict_retention)}, was {share(old.conflict_retention)}"
    lost = [one for one in found.per_article if one.candidate < one.baseline][:_WORST]
    gained = [one for one in reversed(found.per_article) if one.candidate > one.baseline][:_WORST]
    for title, articles in (("largest losses", lost), ("largest gains", gained)):
        if articles:
            yield title
            yield from (f"  {one.article}: {one.baseline:.3f} → {one.candidate:.3f}" for one in articles)


def _compared(candidate: str, baseline: str, gold: GoldSet, runs: Path) -> tuple[Run, Run, Comparison]:
    from extractor.evaluation.runs import load_run
    from extractor.evaluation.scored import compare_runs, score_run

    one, other = (load_run(options.run_folder(name, runs)) for name in (candidate, baseline))
    return one, other, compare_runs(score_run(one, gold), score_run(other, gold))


def _newest_pair(candidate: str | None, gold: GoldSet, runs: Path) -> tuple[str, str]:
    """Return the newest finished run (or the one that is named) and the newest that can be compared with it."""
    from extractor.errors import UsageError
    from extractor.evaluation.runs import COMPLETE, load_run
    from extractor.evaluation.scored import comparable

    roots = (runs, options.shipped_runs())
    finished = [load_run(path.parent) for root in roots for path in root.glob(f"*/{COMPLETE}")]
    finished.sort(key=lambda run: run.manifest.begun, reverse=True)
    firsts = [load_run(options.run_folder(candidate, runs))] if candidate else finished
    for one in firsts:
        for other in finished:
            if other.folder != one.folder and one.plan.set_digest == gold.digest and comparable(one.plan, other.plan):
                return str(one.folder), str(other.folder)
    raise UsageError("there are no two runs on today's set to compare", hint="extractor eval run makes them")


def _history_row(folder: Path) -> tuple[str, tuple[str, ...]]:
    """Return when a run was begun, and its line; one that cannot be read says why."""
    from extractor.commands.eval.figures import interval
    from extractor.errors import ExtractorError
    from extractor.evaluation.runs import load_run
    from extractor.scoring.figures import Interval

    try:
        run = load_run(folder, unfinished=True)
    except ExtractorError as error:
        return "", ("damaged", *["-"] * 8, f"{folder.name}: {error}")  # the last column, which may be as long as it is
    plan, end = run.plan, run.completion
    asked = (plan.half, plan.set_digest[7:15], plan.prompt, str(plan.model))
    begun = run.manifest.begun.isoformat()
    if end is None:
        done = f"{len(run.rows)}/{len(run.rows) + len(run.missing())}"
        return begun, ("interrupted", "-", done, *asked, "-", "-", run.name)
    known = end.event_f1 is not None and end.low is not None and end.high is not None
    figure = interval(Interval(value=end.event_f1, low=end.low, high=end.high)) if known else "-"
    articles = f"{end.articles}" + (f" ({end.failed} failed)" if end.failed else "")
    cost = "unknown" if end.usage.cost_usd is None else f"{end.usage.cost_usd:.4f} USD"
    return begun, (f"{end.ended:%Y-%m-%d %H:%M}", figure, articles, *asked, str(end.asked), cost, run.name)

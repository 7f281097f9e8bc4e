"""``extractor eval decisions`` and ``adopt``: what a review of a run found, and what it leaves to a labelled set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.commands.eval.labelled_set import Labels, print_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.evaluation.review.decisions import Review
    from extractor.scoring.figures import Interval

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="A set made by extractor archive review.")]


def decisions(
    folder: Folder,
    *,
    labels: Labels = "labels",
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON, with those of each article.")] = False,
) -> None:
    """Say how many of a run's events a review kept, corrected and rejected, and how many it added."""
    from extractor.errors import UsageError
    from extractor.evaluation.gold import gold_folder
    from extractor.evaluation.review.decisions import review_of

    found = review_of(gold_folder(folder), labels=labels)
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
        return
    if not found.articles:
        raise UsageError(
            f"none of the {found.waiting} articles in {str(folder)!r} was reviewed",
            hint=f"extractor serve --set {folder} opens them; saving an article counts",
        )
    print_lines(_lines(found))


def adopt(
    folder: Folder,
    *,
    into: Annotated[Path, typer.Option(metavar="FOLDER", help="Labelled set of your own, or a new folder for one.")],
    labels: Labels = "labels",
) -> None:
    """Add reviewed articles with their corrected labels to a labelled set; a text that it has is not added twice."""
    from extractor.evaluation.gold import gold_folder
    from extractor.evaluation.review.adopting import adopt as take

    found = take(gold_folder(folder), into, labels=labels)
    print_lines([f"{into}: {len(found.taken)} articles added, {found.test} of them to the half test", *found.taken])
    if found.there:
        typer.echo(f"{len(found.there)} were there before, with a label: {', '.join(found.there)}", err=True)


def _lines(found: Review) -> Iterator[str]:
    yield f"{found.articles} articles reviewed, {found.waiting} to come"
    became = f"{found.kept} kept, {found.corrected} corrected, {found.rejected} rejected"
    yield f"{found.suggested} events were suggested: {became}"
    yield f"{found.added} were added"
    yield ""
    yield f"right as they were   {_share(found.right_as_they_were)}"
    yield f"happened (precision) {_share(found.happened)}"
    yield f"found (recall)       {_share(found.found)}"
    if found.report is not None:
        yield f"EventF1              {_share(found.report.event_f1)}"
    if found.corrections:
        yield f"corrected most: {', '.join(f'{field} {count}' for field, count in found.corrections.items())}"


def _share(figure: Interval | None) -> str:
    return "-" if figure is None else f"{figure.value:.2f} ({figure.low:.2f}..{figure.high:.2f})"

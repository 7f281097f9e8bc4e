"""``extractor eval agreement``: two annotators scored against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from extractor.commands.eval.labelled_set import NotTuning, SetFolder, print_lines
from extractor.commands.eval.options import Half
from extractor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from extractor.evaluation.gold import GoldArticle
    from extractor.scoring.figures import Interval, Report
    from extractor.scoring.labels import LabelledArticle

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415


def agreement(  # noqa: PLR0913 - a command has as many parameters as options
    folder: SetFolder = None,
    *,
    first: Annotated[
        str, typer.Option(metavar="NAME", help="Folder of one side's labels inside the set.")
    ] = "annotators/a",
    second: Annotated[
        str, typer.Option(metavar="NAME", help="Folder of the other side's; labels is the gold.")
    ] = "annotators/b",
    half: Annotated[Half, typer.Option(help="Which half of the set.")] = Half.ALL,
    disagreements: Annotated[bool, typer.Option("--disagreements", help="Also list them, article by article.")] = False,
    not_tuning: NotTuning = False,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON.")] = False,
) -> None:
    """Score two annotators against each other, slot by slot, with the scorer itself; both directions are pooled."""
    sides = (first, second)
    articles, pairs = labelled_by_both(folder, sides, half)
    if disagreements:
        from extractor.evaluation.gold import refuse_test_half

        refuse_test_half(articles, not_tuning=not_tuning)
    report = agreement_report(pairs)
    if as_json:
        typer.echo(report.model_dump_json(indent=2))
        return
    print_lines(_table(report, sides))
    if disagreements:
        for pair in pairs:
            print_lines(_differences(*pair, sides))


def labelled_by_both(
    folder: Path | None, sides: tuple[str, str], half: Half
) -> tuple[list[GoldArticle], list[tuple[LabelledArticle, LabelledArticle]]]:
    """Return the articles that both sides labelled, and their two labels.

    Raises:
        UsageError: A side has errors, or they share no article.
    """
    from extractor.evaluation.gold import read_gold

    first, second = (read_gold(folder, labels=side, partial=True) for side in sides)
    others = {article.id: article.label for article in second.articles}
    articles = [article for article in first.part(half.value) if article.id in others]
    if not articles:
        raise UsageError(f"{sides[0]!r} and {sides[1]!r} share no labelled article of the half {half.value!r}")
    return articles, [(article.label, others[article.id]) for article in articles]


def agreement_report(pairs: Sequence[tuple[LabelledArticle, LabelledArticle]]) -> Report:
    """Return the figures of agreement over both directions."""
    from extractor.evaluation.labels.agreement import agreement_scores
    from extractor.scoring.report import summarise

    return summarise(agreement_scores(pairs))


def _table(report: Report, sides: tuple[str, str]) -> Iterator[str]:
    yield f"{sides[0]} and {sides[1]}: {report.articles} articles labelled by both"
    yield f"{'slot':<12}{'F1':<24}events"
    for slot, figures in report.slots.items():
        on = f"{figures.computed_on.count / report.repeats:g} of {figures.computed_on.of / report.repeats:g}"
        yield f"{slot:<12}{_interval(figures.f1):<24}{on}"
    yield f"{'all six':<12}{_interval(report.event_f1)}"
    yield f"{'events':<12}{report.detection.f1:.3f}"
    for enum in report.enums:
        share = enum.accuracy.value
        yield f"{enum.field:<12}{'-' if share is None else f'{share:.3f}'} the same, of aligned events"


def _interval(figure: Interval | None) -> str:
    return "-" if figure is None else f"{figure.value:.3f} ({figure.low:.3f}..{figure.high:.3f})"


def _differences(first: LabelledArticle, second: LabelledArticle, sides: tuple[str, str]) -> Iterator[str]:
    """Yield what ``second`` says otherwise than ``first``; what either leaves open is no difference."""
    from extractor.evaluation.labels.agreement import score_label
    from extractor.scoring.scores import FindingKind

    found = [one for one in score_label(first, second).findings if one.kind is not FindingKind.FREE_EVENT]
    if found:
        yield ""
        yield f"{first.id}  ({len(first.events)} and {len(second.events)} events)"
    for one in found:
        event = "" if one.labelled is None else f"events[{one.labelled}] "
        what = one.slot.value if one.slot else one.kind.value
        yield f"  {event}{what}: {sides[0]} {one.expected or '-'} | {sides[1]} {one.found or '-'} ({one.reason})"

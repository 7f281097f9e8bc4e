"""``extractor eval report``: a kept run, alone or against another, for people, pull requests and build servers."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.commands.eval import options
from extractor.commands.output import write_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.evaluation.dossier import Dossier
    from extractor.evaluation.runs import Plan
    from extractor.evaluation.suites import Suite

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

Option = typer.Option


class ReportFormat(StrEnum):
    """How a report is written."""

    TERMINAL = "terminal"
    JSON = "json"
    JUNIT = "junit"
    MARKDOWN = "markdown"
    HTML = "html"


_SUFFIXES = {
    ".json": ReportFormat.JSON,
    ".xml": ReportFormat.JUNIT,
    ".md": ReportFormat.MARKDOWN,
    ".html": ReportFormat.HTML,
    ".htm": ReportFormat.HTML,
}


def report(  # noqa: PLR0913 - a command has as many parameters as options
    run: options.RunName,
    *,
    against: Annotated[
        str | None, Option("--against", metavar="RUN", help="Kept run to set it against: the version in use.")
    ] = None,
    suite: options.Suite = None,
    set_folder: options.Set = None,
    labels: options.Labels = None,
    runs: options.Runs = options.RUNS,
    format_: Annotated[
        ReportFormat | None,
        Option("--format", "-f", help="How to write it.  [default: by the suffix of --output, else terminal]"),
    ] = None,
    output: Annotated[
        Path | None, Option("--output", "-o", metavar="FILE", help="Write to a file, which appears when it is whole.")
    ] = None,
    not_tuning: Annotated[
        bool, Option("--i-am-not-tuning", help="Show findings in the half test too: you write no prompts.")
    ] = False,
) -> None:
    """Report on a kept run: its figures, and against another run what differs and whether it may replace it.

    The verdict applies the bounds of --suite, else the usual ones. The exit code does not depend on it; extractor
    eval gate is for that.
    """
    from extractor.commands.output import open_sink

    chosen = format_ or _SUFFIXES.get(output.suffix.lower() if output else "", ReportFormat.TERMINAL)
    with open_sink(output) as sink:
        dossier = _dossier(run, against, suite, (set_folder, labels, runs), not_tuning=not_tuning)
        if chosen is ReportFormat.TERMINAL and output is None:
            write_lines(report_lines(dossier))
        else:
            sink.write(report_text(dossier, chosen))
        sink.keep()


def report_text(dossier: Dossier, chosen: ReportFormat) -> str:
    """Return the report in a format."""
    if chosen is ReportFormat.JSON:
        return dossier.model_dump_json(indent=1) + "\n"
    if chosen is ReportFormat.JUNIT:
        from extractor.render.report_junit import report_junit

        return report_junit(dossier)
    if chosen is ReportFormat.MARKDOWN:
        from extractor.render.report_markdown import report_markdown

        return report_markdown(dossier)
    if chosen is ReportFormat.HTML:
        from extractor.web.eval_page import render_report

        return render_report(dossier)
    from extractor.render.terminal import clean_for_terminal

    return "".join(f"{clean_for_terminal(line)}\n" for line in report_lines(dossier))


def report_lines(dossier: Dossier) -> Iterator[str]:
    """Yield the report as lines of text: the verdict, the run's figures, then the comparison."""
    from extractor.commands.eval.compare import comparison_lines
    from extractor.commands.eval.figures import figure_lines, interval
    from extractor.render.report_words import RESULTS, further_reasons, verdict_sentence

    facts, verdict = dossier.candidate.facts, dossier.verdict
    yield f"{RESULTS[verdict.result].upper()}: {verdict_sentence(dossier)}" if verdict else verdict_sentence(dossier)
    yield from further_reasons(verdict) if verdict else ()
    yield from (f"note: {note}" for note in dossier.notes)
    yield ""
    yield f"{facts.run}: {facts.prompt}, {facts.model}"
    yield from figure_lines(dossier.candidate.report)
    for one in dossier.yardsticks:
        yield f"{one.name}: EventF1 {interval(one.report.event_f1)}"
    if dossier.comparison is not None and dossier.baseline is not None:
        yield ""
        yield from comparison_lines(facts.run, dossier.baseline.facts.run, dossier.comparison)


def _dossier(
    run: str, against: str | None, suite: str | None, where: tuple[Path | None, str | None, Path], *, not_tuning: bool
) -> Dossier:
    """Return the dossier on the kept run ``run``; ``where`` is the set's folder, its labels, and the folder of runs."""
    from extractor.evaluation.gold import read_gold
    from extractor.evaluation.reporting import dossier_on
    from extractor.evaluation.runs import load_run
    from extractor.evaluation.suites import Suite, load_suite

    set_folder, labels, runs = where
    chosen = load_suite(suite) if suite else Suite()
    chosen = chosen.but(set=str(set_folder) if set_folder else None, labels=labels)
    kept = [load_run(options.run_folder(name, runs)) for name in (run, against) if name is not None]
    if suite:
        _demand_fit(suite, chosen, kept[0].plan)
    gold = read_gold(chosen.set_folder, labels=chosen.labels)
    roots = (runs, options.shipped_runs())
    return dossier_on(kept, gold, roots, chosen.bounds, suite=suite, not_tuning=not_tuning)


def _demand_fit(name: str, suite: Suite, plan: Plan) -> None:
    """Refuse bounds that were set for other articles than the run is about."""
    from extractor.errors import UsageError

    if (suite.half, suite.conditions) != (plan.half, plan.conditions):
        raise UsageError(
            f"the suite {name!r} is about the half {suite.half} ({suite.conditions}), "
            f"the run about {plan.half} ({plan.conditions})",
            hint="name the suite that the run was made for",
        )

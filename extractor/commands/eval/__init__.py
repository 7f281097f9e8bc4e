"""``extractor eval``: check and describe a labelled set; run, score and compare models on it.

Every verb stands in a file of its own or with its neighbours; here they are listed in the order of their help.
"""

from __future__ import annotations

import typer

from extractor.commands.eval import (
    agreement,
    baseline,
    compare,
    exporting,
    gate,
    importing,
    labelled_set,
    report,
    review,
    run,
    show,
    stories,
)

app = typer.Typer(
    help="Measure extractions against hand-made labels: run, score, compare, and guard prompt changes.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)

app.command("validate")(labelled_set.validate)
app.command("coverage")(labelled_set.coverage)
app.command("agreement")(agreement.agreement)
app.add_typer(importing.app, name="import")
app.add_typer(exporting.app, name="export")
app.command("run")(run.run)
app.command("rescore")(run.rescore)
app.command("show")(show.show)
app.command("report")(report.report)
app.command("compare")(compare.compare)
app.command("gate")(gate.gate)
app.command("power")(compare.power)
app.command("history")(compare.history)
app.command("decisions")(review.decisions)
app.command("adopt")(review.adopt)
app.command("stories")(stories.stories)
app.command("baseline")(baseline.baseline)

"""``extractor eval``: check and describe a labelled set; run, score and compare models on it.

Every verb stands in a file of its own or with its neighbours; here they are listed in the order of their help.
"""

from __future__ import annotations

import typer

from extractor.commands import (
    eval_agreement,
    eval_baseline,
    eval_compare,
    eval_gate,
    eval_import,
    eval_report,
    eval_run,
    eval_set,
    eval_show,
    eval_stories,
)

app = typer.Typer(
    help="Measure extractions against hand-made labels: run, score, compare, and guard prompt changes.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)

app.command("validate")(eval_set.validate)
app.command("coverage")(eval_set.coverage)
app.command("agreement")(eval_agreement.agreement)
app.add_typer(eval_import.app, name="import")
app.command("run")(eval_run.run)
app.command("rescore")(eval_run.rescore)
app.command("show")(eval_show.show)
app.command("report")(eval_report.report)
app.command("compare")(eval_compare.compare)
app.command("gate")(eval_gate.gate)
app.command("power")(eval_compare.power)
app.command("history")(eval_compare.history)
app.command("stories")(eval_stories.stories)
app.command("baseline")(eval_baseline.baseline)

"""``extractor archive``: many articles, resumable, within a budget.

Every verb stands in a file of its own or with its neighbours; here they are listed in the order of their help.
"""

from __future__ import annotations

import typer

from extractor.commands.archive import diff, drop, estimate, export, link, reground, review, run, stale, status

app = typer.Typer(
    help="Extract events from archives of any size: run, stop, go on, compare.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)

app.command("estimate")(estimate.estimate)
app.command("run")(run.run)
app.command("status")(status.status)
app.command("resume")(run.resume)
app.command("retry")(run.retry)
app.command("link")(link.link)
app.command("diff")(diff.diff)
app.command("stale")(stale.stale)
app.command("reground")(reground.reground)
app.command("export")(export.export)
app.command("review")(review.review)
app.command("drop")(drop.drop)

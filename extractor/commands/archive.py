"""``extractor archive``: many articles, resumable, within a budget.

Every verb stands in a file of its own or with its neighbours; here they are listed in the order of their help.
"""

from __future__ import annotations

import typer

from extractor.commands import (
    archive_diff,
    archive_drop,
    archive_estimate,
    archive_export,
    archive_link,
    archive_reground,
    archive_run,
    archive_stale,
    archive_status,
)

app = typer.Typer(
    help="Extract events from archives of any size: run, stop, go on, compare.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)

app.command("estimate")(archive_estimate.estimate)
app.command("run")(archive_run.run)
app.command("status")(archive_status.status)
app.command("resume")(archive_run.resume)
app.command("retry")(archive_run.retry)
app.command("link")(archive_link.link)
app.command("diff")(archive_diff.diff)
app.command("stale")(archive_stale.stale)
app.command("reground")(archive_reground.reground)
app.command("export")(archive_export.export)
app.command("drop")(archive_drop.drop)

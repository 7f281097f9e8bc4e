"""``extractor eval import``: other people's labelled sets in our format, for measuring and never for shipping."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations when it runs
from typing import Annotated

import typer

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

app = typer.Typer(
    help="Turn other labelled sets into the format of this one.", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def _import() -> None:
    """Turn other labelled sets into the format of this one."""


@app.command()
def muc4(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Folder with SPLIT_docs.json and SPLIT_keys.json.")],
    *,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="New folder for the set; never inside evals/.")],
    split: Annotated[str, typer.Option(metavar="NAME", help="Which pair of files; test is TST3.")] = "test",
) -> None:
    """Turn MUC-4 documents and their answer keys into a labelled set.

    Names of a key that do not stand in its text are dropped and counted. What the keys say less exactly than our
    schema becomes alternatives.
    """
    from extractor.evaluation.gold import digest_of
    from extractor.evaluation.muc4 import import_split
    from extractor.evaluation.set_files import check_target, write_set

    check_target(out)
    articles, notes = import_split(path, split)
    write_set(out, articles)
    typer.echo(f"{out}: {notes.documents} articles, {notes.events} events, {digest_of(articles)}")
    typer.echo(f"{notes.names_dropped} names of the keys do not stand in their text and were left out", err=True)

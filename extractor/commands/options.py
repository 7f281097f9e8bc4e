"""Options that commands of every kind share: whom to ask and how, and how to read what is named."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.commands.formats import InputFormat, Mode
from extractor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.articles.options import ReadOptions

Prompt = Annotated[str | None, typer.Option(metavar="NAME@VERSION", help="Prompt version; see extractor prompts.")]
PromptsDir = Annotated[Path | None, typer.Option(metavar="FOLDER", help="Prompts of your own.")]
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
Concurrency = Annotated[int | None, typer.Option(help="Articles asked at once.", show_default="1 embedded, else 8")]
Workers = Annotated[
    int | None,
    typer.Option(
        help="Processes that word questions and ground replies; 0: all in one process.",
        show_default="one less than cores, 0 embedded",
    ),
]
Deadline = Annotated[float | None, typer.Option(help="Seconds per article.", show_default="600")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No notes and no progress, only problems.")]

Published = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Publication date; beats what the articles say.")
]
Holding = Annotated[InputFormat, typer.Option("--input-format", help="What the inputs hold.")]
Field = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=KEY", help="Where records keep text, title, date, url, id, language."),
]
DateFormat = Annotated[str | None, typer.Option(help="Of the records' dates, such as %d/%m/%Y.")]
Encoding = Annotated[str, typer.Option(help="Of the inputs; auto finds it.")]
Language = Annotated[str | None, typer.Option(help="ISO 639-1 code of the inputs; found in the text unless given.")]


def reading_of(  # noqa: PLR0913 - as many as there are options
    *,
    published: datetime | None,
    input_format: InputFormat,
    field: Sequence[str] | None,
    date_format: str | None,
    encoding: str,
    language: str | None,
) -> ReadOptions:
    """Return how to read, as the options say.

    Raises:
        UsageError: A ``--field`` is no mapping.
    """
    from extractor.articles.options import ReadOptions  # noqa: PLC0415 - --help must not load what only a run needs

    return ReadOptions(
        published=published.date() if published else None,
        format=input_format.value,
        fields=_fields(field or []),
        date_format=date_format,
        encoding=encoding,
        language=language,
    )


def _fields(mappings: Sequence[str]) -> dict[str, str]:
    """Return the field mapping that ``NAME=KEY`` options mean."""
    pairs = [mapping.partition("=") for mapping in mappings]
    for name, _, key in pairs:
        if not name or not key:
            raise UsageError(f"--field {name!r} is no mapping", hint="write --field text=KEY, once for each field")
    return {name: key for name, _, key in pairs}

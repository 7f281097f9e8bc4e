"""``extractor extract``: articles in, checked event summaries out.

Results go to standard output (or ``--output``) in the order of the inputs, each as soon as it and those before it are
done. Everything else goes to standard error. What is done stays: a failed input is one line and the others go on, and
when Ctrl-C or the provider ends a run early, the document is closed around the results so far.
"""

from __future__ import annotations

import sys
from datetime import datetime  # noqa: TC003 - typer reads the annotations when it runs
from pathlib import Path  # noqa: TC003 - same
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.commands.formats import SUFFIXES, Format, InputFormat, Mode
from extractor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)

Option = typer.Option


@app.command()
def extract(  # noqa: PLR0913 - a command has as many parameters as options
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT", help="Files, folders, quoted globs, or - for standard input.")
    ],
    *,
    format: Annotated[  # noqa: A002 - named as its option
        Format | None, Option("--format", "-f", help="table on a terminal, json in a pipe, unless --output tells.")
    ] = None,
    output: Annotated[Path | None, Option("--output", "-o", help="Write to this file, whole or not at all.")] = None,
    prompt: Annotated[str | None, Option(metavar="NAME@VERSION", help="Prompt version; see extractor prompts.")] = None,
    prompts_dir: Annotated[Path | None, Option(metavar="FOLDER", help="Prompts of your own.")] = None,
    model: Annotated[
        str | None, Option("--model", "-m", help="A model's name at the endpoint, an embedded model, or a GGUF file.")
    ] = None,
    base_url: Annotated[
        str | None, Option(metavar="URL", help="OpenAI-compatible endpoint: vLLM, Ollama, llama.cpp, OpenRouter …")
    ] = None,
    api_key_env: Annotated[
        str | None, Option(metavar="VARIABLE", help="Environment variable that holds the endpoint's key.")
    ] = None,
    mode: Annotated[Mode | None, Option(help="How the reply type travels to the endpoint.")] = None,
    published: Annotated[
        datetime | None, Option(formats=["%Y-%m-%d"], help="Publication date; beats what the articles say.")
    ] = None,
    input_format: Annotated[InputFormat, Option(help="What the inputs hold.")] = InputFormat.AUTO,
    field: Annotated[
        list[str] | None,
        Option(metavar="NAME=KEY", help="Where JSON records keep text, title, date, url, id, language."),
    ] = None,
    date_format: Annotated[str | None, Option(help="Of the records' dates, such as %d/%m/%Y.")] = None,
    encoding: Annotated[str, Option(help="Of the inputs; auto finds it.")] = "auto",
    language: Annotated[
        str | None, Option(help="ISO 639-1 code of the inputs; found in the text unless given.")
    ] = None,
    concurrency: Annotated[
        int | None, Option(help="Articles asked at once.", show_default="1 embedded, else 8")
    ] = None,
    deadline: Annotated[float | None, Option(help="Seconds per article.", show_default="600")] = None,
    explain: Annotated[bool, Option("--explain", help="Show every check with the text it looked at.")] = False,
    dry: Annotated[bool, Option("--dry-run", help="Show messages, tokens and cost; ask nothing.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="No notes and no progress, only problems.")] = False,
) -> None:
    """Read articles and print the events they report, each value checked against the text.

    Without a key and without options the embedded model is asked; it is fetched once. With OPENAI_API_KEY, --model or
    --base-url that model is asked instead.
    """
    from extractor.articles.read import ReadOptions  # noqa: PLC0415 - --help must not load what only a run needs
    from extractor.commands.dry_run import dry_run  # noqa: PLC0415 - same
    from extractor.commands.extract_run import Request, run  # noqa: PLC0415 - same
    from extractor.settings import load_settings  # noqa: PLC0415 - same

    reading = ReadOptions(
        published=published.date() if published else None,
        format=input_format.value,
        fields=fields_of(field or []),
        date_format=date_format,
        encoding=encoding,
        language=language,
    )
    request = Request(tuple(inputs), reading, _format(format, output, people=explain or dry), output, explain, quiet)
    settings = load_settings(
        {
            "model": model,
            "base_url": base_url,
            "api_key_env": api_key_env,
            "mode": mode,
            "prompt": prompt,
            "prompts_dir": str(prompts_dir) if prompts_dir else None,
            "concurrency": concurrency,
            "deadline": deadline,
        }
    )
    raise typer.Exit(dry_run(request, settings) if dry else run(request, settings))


def _format(named: Format | None, output: Path | None, *, people: bool) -> Format:
    """Return the format: as named, as the output's name says, else a table for people and JSON for programs.

    ``people`` asks for something to read even in a pipe.
    """
    if named is not None:
        return named
    if output is not None:
        return SUFFIXES.get(output.suffix.lower(), Format.JSON)
    from extractor.render.terminal import is_terminal  # noqa: PLC0415 - see extract

    return Format.TABLE if people or is_terminal(sys.stdout) else Format.JSON


def fields_of(mappings: Sequence[str]) -> dict[str, str]:
    """Return the field mapping that ``NAME=KEY`` options mean; raises UsageError where one is none."""
    pairs = [mapping.partition("=") for mapping in mappings]
    for name, _, key in pairs:
        if not name or not key:
            raise UsageError(f"--field {name!r} is no mapping", hint="write --field text=KEY, once for each field")
    return {name: key for name, _, key in pairs}

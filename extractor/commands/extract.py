"""``extractor extract``: articles in, checked event summaries out.

Results go to standard output (or ``--output``) in the order of the inputs, each as soon as it and those before it are
done. Everything else goes to standard error. What is done stays: a failed input is one line and the others go on, and
when Ctrl-C or the provider ends a run early, the document is closed around the results so far.
"""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - typer reads the annotations when it runs
from typing import Annotated

import typer

from extractor.commands import options as asking
from extractor.commands.formats import SUFFIXES, Format, InputFormat

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
    prompt: asking.Prompt = None,
    prompts_dir: asking.PromptsDir = None,
    model: asking.Model = None,
    base_url: asking.BaseUrl = None,
    api_key_env: asking.ApiKeyEnv = None,
    mode: asking.HowAsked = None,
    published: asking.Published = None,
    input_format: asking.Holding = InputFormat.AUTO,
    field: asking.Field = None,
    date_format: asking.DateFormat = None,
    encoding: asking.Encoding = "auto",
    language: asking.Language = None,
    concurrency: asking.Concurrency = None,
    deadline: asking.Deadline = None,
    explain: Annotated[bool, Option("--explain", help="Show every check with the text it looked at.")] = False,
    dry: Annotated[bool, Option("--dry-run", help="Show messages, tokens and cost; ask nothing.")] = False,
    quiet: asking.Quiet = False,
) -> None:
    """Read articles and print the events they report, each value checked against the text.

    Without a key and without options the embedded model is asked; it is fetched once. With OPENAI_API_KEY, --model or
    --base-url that model is asked instead.
    """
    from extractor.commands.dry_run import dry_run  # noqa: PLC0415 - --help must not load what only a run needs
    from extractor.commands.extract_run import Request, run  # noqa: PLC0415 - same
    from extractor.settings import load_settings  # noqa: PLC0415 - same

    reading = asking.reading_of(
        published=published,
        input_format=input_format,
        field=field,
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

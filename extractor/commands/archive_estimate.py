"""``extractor archive estimate``: requests, tokens, money and time of a run, before anything is asked."""

from __future__ import annotations

import json
from datetime import datetime  # noqa: TC003 - typer reads the annotations when it runs
from typing import Annotated

import typer

from extractor.commands import archive_options as options
from extractor.commands import archive_selecting as selecting
from extractor.commands import eval_options as asking
from extractor.commands.formats import InputFormat

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

Option = typer.Option


def estimate(  # noqa: PLR0913 - a command has as many parameters as options
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE", help="Files, folders, quoted globs, or - for standard input.")
    ],
    *,
    store: options.StoreOption = options.STORE,
    runs: asking.Runs = asking.RUNS,
    prompt: asking.Prompt = None,
    prompts_dir: options.PromptsDir = None,
    model: asking.Model = None,
    base_url: asking.BaseUrl = None,
    mode: asking.HowAsked = None,
    concurrency: asking.Concurrency = None,
    rpm: Annotated[float | None, Option("--rpm", min=0.001, metavar="N", help="Requests per minute at most.")] = None,
    tpm: Annotated[float | None, Option("--tpm", min=0.001, metavar="N", help="Tokens per minute at most.")] = None,
    published: Annotated[
        datetime | None, Option(formats=["%Y-%m-%d"], help="Publication date; beats what the articles say.")
    ] = None,
    input_format: Annotated[InputFormat, Option(help="What the sources hold.")] = InputFormat.AUTO,
    field: Annotated[
        list[str] | None, Option(metavar="NAME=KEY", help="Where records keep text, title, date, url, id, language.")
    ] = None,
    date_format: Annotated[str | None, Option(help="Of the records' dates, such as %d/%m/%Y.")] = None,
    encoding: Annotated[str, Option(help="Of the sources; auto finds it.")] = "auto",
    language: Annotated[
        str | None, Option(help="ISO 639-1 code of the sources; found in the text unless given.")
    ] = None,
    only: selecting.Only = None,
    since: selecting.Since = None,
    until: selecting.Until = None,
    keyword: selecting.Keyword = None,
    min_words: selecting.MinWords = None,
    max_words: selecting.MaxWords = None,
    ids: selecting.Ids = None,
    sample: selecting.SampleOption = None,
    seed: selecting.Seed = 0,
    limit: selecting.Limit = None,
    near_duplicates: selecting.NearOption = selecting.NearDuplicatesMode.OFF,
    as_json: Annotated[bool, Option("--json", help="Print one JSON object.")] = False,
    quiet: asking.Quiet = False,
) -> None:
    """Say what a run over these sources would cost: requests, tokens, money, time. Nothing is asked or sent.

    Every article is read and worded as the run would do it. Output tokens and seconds are predicted from runs with the
    same prompt, in the store or shipped; what nothing is known about is listed.
    """
    from extractor.articles.read import ReadOptions
    from extractor.commands.estimating import Wanted, run, shown
    from extractor.commands.extract import fields_of
    from extractor.settings import load_settings

    settings = load_settings(
        {
            "model": model,
            "base_url": base_url,
            "mode": mode,
            "prompt": prompt,
            "prompts_dir": str(prompts_dir) if prompts_dir else None,
            "concurrency": concurrency,
        }
    )
    wanted = Wanted(
        sources=tuple(sources),
        reading=ReadOptions(
            published=published.date() if published else None,
            format=input_format.value,
            fields=fields_of(field or []),
            date_format=date_format,
            encoding=encoding,
            language=language,
        ),
        selection=selecting.selection_of(
            only=only,
            since=since,
            until=until,
            keyword=keyword,
            min_words=min_words,
            max_words=max_words,
            ids=ids,
            sample=sample,
            seed=seed,
            limit=limit,
        ),
        near=near_duplicates.value,
        store=store,
        runs=runs,
        rpm=rpm,
        tpm=tpm,
        quiet=quiet,
    )
    result = run(wanted, settings)
    asking.write([json.dumps(result.as_json(), ensure_ascii=False)] if as_json else shown(result))
    raise typer.Exit(result.exit_code)

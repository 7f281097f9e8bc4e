"""``extractor archive estimate``: requests, tokens, money and time of a run, before anything is asked."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from extractor.commands import options as asking
from extractor.commands.archive import options, selecting
from extractor.commands.eval import options as evaluated
from extractor.commands.formats import InputFormat
from extractor.commands.output import write_lines

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

Option = typer.Option


def estimate(  # noqa: PLR0913 - a command has as many parameters as options
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE", help="Files, folders, quoted globs, or - for standard input.")
    ],
    *,
    store: options.StoreOption = options.STORE,
    runs: evaluated.Runs = evaluated.RUNS,
    prompt: asking.Prompt = None,
    prompts_dir: asking.PromptsDir = None,
    model: asking.Model = None,
    base_url: asking.BaseUrl = None,
    mode: asking.HowAsked = None,
    concurrency: asking.Concurrency = None,
    rpm: Annotated[float | None, Option("--rpm", min=0.001, metavar="N", help="Requests per minute at most.")] = None,
    tpm: Annotated[float | None, Option("--tpm", min=0.001, metavar="N", help="Tokens per minute at most.")] = None,
    published: asking.Published = None,
    input_format: asking.Holding = InputFormat.AUTO,
    field: asking.Field = None,
    date_format: asking.DateFormat = None,
    encoding: asking.Encoding = "auto",
    language: asking.Language = None,
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
    from extractor.commands.archive.estimating import Wanted, run, shown
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
        reading=asking.reading_of(
            published=published,
            input_format=input_format,
            field=field,
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
    write_lines([json.dumps(result.as_json(), ensure_ascii=False)] if as_json else shown(result))
    raise typer.Exit(result.exit_code)

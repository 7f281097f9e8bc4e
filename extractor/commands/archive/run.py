"""``extractor archive run``, ``resume`` and ``retry``: begin a run, go on with it, ask again what failed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extractor.commands import options as asking
from extractor.commands.archive import options, selecting
from extractor.commands.formats import Engine, InputFormat, RunMode, SittingMode

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

Option = typer.Option

Budget = Annotated[
    float | None,
    Option("--budget", min=0, metavar="USD", help="Stop before the run has cost more, all sittings together."),
]
MaxTokens = Annotated[
    int | None,
    Option("--max-tokens-total", min=1, metavar="N", help="Stop before the run has used more tokens, likewise."),
]
Rpm = Annotated[float | None, Option("--rpm", metavar="N", help="Requests per minute at most.")]
Tpm = Annotated[float | None, Option("--tpm", metavar="N", help="Tokens per minute at most.")]
Adaptive = Annotated[
    bool, Option("--adaptive/--fixed-rate", help="Slow down by what the provider answers, and speed up again.")
]
Events = Annotated[
    Path | None, Option("--events", metavar="FILE", help="Append what happens as JSON lines; - is standard output.")
]
Through = Annotated[
    SittingMode | None, Option("--mode", help="live, or batch: through the provider's batch API.", show_default="as is")
]
On = Annotated[
    Engine,
    Option("--engine", help="local, or ray: on a Ray cluster of --workers processes, or that of RAY_ADDRESS."),
]
Wait = Annotated[
    bool, Option("--wait/--no-wait", help="With --mode batch: wait for the answers, or only send and look.")
]
Quiet = Annotated[bool, Option("--quiet", "-q", help="No notes and no progress, only problems.")]


def run(  # noqa: PLR0913 - a command has as many parameters as options
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE", help="Files, folders, quoted globs, or - for standard input.")
    ],
    *,
    name: Annotated[
        str | None, Option("--run", metavar="NAME", help="What to call the run.  [default: made from the first source]")
    ] = None,
    store: options.StoreOption = options.STORE,
    prompt: asking.Prompt = None,
    prompts_dir: asking.PromptsDir = None,
    model: asking.Model = None,
    base_url: asking.BaseUrl = None,
    api_key_env: asking.ApiKeyEnv = None,
    mode: Annotated[
        RunMode | None,
        Option(
            help="How the reply type travels to the endpoint; batch: through the provider's batch API, "
            "at half the price and within a day."
        ),
    ] = None,
    wait: Wait = True,
    budget: Budget = None,
    max_tokens_total: MaxTokens = None,
    concurrency: asking.Concurrency = None,
    workers: asking.Workers = None,
    engine: On = Engine.LOCAL,
    rpm: Rpm = None,
    tpm: Tpm = None,
    adaptive: Adaptive = True,
    deadline: asking.Deadline = None,
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
    events: Events = None,
    quiet: Quiet = False,
) -> None:
    """Extract the events of an archive into a store, article by article, many at once.

    A run that was interrupted, killed or stopped by its budget goes on with the same command, or with resume. What was
    asked before, by any run in the store, is not asked again.
    """
    from extractor.archive.plan import reading_words, selection_words
    from extractor.commands.archive.sitting import Terms, Wanted, begin, name_for
    from extractor.settings import load_settings

    reading = asking.reading_of(
        published=published,
        input_format=input_format,
        field=field,
        date_format=date_format,
        encoding=encoding,
        language=language,
    )
    selection = selecting.selection_of(
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
    )
    settings = load_settings(
        {
            "model": model,
            "base_url": base_url,
            "api_key_env": api_key_env,
            "mode": None if mode is RunMode.BATCH else mode,
            "prompt": prompt,
            "prompts_dir": str(prompts_dir) if prompts_dir else None,
            "concurrency": concurrency,
            "workers": workers,
            "deadline": deadline,
        }
    )
    wanted = Wanted(
        name=name or name_for(sources[0]),
        sources=tuple(sources),
        reading=reading_words(reading),
        selection=selection_words(selection, ids),
        near=near_duplicates.value,
    )
    batch = mode is RunMode.BATCH or None
    terms = Terms(
        *(budget, max_tokens_total, rpm, tpm),
        adaptive=adaptive,
        events=events,
        quiet=quiet,
        batch=batch,
        wait=wait,
        ray=engine is Engine.RAY,
    )
    raise typer.Exit(begin(wanted, settings, store, terms))


def resume(  # noqa: PLR0913 - a command has as many parameters as options
    name: options.RunName,
    *,
    store: options.StoreOption = options.STORE,
    api_key_env: asking.ApiKeyEnv = None,
    mode: Through = None,
    wait: Wait = True,
    budget: Budget = None,
    max_tokens_total: MaxTokens = None,
    concurrency: asking.Concurrency = None,
    workers: asking.Workers = None,
    engine: On = Engine.LOCAL,
    rpm: Rpm = None,
    tpm: Tpm = None,
    adaptive: Adaptive = True,
    deadline: asking.Deadline = None,
    events: Events = None,
    quiet: Quiet = False,
) -> None:
    """Go on with a run: what is pending, and what was in flight when it ended.

    What it asks, and whom, is as it was begun; how fast and for how much is said anew.
    """
    from extractor.commands.archive.sitting import Terms, go_on

    flags = {"api_key_env": api_key_env, "concurrency": concurrency, "workers": workers, "deadline": deadline}
    batch = None if mode is None else mode is SittingMode.BATCH
    terms = Terms(
        *(budget, max_tokens_total, rpm, tpm),
        adaptive=adaptive,
        events=events,
        quiet=quiet,
        batch=batch,
        wait=wait,
        ray=engine is Engine.RAY,
    )
    raise typer.Exit(go_on(name, flags, store, terms))


def retry(  # noqa: PLR0913 - a command has as many parameters as options
    name: options.RunName,
    *,
    failed: Annotated[bool, Option("--failed", help="Ask about the failed articles again; required.")] = False,
    store: options.StoreOption = options.STORE,
    api_key_env: asking.ApiKeyEnv = None,
    mode: Through = None,
    wait: Wait = True,
    budget: Budget = None,
    max_tokens_total: MaxTokens = None,
    concurrency: asking.Concurrency = None,
    workers: asking.Workers = None,
    engine: On = Engine.LOCAL,
    rpm: Rpm = None,
    tpm: Tpm = None,
    adaptive: Adaptive = True,
    deadline: asking.Deadline = None,
    events: Events = None,
    quiet: Quiet = False,
) -> None:
    """Ask again about the articles of a run that failed, and go on with the run.

    An answer is never asked for again: replies that were kept before the failure are used.
    """
    from extractor.commands.archive.sitting import Terms, go_on
    from extractor.errors import UsageError

    if not failed:
        raise UsageError("what should be asked again?", hint=f"extractor archive retry {name} --failed")
    flags = {"api_key_env": api_key_env, "concurrency": concurrency, "workers": workers, "deadline": deadline}
    batch = None if mode is None else mode is SittingMode.BATCH
    terms = Terms(
        *(budget, max_tokens_total, rpm, tpm),
        adaptive=adaptive,
        events=events,
        quiet=quiet,
        batch=batch,
        wait=wait,
        ray=engine is Engine.RAY,
    )
    raise typer.Exit(go_on(name, flags, store, terms, retry=True))

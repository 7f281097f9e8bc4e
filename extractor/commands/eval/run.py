"""``extractor eval run`` and ``rescore``: ask a prompt about the labelled set, and read a kept run again."""

from __future__ import annotations

from typing import Annotated

import typer

from extractor.commands import options as asking  # noqa: TC001 - typer reads the annotations when it runs
from extractor.commands.eval import options
from extractor.commands.output import write_lines

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

Option = typer.Option


def run(  # noqa: PLR0913 - a command has as many parameters as options
    *,
    prompt: asking.Prompt = None,
    suite: options.Suite = None,
    set_folder: options.Set = None,
    labels: options.Labels = None,
    half: options.HalfOption = None,
    date: options.DateOption = None,
    furniture: options.FurnitureOption = None,
    repeats: options.Repeats = None,
    model: asking.Model = None,
    base_url: asking.BaseUrl = None,
    api_key_env: asking.ApiKeyEnv = None,
    mode: asking.HowAsked = None,
    prompts_dir: asking.PromptsDir = None,
    concurrency: asking.Concurrency = None,
    deadline: asking.Deadline = None,
    name: Annotated[str | None, Option(help="Name of the run's folder.  [default: made from what it asks]")] = None,
    again: Annotated[bool, Option("--again", help="Make a new run even where a finished one asked the same.")] = False,
    runs: options.Runs = options.RUNS,
    quiet: asking.Quiet = False,
) -> None:
    """Ask a prompt version about the labelled articles, keep every reply, and score what comes of it.

    A run that is interrupted goes on with the same command. A question that was asked before, by any run, is not asked
    again. Without --suite, the half dev is asked about as it is, with the publication date given.
    """
    from extractor.commands.eval.asking import Wanted, make_run
    from extractor.commands.eval.figures import figure_lines
    from extractor.evaluation.suites import Suite, load_suite
    from extractor.scoring.report import summarise
    from extractor.settings import load_settings

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
    chosen = load_suite(suite) if suite else Suite()
    folder = str(set_folder) if set_folder else None
    chosen = chosen.but(half=half, date=date, furniture=furniture, repeats=repeats, set=folder, labels=labels)
    ended = make_run(Wanted(settings, chosen, runs, name=name, again=again, quiet=quiet))
    if ended.scored is not None:
        write_lines([ended.run.name, *figure_lines(summarise(ended.scored.scores))])
    raise typer.Exit(ended.exit_code)


def rescore(
    run: options.RunName,
    *,
    set_folder: options.Set = None,
    labels: options.Labels = None,
    runs: options.Runs = options.RUNS,
    keep: Annotated[
        str | None, Option("--keep", metavar="NAME", help="Keep what comes out as a run of this name.")
    ] = None,
) -> None:
    """Read a kept run again through today's code, without a model, and score it by today's labels.

    An article to which today's code asks something else cannot be read again: it is named and left out.
    """
    from extractor.commands.eval.rescore import again
    from extractor.commands.extract_run import SOME_FAILED
    from extractor.evaluation.gold import LABELS, read_gold
    from extractor.evaluation.runs import named

    gold = read_gold(set_folder, labels=labels or LABELS)
    lines, whole = again(options.run_folder(run, runs), gold, runs / named(keep) if keep else None)
    write_lines(lines)
    raise typer.Exit(0 if whole else SOME_FAILED)

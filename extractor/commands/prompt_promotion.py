"""``extractor prompts promote``: give the label ``production`` to a version that passed its gate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extractor.commands import options as asking  # noqa: TC001 - typer reads the annotations when it runs
from extractor.commands.eval import options
from extractor.commands.output import write_lines

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

Option = typer.Option


def promote(  # noqa: PLR0913 - a command has as many parameters as options
    spec: Annotated[str, typer.Argument(metavar="NAME@VERSION", help="A published prompt version.")],
    *,
    suite: Annotated[str, Option(metavar="NAME", help="The suite whose gate it must have passed.")] = "test",
    set_folder: options.Set = None,
    labels: options.Labels = None,
    model: asking.Model = None,
    base_url: asking.BaseUrl = None,
    api_key_env: asking.ApiKeyEnv = None,
    mode: asking.HowAsked = None,
    runs: options.Runs = options.RUNS,
    force: Annotated[bool, Option("--force", help="Promote it without a gate; needs --reason.")] = False,
    reason: Annotated[str | None, Option(help="Why it is forced; kept beside the lock.")] = None,
    prompts_dir: Annotated[
        Path | None, Option("--prompts-dir", metavar="FOLDER", help="Prompts of your own.  [default: the shipped ones]")
    ] = None,
) -> None:
    """Give the label production to a version: NAME and NAME@production mean it from then on.

    Refused without a passing gate for exactly this wording, today's labelled set and the model, judged by the suite
    against the version that carries the label now. The gate's record is kept in promotions.jsonl beside the lock.
    """
    from extractor.commands.choice import asked_model
    from extractor.errors import UsageError
    from extractor.evaluation.gold import read_gold
    from extractor.evaluation.promotion import PROMOTIONS, Evidence
    from extractor.evaluation.promotion import promote as give_label
    from extractor.evaluation.suites import load_suite
    from extractor.llm.open import chosen_model
    from extractor.settings import load_settings

    if force != bool(reason and reason.strip()):
        raise UsageError(
            "--force and --reason belong together", hint='write --force --reason "why the gate is passed by"'
        )
    flags = {"model": model, "base_url": base_url, "api_key_env": api_key_env, "mode": mode}
    settings = load_settings(flags | {"prompts_dir": str(prompts_dir) if prompts_dir else None})
    folder = Path(settings.prompts_dir).expanduser() if settings.prompts_dir else None
    evidence = None
    if not force:
        chosen = load_suite(suite).but(set=str(set_folder) if set_folder else None, labels=labels)
        gold = read_gold(chosen.set_folder, labels=chosen.labels)
        asked = asked_model(settings, chosen_model(settings))
        evidence = Evidence(runs, suite, chosen, gold.digest, asked)
    done = give_label(spec, folder, evidence, reason=reason)
    why = f"forced: {done.forced}" if done.gate is None else f"by the gate of {done.gate.decided:%Y-%m-%d %H:%M}"
    write_lines([f"{done.prompt} is production, {why}", f"recorded in {PROMOTIONS}"])

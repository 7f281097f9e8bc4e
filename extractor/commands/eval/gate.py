"""``extractor eval gate``: may this prompt or model replace the one in use? Yes, no, or too little data to tell."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.commands import options as asking  # noqa: TC001 - typer reads the annotations when it runs
from extractor.commands.eval import options
from extractor.commands.output import write_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extractor.evaluation.gate import GateRecord
    from extractor.evaluation.scored import Scored
    from extractor.evaluation.suites import Suite

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

Option = typer.Option


def gate(  # noqa: PLR0913 - a command has as many parameters as options
    *,
    candidate: Annotated[
        str, Option(metavar="NAME@VERSION|RUN", help="Prompt version (or kept run) that may replace the baseline.")
    ],
    baseline: Annotated[str, Option(metavar="NAME@VERSION|RUN", help="Prompt version (or kept run) in use.")],
    suite: options.Suite = None,
    set_folder: options.Set = None,
    labels: options.Labels = None,
    model: asking.Model = None,
    base_url: asking.BaseUrl = None,
    api_key_env: asking.ApiKeyEnv = None,
    mode: asking.HowAsked = None,
    prompts_dir: asking.PromptsDir = None,
    baseline_prompts_dir: Annotated[
        Path | None, Option(metavar="FOLDER", help="Where the baseline's prompt lies.  [default: as the candidate's]")
    ] = None,
    concurrency: asking.Concurrency = None,
    deadline: asking.Deadline = None,
    runs: options.Runs = options.RUNS,
    as_json: Annotated[bool, Option("--json", help="Print the record of the gate as JSON.")] = False,
    quiet: asking.Quiet = False,
) -> None:
    """Run two prompt versions on the same articles, or take their kept runs, and judge the candidate.

    Exit code 0: pass. 7: fail. 8: too little data; it says how many labelled articles would settle it. Without --suite,
    the suite dev is asked.
    """
    from importlib.metadata import version

    from extractor.evaluation.gate import judge, keep_record
    from extractor.evaluation.suites import load_suite

    name = suite or "dev"
    folder = str(set_folder) if set_folder else None
    chosen = load_suite(name).but(set=folder, labels=labels)
    flags: dict[str, object] = {"model": model, "base_url": base_url, "api_key_env": api_key_env, "mode": mode}
    flags |= {"concurrency": concurrency, "deadline": deadline}

    def side(what: str, prompts: Path | None) -> Scored:
        asked = flags | {"prompt": what, "prompts_dir": str(prompts) if prompts else None}
        return _side(what, chosen, runs, asked, quiet=quiet)

    # The one in use first: where the candidate cannot be run, the next gate still finds its baseline.
    old = side(baseline, baseline_prompts_dir or prompts_dir)
    new = side(candidate, prompts_dir)
    record = judge(new, old, chosen.bounds, suite=name, version=version("extractor"))
    path = keep_record(record, runs)
    write_lines([record.model_dump_json(indent=1)] if as_json else [*gate_lines(record), f"kept in {path}"])
    raise typer.Exit(record.verdict.exit_code)


def gate_lines(record: GateRecord) -> Iterator[str]:
    """Yield the verdict with its reasons, then what was compared."""
    from extractor.commands.eval.compare import comparison_lines

    verdict = record.verdict
    yield {"pass": "PASS", "fail": "FAIL", "too_little_data": "TOO LITTLE DATA"}[verdict.result]
    yield from verdict.reasons
    if verdict.articles_needed is not None:
        yield f"labelled articles that would settle it: {verdict.articles_needed}"
    yield f"half {record.half}, {record.conditions}, suite {record.suite}, set {record.set_digest}"
    for what, one in (("candidate", record.candidate), ("baseline", record.baseline)):
        failed = f"; {one.failed} articles failed" if one.failed else ""
        yield f"{what}: {one.prompt} ({one.prompt_digest}), {one.model}{failed}"
    yield from comparison_lines(record.candidate.run, record.baseline.run, record.comparison)


def _side(what: str, suite: Suite, runs: Path, flags: Mapping[str, object], *, quiet: bool) -> Scored:
    """Return a kept run, or the run of a prompt version, which is made where it is not kept yet.

    Raises:
        UsageError: There is no such run or prompt version.
        typer.Exit: The provider refused; the run can go on later.
    """
    from extractor.commands.eval.asking import Wanted, make_run
    from extractor.evaluation.gold import read_gold
    from extractor.evaluation.runs import load_run
    from extractor.evaluation.scored import score_run
    from extractor.settings import load_settings

    if (folder := _kept(what, runs)) is not None:
        return score_run(load_run(folder), read_gold(suite.set_folder, labels=suite.labels))
    ended = make_run(Wanted(load_settings(flags), suite, runs, quiet=quiet))
    if ended.scored is None:
        raise typer.Exit(ended.exit_code)
    return ended.scored


def _kept(what: str, runs: Path) -> Path | None:
    """Return the folder of the run ``what``, or None where it names a prompt."""
    from extractor.errors import UsageError

    if "@" in what:
        return None
    try:
        return options.run_folder(what, runs)
    except UsageError:
        return None

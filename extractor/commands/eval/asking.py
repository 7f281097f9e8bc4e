"""Asking a prompt about labelled articles, as ``eval run`` and ``eval gate`` do: open, go on, keep, say how it went."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from extractor.commands.choice import asked_model, explanation, prompt_for
from extractor.commands.eval.options import REPLIES
from extractor.commands.extract_run import NONE_SUCCEEDED, PROVIDER_REFUSED, SOME_FAILED, fetch
from extractor.errors import UsageError
from extractor.evaluation.conditions import cases_of
from extractor.evaluation.gold import read_gold
from extractor.evaluation.replies import ReplyStore
from extractor.evaluation.run import Asking, run_articles
from extractor.evaluation.run_writer import open_writer
from extractor.evaluation.runs import COMPLETE, Plan, load_run, named
from extractor.evaluation.scored import Scored, completion_of, score_rows
from extractor.llm.open import chosen_model, concurrency, open_model
from extractor.render.progress import note, reporting
from extractor.scoring.report import summarise

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from extractor.evaluation.conditions import Case
    from extractor.evaluation.run_writer import RunWriter
    from extractor.evaluation.runs import Run
    from extractor.evaluation.suites import Suite
    from extractor.prompts.registry import Prompt
    from extractor.settings import ModelChoice, Settings


@dataclass(frozen=True, slots=True)
class Wanted:
    """A run that somebody wants."""

    settings: Settings
    suite: Suite
    runs: Path
    """The folder of all runs."""
    name: str | None = None
    """Of its folder; None: made from the plan."""
    again: bool = False
    """Make a new run although there is a finished one with this plan."""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    run: Run
    scored: Scored | None
    """None: it was stopped before its end."""
    exit_code: int


def make_run(wanted: Wanted) -> Ended:
    """Return the finished run: the one that is kept, or one that is made or gone on with now.

    Raises:
        KeyboardInterrupt: It was interrupted; what is done is kept, and a note says how to go on.
        ExtractorError: Nothing can be asked: settings, prompt, model file, set or run folder are at fault.
    """
    choice = chosen_model(wanted.settings)
    prompt = prompt_for(wanted.settings, choice)
    plan, cases = _plan(wanted, choice, prompt)
    folder = _folder(wanted, plan)
    if (folder / COMPLETE).exists():
        run = load_run(folder)
        if run.plan == plan:
            _say(wanted, f"the run {folder.name} is finished already; --again makes a new one from kept replies")
            return Ended(run, Scored(run, cases, score_rows(run.rows, cases)), _exit_code(run))
    if not prompt.published:
        _say(wanted, f"{prompt.spec} is a draft; its figures belong to {prompt.digest[:19]}… and to no other wording")
    if not wanted.quiet and (line := explanation(choice)):
        note(line)
    if choice.kind == "embedded":
        fetch(choice.name, quiet=wanted.quiet)
    _say(wanted, f"keeping the run in {folder}")
    with open_writer(folder, plan, prompt, version=version("extractor")) as writer:
        try:
            refused = asyncio.run(_ask(wanted, choice, prompt, cases, writer))
        except KeyboardInterrupt:
            note(f"interrupted; {len(writer.rows)} articles are done and kept in {folder}; the same command goes on")
            raise
        if refused:
            note(f"stopped; {len(writer.done)} articles are done and kept in {folder}; the same command goes on")
            return Ended(load_run(folder, unfinished=True), None, PROVIDER_REFUSED)
        rows = list(writer.rows.values())
        writer.complete(completion_of(rows, summarise(score_rows(rows, cases))))
    run = load_run(folder)
    return Ended(run, Scored(run, cases, score_rows(run.rows, cases)), _exit_code(run))


def _plan(wanted: Wanted, choice: ModelChoice, prompt: Prompt) -> tuple[Plan, Mapping[str, Case]]:
    """Return the plan of the wanted run, and its articles by name."""
    suite = wanted.suite
    gold = read_gold(suite.set_folder, labels=suite.labels)
    articles = gold.part(suite.half)
    if not articles:
        raise UsageError(f"the half {suite.half} of {str(gold.folder)!r} holds no article", hint="try --half all")
    cases = cases_of(articles, suite.conditions)
    plan = Plan(
        prompt=prompt.spec,
        prompt_digest=prompt.digest,
        model=asked_model(wanted.settings, choice),
        set_digest=gold.digest,
        half=suite.half,
        conditions=suite.conditions,
        repeats=suite.repeats,
        articles=tuple(cases),
    )
    return plan, cases


def _folder(wanted: Wanted, plan: Plan) -> Path:
    """Return the folder of the run; with ``again`` one that holds no finished run yet."""
    first = wanted.runs / (named(wanted.name) if wanted.name else plan.folder_name)
    if not wanted.again:
        return first
    names = (first if number == 1 else first.with_name(f"{first.name}-{number}") for number in itertools.count(1))
    return next(folder for folder in names if not (folder / COMPLETE).exists())


async def _ask(
    wanted: Wanted, choice: ModelChoice, prompt: Prompt, cases: Mapping[str, Case], writer: RunWriter
) -> bool:
    todo = len(writer.todo())
    if not todo:  # killed between its last article and its completion
        return False
    settings = wanted.settings
    with reporting(total=todo, several=True, quiet=wanted.quiet) as reporter:
        if choice.kind == "embedded":
            reporter.started(f"starting {choice.name}")
        async with open_model(settings, choice) as model:
            asking = Asking(
                prompt=prompt,
                model=model,
                asked=writer.plan.model,
                store=ReplyStore(wanted.runs / REPLIES),
                deadline=settings.deadline,
                concurrency=concurrency(settings, choice),
            )
            return await run_articles(cases, asking, writer, reporter)


def _exit_code(run: Run) -> int:
    failed = sum(not row.ok for row in run.rows)
    if failed == len(run.rows):
        return NONE_SUCCEEDED
    return SOME_FAILED if failed else 0


def _say(wanted: Wanted, line: str) -> None:
    if not wanted.quiet:
        note(line)

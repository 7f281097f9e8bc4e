"""Runs a prompt over labelled articles: each is asked about once per repeat, and kept as it finishes.

A failed article is a row with its reason and the others go on; only a provider that refuses everything ends a run
early. Whatever ends it, what is finished stays, and the same call goes on with the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from extractor.evaluation.runs import Row
from extractor.llm.workers import run_workers
from extractor.pipeline import Extractor
from extractor.replies import KeepingModel, Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractor.evaluation.conditions import Case
    from extractor.evaluation.replies import ReplyStore
    from extractor.evaluation.run_writer import RunWriter
    from extractor.llm.boundary import Model
    from extractor.prompts.registry import Prompt
    from extractor.replies import AskedModel

REFUSED = "ProviderRefusedError"
"""Kind of the problem after which no further article is asked."""


class Watcher(Protocol):
    """Is told how a run goes."""

    def started(self, name: str) -> None:
        """The article ``name`` is being asked about."""
        ...

    def done(self, name: str, outcome: str) -> None:
        """The article ``name`` has ended as ``outcome`` says."""
        ...

    def say(self, message: str) -> None:
        """Something went wrong that a person should see."""
        ...


@dataclass(frozen=True, slots=True)
class Asking:
    """With what a run asks."""

    prompt: Prompt
    model: Model
    asked: AskedModel
    store: ReplyStore
    deadline: float = 600.0
    """Seconds of wall-clock time per article."""
    concurrency: int = 1
    """Articles in flight at once."""


async def run_articles(cases: Mapping[str, Case], asking: Asking, writer: RunWriter, watcher: Watcher) -> bool:
    """Ask about every article that ``writer`` lacks; return whether the provider refused to answer.

    Args:
        cases: The articles of the plan, by name.
        asking: Prompt, model and the store of replies.
        writer: Takes each finished article.
        watcher: Is told about each.

    Raises:
        StoreError: A kept reply is damaged.
        PromptError: The prompt cannot be worded.
    """
    waiting = iter(writer.todo())
    refused = False

    async def work() -> None:
        nonlocal refused
        for article, repeat in waiting:  # all workers take from one iterator
            if refused:
                return
            name = f"{article} ({repeat + 1})" if writer.plan.repeats > 1 else article
            watcher.started(name)
            row = await ask_about(cases[article], asking, repeat)
            writer.add(row)
            refused = refused or _tell(row, name, watcher)

    await run_workers(work, asking.concurrency)
    return refused


async def ask_about(case: Case, asking: Asking, repeat: int = 0) -> Row:
    """Return the row of one article, asked about with what is kept and, where that is not enough, the model."""
    subject = Subject(case.article, asking.prompt, asking.asked, repeat)
    model = KeepingModel(asking.model, subject, asking.store)
    extraction = await Extractor(model, asking.prompt, deadline=asking.deadline).extract(case.article)
    return Row(
        article=case.id,
        repeat=repeat,
        replies=tuple(model.replies),
        extraction=extraction,
        asked=model.asked,
        reused=model.reused,
    )


def _tell(row: Row, name: str, watcher: Watcher) -> bool:
    """Tell about a finished article; return whether the provider refuses every article."""
    extraction, problem = row.extraction, row.extraction.problem
    if problem is None:
        kept = "" if row.asked else ", kept replies"
        watcher.done(name, f"{len(extraction.events)} events, {extraction.usage.seconds:.1f} s{kept}")
        return False
    watcher.say(f"error: {name}: {problem.message}{f' (hint: {problem.hint})' if problem.hint else ''}")
    watcher.done(name, extraction.outcome.value)
    return problem.kind == REFUSED

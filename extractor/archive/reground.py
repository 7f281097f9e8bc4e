"""Turns kept replies into events again, by today's code and tables, without a model.

After a codebook was mended, or a grounder, nothing has to be asked again: each answer of a run that another version of
the grounding made is made anew from what the model said then. The new extraction stands beside the old one under the
same key; the run uses the new one from now on, other runs keep theirs. Where today's code would ask something else than
was asked (a step that words its question by code that changed), the answer cannot be made anew; it stays as it is and
is named.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from extractor.archive.difference import compare_events
from extractor.archive.keys import grounding_version
from extractor.archive.records import Grounding
from extractor.errors import StoreError
from extractor.events.vocabulary import Outcome
from extractor.llm.boundary import ModelInfo
from extractor.pipeline import Extractor
from extractor.prompts.registry import load
from extractor.replies import ReplayingModel, Subject

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from extractor.archive.difference import Events
    from extractor.archive.records import Answered, Run
    from extractor.archive.store import Store
    from extractor.events.summary import Extraction, Problem
    from extractor.prompts.registry import Prompt

GROUP: Final = 100
"""Answers that are written at once."""


@dataclass(frozen=True, slots=True)
class Regrounded:
    """What became of one answer."""

    article: str
    source: str
    before: str
    """The version of the grounding that had made it."""
    changes: Events
    """How its events differ; false where they do not."""
    problem: Problem | None = None
    """Why it could not be made anew, and stays as it is."""


async def reground(store: Store, run: Run) -> AsyncIterator[Regrounded]:
    """Make every answer of ``run`` anew that today's grounding did not make, and yield what became of each.

    What has been yielded before the last hundred or so is kept, whatever happens next.

    Raises:
        StoreError: The prompt that the run asked with, or an answer, is damaged.
    """
    prompt = prompt_of(store, run)
    made: list[Grounding] = []
    for answer in store.answers(run, but=grounding_version()):
        extraction = await _again(answer, run, prompt)
        if extraction.outcome is Outcome.OK:
            made.append(Grounding(answer.question, extraction))
        if len(made) == GROUP:
            store.reground(run, made)
            made = []
        before = answer.extraction.events
        changes = compare_events(before, before if extraction.problem else extraction.events)
        article = answer.article
        yield Regrounded(article.id, article.source, answer.grounding, changes, extraction.problem)
    store.reground(run, made)


def prompt_of(store: Store, run: Run) -> Prompt:
    """Return the prompt version that ``run`` asks with, from the store: whatever became of its folder since.

    Raises:
        StoreError: It is not the one that the run was begun with.
    """
    prompt = load_prompt(run.plan.prompt, store.prompt_files(run))
    if prompt.digest != run.plan.prompt_digest:
        raise StoreError(
            f"{str(store.path)!r} is damaged: {prompt.spec} is not the wording that {run.name!r} asks with"
        )
    return prompt


def load_prompt(spec: str, files: Mapping[str, str]) -> Prompt:
    """Return the prompt version ``spec`` from its files, by name."""
    with tempfile.TemporaryDirectory() as folder:
        name, _, version = spec.partition("@")
        own = Path(folder) / name / version
        own.mkdir(parents=True)
        for file, text in files.items():
            (own / file).write_text(text, encoding="utf-8", newline="\n")
        return load(spec, Path(folder))


async def _again(answer: Answered, run: Run, prompt: Prompt) -> Extraction:
    """Return the answer as today's code makes it; its cost stays what it was."""
    was = answer.extraction.provenance
    subject = Subject(answer.article, prompt, run.plan.model)
    replies = {reply.key: reply for reply in answer.replies}
    model = ReplayingModel(ModelInfo(was.model, was.endpoint, was.mode), subject, replies)
    extraction = await Extractor(model, prompt).extract(answer.article)
    return extraction.model_copy(update={"usage": answer.extraction.usage})

"""Reads a kept run again: the same replies through today's code, without a model.

Whatever changed since in reading articles, grounding or checking shows in the figures, and nothing else does. Where
today's code asks a question that the run did not ask, the article cannot be read again; it is named and left out, never
scored as if the model had said nothing. An article that failed in the run has failed still.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.llm.boundary import ModelInfo
from extractor.pipeline import Extractor
from extractor.replies import NotKeptError, ReplayingModel, Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractor.evaluation.conditions import Case
    from extractor.evaluation.runs import Row, Run
    from extractor.prompts.registry import Prompt


@dataclass(frozen=True, slots=True)
class Reread:
    """A run read again."""

    rows: tuple[Row, ...]
    """Of the articles that could be read again, in the order of the run."""
    unanswered: tuple[str, ...]
    """Articles to which today's code asks something that the run holds no reply to."""
    changed: int
    """Rows whose events differ from those of the run."""


async def reread(run: Run, cases: Mapping[str, Case], prompt: Prompt) -> Reread:
    """Return ``run`` as today's code reads it.

    Args:
        run: The kept run.
        cases: Its articles by name, under the run's conditions.
        prompt: The version that the run asked with.
    """
    rows, unanswered, changed = [], [], 0
    for row in run.rows:
        again = await _read_again(row, cases[row.article], run, prompt)
        if again is None:
            unanswered.append(row.article)
        else:
            rows.append(again)
            changed += again.extraction.events != row.extraction.events
    return Reread(tuple(rows), tuple(dict.fromkeys(unanswered)), changed)


async def _read_again(row: Row, case: Case, run: Run, prompt: Prompt) -> Row | None:
    """Return the row as today's code makes it, or None where a reply is missing."""
    was = row.extraction.provenance
    subject = Subject(case.article, prompt, run.plan.model, row.repeat)
    replies = {reply.key: reply for reply in row.replies}
    model = ReplayingModel(ModelInfo(was.model, was.endpoint, was.mode), subject, replies)
    extraction = await Extractor(model, prompt).extract(case.article)
    if extraction.problem is not None and extraction.problem.kind == NotKeptError.__name__:
        return None if row.ok else row
    return row.model_copy(update={"extraction": extraction})

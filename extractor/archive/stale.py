"""Which results of a store are not what today's prompts and today's grounding would give.

A row is stale when the prompt version that it was asked with has another wording today (or another version is wanted),
or when another version of the grounding made it. The first costs requests to mend, the second only ``archive
reground``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from extractor.archive.keys import grounding_version
from extractor.errors import PromptError
from extractor.prompts.registry import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from extractor.archive.records import Run
    from extractor.archive.store import Store
    from extractor.prompts.registry import Prompt


class Reason(StrEnum):
    """Why a row is stale."""

    PROMPT = "prompt"
    GROUNDING = "grounding"


@dataclass(frozen=True, slots=True)
class Stale:
    """One finished article that today would come out otherwise, or might."""

    run: str
    article: str
    source: str
    reasons: tuple[Reason, ...]
    prompt: str
    """``name@version`` and the first digits of the digest that it was asked with."""
    grounding: str


def stale(
    store: Store, runs: Sequence[Run], wanted: Prompt | None = None, folder: Path | None = None
) -> Iterator[Stale]:
    """Yield the stale rows of ``runs``, run after run, in the order of the sources.

    Args:
        store: Where they are kept.
        runs: Which to look at.
        wanted: The prompt version that results should have been asked with; None: each run's own, as it reads today.
        folder: Of prompts; None: the shipped ones.
    """
    today = grounding_version()
    for run in runs:
        digest = wanted.digest if wanted else _digest_today(run.plan.prompt, folder)
        prompt = digest != run.plan.prompt_digest
        asked = f"{run.plan.prompt} {run.plan.prompt_digest.removeprefix('sha256:')[:12]}"
        for made in store.made(run, but=None if prompt else today):
            grounding = made.grounding != today
            reasons = (*[Reason.PROMPT] * prompt, *[Reason.GROUNDING] * grounding)
            yield Stale(run.name, made.article, made.source, reasons, asked, made.grounding)


def _digest_today(spec: str, folder: Path | None) -> str | None:
    """Return the digest of a prompt version as it reads today; None where it is gone or was changed since."""
    try:
        return load(spec, folder).digest
    except PromptError:
        return None

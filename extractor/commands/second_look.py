"""A model's check of pairs that linking is not sure of: ``archive link --check`` and ``eval stories --check``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from extractor.archive.linking.link import Linking
    from extractor.archive.linking.second_look import Looked
    from extractor.events.summary import Extraction
    from extractor.prompts.registry import Prompt
    from extractor.replies import AskedModel, Replies
    from extractor.settings import ModelChoice, Settings

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

PROMPT = "same-event"

Check = Annotated[
    bool, typer.Option("--check", help="Ask a model about the pairs near the threshold; its word weighs 3 bits.")
]
CheckPrompt = Annotated[
    str | None,
    typer.Option("--check-prompt", metavar="NAME@VERSION", help=f"Prompt version for --check.  [default: {PROMPT}]"),
]
CheckLimit = Annotated[
    int, typer.Option("--check-limit", min=1, metavar="N", help="Ask about so many pairs, the most uncertain first.")
]
LIMIT = 500
_TELLING = 8
"""Answers from which on it says something that all are alike."""
_DOCS = "docs/stories.md, A second look"


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Who is asked, with which prompt version, about how many pairs at most."""

    settings: Settings
    choice: ModelChoice
    prompt: Prompt
    asked: AskedModel
    limit: int

    @property
    def by(self) -> str:
        """Prompt version and model, as a linking records them."""
        return f"{self.prompt.spec} of {self.asked}"


def second_look_of(settings: Settings, prompt: str | None, limit: int) -> SecondLook:
    """Return the check that the options mean.

    Raises:
        PromptError: The prompt version is none, or one for something else.
        UsageError: The settings contradict each other.
    """
    from extractor.archive.linking.second_look import REPLY
    from extractor.commands.choice import asked_model
    from extractor.errors import PromptError
    from extractor.llm.open import chosen_model
    from extractor.prompts import registry

    choice = chosen_model(settings)
    found = registry.load(prompt or PROMPT, Path(settings.prompts_dir) if settings.prompts_dir else None)
    if found.reply != REPLY:
        message = f"{found.spec} replies {found.reply}, not {REPLY}: it does not compare two mentions"
        raise PromptError(message, hint=f"--check-prompt {PROMPT}")
    return SecondLook(settings, choice, found, asked_model(settings, choice), limit)


def looked_again(
    linking: Linking, extractions: Callable[[], Iterable[Extraction]], replies: Replies, wanted: SecondLook
) -> Linking:
    """Return the linking after a model was asked about its uncertain pairs; what it costs is said.

    Args:
        linking: Before the check.
        extractions: The results that were linked, read once more for their sentences.
        replies: Where replies are kept.
        wanted: Who is asked.
    """
    import asyncio

    from extractor.archive.linking.second_look import lines_of
    from extractor.commands.choice import explanation
    from extractor.commands.extract_run import fetch
    from extractor.render.progress import note
    from extractor.render.wording import usage_line

    pairs = linking.open_pairs()[: wanted.limit]
    if not pairs:
        note("no pair is near the threshold; no model was asked")
        return linking.with_second_look({}, wanted.by)
    keys = frozenset(linking.mentions[place].key for pair in pairs for place in pair)
    shown = lines_of(extractions(), keys)
    if line := explanation(wanted.choice):
        note(line)
    if wanted.choice.kind == "embedded":
        fetch(wanted.choice.name, quiet=False)

    looked = asyncio.run(_ask(linking, pairs, shown, replies, wanted))
    answers = [word.same for word in looked.said.values()]
    told = ", ".join(f"{answers.count(same)} {same.value}" for same in dict.fromkeys(sorted(answers)))
    failed = f", {looked.failed} without a usable answer" if looked.failed else ""
    note(f"{len(pairs):,} pairs checked with {wanted.by}: {told or 'no answer'}{failed}; {looked.asked:,} asked now")
    if len(answers) >= _TELLING and len(set(answers)) == 1:
        note(f"all pairs got the same answer: this model may not tell them apart ({_DOCS})")
    if looked.asked:
        note(usage_line(looked.usage))
    return linking.with_second_look(looked.said, wanted.by)


async def _ask(
    linking: Linking,
    pairs: list[tuple[int, int]],
    shown: dict[str, tuple[str, ...]],
    replies: Replies,
    wanted: SecondLook,
) -> Looked:
    from extractor.archive.linking.second_look import Looking, look
    from extractor.llm.open import concurrency, open_model
    from extractor.render.progress import reporting

    with reporting(total=len(pairs), several=True, quiet=False) as reporter:
        if wanted.choice.kind == "embedded":
            reporter.started(f"starting {wanted.choice.name}")
        async with open_model(wanted.settings, wanted.choice) as model:
            looking = Looking(
                model=model,
                prompt=wanted.prompt,
                asked=wanted.asked,
                replies=replies,
                concurrency=concurrency(wanted.settings, wanted.choice),
                deadline=wanted.settings.deadline,
            )
            return await look(pairs, linking.mentions, shown, looking, progress=lambda: reporter.done("pair", "ok"))

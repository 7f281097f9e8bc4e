"""Proves what a prompt version promises: unchanged since publication, safe, and with examples that are right.

For a whole folder: every published version is there and matches its lock, file by file and in its wording; labels point
at published versions. For each version: its reply types exist and its templates render; article text stands nowhere but
inside the fence (:mod:`extractor.prompts.probe`); its examples hold (:mod:`extractor.prompts.example_check`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.errors import PromptError
from extractor.events.reply import REPLY_TYPES
from extractor.prompts import registry
from extractor.prompts.example_check import example_problems
from extractor.prompts.lock import LOCK_FILE, differences, read_lock
from extractor.prompts.manifest import MANIFEST
from extractor.prompts.probe import fence_problems
from extractor.prompts.render import examples_of, opening, wording_digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from extractor.prompts.lock import Lock
    from extractor.prompts.registry import Prompt, Step


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a version: which, in which file or step, what."""

    spec: str
    where: str
    message: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.spec}: {self.where}: {self.message}"


def check_folder(folder: Path | None = None) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Check every version of a prompts folder; return their specs, and what is wrong."""
    root = registry.prompts_folder(folder)
    lock = read_lock(root)
    versions = [(name, version) for name in registry.names(root) for version in registry.versions_of(root, name)]
    specs = tuple(f"{name}@{version}" for name, version in versions)
    found = [finding for name, version in versions for finding in check_version(root, lock, name, version)]
    missing = [spec for spec in lock.versions if spec not in specs]
    found += [Finding(spec, LOCK_FILE, "is published, but its folder is missing") for spec in missing]
    labelled = [f"{name}@{version}" for name, version in lock.production.items()]
    unpublished = [spec for spec in labelled if spec not in lock.versions]
    found += [Finding(spec, LOCK_FILE, "is labelled production, but not published") for spec in unpublished]
    return specs, tuple(found)


def check_version(root: Path, lock: Lock, name: str, version: str) -> tuple[Finding, ...]:
    """Check one version: against its lock where it is published, then its content."""
    spec = f"{name}@{version}"
    entry = lock.versions.get(spec)
    try:
        if entry is not None:
            _, hashes = registry.read_files(root, name, version)
            if changes := differences(entry, hashes):
                return tuple(Finding(spec, file, f"{change} since it was published") for file, change in changes)
        prompt = registry.read_version(root, lock, name, version)
    except PromptError as error:
        return (_finding(spec, MANIFEST, error),)
    found = list(check_prompt(prompt))
    if entry is not None and not found and wording_digest(prompt) != entry.wording:
        found.append(Finding(spec, MANIFEST, "its files are unchanged, but this program words them differently"))
    return tuple(found)


def check_prompt(prompt: Prompt) -> Iterator[Finding]:
    """Yield everything that is wrong with the content of a version."""
    if unknown := sorted({prompt.reply, *(step.reply for step in prompt.steps)} - REPLY_TYPES.keys()):
        known = ", ".join(REPLY_TYPES)
        yield Finding(prompt.spec, MANIFEST, f"unknown reply type {', '.join(unknown)}; there are: {known}")
        return
    if len(prompt.steps) == 1 and prompt.steps[0].per == "article" and prompt.steps[0].reply != prompt.reply:
        yield Finding(prompt.spec, MANIFEST, f"its only step replies {prompt.steps[0].reply}, not {prompt.reply}")
    for step in prompt.steps:
        try:
            yield from _check_step(prompt, step)
        except PromptError as error:
            yield _finding(prompt.spec, f"step {step.name}", error)


def _check_step(prompt: Prompt, step: Step) -> Iterator[Finding]:
    opening(prompt, step)
    for problem in fence_problems(prompt, step):
        yield Finding(prompt.spec, f"step {step.name}", problem)
    for source in step.messages:
        if source.role == "examples":
            for number, example in enumerate(examples_of(prompt, source.file), 1):
                for problem in example_problems(step, example):
                    yield Finding(prompt.spec, source.file, f"example {number}: {problem}")


def _finding(spec: str, where: str, error: PromptError) -> Finding:
    return Finding(spec, where, str(error).removeprefix(f"{spec}: "))

"""Kept runs: what was asked, what the model said, what came of it.

A run is one prompt version with one model over labelled articles under one set of conditions. Its folder holds::

    run.json         written first: the plan (prompt and its digest, model, set digest, half, conditions, repeats, which
                     articles) and when and by which version of extractor the run was begun
    prompts/         the prompt version's own files, so that its replies can be read again whatever becomes of it
    articles.jsonl   one line per finished article and repeat, appended and forced to disk as each finishes: every raw
                     reply with its usage and the key of its request, and the Extraction that came of them
    complete.json    written last: when it ended, how many articles failed, what was asked and reused, and EventF1

So a run without ``complete.json`` was interrupted. It can be killed at any moment: what a killed writer leaves is at
most one unfinished last line, which counts as not written and is cut off when the run goes on. An article that failed
is a line too; when an interrupted run goes on it is asked again, and of several lines for one article the last counts.

:func:`load_run` is the doorway to a kept run for everything that scores, compares or reports; the one for making a run
is ``run_writer.open_writer``. The name of a folder says what it holds; its identity is the plan's digest.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from extractor.errors import StoreError, UsageError
from extractor.evaluation.conditions import Conditions
from extractor.evaluation.files import problems_of, whole_lines
from extractor.events.summary import Extraction, Usage
from extractor.events.vocabulary import Outcome
from extractor.prompts.registry import load
from extractor.replies import AskedModel, KeptReply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from extractor.prompts.registry import Prompt

MANIFEST: Final = "run.json"
ARTICLES: Final = "articles.jsonl"
COMPLETE: Final = "complete.json"
PROMPTS: Final = "prompts"

RUN_NAME: Final = r"[a-z0-9][a-z0-9._-]{0,119}"
"""What a run's folder may be called."""

Half = Literal["dev", "test", "all"]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]

M = TypeVar("M", bound=BaseModel)


class Plan(BaseModel, frozen=True, extra="forbid"):
    """What a run is about; two runs with one plan ask the same questions."""

    prompt: str
    """``name@version``."""
    prompt_digest: Digest
    model: AskedModel
    set_name: str = "gold"
    set_digest: Digest
    """Of every text and label of the set, both halves."""
    half: Half
    conditions: Conditions = Conditions()
    repeats: int = Field(default=1, ge=1, le=100)
    articles: tuple[str, ...] = Field(min_length=1)
    """Names of the articles, in the order of the set."""

    @property
    def digest(self) -> str:
        """Tagged hash of the plan: the identity of a run."""
        return "sha256:" + hashlib.sha256(b"extractor run 1\n" + self.model_dump_json().encode()).hexdigest()

    @property
    def folder_name(self) -> str:
        """What a run with this plan is called unless it is given a name."""
        parts = [self.prompt, self.model.name, self.half]
        parts += ["undated"] * (self.conditions.date == "stripped") + ["bare"] * (
            self.conditions.furniture == "removed"
        )
        parts += [f"x{self.repeats}"] * (self.repeats > 1)
        slug = re.sub(r"[^a-z0-9.]+", "-", "-".join(parts).lower()).strip("-.")
        return f"{slug[:80]}-{self.digest.removeprefix('sha256:')[:8]}"


class Manifest(BaseModel, frozen=True, extra="forbid"):
    """``run.json``."""

    format: Literal[1] = 1
    plan: Plan
    begun: dt.datetime
    extractor_version: str


class Row(BaseModel, frozen=True, extra="forbid"):
    """One line of ``articles.jsonl``: an article in one repeat."""

    article: str
    repeat: int = Field(default=0, ge=0)
    replies: tuple[KeptReply, ...]
    """In the order of the questions; of a failed article those before its failure."""
    extraction: Extraction
    asked: int = Field(default=0, ge=0)
    """Questions that went out to the model."""
    reused: int = Field(default=0, ge=0)
    """Questions whose replies were kept already."""

    @property
    def ok(self) -> bool:
        """Whether the article did not fail."""
        return self.extraction.outcome is Outcome.OK


class Completion(BaseModel, frozen=True, extra="forbid"):
    """``complete.json``; the score is what scoring said when the run ended."""

    ended: dt.datetime
    articles: int
    """Rows, over all repeats."""
    failed: int
    asked: int
    """As of a row, summed."""
    reused: int
    usage: Usage
    event_f1: float | None = Field(default=None, ge=0, le=1, allow_inf_nan=False)
    low: float | None = Field(default=None, ge=0, le=1, allow_inf_nan=False)
    high: float | None = Field(default=None, ge=0, le=1, allow_inf_nan=False)


@dataclass(frozen=True)
class Run:
    """A kept run, read and checked."""

    folder: Path
    manifest: Manifest
    rows: tuple[Row, ...]
    """In the order of the set, repeat after repeat."""
    completion: Completion | None

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def plan(self) -> Plan:
        """What the run is about."""
        return self.manifest.plan

    @cached_property
    def by_article(self) -> Mapping[tuple[str, int], Row]:
        """The rows by article and repeat."""
        return {(row.article, row.repeat): row for row in self.rows}

    @property
    def usage(self) -> Usage:
        """What all rows took together."""
        return total_usage(self.rows)

    def missing(self) -> list[tuple[str, int]]:
        """Return the articles (and repeats) that the plan names and the run does not hold yet."""
        wanted = ((article, repeat) for repeat in range(self.plan.repeats) for article in self.plan.articles)
        return [one for one in wanted if one not in self.by_article]


def total_usage(rows: Sequence[Row]) -> Usage:
    """Return what ``rows`` took together; an unknown part makes an unknown sum."""
    return sum((row.extraction.usage for row in rows), start=Usage(cost_usd=0.0))


def load_run(path: Path, *, unfinished: bool = False) -> Run:
    """Return the run kept in the folder ``path``.

    Args:
        path: Its folder.
        unfinished: Take a run that was interrupted, too.

    Raises:
        UsageError: There is no run, or it was interrupted and nobody asked for an unfinished one.
        StoreError: A file is damaged: every problem is named with file, line and field.
    """
    if not (path / MANIFEST).is_file():
        raise UsageError(f"{str(path)!r} holds no run: {MANIFEST} is missing", hint="extractor eval history lists them")
    manifest = _read(path / MANIFEST, Manifest)
    completion = _read(path / COMPLETE, Completion) if (path / COMPLETE).exists() else None
    rows, problems = _rows(path, manifest.plan)
    if problems:
        raise StoreError(f"{str(path)!r} is damaged: {'; '.join(problems)}", hint="run it again with eval run --again")
    order = {article: place for place, article in enumerate(manifest.plan.articles)}
    run = Run(path, manifest, tuple(sorted(rows, key=lambda row: (row.repeat, order[row.article]))), completion)
    if completion is not None and (gone := run.missing()):
        names = ", ".join(sorted({article for article, _ in gone})[:5])
        raise StoreError(f"{str(path)!r} is damaged: {ARTICLES} lacks {len(gone)} of its articles, such as {names}")
    if completion is None and not unfinished:
        done = len(run.rows)
        raise UsageError(
            f"the run {run.name!r} was interrupted: {done} of {done + len(run.missing())} articles are done",
            hint="the same eval run command goes on with it",
        )
    return run


def _rows(path: Path, plan: Plan) -> tuple[list[Row], list[str]]:
    """Return the last row of each article and repeat, and everything that is wrong with the others."""
    try:
        lines, _ = whole_lines(path / ARTICLES)
    except FileNotFoundError:
        return [], []
    except UnicodeDecodeError as error:
        return [], [f"{ARTICLES}: byte {error.start} is not UTF-8"]
    found: dict[tuple[str, int], Row] = {}
    problems = []
    for number, line in enumerate(lines, start=1):
        try:
            row = Row.model_validate_json(line)
        except ValidationError as error:
            problems.append(f"{ARTICLES}, line {number}: {problems_of(error)}")
            continue
        if row.article not in plan.articles or row.repeat >= plan.repeats:
            problems.append(f"{ARTICLES}, line {number}: article: {row.article!r} ({row.repeat}) is not in the plan")
        elif row.extraction.article.id != row.article:
            problems.append(f"{ARTICLES}, line {number}: extraction: it is of {row.extraction.article.id!r}")
        else:
            found[row.article, row.repeat] = row
    return list(found.values()), problems


def _read(path: Path, kind: type[M]) -> M:
    try:
        return kind.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise StoreError(f"{str(path)!r} is damaged: {problems_of(error)}") from None


def prompt_of(run: Run) -> Prompt:
    """Return the prompt version that a run asked with, from the run's own folder.

    Raises:
        PromptError: It cannot be read there.
        StoreError: It is not the one that the run asked with.
    """
    prompt = load(run.plan.prompt, run.folder / PROMPTS)
    if prompt.digest != run.plan.prompt_digest:
        raise StoreError(
            f"{str(run.folder)!r} is damaged: {PROMPTS}: {prompt.spec} is not the wording that was asked with",
            hint="restore it, or run it again with eval run --again",
        )
    return prompt


def named(name: str) -> str:
    """Return ``name`` where it may be that of a run; raise UsageError where not."""
    if not re.fullmatch(RUN_NAME, name):
        raise UsageError(f"{name[:80]!r} is no name of a run", hint="small letters, digits, dots and hyphens only")
    return name


def differences(one: Plan, other: Plan) -> str:
    """Say in which parts two plans differ, each with both values."""
    parts = []
    for name in Plan.model_fields:
        a, b = getattr(one, name), getattr(other, name)
        if a == b:
            continue
        if name == "articles":
            only_one, only_other = sorted(set(a) - set(b)), sorted(set(b) - set(a))
            parts.append(
                f"articles: {len(a)} and {len(b)}, only here {_some(only_one)}, only there {_some(only_other)}"
            )
        else:
            parts.append(f"{name.replace('_', ' ')}: {_short(a)} and {_short(b)}")
    return "; ".join(parts)


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown or "none"  # noqa: PLR2004 - three are shown


def _short(value: object) -> str:
    text = str(value)
    return text[:19] if text.startswith("sha256:") else text


def now() -> dt.datetime:
    """Return the time in UTC, to the second."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)

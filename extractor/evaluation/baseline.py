"""The regression floor: kept replies that ship with the repository, and what today's code must still make of them.

``evals/baseline.json`` names runs under ``evals/runs/`` and, for each, the figures that may not be lost. The check asks
no model: the kept replies go through today's reading, grounding and scoring, so whoever breaks a grounder learns it in
seconds. A floor names what it was measured on (labelled set, prompt wording, model), and where one of these is another
today the check is an error and not a comparison: a figure on another set says nothing about this one.

A floor is raised by writing it again. It is lowered only by saying so, with a reason that is kept in the file.
"""

from __future__ import annotations

import asyncio
import math
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, Field, ValidationError

from extractor.errors import StoreError, UsageError
from extractor.evaluation.conditions import Conditions, cases_of
from extractor.evaluation.files import problems_of, write_whole
from extractor.evaluation.rescore import reread
from extractor.evaluation.runs import RUN_NAME, Digest, Half, load_run, prompt_of
from extractor.evaluation.scored import articles_of, score_rows
from extractor.replies import AskedModel
from extractor.scoring.report import summarise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from extractor.evaluation.gold import GoldSet
    from extractor.evaluation.runs import Plan, Run
    from extractor.scoring.figures import Ratio, Report

BASELINE: Final = "baseline.json"
RUNS: Final = "runs"
_PARTS: Final = 10_000
"""Figures are kept to four digits, rounded to the lenient side, so that no last bit of a float breaks a build."""
_SLIP: Final = 1e-6
_AGAIN: Final = "eval rescore RUN --keep NAME makes a run of today's set, and eval baseline --write NAME takes it over"

Share = Annotated[float | None, Field(ge=0, le=1, allow_inf_nan=False)]


class Figures(BaseModel, frozen=True, extra="forbid"):
    """The figures that may not be lost; None where nothing could be measured."""

    event_f1: Share = None
    grounding: Share = None
    date_fabrication: Share = None
    """Lower is better; of all others higher is."""
    conflict_retention: Share = None


class Floor(BaseModel, frozen=True, extra="forbid"):
    """What may not be lost of one kept run."""

    run: str = Field(pattern=f"^{RUN_NAME}$")
    """Folder below ``evals/runs``."""
    prompt: str
    prompt_digest: Digest
    model: AskedModel
    set_digest: Digest
    half: Half
    conditions: Conditions = Conditions()
    figures: Figures
    lowered: str | None = None
    """Why a figure lies below an earlier floor."""

    @property
    def like(self) -> tuple[str, ...]:
        """What makes two floors of one kind: prompt name, model, half and conditions."""
        return self.prompt.partition("@")[0], self.model.model_dump_json(), self.half, str(self.conditions)


class Baseline(BaseModel, frozen=True, extra="forbid"):
    """``baseline.json``."""

    format: Literal[1] = 1
    floors: tuple[Floor, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """One floor, what today's code makes of its run, and what is lost."""

    floor: Floor
    report: Report
    lost: tuple[str, ...]


def read_baseline(evals: Path) -> Baseline:
    """Return the floors in the folder ``evals``; an absent file holds none.

    Raises:
        StoreError: The file is wrong; every problem is named with its field.
    """
    path = evals / BASELINE
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Baseline()
    except ValidationError as error:
        raise StoreError(f"{str(path)!r} is wrong: {problems_of(error)}", hint="restore it") from None


def check_floor(floor: Floor, evals: Path, gold: GoldSet) -> Checked:
    """Return what today's code makes of the run that ``floor`` names.

    Raises:
        UsageError: The set, the prompt or the model is not what the floor was measured with, or today's code asks
            questions that the kept run has no reply to.
        StoreError: The run is damaged.
    """
    run = load_run(evals / RUNS / floor.run)
    if wrong := _misfits(floor, run.plan, gold):
        raise UsageError(f"{BASELINE}: the floor of {floor.run!r} does not fit: {'; '.join(wrong)}", hint=_AGAIN)
    report = report_today(run, gold)
    return Checked(floor, report, tuple(_losses(floor.figures, _figures(report))))


def report_today(run: Run, gold: GoldSet) -> Report:
    """Return the score of a kept run as today's code and labels have it.

    Raises:
        UsageError: Today's code asks what the run has no reply to, or an article is gone from the set.
    """
    cases = cases_of(articles_of(run, gold), run.plan.conditions)
    found = asyncio.run(reread(run, cases, prompt_of(run)))
    if found.unanswered:
        raise UsageError(
            f"today's code asks what the run {run.name!r} has no reply to: {', '.join(found.unanswered)}",
            hint="make a new run with its model: extractor eval run … --again, then eval baseline --write NAME",
        )
    return summarise(score_rows(found.rows, cases))


def write_floor(run: Run, evals: Path, gold: GoldSet, *, lower: str | None = None) -> Floor:
    """Take ``run`` over into ``evals`` and make today's figures its floor, in place of the one of its kind.

    Args:
        run: A finished run on today's set.
        evals: The folder ``evals`` of a source checkout.
        gold: Today's set.
        lower: Why a figure may lie below the floor that stands now; None: none may.

    Raises:
        UsageError: The run is on another set, or would lower a figure without a reason.
    """
    plan = run.plan
    if plan.set_digest != gold.digest:
        raise UsageError(f"the run {run.name!r} was made on another set: set_digest is {plan.set_digest}", hint=_AGAIN)
    figures = _figures(report_today(run, gold))
    parts = {name: getattr(plan, name) for name in ("prompt", "prompt_digest", "model", "set_digest", "half")}
    floor = Floor(run=run.name, conditions=plan.conditions, figures=figures, **parts)
    standing = read_baseline(evals).floors
    losses = [loss for one in standing if one.like == floor.like for loss in _losses(one.figures, figures)]
    if losses and lower is None:
        raise UsageError(
            f"the run {run.name!r} would lower the floor: {'; '.join(losses)}",
            hint="find out why; where it has to be, say --lower REASON",
        )
    if losses:
        floor = floor.model_copy(update={"lowered": lower})
    target = evals / RUNS / run.name
    if run.folder.resolve() != target.resolve():
        shutil.copytree(run.folder, target, dirs_exist_ok=True)
    floors = sorted([*(one for one in standing if one.like != floor.like), floor], key=lambda one: one.like)
    write_whole(evals / BASELINE, Baseline(floors=tuple(floors)).model_dump_json(indent=1) + "\n")
    return floor


def _misfits(floor: Floor, plan: Plan, gold: GoldSet) -> list[str]:
    checks = (
        ("set_digest", floor.set_digest, gold.digest, "today's set"),
        ("set_digest", floor.set_digest, plan.set_digest, "the run"),
        ("prompt_digest", floor.prompt_digest, plan.prompt_digest, "the run"),
        ("model", floor.model.model_dump_json(), plan.model.model_dump_json(), "the run"),
        ("half", floor.half, plan.half, "the run"),
        ("conditions", str(floor.conditions), str(plan.conditions), "the run"),
    )
    return [f"{field} is {here}, of {what} {there}" for field, here, there, what in checks if here != there]


def _figures(report: Report) -> Figures:
    """Return the figures of a report, rounded to the lenient side."""
    hard = report.hard
    return Figures(
        event_f1=rounded_down(report.event_f1.value),
        grounding=_kept(hard.grounding, rounded_down),
        date_fabrication=_kept(hard.date_fabrication, rounded_up),
        conflict_retention=_kept(hard.conflict_retention, rounded_down),
    )


def _kept(ratio: Ratio, rounded: Callable[[float], float]) -> float | None:
    return None if ratio.value is None else rounded(ratio.value)


def rounded_down(figure: float) -> float:
    """Return ``figure`` with four digits, and never more than it is."""
    # 0.29 * 10,000 is 2,899.99…: a figure that has four digits stays what it is.
    return math.floor(figure * _PARTS + _SLIP) / _PARTS


def rounded_up(figure: float) -> float:
    """Return ``figure`` with four digits, and never less than it is."""
    return math.ceil(figure * _PARTS - _SLIP) / _PARTS


def _losses(old: Figures, new: Figures) -> list[str]:
    """Say which figures are worse than they were, or can no longer be measured."""
    lost = []
    for name in Figures.model_fields:
        was, is_now = getattr(old, name), getattr(new, name)
        sign = -1 if name == "date_fabrication" else 1
        if was is not None and (is_now is None or sign * is_now < sign * was):
            lost.append(f"{name.replace('_', ' ')} is {is_now}, the floor {was}")
    return lost

"""May a change pass? Pass, fail or too little data (scoring.md §3).

Fail: the interval of the difference lies wholly below -margin, a guard slot is significantly worse, or a hard figure of
the candidate is beyond its bound. Pass: nothing failed and the interval's lower end is at least -margin. Otherwise too
little data, with the number of articles that would settle it. A bootstrap over a handful of articles is sure of things
it cannot know, so below ``least_articles`` no interval decides; and a hard figure that is asked for but could not be
measured lets nothing pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from extractor.scoring.figures import Bounds, FloorCheck, GuardCheck, Verdict
from extractor.scoring.power import articles_needed
from extractor.scoring.significance import holm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.scoring.figures import Comparison, HardName, Ratio

_ROUNDING = 1e-12


def decide(comparison: Comparison, bounds: Bounds | None = None) -> Verdict:
    """Return the verdict on the candidate of a comparison."""
    bounds = bounds or Bounds()
    failed = [*_interval_failed(comparison, bounds), *_guards_failed(comparison, bounds)]
    unmeasured = []
    for check in check_floors(comparison, bounds):
        if check.held is None:
            unmeasured.append(f"The {check.name} could not be measured on these articles, and the suite bounds it.")
        elif not check.held:
            figure, side = check.figure, "above its ceiling" if check.ceiling else "below its floor"
            share = f"{figure.value:.1%} ({figure.count:g} of {figure.of:g})"
            failed.append(f"The {check.name} is {share}, {side} of {check.bound:.1%}.")
    if failed:
        return Verdict(result="fail", reasons=tuple(failed), bounds=bounds)
    difference, margin = comparison.difference, bounds.margin
    enough = comparison.articles >= bounds.least_articles
    if enough and not unmeasured and difference.low >= -margin - _ROUNDING:
        reason = f"The difference is {_points(difference.value)}, and at worst {_points(difference.low)} (95 %): "
        return Verdict(
            result="pass", reasons=(f"{reason}no loss beyond the margin of {_points(margin)[1:]}.",), bounds=bounds
        )
    return _undecided(comparison, bounds, unmeasured)


def _undecided(comparison: Comparison, bounds: Bounds, unmeasured: list[str]) -> Verdict:
    reasons = list(unmeasured)
    difference, needed = comparison.difference, None
    if comparison.articles < bounds.least_articles:
        reasons.append(f"{comparison.articles} articles are too few: at least {bounds.least_articles} are asked for.")
        needed = bounds.least_articles
    if difference.low < -bounds.margin - _ROUNDING <= difference.high:
        span = f"{_points(difference.low)} to {_points(difference.high)}"
        reasons.append(f"The difference may be anything from {span} (95 %); the margin is {-100 * bounds.margin:.1f}.")
        settle = articles_needed(comparison, difference.value + bounds.margin)
        needed = max(settle, needed or 0, comparison.articles + 1) if settle is not None else None
        reasons.append(
            f"About {needed} labelled articles would settle it, if the difference is what it looks like."
            if needed is not None
            else "It lies so close to the margin that no set of reasonable size would settle it."
        )
    result: Literal["too_little_data"] = "too_little_data"
    return Verdict(result=result, reasons=tuple(reasons), articles_needed=needed, bounds=bounds)


def _interval_failed(comparison: Comparison, bounds: Bounds) -> Iterator[str]:
    difference = comparison.difference
    if comparison.articles >= bounds.least_articles and difference.high < -bounds.margin - _ROUNDING:
        yield (
            f"EventF1 is lower by more than the margin: {_points(difference.value)}, "
            f"95 % {_points(difference.low)} to {_points(difference.high)}."
        )


def _guards_failed(comparison: Comparison, bounds: Bounds) -> Iterator[str]:
    for check in check_guards(comparison, bounds):
        if not check.held:
            worse = _points(check.difference.value)
            yield f"The guarded slot {check.slot} is worse: {worse}, p = {check.p:.4f} (Holm)."


def check_guards(comparison: Comparison, bounds: Bounds) -> tuple[GuardCheck, ...]:
    """Return for each guard slot whether it is significantly worse, after Holm's correction over the guards alone."""
    guards = [(slot, comparison.slots[slot]) for slot in bounds.guards]
    corrected = holm([figures.p for _, figures in guards])
    return tuple(
        GuardCheck(
            slot=slot,
            difference=figures.difference,
            p=p,
            held=figures.difference.value >= 0 or p >= bounds.alpha,
        )
        for (slot, figures), p in zip(guards, corrected, strict=True)
    )


def check_floors(comparison: Comparison, bounds: Bounds) -> tuple[FloorCheck, ...]:
    """Return for each hard figure that the suite bounds whether the candidate's keeps to it."""
    hard, floors = comparison.hard_candidate, bounds.floors
    checks = []
    if floors.grounding is not None:
        checks.append(_floor("grounding rate", hard.grounding, floors.grounding, ceiling=False))
    if floors.date_fabrication is not None:
        checks.append(_floor("date fabrication rate", hard.date_fabrication, floors.date_fabrication, ceiling=True))
    if floors.conflict_retention is not None:
        checks.append(_floor("conflict retention", hard.conflict_retention, floors.conflict_retention, ceiling=False))
    return tuple(checks)


def _floor(name: HardName, figure: Ratio, bound: float, *, ceiling: bool) -> FloorCheck:
    share = figure.value
    held = None if share is None else (share <= bound if ceiling else share >= bound)
    return FloorCheck(name=name, figure=figure, bound=bound, ceiling=ceiling, held=held)


def _points(difference: float) -> str:
    """Return a difference of F1 in points, with its sign."""
    return f"{100 * difference:+.1f} points"

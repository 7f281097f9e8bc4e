"""May a change pass? Pass, fail or too little data (scoring.md §3).

Fail: the interval of the difference lies wholly below -margin, a guard slot is significantly worse, or a hard figure of
the candidate is beyond its bound. Pass: nothing failed and the interval's lower end is at least -margin. Otherwise too
little data, with the number of articles that would settle it. A bootstrap over a handful of articles is sure of things
it cannot know, so below ``least_articles`` no interval decides; and a hard figure that is asked for but could not be
measured lets nothing pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from extractor.scoring.figures import Bounds, Verdict
from extractor.scoring.power import articles_needed
from extractor.scoring.significance import holm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.scoring.figures import Comparison, Ratio

_ROUNDING = 1e-12


def decide(comparison: Comparison, bounds: Bounds | None = None) -> Verdict:
    """Return the verdict on the candidate of a comparison."""
    bounds = bounds or Bounds()
    failed = [*_interval_failed(comparison, bounds), *_guards_failed(comparison, bounds)]
    unmeasured = []
    for name, figure, bound, ceiling in _hard_bounds(comparison, bounds):
        if figure.value is None:
            unmeasured.append(f"The {name} could not be measured on these articles, and the suite bounds it.")
        elif figure.value > bound if ceiling else figure.value < bound:
            side = "above its ceiling" if ceiling else "below its floor"
            failed.append(
                f"The {name} is {figure.value:.1%} ({figure.count:g} of {figure.of:g}), {side} of {bound:.1%}."
            )
    if failed:
        return Verdict(result="fail", reasons=tuple(failed), bounds=bounds)
    difference, margin = comparison.difference, bounds.margin
    enough = comparison.articles >= bounds.least_articles
    if enough and not unmeasured and difference.low >= -margin - _ROUNDING:
        reason = f"The difference is {_points(difference.value)}, and at worst {_points(difference.low)} (95 %): "
        return Verdict(result="pass", reasons=(f"{reason}within the margin of {_points(margin)[1:]}.",), bounds=bounds)
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
    """Yield the guard slots that are significantly worse, after Holm's correction over the guards alone."""
    guards = [(slot, comparison.slots[slot]) for slot in bounds.guards]
    for (slot, figures), p in zip(guards, holm([figures.p for _, figures in guards]), strict=True):
        if figures.difference.value < 0 and p < bounds.alpha:
            yield f"The guarded slot {slot} is worse: {_points(figures.difference.value)}, p = {p:.4f} (Holm)."


def _hard_bounds(comparison: Comparison, bounds: Bounds) -> Iterator[tuple[str, Ratio, float, bool]]:
    """Yield each hard figure that is bounded: its name, the candidate's figure, the bound, whether it is a ceiling."""
    hard, floors = comparison.hard_candidate, bounds.floors
    if floors.grounding is not None:
        yield "grounding rate", hard.grounding, floors.grounding, False
    if floors.date_fabrication is not None:
        yield "date fabrication rate", hard.date_fabrication, floors.date_fabrication, True
    if floors.conflict_retention is not None:
        yield "conflict retention", hard.conflict_retention, floors.conflict_retention, False


def _points(difference: float) -> str:
    """Return a difference of F1 in points, with its sign."""
    return f"{100 * difference:+.1f} points"

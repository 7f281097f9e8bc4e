"""The figures of a run as lines of text, for ``eval run`` and ``eval rescore``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.scoring.figures import Interval, Ratio, Report


def figure_lines(report: Report) -> Iterator[str]:
    """Yield the figures of one run: EventF1 first, then what it is made of, then what must not slip."""
    from extractor.render.report_words import compared_events  # noqa: PLC0415 - imports the scorer: late, for --help

    yield f"EventF1 {interval(report.event_f1)}   P {report.precision:.3f}  R {report.recall:.3f}"
    low, high = report.repeat_range
    repeats = f", {report.repeats} repeats from {low:.3f} to {high:.3f}" if report.repeats > 1 else ""
    yield f"        {report.articles} articles{repeats}; macro-6 {report.macro6:.3f}"
    yield f"{'slot':<11} {'F1':>22} {'P':>6} {'R':>6}  {'COR':>6} {'PAR':>6} {'INC':>6} {'MIS':>6} {'SPU':>6}  events"
    for slot, one in report.slots.items():
        t = one.tally
        counts = " ".join(f"{number:6g}" for number in (t.cor, t.par, t.inc, t.mis, t.spu))
        on = f"{one.computed_on.count:g}/{one.computed_on.of:g}"
        f1 = interval(one.f1) if one.f1 else "nobody filled it"
        yield f"{slot:<11} {f1:>22} {_rate(one.precision)} {_rate(one.recall)}  {counts}  {on}"
    yield f"compared on {compared_events(report)}"
    found = report.detection
    yield (
        f"events: P {share(found.precision)}  R {share(found.recall)}  F1 {found.f1:.3f}; "
        f"{found.extra_per_article:.2f} extra per article; "
        f"{share(found.clean)} of the articles without events left clean"
    )
    for enum in report.enums:
        yield f"{enum.field}: {share(enum.accuracy)} right; always {enum.majority}: {share(enum.majority_accuracy)}"
    hard = report.hard
    yield (
        f"grounded {share(hard.grounding)}; dates made up {share(hard.date_fabrication)}; "
        f"conflicting tolls kept {share(hard.conflict_retention)}"
    )
    if report.failures:
        yield "failed: " + ", ".join(f"{count} {kind}" for kind, count in sorted(report.failures.items()))
    yield from _spending(report)


def _spending(report: Report) -> Iterator[str]:
    spent = report.spending
    if spent is None:
        return
    tokens = f"{_known(spent.tokens_in)} tokens in, {_known(spent.tokens_out)} out"
    cost = "cost unknown" if spent.cost_usd is None else f"{spent.cost_usd:.4f} USD"
    each = "" if spent.cost_per_correct_event is None else f", {spent.cost_per_correct_event:.5f} per correct event"
    yield f"{spent.requests} requests, {tokens}, {cost}{each}, {spent.seconds:.0f} s of answers"


def _rate(figure: float | None) -> str:
    return "     -" if figure is None else f"{figure:6.3f}"


def _known(count: int | None) -> str:
    return "unknown" if count is None else f"{count:,}"


def interval(figure: Interval, sign: str = "") -> str:
    """Return a figure with its 95 % interval; ``sign`` "+" shows the sign of positive ones."""
    return f"{figure.value:{sign}.3f} ({figure.low:{sign}.3f}..{figure.high:{sign}.3f})"


def share(ratio: Ratio) -> str:
    """Return a share with its numerator and denominator; "none" where nothing could be counted."""
    return "none" if ratio.value is None else f"{ratio.value:.3f} ({ratio.count:g}/{ratio.of:g})"

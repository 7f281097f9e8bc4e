"""Add the scores of a run up to its report: every figure of scoring.md §2, each with what it was computed on."""

from __future__ import annotations

from collections import Counter
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from extractor.events.vocabulary import Outcome
from extractor.scoring.figures import (
    DetectionFigures,
    EnumFigures,
    HardFigures,
    Interval,
    Ratio,
    Report,
    SlotFigures,
    Spending,
)
from extractor.scoring.fills import SLOTS
from extractor.scoring.rows import ALL, rows_of
from extractor.scoring.scores import Slot, Tally
from extractor.scoring.significance import RESAMPLES, f1_of, interval_of, resampled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.scoring.rows import Rows
    from extractor.scoring.scores import ArticleScore
    from extractor.scoring.significance import Floats


def summarise(scores: Sequence[ArticleScore], *, resamples: int = RESAMPLES, seed: int = 0) -> Report:
    """Return the report on a run.

    Args:
        scores: Every article of the run, each of its repeats; failed ones included.
        resamples: Of the bootstrap.
        seed: Of the bootstrap; the same scores and seed give the same intervals.

    Raises:
        UsageError: No scores, or an article scored twice or not in every repeat (see ``rows.rows_of``).
    """
    rows = rows_of(scores)
    samples = resampled(rows.counts.reshape(len(rows.articles), -1), resamples=resamples, seed=seed)
    f1s = f1_of(samples.reshape(resamples, ALL + 1, -1), empty=float("nan"))
    tallies = [_tally(counts) for counts in rows.counts.sum(axis=0)]
    slots = {slot: _slot(slot, tallies[number], f1s[:, number], scores) for number, slot in enumerate(SLOTS)}
    measured = [figures.f1.value for figures in slots.values() if figures.f1 is not None]
    total = tallies[ALL]
    by_repeat = [rows_of([s for s in scores if s.repeat == repeat]) for repeat in {s.repeat for s in scores}]
    pooled = [_pooled_f1(repeat) for repeat in by_repeat]
    return Report(
        articles=len(rows.articles),
        repeats=rows.repeats,
        event_f1=_interval(total, f1s[:, ALL]) or Interval(value=1.0, low=1.0, high=1.0),
        precision=total.precision,
        recall=total.recall,
        tally=total,
        repeat_range=(min(pooled), max(pooled)),
        macro6=sum(measured) / len(measured) if measured else 1.0,
        slots=slots,
        detection=_detection(scores),
        enums=_enums(scores),
        hard=hard_figures(scores),
        failures=dict(sorted(Counter(s.problem or str(s.outcome) for s in scores if s.outcome != Outcome.OK).items())),
        spending=_spending(scores),
    )


def _tally(counts: Floats) -> Tally:
    cor, par, inc, mis, spu = map(float, counts)
    return Tally(cor=cor, par=par, inc=inc, mis=mis, spu=spu)


def _pooled_f1(rows: Rows) -> float:
    return float(f1_of(rows.counts[:, ALL].sum(axis=0)))


def _interval(tally: Tally, samples: Floats) -> Interval | None:
    if not tally.predicted and not tally.labelled:
        return None
    low, high = interval_of(samples)
    return Interval(value=tally.f1, low=low, high=high)


def _slot(slot: Slot, tally: Tally, samples: Floats, scores: Sequence[ArticleScore]) -> SlotFigures:
    filled = sum(score.slot_events[slot] for score in scores)
    events = sum(score.slot_events[Slot.TYPE] for score in scores)  # every event has a type
    f1 = _interval(tally, samples)
    return SlotFigures(
        tally=tally,
        precision=tally.precision if f1 else None,
        recall=tally.recall if f1 else None,
        f1=f1,
        computed_on=Ratio(count=filled, of=events),
    )


def _detection(scores: Sequence[ArticleScore]) -> DetectionFigures:
    found = [score.detection for score in scores]
    precision = Ratio(count=sum(d.aligned for d in found), of=sum(d.predicted for d in found))
    recall = Ratio(count=sum(d.required_found for d in found), of=sum(d.required for d in found))
    p, r = precision.value or 0.0, recall.value or 0.0
    silent = [d for d in found if not d.required]
    return DetectionFigures(
        precision=precision,
        recall=recall,
        f1=2 * p * r / (p + r) if p + r else 0.0,
        extra_per_article=sum(d.extra for d in found) / len(scores),
        clean=Ratio(count=sum(d.extra == 0 for d in silent), of=len(silent)),
    )


def _enums(scores: Sequence[ArticleScore]) -> tuple[EnumFigures, ...]:
    answers = [answer for score in scores for pair in score.pairs for answer in pair.enums]
    figures = []
    for field in ("status", "standing"):
        given = [answer for answer in answers if answer.field == field]
        if given:
            labels = Counter(answer.accepted[0] for answer in given)
            majority = min(labels, key=lambda label: (-labels[label], label))
            figures.append(
                EnumFigures(
                    field=field,
                    accuracy=Ratio(count=sum(answer.correct for answer in given), of=len(given)),
                    majority=majority,
                    majority_accuracy=Ratio(count=sum(majority in a.accepted for a in given), of=len(given)),
                )
            )
    return tuple(figures)


def hard_figures(scores: Sequence[ArticleScore]) -> HardFigures:
    """Return the figures that must not slip, over all articles and repeats."""
    hard = [score.hard for score in scores]
    return HardFigures(
        grounding=Ratio(count=sum(h.values_grounded for h in hard), of=sum(h.values_checked for h in hard)),
        date_fabrication=Ratio(count=sum(h.dates_invented for h in hard), of=sum(h.undated for h in hard)),
        conflict_retention=Ratio(count=sum(h.conflicts_kept for h in hard), of=sum(h.conflicts for h in hard)),
    )


def _spending(scores: Sequence[ArticleScore]) -> Spending | None:
    used = [score.usage for score in scores if score.usage is not None]
    if not used:
        return None
    total = reduce(add, used)
    complete = len(used) == len(scores)
    cost = total.cost_usd if complete else None
    correct = sum(pair.tallies[Slot.TYPE].cor for score in scores for pair in score.pairs)
    return Spending(
        requests=total.requests,
        re_asks=total.re_asks,
        tokens_in=total.tokens_in if complete else None,
        tokens_cached=total.tokens_cached if complete else None,
        tokens_out=total.tokens_out if complete else None,
        tokens_reasoning=total.tokens_reasoning if complete else None,
        cost_usd=cost,
        cost_per_correct_event=cost / correct if cost is not None and correct else None,
        seconds=total.seconds,
    )

"""Score one article: align the predicted events with the labelled ones, then count (scoring.md §1).

All fills of a predicted event that stays alone are spurious, all required fills of a labelled one missing. A labelled
event that is free (optional, background, aggregate) costs nothing when it stays alone and is scored like any other
when it is aligned. An article whose extraction failed counts as predicting nothing; it never vanishes.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from extractor.events.vocabulary import CheckName, CheckResult, Outcome
from extractor.scoring.alignment import align
from extractor.scoring.fills import SLOTS, asked_for, taken_apart
from extractor.scoring.findings import explain
from extractor.scoring.pairing import compare_events, pair_values
from extractor.scoring.scene import Scene
from extractor.scoring.scores import AlignedPair, ArticleScore, Detection, EnumAnswer, HardCounts, Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.events.summary import EventSummary, Extraction, Usage
    from extractor.scoring.labels import LabelledArticle
    from extractor.scoring.pairing import SlotResult
    from extractor.scoring.scores import Slot

_GROUNDING = frozenset(
    {CheckName.COUNT_SUPPORTED, CheckName.PLACE_SUPPORTED, CheckName.ACTOR_SUPPORTED, CheckName.WHEN_SUPPORTED}
)
"""The checks that confirm a value by the article; the others look at quotes, statements or the page."""


def score_extraction(label: LabelledArticle, extraction: Extraction, *, repeat: int = 0) -> ArticleScore:
    """Score a finished extraction of the labelled article; see :func:`score_article`."""
    problem = extraction.problem.kind if extraction.problem else None
    return score_article(
        label,
        extraction.events,
        outcome=extraction.outcome,
        problem=problem,
        usage=extraction.usage,
        repeat=repeat,
    )


def score_article(  # noqa: PLR0913 - one keyword for each thing a caller may know about the prediction
    label: LabelledArticle,
    predicted: Sequence[EventSummary],
    *,
    outcome: Outcome = Outcome.OK,
    problem: str | None = None,
    usage: Usage | None = None,
    repeat: int = 0,
) -> ArticleScore:
    """Score the events predicted for one article.

    Args:
        label: What a person wrote down about it.
        predicted: The events; their order changes nothing but the indices in the result.
        outcome: How the extraction ended; unless it is ``ok``, the article counts as predicting nothing.
        problem: Class of the failure, for the report.
        usage: What the extraction took, for the report.
        repeat: Which of k repeats it is, from 0.
    """
    events = tuple(predicted) if outcome is Outcome.OK else ()
    scene = _scene(label, events)
    return ArticleScore(
        article=label.id,
        repeat=repeat,
        outcome=outcome,
        problem=problem,
        tallies=_counted(scene),
        slot_events=_slot_events(scene),
        detection=_detection(scene),
        hard=_hard(scene),
        pairs=tuple(_pair(scene, p, w) for p, w in scene.aligned),
        findings=explain(scene),
        usage=usage,
    )


def _scene(label: LabelledArticle, events: tuple[EventSummary, ...]) -> Scene:
    predicted = taken_apart(events)
    asked = asked_for(label)
    values = pair_values(predicted, asked)
    pairs = sorted(align(values), key=lambda pair: asked[pair[1]].index)
    aligned = {(i, j): compare_events(predicted[i], asked[j]) for i, j in pairs}
    return Scene(label, events, tuple(predicted), tuple(asked), frozenset(values), aligned)


@cache
def _tally(cor: int = 0, par: int = 0, inc: int = 0, mis: int = 0, spu: int = 0) -> Tally:
    return Tally(cor=cor, par=par, inc=inc, mis=mis, spu=spu)


def _slot_tally(result: SlotResult) -> Tally:
    return _tally(result.cor, result.par, result.inc, result.mis, result.spu)


def _counted(scene: Scene) -> dict[Slot, Tally]:
    """Return what the aligned pairs and the lone events add up to in each slot."""
    spurious = [event.fills for event in scene.extra]
    missing = [event.required for event in scene.missed if not event.free]
    tallies = {}
    for number, slot in enumerate(SLOTS):
        results = [slots[number] for slots in scene.aligned.values()]
        tallies[slot] = _tally(
            sum([result.cor for result in results]),
            sum([result.par for result in results]),
            sum([result.inc for result in results]),
            sum([result.mis for result in results]) + sum([fills[number] for fills in missing]),
            sum([result.spu for result in results]) + sum([fills[number] for fills in spurious]),
        )
    return tallies


def _slot_events(scene: Scene) -> dict[Slot, int]:
    aligned = {j for _, j in scene.aligned}
    counted = [event.filled for j, event in enumerate(scene.wanted) if not event.free or j in aligned]
    return {slot: sum([filled[number] for filled in counted]) for number, slot in enumerate(SLOTS)}


def _detection(scene: Scene) -> Detection:
    return Detection(
        predicted=len(scene.predicted),
        aligned=len(scene.aligned),
        required=sum(not asked.free for asked in scene.wanted),
        required_found=sum(not scene.wanted[j].free for _, j in scene.aligned),
        labelled=len(scene.wanted),
    )


def _pair(scene: Scene, p: int, w: int) -> AlignedPair:
    predicted, asked = scene.predicted[p], scene.wanted[w]
    event, label = scene.events[predicted.index], scene.label.events[asked.index]
    results = dict(zip(SLOTS, scene.aligned[p, w], strict=True))
    return AlignedPair(
        labelled=asked.index,
        predicted=predicted.index,
        credit={slot: result.credit / 2 for slot, result in results.items()},
        tallies={slot: _slot_tally(result) for slot, result in results.items()},
        enums=(
            EnumAnswer(field="status", accepted=(label.status, *label.alt_status), predicted=event.status),
            EnumAnswer(field="standing", accepted=(label.standing,), predicted=event.standing),
        ),
    )


def _hard(scene: Scene) -> HardCounts:
    grounded = [good for event in scene.events for good in _grounded(event)]
    undated = [(p, w) for p, w in scene.aligned if all(time.start is None for time in scene.wanted[w].times)]
    invented = sum((time := scene.predicted[p].when) is not None and time.start is not None for p, _ in undated)
    kept = [_conflicts_kept(scene, w) for w in range(len(scene.wanted)) if not scene.wanted[w].free]
    return HardCounts(
        values_checked=len(grounded),
        values_grounded=sum(grounded),
        undated=len(undated),
        dates_invented=invented,
        conflicts=sum(len(each) for each in kept),
        conflicts_kept=sum(sum(each) for each in kept),
    )


def _grounded(event: EventSummary) -> list[bool]:
    """Return for each value of an event that a check could decide on whether none refuted it."""
    decided: dict[str | None, bool] = {}
    for check in event.checks:
        if check.name in _GROUNDING and check.result is not CheckResult.NOT_APPLICABLE:
            decided[check.field] = decided.get(check.field, True) and check.result is CheckResult.PASSED
    return list(decided.values())


def _conflicts_kept(scene: Scene, w: int) -> list[bool]:
    """Return for each key with two or more different labelled numbers whether two different ones were found."""
    asked = scene.wanted[w]
    numbers: dict[object, set[object]] = {}
    for row in asked.rows:
        numbers.setdefault(row.key, set()).add(row.persons)
    matches = next((slots[-1].matches for (_, j), slots in scene.aligned.items() if j == w), ())
    met: dict[object, set[object]] = {}
    for match in matches:
        row = asked.rows[match.labelled]
        met.setdefault(row.key, set()).add(row.persons)
    return [len(met.get(key, ())) > 1 for key, different in numbers.items() if len(different) > 1]

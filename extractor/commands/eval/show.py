"""``extractor eval show``: one article of a kept run, the label beside what was predicted, and why each miss is one."""

from __future__ import annotations

import textwrap
from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.commands.eval import options
from extractor.commands.output import write_lines
from extractor.render.slot_words import event_slots, label_slots

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from extractor.events.summary import EventSummary
    from extractor.scoring.labels import LabelledArticle, LabelledEvent
    from extractor.scoring.scores import AlignedPair, ArticleScore, Finding

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

Option = typer.Option
_NAME, _COLUMN = 11, 44


def show(  # noqa: PLR0913 - a command has as many parameters as options
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="Name of a labelled article.")],
    *,
    run: Annotated[str, Option("--run", metavar="RUN", help="Name or folder of a kept run.")],
    repeat: Annotated[int, Option(help="Which of the run's repeats, from 1.", min=1)] = 1,
    not_tuning: Annotated[
        bool, Option("--i-am-not-tuning", help="Show an article of the half test: you write no prompts.")
    ] = False,
    set_folder: options.Set = None,
    labels: options.Labels = None,
    runs: options.Runs = options.RUNS,
) -> None:
    """Show one article of a kept run: labels and predictions side by side, and the reason for every miss."""
    from extractor.errors import UsageError
    from extractor.evaluation.gold import LABELS, read_gold, refuse_test_half
    from extractor.evaluation.runs import load_run
    from extractor.evaluation.scored import score_run

    gold = read_gold(set_folder, labels=labels or LABELS)
    refuse_test_half([gold.article(article)], not_tuning=not_tuning)
    kept = load_run(options.run_folder(run, runs), unfinished=True)
    row = kept.by_article.get((article, repeat - 1))
    if row is None:
        raise UsageError(
            f"the run {kept.name!r} holds no article {article!r} in repeat {repeat}",
            hint=f"it is about the half {kept.plan.half}, in {kept.plan.repeats} repeat(s)",
        )
    scored = score_run(kept, gold)
    score = next(one for one in scored.scores if (one.article, one.repeat) == (article, repeat - 1))
    write_lines(side_by_side(scored.cases[article].label, row.extraction.events, score))


def side_by_side(label: LabelledArticle, events: Sequence[EventSummary], score: ArticleScore) -> Iterator[str]:
    """Yield the lines of one article: aligned events beside each other, lone ones below, each with its reasons."""
    found = score.detection
    yield (
        f"{score.article}: F1 {score.total.f1:.3f}; {found.required_found} of {found.required} required events found, "
        f"{found.extra} extra"
    )
    if score.problem:
        yield f"failed: {score.problem}; it counts as predicting nothing"
    for pair in sorted(score.pairs, key=lambda one: one.labelled):
        yield ""
        yield from _columns("", f"LABELLED EVENT {pair.labelled + 1}", f"PREDICTED EVENT {pair.predicted + 1}")
        yield from _pair_lines(pair, label.events[pair.labelled], events[pair.predicted])
        yield from _reasons(one for one in score.findings if _about(one, pair))
    for lone in (one for one in score.findings if one.slot is None):
        yield ""
        yield from _lone_lines(lone, label, events)


def _about(finding: Finding, pair: AlignedPair) -> bool:
    return finding.slot is not None and (finding.labelled, finding.predicted) == (pair.labelled, pair.predicted)


def _pair_lines(pair: AlignedPair, label: LabelledEvent, event: EventSummary) -> Iterator[str]:
    wanted, said = label_slots(label), event_slots(event)
    for slot, values in wanted.items():
        tally = pair.tallies.get(slot)  # type: ignore[call-overload] # a slot is a string
        wrong = "" if tally is None or not (tally.par or tally.inc or tally.mis or tally.spu) else "≠ "
        yield from _columns(f"{wrong}{slot}", values, said[slot])
    for answer in pair.enums:
        mark = "" if answer.correct else "≠ "
        yield from _columns(f"{mark}{answer.field}", " or ".join(answer.accepted), answer.predicted)


def _lone_lines(finding: Finding, label: LabelledArticle, events: Sequence[EventSummary]) -> Iterator[str]:
    """Yield an event that stands alone, in the column of the side that it is on."""
    number = finding.predicted if finding.kind == "extra_event" else finding.labelled
    yield f"{finding.kind.replace('_', ' ').upper()} {(number or 0) + 1}"
    if finding.kind == "extra_event":
        assert finding.predicted is not None
        sides = [(slot, "", values) for slot, values in event_slots(events[finding.predicted]).items()]
    else:
        assert finding.labelled is not None
        sides = [(slot, values, "") for slot, values in label_slots(label.events[finding.labelled]).items()]
    for slot, left, right in sides:
        if left or right:
            yield from _columns(slot, left, right)
    yield from _reasons([finding])


def _reasons(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        width = 2 * _COLUMN + _NAME
        yield from textwrap.wrap(finding.reason, width, initial_indent="  ", subsequent_indent="    ")


def _columns(name: str, left: str, right: str) -> Iterator[str]:
    cells = (textwrap.wrap(left, _COLUMN) or [""], textwrap.wrap(right, _COLUMN) or [""])
    for number, (one, other) in enumerate(zip_longest(*cells, fillvalue="")):
        yield f"{name if number == 0 else '':<{_NAME + 2}} {one:<{_COLUMN}}  {other}".rstrip()

"""The pages of evaluations: kept runs with the charts of the report, and one article of them slot by slot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractor.errors import UsageError
from extractor.evaluation.gold import read_gold, refuse_test_half
from extractor.evaluation.reporting import dossier_on
from extractor.evaluation.runs import MANIFEST, load_run, named
from extractor.evaluation.scored import score_run
from extractor.evaluation.shipped import evals_folder
from extractor.evaluation.suites import Suite
from extractor.render.slot_words import event_slots, label_slots
from extractor.web.eval_page import evaluation_parts
from extractor.web.site.pages import page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from fastapi.responses import HTMLResponse

    from extractor.evaluation.scored import Scored
    from extractor.scoring.labels import LabelledArticle
    from extractor.scoring.scores import AlignedPair, ArticleScore


@dataclass(frozen=True, slots=True)
class Kept:
    """Where evaluations are looked for."""

    runs: Path
    gold: Path | None = None
    """The labelled set; None: the shipped one."""

    @property
    def roots(self) -> tuple[Path, ...]:
        """Folders of kept runs: the user's, then those that ship with extractor."""
        return (self.runs, evals_folder() / "runs")

    def folder(self, name: str) -> Path:
        """Return the folder of a kept run; only names are understood, no paths.

        Raises:
            UsageError: There is none of that name, or it is no name.
        """
        for root in self.roots:
            if (root / named(name) / MANIFEST).is_file():
                return root / name
        raise UsageError(f"there is no evaluation {name!r}", hint="the start page lists those that there are")

    def listed(self) -> list[tuple[str, str]]:
        """Return the finished runs, the newest first: name, and prompt with model."""
        found = []
        for path in (path.parent for root in self.roots for path in root.glob("*/complete.json")):
            try:
                run = load_run(path)
            except UsageError:  # one damaged folder must not close the door to the others
                continue
            found.append((run.manifest.begun, run.name, f"{run.plan.prompt}, {run.plan.model}, {run.plan.half}"))
        return [(name, what) for _, name, what in sorted(found, reverse=True)]


def evaluation_page(kept: Kept, run: str, against: str | None) -> HTMLResponse:
    """Return the page of a run, alone or against another, by the usual bounds."""
    gold = read_gold(kept.gold)
    runs = [load_run(kept.folder(name)) for name in (run, against) if name]
    dossier = dossier_on(runs, gold, kept.roots, Suite().bounds)
    query = f"?against={against}" if against else ""
    return page(
        "evaluation.html.jinja",
        "eval_page.css",
        names=[one.name for one in runs],
        article_link=lambda name: f"/evaluations/{run}/articles/{name}{query}",
        **evaluation_parts(dossier),
    )


def compared_page(kept: Kept, run: str, article: str, against: str | None) -> HTMLResponse:
    """Return one article: what the label says, what the runs say, and why each miss is one.

    Raises:
        UsageError: There is no such run or article, or it belongs to the half that nobody reads who writes prompts.
    """
    gold = read_gold(kept.gold)
    refuse_test_half([gold.article(article)], not_tuning=False)
    scored = [score_run(load_run(kept.folder(name)), gold) for name in (run, against) if name]
    label = gold.article(article).label
    sides = [_side(one, article) for one in scored]
    return page(
        "compared.html.jinja",
        "eval_page.css",
        article=article,
        text=gold.article(article).text,
        back=f"/evaluations/{run}" + (f"?against={against}" if against else ""),
        names=[one.run.name for one in scored],
        letters=["B", "A"][: len(scored)],
        f1=[f"{100 * side.score.total.f1:.1f}" for side in sides],
        events=list(_events(label, sides)),
        extra=[list(side.extra()) for side in sides],
    )


@dataclass(frozen=True, slots=True)
class _Side:
    score: ArticleScore
    events: Sequence[dict[str, str]]
    """What each event says, slot by slot."""

    def pair(self, labelled: int) -> AlignedPair | None:
        return next((pair for pair in self.score.pairs if pair.labelled == labelled), None)

    def reasons(self, labelled: int) -> list[str]:
        pair = self.pair(labelled)
        return [
            one.reason
            for one in self.score.findings
            if one.labelled == labelled and (pair is None or one.slot is None or one.predicted == pair.predicted)
        ]

    def extra(self) -> Iterator[dict[str, Any]]:
        """Yield events that no label has, with the reason."""
        for one in self.score.findings:
            if one.slot is None and one.kind == "extra_event" and one.predicted is not None:
                said = {slot: value for slot, value in self.events[one.predicted].items() if value}
                yield {"slots": said, "why": one.reason}


def _side(scored: Scored, article: str) -> _Side:
    score = next((one for one in scored.scores if one.article == article), None)
    if score is None:
        raise UsageError(f"the run {scored.run.name!r} holds no article {article!r}")
    row = scored.run.by_article[article, score.repeat]
    return _Side(score, [event_slots(event) for event in row.extraction.events])


def _events(label: LabelledArticle, sides: Sequence[_Side]) -> Iterator[dict[str, Any]]:
    """Yield the labelled events, slot by slot: the label, and each side with a mark where it is wrong."""
    for number, event in enumerate(label.events):
        pairs = [side.pair(number) for side in sides]
        said = [side.events[pair.predicted] if pair else None for side, pair in zip(sides, pairs, strict=True)]
        rows = []
        for slot, value in label_slots(event).items():
            cells = [
                {"said": one[slot] if one else "", "wrong": pair is None or _wrong(pair, slot)}
                for one, pair in zip(said, pairs, strict=True)
            ]
            if value or any(cell["said"] for cell in cells):
                rows.append({"slot": slot, "label": value, "cells": cells})
        yield {
            "number": number + 1,
            "rows": rows,
            "found": [pair is not None for pair in pairs],
            "reasons": [side.reasons(number) for side in sides],
        }


def _wrong(pair: AlignedPair, slot: str) -> bool:
    tally = pair.tallies.get(slot)  # type: ignore[call-overload] # a slot is a string
    return tally is not None and bool(tally.par or tally.inc or tally.mis or tally.spu)

"""Dossiers for the tests of reports: two small runs against each other, and the same with a payload in every text."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from extractor.evaluation.dossier import Dossier, make_dossier
from extractor.evaluation.scored import Scored, score_rows
from extractor.scoring.figures import Bounds, Floors
from extractor.scoring.scores import Slot
from tests.evaluation.small_set import TEXTS, answer, cases, event, make, nothing, plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from extractor.llm.boundary import Ask

MADE = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)

LOOSE = Bounds(margin=0.01, guards=(Slot.TYPE, Slot.CASUALTIES), floors=Floors(grounding=0.5), least_articles=2)
"""Bounds under which three articles may decide."""


def scored(
    folder: Path, *replies: Any, name: str, version: str = "v1", repeats: int = 1, articles: int = len(TEXTS)
) -> Scored:
    """Return a run over the first ``articles`` of the small set; ``version`` is only what its plan calls the prompt."""
    named = tuple(TEXTS)[:articles]
    the_plan = plan(prompt=f"events@{version}", repeats=repeats, articles=named)
    run = asyncio.run(make(folder, *replies, name=name, the_plan=the_plan))
    labelled = {article: case for article, case in cases().items() if article in named}
    return Scored(run, labelled, score_rows(run.rows, labelled))


def compared(
    folder: Path, new: Any = answer, old: Any = nothing, *, bounds: Bounds = LOOSE, articles: int = 3, **parts: Any
) -> Dossier:
    """Return the dossier on a run that says ``new`` against one that says ``old``.

    Two articles report an event each, so that two runs on them alone can differ beyond doubt; the third reports none.
    """
    candidate = scored(folder / "b", new, name="new-run", version="v2", articles=articles)
    baseline = scored(folder / "a", old, name="old-run", articles=articles)
    return make_dossier(candidate, baseline, bounds, made=MADE, suite="small", **parts)


def alone(folder: Path, new: Any = answer) -> Dossier:
    """Return the dossier on a run that is set against nothing."""
    return make_dossier(scored(folder, new, name="only-run"), None, Bounds(), made=MADE)


def poisoned(dossier: Dossier, payload: str) -> Dossier:
    """Return the dossier with ``payload`` in every text that an article, a model or a file's name may bring in."""
    texts = {"run", "prompt", "model", "suite", "set_name", "extractor_version", "expected", "found", "reason"}
    texts |= {"id", "kind", "country", "trap", "article", "endpoint"}

    def walk(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            if key == "failures":
                return {payload: 1}
            if key == "model":
                value = value | {"name": payload}
            if key == "finding":  # its kind is one of a closed list
                return {name: payload if name in texts and name != "kind" else part for name, part in value.items()}
            return {name: walk(part, name) for name, part in value.items()}
        if isinstance(value, list):
            if key in ("traps", "notes", "reasons") and all(isinstance(one, str) for one in value):
                return [payload, payload]
            return [walk(one, key) for one in value]
        return payload if key in texts and isinstance(value, str) else value

    return Dossier.model_validate(walk(dossier.model_dump(mode="json")))


def chatter(_: Ask[Any]) -> str:
    """Report one event, whatever is asked."""
    return json.dumps({"published": None, "events": [event()]})


def failing(error: type[Exception]) -> Callable[[Any], Any]:
    """Return a reply that raises ``error`` for the first article."""
    return lambda ask: error("on purpose") if "footbridge" in ask.messages[-1].content else answer(ask)

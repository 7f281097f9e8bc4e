"""Three short labelled articles, a model that reports the first sentence of each, and a prompt to ask it with."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.evaluation.conditions import AS_GIVEN, Conditions, make_case
from extractor.evaluation.gold import GoldArticle, GoldSet
from extractor.evaluation.replies import ReplyStore
from extractor.evaluation.run import Asking, run_articles
from extractor.evaluation.run_writer import open_writer
from extractor.evaluation.runs import Completion, Plan, Run, load_run, now, total_usage
from extractor.prompts.registry import load
from extractor.replies import AskedModel
from extractor.scoring.labels import LabelledArticle
from tests.scripted import ScriptedModel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from extractor.errors import ModelError
    from extractor.evaluation.conditions import Case
    from extractor.evaluation.run_writer import RunWriter
    from extractor.llm.boundary import Ask

TEXTS = {
    "aa-2001-bridge": "A footbridge over the Ilm collapsed on Friday, killing three pupils, the fire service said.\n",
    "bb-2002-strike": (
        "About 200 nurses marched through Tarnow on 4 March 2002 to demand higher pay.\nNobody was hurt.\n"
    ),
    "cc-2003-chess": "The under-12 chess cup in Varde ended with a draw.\nSign up for our newsletter\n",
}
"""The first two report one event, the third none."""

SET_DIGEST = "sha256:" + "5" * 64
ASKED = AskedModel(name="scripted", endpoint="scripted")


class Quiet:
    """A watcher that keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def started(self, name: str) -> None:
        """Keep it."""
        self.lines.append(f"started {name}")

    def done(self, name: str, outcome: str) -> None:
        """Keep it."""
        self.lines.append(f"{name}: {outcome}")

    def say(self, message: str) -> None:
        """Keep it."""
        self.lines.append(message)


def labels() -> tuple[LabelledArticle, ...]:
    """Return the labels of :data:`TEXTS`."""
    bridge = {
        "type": "disaster_accident",
        "evidence": ["A footbridge over the Ilm collapsed on Friday"],
        "when": {"words": "on Friday", "start": "2001-06-15", "end": "2001-06-15"},
        "targets": [["three pupils", "pupils"]],
        "counts": [{"measure": "killed", "words": "three pupils", "min": 3, "max": 3}],
    }
    march = {
        "type": "peaceful_protest",
        "evidence": ["About 200 nurses marched through Tarnow"],
        "when": {"words": "on 4 March 2002", "start": "2002-03-04", "end": "2002-03-04"},
        "where": {"words": "Tarnow", "country": "POL", "settlement": "Tarnow"},
        "initiators": [["nurses"]],
    }
    made = [
        {"id": "aa-2001-bridge", "published": "2001-06-16", "printed": False, "kind": "wire", "events": [bridge]},
        {"id": "bb-2002-strike", "published": "2002-03-05", "printed": False, "kind": "wire", "events": [march]},
        {"id": "cc-2003-chess", "published": "2003-05-02", "printed": False, "kind": "sport", "events": []},
    ]
    return tuple(LabelledArticle.model_validate_json(json.dumps(label)) for label in made)


def cases(conditions: Conditions = AS_GIVEN) -> dict[str, Case]:
    """Return the articles with their labels under ``conditions``, by name."""
    return {label.id: make_case(label, TEXTS[label.id], conditions) for label in labels()}


def gold(**changes: Any) -> GoldSet:
    """Return the set of :data:`TEXTS`; ``changes`` replace its digest, or its articles."""
    articles = tuple(GoldArticle(label, TEXTS[label.id]) for label in labels())
    return replace(GoldSet(Path("gold"), articles, SET_DIGEST), **changes)


def event(**fields: Any) -> dict[str, Any]:
    """Return an event of the reply type ``events.v1`` that cites the first sentence."""
    empty = {"status": "actual", "standing": "main", "when": None, "place": None, "country": None}
    lists: dict[str, Any] = {"actors": [], "counts": [], "speakers": []}
    return {"sentences": [1], "type": "other", **empty, **lists, "summary": "Something happened."} | fields


def answer(ask: Ask[Any]) -> str:
    """Report what the first sentence of an article of :data:`TEXTS` says."""
    question = ask.messages[-1].content
    events = []
    if "footbridge" in question:
        counts = [{"measure": "killed", "who": "all", "words": "three pupils", "source": "the fire service"}]
        events = [event(type="disaster_accident", when="on Friday", counts=counts)]
    elif "nurses" in question:
        nurses = {"name": "nurses", "role": "initiator", "sector": "LAB", "involvement": "stated"}
        events = [event(type="peaceful_protest", when="on 4 March 2002", place="Tarnow", actors=[nurses])]
    return json.dumps({"published": None, "events": events})


def nothing(_: Ask[Any]) -> str:
    """Report nothing, whatever is asked."""
    return '{"published": null, "events": []}'


def plan(**parts: Any) -> Plan:
    """Return the plan of a run over :data:`TEXTS` with events@v1."""
    prompt = load("events@v1")
    whole = {
        "prompt": prompt.spec,
        "prompt_digest": prompt.digest,
        "model": ASKED,
        "set_digest": SET_DIGEST,
        "half": "all",
        "articles": tuple(TEXTS),
    }
    return Plan.model_validate(whole | parts)


def asking(folder: Path, model: ScriptedModel, **parts: Any) -> Asking:
    """Return what asks ``model`` with events@v1 and keeps replies in ``folder``."""
    whole: dict[str, Any] = {"asked": ASKED, "store": ReplyStore(folder / "replies")}
    return Asking(load("events@v1"), model, **(whole | parts))


def begun(folder: Path, the_plan: Plan | None = None) -> AbstractContextManager[RunWriter]:
    """Open the writer of a run in ``folder`` with the plan of :func:`plan`, or another one."""
    return open_writer(folder, the_plan or plan(), load("events@v1"), version="0")


async def make(folder: Path, *replies: Any, name: str = "run", the_plan: Plan | None = None) -> Run:
    """Make a whole run in ``folder / name`` with a model that says ``replies``, and return it."""
    wanted = the_plan or plan()
    task = asking(folder / name, ScriptedModel(*replies), asked=wanted.model)
    with begun(folder / name, wanted) as writer:
        await run_articles(cases(wanted.conditions), task, writer, Quiet())
        writer.complete(completion(writer))
    return load_run(folder / name)


def completion(writer: RunWriter) -> Completion:
    """Return a completion that is right but for the score, which is left out."""
    rows = list(writer.rows.values())
    return Completion(
        ended=now(),
        articles=len(rows),
        failed=sum(not row.ok for row in rows),
        asked=sum(row.asked for row in rows),
        reused=sum(row.reused for row in rows),
        usage=total_usage(rows),
    )


def failing(error: type[ModelError], *words: str) -> Any:
    """Return a reply function that raises ``error`` for articles that hold one of ``words``."""

    def reply(ask: Ask[Any]) -> str | ModelError:
        question = ask.messages[-1].content
        return error(f"{error.__name__} on purpose") if any(word in question for word in words) else answer(ask)

    return reply


def day(text: str) -> dt.date:
    """Return the ISO date ``text``."""
    return dt.date.fromisoformat(text)


def by_article(found: Sequence[tuple[str, int]]) -> list[str]:
    """Return the names only."""
    return [article for article, _ in found]

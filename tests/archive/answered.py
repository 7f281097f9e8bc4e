"""Runs whose answers came from replies through the real pipeline, so that they can be grounded again."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Any

from extractor.archive.asking import Asking, ask_about
from extractor.archive.records import Offer
from extractor.archive.store import writing
from extractor.articles.build import article_from_text
from extractor.prompts.registry import load
from tests.archive.archives import begin
from tests.evaluation.small_set import ASKED, TEXTS, answer
from tests.scripted import ScriptedModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.archive.records import Run
    from extractor.archive.store import Store
    from extractor.articles.article import Article
    from extractor.events.summary import Extraction
    from extractor.prompts.registry import Prompt

DAYS = dict(zip(TEXTS, (dt.date(2001, 6, 16), dt.date(2002, 3, 5), dt.date(2003, 5, 2)), strict=True))
OLD = "g1-of-long-ago"


def articles(**texts: str) -> list[Article]:
    """Return the three articles; ``texts`` replace some of theirs, by the first two letters of the name."""
    chosen = {name: texts.get(name[:2], text) for name, text in TEXTS.items()}
    return [
        article_from_text(text, published=DAYS[name], id=name, source=f"{name}.txt") for name, text in chosen.items()
    ]


def asked(
    store: Store,
    name: str = "first",
    reply: Callable[[Any], Any] = answer,
    read: list[Article] | None = None,
    prompt: Prompt | None = None,
    **plan: Any,
) -> Run:
    """Return a run over the three articles, asked and answered; nothing that was asked before is asked again."""
    prompt = prompt or load("events@v1")
    run = begin(store, name, **({"model": ASKED} | plan))
    asking = Asking(ScriptedModel(reply), prompt, run.plan.model, store.reply)
    worker = store.join(run)
    store.add(run, [Offer(place, one) for place, one in enumerate(read or articles())])
    while tasks := store.claim(run, worker, 2):
        store.finish([asyncio.run(ask_about(task, asking))[0] for task in tasks])
    store.leave(worker)
    return run


def age(store: Store) -> None:
    """Let all answers have been made by an older version of the grounding."""
    with store._connections.writing() as connection:
        connection.execute("UPDATE groundings SET version = ?", (OLD,))


def rewrite(store: Store, run: Run, change: Callable[[Extraction], Extraction]) -> None:
    """Change the answers of ``run`` behind the store's back."""
    changed = [(one.question, writing.pack_extraction(change(one.extraction))) for one in store.answers(run, but="")]
    with store._connections.writing() as connection:
        connection.executemany(
            "UPDATE extractions SET body = ? WHERE question_id = ?", [(body, question) for question, body in changed]
        )

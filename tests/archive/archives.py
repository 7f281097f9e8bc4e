"""Stores, runs and articles for the tests of archives: made by hand, no model and no reader involved."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING, Any

from extractor.archive.keys import replies_digest
from extractor.archive.records import Finished, Offer, Plan
from extractor.archive.store import Store
from extractor.events.summary import Extraction, Usage
from extractor.prompts.registry import load
from extractor.replies import AskedModel, KeptReply
from tests.samples import make_article, make_extraction, make_failure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from extractor.archive.records import Run, Task, Worker
    from extractor.articles.article import Article

SPENT = Usage(requests=1, tokens_in=900, tokens_cached=600, tokens_out=100, tokens_reasoning=0, cost_usd=0.25)

TABLES = ("runs", "texts", "readings", "questions", "extractions", "events", "replies", "asked", "articles", "attempts")


def make_plan(name: str = "first", **changes: Any) -> Plan:
    """Return the plan of a run with events@v1."""
    prompt = load("events@v1")
    whole: dict[str, Any] = {
        "name": name,
        "prompt": prompt.spec,
        "prompt_digest": prompt.digest,
        "replies_digest": replies_digest(prompt),
        "model": AskedModel(name="scripted", endpoint="scripted"),
        "sources": ("made by hand",),
    }
    return Plan(**(whole | changes))


def begin(store: Store, name: str = "first", **changes: Any) -> Run:
    """Return a run that has been begun."""
    return store.begin(make_plan(name, **changes), load("events@v1"))


def article(number: int, **changes: Any) -> Article:
    """Return one of many articles."""
    made = make_article(f" {number}", name=f"article-{number}")
    return dataclasses.replace(made, **changes)


def text_of(text: str, **changes: Any) -> Article:
    """Return the first article with another text, in one sentence."""
    first = article(0)
    sentence = first.sentences[0]._replace(start=0, end=len(text))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return dataclasses.replace(first, text=text, sha256=digest, sentences=(sentence,), **changes)


def fill(store: Store, run: Run, count: int, start: int = 0) -> None:
    """Offer ``count`` articles."""
    store.add(run, [Offer(number, article(number)) for number in range(start, start + count)])


def whole(finished: Finished) -> Extraction:
    """Return the extraction of an article that was grounded in this process."""
    assert isinstance(finished.extraction, Extraction)
    return finished.extraction


def answer(task: Task, *replies: str) -> Finished:
    """Return an answer of three events to ``task``, made from these replies."""
    return Finished(task, make_extraction(task.article), kept(task, *(replies or ("{}",))), SPENT)


def failure(task: Task, *replies: str) -> Finished:
    """Return an answer to ``task`` that went wrong."""
    return Finished(task, make_failure(task.article), kept(task, *replies), SPENT)


def kept(task: Task, *replies: str) -> tuple[KeptReply, ...]:
    """Return replies to requests about ``task``."""
    keys = (hashlib.sha256(task.key + bytes([number])).hexdigest() for number in range(len(replies)))
    return tuple(KeptReply(key=f"sha256:{key}", raw=raw, usage=SPENT) for key, raw in zip(keys, replies, strict=True))


def work_off(store: Store, run: Run, worker: Worker | None = None) -> list[Task]:
    """Claim and finish everything; return what was claimed."""
    worker = worker or store.join(run)
    done: list[Task] = []
    while tasks := store.claim(run, worker, 7):
        store.finish([answer(task) for task in tasks])
        done += tasks
    return done


def counts(store: Store) -> dict[str, int]:
    """Return how many rows each table has that holds anything of a run."""
    with store._connections.reading() as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - names from above
            for table in TABLES
        }


def names(articles: Sequence[Article]) -> list[str]:
    """Return the names of articles."""
    return [one.id for one in articles]


def new_store(folder: Path) -> Store:
    """Return a new store in ``folder``."""
    return Store.open(folder / "archive.db", create=True)

"""Shards: as many articles of a run as one worker is lent at once, and the sitting on them.

The run's own store reads the sources, recognises what was asked before and what occurs twice, and claims; a shard is
the next :data:`SHARD` claimed articles in the order of the sources, cut only when that many are there or the sources
end. So shards follow from the source stream alone. A shard is called by what is in it, and its store lies on the
worker's disk under that name: whoever takes a dead worker's shard over on the same machine goes on where it ended.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from extractor.archive.asking import Asking
from extractor.archive.cluster.parts import write_part
from extractor.archive.records import Offer
from extractor.archive.reground import load_prompt
from extractor.archive.run import Job, work_on
from extractor.archive.store import Store
from extractor.llm.open import concurrency, open_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from extractor.archive.budget import Bound, Spend
    from extractor.archive.cluster.parts import Part
    from extractor.archive.progress import Event
    from extractor.archive.records import Plan, Task
    from extractor.archive.run import Brake
    from extractor.articles.article import Article
    from extractor.llm.pace import Pace
    from extractor.prompts.registry import Prompt
    from extractor.settings import ModelChoice, Settings

SHARD: Final = 1_000
"""Articles of a shard: some minutes of work, some megabytes to send, and the most that a lost machine costs."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Articles that are lent together."""

    name: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """What every worker is told once: what is asked, how, and where parts go."""

    plan: Plan
    prompt_files: Mapping[str, str]
    settings: Settings
    choice: ModelChoice
    parts: Path


def shard_of(tasks: Sequence[Task]) -> Shard:
    """Return claimed articles as a shard."""
    digest = hashlib.sha256(b"".join(task.key for task in tasks)).hexdigest()[:16]
    return Shard(f"{tasks[0].row:010d}-{digest}", tuple(task.article for task in tasks))


@dataclass(frozen=True, slots=True)
class _Lent:
    """A shard as a source."""

    shard: Shard

    def offers(self) -> Iterator[Offer]:
        """Yield its articles."""
        for place, article in enumerate(self.shard.articles):
            yield Offer(place, article)

    def words(self) -> str:
        """Say nothing: the head has read the sources."""
        return ""


class _Silent:
    def tell(self, event: Event) -> None:
        """Nothing: parts say what came of a shard."""


async def work_off(  # noqa: PLR0913 - each is another side of a sitting
    order: Order, shard: Shard, brake: Brake, *, pace: Pace, spend: Spend | None = None, bound: Bound | None = None
) -> Part:
    """Do a sitting on ``shard`` with a store of its own, and write its part."""
    folder = local_folder(order) / shard.name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    prompt = prompt_from(order)
    with Store.open(folder / "shard.db", create=True) as store:
        run = store.begin(order.plan, prompt)
        async with open_model(order.settings, order.choice, pace=pace) as model:
            job = Job(
                store=store,
                run=run,
                source=_Lent(shard),
                asking=Asking(model, prompt, order.plan.model, store.reply, order.settings.deadline),
                concurrency=concurrency(order.settings, order.choice),
                watcher=_Silent(),
                spend=spend,
                bound=bound,
            )
            ended = await work_on(job, brake)
        part = write_part(order.parts, shard.name, store.handed(run), (ended.why, ended.message, ended.hint))
    shutil.rmtree(folder, ignore_errors=True)
    return part


def prompt_from(order: Order) -> Prompt:
    """Return the prompt version that was sent along."""
    return load_prompt(order.plan.prompt, order.prompt_files)


def local_folder(order: Order) -> Path:
    """Return where the stores of an order's shards lie on this machine: readable for this user only."""
    user = str(os.getuid()) if hasattr(os, "getuid") else "user"
    words = f"{order.parts}\n{order.plan.model_dump_json()}"
    return Path(tempfile.gettempdir()) / f"extractor-{user}" / hashlib.sha256(words.encode()).hexdigest()[:16]

"""``--engine ray``: a sitting whose articles are asked about by the workers of a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.archive.cluster.engine import Shared, cluster
from extractor.archive.cluster.head import Lead, lead
from extractor.archive.cluster.shards import Order
from extractor.archive.interrupts import interrupts
from extractor.archive.run import Brake
from extractor.archive.workers.crew import spare_cores
from extractor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.archive.budget import Bound, Spend
    from extractor.archive.progress import Ended, Watcher
    from extractor.archive.reading import Offering
    from extractor.archive.records import Run
    from extractor.archive.store import Store
    from extractor.llm.pace import Pace
    from extractor.prompts.registry import Prompt
    from extractor.settings import ModelChoice, Settings


async def ask_on_cluster(  # noqa: PLR0913 - what a sitting knows
    *,
    store: Store,
    run: Run,
    settings: Settings,
    choice: ModelChoice,
    source: Offering,
    spend: Spend | None,
    bound: Callable[[Prompt], Bound] | None,
    pace: Pace,
    watcher: Watcher,
) -> Ended:
    """Have a run worked off by a cluster; return how the sitting ended.

    Raises:
        UsageError: Ray is not installed, or the model is an embedded one.
    """
    if choice.kind == "embedded":
        raise UsageError("--engine ray asks an endpoint; an embedded model runs in one process", hint="--base-url URL")
    parts = store.path.resolve().with_name(f"{store.path.name}.parts") / run.name
    files = dict(store.prompt_files(run))
    order = Order(run.plan, files, settings, choice, parts)
    workers = settings.workers or spare_cores() + 1
    brake = Brake()
    shared = Shared(pace, spend, bound)
    with interrupts(brake.pull), cluster(order, shared, workers=workers, name=f"gate-{run.name}") as hands:
        return await lead(Lead(store, run, source, hands, parts, watcher, workers), brake)

"""Runs that are driven through a stub of a provider's batch API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from extractor.archive.batches.drive import BatchJob, run_batches
from extractor.archive.keys import replies_digest
from extractor.archive.records import Offer
from extractor.llm.batch_api import BatchApi
from extractor.prompts.registry import load
from extractor.replies import AskedModel
from tests.archive.archives import article, make_plan

if TYPE_CHECKING:
    from extractor.archive.batches.records import BatchReport
    from extractor.archive.store import Store
    from tests.batch_stub import BatchProvider

ONE_STEP = "events@v1"
WINDOWS = "events-lite@v2"
TWO_STEPS = "events-lite@v1"


def open_run(store: Store, spec: str, count: int, name: str = "first") -> Any:
    """Return a run with ``count`` articles."""
    prompt = load(spec)
    plan = make_plan(
        name,
        prompt=prompt.spec,
        prompt_digest=prompt.digest,
        replies_digest=replies_digest(prompt),
        model=AskedModel(name="m", endpoint="127.0.0.1"),
    )
    run = store.begin(plan, prompt)
    store.add(run, [Offer(number, article(number)) for number in range(count)])
    return run


async def drive(store: Store, provider: BatchProvider, spec: str = ONE_STEP, **options: Any) -> BatchReport:
    """Drive the batches of the run ``first`` until they have ended, or whatever stops them."""
    async with provider.server() as server, BatchApi("m", base_url=server.base_url) as api:
        wrapped = options.pop("wrapped", lambda one: one)(api)
        job = BatchJob(store, store.run("first"), load(spec), wrapped, poll=0.001, **options)
        return await run_batches(job)

"""``--mode batch``: a sitting of ``extractor archive`` through the provider's batch API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.archive.batches.drive import BatchJob
from extractor.archive.batches.sitting import counted, sit_on_batches
from extractor.archive.interrupts import interrupts
from extractor.archive.run import Brake
from extractor.errors import UsageError
from extractor.llm.batch_api import BatchApi
from extractor.render.progress import note

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.archive.batches.records import BatchNews
    from extractor.archive.budget import Spend
    from extractor.archive.progress import Ended, Watcher
    from extractor.archive.reading import Source
    from extractor.archive.records import Run
    from extractor.archive.store import Store
    from extractor.prompts.registry import Prompt
    from extractor.settings import ModelChoice, Settings


async def ask_in_batches(  # noqa: PLR0913 - everything that a sitting has opened, by name
    *,
    store: Store,
    run: Run,
    prompt: Prompt,
    settings: Settings,
    choice: ModelChoice,
    source: Source,
    spend: Spend | None,
    watcher: Watcher,
    wait: bool,
    quiet: bool,
) -> Ended:
    """Do a sitting by batches.

    Raises:
        UsageError: The model has no batch API, or another process drives the batches of this run.
    """
    if choice.kind == "embedded":
        raise UsageError(
            "the embedded model runs here and has no batches", hint="leave --mode batch out, or name another --model"
        )
    key = choice.api_key.get_secret_value() if choice.api_key else None
    brake = Brake()
    with interrupts(brake.pull):
        async with BatchApi(choice.name, base_url=choice.base_url, api_key=key, mode=settings.mode) as api:
            job: BatchJob

            def tell(news: BatchNews) -> None:
                watcher.tell(counted(job))
                say(news)

            say = _saying(quiet=quiet)
            job = BatchJob(store, run, prompt, api, spend=spend, tell=tell, wait=wait)
            return await sit_on_batches(job, source, watcher, brake)


def _saying(*, quiet: bool) -> Callable[[BatchNews], None]:
    """Return what notes each change of a batch once."""
    last: dict[str, str] = {}

    def say(news: BatchNews) -> None:
        if news.completed is None or last.get(news.batch) == news.said or quiet:
            return
        last[news.batch] = news.said
        note(f"{news.batch}: {news.said}, {news.completed:,} of {news.requests:,} requests answered")

    return say

"""Open the model that the settings mean: an endpoint, or an embedded model that is fetched and started first.

Both are asked through the same client; the embedded one is llama.cpp's own server on loopback.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from extractor.errors import ModelFileError
from extractor.llm.catalogue import catalogue, is_embedded
from extractor.llm.client import OpenAIModel
from extractor.llm.retry import Limits
from extractor.settings import choose_model

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from extractor.llm.boundary import Model
    from extractor.llm.model_sources import Progress
    from extractor.llm.pace import Pace
    from extractor.settings import ModelChoice, Settings

EMBEDDED_CONCURRENCY = 1
"""The embedded server has one slot: on two cores a second one costs a quarter more CPU for the same articles."""
ENDPOINT_CONCURRENCY = 8


def chosen_model(settings: Settings) -> ModelChoice:
    """Return the model that ``settings`` mean; raise UsageError when they contradict each other."""
    return choose_model(settings, is_embedded=is_embedded, default=catalogue().default)


def concurrency(settings: Settings, choice: ModelChoice) -> int:
    """Return how many articles are in flight at once."""
    usual = EMBEDDED_CONCURRENCY if choice.kind == "embedded" else ENDPOINT_CONCURRENCY
    return settings.concurrency or usual


@asynccontextmanager
async def open_model(
    settings: Settings,
    choice: ModelChoice | None = None,
    progress: Progress | None = None,
    *,
    pace: Pace | None = None,
) -> AsyncIterator[Model]:
    """Open the model for as long as the context lasts.

    Args:
        settings: Key, mode, deadline and the like.
        choice: Which model; None: the one that ``settings`` mean.
        progress: Called with bytes done and bytes in all while an embedded model is fetched.
        pace: Decides when requests leave (:func:`extractor.llm.pace.paced`); the embedded model has none.

    Raises:
        UsageError: A setting cannot work, or an embedded model cannot be fetched or started.
    """
    choice = choice or chosen_model(settings)
    limits = Limits(deadline=settings.deadline, concurrency=concurrency(settings, choice))
    if choice.kind == "endpoint":
        key = choice.api_key.get_secret_value() if choice.api_key else None
        async with OpenAIModel(
            choice.name, base_url=choice.base_url, api_key=key, mode=settings.mode, limits=limits, pace=pace
        ) as model:
            yield model
        return
    from extractor.llm.download import ensure  # noqa: PLC0415 - downloads are for the embedded model only
    from extractor.llm.embedded import start_embedded  # noqa: PLC0415 - same

    path = await _in_thread(ensure, choice.name, progress or _no_progress)
    running = await asyncio.to_thread(start_embedded, path)
    try:
        async with OpenAIModel(
            running.name,
            base_url=running.base_url,
            api_key=running.api_key,
            mode="grammar",
            limits=limits,
            free=True,
        ) as model:
            yield model
    finally:
        running.close()


def _no_progress(done_bytes: int, total_bytes: int) -> None:
    """Show nothing."""


async def _in_thread(fetch: Callable[[str, Progress], Path], name: str, progress: Progress) -> Path:
    """Fetch in a thread that ends soon after this task is cancelled: Ctrl-C must not wait for a gigabyte."""
    stop = threading.Event()

    def report(done_bytes: int, total_bytes: int) -> None:
        if stop.is_set():
            raise ModelFileError("the download was interrupted", hint="the same command continues it")
        progress(done_bytes, total_bytes)

    try:
        return await asyncio.to_thread(fetch, name, report)
    except asyncio.CancelledError:
        stop.set()
        raise

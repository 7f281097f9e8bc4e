"""Opening the model that the settings mean, and letting go of a download."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from extractor.errors import ModelFileError, UsageError
from extractor.llm.client import OpenAIModel
from extractor.llm.open import EMBEDDED_CONCURRENCY, ENDPOINT_CONCURRENCY, _in_thread, concurrency, open_model
from extractor.settings import ModelChoice, load_settings
from tests.llm.questions import GOOD, Small, question
from tests.stub_server import StubServer, says

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.llm.model_sources import Progress

SOON = 2.0
"""Seconds within which a cancelled download has ended; a whole one would take minutes."""


async def test_an_endpoint_is_opened_as_a_client(tmp_path: Path) -> None:
    """A choice of endpoint is asked at its URL under its name and its key."""
    async with StubServer(says(GOOD)) as stub:
        flags = {"model": "m", "base_url": stub.base_url, "mode": "json_schema"}
        settings = load_settings(flags, folder=tmp_path)
        async with open_model(settings) as model:
            answer = await model.ask(question())
    assert isinstance(model, OpenAIModel)
    assert answer.reply == Small(name="Ada", number=36)
    assert (model.info.name, model.info.mode) == ("m", "json_schema")
    assert [request.json["model"] for request in stub.requests] == ["m"]


async def test_a_given_choice_is_not_chosen_again(tmp_path: Path) -> None:
    """Who has already chosen passes the choice, and the settings' own model is not looked at."""
    async with StubServer(says(GOOD)) as stub:
        settings = load_settings({"model": "other", "base_url": "http://127.0.0.1:9/v1"}, folder=tmp_path)
        async with open_model(settings, ModelChoice("endpoint", "m", stub.base_url)) as model:
            await model.ask(question())
    assert model.info.name == "m"
    assert len(stub.requests) == 1


async def test_a_model_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    """Nothing is fetched in the place of a file that the user named."""
    choice = ModelChoice("embedded", str(tmp_path / "nonesuch.gguf"))
    with pytest.raises(UsageError, match="nonesuch"):
        async with open_model(load_settings({}, folder=tmp_path), choice):
            pytest.fail("nothing can be open")


@pytest.mark.parametrize(
    ("kind", "wanted", "expected"),
    [
        ("embedded", None, EMBEDDED_CONCURRENCY),
        ("endpoint", None, ENDPOINT_CONCURRENCY),
        ("embedded", 3, 3),
        ("endpoint", 1, 1),
    ],
)
def test_articles_in_flight(tmp_path: Path, kind: str, wanted: int | None, expected: int) -> None:
    """What the user sets holds; else the embedded model has one slot and an endpoint several."""
    settings = load_settings({"concurrency": wanted}, folder=tmp_path)
    assert concurrency(settings, ModelChoice(kind, "m")) == expected  # type: ignore[arg-type]  # a row


class SlowFetch:
    """A download of ten minutes that reports every few milliseconds, until its report stops it."""

    def __init__(self) -> None:
        """Begin not begun."""
        self.begun, self.ended = threading.Event(), threading.Event()
        self.problem: Exception | None = None

    def __call__(self, name: str, progress: Progress) -> Path:
        """Fetch ``name``."""
        try:
            for done in range(60_000):
                self.begun.set()
                progress(done, 60_000)
                time.sleep(0.01)
        except ModelFileError as error:
            self.problem = error
            raise
        finally:
            self.ended.set()
        return Path(name)


async def test_a_cancelled_download_ends_soon() -> None:
    """Ctrl-C reaches the thread: it stops at its next report, and says that the same command continues it."""
    fetch = SlowFetch()
    task = asyncio.create_task(_in_thread(fetch, "m.gguf", lambda _done, _total: None))
    assert await asyncio.to_thread(fetch.begun.wait, SOON)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, SOON)
    assert await asyncio.to_thread(fetch.ended.wait, SOON)
    assert isinstance(fetch.problem, ModelFileError)
    assert "continues" in fetch.problem.hint


def _three_parts(name: str, progress: Progress) -> Path:
    for done in (1, 2, 3):
        progress(done, 3)
    return Path(name)


def _broken(_name: str, _progress: Progress) -> Path:
    raise ModelFileError("no room on the disk")


async def test_a_download_reports_and_returns_its_path() -> None:
    """Bytes done and in all are passed on in order."""
    shown: list[tuple[int, int]] = []
    path = await _in_thread(_three_parts, "m.gguf", lambda done, total: shown.append((done, total)))
    assert path == Path("m.gguf")
    assert shown == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(("fetch", "said"), [(_broken, "no room")])
async def test_a_failed_download_says_why(fetch: Callable[[str, Progress], Path], said: str) -> None:
    """What the thread raises reaches the caller as it is."""
    with pytest.raises(ModelFileError, match=said):
        await _in_thread(fetch, "m.gguf", lambda _done, _total: None)

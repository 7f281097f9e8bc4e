"""The Python interface: one text, one call; every public name resolves."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

import extractor
from extractor import article_from_text, extract, open_extractor
from extractor.errors import InputError, UsageError
from extractor.events.vocabulary import EventType, Outcome
from tests.bus_attack import REPLY, TEXT
from tests.stub_server import StubServer, says, serving

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings are read from the current folder, so each test has one without any."""
    monkeypatch.chdir(tmp_path)


def test_one_text_one_call() -> None:
    """What is given goes into the extraction, and the endpoint's reply comes back checked."""
    with serving(StubServer(says(REPLY))) as stub:
        result = extract(
            TEXT,
            published=date(2024, 3, 6),
            title="Bus attacked",
            url="https://example.org/bus",
            language="en",
            model="m",
            base_url=stub.base_url,
            prompt="events@v1",
            deadline=20,
        )
    assert result.outcome is Outcome.OK
    (event,) = result.events
    assert event.type is EventType.ATTACK
    assert event.when.start == event.when.end == date(2024, 3, 4)
    assert [(c.measure.value, c.min, c.max) for c in event.counts] == [("killed", 9, 9)]
    assert [TEXT[e.start : e.end] for e in event.evidence] == [e.quote for e in event.evidence]
    about = result.article
    assert (about.title, about.url, about.language) == ("Bus attacked", "https://example.org/bus", "en")
    assert (result.provenance.prompt, result.provenance.model) == ("events@v1", "m")
    assert [request.json["model"] for request in stub.requests] == ["m"]


def test_an_endpoint_is_asked_with_the_prompt_for_large_models() -> None:
    """Without a prompt the choice of model decides, and without a date a weekday stays unresolved."""
    with serving(StubServer(says(REPLY))) as stub:
        result = extract(TEXT, model="m", base_url=stub.base_url)
    assert result.provenance.prompt.startswith("events@")
    assert result.events[0].when.start is None


def test_a_deadline_fails_the_article_not_the_program() -> None:
    """An endpoint that is too slow gives an extraction with its problem."""
    with serving(StubServer(says(REPLY, delay=30))) as stub:
        result = extract(TEXT, model="m", base_url=stub.base_url, prompt="events@v1", deadline=1.5)
    assert result.outcome is Outcome.FAILED
    assert result.problem is not None


@pytest.mark.parametrize(
    ("text", "options", "error"),
    [
        ("", {"model": "m", "base_url": "http://127.0.0.1:9/v1"}, InputError),
        (" \n ", {"model": "m", "base_url": "http://127.0.0.1:9/v1"}, InputError),
        (TEXT, {"model": "m", "base_url": "ftp://127.0.0.1"}, UsageError),
        (TEXT, {"model": "m", "base_url": "http://127.0.0.1:9/v1", "prompt": "nonesuch@v1"}, UsageError),
        (TEXT, {"model": "m", "base_url": "http://127.0.0.1:9/v1", "deadline": -1}, UsageError),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_asked(
    text: str, options: dict[str, object], error: type[Exception]
) -> None:
    """No article, a wrong URL, an unknown prompt and a senseless deadline are the caller's to mend."""
    with pytest.raises(error):
        extract(text, **options)  # type: ignore[arg-type]  # the options of a row


async def test_many_articles_share_one_model() -> None:
    """Inside the context any number of articles is extracted over the same connections."""
    async with (
        StubServer(says(REPLY)) as stub,
        open_extractor(model="m", base_url=stub.base_url, prompt="events@v1") as opened,
    ):
        results = [await opened.extract(article_from_text(TEXT)) for _ in range(3)]
    assert [r.outcome for r in results] == [Outcome.OK] * 3
    assert len(stub.requests) == 3


async def test_a_running_loop_refuses_the_short_way() -> None:
    """Inside a coroutine the call says so; it never blocks the loop."""
    with pytest.raises(RuntimeError, match="event loop"):
        extract(TEXT, model="m", base_url="http://127.0.0.1:9/v1")


@pytest.mark.parametrize("name", extractor.__all__)
def test_every_public_name_resolves(name: str) -> None:
    """What __all__ promises is there, documented, and shown by dir()."""
    found = getattr(extractor, name)
    assert found.__name__ == name
    assert found.__doc__
    assert name in dir(extractor)


def test_the_public_names_are_sorted_and_complete() -> None:
    """__all__ and the table of homes name the same things, so nothing public is forgotten in either."""
    assert extractor.__all__ == sorted(extractor.__all__)
    assert extractor._HOMES.keys() == set(extractor.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A typing error is named, as for any module."""
    with pytest.raises(AttributeError, match="extracts"):
        _ = extractor.extracts
    assert not hasattr(extractor, "load_settings")

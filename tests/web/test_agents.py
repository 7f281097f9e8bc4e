"""Tests of extractor.web.agents with the SDK's own client: in memory, and over the pipes of a real process."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

pytest.importorskip("mcp", reason="needs the extra [mcp]")
from mcp import Client, StdioServerParameters

from extractor.api import published_schema
from extractor.errors import ModelError, TransientError
from extractor.prompts.registry import load
from extractor.web.agents import agents_server
from extractor.web.service.service import Limits, Places, Service
from tests.bus_attack import REPLY, TEXT
from tests.scripted import ScriptedModel
from tests.stub_server import StubServer, says, serving
from tests.web.site.served import fill_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from extractor.llm.boundary import Answer, Ask, Model, R

ASKED = {"text": TEXT, "published": "2024-03-05"}


class Slow(ScriptedModel):
    """Answers when it is let."""

    def __init__(self) -> None:
        super().__init__(REPLY)
        self.begun, self.let = asyncio.Event(), asyncio.Event()

    async def ask(self, ask: Ask[R]) -> Answer[R]:
        """Say that it was asked, and wait."""
        self.begun.set()
        await self.let.wait()
        return await super().ask(ask)


def service(
    said: str | ModelError | Model = REPLY, *, store: Path | None = None, budget: float | None = None
) -> Service:
    """Return a service whose model always says ``said``, or is it."""
    model = ScriptedModel(said) if isinstance(said, str | ModelError) else said

    @asynccontextmanager
    async def opened() -> AsyncIterator[Model]:
        yield model

    return Service(opened, "scripted", load("events@v1"), Places(store), Limits(budget=budget), deadline=20)


async def test_an_agent_gets_the_checked_events() -> None:
    """The structured result is an Extraction that fits the published schema."""
    async with Client(agents_server(service())) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == {
            "extract_events",
            "list_prompts",
            "get_run",
        }
        result = await client.call_tool("extract_events", ASKED)
        assert not result.is_error
        jsonschema_rs.Draft202012Validator(published_schema()).validate(result.structured_content)
        assert result.structured_content is not None
        assert result.structured_content["events"][0]["when"]["start"] == "2024-03-04"
        prompts = (await client.call_tool("list_prompts", {})).structured_content
        assert prompts is not None
        assert "events@v1" in {one["prompt"] for one in prompts["prompts"]}


async def test_a_run_comes_in_pages(tmp_path: Path) -> None:
    """Figures and the wanted events, in order; a page beyond the end is empty."""
    fill_store(tmp_path / "a.db", 4, 1)
    async with Client(agents_server(service(store=tmp_path / "a.db"))) as client:
        one = (await client.call_tool("get_run", {"name": "first", "limit": 5})).structured_content
        two = (await client.call_tool("get_run", {"name": "first", "limit": 100, "offset": 5})).structured_content
        assert one is not None
        assert two is not None
        assert (one["done"], one["failed"], one["events"]) == (4, 1, 12)
        assert [len(one["page"]), len(two["page"])] == [5, 7]
        assert len({(line["article"], line["place"]) for line in one["page"] + two["page"]}) == 12


@pytest.mark.parametrize(
    ("tool", "asked", "words"),
    [
        ("extract_events", {"text": " "}, "hold"),
        ("extract_events", ASKED | {"prompt": "events@v99"}, "v99"),
        ("extract_events", ASKED | {"prompt": "../../etc@v1"}, "etc"),
        ("extract_events", ASKED | {"published": "March"}, "published"),
        ("extract_events", {"text": "x" * 1_000_001}, "text"),
        ("get_run", {"name": "no-such"}, "store"),
        ("get_run", {"name": "first", "limit": 100_000}, "limit"),
        ("no_such_tool", {}, "no_such_tool"),
    ],
)
async def test_bad_input_is_a_tool_error(tool: str, asked: dict[str, Any], words: str) -> None:
    """It says what is wrong, shows no stack trace, and the server goes on."""
    async with Client(agents_server(service())) as client:
        try:
            result = await client.call_tool(tool, asked)
        except Exception as error:  # noqa: BLE001 - the protocol's own error, for a tool that is none
            said, failed = str(error), True
        else:
            said, failed = json.dumps([block.model_dump(mode="json") for block in result.content]), result.is_error
        assert failed
        assert words in said
        assert "Traceback" not in said
        assert not (await client.call_tool("extract_events", ASKED)).is_error


async def test_a_dead_model_is_told_in_the_words_of_the_command_line() -> None:
    """Message and hint, as a tool error."""
    dead = service(TransientError("model 'm': nothing listens there", hint="start the server"))
    async with Client(agents_server(dead)) as client:
        result = await client.call_tool("extract_events", ASKED)
        assert result.is_error
        assert "nothing listens there. start the server" in result.content[0].text  # type: ignore[union-attr] # text


async def test_what_a_client_that_left_has_asked_is_counted() -> None:
    """A call that is cancelled while the model works is paid for; nothing stays in flight."""
    model = Slow()
    held = service(model)
    async with Client(agents_server(held)) as client:
        call = asyncio.create_task(client.call_tool("extract_events", ASKED))
        await asyncio.wait_for(model.begun.wait(), 10)
        call.cancel()
        await asyncio.wait([call], timeout=10)
        assert (held.in_flight, held.spent.requests) == (1, 0)
        model.let.set()
        until = time.monotonic() + 10
        while held.in_flight and time.monotonic() < until:  # noqa: ASYNC110 - a number of the service, no event
            await asyncio.sleep(0.01)
        assert (held.in_flight, held.spent.requests) == (0, 1)
        assert not (await client.call_tool("extract_events", ASKED)).is_error


async def test_a_spent_budget_asks_nothing() -> None:
    """The limit of the HTTP service holds here too."""
    poor = service(budget=0.0)
    async with Client(agents_server(poor)) as client:
        assert (await client.call_tool("extract_events", ASKED)).is_error
    assert poor.spent.requests == 0


async def test_over_real_pipes_only_the_protocol_is_spoken(tmp_path: Path) -> None:
    """The command as an agent's program starts it, against an endpoint on loopback."""
    with serving(StubServer(says(REPLY))) as stub:
        command = StdioServerParameters(
            command=sys.executable,
            args=["-m", "extractor", "mcp", "--model", "m", "--base-url", stub.base_url, "--prompt", "events@v1"],
            cwd=tmp_path,
        )
        async with Client(command) as client:
            result = await client.call_tool("extract_events", ASKED)
            assert not result.is_error
            assert result.structured_content is not None
            assert len(result.structured_content["events"]) == 1

"""R7 and R8: no server can hang a question, every fault ends in its class, and retries are bounded."""

from __future__ import annotations

import asyncio
import socket
import time
from dataclasses import replace

import pytest

from extractor.errors import DeadlineError, ModelError, ProviderRefusedError, TransientError
from extractor.llm.client import OpenAIModel
from tests.llm.questions import FAST, GOOD, question
from tests.stub_server import FAULTS, StubServer, says, status

SHORT = replace(FAST, deadline=1.0, timeout=0.3, attempts=2)
GRACE = 2.0
"""Seconds after its deadline within which a question must have ended (R7)."""

EXPECTED: dict[str, type[ModelError]] = dict.fromkeys(FAULTS, TransientError) | {"redirect loop": ProviderRefusedError}


async def _ended(model: OpenAIModel, deadline: float) -> ModelError:
    started = time.monotonic()
    with pytest.raises(ModelError) as caught:
        await model.ask(question())
    assert time.monotonic() - started < deadline + GRACE
    return caught.value


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_at_the_wire_ends_in_time_and_in_its_class(fault: str) -> None:
    """Whatever the server does, the question ends before its deadline as the right class, in one line."""
    async with StubServer(FAULTS[fault]()) as stub, OpenAIModel("m", base_url=stub.base_url, limits=SHORT) as model:
        error = await _ended(model, SHORT.deadline)
    assert type(error) is EXPECTED[fault]
    assert "\n" not in str(error)
    assert "'m' at 127.0.0.1:" in str(error)
    assert error.hint or "unreadable" in str(error)
    assert error.usage is not None
    assert error.usage.requests == len(stub.requests)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
async def test_ten_articles_meet_each_fault_at_once(fault: str) -> None:
    """Ten concurrent articles against each fault all end in time and in their class."""
    limits = replace(SHORT, deadline=4.0, timeout=1.0, attempts=3, concurrency=10)
    async with StubServer(FAULTS[fault]()) as stub, OpenAIModel("m", base_url=stub.base_url, limits=limits) as model:
        errors = await asyncio.gather(*[_ended(model, limits.deadline) for _ in range(10)])
    assert {type(error) for error in errors} == {EXPECTED[fault]}


async def test_a_refused_connection_is_transient_and_was_never_sent() -> None:
    """A port nobody listens on costs attempts, but no request and no tokens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    async with OpenAIModel("m", base_url=f"http://127.0.0.1:{port}/v1", limits=SHORT) as model:
        error = await _ended(model, SHORT.deadline)
    assert type(error) is TransientError
    assert "connection refused" in str(error)
    assert error.usage is not None
    assert (error.usage.requests, error.usage.tokens_in, error.usage.cost_usd) == (0, 0, 0.0)


@pytest.mark.parametrize("fault", ["silent", "dribbles its headers", "dribbles its body", "endless chunks"])
async def test_the_deadline_beats_a_longer_time_out(fault: str) -> None:
    """A server that keeps the line busy is cut off at the deadline, though no read ever times out."""
    limits = replace(SHORT, deadline=0.5, timeout=60.0, reply_bytes=10**12)
    async with StubServer(FAULTS[fault]()) as stub, OpenAIModel("m", base_url=stub.base_url, limits=limits) as model:
        error = await _ended(model, limits.deadline)
    assert type(error) is DeadlineError
    assert not error.retryable
    assert error.usage is not None
    assert error.usage.requests == 1
    assert error.usage.tokens_in is None, "what a cut request cost is unknown"


async def test_a_model_recovers_once_the_fault_passes() -> None:
    """A fault on one connection leaves the pool usable: the next attempt is answered."""
    faults = [FAULTS[name]() for name in ("reset", "garbage", "closes", "gzip bomb", "closes one half", "500")]
    limits = replace(FAST, attempts=len(faults) + 1)
    async with (
        StubServer(*faults, says(GOOD)) as stub,
        OpenAIModel("m", base_url=stub.base_url, limits=limits) as model,
    ):
        answer = await model.ask(question())
    assert answer.reply.name == "Ada"
    assert answer.usage.requests == len(stub.requests) == len(faults) + 1


@pytest.mark.parametrize("code", [500, 503, 529, 429, 408])
async def test_requests_are_bounded_by_the_retries(code: int) -> None:
    """Under nothing but failures the server sees articles times attempts requests, not one more."""
    async with StubServer(status(code)) as stub, OpenAIModel("m", base_url=stub.base_url, limits=FAST) as model:
        errors = await asyncio.gather(*[model.ask(question(str(i))) for i in range(12)], return_exceptions=True)
    assert {type(error) for error in errors} == {TransientError}
    assert len(stub.requests) == 12 * FAST.attempts


@pytest.mark.parametrize("code", [401, 403, 404])
async def test_what_stops_the_job_is_asked_once(code: int) -> None:
    """A wrong key, no access or an unknown model is not tried again."""
    async with StubServer(status(code)) as stub, OpenAIModel("m", base_url=stub.base_url, limits=FAST) as model:
        with pytest.raises(ProviderRefusedError):
            await model.ask(question())
    assert len(stub.requests) == 1

"""Pacing on the wire: a real loopback server with a limit, and nothing fails that could have waited."""

from __future__ import annotations

import asyncio
import math
import time

import pytest

from extractor.errors import DeadlineError, ModelError, TransientError, UsageError
from extractor.llm.client import OpenAIModel
from extractor.llm.pace import Outcome, Weight, paced
from extractor.llm.retry import Limits
from tests.llm.questions import GOOD, question
from tests.stub_server import StubServer, allows, says, status


async def _ask_all(model: OpenAIModel, articles: int) -> list[object]:
    return await asyncio.gather(*[model.ask(question(str(i))) for i in range(articles)], return_exceptions=True)


async def test_a_limit_that_nobody_told_is_found() -> None:
    """Under 60/s every article succeeds, and the rate ends near the limit after a search that costs two waves."""
    # Shares of a limit are for tests that no busy machine slows: test_rate_clock.py in virtual time, and bench_pace.py.
    stub, pace = StubServer(allows(60, 10, says(GOOD, delay=0.02))), paced()
    async with stub, OpenAIModel("m", base_url=stub.base_url, limits=Limits(concurrency=32), pace=pace) as model:
        answers = await _ask_all(model, 240)
    assert not [answer for answer in answers if isinstance(answer, BaseException)]
    assert len(stub.requests) <= 240 + 2 * 32  # on a busy machine late timers make a wave of what may be in flight
    assert 0.6 * 60 <= pace.clock.rate <= 1.5 * 60


async def test_a_stated_limit_needs_no_429() -> None:
    """A server that states 6,000 per minute in its headers is asked at 100/s from then on."""
    headers = {"X-RateLimit-Limit-Requests": "6000"}
    stub = StubServer(allows(100, 10, says(GOOD, headers=headers), headers))
    pace = paced()
    async with stub, OpenAIModel("m", base_url=stub.base_url, limits=Limits(concurrency=8), pace=pace) as model:
        answers = await _ask_all(model, 150)
    assert not [answer for answer in answers if isinstance(answer, BaseException)]
    assert 95 <= pace.clock.rate <= 105
    assert len(stub.requests) <= 1.05 * 150


async def test_a_429_is_no_attempt() -> None:
    """Five refusals and then a reply succeed under a pace, where four attempts are the limit."""
    stub = StubServer(*[status(429, "slow down", headers={"Retry-After": "0"})] * 5, says(GOOD))
    limits = Limits(attempts=4, deadline=60, backoff=0.01)
    async with stub, OpenAIModel("m", base_url=stub.base_url, limits=limits, pace=paced()) as model:
        answer = await model.ask(question())
    assert answer.usage.requests == len(stub.requests) == 6


async def test_only_429s_end_at_the_deadline() -> None:
    """R8 under a pace: 50 articles that meet nothing but 429s send 20 requests at most, and all end in time."""
    stub = StubServer(status(429))
    limits = Limits(deadline=1.5, concurrency=16)
    async with stub, OpenAIModel("m", base_url=stub.base_url, limits=limits, pace=paced()) as model:
        began = time.monotonic()
        answers = await _ask_all(model, 50)
        seconds = time.monotonic() - began
    assert all(isinstance(answer, TransientError) for answer in answers)
    assert seconds < 1.5 + 2
    assert 1 <= len(stub.requests) <= 20


async def test_only_500s_cost_what_they_cost_without_a_pace() -> None:
    """R8: a pace changes nothing about the attempts that other failures may use."""
    stub = StubServer(status(500))
    limits = Limits(attempts=3, backoff=0.01, concurrency=16)
    async with stub, OpenAIModel("m", base_url=stub.base_url, limits=limits, pace=paced(6000)) as model:
        answers = await _ask_all(model, 20)
    assert all(isinstance(answer, TransientError) for answer in answers)
    assert len(stub.requests) == 20 * 3


async def test_want_of_credit_is_no_rate_limit() -> None:
    """A 429 that says insufficient_quota stops at once; the pace is not slowed by it."""
    stub, pace = StubServer(status(429, "no credit", code="insufficient_quota")), paced(600)
    async with stub, OpenAIModel("m", base_url=stub.base_url, pace=pace) as model:
        with pytest.raises(ModelError, match="no quota"):
            await model.ask(question())
    assert len(stub.requests) == 1
    assert pace.clock.rate == 10


async def test_a_retry_after_beyond_the_deadline_gives_the_article_back() -> None:
    """The one that was refused and those in line behind it come back at once, with the time to wait."""
    stub = StubServer(status(429, "slow down", headers={"Retry-After": "900"}))
    limits = Limits(deadline=30, concurrency=4)
    async with stub, OpenAIModel("m", base_url=stub.base_url, limits=limits, pace=paced()) as model:
        began = time.monotonic()
        answers = await _ask_all(model, 12)
        seconds = time.monotonic() - began
    assert seconds < 5
    waits = [answer.retry_after for answer in answers if isinstance(answer, TransientError)]
    assert len(waits) == 12
    # The clock adds and subtracts 900 s as floats: on a machine just booted, 900.0000000000001 is as long to wait.
    assert all(wait is not None and 850 < wait < 900.001 for wait in waits)
    assert not any(isinstance(answer, DeadlineError) for answer in answers)


async def test_requests_leave_in_the_order_in_which_they_came() -> None:
    """The line is first come, first served, and a cancelled waiter takes no slot of the clock."""
    pace, left = paced(600, adaptive=False), []

    async def wait(number: int) -> None:
        await pace.admit(Weight())
        left.append(number)

    tasks = [asyncio.create_task(wait(number)) for number in range(20)]
    await asyncio.sleep(0)
    for task in tasks[5:15]:
        task.cancel()
    began = time.monotonic()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert left == [*range(5), *range(15, 20)]
    assert time.monotonic() - began < 1.5
    assert pace.waiting == 0


async def test_a_line_that_is_too_long_turns_away() -> None:
    """An article whose turn comes after its deadline is told so at once, not left to wait for it."""
    pace, now = paced(60, adaptive=False), asyncio.get_running_loop().time()
    await pace.admit(Weight())
    with pytest.raises(TransientError) as caught:
        await pace.admit(Weight(until=now + 0.5))
    assert caught.value.retry_after == pytest.approx(1.0, abs=0.1)


async def test_a_raised_rate_wakes_who_waits() -> None:
    """Whoever waits for a slot of an old rate leaves by the new one."""
    pace = paced()
    pace.clock.rate = 0.1
    first = await pace.admit(Weight())
    waiting = asyncio.create_task(pace.admit(Weight()))
    await asyncio.sleep(0)
    began = time.monotonic()
    pace.settle(first, Outcome("ok", headers={"x-ratelimit-limit-requests": "6000"}))
    await waiting
    assert time.monotonic() - began < 0.5


@pytest.mark.parametrize("limit", [0.0, -5.0, math.nan, math.inf])
def test_limits_that_cannot_be_meant_are_refused(limit: float) -> None:
    """Zero, negative, infinite and no number are said to be wrong, not waited for."""
    with pytest.raises(UsageError, match="is no limit"):
        paced(limit)
    with pytest.raises(UsageError, match="is no limit"):
        paced(tpm=limit)

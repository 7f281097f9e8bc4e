"""Tokens and money: known, unknown, and never online."""

from __future__ import annotations

import json
from typing import Any

import genai_prices
import httpx2
import pytest

from extractor.errors import InvalidReplyError
from extractor.llm.client import OpenAIModel
from extractor.llm.prices import Prices
from extractor.llm.usage import NONE_SPENT, UNKNOWN, Ledger, Tokens, read_tokens
from tests.llm.questions import FAST, GOOD, WRONG, question
from tests.stub_server import USAGE, completion

OPENAI = "https://api.openai.com/v1"
SPENT = Tokens(900, 600, 100, 10)


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        (USAGE, SPENT),
        ({"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}, Tokens(5, None, 2, None)),
        ({"prompt_tokens": 5, "completion_tokens": 2, "prompt_tokens_details": None}, Tokens(5, None, 2, None)),
        ({"prompt_tokens": -5, "completion_tokens": "2"}, UNKNOWN),
        ({"prompt_tokens": True, "completion_tokens": 1.5}, UNKNOWN),
        ({"prompt_tokens": 10**30, "prompt_tokens_details": [1], "completion_tokens_details": "x"}, UNKNOWN),
        ({"prompt_tokens": 0, "completion_tokens": 0}, Tokens(0, None, 0, None)),
        ({}, UNKNOWN),
        (None, UNKNOWN),
        ("many", UNKNOWN),
    ],
)
def test_only_plausible_counts_are_believed(usage: Any, tokens: Tokens) -> None:
    """Counts are whole and not absurd; everything else is unknown, and unknown is not 0."""
    assert read_tokens(usage) == tokens


def test_a_known_model_at_its_own_provider_has_a_price() -> None:
    """The cost is what the price table says for these tokens, cached ones at their own rate."""
    usage = genai_prices.Usage(input_tokens=900, cache_read_tokens=600, output_tokens=100)
    table = genai_prices.calc_price(usage, "gpt-4o-mini", provider_api_url=OPENAI)
    cost, source = Prices("gpt-4o-mini", OPENAI).cost(SPENT)
    assert cost is not None
    assert cost == pytest.approx(float(table.total_price))
    assert 0 < cost < 0.001
    assert source == f"genai-prices {genai_prices.__version__}"
    dearer, _ = Prices("gpt-4o-mini", OPENAI).cost(Tokens(900, None, 100, None))
    assert dearer is not None
    assert dearer > cost, "cached tokens that a provider does not report get no discount"


@pytest.mark.parametrize(
    ("model", "base_url", "loopback"),
    [
        ("gpt-4o-mini", "https://gpu.example/v1", False),
        ("gpt-4o-mini", "http://127.0.0.1:8000/v1", True),
        ("a-model-nobody-knows", OPENAI, False),
        ("gpt-4o-mini", "https://evil.example/?x=https://api.openai.com", False),
    ],
)
def test_no_price_is_guessed(model: str, base_url: str, loopback: bool) -> None:
    """A familiar name at an unknown host, or an unknown name at a known one, costs an unknown amount."""
    assert Prices(model, base_url, loopback=loopback).cost(SPENT) == (None, None)


@pytest.mark.parametrize("tokens", [UNKNOWN, Tokens(read=5), Tokens(written=5)])
def test_unknown_tokens_cost_an_unknown_amount(tokens: Tokens) -> None:
    """No cost is computed from half of the tokens."""
    assert Prices("gpt-4o-mini", OPENAI).cost(tokens) == (None, None)


def test_more_cached_than_read_is_no_crash() -> None:
    """A provider that counts more cached tokens than tokens still gets a price."""
    assert Prices("gpt-4o-mini", OPENAI).cost(Tokens(10, 50, 1, 0))[0] is not None


def test_the_ledger_adds_up_and_nothing_sent_is_nothing_spent() -> None:
    """Two known attempts and one that never left: tokens and cost are known; one unknown attempt makes both unknown."""
    ledger = Ledger(Prices("gpt-4o-mini", OPENAI))
    ledger.note(NONE_SPENT, seconds=0.1, size=10, sent=False)
    ledger.note(SPENT, seconds=1.0, size=10)
    ledger.note(SPENT, seconds=1.0, size=10, re_ask=True)
    total = ledger.total()
    one, _ = Prices("gpt-4o-mini", OPENAI).cost(SPENT)
    assert one is not None
    assert (total.requests, total.re_asks, total.tokens_in, total.tokens_out) == (2, 1, 1800, 200)
    assert total.cost_usd == pytest.approx(2 * one)
    assert total.price_date
    ledger.note(UNKNOWN, seconds=0.1, size=10)
    assert (ledger.total().tokens_in, ledger.total().cost_usd) == (None, None)


async def test_the_cost_of_a_question_is_the_cost_of_all_its_attempts() -> None:
    """At OpenAI's own address an invalid reply is paid for as well, also where the question fails in the end."""
    replies = [WRONG, GOOD, WRONG, WRONG, WRONG]

    def answer(request: httpx2.Request) -> httpx2.Response:
        assert json.loads(request.content)["max_completion_tokens"] == 50
        return httpx2.Response(200, content=completion(replies.pop(0)))

    one, _ = Prices("gpt-4o-mini", OPENAI).cost(SPENT)
    assert one is not None
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    async with OpenAIModel("gpt-4o-mini", api_key="sk-1", limits=FAST, http_client=http) as model:
        good = (await model.ask(question())).usage
        with pytest.raises(InvalidReplyError) as caught:
            await model.ask(question())
    assert good.cost_usd == pytest.approx(2 * one)
    assert caught.value.usage is not None
    assert caught.value.usage.cost_usd == pytest.approx(3 * one)

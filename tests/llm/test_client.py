"""The client: what goes out, when it asks again, what it learns, what it reports."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from extractor.errors import (
    ArticleRefusedError,
    ArticleTooLargeError,
    DeadlineError,
    InvalidReplyError,
    ModelError,
    TransientError,
    TruncatedReplyError,
)
from extractor.llm.boundary import Ask, Message
from extractor.llm.client import OpenAIModel
from extractor.llm.form import prepare
from tests.llm.questions import FAST, GOOD, WRONG, Small, question
from tests.stub_server import FAULTS, StubServer, calls, raw, says, status

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stub_server import Behaviour

NO_FORMAT = status(400, "'response_format' of type 'json_schema' is not supported with this model")
NO_TOOLS = status(400, "tools are not supported by this server")


def _model(stub: StubServer, **how: object) -> OpenAIModel:
    return OpenAIModel("m", base_url=stub.base_url, **({"limits": FAST} | how))  # type: ignore[arg-type]  # a test's short form


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "{% for x in y %}{{ x }}{% endfor %}",
        'quote " back\\slash',
        "line\n\n    indented\r\n",
        "nul \x00",
        "Ünï 🕊",
    ],
)
async def test_article_text_goes_out_exactly_as_it_is(text: str) -> None:
    """No template, no dedent, no escape touches a message on its way."""
    async with StubServer(says(GOOD)) as stub, _model(stub) as model:
        await model.ask(question(text))
    assert stub.requests[0].json["messages"] == [
        {"role": "system", "content": "Answer in JSON."},
        {"role": "user", "content": text},
    ]


async def test_a_lone_surrogate_goes_out_as_a_question_mark() -> None:
    """Text that UTF-8 cannot hold still makes a valid request."""
    async with StubServer(says(GOOD)) as stub, _model(stub) as model:
        await model.ask(question("a\udc80b"))
    assert stub.requests[0].json["messages"][1]["content"] == "a?b"


async def test_the_request_carries_mode_schema_and_parameters() -> None:
    """The default request is json_schema, strict, with the prompt's cap, temperature and seed, and the key."""
    async with StubServer(says(GOOD)) as stub, _model(stub, api_key="sk-1") as model:
        answer = await model.ask(question())
    sent = stub.requests[0].json
    assert answer.reply == Small(name="Ada", number=36)
    assert answer.raw == GOOD
    assert {k: sent[k] for k in ("model", "max_tokens", "temperature", "seed")} == {
        "model": "m", "max_tokens": 50, "temperature": 0.0, "seed": 7,
    }  # fmt: skip
    assert sent["response_format"]["json_schema"]["strict"] is True
    assert stub.requests[0].headers["authorization"] == "Bearer sk-1"
    assert "Docstrings must not" not in stub.requests[0].body.decode()


@pytest.mark.parametrize(
    ("mode", "answer"),
    [("json_schema", says(GOOD)), ("tools", calls(GOOD)), ("tools", says(GOOD)), ("json", says(GOOD)),
     ("json", says(f"```json\n{GOOD}\n```"))],
)  # fmt: skip
async def test_each_mode_brings_the_reply_home(mode: str, answer: object) -> None:
    """All three modes end in the same typed reply, also where a server answers tools in plain content."""
    async with StubServer(answer) as stub, _model(stub, mode=mode) as model:  # type: ignore[arg-type]  # a Behaviour
        assert (await model.ask(question())).reply == Small(name="Ada", number=36)
        assert model.info.mode == mode


async def test_the_request_is_prepared_once_for_many_articles() -> None:
    """The preparation by instructor runs once per reply type, parameters and mode, not once per article."""
    prepare.cache_clear()
    async with StubServer(says(GOOD)) as stub, _model(stub) as model:
        for i in range(5):
            await model.ask(question(str(i)))
    assert prepare.cache_info().misses == 1
    assert len({request.body.partition(b'"messages"')[0] for request in stub.requests}) == 1


@pytest.mark.parametrize("mode", ["json_schema", "tools", "json"])
async def test_a_re_ask_carries_the_last_error_only(mode: str) -> None:
    """An invalid reply is sent back with its error; the conversation never grows beyond that one exchange."""
    say = calls if mode == "tools" else says
    stub = StubServer(say('{"name": 5}'), say('{"name": "x", "number": -1}'), say(GOOD))
    async with stub, _model(stub, mode=mode) as model:
        answer = await model.ask(question())
    sent = [request.json["messages"] for request in stub.requests]
    assert [len(messages) for messages in sent] == [2, 4, 4]
    assert "name: Input should be a valid string" in sent[1][-1]["content"]
    assert "greater than or equal to 0" in sent[2][-1]["content"]
    assert "valid string" not in json.dumps(sent[2])
    assert "127.0.0.1" not in json.dumps(sent), "the model need not know where it is"
    assert (answer.usage.requests, answer.usage.re_asks) == (3, 2)


async def test_re_asks_are_bounded_and_counted_apart_from_failures() -> None:
    """Invalid replies end after the re-asks, and transient failures in between cost none of them."""
    stub = StubServer(says(WRONG), status(500), says(WRONG), status(500), says("prose"))
    async with stub, _model(stub) as model:
        with pytest.raises(InvalidReplyError, match="does not fit Small") as caught:
            await model.ask(question())
    assert len(stub.requests) == 5
    assert caught.value.usage is not None
    assert caught.value.usage.re_asks == 4, "each request of a re-ask counts"


@pytest.mark.parametrize(
    "cut",
    [
        says('{"name": "Ad', finish="length"),
        says('{"name": "Ad'),
        says(GOOD, finish="length"),
        says("", finish="length"),
    ],
    ids=["length", "unparsable tail", "length with a whole object", "length with nothing"],
)
async def test_a_truncated_reply_raises_the_cap_once(cut: object) -> None:
    """A cut reply is asked for again with twice the cap; a second cut is an error, never an empty result."""
    async with StubServer(cut, says(GOOD)) as stub, _model(stub) as model:  # type: ignore[arg-type]  # a Behaviour
        assert (await model.ask(question())).reply.number == 36
    assert [request.json["max_tokens"] for request in stub.requests] == [50, 100]
    async with StubServer(cut) as stub, _model(stub) as model:  # type: ignore[arg-type]  # a Behaviour
        with pytest.raises(TruncatedReplyError):
            await model.ask(question())
    assert len(stub.requests) == 2


async def test_a_cap_beyond_the_model_is_still_a_truncated_reply() -> None:
    """Where the raised cap is refused, the article was truncated, not refused."""
    stub = StubServer(says("{", finish="length"), status(400, "max_tokens is too large: 100, at most 64"))
    async with stub, _model(stub) as model:
        with pytest.raises(TruncatedReplyError, match="largest token cap"):
            await model.ask(question())


@pytest.mark.parametrize(
    ("behaviour", "expected", "said"),
    [
        (says(None, refusal="I can't help with that"), ArticleRefusedError, "I can't help"),
        (says("", finish="content_filter"), ArticleRefusedError, "content filter"),
        (status(400, "flagged", code="content_filter"), ArticleRefusedError, "content filter"),
        (status(400, "x", code="context_length_exceeded"), ArticleTooLargeError, "too long"),
        (status(400, "the request exceeds the available context size"), ArticleTooLargeError, "too long"),
        (status(413, "x"), ArticleTooLargeError, "too long"),
        (status(422, "messages: field required"), ArticleRefusedError, "refused the request"),
    ],
)
async def test_what_concerns_this_article_only(behaviour: object, expected: type[ModelError], said: str) -> None:
    """Refusals, filters and articles that are too long end this article at the first request."""
    async with StubServer(behaviour) as stub, _model(stub) as model:  # type: ignore[arg-type]  # a Behaviour
        with pytest.raises(expected, match=said) as caught:
            await model.ask(question())
    assert type(caught.value) is expected
    assert len(stub.requests) == 1


async def test_a_refused_mode_falls_back_and_is_remembered() -> None:
    """json_schema → tools → json upon 400s that name the mode, once per client."""
    async with StubServer(NO_FORMAT, NO_TOOLS, says(GOOD)) as stub, _model(stub) as model:
        await model.ask(question())
        await model.ask(question())
        assert model.info.mode == "json"
    kinds = [sorted({"response_format", "tools"} & request.json.keys()) for request in stub.requests]
    assert kinds == [["response_format"], ["tools"], ["response_format"], ["response_format"]]
    assert stub.requests[-1].json["response_format"] == {"type": "json_object"}
    assert '"name"' in stub.requests[-1].json["messages"][0]["content"], "json mode puts the schema into the prompt"


async def test_a_mode_that_was_asked_for_is_kept() -> None:
    """An explicit mode is never exchanged behind the user's back."""
    async with StubServer(NO_FORMAT) as stub, _model(stub, mode="json_schema") as model:
        with pytest.raises(ArticleRefusedError, match="response_format"):
            await model.ask(question())
    assert len(stub.requests) == 1


@pytest.mark.parametrize(
    ("message", "gone", "there"),
    [
        (
            "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
            "max_tokens",
            "max_completion_tokens",
        ),
        ("Unsupported value: 'temperature' does not support 0.0 with this model.", "temperature", "seed"),
        ("Extra inputs are not permitted: seed", "seed", "temperature"),
    ],
)
async def test_refused_parameters_are_learned(message: str, gone: str, there: str) -> None:
    """A parameter that the endpoint names in a 400 is left out from then on, without falling back in mode."""
    async with StubServer(status(400, message), says(GOOD)) as stub, _model(stub) as model:
        await model.ask(question())
        await model.ask(question())
    assert len(stub.requests) == 3
    for request in stub.requests[1:]:
        assert gone not in request.json
        assert there in request.json
        assert request.json["response_format"]["type"] == "json_schema"
    assert model.info.settings == ({} if gone == "max_tokens" else {"without": gone}), "provenance says so"


async def test_a_server_that_contradicts_itself_is_not_followed_for_ever() -> None:
    """Learning is bounded, whatever a server claims about its parameters."""
    moods = status(400, "use max_tokens, not max_completion_tokens, nor temperature, seed, response_format or tools")
    async with StubServer(moods) as stub, _model(stub) as model:
        with pytest.raises(ArticleRefusedError):
            await model.ask(question())
    assert len(stub.requests) <= 7


async def test_concurrent_articles_learn_together() -> None:
    """Many articles that meet the same refusal at once all end well, each with one extra request at most."""
    stub = StubServer(*[NO_FORMAT] * 8, says(GOOD))
    async with stub, _model(stub) as model:
        answers = await asyncio.gather(*[model.ask(question(str(i))) for i in range(8)])
    assert {answer.reply.name for answer in answers} == {"Ada"}
    assert len(stub.requests) == 16
    assert model.info.mode == "tools"


async def test_usage_counts_every_attempt() -> None:
    """Failed, invalid and good attempts add up; a 500 costs no tokens."""
    async with StubServer(status(500), says(WRONG), says(GOOD)) as stub, _model(stub) as model:
        usage = (await model.ask(question())).usage
    assert (usage.requests, usage.re_asks) == (3, 1)
    assert (usage.tokens_in, usage.tokens_cached, usage.tokens_out, usage.tokens_reasoning) == (1800, 1200, 200, 20)
    assert usage.cost_usd is None, "a local server's price is unknown"
    assert usage.seconds > 0


@pytest.mark.parametrize("fault", ["reset", "silent", "truncated JSON", "502 web page"])
async def test_what_a_broken_attempt_cost_stays_unknown(fault: str) -> None:
    """After an attempt that may have been billed, the sum is unknown, not the part that is known."""
    stub = StubServer(FAULTS[fault](), says(GOOD))
    async with stub, _model(stub, limits=replace(FAST, timeout=0.3)) as model:
        usage = (await model.ask(question())).usage
    assert usage.requests == 2
    assert (usage.tokens_in, usage.tokens_out, usage.cost_usd) == (None, None, None)


async def test_a_server_without_usage_is_unknown_and_an_embedded_model_is_free() -> None:
    """No usage in the reply: unknown, never 0. A model in this process costs 0.0."""
    async with StubServer(says(GOOD, usage=None)) as stub, _model(stub) as model:
        assert (await model.ask(question())).usage.tokens_in is None
    async with StubServer(says(GOOD)) as stub, _model(stub, free=True) as model:
        assert (await model.ask(question())).usage.cost_usd == 0.0


async def test_the_token_budget_stops_further_requests() -> None:
    """Once the budget is spent there is no re-ask and no retry; the cost is still reported."""
    async with StubServer(says(WRONG)) as stub, _model(stub, limits=replace(FAST, token_budget=1000)) as model:
        with pytest.raises(InvalidReplyError):
            await model.ask(question())
    assert len(stub.requests) == 1
    silent = StubServer(says("x" * 8000, usage=None))
    async with silent as stub, _model(stub, limits=replace(FAST, token_budget=2000)) as model:
        with pytest.raises(InvalidReplyError):
            await model.ask(question())
    assert len(stub.requests) == 1, "tokens that a server does not report are estimated from the bytes"
    async with StubServer(FAULTS["reset"]()) as stub, _model(stub, limits=replace(FAST, token_budget=100)) as model:
        with pytest.raises(TransientError, match="token budget"):
            await model.ask(question("y" * 1000))
    assert len(stub.requests) == 1


async def test_requests_in_flight_are_bounded() -> None:
    """Twelve articles with concurrency 3 are three requests at a time."""
    async with StubServer(says(GOOD, delay=0.05)) as stub, _model(stub, limits=replace(FAST, concurrency=3)) as model:
        await asyncio.gather(*[model.ask(question(str(i))) for i in range(12)])
    assert stub.peak == 3


async def test_waiting_to_retry_holds_no_slot() -> None:
    """While one article waits out a Retry-After, the only slot serves the others."""
    stub = StubServer(status(429, headers={"Retry-After": "0.5"}), says(GOOD))
    async with stub, _model(stub, limits=replace(FAST, concurrency=1)) as model:
        waiting = asyncio.create_task(model.ask(question("first")))
        await asyncio.sleep(0.1)
        started = time.monotonic()
        await asyncio.gather(*[model.ask(question(str(i))) for i in range(5)])
        assert time.monotonic() - started < 0.3
        assert not waiting.done()
        assert (await waiting).usage.requests == 2


async def test_a_long_retry_after_hands_the_article_back() -> None:
    """A wait beyond the deadline is not begun; the error carries it for whoever keeps the queue."""
    async with StubServer(status(429, headers={"Retry-After": "600"})) as stub, _model(stub) as model:
        started = time.monotonic()
        with pytest.raises(TransientError) as caught:
            await model.ask(question())
    assert caught.value.retry_after == 600
    assert caught.value.retryable
    assert time.monotonic() - started < 1


async def test_a_deadline_in_the_past_costs_nothing() -> None:
    """A question that is already late is never sent."""
    async with StubServer(says(GOOD)) as stub, _model(stub) as model:
        with pytest.raises(DeadlineError) as caught:
            await model.ask(question(deadline=asyncio.get_running_loop().time() - 1))
    assert stub.requests == []
    assert caught.value.usage is not None
    assert caught.value.usage.requests == 0


async def test_cancelling_a_question_cancels_it() -> None:
    """Ctrl-C reaches the caller as a cancellation, not as an error of ours."""
    async with StubServer(FAULTS["silent"]()) as stub, _model(stub) as model:
        asking = asyncio.create_task(model.ask(question()))
        await asyncio.sleep(0.2)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking


async def test_a_system_message_is_made_where_json_mode_needs_one() -> None:
    """A prompt without a system message still tells the model the schema in json mode."""
    async with StubServer(says(GOOD)) as stub, _model(stub, mode="json") as model:
        await model.ask(Ask([Message("user", "Who?")], Small))
    first, second = stub.requests[0].json["messages"]
    assert first["role"] == "system"
    assert '"additionalProperties":false' in first["content"]
    assert second == {"role": "user", "content": "Who?"}


async def test_an_object_for_tool_arguments_is_read_too() -> None:
    """Some servers send a tool call's arguments as an object instead of a string."""
    call = {"function": {"name": "Small", "arguments": json.loads(GOOD)}}
    async with StubServer(says(None, tool_calls=[call])) as stub, _model(stub, mode="tools") as model:
        assert (await model.ask(question())).reply.name == "Ada"


async def test_closing_twice_is_harmless() -> None:
    """The method may be called again, and before the first question."""
    model = OpenAIModel("m", base_url="http://127.0.0.1:1/v1")
    await model.aclose()
    await model.aclose()


@pytest.mark.parametrize("say", [says, calls])
async def test_an_invalid_reply_of_nine_megabytes_is_not_sent_back_whole(say: Callable[[str], Behaviour]) -> None:
    """A re-ask repeats at most 40,000 characters of what it answers, wherever the model put them."""
    async with StubServer(say("x" * 9_000_000), says(GOOD)) as stub, _model(stub, mode="tools") as model:
        await model.ask(question())
    assert 40_000 < len(stub.requests[1].body) < 50_000


async def test_a_long_complaint_teaches_nothing() -> None:
    """A 422 that repeats the whole request names every parameter, so none of them is given up for it."""
    detail = "unexpected field in " + json.dumps({"temperature": 0, "seed": 7, "response_format": {}, "pad": "x" * 600})
    async with StubServer(status(422, detail)) as stub, _model(stub) as model:
        with pytest.raises(ArticleRefusedError):
            await model.ask(question())
        assert model.info.settings == {}
    assert len(stub.requests) == 1


async def test_a_body_beyond_the_cap_is_not_read() -> None:
    """A plain reply longer than the cap is dropped as a transient failure."""
    stub = StubServer(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n" + b" " * 11_000_000, then="close"))
    async with stub, _model(stub) as model:
        with pytest.raises(TransientError, match="longer than 10,000,000 bytes"):
            await model.ask(question())

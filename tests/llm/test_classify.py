"""Every failure has one class, and a new exception of the SDK fails a test instead of a run."""

from __future__ import annotations

import socket
import ssl

import aiohttp
import httpx2
import openai
import pytest

from extractor.errors import (
    ArticleRefusedError,
    ArticleTooLargeError,
    ModelError,
    ProviderRefusedError,
    TransientError,
    TruncatedReplyError,
)
from extractor.llm.classify import KINDS, ReplyTooLongError, Where, by_status, classify

WHERE = Where("gpt", "host:1", "sk-secret")
REQUEST = httpx2.Request("POST", "https://host/v1")


def _exported(module: object) -> dict[str, type[Exception]]:
    return {
        name: value
        for name, value in vars(module).items()
        # `type(…) is type`, because isinstance would wake the lazy clients that openai keeps at its top.
        if type(value) is type and issubclass(value, Exception) and not issubclass(value, Warning)
    }


EXPORTED = _exported(openai) | _exported(openai._exceptions) | _exported(httpx2) | _exported(aiohttp)


def _instance(cls: type[Exception]) -> Exception:
    """Make an exception without its constructor, whose arguments differ from class to class."""
    # aiohttp's say in words what their constructors were given.
    wordless: type[Exception] = type(cls.__name__, (cls,), {"__str__": Exception.__str__})
    exc = wordless.__new__(wordless)
    exc.args = ("what it says",)
    exc.__dict__["response"] = httpx2.Response(500, request=REQUEST, text="oops")
    return exc


def test_every_exported_exception_is_mapped() -> None:
    """Each exception class that openai, httpx2 and aiohttp export has an entry of its own in KINDS."""
    assert len(EXPORTED) > 40
    assert sorted(EXPORTED.keys() - KINDS.keys()) == []


def test_nothing_is_mapped_that_no_longer_exists() -> None:
    """KINDS names no class that the SDKs have dropped."""
    assert sorted(KINDS.keys() - EXPORTED.keys()) == ["ReplyTooLongError"]


@pytest.mark.parametrize("name", sorted(EXPORTED))
def test_every_exported_exception_becomes_one_of_ours(name: str) -> None:
    """An instance of each class becomes a ModelError that names the model and the endpoint."""
    failure = classify(_instance(EXPORTED[name]), WHERE)
    assert isinstance(failure.error, ModelError)
    assert "'gpt' at host:1" in str(failure.error)


def test_a_bug_of_ours_stays_a_bug() -> None:
    """An exception that no endpoint can cause is not dressed up as one."""
    with pytest.raises(ZeroDivisionError):
        classify(ZeroDivisionError("ours"), WHERE)


STATUSES: list[tuple[int, str, type[ModelError]]] = [
    (301, "", ProviderRefusedError),
    (307, "", ProviderRefusedError),
    (400, "Invalid value", ArticleRefusedError),
    (400, "This model's maximum context length is 8192 tokens", ArticleTooLargeError),
    (400, "prompt is too long: 210000 tokens > 200000 maximum", ArticleTooLargeError),
    (400, "The input token count (1200000) exceeds the maximum number of tokens allowed", ArticleTooLargeError),
    (
        400,
        "The response was filtered due to Azure OpenAI's content management policy content_filter",
        ArticleRefusedError,
    ),
    (400, "API key not valid. Please pass a valid API key.", ProviderRefusedError),
    (400, "The model `gpt-9` does not exist", ProviderRefusedError),
    (401, "Incorrect API key provided", ProviderRefusedError),
    (402, "Payment required", ProviderRefusedError),
    (403, "Country not supported", ProviderRefusedError),
    (404, "The model `gpt-9` does not exist", ProviderRefusedError),
    (405, "", ProviderRefusedError),
    (408, "", TransientError),
    (409, "", TransientError),
    (413, "", ArticleTooLargeError),
    (418, "", ArticleRefusedError),
    (422, "", ArticleRefusedError),
    (425, "", TransientError),
    (429, "Rate limit reached", TransientError),
    (429, "You exceeded your current quota insufficient_quota", ProviderRefusedError),
    (429, "billing_hard_limit_reached", ProviderRefusedError),
    (500, "oops", TransientError),
    (500, "the request exceeds the available context size, context_length_exceeded", ArticleTooLargeError),
    (501, "", TransientError),
    (503, "Loading model", TransientError),
    (529, "Overloaded", TransientError),
    (599, "", TransientError),
]


@pytest.mark.parametrize(("status", "said", "expected"), STATUSES)
def test_what_a_status_means(status: int, said: str, expected: type[ModelError]) -> None:
    """Status and words decide the class; the message is one line with both, the hint is never empty."""
    error = by_status(status, said, {}, WHERE).error
    assert type(error) is expected
    assert f"({status})" in str(error)
    assert said[:100] in str(error)
    assert error.hint


def test_sdk_status_errors_keep_the_servers_words_and_retry_after() -> None:
    """Code, parameter and message of OpenAI's error object are read, and so is Retry-After."""
    response = httpx2.Response(429, request=REQUEST, headers={"Retry-After": "7"})
    body = {"message": "Too many", "code": "rate_limit_exceeded", "param": "x"}
    failure = classify(openai.RateLimitError("m", response=response, body=body), WHERE)
    assert isinstance(failure.error, TransientError)
    assert failure.error.retry_after == 7
    assert failure.said == "too many rate_limit_exceeded x"
    assert not failure.billable


def _caused(outer: Exception, *causes: Exception) -> Exception:
    link = outer
    for cause in causes:
        link.__cause__ = cause
        link = cause
    return outer


CONNECTION: list[tuple[Exception, str, bool]] = [
    (ConnectionRefusedError(), "nothing listens there", False),
    (socket.gaierror(-2, "Name or service not known"), "cannot be resolved", False),
    (ssl.SSLCertVerificationError(1, "self-signed"), "no secure connection", False),
    (httpx2.ReadTimeout("x"), "broke", True),
    (TimeoutError(), "no reply in time", True),
    (ConnectionResetError(), "ConnectionResetError", True),
]


@pytest.mark.parametrize(("cause", "said", "sent"), CONNECTION)
def test_connection_errors_name_their_innermost_cause(cause: Exception, said: str, sent: bool) -> None:
    """The message tells what happened at the bottom, and only a request that left may have cost something."""
    connect = httpx2.ConnectError("x") if not sent else httpx2.ReadError("x")
    failure = classify(_caused(openai.APIConnectionError(request=REQUEST), connect, cause), WHERE)
    assert isinstance(failure.error, TransientError)
    assert said in str(failure.error)
    assert (failure.sent, failure.billable) == (sent, sent)


def test_our_own_time_out_is_transient() -> None:
    """The time-out of asyncio around one attempt counts as no reply in time."""
    assert "no reply in time" in str(classify(TimeoutError(), WHERE).error)


def test_special_ends() -> None:
    """A body that is too long, the SDK's length error and its filter error have classes of their own."""
    long = classify(
        _caused(openai.APIConnectionError(request=REQUEST), ReplyTooLongError("longer than 5 bytes")), WHERE
    )
    assert "longer than 5 bytes" in str(long.error)
    assert isinstance(classify(_instance(openai.LengthFinishReasonError), WHERE).error, TruncatedReplyError)
    assert isinstance(classify(_instance(openai.ContentFilterFinishReasonError), WHERE).error, ArticleRefusedError)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\nb\r\n\tc", "a b c"),
        ("\x1b[31mred\x1b[0m\x07", "[31mred [0m"),
        ("key sk-secret!", "key [key]!"),
        ("x" * 300, "x" * 199 + "…"),
        ("\u202eevil\u200b", "evil"),
    ],
)
def test_foreign_text_is_made_one_harmless_line(text: str, clean: str) -> None:
    """Control characters, direction marks, the key and excess length never reach a message."""
    assert WHERE.clean(text) == clean
    assert "sk-secret" not in repr(WHERE)

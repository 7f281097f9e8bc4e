"""The lean lane: ready bytes out, raw bytes in, one validation of the reply text.

A request takes the direct wire (``wire.py``). Where a proxy of the environment applies, or a test brings a transport,
it goes through ``AsyncOpenAI.post(content=…)``, the SDK's public low-level method, on its aiohttp backend: that keeps
authentication, time-outs and error classes and skips request transforms and response models. Either way response
bodies are bounded before and after decompression, redirects are not followed, and proxies are not used for loopback.

This module imports the SDK at the top; the client imports it at the first question.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import httpx2
import openai
from pydantic import BaseModel, ValidationError

from extractor.errors import ArticleRefusedError, TransientError, TruncatedReplyError
from extractor.llm.classify import Failure, ReplyTooLongError, Where, by_status
from extractor.llm.parse import parse_reply
from extractor.llm.usage import Tokens, read_tokens

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping

    from extractor.llm.endpoint import Endpoint
    from extractor.llm.form import WireMessage
    from extractor.llm.retry import Limits

R = TypeVar("R", bound=BaseModel)

CONNECT = 10.0
"""Seconds to a connection: a host that swallows packets must not eat the time that a slow model may take."""

_ERROR_STATUS = range(300, 600)

TELLING = 16
"""Characters from which a key is blacked out of replies too; shorter ones ("ollama", "EMPTY") may be plain words."""

_NO_KEY = "none"
"""Stands in the Authorization header of servers that want no key; the SDK insists on one."""


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[dict[str, Any]] | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Envelope(BaseModel):
    """The parts of a chat completion that are read; everything else is skipped by the JSON parser."""

    choices: list[_Choice] = []
    usage: Any = None
    error: Any = None


@dataclass(frozen=True, slots=True)
class Completion:
    """What the model said."""

    raw: str
    """The reply text: the message's content, or the arguments of its tool call."""
    message: WireMessage
    """The message itself, as a re-ask repeats it."""
    finish: str | None
    tokens: Tokens


def open_client(endpoint: Endpoint, limits: Limits, http_client: httpx2.AsyncClient | None) -> openai.AsyncOpenAI:
    """Return the one SDK client of a model; ``http_client`` replaces its transport in tests."""
    if http_client is None:
        in_flight = httpx2.Limits(max_connections=limits.concurrency, max_keepalive_connections=limits.concurrency)
        http_client = openai.DefaultAioHttpClient(
            limits=in_flight, follow_redirects=False, trust_env=not endpoint.loopback
        )
    hooks = http_client.event_hooks
    http_client.event_hooks = hooks | {"response": [*hooks["response"], _guard(limits.reply_bytes, endpoint.key)]}
    return openai.AsyncOpenAI(
        base_url=endpoint.base_url,
        api_key=endpoint.key or _NO_KEY,
        max_retries=0,
        timeout=httpx2.Timeout(limits.timeout, connect=min(CONNECT, limits.timeout)),
        http_client=http_client,
    )


async def post(client: openai.AsyncOpenAI, body: bytes) -> tuple[bytes, httpx2.Headers]:
    """Send ``body`` and return body and headers of a 2xx answer; every other end is an exception of the SDK.

    A server that echoes the key gets it blacked out here, so that no reply, re-ask or debug log can hold it.
    """
    response = await client.post(
        "/chat/completions",
        content=body,
        cast_to=httpx2.Response,
        options={
            "headers": {"Content-Type": "application/json", "Accept-Encoding": "identity"},
            "security": {"bearer_auth": True},
            "follow_redirects": False,
        },
    )
    if len(client.api_key) >= TELLING:
        return response.content.replace(client.api_key.encode(), b"[key]"), response.headers
    return response.content, response.headers


def read(body: bytes, where: Where) -> Completion | Failure:
    """Return what a 2xx ``body`` says, or the failure it hides: a web page, an error object, no choice at all."""
    try:
        envelope = _Envelope.model_validate_json(body)
    except ValidationError:
        envelope = _Envelope()
    tokens = read_tokens(envelope.usage)
    if envelope.choices:
        choice = envelope.choices[0]
        raw, message = _spoken(choice.message)
        return Completion(raw, message, choice.finish_reason, tokens)
    if isinstance(envelope.error, dict):
        code, message_text = envelope.error.get("code"), str(envelope.error.get("message") or "")
        status = code if type(code) is int and code in _ERROR_STATUS else 500
        return by_status(status, f"{message_text} {code or ''}".strip(), {}, where)
    start = body[:200].decode("utf-8", "replace").strip()
    what = "a web page" if start.startswith("<") else "an empty body" if not start else "other data"
    hint = "check --base-url: it usually ends in /v1"
    return Failure(TransientError(f"{where}: answered {what} instead of a chat completion", hint=hint))


def _spoken(message: _Message) -> tuple[str, WireMessage]:
    calls = message.tool_calls or []
    function = calls[0].get("function") if calls else None
    if isinstance(function, dict) and function.get("arguments"):
        arguments = function["arguments"]
        # Some servers send the arguments as an object where OpenAI sends a string.
        raw = arguments if isinstance(arguments, str) else json.dumps(arguments)
        call = {"id": str(calls[0].get("id") or "call_0"), "type": "function"}
        call["function"] = {"name": str(function.get("name") or ""), "arguments": raw}  # type: ignore[assignment]  # JSON
        return raw, {"role": "assistant", "content": message.content, "tool_calls": [call]}
    raw = message.content or ""
    return raw, {"role": "assistant", "content": raw, "refusal": message.refusal}


def reply_from(completion: Completion, reply: type[R], where: Where) -> R:
    """Return the validated reply of ``completion``.

    Raises:
        ArticleRefusedError: The model refused, or the content filter stopped it.
        TruncatedReplyError: It hit the token cap; even a reply that validates is not trusted to be complete.
        InvalidReplyError: It does not fit ``reply``.
    """
    require_whole(completion, where)
    return parse_reply(completion.raw, reply, where)


def require_whole(completion: Completion, where: Where) -> None:
    """Raise what :func:`reply_from` raises for a reply that was refused or cut off, whatever its type."""
    if completion.finish == "content_filter":
        raise ArticleRefusedError(f"{where}: the provider's content filter stopped the reply")
    if completion.message.get("refusal"):
        raise ArticleRefusedError(
            f"{where}: the model refused: {where.clean(completion.message['refusal'])}", hint="try another --model"
        )
    if completion.finish == "length":
        raise TruncatedReplyError(f"{where}: the reply hit the token cap")


async def bounded(chunks: AsyncIterable[bytes], limit: int, *, zipped: bool) -> AsyncIterator[bytes]:
    """Yield ``chunks``, decompressed where they are ``zipped``.

    Raises:
        ReplyTooLongError: They hold more than ``limit`` bytes, counted decompressed.
        httpx2.DecodingError: They are no gzip or zlib data.
    """
    total = 0
    unzip = zlib.decompressobj(wbits=47) if zipped else None  # 47: gzip or zlib, told by its header
    async for chunk in chunks:
        data = chunk
        if unzip:
            try:
                data = unzip.decompress(chunk, limit - total + 1)
            except zlib.error as exc:
                raise httpx2.DecodingError(str(exc)) from exc
        total += len(data)
        if total > limit:
            raise ReplyTooLongError(f"longer than {limit:,} bytes")
        yield data


def is_zipped(headers: Mapping[str, str]) -> bool:
    """Return whether the body of an answer is compressed.

    Raises:
        httpx2.DecodingError: In a way that was not asked for and cannot be bounded.
    """
    encoding = headers.get("content-encoding", "identity").lower()
    if encoding not in ("identity", "gzip", "deflate"):
        raise httpx2.DecodingError(f"content encoding {encoding!r} was not asked for")
    return encoding != "identity"


class _Bounded(httpx2.AsyncByteStream):
    """A response stream of the SDK that is :func:`bounded`."""

    def __init__(self, inner: httpx2.AsyncByteStream, limit: int, *, zipped: bool) -> None:
        self._inner, self._limit, self._zipped = inner, limit, zipped

    def __aiter__(self) -> AsyncIterator[bytes]:
        return bounded(self._inner, self._limit, zipped=self._zipped)

    async def aclose(self) -> None:
        await self._inner.aclose()


def _guard(limit: int, key: str) -> Callable[[httpx2.Response], Awaitable[None]]:
    """Return a response hook that bounds the body and blacks the key out of headers, which the SDK logs."""

    async def hook(response: httpx2.Response) -> None:
        if key:
            for name, value in response.headers.multi_items():
                if key in value:
                    response.headers[name] = value.replace(key, "[key]")
        zipped = is_zipped(response.headers)
        if zipped:
            del response.headers["content-encoding"]
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _Bounded(response.stream, limit, zipped=zipped)

    return hook

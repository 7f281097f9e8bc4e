"""A real OpenAI-compatible chat server on 127.0.0.1, and every way in which such a server can go wrong.

A *behaviour* takes one request and writes whatever it wants to the socket: :func:`says` answers a chat completion,
:func:`status` an HTTP error, and :data:`FAULTS` names the rest, from a silent socket to a gzip bomb. The stub plays its
behaviours in order and repeats the last one, counts the requests that reached it and keeps their bodies.

    async with StubServer(says('{"events": []}')) as stub:
        ... OpenAIModel("m", base_url=stub.base_url) ...

``with serving(StubServer(...)) as stub`` runs it in a thread, for commands and child processes.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gzip
import json
import socket
import struct
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

USAGE = {
    "prompt_tokens": 900,
    "completion_tokens": 100,
    "prompt_tokens_details": {"cached_tokens": 600},
    "completion_tokens_details": {"reasoning_tokens": 10},
}


@dataclass(frozen=True)
class Request:
    """One request as it arrived."""

    line: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The parsed body."""
        return json.loads(self.body)


if TYPE_CHECKING:
    Behaviour = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


def http(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> bytes:
    """Return a whole HTTP/1.1 response; ``headers`` replace the usual ones of the same name."""
    fields = {"Content-Type": "application/json", "Content-Length": str(len(body))} | dict(headers or {})
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Stub\r\n{lines}\r\n".encode() + body


def raw(*parts: bytes, pause: float = 0.0, then: str = "keep") -> Behaviour:
    """Write ``parts`` with a ``pause`` between them, then ``keep``, ``close`` or ``hang`` the connection."""

    async def behave(_: Request, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
        if then == "close":
            writer.close()
        elif then == "hang":
            await asyncio.sleep(3600)

    return behave


def completion(content: str | None, *, finish: str = "stop", usage: Any = USAGE, **message: Any) -> bytes:
    """Return the body of a chat completion."""
    choice = {"index": 0, "message": {"role": "assistant", "content": content, **message}, "finish_reason": finish}
    body = {"id": "stub", "object": "chat.completion", "created": 1, "model": "stub", "choices": [choice]}
    return json.dumps(body | ({} if usage is None else {"usage": usage})).encode()


def says(content: str | None, *, delay: float = 0.0, headers: Mapping[str, str] | None = None, **how: Any) -> Behaviour:
    """Answer a chat completion with ``content`` after ``delay`` seconds; see :func:`completion` for ``how``."""
    answer = raw(http(200, completion(content, **how), headers))

    async def behave(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(delay)
        await answer(request, writer)

    return behave


def calls(arguments: str, **how: Any) -> Behaviour:
    """Answer with one tool call."""
    call = {"id": "call_1", "type": "function", "function": {"name": "Reply", "arguments": arguments}}
    return says(None, finish="tool_calls", tool_calls=[call], **how)


def status(code: int, message: str = "stub", /, *, headers: Mapping[str, str] | None = None, **error: Any) -> Behaviour:
    """Answer HTTP ``code`` with OpenAI's error object."""
    return raw(http(code, json.dumps({"error": {"message": message, **error}}).encode(), headers))


def allows(rate: float, burst: float, served: Behaviour, headers: Mapping[str, str] | None = None) -> Behaviour:
    """Play ``served`` for ``rate`` requests per second, ``burst`` at once after a rest; answer 429 to the others."""
    refused = status(429, "slow down", headers={"Retry-After": "1"} | dict(headers or {}))
    left, then = burst, 0.0

    async def behave(request: Request, writer: asyncio.StreamWriter) -> None:
        nonlocal left, then
        now = asyncio.get_running_loop().time()
        left, then = min(burst, left + (now - then) * rate), now
        left -= (taken := left >= 1)
        await (served if taken else refused)(request, writer)

    return behave


async def _reset(_: Request, writer: asyncio.StreamWriter) -> None:
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _endless(_: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunk = b" " * 65536
    while not writer.is_closing():
        writer.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        await writer.drain()


async def _half_close(_: Request, writer: asyncio.StreamWriter) -> None:
    whole = http(200, completion("{}"))
    writer.write(whole[: len(whole) // 2])
    await writer.drain()
    writer.write_eof()
    await asyncio.sleep(3600)


async def _redirect(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(http(307, b"", {"Location": f"http://{request.headers['host']}/v1/chat/completions"}))


def _retry_after(value: str) -> Behaviour:
    return status(429, "slow down", headers={"Retry-After": value})


def _in(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@functools.cache
def _gzip_bomb() -> bytes:
    return gzip.compress(b" " * 100_000_000, 1)


FAULTS: dict[str, Callable[[], Behaviour]] = {
    "reset": lambda: _reset,
    "silent": lambda: raw(then="hang"),
    "closes": lambda: raw(then="close"),
    "dribbles its headers": lambda: raw(*[b"HTTP/1.1 200 OK\r\n"] + [b"X: y\r\n"] * 9_999, pause=0.05),
    "dribbles its body": lambda: raw(
        *[b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"] + [b" "] * 9_999, pause=0.05
    ),
    "closes one half": lambda: _half_close,
    "garbage": lambda: raw(bytes(range(256)) * 4, then="close"),
    "web page": lambda: raw(http(200, b"<!doctype html><title>Sign in</title>", {"Content-Type": "text/html"})),
    "empty": lambda: raw(http(200, b"")),
    "no content": lambda: raw(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "truncated JSON": lambda: raw(http(200, completion("{}")[:-20])),
    "short body": lambda: raw(http(200, completion("{}"), {"Content-Length": "99999"}), then="close"),
    "not JSON": lambda: raw(http(200, b"\xff\xfe\x00 upstream timed out")),
    "another JSON": lambda: raw(http(200, b'{"choices": [{"message": "hello"}]}')),
    "no choices": lambda: raw(http(200, b'{"choices": []}')),
    "deep JSON": lambda: raw(http(200, b'{"choices":' + b"[" * 100_000)),
    "gzip bomb": lambda: raw(http(200, _gzip_bomb(), {"Content-Encoding": "gzip"})),
    "gzip bomb in an error": lambda: raw(http(500, _gzip_bomb(), {"Content-Encoding": "gzip"})),
    "broken gzip": lambda: raw(http(200, b"\x1f\x8b" + b"\x00" * 50, {"Content-Encoding": "gzip"})),
    "unknown encoding": lambda: raw(http(200, b"\x01\x02", {"Content-Encoding": "x-squeeze"})),
    "endless chunks": lambda: _endless,
    "bad chunks": lambda: raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n", then="close"),
    "huge headers": lambda: raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n", then="close"),
    "redirect loop": lambda: _redirect,
    "429 Retry-After 0": lambda: _retry_after("0"),
    "429 Retry-After -1": lambda: _retry_after("-1"),
    "429 Retry-After 600": lambda: _retry_after("600"),
    "429 Retry-After 1e400": lambda: _retry_after("1e400"),
    "429 Retry-After date": lambda: _retry_after(_in(600)),
    "429 Retry-After past date": lambda: _retry_after("Sun, 06 Nov 1994 08:49:37 GMT"),
    "429 Retry-After nan": lambda: _retry_after("nan"),
    "429 Retry-After words": lambda: _retry_after("soon"),
    "500": lambda: status(500),
    "502 web page": lambda: raw(http(502, b"<html><h1>Bad Gateway</h1></html>", {"Content-Type": "text/html"})),
    "503": lambda: status(503, "Loading model"),
    "529": lambda: status(529, "Overloaded"),
    "error in a 200": lambda: raw(http(200, b'{"error": {"message": "upstream is down", "code": 502}}')),
}
"""Kinds of fault at the wire, each made afresh by its factory. A refused connection is a port nobody listens on."""


@dataclass
class StubServer:
    """A chat server that plays ``behaviours`` in order, the last one for ever."""

    behaviours: tuple[Behaviour, ...]
    requests: list[Request] = field(default_factory=list)
    in_flight: int = 0
    peak: int = 0
    """Most requests that were ever open at once."""
    _server: asyncio.Server | None = None
    _connections: set[asyncio.Task[None]] = field(default_factory=set)

    def __init__(self, *behaviours: Behaviour) -> None:
        self.behaviours = behaviours or (says("{}"),)
        self.requests, self._connections = [], set()

    @property
    def base_url(self) -> str:
        """The URL to give a client."""
        assert self._server is not None, "the stub serves only inside its `with`"
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=2**26)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while not writer.is_closing():
                await self._serve(await _read(reader), writer)
        writer.close()

    async def _serve(self, request: Request, writer: asyncio.StreamWriter) -> None:
        behaviour = self.behaviours[min(len(self.requests), len(self.behaviours) - 1)]
        self.requests.append(request)
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            await behaviour(request, writer)
            await writer.drain()
        finally:
            self.in_flight -= 1


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (text.partition(":") for text in lines)}
    return Request(line, headers, await reader.readexactly(int(headers.get("content-length", 0))))


@contextlib.contextmanager
def serving(stub: StubServer) -> Iterator[StubServer]:
    """Run ``stub`` in a thread of its own while the block lasts."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(stub.__aenter__(), loop).result(10)
        yield stub
        asyncio.run_coroutine_threadsafe(stub.__aexit__(), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()

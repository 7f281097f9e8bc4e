"""A chat server on loopback that answers every request with the same reply after the same time; in its own process.

It reads no JSON and makes none, so that on two cores it leaves one to whoever is measured. What it says is a reply of
three events, or, below ``/lx/``, the same in the form that langextract asks for.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

EVENT = {
    "sentences": [1, 2], "type": "peaceful_protest", "status": "actual", "standing": "main",
    "when": "on Sunday", "place": "Lagos", "country": None,
    "speakers": [{"name": None, "stance": "narrated"}],
    "actors": [{"name": "dock workers", "role": "initiator", "sector": "LAB", "involvement": "stated"}],
    "counts": [{"measure": "participants", "who": "all", "words": "Hundreds", "source": None}],
    "summary": "Hundreds of dock workers marched to the port authority over unpaid wages.",
}  # fmt: skip
REPLY = json.dumps({"published": None, "events": [EVENT] * 3})
_LANGEXTRACT = json.dumps(
    {"extractions": [{"event": "dock workers", "event_attributes": {"type": "protest"}} for _ in range(3)]}
)


def _response(content: str) -> bytes:
    message = {"role": "assistant", "content": content, "refusal": None}
    body = {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "usage": {"prompt_tokens": 1400, "completion_tokens": 190, "total_tokens": 1590},
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
    }
    said = json.dumps(body).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(said), said)


class _Serving(asyncio.Protocol):
    delay = 0.0
    usual, langextract = _response(REPLY), _response(_LANGEXTRACT)

    def connection_made(self, transport: Any) -> None:
        self.transport, self.buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = self.buffer[:end].lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if len(self.buffer) - end - 4 >= int(length or 0):
            answer = self.langextract if b"/lx/" in self.buffer[:100] else self.usual
            self.buffer = b""
            asyncio.get_running_loop().call_later(self.delay, self._answer, answer)

    def _answer(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)


def _serve(pipe: Connection, delay: float) -> None:
    async def run() -> None:
        _Serving.delay = delay
        server = await asyncio.get_running_loop().create_server(_Serving, "127.0.0.1", 0, backlog=1024)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@contextlib.contextmanager
def answering_after(delay: float) -> Iterator[str]:
    """Serve while the block runs, ``delay`` seconds an answer; yield the address up to the port."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    server = spawn.Process(target=_serve, args=(there, delay), daemon=True)
    server.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        server.terminate()
        server.join()

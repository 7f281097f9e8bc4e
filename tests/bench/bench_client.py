"""CPU per request of our client against a bare ``openai`` ``create`` call with the same body; prints the ratio.

``python tests/bench/bench_client.py [--requests N] [--rounds N]``. Bar: at most 0.5. All clients take turns in this
process, round after round, so that a busy machine hits each of them; the server runs in a child process, so that its
CPU is not counted. The median over the rounds is printed, with the spread.

What is compared: the same messages, response format and parameters in, the same reply out and validated by pydantic.
``create`` runs on the SDK's default transport, as a program that just calls it would, and once more on aiohttp.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import openai

from extractor.events.reply import Reply
from extractor.llm.boundary import Ask, Message
from extractor.llm.client import OpenAIModel
from extractor.llm.endpoint import Setup
from extractor.llm.form import prepare
from extractor.llm.retry import Limits

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from multiprocessing.connection import Connection

BAR = 0.5
IN_FLIGHT = 8
SYSTEM = "List the events of the numbered article as JSON that fits the schema. " * 30
SENTENCE = "Hundreds of dock workers marched to the port authority on Sunday; “we want our pay”, said one of them. "
REPLY = {
    "published": None,
    "events": [
        {
            "sentences": [1, 2], "type": "peaceful_protest", "status": "actual", "standing": "main",
            "when": "on Sunday", "place": "the port authority", "country": None,
            "speakers": [{"name": None, "stance": "narrated"}],
            "actors": [{"name": "dock workers", "role": "initiator", "sector": "LAB", "involvement": "stated"}],
            "counts": [{"measure": "participants", "who": "all", "words": "Hundreds", "source": None}],
            "summary": "Hundreds of dock workers marched to the port authority over unpaid wages.",
        }
    ] * 3,
}  # fmt: skip

SAID = {"role": "assistant", "content": json.dumps(REPLY)}


def _article(number: int) -> tuple[Message, ...]:
    text = f"[{number}] " + SENTENCE * 40
    return Message("system", SYSTEM), Message("user", text)


class _Server(asyncio.Protocol):
    """Answers every POST with the same bytes; kept alive."""

    body = json.dumps(
        {
            "id": "x",
            "object": "chat.completion",
            "created": 1,
            "model": "m",
            "usage": {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18},
            "choices": [{"index": 0, "finish_reason": "stop", "message": SAID}],
        }
    ).encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)

    def connection_made(self, transport: Any) -> None:
        self.transport, self.buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, gap, rest = self.buffer.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if gap and len(rest) >= int(length):
            self.buffer = rest[int(length) :]
            self.transport.write(self.answer)


def _serve(pipe: Connection) -> None:
    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(_Server, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def _cpu_ms(call: Callable[[tuple[Message, ...]], Awaitable[object]], requests: int) -> float:
    """Return the CPU milliseconds per request of ``requests`` calls, ``IN_FLIGHT`` at a time."""
    articles = iter([_article(number) for number in range(requests)])

    async def work() -> None:
        for messages in articles:
            await call(messages)

    started = time.process_time()
    await asyncio.gather(*[work() for _ in range(IN_FLIGHT)])
    return (time.process_time() - started) / requests * 1000


async def measure(port: int, requests: int, rounds: int) -> dict[str, list[float]]:
    """Return the CPU milliseconds per request of each client, one figure per round."""
    base_url = f"http://127.0.0.1:{port}/v1"
    body = json.loads(prepare(Reply, Ask((), Reply).parameters, Setup("json_schema", "bounded"), "m").body([]))
    del body["messages"]
    ours = OpenAIModel("m", base_url=base_url, limits=Limits(concurrency=IN_FLIGHT))
    plain = openai.AsyncOpenAI(base_url=base_url, api_key="x", max_retries=0)
    on_aiohttp = openai.AsyncOpenAI(
        base_url=base_url, api_key="x", max_retries=0, http_client=openai.DefaultAioHttpClient()
    )

    def create(client: openai.AsyncOpenAI) -> Callable[[tuple[Message, ...]], Awaitable[object]]:
        async def call(messages: tuple[Message, ...]) -> object:
            wire: Any = [{"role": m.role, "content": m.content} for m in messages]
            completion = await client.chat.completions.create(messages=wire, **body)
            return Reply.model_validate_json(completion.choices[0].message.content or "")

        return call

    contenders: dict[str, Callable[[tuple[Message, ...]], Awaitable[object]]] = {
        "ours": lambda messages: ours.ask(Ask(messages, Reply)),
        "openai create": create(plain),
        "openai create on aiohttp": create(on_aiohttp),
    }
    for call in contenders.values():
        await _cpu_ms(call, 50)
    figures: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, call in contenders.items():
            figures[name].append(await _cpu_ms(call, requests))
    await ours.aclose()
    await plain.close()
    await on_aiohttp.close()
    return figures


def main() -> int:
    """Measure, print, and return 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    here, there = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,), daemon=True)
    server.start()
    try:
        figures = asyncio.run(measure(here.recv(), options.requests, options.rounds))
    finally:
        server.terminate()
    for name, values in figures.items():
        print(
            f"{name:26} {statistics.median(values):6.2f} ms CPU per request  ({min(values):.2f} to {max(values):.2f})"
        )
    ratio = statistics.median(figures["ours"]) / statistics.median(figures["openai create"])
    print(f"ratio ours / openai create {ratio:6.2f}  (bar {BAR})")
    return int(ratio > BAR)


if __name__ == "__main__":
    sys.exit(main())

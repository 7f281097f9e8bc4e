"""What the HTTP service adds to the pipeline, and whether it stands two hundred clients.

::

    python tests/bench/bench_serve.py                  200 clients for 60 s
    python tests/bench/bench_serve.py --seconds 5      the short form

The server runs in a process of its own with a scripted model that answers at once, so what is timed is ours alone. The
pipeline without the server is timed beside it, request by request by turns. How long the run view of 10,000 events
takes to open in Chromium is printed by ``pytest -s -m browser tests/web/site``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import psutil

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from extractor.articles.read import article_from_text  # noqa: E402 - found through the line above
from extractor.pipeline import Extractor  # noqa: E402 - same
from extractor.prompts.registry import load  # noqa: E402 - same
from tests.bench.bench_extract import Figure  # noqa: E402 - same
from tests.bus_attack import REPLY, TEXT  # noqa: E402 - same
from tests.scripted import ScriptedModel  # noqa: E402 - same
from tests.web.service.running import TOKEN, running  # noqa: E402 - same

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENTS = 200
ROUNDS = 300
ADDED_MS = 10.0
FLAT = 1.1
"""Memory at the end as a share of that after a third."""
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
BODY = json.dumps({"text": TEXT, "published": "2024-03-06"})


def serve() -> None:
    """Be the server, until standard input ends."""
    with running(ScriptedModel(REPLY)) as service:
        print(service.port, flush=True)
        sys.stdin.read()


@contextlib.contextmanager
def server() -> Iterator[tuple[int, psutil.Process]]:
    """Run the server; yield its port and process."""
    command = [sys.executable, __file__, "--serve"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - this program
        assert process.stdout is not None
        yield int(process.stdout.readline()), psutil.Process(process.pid)
        process.communicate()


def added(port: int) -> Figure:
    """Time requests and the pipeline alone by turns; the figure is the difference of the medians."""
    extractor, connection = (
        Extractor(ScriptedModel(REPLY), load("events@v1")),
        http.client.HTTPConnection("127.0.0.1", port),
    )
    through, alone = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        connection.request("POST", "/v1/extractions", BODY, HEADERS)
        response = connection.getresponse()
        answer = response.read()
        through.append(time.perf_counter() - began)
        assert response.status == 200, answer
        began = time.perf_counter()
        asyncio.run(extractor.extract(article_from_text(TEXT)))
        alone.append(time.perf_counter() - began)
    whole, part = (statistics.median(each) * 1000 for each in (through, alone))
    return Figure(
        "added to the pipeline at the median", whole - part, "ms", ADDED_MS, f"{whole:.1f} against {part:.1f} ms"
    )


async def crowd(port: int, process: psutil.Process, seconds: float) -> list[Figure]:
    """Have two hundred clients ask one request after the other."""
    until, answers, errors = time.monotonic() + seconds, 0, 0
    memory: list[float] = []

    async def client(session: aiohttp.ClientSession) -> None:
        nonlocal answers, errors
        while time.monotonic() < until:
            async with session.post(f"http://127.0.0.1:{port}/v1/extractions", data=BODY, headers=HEADERS) as response:
                said: Any = await response.json()
                answers += 1
                errors += response.status != 200 or len(said["events"]) != 1

    async def look() -> None:
        await asyncio.sleep(seconds / 3)
        memory.append(process.memory_info().rss / 1e6)
        await asyncio.sleep(seconds * 2 / 3 - 0.2)
        memory.append(process.memory_info().rss / 1e6)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(look(), *(client(session) for _ in range(CLIENTS)))
    note = f"{answers} answers in {seconds:g} s, {answers / seconds:.0f} a second"
    return [
        Figure(f"errors with {CLIENTS} clients", errors, "errors", 1, note),
        Figure(
            "memory at the end / after a third",
            memory[1] / memory[0],
            "times",
            FLAT,
            f"{memory[0]:.0f} to {memory[1]:.0f} MB",
        ),
    ]


def main() -> int:
    """Measure, print, and return 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="that the clients ask for")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve()
        return 0
    print("ratio      measured")
    with server() as (port, process):
        figures = [added(port), *asyncio.run(crowd(port, process, given.seconds))]
    print(*figures, sep="\n")
    return int(any(figure.value > figure.bar for figure in figures))


if __name__ == "__main__":
    sys.exit(main())

"""What adaptive pacing makes of a server that allows 120 requests per second; prints shares and requests per success.

``python tests/bench/bench_pace.py [--articles N] [--allowed N]``. Bars: at least 0.90 of what is allowed once the limit
is found, at most 1.05 requests per success, nothing failed. Nobody tells the client the limit, 64 articles are in
flight at 50 ms, and a burst of one second is allowed after a rest. The server runs in a thread of this process.

Below stand the requests that a server sees which answers nothing but 500s, and nothing but 429s, for 200 articles
(promises.md R8: at most four per article), the latter for 20 seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

sys.path.insert(0, str(Path(__file__).parents[2]))

from pydantic import BaseModel, Field

from extractor.llm.boundary import Ask, Message
from extractor.llm.client import OpenAIModel
from extractor.llm.pace import paced
from extractor.llm.retry import Limits
from tests.stub_server import StubServer, allows, says, serving, status

if TYPE_CHECKING:
    from tests.stub_server import Behaviour

SHARE, REQUESTS_PER_SUCCESS = 0.90, 1.05
IN_FLIGHT = 64
FOUND_AFTER = 10.0
"""Seconds that the search for the limit may take before the share is measured."""


class _Reply(BaseModel, allow_inf_nan=False):
    number: Annotated[int, Field(ge=0, le=9)]


async def ask(server: Behaviour, articles: int, limits: Limits) -> tuple[list[float], Counter[str], int]:
    """Return the times of the successes since the start, why others failed, and the requests."""
    times: list[float] = []
    reasons: Counter[str] = Counter()
    with serving(StubServer(server)) as stub:
        async with OpenAIModel("m", base_url=stub.base_url, limits=limits, pace=paced()) as model:
            began = time.monotonic()
            numbers = iter(range(articles))

            async def work() -> None:
                for number in numbers:
                    outcome = await asyncio.gather(
                        model.ask(Ask((Message("user", f"Article {number}."),), _Reply)), return_exceptions=True
                    )
                    if isinstance(outcome[0], BaseException):
                        reasons[str(outcome[0])[:200]] += 1
                    else:
                        times.append(time.monotonic() - began)

            await asyncio.gather(*[work() for _ in range(limits.concurrency)])
        return times, reasons, len(stub.requests)


def main() -> int:
    """Measure, print, and return 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=6000)
    parser.add_argument("--allowed", type=float, default=120.0)
    options = parser.parse_args()
    server = allows(options.allowed, options.allowed, says('{"number": 1}', delay=0.05))
    times, reasons, requests = asyncio.run(ask(server, options.articles, Limits(concurrency=IN_FLIGHT)))
    failed = reasons.total()
    for reason, count in reasons.most_common(3):
        print(f"{count} failed: {reason}")
    if not times:
        return 1
    late = [at for at in times if at > FOUND_AFTER]
    share = len(late) / (times[-1] - FOUND_AFTER) / options.allowed
    per_success = requests / len(times)
    print(f"{options.articles} articles in {times[-1]:.1f} s, {IN_FLIGHT} in flight, {options.allowed:g}/s allowed")
    print(f"share of the allowed rate after {FOUND_AFTER:g} s  {share:6.3f}  (bar {SHARE})")
    print(f"share of it from the first request   {len(times) / times[-1] / options.allowed:6.3f}")
    print(f"requests per success                 {per_success:6.3f}  (bar {REQUESTS_PER_SUCCESS})")
    print(f"failed                               {failed:6}  (bar 0)")
    articles, attempts = 200, 4
    limits = Limits(attempts=attempts, backoff=0.01, concurrency=IN_FLIGHT)
    _, _, on_500 = asyncio.run(ask(status(500), articles, limits))
    _, _, on_429 = asyncio.run(ask(status(429), articles, Limits(deadline=20.0, concurrency=IN_FLIGHT)))
    print(f"requests for {articles} articles, all 500     {on_500:6}  (bar {articles * attempts})")
    print(f"requests for {articles} articles, all 429     {on_429:6}  (bar {articles * attempts})")
    missed = share < SHARE or per_success > REQUESTS_PER_SUCCESS or failed
    return int(bool(missed or max(on_500, on_429) > articles * attempts))


if __name__ == "__main__":
    sys.exit(main())

"""Leases: one clock and one purse for all workers of a cluster, and what a worker sees of them.

:class:`Gate` holds both; it is plain and lives wherever it is put, on a cluster in a named actor. Workers reach it
through a :class:`Line`. Times of two machines mean nothing to each other, so a request's deadline travels as seconds
from now. What a dead worker had reserved counts as spent: nobody knows what its requests have cost.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from extractor.archive.store.handing import LOST
from extractor.errors import TransientError
from extractor.llm.pace import Outcome, Weight

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from extractor.archive.budget import Bill, Spend
    from extractor.archive.run import Brake
    from extractor.events.summary import Usage
    from extractor.llm.pace import Pace
    from extractor.llm.rate_clock import Departure


class Gate:
    """What all workers share.

    Args:
        pace: Decides when requests leave.
        spend: Decides whether there is money; None: nobody counts.
    """

    def __init__(self, pace: Pace, spend: Spend | None = None) -> None:
        self._pace, self._spend = pace, spend
        self._held: dict[str, list[Bill]] = defaultdict(list)
        self._pulls = 0
        self._pulled = asyncio.Condition()

    async def admit(self, tokens: int, patience: float) -> Departure | float | None:
        """Let a request leave; else return after how many seconds another try is worth it, or None."""
        until = asyncio.get_running_loop().time() + patience
        try:
            return await self._pace.admit(Weight(tokens, until))
        except TransientError as late:
            return late.retry_after

    async def settle(self, departure: Departure, outcome: Outcome) -> None:
        """Tell what came of a request."""
        self._pace.settle(departure, outcome)

    async def reserve(self, worker: str, bill: Bill) -> bool:
        """Set ``bill`` aside for ``worker``."""
        if self._spend is None:
            return True
        granted = self._spend.reserve(bill)
        if granted:
            self._held[worker].append(bill)
        return granted

    async def pay(self, worker: str, bill: Bill, spent: Usage | None) -> None:
        """Replace what ``worker`` has reserved by what it spent."""
        if self._spend is not None and bill in self._held[worker]:
            self._held[worker].remove(bill)
            self._spend.settle(bill, spent)

    async def bury(self, worker: str) -> None:
        """Count as spent what a dead ``worker`` had reserved."""
        for bill in self._held.pop(worker, []):
            assert self._spend is not None
            self._spend.settle(bill, LOST)

    async def pull(self) -> None:
        """Pull every worker's brake once more."""
        async with self._pulled:
            self._pulls += 1
            self._pulled.notify_all()

    async def pulled(self, seen: int) -> int:
        """Return how often the brake was pulled, as soon as that is more than ``seen``."""
        async with self._pulled:
            await self._pulled.wait_for(lambda: self._pulls > seen)
            return self._pulls


class Line(Protocol):
    """A way to call a :class:`Gate`'s methods from afar."""

    def call(self, method: str, *told: Any) -> Awaitable[Any]:  # noqa: ANN401 - as the method has them
        """Call and wait in the event loop."""
        ...

    def tell(self, method: str, *told: Any) -> None:  # noqa: ANN401 - same
        """Call and go on."""
        ...

    def ask(self, method: str, *told: Any) -> Any:  # noqa: ANN401 - same
        """Call and hold everything until it has answered."""
        ...


@dataclass(frozen=True, slots=True)
class LeasedPace:
    """A :class:`extractor.llm.pace.Pace` behind a line."""

    line: Line

    async def admit(self, weight: Weight) -> Departure:
        """Wait for this request's turn among those of all workers."""
        patience = weight.until - asyncio.get_running_loop().time()
        found: Departure | float | None = await self.line.call("admit", weight.tokens, patience)
        if found is None or isinstance(found, (int, float)):
            raise TransientError("the rate limit lets no request leave in time", retry_after=found)
        return found

    def settle(self, departure: Departure, outcome: Outcome) -> None:
        """Tell what came of a request."""
        told = replace(outcome, headers={str(name).lower(): str(value) for name, value in outcome.headers.items()})
        self.line.tell("settle", departure, told)


@dataclass(frozen=True, slots=True)
class LeasedSpend:
    """A :class:`extractor.archive.budget.Spend` behind a line, for one worker."""

    line: Line
    worker: str
    words: str

    def reserve(self, bill: Bill) -> bool:
        """Set ``bill`` aside."""
        return bool(self.line.ask("reserve", self.worker, bill))

    def settle(self, bill: Bill, spent: Usage | None) -> None:
        """Replace what was reserved by what was spent."""
        self.line.tell("pay", self.worker, bill, spent)

    def __str__(self) -> str:
        return self.words


async def watch(line: Line, brake: Brake) -> None:
    """Pull ``brake`` as often as the gate's is pulled, until cancelled."""
    seen = 0
    while True:
        pulls = await line.call("pulled", seen)
        for _ in range(pulls - seen):
            brake.pull()
        seen = pulls

"""Pacing: requests leave when the provider's limits let them, one shared clock for all articles in flight.

A client asks :meth:`Pace.admit` before each request and tells :meth:`Pace.settle` what came of it. Under a pace a 429
is no failed attempt: the request goes to the end of the line, and the clock (:mod:`extractor.llm.rate_clock`) slows
down for everybody. One timer lets requests leave in the order in which they came; nobody polls, and nobody sleeps
towards a time that was worked out under an old rate.

An article cannot wait for ever: when the line is longer than its deadline, or the server holds everything beyond it,
``admit`` raises a :class:`extractor.errors.TransientError` whose ``retry_after`` says when it is worth another try, for
whoever keeps the queue of articles. The Protocol is what a client sees, so that one pace can serve many machines.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from extractor.errors import TransientError, UsageError
from extractor.llm.rate_clock import Departure, RateClock
from extractor.llm.rate_headers import stated_limits

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Weight:
    """What a request will take: its tokens as estimated, and the event-loop time after which it need not leave."""

    tokens: int = 0
    until: float = math.inf


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request."""

    status: Literal["ok", "limited", "other"]
    """``limited``: a 429 that asks to slow down; a 429 for want of credit is ``other``."""
    tokens: int | None = None
    """Read and written together; None where the server did not say."""
    retry_after: float | None = None
    """Seconds that a 429 asks to wait."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Response headers, names in lower case or looked up regardless of case."""


class Pace(Protocol):
    """Decides when requests leave."""

    async def admit(self, weight: Weight) -> Departure:
        """Wait until a request may leave.

        Raises:
            TransientError: It could not leave before ``weight.until``; ``retry_after`` is in seconds.
        """
        ...

    def settle(self, departure: Departure, outcome: Outcome) -> None:
        """Tell what came of the request that left at ``departure``; called once for each."""
        ...


def paced(rpm: float | None = None, tpm: float | None = None, *, adaptive: bool = True) -> SharedPace:
    """Return a pace for one model in one event loop.

    Args:
        rpm: Requests per minute that are never exceeded; None: no limit is given.
        tpm: Tokens per minute, read and written together, likewise.
        adaptive: Find the limit from 429s and rate-limit headers, at or below those given.

    Raises:
        UsageError: A limit is not a number above 0.
    """
    for name, limit in (("requests", rpm), ("tokens", tpm)):
        if limit is not None and not (limit > 0 and math.isfinite(limit)):
            raise UsageError(f"{limit:g} {name} per minute is no limit", hint="give a number above 0, or none")
    return SharedPace(RateClock(rpm, tpm, adaptive=adaptive))


class SharedPace:
    """A :class:`Pace` for all requests of one event loop."""

    def __init__(self, clock: RateClock) -> None:
        self.clock = clock
        self._line: deque[tuple[Weight, asyncio.Future[Departure]]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """Requests in line now."""
        return len(self._line)

    async def admit(self, weight: Weight) -> Departure:
        """Wait for this request's turn; see :class:`Pace`."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        leaves = max(self.clock.ready(), now) + len(self._line) / self.clock.rate
        if leaves > weight.until:
            raise _too_late(leaves - now)
        if not self._line and leaves <= now:
            return self.clock.depart(now, weight.tokens, held_back=False)
        turn: asyncio.Future[Departure] = loop.create_future()
        self._line.append((weight, turn))
        self._set_timer(loop)
        return await turn

    def settle(self, departure: Departure, outcome: Outcome) -> None:
        """Correct the clock by what came of a request."""
        loop = asyncio.get_running_loop()
        now, clock = loop.time(), self.clock
        clock.state(stated_limits(outcome.headers))
        if outcome.tokens is not None:
            clock.weigh(departure, outcome.tokens)
        if outcome.status == "ok":
            clock.succeed(departure, now)
        elif outcome.status == "limited":
            clock.refuse(departure, now, outcome.retry_after)
            self._turn_away(now)
        self._set_timer(loop)

    def _set_timer(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wake up at the next departure, which every change of the rate moves."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_at(self.clock.ready(), self._release, loop) if self._line else None

    def _release(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let those leave whose time has come."""
        self._timer = None
        now = loop.time()
        while self._line and self.clock.ready() <= now:
            weight, turn = self._line.popleft()
            if not turn.done():  # cancelled, at its deadline or by Ctrl-C
                turn.set_result(self.clock.depart(now, weight.tokens, held_back=True))
        self._set_timer(loop)

    def _turn_away(self, now: float) -> None:
        """Give back at once whoever the server holds beyond their time."""
        held, staying = self.clock.held_until, deque[tuple[Weight, asyncio.Future[Departure]]]()
        for weight, turn in self._line:
            if held <= weight.until:
                staying.append((weight, turn))
            elif not turn.done():
                turn.set_exception(_too_late(held - now))
        self._line = staying


def _too_late(seconds: float) -> TransientError:
    return TransientError("the rate limit lets no request leave in time", retry_after=seconds)

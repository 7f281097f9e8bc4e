"""What requests cost: tokens, money and time over all attempts, the failed ones included.

What a server does not report stays unknown (None) and makes the sum unknown; it is never taken for 0. Zero is used in
two cases only: nothing was sent (connection refused, no such host), and an HTTP status that says the server produced
no reply (4xx and 500, 501, 503, 529), which no provider bills. A time-out, a broken connection, a gateway's 502 or 504
and an unreadable reply may all have been billed, so their tokens are unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

from extractor.events.summary import Usage

if TYPE_CHECKING:
    from extractor.llm.prices import Prices

BYTES_PER_TOKEN = 4
"""A rule of thumb for requests whose tokens nobody has counted."""
_ABSURD = 10**9
"""Tokens in one request; a larger figure is noise from a broken server."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of one request; None where the server did not say."""

    read: int | None = None
    """All prompt tokens, the cached ones included."""
    cached: int | None = None
    written: int | None = None
    """All completion tokens, the reasoning ones included."""
    reasoning: int | None = None

    @property
    def sum(self) -> int | None:
        """Read and written together; None where either is unknown."""
        return None if self.read is None or self.written is None else self.read + self.written


UNKNOWN = Tokens()
NONE_SPENT = Tokens(0, 0, 0, 0)


def read_tokens(usage: Any) -> Tokens:  # noqa: ANN401 - whatever JSON the server put under "usage"
    """Return the figures of a chat completion's ``usage``; anything but a plausible count is unknown."""

    def count(value: object) -> int | None:
        return value if type(value) is int and 0 <= value < _ABSURD else None

    def part(name: str) -> dict[str, Any]:
        value = usage.get(name)
        return value if isinstance(value, dict) else {}

    if not isinstance(usage, dict):
        return UNKNOWN
    return Tokens(
        read=count(usage.get("prompt_tokens")),
        cached=count(part("prompt_tokens_details").get("cached_tokens")),
        written=count(usage.get("completion_tokens")),
        reasoning=count(part("completion_tokens_details").get("reasoning_tokens")),
    )


@dataclass(slots=True)
class Ledger:
    """The running account of one question."""

    prices: Prices
    token_budget: int | None = None
    failures: int = 0
    """Transient failures so far."""
    _entries: list[Usage] = field(default_factory=list)
    _spent: int = 0

    def note(self, tokens: Tokens, *, seconds: float, size: int, sent: bool = True, re_ask: bool = False) -> None:
        """Add one attempt; ``size`` is the bytes sent and received, for the budget where tokens are unknown."""
        cost, price_date = (0.0, None) if tokens is NONE_SPENT else self.prices.cost(tokens)
        self._entries.append(
            Usage(
                requests=int(sent),
                re_asks=int(re_ask and sent),
                tokens_in=tokens.read,
                tokens_cached=tokens.cached,
                tokens_out=tokens.written,
                tokens_reasoning=tokens.reasoning,
                cost_usd=cost,
                price_date=price_date,
                seconds=seconds,
            )
        )
        self._spent += size // BYTES_PER_TOKEN if tokens.sum is None else tokens.sum

    @property
    def over_budget(self) -> bool:
        """Whether the token budget is used up."""
        return self.token_budget is not None and self._spent >= self.token_budget

    def total(self) -> Usage:
        """Return the sum over all attempts so far."""
        return reduce(add, self._entries, Usage(cost_usd=0.0))

"""A cap on what a run spends, in US dollars or in tokens, kept before the money is gone.

Before an article is asked about, the most that it can cost is reserved; when it has ended, the reservation is replaced
by what it did cost. An article whose cost nobody knows (a time-out, a worker that was killed) keeps its reservation,
because it may have been billed. So with ``spent + reserved <= cap`` held at every reservation, a cap is overshot only
where a worst case was none, and never by more than what is in flight (promises.md R10).

The cap covers the whole run, all sittings: starting again never starts anew.
"""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from extractor.errors import UsageError
from extractor.events.reply import REPLY_TYPES, Found
from extractor.llm.endpoint import REASONING_ALLOWANCE
from extractor.llm.schema import reply_schema
from extractor.llm.usage import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.archive.records import Tally
    from extractor.articles.article import Article
    from extractor.events.summary import Usage
    from extractor.llm.prices import Cost
    from extractor.pipeline import Extractor

_BYTES_PER_TOKEN: Final = 3
"""Of the scripts and tokenizers in use, few texts take more tokens than one for three bytes; English has four or five
bytes for one."""
_READS: Final = 4
"""A question is read at most so often without failures that can pass: a reply that is cut off, one with twice the room,
and two re-asks."""
_WRITES: Final = 7
"""Times the cap of one reply that those four can write together: 1 + 2 + 2 + 2."""
_FOUND: Final = 4
"""Events that one window's reply can hold (``Found``), each of which is one more question."""


@dataclass(frozen=True, slots=True)
class Bill:
    """The most that an article can cost."""

    tokens: int
    usd: float | None = None
    """None where no price is known."""


class Spend(Protocol):
    """Says whether there is money for another article; one budget can serve many machines."""

    def reserve(self, bill: Bill) -> bool:
        """Set ``bill`` aside; False: it does not fit, and nothing was set aside."""
        ...

    def settle(self, bill: Bill, spent: Usage | None) -> None:
        """Replace what was reserved by what was spent; None: nothing was asked."""
        ...


@dataclass(slots=True)
class _Cap:
    """One cap, in its own unit."""

    limit: float
    spent: float
    reserved: float = 0.0
    unknown: int = 0
    """Attempts of earlier sittings of which nobody knows what they cost."""
    dearest: float = 0.0
    """The largest reservation so far; each of those unknown is counted as one of these."""

    def fits(self, amount: float) -> bool:
        """Say whether ``amount`` more is within the limit."""
        dearest = max(self.dearest, amount)
        return self.spent + self.reserved + self.unknown * dearest + amount <= self.limit

    def reserve(self, amount: float) -> None:
        self.reserved += amount
        self.dearest = max(self.dearest, amount)

    def settle(self, reserved: float, spent: float | None) -> None:
        self.reserved -= reserved
        self.spent += reserved if spent is None else spent


@dataclass(slots=True)
class Budget:
    """A :class:`Spend` with a cap in dollars, one in tokens, or both.

    Args:
        usd: None: no cap in dollars.
        tokens: Read and written together; None: no cap in tokens.
        before: What the run has cost so far.
    """

    usd: float | None
    tokens: int | None
    before: Tally
    _usd: _Cap | None = field(init=False, default=None)
    _tokens: _Cap | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        tally = self.before
        if self.usd is not None:
            self._usd = _Cap(self.usd, tally.known_cost_usd, unknown=tally.unpriced + tally.unresolved)
        if self.tokens is not None:
            self._tokens = _Cap(self.tokens, tally.known_tokens, unknown=tally.uncounted + tally.unresolved)

    def reserve(self, bill: Bill) -> bool:
        """Set ``bill`` aside in both caps, or in none."""
        amounts = self._amounts(bill)
        if not all(cap.fits(amount) for cap, amount in amounts):
            return False
        for cap, amount in amounts:
            cap.reserve(amount)
        return True

    def settle(self, bill: Bill, spent: Usage | None) -> None:
        """Replace what was reserved by what was spent."""
        if self._usd is not None:
            self._usd.settle(bill.usd or 0.0, 0.0 if spent is None else spent.cost_usd)
        if self._tokens is not None:
            self._tokens.settle(bill.tokens, 0 if spent is None else _sum(spent))

    @property
    def left(self) -> Bill:
        """What is neither spent nor reserved; infinite, or the largest integer, where there is no cap."""
        return self._remaining(lambda cap: cap.reserved)

    @property
    def unspent(self) -> Bill:
        """The same, as if nothing were reserved."""
        return self._remaining(lambda _: 0.0)

    def fits_alone(self, bill: Bill) -> bool:
        """Say whether ``bill`` would fit if nothing were reserved."""
        return bill.tokens <= self.unspent.tokens and (bill.usd or 0.0) <= (self.unspent.usd or 0.0)

    def _remaining(self, held: Callable[[_Cap], float]) -> Bill:
        usd = math.inf if self._usd is None else max(0.0, self._usd.limit - self._usd.spent - held(self._usd))
        cap = self._tokens
        tokens = sys.maxsize if cap is None else max(0, int(cap.limit - cap.spent - held(cap)))
        return Bill(tokens, usd)

    def __str__(self) -> str:
        caps = [f"{self.usd:g} USD" if self.usd is not None else "", f"{self.tokens:,} tokens" if self.tokens else ""]
        return " and ".join(filter(None, caps))

    def _amounts(self, bill: Bill) -> list[tuple[_Cap, float]]:
        pairs = ((self._usd, bill.usd or 0.0), (self._tokens, float(bill.tokens)))
        return [(cap, amount) for cap, amount in pairs if cap is not None]


@dataclass(frozen=True, slots=True)
class Bound:
    """Works out the most that an article can cost, without asking.

    Every question may be cut off once and re-asked twice; a version that first finds events and then fills each is
    taken to find as many as a reply can hold. Failures that can pass (a time-out that is billed all the same) come on
    top: they are what a cap may be overshot by.
    """

    extractor: Extractor
    cost: Callable[[Tokens], Cost]
    reasoning: bool = False
    """The model writes hidden tokens, which have a cap of their own."""

    @property
    def unpriced(self) -> bool:
        """Whether no price is known, so that no cap in dollars can be kept."""
        return self.cost(Tokens(1000, 0, 1000, 0))[0] is None

    def bill(self, article: Article) -> Bill:
        """Return the bound for ``article``."""
        allowance = REASONING_ALLOWANCE if self.reasoning else 0
        read = written = longest = found = 0
        for step, messages in self.extractor.first_messages(article):
            size = sum(len(m.content.encode("utf-8", "replace")) for m in messages) // _BYTES_PER_TOKEN
            size += _schema_tokens(step.reply)
            read, written = read + _READS * size, written + _WRITES * (step.parameters.max_tokens + allowance)
            longest = max(longest, size)
            found += _FOUND if REPLY_TYPES[step.reply] is Found else 0
        for step in self.extractor.prompt.steps[1:]:
            read += found * _READS * (longest + _schema_tokens(step.reply))
            written += found * _WRITES * (step.parameters.max_tokens + allowance)
        usd, _ = self.cost(Tokens(read, 0, written, 0))
        return Bill(read + written, usd)


def require_price(bound: Bound, name: str, where: str) -> None:
    """Raise UsageError where no price is known: a cap in dollars could not be kept."""
    if bound.unpriced:
        raise UsageError(
            f"no price is known for {name!r} at {where}, so --budget cannot be kept",
            hint="cap the tokens instead: --max-tokens-total N",
        )


def _schema_tokens(reply: str) -> int:
    return len(json.dumps(reply_schema(REPLY_TYPES[reply], "bounded"))) // _BYTES_PER_TOKEN


def _sum(usage: Usage) -> int | None:
    return None if usage.tokens_in is None or usage.tokens_out is None else usage.tokens_in + usage.tokens_out

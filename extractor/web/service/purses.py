"""What each caller of a service may spend: set aside before an article is asked about, settled when it has ended.

The service as a whole has a purse (``extractor serve --budget``), and so has each caller that the operator has named
(``--callers``): US dollars, tokens, articles at once. Before a request is asked, the most that it can cost is reserved
(:class:`extractor.archive.budget.Bound`); when it has ended, that is replaced by what it did cost. An attempt whose
cost nobody knows, such as a time-out, keeps its reservation. So a purse is not passed by the requests that are under
way. What a run of an archive may cost is set aside whole, when it begins.

Purses last as long as the service: they are full again after a restart.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from extractor.archive.budget import Bill, Budget
from extractor.archive.records import Tally
from extractor.errors import ExtractorError, UsageError
from extractor.events.summary import Usage

if TYPE_CHECKING:
    from collections.abc import Iterator


class BusyError(ExtractorError):
    """As many articles wait as may wait; nothing was asked, and the same request may come again."""

    retryable = True


class SpentError(ExtractorError):
    """What may be spent is spent; nothing was asked."""


class Allowance(BaseModel):
    """What one caller may do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    budget: float | None = Field(None, ge=0, allow_inf_nan=False)
    """US dollars; None: no limit, as below."""
    max_tokens_total: int | None = Field(None, ge=1)
    """Read and written together."""
    concurrency: int | None = Field(None, ge=1)
    """Articles asked about and waiting at once."""


@dataclass(slots=True)
class Purse:
    """What one caller may spend, and has spent.

    Args:
        whose: As messages call it: ``this service``, ``newsroom``.
        allowance: Its limits.
    """

    whose: str
    allowance: Allowance = field(default_factory=Allowance)
    in_flight: int = 0
    """Articles asked about and waiting."""
    spent: Usage = field(default_factory=lambda: Usage(cost_usd=0.0))
    """What requests have cost, as far as it is known; what runs have cost stands in their store."""
    _budget: Budget = field(init=False)
    _runs: dict[str, Bill] = field(default_factory=dict)
    """Name of a run → what is set aside for all its sittings."""

    def __post_init__(self) -> None:
        """Fill it."""
        self._budget = Budget(self.allowance.budget, self.allowance.max_tokens_total, Tally())

    @property
    def limited(self) -> bool:
        """Whether it can be empty."""
        return self.allowance.budget is not None or self.allowance.max_tokens_total is not None

    @property
    def left(self) -> Bill:
        """What is neither spent nor set aside; infinite where there is no limit."""
        return self._budget.left

    def enter(self) -> None:
        """Count one more article; raises BusyError where as many as may be are there."""
        most = self.allowance.concurrency
        if most is not None and self.in_flight >= most:
            raise BusyError(f"{self.in_flight} articles of {self.whose} wait already", hint="send it again later")
        self.in_flight += 1

    def take(self, bill: Bill) -> None:
        """Set ``bill`` aside.

        Raises:
            BusyError: It would fit if what is under way cost nothing.
            SpentError: It does not fit.
        """
        if not self.limited or (not self._empty() and self._budget.reserve(bill)):
            return
        if not self._empty(reserved=False) and self._budget.fits_alone(bill):
            raise BusyError(f"all that {self.whose} may spend is set aside for others now", hint="send it again later")
        raise SpentError(
            f"{self.whose} may spend {self._budget}; {_words(self.left, self.allowance)} left, and this may cost up to "
            f"{_words(bill, self.allowance)}",
            hint="ask whoever runs this service for more",
        )

    def settle(self, bill: Bill, spent: Usage | None) -> None:
        """Replace what was set aside by what was spent; None: nothing was asked."""
        self._budget.settle(bill, spent)
        if spent is not None:
            known = spent if spent.cost_usd is not None else spent.model_copy(update={"cost_usd": 0.0})
            self.spent += known

    @contextmanager
    def sitting(self, run: str, most: Allowance, cost: float = 0.0) -> Iterator[None]:
        """Set aside what a sitting of a run may cost, once for all its sittings; given back where the block raises.

        Args:
            run: Its name.
            most: What all sittings of the run may cost together.
            cost: US dollars that the run has cost so far, where this purse does not know it yet.

        Raises:
            UsageError: The purse has a limit, and the run has none.
            SpentError: Less than that is left.
        """
        if self.allowance.budget is not None and most.budget is None:
            raise UsageError(f"{self.whose} has a budget", hint="name the run's own with budget, in US dollars")
        if self.allowance.max_tokens_total is not None and most.max_tokens_total is None:
            raise UsageError(f"{self.whose} has a cap on tokens", hint="name the run's own with max_tokens_total")
        before = self._runs.get(run, Bill(0, cost))
        wanted = Bill(most.max_tokens_total or 0, most.budget or 0.0)
        more = Bill(max(0, wanted.tokens - before.tokens), max(0.0, (wanted.usd or 0.0) - (before.usd or 0.0)))
        if self.limited and not self._budget.reserve(more):
            raise SpentError(
                f"{_words(self.left, self.allowance)} of {self.whose} left", hint="lower what the run may cost"
            )
        self._runs[run] = Bill(max(before.tokens, wanted.tokens), max(before.usd or 0.0, wanted.usd or 0.0))
        try:
            yield
        except BaseException:
            self._runs[run] = before
            if self.limited:
                self._budget.settle(more, None)
            raise

    def _empty(self, *, reserved: bool = True) -> bool:
        left = self._budget.left if reserved else self._budget.unspent
        return (left.usd or 0.0) <= 0 or left.tokens <= 0


def _words(bill: Bill, allowance: Allowance) -> str:
    """Say an amount in the units that are limited."""
    dollars = [f"{bill.usd:.4g} USD"] if allowance.budget is not None and bill.usd is not None else []
    tokens = [f"{bill.tokens:,} tokens"] if allowance.max_tokens_total is not None else []
    return " and ".join(dollars + tokens)

"""What a prompt version's replies have cost so far, and what that says of many more.

Output tokens cannot be counted before a model has spoken; they are predicted from articles that were asked about with
the very same wording. Over those articles a line is fitted, ``tokens out = a · requests + b · own tokens in``, where
own tokens are those of the article, without the part of a request that is the same for all; a and b are not negative
(Lawson and Hanson 1974). The 95 % interval comes from leaving out one measured article after the other (jackknife,
Efron 1982). It holds for articles like the measured ones: other articles may report more events, or fewer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy.optimize import nnls

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from extractor.events.summary import Extraction

LEAST: Final = 10
"""Articles below which a measurement says nothing."""
MOST: Final = 2_000
"""Articles of a kept run that are looked at; more change no digit that is shown."""
_Z95: Final = 1.96


class Asked(NamedTuple):
    """What one article cost when it was asked about."""

    requests: int
    tokens_in: int
    tokens_out: int
    cached: int | None
    seconds: float


class Range(NamedTuple):
    """A prediction with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Measured:
    """Articles that were asked about with one prompt version."""

    where: str
    """Which run they are of, for people."""
    model: str
    rows: tuple[Asked, ...]
    same_model: bool
    """Whether the model is the one that will be asked; only then its seconds and cached tokens mean something."""
    fixed: float | None = None
    """Tokens of its requests that are the same for every article; None: as many as in those that will be asked. Another
    model may count otherwise, or be shown a schema besides."""

    def tokens_out(self, requests: float, own_tokens_in: float, fixed: float) -> Range:
        """Return the output tokens of articles with so many requests and so many tokens of their own.

        Args:
            requests: Of all articles.
            own_tokens_in: Input tokens of all articles, without the fixed part of each request.
            fixed: Tokens of a request that are the same for every article, where :attr:`fixed` does not say it.
        """
        table = np.array([(row.requests, row.tokens_in, row.tokens_out) for row in self.rows], dtype=float)
        same = fixed if self.fixed is None else self.fixed
        table[:, 1] = np.maximum(table[:, 1] - same * table[:, 0], 0.0)
        wanted = np.array([requests, own_tokens_in], dtype=float)
        value = _predict(table, wanted)
        others = [_predict(np.delete(table, row, axis=0), wanted) for row in _spread(len(table))]
        error = float(np.sqrt((len(table) - 1) * np.var(others)))
        return Range(value, max(0.0, value - _Z95 * error), value + _Z95 * error)

    @property
    def seconds_per_request(self) -> float:
        """How long a request took, over all articles."""
        return sum(row.seconds for row in self.rows) / max(1, sum(row.requests for row in self.rows))

    @property
    def requests_per_article(self) -> float:
        """Requests over all articles, re-asks included."""
        return sum(row.requests for row in self.rows) / len(self.rows)

    @property
    def tokens_in_per_article(self) -> float:
        """Input tokens over all articles."""
        return sum(row.tokens_in for row in self.rows) / len(self.rows)

    @property
    def cached_share(self) -> float | None:
        """Which share of the input tokens the provider had cached; None where it did not say."""
        known = [row for row in self.rows if row.cached is not None]
        total = sum(row.tokens_in for row in known)
        return sum(row.cached or 0 for row in known) / total if total else None


def measured(
    where: str, model: str, extractions: Iterable[Extraction], *, same_model: bool, fixed: float | None = None
) -> Measured | None:
    """Return what the finished ``extractions`` of one run cost; None where too few say it."""
    rows: list[Asked] = []
    for extraction in extractions:
        usage = extraction.usage
        if extraction.problem is None and usage.requests and usage.tokens_in and usage.tokens_out is not None:
            rows.append(Asked(usage.requests, usage.tokens_in, usage.tokens_out, usage.tokens_cached, usage.seconds))
        if len(rows) == MOST:
            break
    return Measured(where, model, tuple(rows), same_model, fixed) if len(rows) >= LEAST else None


def _predict(table: npt.NDArray[np.float64], wanted: npt.NDArray[np.float64]) -> float:
    weights, _ = nnls(table[:, :2], table[:, 2])
    return float(weights @ wanted)


def _spread(count: int) -> list[int]:
    """Return the rows to leave out: all of few, evenly chosen ones of many."""
    return [round(at) for at in np.linspace(0, count - 1, min(count, 200))]

"""The one retry layer: when to ask again, how long to wait, when to stop.

Nothing else in the process retries: the SDK runs with ``max_retries=0`` and instructor's loop is never entered. Three
things are counted apart, because they fail for different reasons:

* *transient failures* (connection, time-out, 408, 409, 425, 429, 5xx) may happen ``attempts`` times per question;
* *re-asks* answer an invalid reply and are bounded by ``re_asks``;
* a *truncated* reply raises the token cap once.

So a question costs at most ``attempts + re_asks + 1`` requests, and ``attempts`` under nothing but 500s or 429s. All
of it happens before one wall-clock deadline; a wait that would end after the deadline is not begun, and a server that
asks for one gets its article back at once as a ``TransientError`` with ``retry_after``, for whoever keeps the queue.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import tenacity as _t

from extractor.errors import TransientError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from extractor.llm.usage import Ledger


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may use before it has failed; times are wall-clock seconds."""

    deadline: float = 600.0
    """For the whole question: waiting for a slot, every attempt, every back-off."""
    timeout: float = 180.0
    """For one request, from sending it to the last byte of its reply (not per read)."""
    attempts: int = 4
    """Requests that may fail in a way that can pass, the first one included."""
    re_asks: int = 2
    """Further requests after a reply that does not fit its type."""
    backoff: float = 0.5
    """Widest first wait; it doubles per failure up to 30 s, and the wait is random below it ("full jitter")."""
    token_budget: int | None = None
    """No further request once this many tokens are spent; where a server reports none, 4 bytes count as one."""
    concurrency: int = 8
    """Requests in flight at once; waiting to retry holds no slot."""
    reply_bytes: int = 10_000_000
    """Longest reply that is read, before and after decompression."""


MAX_WAIT = 30.0
"""Seconds that back-off alone never exceeds; a server's ``Retry-After`` may."""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a server asks to wait, or None where it says nothing usable.

    Reads ``Retry-After-Ms`` (OpenAI, Azure) before ``Retry-After`` in seconds or as an HTTP date (RFC 9110 §10.2.3).
    A date in the past is 0; a negative, infinite or unreadable value counts as none.
    """
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        try:
            seconds = float(text) / unit
        except ValueError:
            continue
        return seconds if math.isfinite(seconds) and seconds >= 0 else None
    try:
        date = parsedate_to_datetime(headers.get("retry-after", ""))
    except (ValueError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())


def _asked_wait(state: _t.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return (error.retry_after or 0.0) if isinstance(error, TransientError) else 0.0


def _can_pass(error: BaseException) -> bool:
    return isinstance(error, TransientError) and error.retryable


def retrying(limits: Limits, ledger: Ledger, time_left: Callable[[], float]) -> _t.AsyncRetrying:
    """Return the tenacity policy for one question.

    Args:
        limits: What the question may use.
        ledger: Counts the question's transient failures and tokens, over all its rounds.
        time_left: Seconds until the question's deadline.

    The last error is raised as it is, with what was tried added to its message.
    """
    jitter = _t.wait_random_exponential(multiplier=limits.backoff, max=MAX_WAIT)

    def wait(state: _t.RetryCallState) -> float:
        return max(jitter(state), _asked_wait(state))

    def stop(state: _t.RetryCallState) -> bool:
        return ledger.failures >= limits.attempts or ledger.over_budget or state.upcoming_sleep >= time_left()

    def give_up(state: _t.RetryCallState) -> None:
        assert state.outcome is not None
        error = state.outcome.exception()
        assert isinstance(error, TransientError)
        asked = _asked_wait(state)
        if ledger.over_budget:
            why = "the token budget is used up"
        elif ledger.failures < limits.attempts and asked >= time_left():
            why = f"it asks to wait {asked:.0f} s, beyond this article's deadline"
        else:
            why = f"gave up after {ledger.failures} of {limits.attempts} attempts"
        error.args = (f"{error}; {why}", *error.args[1:])
        raise error

    return _t.AsyncRetrying(
        retry=_t.retry_if_exception(_can_pass), wait=wait, stop=stop, retry_error_callback=give_up, reraise=True
    )

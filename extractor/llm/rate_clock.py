"""When the next request may leave: one clock for all requests, and a rate that finds the server's limit by itself.

The clock says one thing, :meth:`RateClock.ready`: the time of the next departure. It advances by 1/rate per request and
by tokens/token rate per token, whichever is later. Nobody sleeps towards a slot that was given out long ago, so a cut
takes hold at once.

The rate is found as TCP finds its window (AIMD, Chiu and Jain 1989; slow start, RFC 5681 §3.1), on requests per second:

* *slow start*: until the first 429 each success adds 1/s, which multiplies the rate by e per second, or 1 per round
  trip where replies come sooner than that, as TCP does: an overshoot is known after one round trip, so it is at most
  what was in flight. Beyond 200/s each adds 4/s at least. At 50 ms 1,280/s are reached in 0.3 s;
* *the first cut* goes to 0.97 of what the server took in the last half second. Where the rate grew quickly that is too
  low, so from there slow start resumes, with the small steps, up to 0.9 of the rate at which the refused one left;
* *probing*: from there each success adds 0.01/s, 1 % per second, quicker when five seconds pass without a cut, so that
  a limit that was raised, or met by chance, does not leave a run crawling; a 429 cuts to 0.97;
* *quick misses*: a 429 that fewer than ten requests preceded since the last cut cuts to 0.9, the third in a row halves
  the rate, and slow start resumes up to the last good rate;
* *hold*: from the second quick miss with nothing taken in between, everything stops for ``Retry-After``, or for a
  back-off that doubles up to 30 s. So a server that answers nothing but 429s gets a handful of requests, however many
  articles wait.

Only requests that left after the last cut say anything about the rate since, so the 429s of one burst cut once; and the
rate grows only while the clock is what holds requests back. The figures were chosen by simulation over token buckets
and fixed windows of a second and a minute (tests/llm/test_rate_clock.py): from 30 requests per second up, 1.01 to 1.03
requests per success at 0.92 to 1.0 of the limit, where "all wait for Retry-After, then go" sends 6 to 11 (promises.md
§2). At 300 to 1,000 per second it is 1.00 to 1.02 requests per success at 0.87 to 1.0 of the limit over 30 seconds,
whether or not a burst is allowed. Where less than one request per second is allowed, finding out costs up to two
requests per success: give ``rpm``.

Limits that the user gives are hard; those that a server states in its headers are the first guess. Everything here is
pure: the time is an argument, in seconds of any one clock.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from extractor.llm.rate_headers import StatedLimits

START: Final = 20.0
"""Requests per second before anything is known."""
FLOOR: Final = 1 / 60
"""Requests per second that no cut goes below; a longer wait is a hold."""
_STEP: Final = 1.0
"""Requests per second that a success adds in slow start at least."""
_STEPS_PER_TRIP: Final = 1.0
"""The same per round trip, until the first cut: the rate grows by e from one reply to the next one's."""
_SOONEST: Final = 0.001
"""Seconds; a round trip that is shorter counts as one of these."""
_BROAD: Final = 200.0
"""Requests per second from which slow start takes larger steps."""
_BROAD_STEP: Final = 4.0
SLACK: Final = 0.05
"""Seconds of departures that are made up for when timers are late; also the largest burst."""
_CUT: Final = 0.97
_QUICK_CUT: Final = 0.9
_QUICK: Final = 2.0
"""Seconds within which a second cut is the larger one."""
_NEAR: Final = 10
"""Requests that were taken since the last cut and prove the rate to be about right."""
_FAR: Final = 2
"""Quick misses in a row that still count as bad luck."""
_WINDOW: Final = 0.5
"""Seconds over which the first cut measures what the server takes."""
_RESUME: Final = 0.9
"""Of the rate at which the first refused request left: up to there slow start goes on after the first cut."""
_PROBE: Final = 0.01
_PATIENCE: Final = 5.0
"""Seconds without a cut after which probing begins to quicken."""
_STEEPEST: Final = 0.05
"""Largest step of probing, as a share of the rate: at 3 requests a minute a success is a rare thing."""
_FIRST_HOLD: Final = 0.5
_LONGEST_HOLD: Final = 30.0
_MINUTE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Departure:
    """One request that may leave: when, at how many tokens, whether the clock had held it back, and at which rate."""

    at: float
    number: int
    tokens: int = 0
    held_back: bool = False
    rate: float = 0.0
    """Requests per second when it left."""


class RateClock:
    """The pace of one model at one provider.

    Args:
        rpm: Requests per minute that are never exceeded; None: no such limit is known.
        tpm: The same for tokens.
        adaptive: Whether 429s and stated limits change the rate. Without it and without limits nothing is paced.
    """

    def __init__(self, rpm: float | None = None, tpm: float | None = None, *, adaptive: bool = True) -> None:
        self._ceiling = rpm / _MINUTE if rpm else math.inf
        self._own_tpm = tpm is not None
        self._token_rate = tpm / _MINUTE if tpm else math.inf
        self._adaptive = adaptive
        self.rate = self._ceiling if rpm or not adaptive else START
        """Requests per second now."""
        self._known_good = math.inf
        """Slow start ends here; infinite until the first cut."""
        self._stated: float | None = None
        self._next = self._next_tokens = self._held_until = self._last_cut = -math.inf
        self._departures = self._cut_after = self._misses = 0
        self._sent: deque[float] = deque()
        self._limited: deque[float] = deque()

    def ready(self) -> float:
        """Return the time at which the next request may leave; in the past: at once."""
        return max(self._next, self._next_tokens, self._held_until)

    @property
    def held_until(self) -> float:
        """The time before which the server wants no request."""
        return self._held_until

    def depart(self, now: float, tokens: int, *, held_back: bool) -> Departure:
        """Let one request leave; ``held_back``: it had to wait for the clock, so its lateness is the timer's."""
        since = now - SLACK if held_back else now
        self._next = max(self._next, since) + 1 / self.rate
        self._next_tokens = max(self._next_tokens, since) + tokens / self._token_rate
        if not self._departures:
            self._last_cut = now  # probing quickens with time, so it needs a beginning
        self._departures += 1
        self._sent.append(now)
        _forget(self._sent, now)
        return Departure(now, self._departures, tokens, held_back, self.rate)

    def weigh(self, departure: Departure, tokens: int) -> None:
        """Correct the clock: the request took ``tokens``, not what was estimated."""
        self._next_tokens += (tokens - departure.tokens) / self._token_rate

    def state(self, limits: StatedLimits) -> None:
        """Take the limits that the server states for a first guess."""
        if not self._adaptive:
            return
        if limits.tokens and not self._own_tpm:
            self._token_rate = limits.tokens / _MINUTE
        if limits.requests and limits.requests != self._stated:
            self._stated = limits.requests
            guess = min(limits.requests / _MINUTE, self._ceiling)
            if self._known_good == math.inf or guess < self.rate:
                self._set(guess)
                self._known_good = guess

    def succeed(self, departure: Departure, now: float) -> None:
        """Note a request that the server took."""
        if departure.number <= self._cut_after:
            return
        if not self._adaptive or not departure.held_back:
            return
        if self.rate < self._known_good:
            step = _STEP if self.rate < _BROAD else _BROAD_STEP
            if self._known_good == math.inf:
                step = max(step, _STEPS_PER_TRIP / max(now - departure.at, _SOONEST))
            self._set(self.rate + min(step, self.rate))
        else:
            patience = max(1.0, (now - self._last_cut) / _PATIENCE)
            self._set(self.rate + min(_PROBE * patience, _STEEPEST * self.rate))

    def refuse(self, departure: Departure, now: float, retry_after: float | None) -> None:
        """Note a 429."""
        self._limited.append(now)
        _forget(self._limited, now)
        # A refusal comes sooner than a reply: had an earlier request since the cut been refused, it would have cut.
        taken = departure.number - self._cut_after - 1
        if taken < 0:
            return
        self._misses = self._misses + 1 if taken < _NEAR else 0
        holds = self._misses > 1 and taken == 0
        if holds:
            asked = retry_after is not None and self._misses == _FAR
            back_off = 0.0 if asked else min(_FIRST_HOLD * 2 ** min(self._misses - _FAR, 16), _LONGEST_HOLD)
            self._held_until = max(self._held_until, now + max(back_off, retry_after or 0.0))
        if self._adaptive and not (holds and self._misses == _FAR):
            self._cut(departure, now)
        self._cut_after, self._last_cut = self._departures, now

    def _cut(self, refused: Departure, now: float) -> None:
        """Lower the rate, the more the fewer requests the server took at it."""
        if self._misses == 0 and self._known_good == math.inf:
            self._set(_CUT * min(self.rate, (len(self._sent) - len(self._limited)) / _WINDOW))
            self._known_good = max(self.rate, _RESUME * refused.rate)
        elif self._misses <= _FAR:
            quick = self._misses or now - self._last_cut < _QUICK
            self._set((_QUICK_CUT if quick else _CUT) * self.rate)
            self._known_good = self.rate
        else:
            self._known_good = min(self._known_good, _QUICK_CUT * self.rate)
            self._set(self.rate / 2)

    def _set(self, rate: float) -> None:
        """Change the rate, of the interval that is running too."""
        rate = min(max(rate, FLOOR), self._ceiling)
        if math.isfinite(self._next):
            self._next += 1 / rate - 1 / self.rate
        self.rate = rate


def _forget(times: deque[float], now: float) -> None:
    """Keep the last moments only."""
    while times[0] < now - _WINDOW:
        times.popleft()

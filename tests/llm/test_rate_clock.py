"""The rate clock against simulated providers, in virtual time: exact, and no machine is too busy for it."""

from __future__ import annotations

import heapq
import math
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from extractor.llm.rate_clock import Departure, RateClock
from extractor.llm.rate_headers import StatedLimits, stated_limits

if TYPE_CHECKING:
    from collections.abc import Callable

    Provider = Callable[[float], float | None]
    """Takes the time of a request; returns None when it is served, else ``Retry-After``."""


def bucket(rate: float, burst: float, retry_after: float = 1.0) -> Provider:
    """Return a provider that allows ``rate`` per second, and ``burst`` at once after a rest."""
    state = [burst, 0.0]

    def serve(now: float) -> float | None:
        state[0], state[1] = min(burst, state[0] + (now - state[1]) * rate), now
        if state[0] < 1:
            return retry_after
        state[0] -= 1
        return None

    return serve


def window(limit: int, seconds: float) -> Provider:
    """Return a provider that counts anew every ``seconds``, and says when it does so next."""
    counts: dict[int, int] = {}

    def serve(now: float) -> float | None:
        number = int(now // seconds)
        counts[number] = counts.get(number, 0) + 1
        return None if counts[number] <= limit else (number + 1) * seconds - now

    return serve


@dataclass
class Played:
    """What came of a simulation."""

    requests: int = 0
    served: list[float] = field(default_factory=list)
    end: float = 0.0

    def rate(self, since: float = 0.0) -> float:
        """Return successes per second from ``since`` to the end."""
        return sum(at >= since for at in self.served) / (self.end - since)


def play(
    clock: RateClock,
    provider: Provider,
    *,
    articles: int = 10**9,
    seconds: float = math.inf,
    in_flight: int = 64,
    latency: float = 0.05,
    refusal: float = 0.005,
) -> Played:
    """Ask until ``articles`` are served or ``seconds`` have passed; a refused article goes to the end of the line."""
    played, waiting, now = Played(), deque(range(in_flight)), 0.0
    answers: list[tuple[float, int, Departure, float | None]] = []
    while len(played.served) < articles:
        departs = max(now, clock.ready()) if waiting else math.inf
        if min(departs, answers[0][0] if answers else math.inf) > seconds:
            played.end = seconds
            return played
        if not answers or departs <= answers[0][0]:
            departure = clock.depart(departs, 0, held_back=departs > now)
            now = departs
            waiting.popleft()
            verdict = provider(now)
            played.requests += 1
            answer = (now + (latency if verdict is None else refusal), played.requests, departure, verdict)
            heapq.heappush(answers, answer)
            continue
        now, _, departure, verdict = heapq.heappop(answers)
        waiting.append(0)
        if verdict is None:
            played.served.append(now)
            clock.succeed(departure, now)
        else:
            clock.refuse(departure, now, verdict)
    played.end = now
    return played


PROVIDERS = {
    "bucket, one second's burst": lambda: bucket(120, 120),
    "bucket, no burst": lambda: bucket(120, 1),
    "bucket, short Retry-After": lambda: bucket(120, 120, 0.02),
    "window of a second": lambda: window(120, 1),
    "window of a minute": lambda: window(7200, 60),
}


@pytest.mark.parametrize("latency", [0.05, 0.3, 0.5])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_limit_is_found_and_kept(provider: str, latency: float) -> None:
    """Knowing nothing, 6,000 articles under a limit of 120/s reach 90 % of it at 1.05 requests per success."""
    played = play(RateClock(), PROVIDERS[provider](), articles=6000, latency=latency)
    assert played.rate() >= 0.9 * 120
    assert played.requests <= 1.05 * 6000


@pytest.mark.parametrize("rate", [5, 30, 300])
def test_other_limits_are_found_too(rate: int) -> None:
    """From 5 to 300 a second, nothing of the search is fitted to one limit."""
    played = play(RateClock(), bucket(rate, 1, 0.2), articles=100 * rate, in_flight=max(8, rate // 2))
    assert played.rate() >= 0.85 * rate
    assert played.requests <= 1.1 * 100 * rate


@pytest.mark.parametrize("latency", [0.05, 0.3, 0.5])
@pytest.mark.parametrize("burst", [1.0, 1.0 / 1000], ids=["a second's burst", "no burst"])
@pytest.mark.parametrize("rate", [500, 1000])
def test_larger_steps_overshoot_little(rate: int, burst: float, latency: float) -> None:
    """Where slow start is steepest, 1.02 requests per success find the limit, at 0.85 of it and more in 30 seconds."""
    allowed = bucket(rate, max(1, rate * burst), 0.2)
    played = play(
        RateClock(), allowed, articles=30 * rate, in_flight=int(1.5 * rate * max(latency, 0.1)), latency=latency
    )
    assert played.rate() >= 0.85 * rate
    assert played.requests <= 1.025 * 30 * rate


@pytest.mark.parametrize(("in_flight", "latency", "reached"), [(64, 0.05, 0.9), (256, 0.3, 0.7)])
def test_a_server_without_limits_is_used_soon(in_flight: int, latency: float, reached: float) -> None:
    """A run of 5,000 articles, four to six seconds long, spends little of them in slow start."""
    played = play(RateClock(), lambda _: None, articles=5000, in_flight=in_flight, latency=latency)
    assert played.rate() >= reached * in_flight / latency


@pytest.mark.parametrize("burst", [1, 120, 1200])
def test_an_overshoot_is_at_most_what_was_in_flight(burst: int) -> None:
    """However steep slow start is and however long a burst hides the limit, 1,000 in flight cost few requests more."""
    played = play(RateClock(), bucket(120, burst), articles=6000, in_flight=1000, latency=0.3)
    assert played.rate() >= 0.9 * 120
    assert played.requests <= 1.05 * 6000


def test_three_requests_a_minute_cost_at_most_two_requests_each() -> None:
    """Where a success is a rare thing the search is dear, but every second request at least succeeds."""
    played = play(RateClock(), bucket(0.05, 1, 20), articles=40, in_flight=8)
    assert played.rate() >= 0.9 * 0.05
    assert played.requests <= 2.2 * 40


def test_a_limit_met_before_any_success_does_not_leave_a_crawl() -> None:
    """A server that refuses everything for ten seconds and then allows 120/s is used at 90 % of it a minute later."""
    opened = bucket(120, 120)
    played = play(RateClock(), lambda now: opened(now) if now > 10 else 1.0, seconds=130)
    assert played.rate(since=70) >= 0.9 * 120


def test_a_limit_that_falls_is_followed_down() -> None:
    """From 120/s to 6/s within one run, most requests still succeed, and the new limit is used."""
    before, after = bucket(120, 120), bucket(6, 6)
    played = play(RateClock(), lambda now: before(now) if now < 20 else after(now), seconds=100)
    assert played.rate(since=30) >= 0.8 * 6
    assert played.requests <= 1.1 * len(played.served)


def test_a_limit_that_is_raised_is_followed_up() -> None:
    """From 20/s to 120/s within one run, 80 % of the new limit is reached within a minute."""
    before, after = bucket(20, 20), bucket(120, 120)
    played = play(RateClock(), lambda now: before(now) if now < 20 else after(now), seconds=120)
    assert played.rate(since=80) >= 0.8 * 120


@pytest.mark.parametrize("retry_after", [None, 0.0, 1.0])
def test_nothing_but_429s_gets_a_handful_of_requests(retry_after: float | None) -> None:
    """In ten minutes of refusals, with 64 articles waiting, fewer than 100 requests go out."""
    clock, now, asked = RateClock(), 0.0, 0
    while (now := max(now, clock.ready())) < 600:
        departure = clock.depart(now, 0, held_back=True)
        clock.refuse(departure, now + 0.01, retry_after)
        asked += 1
    assert asked < 100


def test_a_given_limit_is_never_exceeded() -> None:
    """600 requests per minute are at most 10 in any second, whatever the server would take."""
    played = play(RateClock(600), lambda _: None, seconds=60)
    assert 590 <= played.requests <= 602
    assert max(sum(at <= other < at + 1 for other in played.served) for at in played.served) <= 11


def test_tokens_are_paced_by_what_they_turn_out_to_be() -> None:
    """60,000 tokens per minute let 100 requests of 10 tokens, which were estimated at 100, leave in one second."""
    clock, now = RateClock(tpm=60_000, adaptive=False), 0.0
    for _ in range(100):
        now = max(now, clock.ready())
        clock.weigh(clock.depart(now, 100, held_back=True), 10)
    assert now == pytest.approx(1.0, abs=0.2)


def test_without_limits_nothing_is_paced() -> None:
    """A clock that neither knows nor looks for a limit lets everything leave at once."""
    clock = RateClock(adaptive=False)
    for _ in range(1000):
        assert clock.ready() <= 0
        clock.depart(0.0, 5000, held_back=False)


def test_what_nobody_held_back_does_not_raise_the_rate() -> None:
    """A run that asks once a second learns nothing about the limit, so a later rush starts carefully."""
    clock = RateClock()
    for now in range(100):
        clock.succeed(clock.depart(float(now), 0, held_back=False), now + 0.5)
    assert clock.rate == RateClock().rate


@pytest.mark.parametrize(
    ("headers", "limits"),
    [
        ({}, StatedLimits()),
        ({"x-ratelimit-limit-requests": "60", "x-ratelimit-limit-tokens": "150000"}, StatedLimits(60, 150_000)),
        ({"anthropic-ratelimit-requests-limit": "50"}, StatedLimits(50, None)),
        ({"anthropic-ratelimit-tokens-limit": "40000"}, StatedLimits(None, 40_000)),
        ({"x-ratelimit-limit-requests": "0"}, StatedLimits()),
        ({"x-ratelimit-limit-requests": "-1", "x-ratelimit-limit-tokens": "1e9"}, StatedLimits()),
        ({"x-ratelimit-limit-requests": "9" * 5000}, StatedLimits()),
        ({"x-ratelimit-limit-requests": "٣"}, StatedLimits()),
        ({"x-ratelimit-limit-requests": "unlimited"}, StatedLimits()),
    ],
)
def test_stated_limits(headers: dict[str, str], limits: StatedLimits) -> None:
    """OpenAI's and Anthropic's header names are read; anything but a plausible number says nothing."""
    assert stated_limits(headers) == limits


def test_a_stated_limit_is_the_first_guess() -> None:
    """7,200 per minute in the first answer make 120/s at once, and a further answer changes nothing."""
    clock = RateClock()
    clock.state(StatedLimits(7200, 1_200_000))
    assert clock.rate == 120
    clock.refuse(clock.depart(0.0, 0, held_back=True), 0.1, None)
    clock.state(StatedLimits(7200, 1_200_000))
    assert clock.rate < 120


def test_a_stated_limit_is_kept_to() -> None:
    """In the first ten seconds under a stated limit, a server without any would see at most a tenth more."""
    clock = RateClock()
    clock.state(StatedLimits(6000))
    played = play(clock, lambda _: None, seconds=10)
    assert 990 <= played.requests <= 1100


def test_a_stated_limit_does_not_lift_a_given_one() -> None:
    """The user's 600 per minute stand, whatever the server would allow."""
    clock = RateClock(600)
    clock.state(StatedLimits(7200))
    assert clock.rate == 10

"""The limits that a provider states in the headers of its answers.

OpenAI documents ``x-ratelimit-limit-requests`` and ``x-ratelimit-limit-tokens`` (platform.openai.com/docs/guides/
rate-limits, "Rate limits in headers"); Azure, Groq, Together and vLLM gateways use the same names. Anthropic's
compatible endpoint says ``anthropic-ratelimit-requests-limit`` and ``anthropic-ratelimit-tokens-limit``. The period is
not in the header; both documents give their limits per minute, so that is what a number is taken for. It may be wrong
(Groq's request limit is per day), which is why :mod:`extractor.llm.rate_clock` takes it for a first guess that a 429
corrects, never for a fact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_REQUESTS = ("x-ratelimit-limit-requests", "anthropic-ratelimit-requests-limit")
_TOKENS = ("x-ratelimit-limit-tokens", "anthropic-ratelimit-tokens-limit")
_ABSURD = 10**12


@dataclass(frozen=True, slots=True)
class StatedLimits:
    """Requests and tokens per minute; None where the answer says nothing usable."""

    requests: float | None = None
    tokens: float | None = None


def stated_limits(headers: Mapping[str, str]) -> StatedLimits:
    """Return the limits that ``headers`` (lower-case names, or a case-insensitive mapping) state."""
    return StatedLimits(_first(headers, _REQUESTS), _first(headers, _TOKENS))


def _first(headers: Mapping[str, str], names: tuple[str, ...]) -> float | None:
    for name in names:
        text = headers.get(name, "").strip()
        if text.isascii() and text.isdigit() and 0 < int(text[:20]) < _ABSURD:
            return float(text)
    return None

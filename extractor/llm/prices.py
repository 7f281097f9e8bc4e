"""Prices in US dollars, from the table that ``genai-prices`` ships; it is never asked to update itself online.

A price is used only when the endpoint's URL is a provider's own (``https://api.openai.com`` …). The model's name alone
proves nothing: a "gpt-oss" behind somebody's own server costs what that server costs, which nobody knows here, so it
stays unknown. The embedded model runs on this machine and costs 0.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.llm.usage import Tokens

_BATCH = {"processing": "batch"}
"""How the table tells a batch's price."""

Cost = tuple[float | None, str | None]
"""US dollars and the price table they come from, or None and None."""


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of one model at one endpoint."""

    model: str
    base_url: str
    loopback: bool = False
    """Local servers are in no price table, so it is not loaded for them (0.15 s, 10 MB)."""
    free: bool = False
    """The model runs on this machine at nobody's charge: every request costs 0.0."""

    def cost(self, tokens: Tokens, *, batch: bool = False) -> Cost:
        """Return what one request with these ``tokens`` cost, or unknown; 0.3 ms for a priced model.

        A provider that reports no cached tokens gives no discount for them, so unknown counts as none here. With
        ``batch`` it went out in a provider's batch: at its price there, or, where the table knows none, at the half
        that OpenAI's batch guide documents, without a discount for cached tokens: some models have none in a batch.
        """
        if self.free:
            return 0.0, None
        if self.loopback or tokens.read is None or tokens.written is None:
            return None, None
        import genai_prices  # noqa: PLC0415 - 0.15 s, and only paid endpoints need it

        def price(cached: int, context: dict[str, str] | None = None) -> float:
            usage = genai_prices.Usage(input_tokens=tokens.read, cache_read_tokens=cached, output_tokens=tokens.written)
            found = genai_prices.calc_price(usage, self.model, provider_api_url=self.base_url, price_context=context)
            return float(found.total_price)

        table = f"genai-prices {genai_prices.__version__}"
        cached = min(tokens.cached or 0, tokens.read)
        try:
            if not batch:
                return price(cached), table
            live, in_batch = price(0), price(0, _BATCH)
            if in_batch < live or not live:
                return price(cached, _BATCH), f"{table}, batch"
        except (LookupError, ValueError):
            return None, None
        return live / 2, f"{table}, half of it for a batch"

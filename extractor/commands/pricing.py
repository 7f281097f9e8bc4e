"""What an article can cost at most, for a model and a prompt version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.archive.budget import Bound
from extractor.commands.dry_run import AskNobody
from extractor.llm.endpoint import find_endpoint, first_setup
from extractor.llm.prices import Prices
from extractor.pipeline import Extractor

if TYPE_CHECKING:
    from extractor.prompts.registry import Prompt
    from extractor.settings import ModelChoice, Settings


def bound_for(settings: Settings, choice: ModelChoice, prompt: Prompt) -> Bound:
    """Return what works out the most that an article can cost."""
    if choice.kind == "embedded":
        return Bound(Extractor(AskNobody(), prompt), Prices(choice.name, "", free=True).cost)
    key = choice.api_key.get_secret_value() if choice.api_key else None
    endpoint = find_endpoint(choice.base_url, key)
    prices = Prices(choice.name, endpoint.base_url, loopback=endpoint.loopback)
    hidden = first_setup(endpoint, choice.name, settings.mode).allowance > 0
    return Bound(Extractor(AskNobody(), prompt), prices.cost, reasoning=hidden)

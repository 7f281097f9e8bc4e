"""The model and prompt that a command uses, and what is said about a choice that the user did not make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.llm.catalogue import catalogue, is_embedded
from extractor.settings import choose_model, without_credentials

if TYPE_CHECKING:
    from extractor.settings import ModelChoice, Settings

CONCURRENCY = {"embedded": 1, "endpoint": 8}
"""Articles in flight where the settings don't say. On a CPU a second request halves the speed of the first."""


def choose(settings: Settings) -> ModelChoice:
    """Return the model that these settings mean; raises UsageError where they mean none."""
    return choose_model(settings, is_embedded=is_embedded, default=catalogue().default)


def explanation(choice: ModelChoice) -> str:
    """Return the line that says which model was chosen and why; empty where the user named it.

    It matters where the articles go: to a provider, or nowhere.
    """
    if not choice.reason:
        return ""
    where = "on this machine" if choice.kind == "embedded" else f"at {host_of(choice)}"
    return f"asking {choice.name} {where}, because {choice.reason}; --model names another"


def host_of(choice: ModelChoice) -> str:
    """Return the host that is asked."""
    if choice.base_url is None:
        return "api.openai.com"
    return without_credentials(choice.base_url).partition("//")[2].partition("/")[0].removeprefix("…@")


def concurrency_of(settings: Settings, choice: ModelChoice) -> int:
    """Return how many articles are asked at once."""
    return settings.concurrency or CONCURRENCY[choice.kind]

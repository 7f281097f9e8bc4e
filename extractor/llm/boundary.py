"""The one model boundary: messages and a reply type in, reply and usage out.

Two things stand behind it: :class:`extractor.llm.client.OpenAIModel`, which asks any OpenAI-compatible endpoint (the
embedded model included, which is llama.cpp's own server on loopback), and the scripted model of the tests.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractor.events.summary import Usage

R = TypeVar("R", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message; ``content`` goes out exactly as it is, no template is ever applied to it again."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """Sampling parameters and caps of one request; a prompt version sets them."""

    temperature: float | None = 0.0
    max_tokens: int = 2000
    """Cap on the tokens of one reply; raised once when a reply is truncated."""
    seed: int | None = 7


@dataclass(frozen=True, slots=True)
class Ask(Generic[R]):
    """One question: the messages, the reply type, the parameters, and bounds for this article's reply."""

    messages: Sequence[Message]
    reply: type[R]
    parameters: Parameters = field(default_factory=Parameters)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For fields of the reply that copy words: the only phrases that may be copied, besides null. A schema that becomes
    a grammar is narrowed to them, so that a small model cannot make words up; elsewhere they are only advice, and the
    checks find what was made up."""
    deadline: float | None = None
    """Event-loop time (``loop.time()``) after which the article has failed; None: the model's own default."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[R]):
    """A validated reply, the raw text it came from, and what it cost over all attempts."""

    reply: R
    raw: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What provenance records about a model: name, endpoint host, mode."""

    name: str
    endpoint: str
    mode: str
    settings: Mapping[str, str] = field(default_factory=dict)


class Model(Protocol):
    """Anything that can be asked."""

    @property
    def info(self) -> ModelInfo:
        """Name, endpoint and mode, without secrets."""
        ...

    async def ask(self, ask: Ask[R]) -> Answer[R]:
        """Return a validated reply or raise a :class:`extractor.errors.ModelError` whose ``usage`` is what it cost."""
        ...

"""What a request carries besides its messages, as far as it counts as input: the reply type's schema.

How a provider shows a schema to its model is its secret. What is known: in ``json`` mode we write it into the system
message ourselves; tools and OpenAI's structured outputs are billed as input, for about as many tokens as their JSON
has; engines that constrain decoding (llama.cpp, vLLM, Ollama with a schema or a grammar) show the model nothing of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from extractor.llm.endpoint import find_endpoint, first_setup

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

    from extractor.llm.boundary import Parameters
    from extractor.llm.endpoint import Mode

_ANY_KEY = "none"
"""Nothing is sent, so no key is needed."""


@dataclass(frozen=True, slots=True)
class RequestSize:
    """Tokens that each request of one reply type has besides its messages."""

    schema_tokens: int
    """Billed as input."""
    sure: bool
    """Whether they are as certain as the messages'."""
    allowance: int
    """Added to the cap of a reasoning model's reply."""


NOTHING_BESIDES: Final = RequestSize(0, sure=True, allowance=0)
"""The embedded model's: its grammar is no part of the prompt."""


def request_size(  # noqa: PLR0913 - what decides how a request looks
    reply: type[BaseModel],
    parameters: Parameters,
    *,
    model: str,
    base_url: str | None,
    mode: Mode | Literal["auto"],
    count: Callable[[str], int],
) -> RequestSize:
    """Return what a request to an endpoint carries besides its messages, before the endpoint has refused anything."""
    from extractor.llm.form import prepare  # noqa: PLC0415 - loads the SDK

    setup = first_setup(find_endpoint(base_url, _ANY_KEY), model, mode)
    form = prepare(reply, parameters, setup, model)
    if form.system:
        return RequestSize(count(form.system), sure=True, allowance=setup.allowance)
    shown = setup.mode == "tools" or (setup.mode == "json_schema" and setup.dialect != "bounded")
    schema = json.dumps(form.schema, ensure_ascii=False, separators=(",", ":"))
    return RequestSize(count(schema) if shown else 0, sure=not shown, allowance=setup.allowance)

"""Which endpoint is asked, how it wants to be asked, and what it taught us so far.

The mode says how the reply type travels: ``json_schema`` (``response_format`` with a schema), ``tools`` (one forced
tool call), ``json`` (``json_object`` and the schema in the prompt), or ``grammar`` (compact JSON enforced by llama.cpp;
for the embedded model, never chosen by itself). All endpoints start with ``json_schema``: OpenAI,
vLLM, llama.cpp's server and Ollama constrain decoding with it. One that answers 400 to it is asked with tools, then
with json, and what worked is remembered for the life of the client. Parameters are learned in the same way: OpenAI's
reasoning models refuse ``temperature`` and want ``max_completion_tokens``, some servers know no ``seed``.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from extractor.errors import UsageError

if TYPE_CHECKING:
    from extractor.llm.classify import Failure
    from extractor.llm.schema import Dialect

Mode = Literal["json_schema", "tools", "json", "grammar"]

OPENAI_URL = "https://api.openai.com/v1"

DIALECTS: dict[str, Dialect] = {
    "api.openai.com": "openai",
    "openai.azure.com": "openai",
    "openrouter.ai": "openai",
}
"""Hosts (with all below them) that take OpenAI's strict schemas only; every other endpoint gets the bounded one."""

_NEXT_MODE: dict[Mode, Mode] = {"json_schema": "tools", "tools": "json"}
_MODE_WORDS: dict[Mode, str] = {
    "json_schema": r"response_format|response format|json_?schema|structured|grammar|guided",
    "tools": r"tool|function",
}
_UNKNOWN = r"support|permitted|allowed|unknown|unrecogni[sz]ed|unexpected|extra|invalid|only the default"
_COMPLAINT = 500
"""Characters of a complaint about one parameter; a longer text repeats the request and names them all."""

_REASONING = re.compile(r"(^|/)(o[134](-|$)|gpt-([5-9]|[1-9][0-9])(?!.*-chat))")
"""OpenAI's reasoning models (o-series, gpt-5 and later): no temperature, and the cap covers tokens that nobody sees."""

REASONING_ALLOWANCE = 8_000
"""Tokens added to the cap of a reasoning model, whose hidden tokens count against it."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where requests go, and the key they carry."""

    base_url: str
    key: str
    host: str
    """Host and port, for messages and provenance."""
    loopback: bool
    dialect: Dialect

    def __repr__(self) -> str:
        return f"Endpoint({self.host!r})"


@dataclass(frozen=True, slots=True)
class Setup:
    """How a request is worded for this endpoint and model."""

    mode: Mode
    dialect: Dialect
    falls_back: bool = True
    """Whether another mode is tried when the endpoint refuses this one."""
    cap_name: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    allowance: int = 0
    """Tokens added to the cap for reasoning."""
    dropped: frozenset[str] = frozenset()
    """Parameters that the endpoint refused."""


def find_endpoint(base_url: str | None, api_key: str | None) -> Endpoint:
    """Return the endpoint for the given URL and key, or the environment's.

    ``OPENAI_BASE_URL`` stands in for a missing URL. ``OPENAI_API_KEY`` stands in for a missing key only where it
    belongs: at OpenAI, or at the URL that the environment itself names. It never goes to another host.

    Raises:
        UsageError: The URL is no plain http(s) URL, or there is no key for OpenAI.
    """
    from_env = os.environ.get("OPENAI_BASE_URL")
    url = (base_url or from_env or OPENAI_URL).rstrip("/")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("http", "https") or parts.username or parts.password or parts.query:
        raise UsageError(
            "the base URL must look like https://host/v1, without user name, password or query",
            hint="pass a key with OPENAI_API_KEY, never inside the URL",
        )
    at_openai = host == "api.openai.com" and parts.scheme == "https"
    key = api_key or (os.environ.get("OPENAI_API_KEY") if at_openai or url == (from_env or "").rstrip("/") else None)
    key = (key or "").strip()
    if at_openai and not key:
        raise UsageError(
            "there is no API key for api.openai.com",
            hint="set OPENAI_API_KEY, name another endpoint with --base-url, or leave --model out: embedded model",
        )
    if not (key.isascii() and key.isprintable()):
        raise UsageError("the API key holds characters that no key has", hint="set OPENAI_API_KEY again")
    strict = (d for name, d in DIALECTS.items() if host == name or host.endswith("." + name))
    dialect: Dialect = next(strict, "bounded")
    return Endpoint(url, key, f"{host}:{port}" if port else host, _is_loopback(host), dialect)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def first_setup(endpoint: Endpoint, model: str, mode: Mode | Literal["auto"]) -> Setup:
    """Return how ``model`` at ``endpoint`` is asked before it has taught us anything."""
    dialect = endpoint.dialect
    if dialect == "openai" and model.startswith("ft:"):
        dialect = "openai-fine-tuned"
    setup = Setup("json_schema" if mode == "auto" else mode, dialect, falls_back=mode == "auto")
    if endpoint.dialect == "openai" and endpoint.host != "openrouter.ai":
        setup = replace(setup, cap_name="max_completion_tokens")
    if _REASONING.search(model):
        setup = replace(setup, allowance=REASONING_ALLOWANCE, dropped=frozenset({"temperature"}))
    return setup


def adapt(setup: Setup, failure: Failure) -> Setup | None:
    """Return how to ask instead after ``failure``, or None where it is not about how we asked.

    Each step drops a parameter, renames the cap or moves down the modes, so there are at most six.
    """
    said = failure.said
    if failure.status not in (400, 422, 501) or not failure.adaptable or len(said) > _COMPLAINT:
        return None
    if {"max_tokens", "max_completion_tokens"} <= set(re.findall(r"\w+", said)) and setup.cap_name == "max_tokens":
        return replace(setup, cap_name="max_completion_tokens")
    for name in ("temperature", "seed"):
        if name not in setup.dropped and re.search(rf"\b{name}\b", said) and re.search(_UNKNOWN, said):
            return replace(setup, dropped=setup.dropped | {name})
    if setup.cap_name == "max_completion_tokens" and "max_completion_tokens" in said and "large" not in said:
        return replace(setup, cap_name="max_tokens")
    if setup.falls_back and setup.mode in _NEXT_MODE and re.search(_MODE_WORDS[setup.mode], said):
        return replace(setup, mode=_NEXT_MODE[setup.mode])
    return None

"""Which endpoint, which key, which first setup."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extractor.errors import UsageError
from extractor.llm.client import OpenAIModel
from extractor.llm.endpoint import find_endpoint, first_setup

if TYPE_CHECKING:
    from extractor.llm.schema import Dialect

OPENAI = "https://api.openai.com/v1"
LOCAL = "http://localhost:11434/v1"


OTHER = "https://other.example/v1"
EVIL = "https://evil.example/api.openai.com"
PLAIN = "http://api.openai.com/v1"
ENV_KEY = {"OPENAI_API_KEY": "sk-e"}


@pytest.mark.parametrize(
    ("given", "environment", "found"),
    [
        ((None, "sk-a"), {}, (OPENAI, "sk-a")),
        ((None, None), ENV_KEY, (OPENAI, "sk-e")),
        ((OPENAI + "/", None), ENV_KEY, (OPENAI, "sk-e")),
        ((None, None), ENV_KEY | {"OPENAI_BASE_URL": OTHER + "/"}, (OTHER, "sk-e")),
        ((LOCAL, None), ENV_KEY, (LOCAL, "")),
        ((OTHER, None), ENV_KEY, (OTHER, "")),
        ((EVIL, None), ENV_KEY, (EVIL, "")),
        ((PLAIN, None), ENV_KEY, (PLAIN, "")),
        ((LOCAL, " sk-a\n"), {}, (LOCAL, "sk-a")),
    ],
)
def test_the_key_goes_where_it_belongs(
    given: tuple[str | None, str | None],
    environment: dict[str, str],
    found: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A given key goes to the given endpoint; the environment's key to OpenAI or the environment's own URL only."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    endpoint = find_endpoint(*given)
    assert (endpoint.base_url, endpoint.key) == found


@pytest.mark.parametrize(
    ("base_url", "api_key", "said"),
    [
        (None, None, "no API key for api.openai.com"),
        ("localhost:11434", None, "must look like"),
        ("ftp://host/v1", None, "must look like"),
        ("http://", None, "must look like"),
        ("http://[::1", None, "must look like"),
        ("http://host:99999/v1", None, "must look like"),
        ("https://user:sk-hidden@host/v1", None, "without user name"),
        ("https://host/v1?key=sk-hidden", None, "without user name"),
        (LOCAL, "sk-\u200bhidden", "characters that no key has"),
        (LOCAL, "sk-hidden\r\nX-Evil: 1", "characters that no key has"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_anything_is_sent(
    base_url: str | None, api_key: str | None, said: str
) -> None:
    """A bad URL or key is a usage error with a hint, and the message does not repeat a key."""
    with pytest.raises(UsageError, match=said) as caught:
        OpenAIModel("m", base_url=base_url, api_key=api_key)
    assert caught.value.hint
    assert "hidden" not in f"{caught.value}{caught.value.hint}"


@pytest.mark.parametrize(
    ("base_url", "model", "dialect", "cap", "thinks"),
    [
        (OPENAI, "gpt-4o-mini", "openai", "max_completion_tokens", False),
        (OPENAI, "ft:gpt-4o-mini:me::1", "openai-fine-tuned", "max_completion_tokens", False),
        (OPENAI, "o3-mini", "openai", "max_completion_tokens", True),
        (OPENAI, "gpt-5-nano", "openai", "max_completion_tokens", True),
        (OPENAI, "gpt-5-chat-latest", "openai", "max_completion_tokens", False),
        (OPENAI, "gpt-6-luna", "openai", "max_completion_tokens", True),
        ("https://me.openai.azure.com/openai/v1", "gpt-4o", "openai", "max_completion_tokens", False),
        ("https://openrouter.ai/api/v1", "openai/o4-mini", "openai", "max_tokens", True),
        (LOCAL, "qwen2.5:1.5b", "bounded", "max_tokens", False),
        (LOCAL, "gpt-oss-20b", "bounded", "max_tokens", False),
        ("https://notopenai.com/v1", "olmo3", "bounded", "max_tokens", False),
    ],
)
def test_the_first_setup(base_url: str, model: str, dialect: Dialect, cap: str, thinks: bool) -> None:
    """Endpoint and model name decide dialect, cap name and room for reasoning; all start with json_schema."""
    setup = first_setup(find_endpoint(base_url, "sk-a"), model, "auto")
    assert (setup.mode, setup.dialect, setup.cap_name) == ("json_schema", dialect, cap)
    assert (setup.allowance > 0, "temperature" in setup.dropped) == (thinks, thinks)


@pytest.mark.parametrize(
    ("url", "loopback", "host"),
    [
        ("http://127.0.0.1:8080/v1", True, "127.0.0.1:8080"),
        ("http://[::1]:8080/v1", True, "::1:8080"),
        ("http://localhost/v1", True, "localhost"),
        ("http://127.9.9.9/v1", True, "127.9.9.9"),
        ("http://localhost.example/v1", False, "localhost.example"),
        ("http://10.0.0.5:8000/v1", False, "10.0.0.5:8000"),
    ],
)
def test_loopback_and_the_host_in_provenance(url: str, loopback: bool, host: str) -> None:
    """Only this machine is loopback; provenance shows host and port, never a path."""
    endpoint = find_endpoint(url, None)
    assert (endpoint.loopback, endpoint.host) == (loopback, host)
    assert OpenAIModel("m", base_url=url).info.endpoint == host

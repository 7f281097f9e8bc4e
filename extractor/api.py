"""The short way in from Python: one text, one call."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.articles.build import article_from_text
from extractor.llm.open import chosen_model, open_model
from extractor.pipeline import Extractor
from extractor.prompts.registry import load_extracting, prompt_for_model
from extractor.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import date

    from extractor.events.summary import Extraction

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@asynccontextmanager
async def open_extractor(
    *,
    model: str | None = None,
    base_url: str | None = None,
    prompt: str | None = None,
    deadline: float | None = None,
) -> AsyncIterator[Extractor]:
    """Open a model and a prompt version for many articles.

    What is not given comes from the environment, ``.env`` and ``extractor.toml``, as on the command line; without
    any of them the embedded model is asked (and fetched once).

    Args:
        model: Name at the endpoint, name of an embedded model, or path of a GGUF file.
        base_url: An OpenAI-compatible endpoint.
        prompt: ``NAME@VERSION``, or a name for its production version.
        deadline: Wall-clock seconds per article.

    Raises:
        UsageError: A setting cannot work, the prompt is unknown, or an embedded model cannot be fetched.
    """
    flags = {"model": model, "base_url": base_url, "prompt": prompt, "deadline": deadline}
    settings = load_settings(flags)
    choice = chosen_model(settings)
    folder = Path(settings.prompts_dir) if settings.prompts_dir else None
    chosen = load_extracting(settings.prompt or prompt_for_model(choice.kind), folder)
    async with open_model(settings, choice) as opened:
        yield Extractor(opened, chosen, deadline=settings.deadline)


def extract(  # noqa: PLR0913 - one keyword for each thing a caller may know
    text: str,
    *,
    published: date | None = None,
    title: str | None = None,
    url: str | None = None,
    language: str | None = None,
    model: str | None = None,
    base_url: str | None = None,
    prompt: str | None = None,
    deadline: float | None = None,
) -> Extraction:
    """Return the checked events that one article's plain text reports.

    For more than one article use :func:`open_extractor`, which keeps the model open.

    Args:
        text: The article; offsets in the result count its Unicode code points.
        published: Publication date; without it only full dates can be resolved.
        title: Headline, where it is not part of ``text``.
        url: Where the article was found; recorded, never fetched.
        language: ISO 639-1 code; found in the text unless given.
        model: See :func:`open_extractor`.
        base_url: Same.
        prompt: Same.
        deadline: Same.

    Raises:
        InputError: ``text`` holds no article.
        UsageError: A setting cannot work.
        RuntimeError: Called where an event loop runs; use :func:`open_extractor` there.
    """
    _require_no_loop()
    article = article_from_text(text, published=published, title=title, url=url, language=language)

    async def run() -> Extraction:
        async with open_extractor(model=model, base_url=base_url, prompt=prompt, deadline=deadline) as extractor:
            return await extractor.extract(article)

    return asyncio.run(run())


def _require_no_loop() -> None:
    """Raise RuntimeError where an event loop runs, before a coroutine is made that nobody could await."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise RuntimeError("extract() cannot be called from a running event loop; use open_extractor()")


def published_schema() -> dict[str, object]:
    """Return the JSON Schema of :class:`extractor.events.summary.Extraction` as it is written out."""
    from extractor.events.summary import Extraction  # noqa: PLC0415 - pydantic costs 0.2 s

    return {"$schema": DIALECT, **Extraction.model_json_schema(mode="serialization")}

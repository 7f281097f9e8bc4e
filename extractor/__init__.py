"""Turn news articles into checked event data.

The Python interface, complete: :func:`extract` for one text, :class:`Extractor` for many, both returning an
:class:`Extraction` whose every value is checked against the article. Names load at first use, so that the command line
starts fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extractor.api import extract, open_extractor
    from extractor.articles.article import Article
    from extractor.articles.build import article_from_html, article_from_text
    from extractor.errors import ExtractorError
    from extractor.events.ground import reground
    from extractor.events.summary import EventSummary, Extraction
    from extractor.pipeline import Extractor

__all__ = [
    "Article",
    "EventSummary",
    "Extraction",
    "Extractor",
    "ExtractorError",
    "article_from_html",
    "article_from_text",
    "extract",
    "open_extractor",
    "reground",
]

_HOMES = {
    "Article": "extractor.articles.article",
    "EventSummary": "extractor.events.summary",
    "Extraction": "extractor.events.summary",
    "Extractor": "extractor.pipeline",
    "ExtractorError": "extractor.errors",
    "article_from_html": "extractor.articles.build",
    "article_from_text": "extractor.articles.build",
    "extract": "extractor.api",
    "open_extractor": "extractor.api",
    "reground": "extractor.events.ground",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any of the public names
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)

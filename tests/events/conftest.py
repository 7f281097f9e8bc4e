"""Articles made by hand for the tests of events/: sentences given one by one, so that no splitter is under test."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from extractor.articles.article import Article, Published, Sentence

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

# A busy machine may stall any one example; the time of an example is no property of ours.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def make_article(
    *lines: str,
    published: date | None = None,
    furniture: tuple[int, ...] = (),
    headline: int | None = None,
    datelines: dict[int, str] | None = None,
    paragraphs: tuple[int, ...] | None = None,
) -> Article:
    """Join ``lines`` into an article of as many sentences; numbers in the options are sentence numbers."""
    text, sentences = "", []
    for number, line in enumerate(lines, 1):
        text += "\n" if text else ""
        start = len(text)
        text += line
        dateline = (datelines or {}).get(number)
        sentences.append(
            Sentence(
                number=number,
                start=start,
                end=len(text),
                furniture=number in furniture,
                dateline_end=None if dateline is None else start + len(dateline),
                headline=number == headline,
                paragraph=paragraphs[number - 1] if paragraphs else number - 1,
            )
        )
    return Article(
        id="test",
        text=text,
        sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        sentences=tuple(sentences),
        published=Published(published, "given") if published else Published(),
    )


@pytest.fixture(name="make_article", scope="session")
def _make_article() -> Callable[..., Article]:
    return make_article

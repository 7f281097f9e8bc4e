"""Extractions and a run for the tests of exports: the hand-made article, a failed one, one without events."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from extractor.archive.exports.run_info import RunInfo
from tests.samples import make_article, make_extraction, make_failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.events.summary import Extraction

INFO = RunInfo(
    name="harbour",
    prompt="events@v1",
    prompt_digest=f"sha256:{'0' * 64}",
    model="scripted",
    endpoint="scripted",
    extractor_version="0.1.0",
    sources=("made by hand",),
    begun=dt.datetime(2024, 3, 5, 11, tzinfo=dt.UTC),
    exported=dt.datetime(2024, 3, 6, tzinfo=dt.UTC),
    articles=4,
    answered=3,
)


def made(poison: str = "") -> list[Extraction]:
    """Return three extractions: three events, none, and a failed one."""
    article = make_article(poison)
    whole = make_extraction(article, poison)
    quiet = make_article(poison, name="quiet")
    return [
        whole,
        make_extraction(quiet, poison).model_copy(update={"events": ()}),
        make_failure(make_article(poison, name="failed"), poison),
    ]


def many(articles: int) -> Iterator[Extraction]:
    """Yield as many extractions as wanted, three events each, none of them kept."""
    whole = make_extraction(make_article())
    for number in range(articles):
        about = whole.article.model_copy(update={"id": f"article-{number}", "source": f"articles.jsonl:{number + 1}"})
        yield whole.model_copy(update={"article": about})

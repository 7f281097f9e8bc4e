"""Fixtures of the label pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extractor.articles.build import article_from_text
from extractor.evaluation.gold import read_gold
from extractor.evaluation.labels.agreement import said_events
from tests.samples import make_article, make_extraction

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def suggest() -> Callable[[Path], None]:
    """Return what keeps a model's reading of the ferry in a set: the label itself, as if predicted."""

    def keep(folder: Path) -> None:
        article = read_gold(folder).article("dk-2011-ferry")
        made = make_extraction(make_article(""), "")
        about = made.article.model_copy(update={"id": article.id, "sha256": article_from_text(article.text).sha256})
        reading = made.model_copy(update={"article": about, "events": tuple(said_events(article.label))})
        (folder / "suggestions").mkdir()
        (folder / "suggestions" / f"{article.id}.json").write_text(reading.model_dump_json(), encoding="utf-8")

    return keep

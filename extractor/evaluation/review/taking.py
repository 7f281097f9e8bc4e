"""From the answers of a run to a set that a person goes through: the texts, no labels yet, and what the run said.

::

    FOLDER/
      articles/<id>.txt        the text, line ends as LF
      labels/                  empty; a label appears with every article that is saved
      suggestions/<id>.json    what the run said

Articles are called as the archive calls them, as far as a labelled set can (3 to 64 of a-z, 0-9 and hyphens).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.evaluation.gold import ARTICLES, LABELS
from extractor.evaluation.interchange.offsets import with_line_feeds
from extractor.evaluation.labels.naming import free_name, id_of
from extractor.evaluation.review.suggestions import SUGGESTIONS, moved
from extractor.evaluation.set_files import appearing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from extractor.articles.article import Article
    from extractor.events.summary import Extraction


@dataclass(frozen=True, slots=True)
class Taken:
    """How much was taken over."""

    articles: int
    events: int
    ids: tuple[str, ...]


def write_review(out: Path, answered: Iterable[tuple[Article, Extraction]]) -> Taken:
    """Write a set to review into the new folder ``out``.

    Args:
        out: Appears when it is whole.
        answered: Articles, each with what a run said about it; several with one text are taken once.

    Raises:
        UsageError: See :func:`extractor.evaluation.set_files.check_target`; or the disk refuses.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    events = 0
    with appearing(out, (ARTICLES, LABELS, SUGGESTIONS)) as folder:
        for article, extraction in answered:
            if article.sha256 in names:
                continue
            name = names[article.sha256] = free_name(id_of(article.id), taken)
            taken.add(name)
            events += len(extraction.events)
            said = moved(extraction, article.text).model_dump_json(indent=1)
            (folder / ARTICLES / f"{name}.txt").write_bytes(with_line_feeds(article.text).encode())
            (folder / SUGGESTIONS / f"{name}.json").write_bytes(said.encode())
    return Taken(len(names), events, tuple(names.values()))

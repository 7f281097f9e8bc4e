"""Labelled sets as sources: the articles with their given dates, and nothing of the labels."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from extractor.articles.article import Article
from extractor.articles.options import InputFailure, ReadOptions
from extractor.articles.read import read

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "A bomb in a bus killed three people in Orun on Monday."


def make(folder: Path, labels: dict[str, str]) -> Path:
    """Return a labelled set with articles a, b and c, and ``labels``."""
    for name in ("articles", "labels"):
        (folder / name).mkdir()
    for name in ("b", "a", "c"):
        (folder / "articles" / f"{name}.txt").write_text(f"{TEXT} ({name})")
    for name, label in labels.items():
        (folder / "labels" / f"{name}.toml").write_text(label)
    return folder


def test_gold_articles(tmp_path: Path) -> None:
    """Articles come by id with the date that their label gives; a date of the user's own beats it."""
    labels = {"a": 'id = "a"\npublished = 2020-05-18\n', "b": 'id = "b"\n', "c": 'id = "c"\npublished = 2020-05-19\n'}
    spec = f"gold:{make(tmp_path, labels)}"
    articles = [item for item in read(spec) if isinstance(item, Article)]
    assert [(article.id, article.text[-3:]) for article in articles] == [("a", "(a)"), ("b", "(b)"), ("c", "(c)")]
    assert [article.published.date for article in articles] == [dt.date(2020, 5, 18), None, dt.date(2020, 5, 19)]
    assert [article.published.basis for article in articles] == ["given", "unknown", "given"]
    own = read(spec, options=ReadOptions(published=dt.date(2001, 1, 1)))
    assert {item.published.date for item in own if isinstance(item, Article)} == {dt.date(2001, 1, 1)}


def test_gold_articles_that_cannot_be_read(tmp_path: Path) -> None:
    """An article without a label, or with a broken one, is a failure in its place."""
    spec = f"gold:{make(tmp_path, {'a': 'published = ', 'c': 'published = 2020-05-19'})}"
    first, second, third = read(spec)
    assert isinstance(first, InputFailure)
    assert "cannot be read" in str(first.error)
    assert isinstance(second, InputFailure)
    assert "has no label" in str(second.error)
    assert isinstance(third, Article)


def test_folder_that_is_no_set(tmp_path: Path) -> None:
    """Any other folder says what a labelled set is."""
    (failure,) = read(f"gold:{tmp_path}")
    assert isinstance(failure, InputFailure)
    assert "is no labelled set" in str(failure.error)

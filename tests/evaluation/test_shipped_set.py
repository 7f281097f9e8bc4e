"""The labelled set that ships: sound, whole, as wide as was demanded, and described by its datasheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.evaluation.coverage import coverage_of
from extractor.evaluation.gold import gold_folder, read_gold
from scripts import datasheet

SIDES = ("labels", "annotators/a", "annotators/b")


@pytest.mark.parametrize("labels", SIDES)
def test_every_article_is_labelled_without_an_error(labels: str) -> None:
    """The labels that were decided on and those of both annotators are true to their articles, and none is missing."""
    texts = {path.stem for path in (gold_folder() / "articles").glob("*.txt")}
    assert {article.id for article in read_gold(labels=labels).articles} == texts


def test_the_set_covers_what_was_demanded_of_it() -> None:
    """Size, countries, decades, kinds, types, standings and traps clear their bars."""
    gold = read_gold()
    assert [row.name for row in coverage_of(gold.articles, gold.digest).missed] == []


def test_the_datasheet_says_what_the_set_holds() -> None:
    """Digest, coverage and agreement on the page are those of the set; ``python scripts/datasheet.py`` writes them."""
    page = Path(datasheet.PAGE).read_text(encoding="utf-8")
    assert page == datasheet.page(page, datasheet.parts())


def test_no_article_of_the_set_is_used_in_a_prompt() -> None:
    """Few-shot examples share no line of eight words or more with an article, or the yardstick would be known."""
    prompts = "\n".join(
        path.read_text(encoding="utf-8") for path in (Path(datasheet.ROOT) / "prompts").rglob("*") if path.is_file()
    )
    asked = " ".join(prompts.split()).casefold()
    shared = [
        (article.id, line)
        for article in read_gold().articles
        for line in article.text.splitlines()
        if len(line.split()) >= 8 and " ".join(line.split()).casefold() in asked
    ]
    assert shared == []

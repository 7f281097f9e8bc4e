"""Near duplicates are found, unrelated articles are not, and nothing that reports something new may be linked."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from extractor.archive.duplicates import Match, NearDuplicates
from extractor.articles.build import article_from_text
from extractor.errors import UsageError
from tests.archive.edited import EDITS, edited

if TYPE_CHECKING:
    from extractor.articles.article import Article, Sentence

GOLD = Path(__file__).parents[2] / "evals" / "gold" / "articles"
DAY = dt.date(2020, 1, 1)


@cache
def originals() -> tuple[Article, ...]:
    """Return the articles of the labelled set, all of one day."""
    return tuple(article_from_text(path.read_text(), published=DAY) for path in sorted(GOLD.glob("*.txt")))


def indexed() -> tuple[NearDuplicates, list[Match | None]]:
    """Return an index of all originals, and what was matched among them."""
    near = NearDuplicates()
    return near, [near.offer(article, place) for place, article in enumerate(originals())]


def test_unrelated_articles_do_not_match() -> None:
    """No pair of some 6,000 of different articles is a near duplicate, templates and listings included."""
    near, matches = indexed()
    assert len(matches) > 100
    assert not any(matches)
    assert not list(near.clusters())


@pytest.mark.parametrize(("edit", "found", "linked"), [(edit, 1.0, 0.93) for edit in EDITS])
def test_edited_copies_are_found_and_linked(edit: str, found: float, linked: float) -> None:
    """Every edited copy is found at its original; nearly all report nothing new, so that they may be linked."""
    near, _ = indexed()
    some = list(enumerate(originals()))[::3]
    matches = {place: near.offer(edited(article, edit, 1), 1000) for place, article in some}
    at_home = [match for place, match in matches.items() if match is not None and match.place == place]
    assert len(at_home) == len(list(filter(None, matches.values()))) >= found * len(matches)
    assert sum(m.same for m in at_home) >= linked * len(matches)


def test_a_changed_number_is_never_linked() -> None:
    """A copy in which one number of the body differs reports another toll: near, but never the same."""
    near, _ = indexed()
    changed = 0
    for place, article in enumerate(originals()[::2]):
        found = next(filter(None, (_number(article, s) for s in article.sentences if not s.furniture)), None)
        if found:
            text = f"{article.text[: found[0]]}8461{article.text[found[1] :]}"
            match = near.offer(article_from_text(text, published=DAY), 1000 + place)
            changed += 1
            assert match is None or ("8461" in match.news and not match.same), article.id
    assert changed > 25


def _number(article: Article, sentence: Sentence) -> tuple[int, int] | None:
    """Return where a number of two or three digits stands in a sentence of the body."""
    start = sentence.dateline_end or sentence.start
    if sentence.headline:
        return None
    found = re.search(r"(?<!\S)\d{2,3}(?= )", article.text[start : sentence.end])
    return (start + found.start(), start + found.end()) if found else None


REPORT = (
    "Gunmen stormed the harbour of Kestrel Bay before dawn and set two warehouses on fire, the port authority said. "
    "Seventeen dock workers were killed and nine were hurt, most of them in the grain store beside the old mole. "
    "The army of Norland sent a battalion from Tarn and closed the coast road until the evening of the next day."
)


@pytest.mark.parametrize(
    ("change", "news"),
    [
        (("Seventeen", "Nineteen"), ("Nineteen",)),
        (("nine were", "eleven were"), ("eleven",)),
        (("Norland", "Sudria"), ("Sudria",)),
        (("from Tarn", "from 3 towns"), ("3",)),
        (("dawn", "sunrise"), ()),
        (("Kestrel Bay", "KESTREL BAY"), ()),
    ],
)
def test_news_are_numbers_and_names(change: tuple[str, str], news: tuple[str, ...]) -> None:
    """What may make another event is named, in the article's own spelling; another word for dawn is not."""
    near = NearDuplicates()
    assert near.offer(article_from_text(REPORT, published=DAY), 7) is None
    match = near.offer(article_from_text(REPORT.replace(*change), published=DAY), 8)
    assert match is not None
    assert (match.place, match.news, match.same) == (7, news, not news)


@pytest.mark.parametrize(
    ("first", "later", "same"),
    [
        (DAY, DAY, True),
        (DAY, DAY + dt.timedelta(3), True),
        (DAY, DAY - dt.timedelta(3), True),
        (DAY, DAY + dt.timedelta(4), False),  # "on Sunday" would be another day
        (None, None, True),
        (DAY, None, False),
        (None, DAY, False),
    ],
)
def test_the_same_text_of_another_week_is_not_the_same(
    first: dt.date | None, later: dt.date | None, same: bool
) -> None:
    """Words of time mean what the publication date makes of them, so copies of other dates are only reported."""
    near = NearDuplicates()
    near.offer(article_from_text(REPORT, published=first), 0)
    match = near.offer(article_from_text(REPORT, published=later), 1)
    assert match is not None
    assert match.same is same


def test_clusters_are_stars() -> None:
    """A copy of a copy is compared with the first article, and a cluster counts what is near its first."""
    near = NearDuplicates()
    for place in range(4):
        near.offer(article_from_text(REPORT + " Rain." * place, published=DAY), place)
    assert list(near.clusters()) == [(0, 3)]


def test_scripts_without_spaces_or_capitals_are_compared_by_character() -> None:
    """A Chinese report is near its copy with another sentence; every new word there counts as news."""
    text = "当地官员表示，周日凌晨武装分子袭击了港口，造成十七名码头工人死亡，九人受伤，两座仓库被烧毁。"
    near = NearDuplicates()
    near.offer(article_from_text(text, published=DAY), 0)
    same = near.offer(article_from_text(text.replace("，", ", "), published=DAY), 1)
    other = near.offer(article_from_text(text.replace("十七", "十九") + "调查仍在进行。", published=DAY), 2)
    assert same is not None
    assert same.same
    assert other is not None
    assert other.news


def test_what_is_remembered_is_bounded() -> None:
    """Older first articles are forgotten by halves: never more than the bound, never less than half of it."""
    near = NearDuplicates(remember=10)
    texts = [" ".join(f"word{place}x{i}" for i in range(60)) for place in range(100)]
    assert not any(near.offer(article_from_text(text, published=DAY), place) for place, text in enumerate(texts))
    assert near.forgotten == 95
    again = [bool(near.offer(article_from_text(text, published=DAY), 200)) for text in texts[-6:][::-1]]
    assert again == [True] * 5 + [False]


def test_briefs_are_left_alone() -> None:
    """A text of less than 25 words shares its phrases with too many others."""
    near = NearDuplicates()
    assert [near.offer(article_from_text("Two people were hurt in Tarn."), place) for place in (0, 1)] == [None, None]


@pytest.mark.parametrize("wrong", [{"near": 0.2}, {"near": 1.5}, {"remember": 1}])
def test_what_cannot_be_found_is_refused(wrong: dict[str, float]) -> None:
    """A similarity that the index cannot find is a usage error."""
    with pytest.raises(UsageError):
        NearDuplicates(**wrong)  # type: ignore[arg-type] # a table of keyword arguments

"""Conditions: how an article is shown, and what its label then demands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extractor.evaluation.conditions import Conditions, make_case
from extractor.scoring.labels import LabelledArticle, LabelledWhen
from tests.evaluation.small_set import TEXTS, cases, day, labels

if TYPE_CHECKING:
    import datetime as dt

STRIPPED = Conditions(date="stripped")
BARE = Conditions(furniture="removed")


def test_an_article_as_given_keeps_its_text_date_and_label() -> None:
    """Without conditions nothing is changed."""
    for label in labels():
        case = cases()[label.id]
        assert (case.article.text, case.article.published.date) == (TEXTS[label.id], label.published)
        assert case.label == label


@pytest.mark.parametrize(
    ("words", "start", "end", "stays"),
    [
        ("on Friday", "2001-06-15", "2001-06-15", False),
        ("on 15 June 2001", "2001-06-15", "2001-06-15", True),
        ("in June", "2001-06-01", "2001-06-30", False),
        ("in 2001", "2001-01-01", "2001-12-31", True),
        (None, None, "2001-06-16", False),
        ("recently", None, None, True),
    ],
)
def test_without_a_date_only_words_that_name_days_by_themselves_keep_them(
    words: str | None, start: str | None, end: str | None, stays: bool
) -> None:
    """A label never demands days that nobody could know; the words stay."""
    when = LabelledWhen(words=words, start=_day(start), end=_day(end))
    other = LabelledWhen(words="yesterday", start=_day("2001-06-15"), end=_day("2001-06-15"))
    first = labels()[0]
    event = first.events[0].model_copy(update={"when": when, "or_when": (other,)})
    label = first.model_copy(update={"events": (event,)})
    (shown,) = make_case(label, TEXTS[label.id], STRIPPED).label.events
    assert shown.when == (when if stays else LabelledWhen(words=words))
    assert shown.or_when == (LabelledWhen(words="yesterday"),)
    assert make_case(label, TEXTS[label.id], Conditions()).label == label


def test_a_date_that_the_text_prints_is_read_although_none_is_given() -> None:
    """The condition holds back what stands beside the text, not what stands in it; then the label stays."""
    text = "Published: 16 June 2001\n\n" + TEXTS["aa-2001-bridge"]
    case = make_case(labels()[0], text, STRIPPED)
    assert case.article.published.date == day("2001-06-16")
    assert case.label == labels()[0]


def test_furniture_is_removed_and_the_rest_is_untouched() -> None:
    """What the reader marks as furniture is cut out; an article without any stays as it is."""
    bare = cases(BARE)
    assert bare["cc-2003-chess"].article.text == "The under-12 chess cup in Varde ended with a draw.\n\n"
    assert not any(sentence.furniture for sentence in bare["cc-2003-chess"].article.sentences)
    assert bare["aa-2001-bridge"].article.text == TEXTS["aa-2001-bridge"]


def test_an_article_that_is_all_furniture_stays() -> None:
    """A text is never emptied."""
    text = "Sign up for our newsletter\n"
    label = LabelledArticle(id="dd-2004-offer", kind="web_page", printed=False)
    assert make_case(label, text, BARE).article.text == text


def test_conditions_say_what_they_are() -> None:
    """Their words name both."""
    assert str(STRIPPED) == "date stripped, furniture kept"


def _day(text: str | None) -> dt.date | None:
    return day(text) if text else None

"""A page's date is found where the page states it; a guess is only told."""

from __future__ import annotations

from datetime import date

import pytest
from lxml.html import document_fromstring

from extractor.articles.page_date import PageDate, find_page_date

THIRD = date(2019, 6, 3)


def dates(head: str = "", body: str = "", url: str | None = None) -> tuple[PageDate | None, tuple[str, ...]]:
    """Return what a page says about its date."""
    return find_page_date(document_fromstring(f"<html><head>{head}</head><body><p>Text.</p>{body}</body></html>"), url)


def ld(content: str) -> str:
    """Return a JSON-LD script."""
    return f"<script type='application/ld+json'>{content}</script>"


FOUND = [
    ("<meta property='article:published_time' content='2019-06-03T23:30:00-04:00'>", ""),
    ("<meta name='pubdate' content='20190603'>", ""),
    ("<meta itemprop='datePublished' content='2019-06-03'>", ""),
    ("<meta name='DC.date.issued' content='3 June 2019'>", ""),
    (ld('{"@type":"NewsArticle","datePublished":"2019-06-03T10:00:00Z"}'), ""),
    (ld('{"@graph":[{"@type":"WebSite"},{"@type":["Article"],"datePublished":"2019-06-03"}]}'), ""),
    (ld('[{"@type":"WebPage","datePublished":"2001-01-01"},{"@type":"NewsArticle","datePublished":"2019-06-03"}]'), ""),
    (ld('{"@type":"WebPage","datePublished":"2019-06-03"}'), ""),
    (ld("{broken") + ld('{"@type":"Article","datePublished":"2019-06-03"}'), ""),
    ("", "<time pubdate datetime='2019-06-03'>x</time>"),
    ("", "<time itemprop='datePublished' datetime='2019-06-03T10:00'>x</time>"),
    ("", "<time class='entry-date published'>June 3, 2019</time>"),
    ("", "<span itemprop='datePublished'>June 3, 2019</span>"),
    ("", "<time datetime='2019-06-03T10:00'>x</time>"),
    ("<link rel='canonical' href='https://example.org/2019/06/03/truce-ends'>", ""),
    ("<meta property='og:url' content='https://example.org/news/2019-06-03/truce'>", ""),
]


@pytest.mark.parametrize(("head", "body"), FOUND)
def test_stated_dates_are_found(head: str, body: str) -> None:
    """Metadata, JSON-LD of the article, marked or lone <time> elements and the address state the date."""
    found, warnings = dates(head, body)
    assert found is not None
    assert (found.date, found.modified) == (THIRD, False)
    assert not any("guess" in w for w in warnings)


def test_address_given_by_the_caller() -> None:
    """The address that a record gives states a date, too."""
    found, _ = dates(url="https://example.org/2019/6/3/truce.html")
    assert found == PageDate(THIRD, "2019-06-03")


def test_metadata_beats_other_places() -> None:
    """The surest statement wins."""
    head = "<meta property='article:published_time' content='2019-06-03'>" + ld(
        '{"@type":"Article","datePublished":"2018-01-01"}'
    )
    found, _ = dates(head, "<time pubdate datetime='2017-01-01'>x</time>", "https://example.org/2016/01/01/x")
    assert found == PageDate(THIRD, "2019-06-03")


NOT_FOUND = [
    ("<meta itemprop='copyrightYear' content='2019'>", ""),
    ("", "<p>Posted 03/04/2019 by somebody</p>"),
    ("", "<time datetime='2019-06-03'>a</time><time datetime='2018-06-03'>b</time>"),
    ("", "<p>The war began on 3 June 2019.</p>"),
    ("", "<footer>Copyright 2019 Example</footer>"),
    ("<meta name='pubdate' content='June 2019'>", ""),
    ("<meta name='pubdate' content='1559520000'>", ""),
]


@pytest.mark.parametrize(("head", "body"), NOT_FOUND)
def test_guesses_are_never_used(head: str, body: str) -> None:
    """Copyright years, dates in prose, other stories' times, partial and epoch dates are no publication date."""
    found, warnings = dates(head, body)
    assert found is None
    assert all("not used" in w for w in warnings)


def test_a_guess_is_told() -> None:
    """What htmldate guesses is named in a warning that says how to give the true date."""
    _, warnings = dates("", "<p>The war began on 3 June 2019.</p>")
    assert any("guessed" in w and "--published" in w for w in warnings)


def test_ambiguous_metadata_is_told() -> None:
    """A stated date that can be read in two ways is not used, and the warning says so."""
    found, warnings = dates("<meta name='pubdate' content='03/04/2019'>")
    assert found is None
    assert any("day/month" in w for w in warnings)


def test_last_change_is_marked_as_such() -> None:
    """Where a page states only its last change, the result says that it is no publication date."""
    found, warnings = dates("<meta property='article:modified_time' content='2019-06-05'>")
    assert found == PageDate(date(2019, 6, 5), "2019-06-05", modified=True)
    assert any("last change" in w for w in warnings)
    found, _ = dates(ld('{"@type":"Article","dateModified":"2019-06-05"}'))
    assert found == PageDate(date(2019, 6, 5), "2019-06-05", modified=True)
    found, warnings = dates("<meta property='article:modified_time' content='yesterday'>")
    assert found is None
    assert any("no full date" in w for w in warnings)

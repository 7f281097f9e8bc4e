"""The HTML view: the whole text, highlighted right, and nothing in it that runs."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.articles.article import Article, Sentence
from extractor.events.summary import EventSummary, Evidence, Span, When, Where
from extractor.events.vocabulary import CheckResult
from extractor.web.article_page import ArticlePage, pieces, render_page
from tests.render.payloads import HTML, TERMINAL
from tests.samples import make_article, make_extraction, make_failure

ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "main", "nav", "section", "article", "header", "footer"),
    *("h1", "h2", "h3", "p", "a", "span", "b", "bdi", "br", "q", "strong", "dl", "dt", "dd", "ol", "ul", "li", "div"),
    *("blockquote", "details", "summary"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "rel", "dir", "tabindex"),
    *("aria-label", "aria-labelledby"),
}


class Page(HTMLParser):
    """The parsed page: its elements, its links, and its text by the id of the article."""

    def __init__(self, html: str) -> None:
        """Parse ``html``."""
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element."""
        self.elements.append((tag, dict(attrs)))
        self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave the element."""
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Keep the text of the article, without the badges (links)."""
        if "article" in self._inside and "a" not in self._inside:
            self.text += data

    def values(self, name: str) -> list[str]:
        """Return the values of attribute ``name``."""
        return [attrs[name] or "" for _, attrs in self.elements if name in attrs]


def page_of(poison: str = "", *, failures: int = 0) -> str:
    """Return the page of one extraction and ``failures`` failed ones."""
    page = ArticlePage()
    article = make_article(poison)
    assert page.add(article, make_extraction(article, poison)) == ""
    for _ in range(failures):
        page.add(article, make_failure(article, poison))
    return page.end()


def test_the_policy_allows_exactly_the_style_sheet_of_the_page() -> None:
    """The hash in the policy is the hash of the one style element; nothing else is allowed."""
    html = page_of()
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policies = [a["content"] for t, a in Page(html).elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies == [f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"]
    assert html.index("Content-Security-Policy") < html.index("<style>")


@pytest.mark.parametrize("payload", ["", *HTML, *TERMINAL])
def test_a_payload_adds_no_element_attribute_or_address(payload: str) -> None:
    """In every text field at once, a payload leaves the page with our elements, attributes and addresses only."""
    page, clean = Page(page_of(payload, failures=1)), Page(page_of(failures=1))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in clean.elements]
    assert {tag for tag, _ in page.elements} <= ELEMENTS
    assert {name for _, attrs in page.elements for name in attrs} <= ATTRIBUTES
    assert all(re.match(r"#a\d+(-[seh]\d+|-events)?$|https://news\.example/", href) for href in page.values("href"))


@pytest.mark.parametrize(
    "url", [text for text in HTML if ":" in text[:16]] + ["file:///etc/passwd", "//evil", "http:", None]
)
def test_only_a_web_address_becomes_a_link(url: str | None) -> None:
    """An article's own address is shown, but is a link only where a browser opens a page by it."""
    article = make_article()
    extraction = make_extraction(article)
    told = extraction.model_copy(update={"article": extraction.article.model_copy(update={"url": url})})
    links = [href for href in Page(render_page([(article, told)])).values("href") if not href.startswith("#")]
    assert links == []


def test_every_anchor_leads_somewhere() -> None:
    """Each reference on a page of several articles has its target on the page, and no id is used twice."""
    page = Page(page_of(failures=2))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in page.values("href") if href.startswith("#")} <= set(ids)
    assert {"a1", "a2", "a3", "a1-e1", "a1-s4"} <= set(ids)


def test_the_page_shows_the_whole_text_of_the_article() -> None:
    """Every sentence of the article is on the page once, in order, badges apart."""
    assert Page(page_of()).text.strip("\n") == make_article().text.strip("\n")


def test_furniture_headline_and_checks_are_marked() -> None:
    """Page furniture is greyed, the headline set off, a found value underlined, a missing one marked as failed."""
    article = make_article()
    cut = pieces(article, make_extraction(article).events)
    assert [p.text for p in cut if p.furniture] == ["Home | World | Sport", "Sign up for our newsletter"]
    assert [p.text for p in cut if p.headline] == ["Ministers of Norland press Sudria after the harbour attack"]
    assert {p.text: p.checked for p in cut if p.checked} == {
        "At least 17 dock workers": CheckResult.PASSED,
        "on Monday": CheckResult.FAILED,
    }
    shared = next(p for p in cut if p.text == "on Monday")
    assert shared.events == (1, 2)
    assert [p.ends for p in cut if p.ends] == [(1,), (1, 2), (3,)]


TEXT = "abcdefghijklmnopqrstuvwxyz" * 3
SPANS = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=6)


@given(st.lists(SPANS, max_size=4))
def test_pieces_join_to_the_text_and_know_their_events(events: list[list[tuple[int, int]]]) -> None:
    """Whatever spans overlap, nest or lie outside: the text is whole, and a character has the events that cover it."""
    article = Article(id="t", text=TEXT, sha256="", sentences=())
    made = [
        EventSummary(
            id=str(n),
            type="other",
            summary="s",
            when=When(),
            where=Where(),
            evidence=tuple(Evidence(sentence=1, quote="q", start=a, end=b) for a, b in spans),
        )
        for n, spans in enumerate(events, start=1)
    ]
    cut = pieces(article, made)
    assert "".join(piece.text for piece in cut) == TEXT
    assert all(piece.text for piece in cut)
    at = 0
    for piece in cut:
        for position in range(at, at + len(piece.text)):
            covering = {n for n, spans in enumerate(events, 1) for a, b in spans if a <= position < b}
            assert set(piece.events) == covering
        at += len(piece.text)


def test_a_check_is_marked_only_in_the_evidence_of_its_event() -> None:
    """A name that was looked for in another sentence underlines nothing there: it would seem to judge another event."""
    article = make_article()
    demand = make_extraction(article).events[1]
    elsewhere = article.text.index("gunmen")
    check = demand.checks[0].model_copy(update={"span": Span(start=elsewhere, end=elsewhere + 6)})
    assert not [p for p in pieces(article, [demand.model_copy(update={"checks": (check,)})]) if p.checked]


def test_a_book_takes_no_longer_per_page_than_an_article() -> None:
    """Twenty thousand sentences are cut in a second or so: the work grows with the text, not with its square."""
    count = 20_000
    sentences = tuple(Sentence(n + 1, n * 10, n * 10 + 9, paragraph=n) for n in range(count))
    article = Article(id="t", text="wordwords " * count, sha256="", sentences=sentences)
    began = time.process_time()
    assert len(pieces(article, make_extraction(make_article()).events)) > count
    assert time.process_time() - began < 5


def test_an_event_without_failed_checks_shows_none_and_a_denied_one_says_so() -> None:
    """The card of each event: kind, standing, dates, numbers; failures open, passed checks folded."""
    html = page_of()
    cards = re.split(r'<section class="card', html)[1:]
    assert ["failed check" in card for card in cards] == [False, True, False]
    assert "<details>" in cards[0]
    assert re.search(r'<span class="tag unreal">denied</span>', cards[2])
    assert "2023-12-01 to 2024-02-29 (partial, month)" in cards[2]


@pytest.mark.parametrize(("articles", "heading"), [(1, '<h1 class="title"'), (2, '<h2 class="title"')])
def test_headings_are_in_order(articles: int, heading: str) -> None:
    """One article is the page's subject; several stand below the list of them."""
    html = page_of(failures=articles - 1)
    assert heading in html
    levels = [int(level) for level in re.findall(r"<h(\d)", html)]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_a_page_of_nothing_is_a_page() -> None:
    """No article at all still makes a valid document."""
    assert "0 articles" in ArticlePage().end()

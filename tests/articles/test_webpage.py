"""From a page to its article."""

from __future__ import annotations

import pytest

from extractor.articles.read import article_from_html
from extractor.articles.webpage import has_markup, is_page, read_page
from extractor.errors import InputError

BODY = [
    "Troops entered the town of Kfar Zeita on Sunday after two days of shelling, residents and officials said.",
    "At least eleven people were killed, among them three children, and dozens of houses burned down overnight.",
    "A spokesman for the governor said that the market would open again as soon as the mines had been cleared.",
    "Talks between the two sides are to go on next week in Geneva, where delegations arrived late on Monday night.",
]
NAVIGATION = "<nav><a href='/'>Home</a><a href='/news'>News</a><a href='/sport'>Sport</a></nav>"
FOOTER = "<footer><p>Copyright 2019 Example News. All rights reserved.</p><a href='/about'>About us</a></footer>"


def page(head: str = "", title: str = "Truce ends in the north", lang: str = "en") -> str:
    """Return a news page."""
    paragraphs = "".join(f"<p>{p}</p>" for p in BODY)
    return (
        f"<!DOCTYPE html><html lang='{lang}'><head><title>{title} | Example News</title>{head}</head><body>{NAVIGATION}"
        f"<main><article><h1>{title}</h1>{paragraphs}</article></main>{FOOTER}</body></html>"
    )


def test_article_without_the_page_around_it() -> None:
    """The article's text is headline and body; offsets refer to it; menus and footers are gone."""
    article = article_from_html(page())
    assert article.text.split("\n")[0] == "Truce ends in the north"
    assert [article.quote(s.number) for s in article.sentences if not s.headline] == BODY
    assert [article.quote(s.number) for s in article.sentences if s.headline] == ["Truce ends in the north"]
    assert article.title == "Truce ends in the north"
    assert "Sport" not in article.text


def test_metadata_of_the_page() -> None:
    """Address and date come from the page; the language is told from the text, not from a wrong attribute."""
    head = (
        "<link rel='canonical' href='https://example.org/truce'>"
        "<meta property='article:published_time' content='2019-06-03T10:00:00Z'>"
        "<meta property='og:title' content='Truce ends in the north - Example News'>"
    )
    article = article_from_html(page(head, lang="de"))
    assert (article.url, article.language, article.title) == (
        "https://example.org/truce",
        "en",
        "Truce ends in the north",
    )
    assert (str(article.published.date), article.published.basis) == ("2019-06-03", "metadata")
    assert article.published.words == "2019-06-03T10:00:00Z"


def test_address_from_open_graph_and_title_from_the_tab() -> None:
    """Without a canonical link og:url is the address; without one <h1> the tab's title counts."""
    html = page("<meta property='og:url' content='https://example.org/x'>").replace("h1>", "h2>")
    article = article_from_html(html)
    assert (article.url, article.title) == ("https://example.org/x", "Truce ends in the north")


def test_last_change_yields_to_a_printed_date() -> None:
    """A page that states only its last change is dated by what it prints; else by the change, with a warning."""
    head = "<meta property='article:modified_time' content='2019-06-05'>"
    article = article_from_html(page(head))
    assert (str(article.published.date), article.published.basis) == ("2019-06-05", "metadata")
    assert any("last change" in w for w in article.warnings)
    printed = page(head).replace(f"<p>{BODY[0]}", f"<p>Published: 3 June 2019</p><p>{BODY[0]}")
    assert str(article_from_html(printed).published.date) == "2019-06-03"


EMPTY = [
    "<!doctype html><html><head><title>Login</title></head><body><form><input name='u'></form></body></html>",
    "<html><body></body></html>",
    "<html><body><nav><a href='/'>Home</a></nav></body></html>",
    "<!doctype html>",
    "<html><body><script>var text = 'x';</script></body></html>",
]


@pytest.mark.parametrize("html", EMPTY)
def test_page_without_an_article(html: str) -> None:
    """A login page, an empty page, a page of scripts: one line that says so and what to do."""
    with pytest.raises(InputError, match=r"HTML without an article|no readable HTML") as caught:
        read_page(html, "page.html")
    assert "'page.html'" in str(caught.value)
    assert caught.value.hint


def test_fragments_keep_all_of_their_text() -> None:
    """A fragment of HTML, as records hold it, is flattened a block to a line and not searched for an article."""
    html = (
        f"<p>{BODY[0]} <b>Bold</b> and <a href='#'>linked</a>.</p><ul><li>{BODY[1]}</li></ul>"
        f"<div>{BODY[2]}<br>{BODY[3]}</div>"
    )
    assert read_page(html, "r").text.split("\n\n") == [f"{BODY[0]} Bold and linked.", *BODY[1:]]


@pytest.mark.parametrize(
    ("text", "page_", "markup"),
    [
        ("<!DOCTYPE html><html>", True, True),
        ("  <?xml version='1.0'?><!-- c --><html>", True, True),
        ("<HTML lang=en>", True, True),
        ("<p>One.</p><p>Two.</p>", False, True),
        ("Text with <b>one</b> tag.", False, False),
        ("5 < 6 and 7 > 6", False, False),
        ("Plain text.", False, False),
    ],
)
def test_telling_pages_fragments_and_text_apart(text: str, *, page_: bool, markup: bool) -> None:
    """Whole documents, fragments and plain text are told apart by their markup."""
    assert (is_page(text), has_markup(text)) == (page_, markup)


def test_nul_and_declared_encoding_do_no_harm() -> None:
    """A NUL or an XML declaration with an encoding neither cuts the page nor crashes the parser."""
    html = '<?xml version="1.0" encoding="iso-8859-1"?>' + page().replace("Sunday", "Sun\x00day")
    article = article_from_html(html)
    assert BODY[3] in article.text


def test_deep_nesting_ends() -> None:
    """Nesting deeper than any page ends in text or an error, not in a crash."""
    html = "<html><body>" + "<div>" * 5000 + f"<p>{' '.join(BODY)}</p>" + "</div>" * 5000 + "</body></html>"
    try:
        article = article_from_html(html)
    except InputError as error:
        assert "'-'" in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert BODY[0] in article.text

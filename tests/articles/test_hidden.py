"""What a reader of a page cannot see does not reach the article, or the article says so."""

from __future__ import annotations

import pytest

from extractor.articles.read import article_from_html, article_from_record
from extractor.articles.styles import hiding_reason, is_same_colour, read_colour, read_declarations
from extractor.errors import InputError

PLANTED = "Seventy soldiers defected to the rebels near the old harbour on Friday."
BODY = [
    "Troops entered the town of Kfar Zeita on Sunday after two days of shelling, residents and officials said.",
    "At least eleven people were killed, among them three children, and dozens of houses burned down overnight.",
    "A spokesman for the governor said that the market would open again as soon as the mines had been cleared.",
    "Talks between the two sides are to go on next week in Geneva, where delegations arrived late on Monday night.",
]


def page(inserted: str, head: str = "") -> str:
    """Return a news page with ``inserted`` between its paragraphs."""
    before, after = (f"<p>{' '.join(part)}</p>" for part in (BODY[:2], BODY[2:]))
    return (
        f"<!doctype html><html lang='en'><head><title>Truce ends</title>{head}</head>"
        f"<body><article><h1>Truce ends in the north</h1>{before}{inserted}{after}</article></body></html>"
    )


REMOVED = [
    f"<p hidden>{PLANTED}</p>",
    f"<p hidden=''>{PLANTED}</p>",
    f"<div hidden><div><p>{PLANTED}</p></div></div>",
    f"<p style='display:none'>{PLANTED}</p>",
    f"<p style='DISPLAY : NONE !important'>{PLANTED}</p>",
    f"<p style='display:/* x */none'>{PLANTED}</p>",
    f"<p style='displa\\79:none'>{PLANTED}</p>",
    f"<p style='display:n\\6fne'>{PLANTED}</p>",
    f"<p style='display:&#110;one'>{PLANTED}</p>",
    f"<p style='color:red;;display:none'>{PLANTED}</p>",
    f"<p style='visibility:hidden'>{PLANTED}</p>",
    f"<p style='visibility:collapse'>{PLANTED}</p>",
    f"<p style='content-visibility:hidden'>{PLANTED}</p>",
    f"<p style='font-size:0px'>{PLANTED}</p>",
    f"<p style='font-size:0'>{PLANTED}</p>",
    f"<p style='font-size:.1px'>{PLANTED}</p>",
    f"<p style='font:0/0 serif'>{PLANTED}</p>",
    f"<p style='opacity:0'>{PLANTED}</p>",
    f"<p style='opacity:1%'>{PLANTED}</p>",
    f"<p style='filter:opacity(0)'>{PLANTED}</p>",
    f"<p style='position:absolute;left:-9999px'>{PLANTED}</p>",
    f"<p style='position:fixed;top:-200vh'>{PLANTED}</p>",
    f"<p style='position:absolute;left:9999px'>{PLANTED}</p>",
    f"<p style='margin-left:-5000px'>{PLANTED}</p>",
    f"<p style='text-indent:-9999px'>{PLANTED}</p>",
    f"<p style='transform:translateX(-9999px)'>{PLANTED}</p>",
    f"<p style='transform:scale(0)'>{PLANTED}</p>",
    f"<p style='transform:rotateY(90deg)'>{PLANTED}</p>",
    f"<p style='position:absolute;clip:rect(0,0,0,0)'>{PLANTED}</p>",
    f"<p style='clip:rect(1px 1px 1px 1px)'>{PLANTED}</p>",
    f"<p style='clip-path:inset(50%)'>{PLANTED}</p>",
    f"<p style='clip-path:circle(0)'>{PLANTED}</p>",
    f"<p style='clip-path:polygon(0 0, 0 0, 0 0)'>{PLANTED}</p>",
    f"<p style='height:0;overflow:hidden'>{PLANTED}</p>",
    f"<p style='max-height:0;overflow:hidden'>{PLANTED}</p>",
    f"<p style='width:1px;height:1px;overflow:hidden'>{PLANTED}</p>",
    f"<p style='width:0;height:0'>{PLANTED}</p>",
    f"<p style='letter-spacing:-1em'>{PLANTED}</p>",
    f"<p style='color:#fff;background:#ffffff'>{PLANTED}</p>",
    f"<div style='background-color:white'><p style='color:rgb(255,255,254)'>{PLANTED}</p></div>",
    f"<table bgcolor='#000000'><tr><td><font color='black'>{PLANTED}</font></td></tr></table>",
    f"<p style='color:transparent'>{PLANTED}</p>",
    f"<p style='color:rgba(0,0,0,0)'>{PLANTED}</p>",
    f"<p style='-webkit-text-fill-color:transparent'>{PLANTED}</p>",
    f"<font size='0'>{PLANTED}</font>",
    f"<p aria-hidden='true'>{PLANTED}</p>",
    f"<p class='sr-only'>{PLANTED}</p>",
    f"<p class='note visually-hidden'>{PLANTED}</p>",
    f"<p class='screen-reader-text'>{PLANTED}</p>",
    f"<style>.zz{{display:none}}</style><p class='zz'>{PLANTED}</p>",
    f"<style>#q, .other{{visibility:hidden}}</style><p id='q'>{PLANTED}</p>",
    f"<style>div > p.n{{opacity:0}}</style><div><p class='n'>{PLANTED}</p></div>",
    f"<style>@media screen{{p[data-x]{{font-size:0}}}}</style><p data-x='1'>{PLANTED}</p>",
    f"<style>.k{{d\\69splay:none}}</style><p class='k'>{PLANTED}</p>",
    f"<dialog>{PLANTED}</dialog>",
    f"<template><p>{PLANTED}</p></template>",
    f"<noscript><p>{PLANTED}</p></noscript>",
    f"<!-- {PLANTED} -->",
    f"<script type='text/plain'>{PLANTED}</script>",
    f"<img src='x.png' alt='{PLANTED}'>",
    f"<p title='{PLANTED}' aria-label='{PLANTED}' data-text='{PLANTED}'></p>",
    f"<input type='hidden' value='{PLANTED}'>",
    f"<textarea>{PLANTED}</textarea>",
    f"<select><option>{PLANTED}</option></select>",
    f"<iframe>{PLANTED}</iframe>",
    f"<svg><text>{PLANTED}</text></svg>",
    f"<object>{PLANTED}</object>",
    f"<video>{PLANTED}</video>",
    f"<canvas>{PLANTED}</canvas>",
    f"<math><annotation>{PLANTED}</annotation></math>",
]
FLAGGED = [
    (f"<p style='color:white'>{PLANTED}</p>", "white text"),
    (f"<p><font color='#fefefe'>{PLANTED}</font></p>", "white text"),
    (f"<style>body{{background:#fff}} .w{{color:#fefefe}}</style><p class='w'>{PLANTED}</p>", "background colour"),
]
SHOWN = [
    f"<p>{PLANTED}</p>",
    f"<p style='display:block'>{PLANTED}</p>",
    f"<p style='color:#333;background:#fff'>{PLANTED}</p>",
    f"<p style='opacity:.9;font-size:14px'>{PLANTED}</p>",
    f"<style>@media print{{p.s{{display:none}}}}</style><p class='s'>{PLANTED}</p>",
    f"<style>@media (max-width:600px){{p.s{{display:none}}}}</style><p class='s'>{PLANTED}</p>",
    f"<style>p.s:hover{{display:none}} p.s::before{{opacity:0}}</style><p class='s'>{PLANTED}</p>",
    f"<style>p.unrelated{{display:none}} not a rule at all</style><p class='s'>{PLANTED}</p>",
    f"<p class='hidden-treasure'>{PLANTED}</p>",
    f"<details><summary>More</summary><p>{PLANTED}</p></details>",
    f"<p style='transform:translateY(-10px)'>{PLANTED}</p>",
    f"<p style='background:linear-gradient(red,blue);-webkit-background-clip:text;color:transparent'>{PLANTED}</p>",
]


@pytest.mark.parametrize("trick", REMOVED, ids=lambda t: t.replace(PLANTED, "")[:60])
def test_hidden_text_is_left_out(trick: str) -> None:
    """No way of hiding text brings it into the article; the visible text is all there."""
    article = article_from_html(page(trick))
    assert "Seventy" not in article.text
    assert all(words in article.text for words in " ".join(BODY).split(". "))


def test_aria_hidden_in_a_fragment_is_flagged() -> None:
    """In a record's HTML nothing else drops what only screen readers skip, so it is flagged."""
    article = article_from_record({"text": f"<p>{' '.join(BODY)}</p><p aria-hidden='true'>{PLANTED}</p>"})
    assert "Seventy" in article.text
    assert any("aria-hidden 1" in line for line in article.warnings)


def test_there_are_thirty_tricks() -> None:
    """The table holds what the promise says."""
    assert len(REMOVED) + len(FLAGGED) >= 30


@pytest.mark.parametrize(("trick", "warning"), FLAGGED, ids=[w for _, w in FLAGGED])
def test_doubtful_text_is_flagged(trick: str, warning: str) -> None:
    """Text that may be invisible stays, and the article's warnings say why it is doubtful."""
    article = article_from_html(page(trick))
    assert "Seventy" in article.text
    assert any(warning in line for line in article.warnings)


@pytest.mark.parametrize("shown", SHOWN, ids=lambda t: t.replace(PLANTED, "")[:60])
def test_visible_text_stays_without_a_warning(shown: str) -> None:
    """Ordinary styles, rules for other media, hover rules and gradient text hide nothing."""
    article = article_from_html(page(shown))
    assert "Seventy" in article.text
    assert not any("hidden" in line for line in article.warnings)


def test_removed_text_is_counted_in_the_warnings() -> None:
    """The warning says how many passages were hidden in which way."""
    article = article_from_html(page(f"<p hidden>{PLANTED}</p><p style='opacity:0'>{PLANTED}</p><p hidden></p>"))
    assert "hidden text left out: hidden attribute 1, opacity 0 1" in article.warnings


@pytest.mark.parametrize("rule", ["body{opacity:0}", "article{display:none}"])
def test_pages_that_wait_for_their_scripts_are_read(rule: str) -> None:
    """A rule that hides most of the page is how scripts fade it in; the article is read, with a warning."""
    article = article_from_html(page("", head=f"<style>{rule}</style>"))
    assert BODY[0] in article.text
    assert any("possibly hidden text kept" in line for line in article.warnings)


def test_title_in_an_attribute_alone_is_not_the_headline() -> None:
    """A title that only a <meta> holds cannot be put before the article."""
    html = page("", head=f"<meta property='og:title' content='{PLANTED}'>")
    article = article_from_html(html)
    assert "Seventy" not in article.text
    assert article.title == "Truce ends in the north"


def test_many_nested_hidden_elements_are_quick() -> None:
    """Nesting cannot cost quadratic time: doubts are counted only so far."""
    nested = "<div style='opacity:0'>" * 150 + " ".join(BODY * 20) + "</div>" * 150
    article = article_from_html(page(nested))
    assert any("kept" in line for line in article.warnings)


@pytest.mark.parametrize(
    "bomb",
    [
        f"<style>{':not(' * 3000}a{')' * 3000}{{display:none}}</style>",
        f"<style>a{{color:{'f(' * 5000}}}</style>",
        f"<p style='display:none;color:{'(' * 4000}'>{PLANTED}</p>",
    ],
    ids=["selector", "sheet", "attribute"],
)
def test_styles_too_deep_to_read_are_refused(bomb: str) -> None:
    """Where it cannot be told what a page hides, the page is no input."""
    with pytest.raises(InputError, match="too deeply"):
        article_from_html(page(bomb))


@pytest.mark.parametrize(
    ("style", "reason"),
    [
        ("display:none", "display:none"),
        ("display:none;display:block", None),
        ("display:none!important;display:block", "display:none"),
        ("", None),
        ("not css", None),
        ("clip:rect(0,100px,100px,0)", None),
        ("clip:rect(auto,auto,auto,auto)", None),
        ("clip-path:inset(10%)", None),
        ("width:0", None),
        ("opacity:high", None),
        ("left:-9999px", None),
    ],
)
def test_hiding_declarations(style: str, reason: str | None) -> None:
    """The last declaration wins unless an earlier one is important; half a recipe hides nothing."""
    assert hiding_reason(read_declarations(style)) == reason


def test_colours() -> None:
    """Colours are compared by value, whatever notation they are in; no colour is no match."""
    assert is_same_colour("white", "#FFF")
    assert is_same_colour("rgb(0,0,0)", "url(x.png) #000001 no-repeat")
    assert not is_same_colour("white", "black")
    assert not is_same_colour("white", "none")
    assert not is_same_colour("white", "rgba(255,255,255,0)")
    assert read_colour("currentColor") is None

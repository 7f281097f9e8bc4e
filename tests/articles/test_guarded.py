"""Hostile pages and PDFs end within their limits, and cost the next input nothing (promises.md S6)."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest

from extractor.articles import webpage
from extractor.articles.article import Article
from extractor.articles.guarded import Guard, GuardLimits, read_page, read_pdf_text
from extractor.articles.read import InputFailure, read
from extractor.errors import InputError
from tests.articles.pdfs import of_streams, pdf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BODY = "".join(
    f"<p>Shells fell on the port of Kestrel Bay for the {n}th day, the harbour master said.</p>" for n in range(9)
)
PAGE = f'<html lang="en"><head><meta property="article:published_time" content="2024-03-04"></head><body>{BODY}</body>'
LINES = [
    "KESTREL BAY, March 4, 2024 - Shells fell on the port on Sunday.",
    "Seventeen dock workers were killed, the harbour master said.",
]


@pytest.fixture
def guard() -> Iterator[Guard]:
    """Lend a guard of its own, and end its child."""
    one = Guard()
    yield one
    one.close()


def test_a_page_is_read_as_without_the_guard(guard: Guard) -> None:
    """Text, title, language, date and warnings come through the child unchanged, surrogates and all."""
    hidden = '<p style="display:none">Hidden “words” \udce9 here, more than a few of them.</p>'
    page = f"{PAGE}{hidden}<p>Straße 北京 \U0001f525</p>"
    assert read_page(page, "x", url="https://example.org/a", guard=guard) == webpage.read_page(
        page, "x", url="https://example.org/a"
    )


def test_an_error_is_the_same_error(guard: Guard) -> None:
    """What is wrong with a page is told as without the guard, message and hint."""
    with pytest.raises(InputError) as guarded:
        read_page("<html><body>Log in</body></html>", "x", guard=guard)
    with pytest.raises(InputError) as plain:
        webpage.read_page("<html><body>Log in</body></html>", "x")
    assert (str(guarded.value), guarded.value.hint) == (str(plain.value), plain.value.hint)


def test_one_child_serves_many_pages(guard: Guard) -> None:
    """A child is started once, and once more for a process that was forked from this one."""
    for _ in range(20):
        read_page(PAGE, "x", guard=guard)
    assert guard.starts == 1
    guard._owner = -1  # as a forked copy would see it
    read_page(PAGE, "x", guard=guard)
    assert guard.starts == 2


HOSTILE: dict[str, Callable[[], str]] = {
    "nested divs": lambda: "<html><body>" + "<div>" * 1_000_000 + "word " * 20,
    "a million attributes": lambda: f"<html><body><p {' '.join(f'a{i}=x' for i in range(1_000_000))}>{BODY}",
    "a million paragraphs": lambda: "<html><body>" + "<p>One two three four five six.</p>" * 1_000_000,
    "entity bomb": lambda: (
        '<!DOCTYPE html [<!ENTITY a0 "aaaaaaaaaa">'
        + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
        + f"]><html><body><p>&a11;</p>{BODY}</body></html>"
    ),
    "a million entities": lambda: "<html><body><p>" + "&amp;&lt;&#x41;" * 1_000_000 + BODY,
    "style rules": lambda: (
        "<html><head><style>"
        + "".join(f".c{i} > p ~ p {{display:none}}" for i in range(20_000))
        + "</style></head><body>"
        + "".join(f"<p class=c{i}>One two three four.</p>" for i in range(20_000))
    ),
}


@pytest.mark.full
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_page_ends_in_time(kind: str, guard: Guard) -> None:
    """It is read or refused within ten seconds and 512 MB, and the page after it is read as if nothing had been."""
    page = HOSTILE[kind]()
    began = time.monotonic()
    read_page(PAGE, "x", guard=guard)
    start, began = time.monotonic() - began, time.monotonic()
    with contextlib.suppress(InputError):  # refused or read, as long as it ends
        read_page(page, "hostile.html", guard=guard)
    assert time.monotonic() - began < 12 + start  # it may have had to start a child again; and two for a busy machine
    assert read_page(PAGE, "x", guard=guard).text.startswith("Shells fell")


def test_the_clock_ends_a_page_and_the_next_is_read() -> None:
    """Beyond its seconds a page is reported as such, and the child is replaced."""
    guard = Guard(GuardLimits(seconds=1.0))
    try:
        with pytest.raises(InputError, match=r"'slow\.html' took longer than 1 s") as caught:
            read_page(HOSTILE["style rules"](), "slow.html", guard=guard)
        assert "hostile" in caught.value.hint
        assert guard._process is None
    finally:
        guard.close()


def test_memory_is_limited() -> None:
    """A page that needs more memory than there is, in Python or in the parser, is refused; the next one is read."""
    guard = Guard(GuardLimits(seconds=60.0, memory=260_000_000))
    try:
        with pytest.raises(InputError, match=r"memory|no readable HTML"):
            read_page("<html><body>" + "<p>one two</p>" * 1_200_000, "big.html", guard=guard)
        assert "Shells" in read_page(PAGE, "x", guard=guard).text
    finally:
        guard.close()


def test_a_child_that_died_is_replaced(guard: Guard) -> None:
    """A child that was killed between two pages, or during one, costs no page that is not hostile."""
    read_page(PAGE, "x", guard=guard)
    assert guard._process
    os.kill(guard._process.pid, signal.SIGKILL)
    assert "Shells" in read_page(PAGE, "x", guard=guard).text
    assert guard.starts == 2


def test_threads_share_the_child(guard: Guard) -> None:
    """Pages of several threads are read one after the other, each with its own answer."""
    found: dict[int, bool] = {}

    def one(number: int) -> None:
        text = read_page(PAGE.replace("Kestrel", f"Kestrel{number}"), "x", guard=guard).text
        found[number] = f"Kestrel{number} Bay" in text

    threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == dict.fromkeys(range(6), True)


def test_a_pdf_is_an_article(tmp_path: Path) -> None:
    """A PDF is read by its name or its first bytes, alone or in a folder, pages in order."""
    (tmp_path / "a.pdf").write_bytes(pdf([LINES, ["The army of Norland closed the coast road until Monday evening."]]))
    (article,) = read(tmp_path)
    assert isinstance(article, Article)
    assert article.id == "a.pdf"
    assert article.text.splitlines() == [
        *LINES,
        "",
        "The army of Norland closed the coast road until Monday evening.",
    ]
    assert str(article.published.date) == "2024-03-04"


BROKEN = {
    "no PDF": (b"%PDF-1.4 nothing of the kind", "no PDF that can be read"),
    "no text": (of_streams([b"0 0 m 10 10 l S"]), "a PDF without text"),
    "cut short": (pdf([LINES])[:200], "no PDF that can be read"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_pdf_that_cannot_be_read_says_why(kind: str, tmp_path: Path) -> None:
    """A broken or empty PDF is a failure in the stream, and the next file is read."""
    data, message = BROKEN[kind]
    (tmp_path / "a.pdf").write_bytes(data)
    (tmp_path / "b.txt").write_text("Shells fell on the port of Kestrel Bay on Sunday.")
    failure, article = read(tmp_path)
    assert isinstance(failure, InputFailure)
    assert message in str(failure.error)
    assert isinstance(article, Article)


BOMBS: dict[str, Callable[[], bytes]] = {
    "blanks without end, deflated twice": lambda: of_streams([b" " * 200_000_000], times=2),
    "text without end": lambda: of_streams([b"BT /F1 11 Tf 72 720 Td " + b"(x) Tj " * 10_000_000 + b"ET"], times=2),
    "thirty thousand pages": lambda: pdf([["x"]] * 30_000),
}


@pytest.mark.full
@pytest.mark.parametrize("kind", BOMBS)
def test_a_pdf_bomb_ends_in_time(kind: str, guard: Guard) -> None:
    """A PDF that unpacks to far more than it is ends within ten seconds and 512 MB, and the next one is read."""
    good, bomb = pdf([LINES]), BOMBS[kind]()
    began = time.monotonic()
    read_pdf_text(good, "good.pdf", guard=guard)
    start, began = time.monotonic() - began, time.monotonic()
    with contextlib.suppress(InputError):  # refused or read, as long as it ends
        read_pdf_text(bomb, "bomb.pdf", guard=guard)
    assert time.monotonic() - began < 12 + start
    assert "Seventeen" in read_pdf_text(good, "good.pdf", guard=guard)

"""Messages and mailboxes: which part is the article, which date it has, and which messages fail alone."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from extractor.articles.article import Article
from extractor.articles.options import InputFailure, ReadOptions
from extractor.articles.read import read

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "The ferry to Orun sank on Tuesday, and eleven people drowned.\n"
PAGE = f"<html><body><article><p>{TEXT}</p><p>{TEXT.replace('ferry', 'barge')}</p></article></body></html>"


def message(text: str | None = TEXT, page: str | None = None, **headers: str) -> EmailMessage:
    """Return a message with a plain part, an HTML part, or both."""
    mail = EmailMessage()
    for name, value in {"Subject": "Ferry sinks", "Date": "Wed, 08 Mar 2023 23:30:00 -0500", **headers}.items():
        if value:
            mail[name.replace("_", "-")] = value
    if text is not None:
        mail.set_content(text)
    if page is not None:
        mail.add_alternative(page, subtype="html") if text is not None else mail.set_content(page, subtype="html")
    return mail


def read_one(tmp_path: Path, data: bytes) -> Article | InputFailure:
    """Return what a message file gives."""
    (tmp_path / "a.eml").write_bytes(data)
    (result,) = read(tmp_path / "a.eml")
    return result


def test_message(tmp_path: Path) -> None:
    """Its plain part is the text, its subject the title, its date the day that its header prints."""
    article = read_one(tmp_path, bytes(message(page=PAGE)))
    assert isinstance(article, Article)
    assert article.text == TEXT
    assert (article.id, article.title) == ("a.eml", "Ferry sinks")
    assert (article.published.date, article.published.basis) == (dt.date(2023, 3, 8), "metadata")


def test_message_of_html(tmp_path: Path) -> None:
    """Where there is no plain part, the HTML part is read as a page is."""
    article = read_one(tmp_path, bytes(message(None, PAGE)))
    assert isinstance(article, Article)
    assert "<p>" not in article.text
    assert "barge to Orun sank" in article.text


def test_encoded_message(tmp_path: Path) -> None:
    """Encoded words, other character sets and transfer encodings are undone."""
    mail = message("Überfall auf Köln: fünf Tote.\n", Subject="Überfall")
    mail.set_content("Überfall auf Köln: fünf Tote.\n", charset="iso-8859-1", cte="base64")
    article = read_one(tmp_path, bytes(mail))
    assert isinstance(article, Article)
    assert (article.text, article.title) == ("Überfall auf Köln: fünf Tote.\n", "Überfall")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (bytes(message("")), "is an empty message"),
        (b"Subject: x\nContent-Type: image/png\n\nxx", "is a message without a text"),
        (
            b"Subject: x\nContent-Type: text/plain; charset=no-such\nContent-Transfer-Encoding: base64\n\n",
            "empty message",
        ),
        (b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 50, "is an empty message"),
    ],
)
def test_messages_without_articles(tmp_path: Path, data: bytes, why: str) -> None:
    """A message without a text says so."""
    failure = read_one(tmp_path, data)
    assert isinstance(failure, InputFailure)
    assert why in str(failure.error)


@pytest.mark.parametrize("date", ["", "yesterday", "Wed, 99 Foo 2023", "08/03/2023"])
def test_dates_that_say_nothing(tmp_path: Path, date: str) -> None:
    """A date that cannot be read is no date, and said so where there was one."""
    head = f"Date: {date}\n" if date else ""
    article = read_one(tmp_path, f"Subject: x\n{head}\n{TEXT}".encode())
    assert isinstance(article, Article)
    assert article.published.date is None
    assert [warning for warning in article.warnings if "date of the message not used" in warning] != [] or not date


@pytest.mark.parametrize(
    "header",
    [b"From: =?utf-8?b?////?= <", b"Message-ID: <" + b"[" * 200, b"Date: " + b"9" * 5000, b"Subject: " + b"(" * 5_000],
)
def test_headers_that_nobody_should_write(tmp_path: Path, header: bytes) -> None:
    """Broken headers end in an article or a failure, never in an exception."""
    result = read_one(tmp_path, header + b"\n\n" + TEXT.encode())
    assert isinstance(result, Article | InputFailure)


def mailbox(*messages: bytes) -> bytes:
    """Return a mailbox."""
    return b"".join(b"From alice@example.org Wed Mar  8 23:30:00 2023\n" + mail + b"\n\n" for mail in messages)


def test_mailbox(tmp_path: Path) -> None:
    """Each message is an article with its own id; bad ones fail alone, and quoted From lines are unquoted."""
    first = bytes(message(Message_ID="<one@example.org>"))
    second = bytes(message("They left.\n\n>From the hills, shells fell.\nFrom there they fled.\n"))
    large = bytes(message("x" * 70 + "\n" + "word " * 2_000))
    data = mailbox(first, bytes(message("")), second, large, first)
    (tmp_path / "a.mbox").write_bytes(data)
    results = list(read(tmp_path / "a.mbox", options=ReadOptions(max_bytes=5_000)))
    articles = [item for item in results if isinstance(item, Article)]
    failures = [str(item.error).replace(str(tmp_path), "") for item in results if isinstance(item, InputFailure)]
    assert [article.source[-2:] for article in articles] == [":1", ":3", ":5"]
    assert [article.id for article in articles][::2] == ["one@example.org"] * 2
    assert articles[1].text.strip().endswith("\n\nFrom the hills, shells fell.\nFrom there they fled.")
    assert failures == ["'/a.mbox:2' is an empty message", "'/a.mbox:4' is larger than 0.005 MB"]


def test_mailbox_that_is_none(tmp_path: Path) -> None:
    """A file without a From line is no mailbox; under another name, a mailbox is read when the format says so."""
    (tmp_path / "a.mbox").write_text(TEXT)
    (failure,) = read(tmp_path / "a.mbox")
    assert isinstance(failure, InputFailure)
    assert "is no mailbox" in str(failure.error)
    (tmp_path / "Inbox").write_bytes(mailbox(bytes(message())))
    (article,) = read(tmp_path / "Inbox", options=ReadOptions(format="mbox"))
    assert isinstance(article, Article)

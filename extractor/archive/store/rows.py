"""Rows of the table ``articles`` as articles, and back."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from extractor.archive.keys import unpack_sentences
from extractor.archive.store.packing import HINT, unpack
from extractor.articles.article import Article, Published
from extractor.errors import StoreError
from extractor.events.summary import ArticleInfo

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

GROUP: Final = 500
"""Values that one query asks for; SQLite's own limit of parameters was 999 for long."""
ABOUT: Final = "name, source, url, title, language, published, basis, words, printed, warnings"
"""Columns that say what is known of an article besides its text; in the order of :func:`about`."""
CONTENT: Final = "hex(texts.sha256), texts.body, readings.sentences"
"""Columns that hold its text, in the order in which :func:`article_of` takes them."""
JOINED: Final = """articles
    JOIN questions ON questions.id = articles.question_id
    JOIN readings ON readings.id = questions.reading_id
    JOIN texts ON texts.id = readings.text_id"""
_IDENTITY: Final = b"extractor archive article 1\n"


def about(article: Article) -> tuple[str | None, ...]:
    """Return the values of :data:`ABOUT` for ``article``."""
    published = article.published
    return (
        plain(article.id),
        plain(article.source),
        plain(article.url),
        plain(article.title),
        plain(article.language),
        _day(published.date),
        published.basis,
        plain(published.words),
        _day(published.printed),
        json.dumps([plain(one) for one in article.warnings]) if article.warnings else None,
    )


def plain(text: str | None) -> str | None:
    r"""Return ``text`` as UTF-8 can hold it: names of files may be bytes that no encoding knows (``\udcff``)."""
    return text if text is None or text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def article_of(said: tuple[Any, ...], content: tuple[Any, ...]) -> Article:
    """Return the article whose columns :data:`ABOUT` and :data:`CONTENT` are given.

    Raises:
        StoreError: Its text is damaged.
    """
    name, source, url, title, language, published, basis, words, printed, warnings = said
    sha256, body, sentences = content
    text = unpack(body, f"the text of {name!r}")
    if hashlib.sha256(text.encode()).hexdigest().upper() != sha256:
        raise StoreError(f"the store is damaged: the text of {name!r} is not the one that was kept", hint=HINT)
    return Article(
        id=name,
        text=text,
        sha256=sha256.lower(),
        sentences=unpack_sentences(unpack(sentences, f"the sentences of {name!r}")),
        published=Published(_date(published), basis, words, _date(printed)),
        title=title,
        url=url,
        language=language,
        source=source,
        warnings=_warnings(warnings),
    )


def info_of(said: tuple[Any, ...], sha256: str) -> ArticleInfo:
    """Return what an extraction says about its article, from the columns :data:`ABOUT`."""
    name, source, url, title, language, *_, warnings = said
    return ArticleInfo(
        id=name, sha256=sha256, title=title, url=url, language=language, source=source, warnings=_warnings(warnings)
    )


def identity(source: str, name: str, rest: bytes) -> bytes:
    """Return what makes an offered article the same one when it is offered again: 16 bytes.

    ``rest`` is its key, or why it cannot be read: where a source gives two records one name, neither is lost.
    """
    said = json.dumps([source, name, rest.hex()])
    return hashlib.sha256(_IDENTITY + said.encode()).digest()[:16]


def grounding_id(connection: sqlite3.Connection, version: str) -> int:
    """Return the number of the grounding ``version``; it gets one where it has none."""
    connection.execute("INSERT OR IGNORE INTO groundings (version) VALUES (?)", (version,))
    (number,) = connection.execute("SELECT id FROM groundings WHERE version = ?", (version,)).fetchone()
    return int(number)


def among(
    connection: sqlite3.Connection, query: str, values: Sequence[object], *first: object
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of ``query``, which ends in ``IN``, for any number of values; ``first`` are the values before."""
    for start in range(0, len(values), GROUP):
        group = values[start : start + GROUP]
        yield from connection.execute(f"{query} ({', '.join('?' * len(group))})", (*first, *group)).fetchall()


def now() -> str:
    """Return the time in UTC, to the second, as the store writes it."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _date(day: str | None) -> dt.date | None:
    return None if day is None else dt.date.fromisoformat(day)


def _warnings(said: str | None) -> tuple[str, ...]:
    return tuple(json.loads(said)) if said else ()

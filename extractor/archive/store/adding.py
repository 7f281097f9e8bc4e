"""Ingest: articles as they are read from the sources, entered into a run.

Everything is "insert or ignore", so a run that was killed while it was reading is read again from the beginning and
comes to the same rows. What costs time, hashing and compressing, is done before the transaction begins.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from extractor.archive.keys import Keys, content_of
from extractor.archive.records import Added
from extractor.archive.store.packing import pack
from extractor.archive.store.rows import ABOUT, about, among, identity, plain
from extractor.articles.article import Article

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from extractor.archive.keys import Content
    from extractor.archive.records import Offer, Run
    from extractor.articles.options import InputFailure

_ANSWERED: Final = """SELECT key FROM questions
    WHERE EXISTS (SELECT 1 FROM extractions WHERE question_id = questions.id) AND key IN"""
_ARTICLE: Final = f"""INSERT INTO articles (run_id, place, identity, state, shared, question_id, extraction_id, events,
    near_id, similarity, problem, {ABOUT}) VALUES ({", ".join("?" * (11 + len(ABOUT.split(","))))})"""  # noqa: S608 - constants
_AT_HAND: Final = "SELECT 1 FROM articles WHERE run_id = ? AND identity = ?"
_NEIGHBOUR: Final = "SELECT id FROM articles WHERE run_id = ? AND place = ? ORDER BY id LIMIT 1"
_READING: Final = """INSERT INTO readings (digest, text_id, sentences)
    SELECT ?, id, ? FROM texts WHERE sha256 = ? RETURNING id"""


@dataclass(frozen=True, slots=True)
class Named:
    """An offer with what makes it itself, and its key where it holds an article."""

    offer: Offer
    identity: bytes
    key: bytes | None = None
    content: Content | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """An offer with everything that can be computed without the store."""

    named: Named
    body: bytes = b""
    sentences: bytes = b""


def known(connection: sqlite3.Connection, run: Run, identities: Sequence[bytes]) -> set[bytes]:
    """Return those of ``identities`` that the run has."""
    query = "SELECT identity FROM articles WHERE run_id = ? AND identity IN"
    return {one for (one,) in among(connection, query, identities, run.id)}


def answered(connection: sqlite3.Connection, keys: Sequence[bytes]) -> set[bytes]:
    """Return those of ``keys`` to which the store has an answer; in order, they take a tenth less CPU to find."""
    return {one for (one,) in among(connection, _ANSWERED, sorted(keys))}


def named(run: Run, offers: Sequence[Offer]) -> list[Named]:
    """Return the offers with their identities and keys."""
    keys = Keys(run.plan)
    found: list[Named] = []
    for offer in offers:
        read = offer.read
        if isinstance(read, Article):
            content = content_of(read)
            key = keys.key(content)
            found.append(Named(offer, identity(read.source, read.id, key), key, content))
        else:
            found.append(Named(offer, identity(read.source, "", str(read.error).encode(errors="replace"))))
    return found


def prepare(one: Named) -> Prepared:
    """Compress what an offer brings."""
    if one.content is None or not isinstance(one.offer.read, Article):
        return Prepared(one)
    return Prepared(one, pack(one.offer.read.text), pack(one.content.sentences))


def add(connection: sqlite3.Connection, run: Run, prepared: Sequence[Prepared]) -> list[Added]:
    """Enter articles into ``run``; return what became of each."""
    return [_add(connection, run, one) for one in prepared]


def _add(connection: sqlite3.Connection, run: Run, one: Prepared) -> Added:
    offer = one.named.offer
    if connection.execute(_AT_HAND, (run.id, one.named.identity)).fetchone():
        return Added.KNOWN
    head = (run.id, offer.place, one.named.identity)
    if not isinstance(offer.read, Article):
        connection.execute(_ARTICLE, (*head, "unreadable", *[None] * 6, *_unreadable(offer.read)))
        return Added.UNREADABLE
    question, fresh = _question(connection, one, offer.read)
    if offer.near is not None:
        other = connection.execute(_NEIGHBOUR, (run.id, offer.near.place)).fetchone()
        linked = (other and other[0], offer.near.similarity)
        connection.execute(_ARTICLE, (*head, "near", None, question, None, None, *linked, None, *about(offer.read)))
        return Added.NEAR
    added, place = (Added.NEW, _NEW) if fresh else _place(connection, run, question)
    values = (*head, *place[:2], question, *place[2:4], None, None, place[4], *about(offer.read))
    connection.execute(_ARTICLE, values)
    return added


_Place = tuple[str, str | None, int | None, int | None, str | None]
"""State, how it is shared, extraction, its events, problem."""
_NEW: Final[_Place] = ("pending", None, None, None, None)


def _place(connection: sqlite3.Connection, run: Run, question: int) -> tuple[Added, _Place]:
    """Say where an article with this question stands in ``run``."""
    twin = connection.execute(
        "SELECT state, extraction_id, events, problem FROM articles "
        "WHERE question_id = ? AND run_id = ? AND state <> 'near' ORDER BY id LIMIT 1",
        (question, run.id),
    ).fetchone()
    if twin is not None:
        state = twin[0] if twin[0] in ("done", "failed") else "waiting"
        return Added.DUPLICATE, (state, "duplicate", *twin[1:])
    answer = connection.execute(
        "SELECT id, (SELECT count(*) FROM events WHERE extraction_id = extractions.id) FROM extractions "
        "WHERE question_id = ? ORDER BY id DESC LIMIT 1",
        (question,),
    ).fetchone()
    if answer is not None:
        return Added.CACHED, ("done", "cached", *answer, None)
    return Added.NEW, _NEW


def _question(connection: sqlite3.Connection, one: Prepared, article: Article) -> tuple[int, bool]:
    """Return the row of the article's question, and whether it is new; text and reading are entered where new."""
    found = connection.execute("SELECT id FROM questions WHERE key = ?", (one.named.key,)).fetchone()
    if found is not None:
        return int(found[0]), False
    assert one.named.content is not None
    digest = one.named.content.reading
    reading = connection.execute("SELECT id FROM readings WHERE digest = ?", (digest,)).fetchone()
    if reading is None:
        sha256 = bytes.fromhex(article.sha256)
        connection.execute("INSERT OR IGNORE INTO texts (sha256, body) VALUES (?, ?)", (sha256, one.body))
        reading = connection.execute(_READING, (digest, one.sentences, sha256)).fetchone()
    (question,) = connection.execute(
        "INSERT INTO questions (key, reading_id) VALUES (?, ?) RETURNING id", (one.named.key, reading[0])
    ).fetchone()
    return int(question), True


def _unreadable(failure: InputFailure) -> tuple[str | None, ...]:
    """Return the problem of an input without an article, and the values of ABOUT for it."""
    error = failure.error
    problem = {"kind": type(error).__name__, "message": str(error), "hint": error.hint}
    source = plain(failure.source)
    return (json.dumps(problem), source, source, *[None] * (len(ABOUT.split(",")) - 2))

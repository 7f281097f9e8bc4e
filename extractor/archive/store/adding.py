"""Ingest: articles as they are read from the sources, entered into a run.

Everything is "insert or ignore", so a run that was killed while it was reading is read again from the beginning and
comes to the same rows. What costs time, hashing and compressing, is done before the transaction begins.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from extractor.archive.keys import Keys, pack_sentences, reading_digest
from extractor.archive.records import Added
from extractor.archive.store.packing import pack
from extractor.archive.store.rows import ABOUT, about, identity, plain
from extractor.articles.article import Article

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from extractor.archive.records import Offer, Run
    from extractor.articles.options import InputFailure

GROUP: Final = 500
"""Keys that one query asks for; SQLite's own limit of parameters was 999 for long."""

_ARTICLE: Final = f"""INSERT INTO articles (run_id, place, identity, state, shared, question_id, extraction_id, events,
    near_id, similarity, problem, {ABOUT}) VALUES ({", ".join("?" * (11 + len(ABOUT.split(","))))})"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Prepared:
    """An offer with everything that can be computed without the store."""

    offer: Offer
    identity: bytes
    key: bytes | None = None
    """None: there is no article in it."""
    body: bytes = b""
    sentences: bytes = b""
    digest: bytes = b""
    """Of its text with its division into sentences."""


def known(connection: sqlite3.Connection, run: Run, identities: Sequence[bytes]) -> set[bytes]:
    """Return those of ``identities`` that the run has."""
    found: set[bytes] = set()
    for start in range(0, len(identities), GROUP):
        group = identities[start : start + GROUP]
        marks = ", ".join("?" * len(group))
        rows = connection.execute(
            f"SELECT identity FROM articles WHERE run_id = ? AND identity IN ({marks})",  # noqa: S608 - marks only
            (run.id, *group),
        )
        found.update(one for (one,) in rows)
    return found


def answered(connection: sqlite3.Connection, keys: Sequence[bytes]) -> set[bytes]:
    """Return those of ``keys`` to which the store has an answer."""
    found: set[bytes] = set()
    for start in range(0, len(keys), GROUP):
        group = keys[start : start + GROUP]
        marks = ", ".join("?" * len(group))
        rows = connection.execute(
            f"SELECT key FROM questions WHERE key IN ({marks}) AND EXISTS "  # noqa: S608 - marks only
            "(SELECT 1 FROM extractions WHERE question_id = questions.id)",
            group,
        )
        found.update(one for (one,) in rows)
    return found


def named(run: Run, offers: Sequence[Offer]) -> list[tuple[Offer, bytes, bytes | None]]:
    """Return each offer with what makes it itself, and with its key where it holds an article."""
    keys = Keys(run.plan)
    found: list[tuple[Offer, bytes, bytes | None]] = []
    for offer in offers:
        read = offer.read
        if isinstance(read, Article):
            key = keys.key(read)
            found.append((offer, identity(read.source, read.id, key), key))
        else:
            found.append((offer, identity(read.source, "", str(read.error).encode(errors="replace")), None))
    return found


def prepare(offer: Offer, own: bytes, key: bytes | None) -> Prepared:
    """Compress what an offer brings."""
    if key is None or not isinstance(offer.read, Article):
        return Prepared(offer, own)
    sentences = pack_sentences(offer.read)
    digest = reading_digest(offer.read.sha256, sentences)
    return Prepared(offer, own, key, pack(offer.read.text), pack(sentences), digest)


def add(connection: sqlite3.Connection, run: Run, prepared: Sequence[Prepared]) -> list[Added]:
    """Enter articles into ``run``; return what became of each."""
    return [_add(connection, run, one) for one in prepared]


def _add(connection: sqlite3.Connection, run: Run, one: Prepared) -> Added:
    at_hand = "SELECT 1 FROM articles WHERE run_id = ? AND identity = ?"
    if connection.execute(at_hand, (run.id, one.identity)).fetchone():
        return Added.KNOWN
    head = (run.id, one.offer.place, one.identity)
    if one.key is None:
        assert not isinstance(one.offer.read, Article)
        connection.execute(_ARTICLE, (*head, "unreadable", *[None] * 6, *_unreadable(one.offer.read)))
        return Added.UNREADABLE
    assert isinstance(one.offer.read, Article)
    question = _question(connection, one)
    if one.offer.near is not None:
        other = connection.execute(
            "SELECT id FROM articles WHERE run_id = ? AND place = ? ORDER BY id LIMIT 1",
            (run.id, one.offer.near.place),
        ).fetchone()
        linked = (other and other[0], one.offer.near.similarity)
        connection.execute(_ARTICLE, (*head, "near", None, question, None, None, *linked, None, *about(one.offer.read)))
        return Added.NEAR
    added, place = _place(connection, run, question)
    connection.execute(
        _ARTICLE, (*head, *place[:2], question, *place[2:4], None, None, place[4], *about(one.offer.read))
    )
    return added


_Place = tuple[str, str | None, int | None, int | None, str | None]
"""State, how it is shared, extraction, its events, problem."""


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
    return Added.NEW, ("pending", None, None, None, None)


def _question(connection: sqlite3.Connection, one: Prepared) -> int:
    """Return the row of the article's question; text, reading and question are entered where they are new."""
    found = connection.execute("SELECT id FROM questions WHERE key = ?", (one.key,)).fetchone()
    if found is not None:
        return int(found[0])
    reading = connection.execute("SELECT id FROM readings WHERE digest = ?", (one.digest,)).fetchone()
    if reading is None:
        assert isinstance(one.offer.read, Article)
        sha256 = bytes.fromhex(one.offer.read.sha256)
        connection.execute("INSERT OR IGNORE INTO texts (sha256, body) VALUES (?, ?)", (sha256, one.body))
        reading = connection.execute(
            "INSERT INTO readings (digest, text_id, sentences) "
            "SELECT ?, id, ? FROM texts WHERE sha256 = ? RETURNING id",
            (one.digest, one.sentences, sha256),
        ).fetchone()
    (question,) = connection.execute(
        "INSERT INTO questions (key, reading_id) VALUES (?, ?) RETURNING id", (one.key, reading[0])
    ).fetchone()
    return int(question)


def _unreadable(failure: InputFailure) -> tuple[str | None, ...]:
    """Return the problem of an input without an article, and the values of ABOUT for it."""
    error = failure.error
    problem = {"kind": type(error).__name__, "message": str(error), "hint": error.hint}
    source = plain(failure.source)
    return (json.dumps(problem), source, source, *[None] * (len(ABOUT.split(",")) - 2))

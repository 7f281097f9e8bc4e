"""The same article in two runs: found by name and source, then by name, then by source alone.

Within one name the n-th article of one run belongs to the n-th of the other, so that a source that names all its
records alike can be compared too. The pairs are a temporary table on the disk, not a list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from extractor.archive.keys import content_of
from extractor.archive.records import Pair, Side
from extractor.archive.store.reading import PAGE, extraction_of
from extractor.archive.store.rows import ABOUT, CONTENT, article_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from extractor.archive.records import Run
    from extractor.archive.store.connections import Connections

_BY: Final = ("name, source", "name", "source")
_ABOUT_FIELDS: Final = len(ABOUT.split(","))

_MATCH: Final = """INSERT INTO pairs (one, other)
    WITH left_over AS (
        SELECT id, run_id, {by}, row_number() OVER (PARTITION BY run_id, {by} ORDER BY place, id) AS nth
        FROM articles WHERE run_id IN (?1, ?2)
        AND id NOT IN (SELECT one FROM pairs) AND id NOT IN (SELECT other FROM pairs)
    )
    SELECT one.id, other.id FROM left_over AS one JOIN left_over AS other USING ({by}, nth)
    WHERE one.run_id = ?1 AND other.run_id = ?2"""

_ALONE: Final = """INSERT INTO pairs (one, other)
    SELECT CASE run_id WHEN ?1 THEN id END, CASE run_id WHEN ?2 THEN id END FROM articles WHERE run_id IN (?1, ?2)
    AND id NOT IN (SELECT one FROM pairs WHERE one IS NOT NULL)
    AND id NOT IN (SELECT other FROM pairs WHERE other IS NOT NULL)"""

_ORDERED: Final = """INSERT INTO ordered (one, other) SELECT pairs.one, pairs.other FROM pairs
    JOIN articles ON articles.id = coalesce(pairs.one, pairs.other)
    ORDER BY pairs.one IS NULL, articles.place, articles.id"""

_PAGE: Final = f"SELECT row, one, other FROM ordered WHERE row > ? ORDER BY row LIMIT {PAGE}"  # noqa: S608 - a constant

_SIDE: Final = f"""SELECT articles.question_id, state, groundings.version, extractions.body, {ABOUT}, {CONTENT}
    FROM articles LEFT JOIN questions ON questions.id = articles.question_id
    LEFT JOIN readings ON readings.id = questions.reading_id
    LEFT JOIN texts ON texts.id = readings.text_id
    LEFT JOIN extractions ON extractions.id = articles.extraction_id
    LEFT JOIN groundings ON groundings.id = extractions.grounding_id WHERE articles.id = ?"""  # noqa: S608 - constants


def pairs(connections: Connections, one: Run, other: Run) -> Iterator[Pair]:
    """Yield every article of either run with what both say of it: in the order of ``one``, then what it lacks."""
    with connections.reading() as connection:
        _match(connection, one, other)
    after = 0
    while True:
        with connections.reading() as connection:
            page = connection.execute(_PAGE, (after,)).fetchall()
            found = [_pair(connection, left, right) for _, left, right in page]
        yield from found
        if len(page) < PAGE:
            return
        after = page[-1][0]


def _match(connection: sqlite3.Connection, one: Run, other: Run) -> None:
    connection.execute("DROP TABLE IF EXISTS temp.pairs")
    connection.execute("DROP TABLE IF EXISTS temp.ordered")
    connection.execute("CREATE TEMP TABLE pairs (one INTEGER, other INTEGER)")
    connection.execute("CREATE TEMP TABLE ordered (row INTEGER PRIMARY KEY, one INTEGER, other INTEGER)")
    for by in _BY:
        connection.execute(_MATCH.format(by=by), (one.id, other.id))
    connection.execute(_ALONE, (one.id, other.id))
    connection.execute(_ORDERED)


def _pair(connection: sqlite3.Connection, left: int | None, right: int | None) -> Pair:
    sides = [None if row is None else connection.execute(_SIDE, (row,)).fetchone() for row in (left, right)]
    shown = next(side for side in sides if side is not None)
    same = sides[0] is not None and sides[1] is not None and sides[0][0] == sides[1][0]
    one, other = (None if side is None else _side(side, same=same) for side in sides)
    return Pair(shown[4], shown[5], one, other)


def _side(row: tuple[Any, ...], *, same: bool) -> Side:
    """Return one side; where both have the same question, what they read need not be looked at again."""
    question, state, grounding, body, *rest = row
    said, content = tuple(rest[:_ABOUT_FIELDS]), tuple(rest[_ABOUT_FIELDS:])
    differing = question is not None and not same
    reading = content_of(article_of(said, content)).digest.hex() if differing else ""
    return Side(reading, state, grounding, None if body is None else extraction_of(body, said[0]))

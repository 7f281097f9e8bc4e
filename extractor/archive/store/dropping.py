"""Takes a run out of the store again, or its failures back into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

    from extractor.archive.records import Run

_DROP: Final = (
    """CREATE TEMP TABLE gone AS SELECT DISTINCT question_id AS id, reading_id, text_id FROM articles
    JOIN questions ON questions.id = question_id JOIN readings ON readings.id = reading_id WHERE run_id = ?1""",
    "DELETE FROM attempts WHERE run_id = ?1",
    "DELETE FROM articles WHERE run_id = ?1",
    "DELETE FROM runs WHERE id = ?1",
    # What other runs ask about stays, with its answer: it is paid for.
    "DELETE FROM temp.gone WHERE EXISTS (SELECT 1 FROM articles WHERE question_id = gone.id)",
    "CREATE TEMP TABLE unused AS SELECT DISTINCT reply_id AS id FROM asked JOIN temp.gone ON gone.id = question_id",
    "DELETE FROM questions WHERE id IN (SELECT id FROM temp.gone)",  # with extractions, events and links to replies
    """DELETE FROM replies WHERE id IN (SELECT id FROM temp.unused)
    AND NOT EXISTS (SELECT 1 FROM asked WHERE reply_id = replies.id)""",
    """DELETE FROM readings WHERE id IN (SELECT reading_id FROM temp.gone)
    AND NOT EXISTS (SELECT 1 FROM questions WHERE reading_id = readings.id)""",
    """DELETE FROM texts WHERE id IN (SELECT text_id FROM temp.gone)
    AND NOT EXISTS (SELECT 1 FROM readings WHERE text_id = texts.id)""",
    "DROP TABLE temp.gone",
    "DROP TABLE temp.unused",
)


def drop(connection: sqlite3.Connection, run: Run) -> None:
    """Delete ``run`` with everything that no other run uses."""
    for statement in _DROP:
        connection.execute(statement, (run.id,) if "?1" in statement else ())


def retry_failed(connection: sqlite3.Connection, run: Run, kind: str | None = None) -> int:
    """Make the failed articles of ``run`` pending again, or those of one ``kind`` of problem; return how many."""
    these = "run_id = ?1 AND state = 'failed' AND (?2 IS NULL OR json_extract(problem, '$.kind') = ?2)"
    connection.execute(
        f"UPDATE articles SET state = 'waiting', problem = NULL WHERE shared = 'duplicate' AND {these}",  # noqa: S608 - a constant
        (run.id, kind),
    )
    return connection.execute(
        f"UPDATE articles SET state = 'pending', problem = NULL WHERE {these}",  # noqa: S608 - a constant
        (run.id, kind),
    ).rowcount

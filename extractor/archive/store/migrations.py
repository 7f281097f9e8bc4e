"""Brings a store's file to the tables that this version of extractor knows.

``user_version`` of the file is the number of the last migration that it has seen; ``application_id`` says that it is a
store of ours at all. All missing migrations are applied in one transaction, so a killed process leaves the old tables
or the new ones. A migration that has been released is never edited; a change of tables is a new one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from extractor.archive.store import m001_initial, m002_batches, m003_links, m004_failed, m005_second_look
from extractor.archive.store.transaction import transaction
from extractor.errors import StoreError

if TYPE_CHECKING:
    import sqlite3

MIGRATIONS: Final = (
    m001_initial.STATEMENTS,
    m002_batches.STATEMENTS,
    m003_links.STATEMENTS,
    m004_failed.STATEMENTS,
    m005_second_look.STATEMENTS,
)
"""In order; the first is number 1."""
APPLICATION: Final = 0x45585452
"""``EXTR``."""
_IDENTITY: Final = """SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)
    FROM pragma_application_id, pragma_user_version"""
"""One statement, one moment: another process may be making the tables between two."""


def migrate(connection: sqlite3.Connection, name: str) -> None:
    """Apply what is missing to the file of ``connection``, called ``name`` in messages.

    Raises:
        StoreError: The file is something else, or was written by a newer version of extractor.
    """
    if version(connection, name) == len(MIGRATIONS):
        return
    connection.create_function("failed_names", 2, m004_failed.failed_names)
    with transaction(connection):
        for statements in MIGRATIONS[version(connection, name) :]:  # another process may have been quicker
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def version(connection: sqlite3.Connection, name: str) -> int:
    """Return the number of the last migration that the file of ``connection``, called ``name``, has seen.

    Raises:
        StoreError: It is something else, or was written by a newer version of extractor.
    """
    application, seen, tables = connection.execute(_IDENTITY).fetchone()
    if application != APPLICATION and (tables or seen or application):
        raise StoreError(f"{name!r} is a database, but no store of extractor", hint="name another file with --store")
    if seen > len(MIGRATIONS):
        raise StoreError(
            f"{name!r} was written by a newer extractor (its tables are of version {seen}, "
            f"this extractor knows {len(MIGRATIONS)})",
            hint="update extractor, or name another file with --store",
        )
    return int(seen)

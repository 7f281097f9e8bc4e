"""Rows of stories and links: kept whole for a run, or taken back whole. No row of the run itself is touched.

Links are made from what the run holds at that moment. So a linking notes the *state* of its run (how many articles are
done, by which extractions), and is out of date as soon as that changes: more articles, or another grounding.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from extractor.archive.linking.score import FORMULA
from extractor.archive.linking.stories import Link, Story
from extractor.archive.store.handing import kept_reply
from extractor.archive.store.packing import HINT, pack, unpack
from extractor.archive.store.reading import PAGE
from extractor.archive.store.rows import now
from extractor.archive.store.writing import pack_reply
from extractor.errors import StoreError, UsageError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from extractor.archive.linking.link import Linking
    from extractor.archive.records import Run
    from extractor.archive.store.connections import Connections
    from extractor.replies import KeptReply

_ABOUT: Final = """formula, threshold, made, extractor_version, mentions, stories, linked, pairs, crowded, uncertain"""
_STATE: Final = """SELECT count(*) || ' ' || coalesce(max(extraction_id), 0) || ' ' || total(extraction_id)
    FROM articles WHERE run_id = ? AND state = 'done'"""


@dataclass(frozen=True, slots=True)
class KeptLinking:
    """What is known of the links of a run."""

    formula: str
    threshold: float
    made: str
    extractor_version: str
    mentions: int
    stories: int
    """Those of one mention too."""
    linked: int
    """Stories of several mentions."""
    pairs: int
    """That were compared."""
    crowded: int
    """Keys of blocking so full that a pair also had to share a mark."""
    uncertain: int
    """Pairs near the threshold that no model was asked about."""

    @property
    def current(self) -> bool:
        """Whether today's formula made it, with a second look or without."""
        return self.formula.partition(", ")[0] == FORMULA


class LinkRows:
    """The tables ``linkings``, ``stories``, ``story_mentions`` and ``links`` of a store; blocking."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def state(self, run: Run) -> str:
        """Return what the results of ``run`` are at this moment, as a linking notes it; read it before the results."""
        with self._connections.reading() as connection:
            (said,) = connection.execute(_STATE, (run.id,)).fetchone()
        return str(said)

    def keep(self, run: Run, linking: Linking, state: str) -> None:
        """Keep the stories and links of ``run`` in place of those that it had, in one transaction.

        Args:
            run: Whose events they are.
            linking: What was made of them.
            state: :meth:`state`, read before its results were.
        """
        with self._connections.writing() as connection:
            connection.execute("DELETE FROM linkings WHERE run_id = ?", (run.id,))
            linked = sum(len(places) > 1 for places in linking.groups)
            connection.execute(
                f"INSERT INTO linkings (run_id, state, {_ABOUT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constants
                (
                    *(run.id, state, linking.formula, linking.threshold, now(), version("extractor")),
                    *(len(linking.mentions), len(linking.groups), linked),
                    *(linking.blocks.pairs, linking.blocks.crowded, linking.uncertain),
                ),
            )
            for story in linking.stories():
                _keep_story(connection, run, story)
            connection.executemany(
                "INSERT INTO links VALUES (?, ?, ?, ?, ?, ?)", (_link_row(run, link) for link in linking.links())
            )

    def undo(self, run: Run) -> bool:
        """Take the stories and links of ``run`` back; return whether there were any."""
        with self._connections.writing() as connection:
            return connection.execute("DELETE FROM linkings WHERE run_id = ?", (run.id,)).rowcount > 0

    def about(self, run: Run) -> KeptLinking | None:
        """Return what is kept for ``run``, or None where nothing is or its results have changed since."""
        with self._connections.reading() as connection:
            row = connection.execute(f"SELECT state, {_ABOUT} FROM linkings WHERE run_id = ?", (run.id,)).fetchone()  # noqa: S608 - constants
        return KeptLinking(*row[1:]) if row is not None and row[0] == self.state(run) else None

    def stories(self, run: Run, *, least: int = 1) -> Iterator[Story]:
        """Yield the kept stories of at least so many mentions, by their first day, page by page; undated ones last."""
        after: tuple[str, int] = ("", -1)
        while True:
            with self._connections.reading() as connection:
                page = connection.execute(
                    "SELECT coalesce(starts, ends, '9999'), id, name, body FROM stories WHERE run_id = ? "
                    "AND mentions >= ? AND (coalesce(starts, ends, '9999'), id) > (?, ?) ORDER BY 1, 2 LIMIT ?",
                    (run.id, least, *after, PAGE),
                ).fetchall()
            for _, _, name, body in page:
                yield _story(name, body)
            if len(page) < PAGE:
                return
            after = page[-1][:2]

    def story(self, run: Run, name: str) -> Story:
        """Return the kept story ``name``; the beginning of its name is enough where no other begins so.

        Raises:
            UsageError: There is none, or there are several.
        """
        with self._connections.reading() as connection:
            # Names hold no wildcard, and what a user types is compared as it is.
            found = connection.execute(
                "SELECT name, body FROM stories WHERE run_id = ? AND substr(name, 1, ?) = ? ORDER BY name LIMIT 3",
                (run.id, len(name), name),
            ).fetchall()
        exact = [row for row in found if row[0] == name]
        if len(found) != 1 and not exact:
            said = "several stories begin with" if found else "there is no story"
            raise UsageError(f"{said} {name!r} in the run {run.name!r}", hint=f"extractor archive link {run.name}")
        return _story(*(exact or found)[0])

    def links(self, run: Run, story: Story) -> list[Link]:
        """Return the kept links of a story's mentions, to each other and to what was nearly linked, best first."""
        keys = [mention.key for mention in story.mentions]
        found: dict[tuple[str, str], Link] = {}
        with self._connections.reading() as connection:
            for start in range(0, len(keys), PAGE):
                group = keys[start : start + PAGE]
                marks = ", ".join("?" * len(group))
                for side in ("one", "other"):
                    rows = connection.execute(
                        f"SELECT one, other, bits, joined, parts FROM links WHERE run_id = ? AND {side} IN ({marks})",  # noqa: S608 - marks
                        (run.id, *group),
                    )
                    found.update({(row[0], row[1]): _link(row) for row in rows})
        return sorted(found.values(), key=lambda link: (-link.joined, -link.bits, link.one, link.other))


class PairReplies:
    """Replies of a model about pairs of mentions, each kept at once; an :class:`extractor.replies.Replies`."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def get(self, key: str) -> KeptReply | None:
        """Return the reply to the request ``key``, or None."""
        request = bytes.fromhex(key.removeprefix("sha256:"))
        with self._connections.reading() as connection:
            row = connection.execute("SELECT body FROM pair_replies WHERE request = ?", (request,)).fetchone()
        return None if row is None else kept_reply(request, row[0])

    def put(self, reply: KeptReply) -> None:
        """Keep ``reply`` in place of an earlier one to the same request."""
        request = bytes.fromhex(reply.key.removeprefix("sha256:"))
        with self._connections.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO pair_replies VALUES (?, ?)", (request, pack_reply(reply)))


def _keep_story(connection: sqlite3.Connection, run: Run, story: Story) -> None:
    starts, ends = (day and day.isoformat() for day in (story.start, story.end))
    (row,) = connection.execute(
        "INSERT INTO stories (run_id, name, type, starts, ends, country, mentions, body) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (
            *(run.id, story.id, story.type.value, starts, ends, story.country, len(story.mentions)),
            pack(story.model_dump_json()),
        ),
    ).fetchone()
    connection.executemany(
        "INSERT INTO story_mentions VALUES (?, ?, ?, ?)",
        [(row, one.key, one.article, one.event) for one in story.mentions],
    )


def _link_row(run: Run, link: Link) -> tuple[object, ...]:
    parts = json.dumps([[part.name, part.bits, part.reason] for part in link.parts])
    return run.id, link.one, link.other, link.bits, int(link.joined), parts


def _link(row: tuple[str, str, float, int, str]) -> Link:
    one, other, bits, joined, parts = row
    try:
        said = [{"name": name, "bits": of_it, "reason": reason} for name, of_it, reason in json.loads(parts)]
        return Link.model_validate({"one": one, "other": other, "bits": bits, "joined": bool(joined), "parts": said})
    except (ValueError, TypeError) as error:  # a ValidationError is a ValueError
        raise StoreError(f"the store is damaged: the link of {one} and {other}", hint=HINT) from error


def _story(name: str, body: bytes) -> Story:
    what = f"the story {name}"
    try:
        return Story.model_validate_json(unpack(body, what))
    except ValidationError as error:
        raise StoreError(f"the store is damaged: {what} cannot be read", hint=HINT) from error

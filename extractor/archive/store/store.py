"""The store of archives: one SQLite file that any number of processes may use at once.

What it promises: whatever a method has returned from writing survives a kill and a power cut; a method that raised has
written nothing; what is written twice counts once. Every method is blocking, takes well under a second for the groups
that its docstring names, and may be called from any thread. The rooms beside this one hold the work.
"""

from __future__ import annotations

import datetime as dt
import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Self

from pydantic import ValidationError

from extractor.archive.records import Added, Plan, Run
from extractor.archive.store import adding, browsing, claims, dropping, pairing, reading, writing
from extractor.archive.store.batches import BatchRows
from extractor.archive.store.connections import PATIENCE, Connections, open_connections
from extractor.archive.store.handing import handed
from extractor.archive.store.links import LinkRows, PairReplies
from extractor.archive.store.packing import pack, unpack
from extractor.archive.store.rows import now
from extractor.errors import StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from extractor.archive.exports.overview import Overview
    from extractor.archive.records import (
        Answered,
        Failure,
        Finished,
        Grounding,
        Made,
        Offer,
        Pair,
        Tally,
        Task,
        Worker,
    )
    from extractor.archive.store.handing import Handed
    from extractor.articles.article import Article
    from extractor.events.summary import Extraction
    from extractor.prompts.registry import Prompt
    from extractor.replies import KeptReply

_RUN = "SELECT id, plan, begun, extractor_version, ingested FROM runs"


class Store:
    """A store's file, opened; also a context manager that closes it. Make it with :meth:`open`."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @classmethod
    def open(cls, path: Path, *, create: bool = False, patience: float = PATIENCE) -> Store:
        """Open the store in ``path``, and bring its tables up to date.

        Args:
            path: Its file.
            create: Make one where there is none.
            patience: Seconds to wait while another process is writing.

        Raises:
            StoreError: There is none, or it is damaged, of a newer version, no store, or locked.
        """
        return cls(open_connections(path, create=create, patience=patience))

    def close(self) -> None:
        """Close the file in all threads."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The file."""
        return self._connections.path

    @property
    def batches(self) -> BatchRows:
        """The requests that went out in a provider's batches."""
        return BatchRows(self._connections)

    @property
    def links(self) -> LinkRows:
        """The stories that events of a run are linked into."""
        return LinkRows(self._connections)

    @property
    def pair_replies(self) -> PairReplies:
        """What a model replied about pairs of mentions."""
        return PairReplies(self._connections)

    # Runs

    def begin(self, plan: Plan, prompt: Prompt) -> Run:
        """Return the run that ``plan`` names: a new one, or the one that was begun with this very plan.

        Args:
            plan: What the run asks.
            prompt: The version that it asks with; its files are kept, so that replies can always be read again.

        Raises:
            UsageError: A run of that name has another plan; every difference is named.
        """
        files = pack(json.dumps(dict(prompt.files), sort_keys=True))
        with self._connections.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO runs (name, plan, prompt, begun, extractor_version) VALUES (?, ?, ?, ?, ?)",
                (plan.name, plan.model_dump_json(), files, now(), version("extractor")),
            )
        run = self.run(plan.name)
        if run.plan != plan:
            raise UsageError(
                f"the run {plan.name!r} in {str(self.path)!r} was begun otherwise: {differences(run.plan, plan)}",
                hint="give this one another name with --run, or drop that one",
            )
        return run

    def run(self, name: str) -> Run:
        """Return the run ``name``; raise UsageError where there is none."""
        with self._connections.reading() as connection:
            row = connection.execute(f"{_RUN} WHERE name = ?", (name,)).fetchone()
        if row is None:
            names = ", ".join(run.name for run in self.runs()) or "none"
            raise UsageError(f"there is no run {name!r} in {str(self.path)!r}", hint=f"there are: {names}")
        return self._run(row)

    def runs(self) -> list[Run]:
        """Return all runs, the oldest first."""
        with self._connections.reading() as connection:
            return [self._run(row) for row in connection.execute(f"{_RUN} ORDER BY id").fetchall()]

    def prompt_files(self, run: Run) -> Mapping[str, str]:
        """Return the files of the prompt version that ``run`` asks with, by name."""
        with self._connections.reading() as connection:
            row = connection.execute("SELECT prompt FROM runs WHERE id = ?", (run.id,)).fetchone()
        if row is None:
            raise UsageError(f"the run {run.name!r} has been dropped")
        files: dict[str, str] = json.loads(unpack(row[0], f"the prompt of {run.name!r}"))
        return files

    def drop(self, run: Run) -> None:
        """Delete ``run`` with everything that no other run uses, in one transaction."""
        with self._connections.writing() as connection:
            dropping.drop(connection, run)

    def retry_failed(self, run: Run, kind: str | None = None) -> int:
        """Make the failed articles of ``run`` pending again, or those of one ``kind`` of problem; return how many."""
        with self._connections.writing() as connection:
            return dropping.retry_failed(connection, run, kind)

    # Articles in

    def add(self, run: Run, offers: Sequence[Offer]) -> list[Added]:
        """Enter what was read (up to about 500 at once); return what became of each. Entering again is harmless."""
        named = adding.named(run, offers)
        with self._connections.reading() as connection:
            known = adding.known(connection, run, [one.identity for one in named])
        # What the run has already is neither compressed nor written again: reading anew after a kill is quick.
        fresh = [adding.prepare(one) for one in named if one.identity not in known]
        if not fresh:
            return [Added.KNOWN] * len(named)
        with self._connections.writing() as connection:
            became = adding.add(connection, run, fresh)
        added = dict(zip((one.named.identity for one in reversed(fresh)), reversed(became), strict=True))
        # What is offered twice in one group is known the second time.
        return [added.pop(one.identity, Added.KNOWN) for one in named]

    def ingested(self, run: Run) -> None:
        """Note that the sources of ``run`` have been read to their end."""
        with self._connections.writing() as connection:
            connection.execute("UPDATE runs SET ingested = coalesce(ingested, ?) WHERE id = ?", (now(), run.id))

    def known(self, keys: Sequence[bytes]) -> set[bytes]:
        """Return those of ``keys`` that have an answer, from whichever run."""
        with self._connections.reading() as connection:
            return adding.answered(connection, keys)

    # Work

    def join(self, run: Run, *, pid: int | None = None) -> Worker:
        """Enter this process as a worker on ``run``, and open the claims of workers that died."""
        with self._connections.writing() as connection:
            claims.bury(connection, claims.dead(connection))
            return claims.join(connection, run, pid)

    def beat(self, worker: Worker) -> None:
        """Say that ``worker`` is alive; due every 20 seconds or so."""
        with self._connections.writing() as connection:
            claims.beat(connection, worker)

    def leave(self, worker: Worker) -> None:
        """Strike ``worker`` out. What it still holds may have been asked; it is open again and counts as unresolved."""
        with self._connections.writing() as connection:
            claims.bury(connection, [worker.id])

    def claim(self, run: Run, worker: Worker, limit: int) -> list[Task]:
        """Claim up to ``limit`` pending articles, in the order of the sources; when this returns they may be asked.

        Nothing is left for this worker where the list is empty, but others may still give back what they hold: the run
        is at its end when :attr:`Tally.open` is 0.
        """
        assert worker.run == run.id
        while True:
            with self._connections.writing() as connection:
                claimed, settled = claims.claim(connection, worker, limit)
            if claimed:
                with self._connections.reading() as connection:
                    return claims.tasks_of(connection, claimed, worker)
            if not settled and not self._open_claims_of_the_dead():
                return []

    def finish(self, results: Sequence[Finished]) -> None:
        """Write how tasks ended, in one transaction; groups of 100 are quickest. Failures are results too."""
        packed = [writing.packed(one) for one in results]
        with self._connections.writing() as connection:
            writing.finish(connection, packed)

    def release(self, tasks: Sequence[Task]) -> None:
        """Give back tasks about which nothing was asked."""
        with self._connections.writing() as connection:
            claims.release(connection, tasks)

    # Results out

    def tally(self, run: Run) -> Tally:
        """Count how far ``run`` is and what it has cost."""
        with self._connections.reading() as connection:
            return reading.tally(connection, run)

    def results(self, run: Run) -> Iterator[Extraction]:
        """Yield the extractions of ``run`` in the order of the sources, as of now, page by page."""
        return reading.results(self._connections, run)

    def failures(self, run: Run) -> Iterator[Failure]:
        """Yield what failed and what could not be read, in the order of the sources."""
        return reading.failures(self._connections, run)

    def browse(self, run: Run, wanted: browsing.Wanted, *, limit: int, offset: int = 0) -> browsing.Found:
        """Return a page of the events of ``run`` that ``wanted`` names."""
        with self._connections.reading() as connection:
            return browsing.browse(connection, run, wanted, limit=limit, offset=offset)

    def glance(self, run: Run, wanted: browsing.Wanted) -> Overview:
        """Return days, places and types of the events of ``run`` that ``wanted`` names."""
        with self._connections.reading() as connection:
            return browsing.glance(connection, run, wanted)

    def one(self, run: Run, number: int) -> tuple[Article, Extraction]:
        """Return the article ``number`` of ``run`` with its extraction; raise UsageError where there is none."""
        with self._connections.reading() as connection:
            return browsing.one(connection, run, number)

    def neighbours(self, run: Run, number: int) -> tuple[int | None, int | None]:
        """Return the numbers of the answered articles before and after the article ``number``."""
        with self._connections.reading() as connection:
            return browsing.neighbours(connection, run, number)

    def handed(self, run: Run) -> list[Handed]:
        """Return what the articles of ``run`` came to: for runs of some thousand articles."""
        with self._connections.reading() as connection:
            return list(handed(connection, run))

    def texts(self, sha256s: Sequence[str]) -> dict[str, str]:
        """Return the texts with these hashes (hex); those that the store lacks are left out."""
        with self._connections.reading() as connection:
            return reading.texts(connection, sha256s)

    def reply(self, key: str) -> KeptReply | None:
        """Return the newest reply to a request (``extractor.replies``), or None."""
        with self._connections.reading() as connection:
            return reading.reply(connection, key)

    # Grounding again, comparing, checking

    def answers(self, run: Run, *, but: str) -> Iterator[Answered]:
        """Yield each question of ``run`` whose answer was not grounded by the version ``but``."""
        return reading.answers(self._connections, run, but=but)

    def reground(self, run: Run, made: Sequence[Grounding]) -> None:
        """Keep answers that were grounded by this installation, and let ``run`` use them; others keep theirs."""
        packed = [(one, writing.pack_extraction(one.extraction)) for one in made]
        with self._connections.writing() as connection:
            writing.reground(connection, run, packed)

    def made(self, run: Run, *, but: str | None = None) -> Iterator[Made]:
        """Yield the finished articles of ``run`` with the version of their grounding, but for those of ``but``."""
        return reading.made(self._connections, run, but=but)

    def pairs(self, one: Run, other: Run) -> Iterator[Pair]:
        """Yield every article of either run, with what each says of it."""
        return pairing.pairs(self._connections, one, other)

    def check(self) -> list[str]:
        """Read the whole file and return everything that is wrong with it: minutes for millions of articles."""
        with self._connections.reading() as connection:
            found = [str(line) for (line,) in connection.execute("PRAGMA integrity_check").fetchall() if line != "ok"]
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        return found + [f"{table}: row {row} refers to a missing row of {parent}" for table, row, parent, _ in broken]

    def _open_claims_of_the_dead(self) -> bool:
        """Open what workers that died had claimed; say whether there was anything."""
        with self._connections.reading() as connection:
            if not claims.dead(connection):
                return False
        with self._connections.writing() as connection:
            return claims.bury(connection, claims.dead(connection)) > 0

    def _run(self, row: tuple[int, str, str, str, str | None]) -> Run:
        number, plan, begun, by, ingested = row
        try:
            read = Plan.model_validate_json(plan)
            end = dt.datetime.fromisoformat(ingested) if ingested else None
            return Run(number, read, dt.datetime.fromisoformat(begun), by, end)
        except (ValidationError, ValueError) as error:
            raise StoreError(f"{str(self.path)!r} is damaged: run {number}: its plan cannot be read") from error


def differences(one: Plan, other: Plan) -> str:
    """Say in which parts two plans differ, each with both values."""
    parts = []
    for name in Plan.model_fields:
        a, b = getattr(one, name), getattr(other, name)
        if a != b:
            parts.append(f"{name.replace('_', ' ')} was {_short(a)} and is {_short(b)}")
    return "; ".join(parts)


def _short(value: object) -> str:
    text = str(value)
    return text[:19] if text.startswith("sha256:") else text

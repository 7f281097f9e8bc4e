"""Parts: the results of one shard as a Parquet file, and beside it a marker that says the file is whole.

A part is written under another name, synced and renamed; its marker, which holds the file's SHA-256, follows in the
same way. So a part with a marker is complete whatever died when, and one without a marker does not exist.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.archive.progress import Ending
from extractor.archive.records import Brief
from extractor.archive.store.handing import Handed
from extractor.errors import StoreError, UsageError
from extractor.events.summary import Problem, Usage
from extractor.events.vocabulary import Outcome
from extractor.replies import KeptReply

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_COLUMNS = ("key", "outcome", "problem", "usage", "body", "events", "replies", "lost")


@dataclass(frozen=True, slots=True)
class Part:
    """A finished part."""

    path: Path
    why: Ending
    """How the sitting on its shard ended; only DONE has all articles of the shard."""
    message: str = ""
    hint: str = ""


def write_part(folder: Path, name: str, results: Sequence[Handed], ended: tuple[Ending, str, str]) -> Part:
    """Write the results of the shard ``name``; when this returns, they survive a power cut.

    Raises:
        UsageError: pyarrow is not installed.
    """
    pa, pq = _arrow()
    found = [_row(one) for one in results]
    columns = [[row[number] for row in found] for number in range(len(_COLUMNS))]
    kinds = (pa.binary(), *[pa.string()] * 3, pa.binary(), pa.string(), pa.list_(pa.string()), pa.int32())
    table = pa.table([pa.array(one, kind) for one, kind in zip(columns, kinds, strict=True)], list(_COLUMNS))
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    body = sink.getvalue().to_pybytes()
    path = folder / f"{name}.parquet"
    _write(path, body)
    why, message, hint = ended
    marker = {"sha256": hashlib.sha256(body).hexdigest(), "why": why.value, "message": message, "hint": hint}
    _write(path.with_suffix(".complete"), json.dumps(marker).encode())
    return Part(path, why, message, hint)


def find_part(path: Path) -> Part | None:
    """Return the part in ``path``; None where it is not complete."""
    try:
        said = json.loads(path.with_suffix(".complete").read_text(encoding="utf-8"))
        if hashlib.sha256(path.read_bytes()).hexdigest() != said["sha256"]:
            return None
        return Part(path, Ending(said["why"]), said["message"], said["hint"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def find_parts(folder: Path) -> list[Part]:
    """Return the complete parts in ``folder``, by name."""
    return [part for path in sorted(folder.glob("*.parquet")) if (part := find_part(path)) is not None]


def read_part(part: Part) -> Iterator[Handed]:
    """Yield what a part holds.

    Raises:
        StoreError: It cannot be read.
    """
    pa, pq = _arrow()
    try:
        rows = pq.read_table(part.path).to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise StoreError(f"{str(part.path)!r} cannot be read: {error}", hint="delete it and resume") from error
    for row in rows:
        problem = None if row["problem"] is None else Problem.model_validate_json(row["problem"])
        events = tuple(tuple(one) for one in json.loads(row["events"]))
        usage = Usage.model_validate_json(row["usage"])
        brief = Brief(Outcome(row["outcome"]), problem, usage, row["body"], events)
        replies = tuple(KeptReply.model_validate_json(one) for one in row["replies"])
        yield Handed(row["key"], brief, replies, row["lost"])


def remove_part(part: Part) -> None:
    """Delete a part; its marker first, so that no marker is ever without its part."""
    part.path.with_suffix(".complete").unlink(missing_ok=True)
    part.path.unlink(missing_ok=True)


def _row(one: Handed) -> tuple[Any, ...]:
    brief = one.brief
    problem = None if brief.problem is None else brief.problem.model_dump_json()
    said = (brief.outcome.value, problem, brief.usage.model_dump_json(), brief.body, json.dumps(brief.events))
    return (one.key, *said, [reply.model_dump_json() for reply in one.replies], one.lost)


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    with os.fdopen(handle, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(path.parent, os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra, and slow to load
        import pyarrow.parquet as pq  # noqa: PLC0415 - same
    except ImportError as error:
        raise UsageError("parts are Parquet, which needs pyarrow", hint="pip install 'extractor[ray]'") from error
    return pa, pq

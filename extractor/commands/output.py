"""Where results go: standard output, or a file that appears whole or not at all.

A file is written beside its final place under another name and renamed when it is complete, so that a reader never
sees half a document and a run that fails before its first result leaves the old file alone.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

import typer

from extractor.errors import UsageError
from extractor.render.terminal import clean_for_terminal, is_terminal, write_utf8

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO


class Sink(Protocol):
    """Takes the text of a document piece by piece."""

    @property
    def stream(self) -> IO[str]:
        """The stream that is written to; what it is decides colours and width."""
        ...

    def write(self, text: str) -> None:
        """Write and flush ``text``."""
        ...

    def keep(self) -> None:
        """Let what was written stand: a file without this never appears."""
        ...


class Standard:
    """Standard output, flushed at each piece, so that a reader of a pipe has each result when it is done."""

    @property
    def stream(self) -> IO[str]:
        """Standard output."""
        return sys.stdout

    def write(self, text: str) -> None:
        """Write and flush; raises BrokenPipeError when the reader has left."""
        if text:
            self.stream.write(text)
            self.stream.flush()

    def keep(self) -> None:
        """Nothing: what is written is written."""


class _File:
    """A temporary file beside the final one."""

    def __init__(self, stream: IO[str]) -> None:
        self.stream = stream
        self.kept = False

    def write(self, text: str) -> None:
        """Write and flush."""
        self.stream.write(text)
        self.stream.flush()

    def keep(self) -> None:
        """Let the file appear in its place."""
        self.kept = True


@contextlib.contextmanager
def open_sink(path: Path | None) -> Iterator[Sink]:
    """Yield where to write: standard output for None, a device or pipe as it is, else a file that appears at the end.

    Raises:
        UsageError: The file can't be written; known before anything is asked or paid.
    """
    if path is None:
        # On a terminal the locale decides what can be shown; data is always UTF-8.
        if is_terminal(sys.stdout):
            sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr] # a text stream of the process
        else:
            write_utf8(sys.stdout)
        yield Standard()
        return
    try:
        direct = path.exists() and not path.is_file()
        stream = path.open("w", encoding="utf-8") if direct else _beside(path)
    except (OSError, ValueError) as exc:  # a NUL in the name is a ValueError
        raise _unwritable(path, exc) from exc
    sink = _File(stream)
    with stream:
        try:
            yield sink
        finally:
            if not direct:
                _finish(stream, path, keep=sink.kept)


@contextlib.contextmanager
def open_whole(path: Path) -> Iterator[BinaryIO]:
    """Yield a file of bytes that appears in its place when the block ends, and not at all when it raises.

    Raises:
        UsageError: The file can't be written.
    """
    try:
        stream = _beside_in_bytes(path)
    except (OSError, ValueError) as exc:
        raise _unwritable(path, exc) from exc
    whole = False
    with stream:
        try:
            yield stream
            whole = True
        finally:
            _finish(stream, path, keep=whole)


def _unwritable(path: Path, exc: OSError | ValueError) -> UsageError:
    reason = getattr(exc, "strerror", None) or exc
    return UsageError(f"cannot write {str(path)!r}: {reason}", hint="name another file")


def _beside(path: Path) -> IO[str]:
    return tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=path.parent, prefix=f".{path.name}.", suffix=".partial", delete=False
    )


def _beside_in_bytes(path: Path) -> BinaryIO:
    # The wrapper of a named file is no BinaryIO to the type checker, but has all of it.
    return cast(
        "BinaryIO",
        tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", suffix=".partial", delete=False),
    )


def _finish(stream: IO[str] | BinaryIO, path: Path, *, keep: bool) -> None:
    written = Path(stream.name)
    if not keep:
        written.unlink()
        return
    stream.flush()
    os.fsync(stream.fileno())
    # A temporary file is private; a result has the rights of the file that it replaces, or of any new file.
    mask = os.umask(0)
    os.umask(mask)
    written.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)
    written.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # the new name survives a power cut too
        finally:
            os.close(folder)


def write_lines(lines: Iterable[str]) -> None:
    """Write lines to standard output; articles and models may say anything, so control characters are shown."""
    if not is_terminal(sys.stdout):
        write_utf8(sys.stdout)
    for line in lines:
        typer.echo(clean_for_terminal(line))

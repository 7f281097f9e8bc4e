"""What a user's word for an input means: a file, a folder, a glob, or ``-``; and which files in it are articles.

Files are named in sorted order, so that a run does not depend on the file system, and one by one, so that a folder of
a million files costs no more memory than a folder of one.
"""

from __future__ import annotations

import glob
import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final, NamedTuple

from extractor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES: Final = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html",
    ".xhtml": "html", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".csv": "csv", ".tsv": "tsv", ".parquet": "parquet", ".mbox": "mbox", ".eml": "eml", ".warc": "warc",
    ".pdf": "pdf",
    ".zip": "zip", ".tar": "tar", ".tgz": "gzip", ".tbz2": "bzip2", ".txz": "xz", ".tzst": "zstd",
}  # fmt: skip
"""File names that hold articles, and the format that each means."""
PACKED: Final = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}
"""Suffixes of one packed file; what it holds is told by the name before them."""


def named_format(name: str) -> str | None:
    """Return the format that a file name means, or None where it is no article's: ``a.jsonl.gz`` is "gzip"."""
    path = PurePath(name)
    suffix = path.suffix.lower()
    if suffix in PACKED:
        return PACKED[suffix] if named_format(path.stem) else None
    return SUFFIXES.get(suffix)


def unpacked_name(name: str) -> str:
    """Return the name of what a packed file holds: ``a.jsonl`` for ``a.jsonl.gz``, ``a.tar`` for ``a.tgz``."""
    stem, dot, suffix = name.rpartition(".")
    if f".{suffix.lower()}" in PACKED:
        return stem
    return f"{stem}.tar" if dot and SUFFIXES.get(f".{suffix.lower()}") in PACKED.values() else name


class FoundFile(NamedTuple):
    """A file to read, and its name within what the user named: the article's id where it states none."""

    path: Path
    id: str


def find_files(spec: str) -> Iterator[FoundFile]:
    """Yield the files that ``spec`` names: the file itself, all articles of a folder, or what a glob matches.

    Raises:
        InputError: There is no such file, or nothing in the folder or behind the glob is an article.
    """
    path = Path(spec)
    try:
        kind = "folder" if path.is_dir() else "file" if path.exists() else "glob" if glob.has_magic(spec) else "none"
    except (OSError, ValueError) as error:  # a name too long for the file system, or with a NUL in it
        raise InputError(
            f"{spec!r} is no file name: {error}", hint="Give a file, a folder, a glob, or - for standard input."
        ) from error
    if kind == "folder":
        yield from _from_folder(path, path)
    elif kind == "file":
        yield FoundFile(path, path.name)
    elif kind == "glob":
        yield from _from_glob(spec)
    else:
        raise InputError(f"{spec!r} does not exist", hint=_nearby(path))


def _from_folder(folder: Path, root: Path) -> Iterator[FoundFile]:
    empty = True
    for name in _walk(folder):
        empty = False
        yield FoundFile(name, name.relative_to(root).as_posix())
    if empty:
        raise InputError(
            f"{str(folder)!r} is a folder without articles",
            hint=f"Articles are files that end in {', '.join(SUFFIXES)}, also with .gz, .bz2, .xz or .zst after it; "
            "name others one by one.",
        )


def _walk(folder: Path) -> Iterator[Path]:
    """Yield files with a known suffix, depth first, sorted; hidden files and folders are left alone."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and named_format(name):
                yield Path(parent, name)


def _from_glob(pattern: str) -> Iterator[FoundFile]:
    root = Path(*_fixed_parts(pattern))
    empty = True
    for name in sorted(glob.iglob(pattern, recursive=True)):  # noqa: PTH207 - Path.glob takes no absolute patterns
        path = Path(name)
        members = _walk(path) if path.is_dir() and "**" not in pattern else [path] if path.is_file() else []
        for member in members:
            empty = False
            yield FoundFile(member, member.relative_to(root).as_posix())
    if empty:
        raise InputError(f"{pattern!r} matches no file", hint="Quote the pattern so that the shell leaves it alone.")


def _fixed_parts(pattern: str) -> list[str]:
    parts: list[str] = []
    for part in Path(pattern).parts[:-1]:
        if glob.has_magic(part):
            break
        parts.append(part)
    return parts


def _nearby(path: Path) -> str:
    """Name files like the missing one, if its folder has any."""
    import difflib  # noqa: PLC0415 - only on the way out

    try:
        names = [entry.name for entry in os.scandir(path.parent or ".")]
    except OSError:
        return f"There is no folder {str(path.parent)!r} either."
    close = difflib.get_close_matches(path.name, names, n=1)
    return f"Did you mean {str(path.with_name(close[0]))!r}?" if close else "Check the name; - reads standard input."

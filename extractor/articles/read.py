"""The doorway to reading: whatever a user names goes in, articles come out one by one.

``read`` streams. A JSONL file is read line by line, however long; everything else is one article or one document and
is held once. A bad input is a value, not an exception: ``InputFailure`` takes its place in the stream and the others
go on.

Formats are told by file name, and where that says nothing (standard input, other suffixes) by the first bytes: ``{``
opens JSON or, where a whole record stands on the first line, JSONL; ``<!doctype html>`` opens a page; the rest is
text. Archives, packed files and tables (:mod:`extractor.articles.containers`) hand what is inside of them to the same
doorway, so that a page is read alike wherever it lies.
"""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, Final

from extractor.articles.assemble import SourceNotes, assemble
from extractor.articles.build import (
    article_from_html,
    article_from_record,
    article_from_text,
    from_html,
    from_markdown,
)
from extractor.articles.containers.dispatch import read_container
from extractor.articles.containers.gold_set import PREFIX as GOLD
from extractor.articles.containers.gold_set import read_gold_set
from extractor.articles.containers.kinds import container_kind
from extractor.articles.containers.place import BrokenContainerError, Place
from extractor.articles.containers.sqlite_source import PREFIX as SQLITE
from extractor.articles.containers.sqlite_source import read_sqlite
from extractor.articles.containers.streams import Replayed, look
from extractor.articles.decoding import decode, narrow, refuse_binary
from extractor.articles.options import MAX_BYTES, Format, InputFailure, ReadOptions, too_large
from extractor.articles.record_files import is_record_list, read_json, read_lines, read_record_list
from extractor.articles.records import check_mapping, looks_like_record
from extractor.articles.sources import FoundFile, find_files, named_format
from extractor.articles.webpage import is_page
from extractor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from extractor.articles.article import Article

__all__ = [
    "MAX_BYTES",
    "Format",
    "InputFailure",
    "ReadOptions",
    "article_from_html",
    "article_from_record",
    "article_from_text",
    "read",
]

_PREFIXED: Final = {SQLITE: read_sqlite, GOLD: read_gold_set}
"""Sources that are named by a prefix, because they are no files."""


def read(
    spec: str | Path, *, options: ReadOptions | None = None, stdin: BinaryIO | None = None
) -> Iterator[Article | InputFailure]:
    """Yield the articles of one input, and a failure for each that could not be read.

    Args:
        spec: A file, a folder (all of its articles, sorted, with sub-folders), a glob, ``-``, a table or query of a
            database (``sqlite:PATH?table=NAME``), or a labelled set (``gold:FOLDER``).
        options: How to read.
        stdin: The binary stream that ``-`` means; the process's own by default.

    Raises:
        UsageError: ``options.fields`` names a field that articles do not have, or a package of an extra is missing.
    """
    options = options or ReadOptions()
    check_mapping(options.fields)
    if str(spec) == "-":
        yield from _read_stream(stdin or sys.stdin.buffer, Place("-"), options)
        return
    try:
        if prefix := next((prefix for prefix in _PREFIXED if str(spec).startswith(prefix)), None):
            yield from _PREFIXED[prefix](str(spec), options)
            return
        for found in find_files(str(spec)):
            yield from _read_file(found, options)
    except InputError as error:
        yield InputFailure(str(spec), error)


def _read_file(found: FoundFile, options: ReadOptions) -> Iterator[Article | InputFailure]:
    source = str(found.path)
    try:
        with found.path.open("rb") as stream:
            yield from _read_stream(stream, Place(source, found.id, named_format(source) or "auto"), options)
    except OSError as error:
        reason = error.strerror or str(error)
        yield InputFailure(
            source, InputError(f"{source!r} cannot be read: {reason}", hint="Check the file and its permissions.")
        )


def _read_stream(stream: BinaryIO, place: Place, options: ReadOptions) -> Iterator[Article | InputFailure]:
    """Read one open input, or what a container unpacked."""
    source, encoding = place.source, options.encoding
    try:
        head, stream = look(stream)
        if container := container_kind(head, place.named, options):
            yield from read_container(container, stream, place, options, _read_stream)
            return
        first = stream.readline(options.max_bytes + 1)
        if narrowed := narrow(first, stream, encoding):
            stream, options = narrowed, replace(options, encoding="utf-8")
            first = stream.readline(options.max_bytes + 1)
        refuse_binary(first, source)
        kind = place.named if options.format == "auto" else options.format
        if kind == "jsonl" or (kind in {"auto", "json"} and options.format != "json" and _is_record(first, options)):
            yield from read_lines(stream, first, source, options)
            return
        data = first + stream.read(max(0, options.max_bytes + 1 - len(first)))
        if len(data) > options.max_bytes:
            if kind in {"auto", "json"} and is_record_list(data):
                rest = io.BufferedReader(Replayed(data.removeprefix(b"\xef\xbb\xbf"), stream))
                yield from read_record_list(rest, source, options)
                return
            raise too_large(source, _size(stream, data), options.max_bytes)
        yield from _read_document(data, source, place.id, options, kind)
    except BrokenContainerError:  # of an archive around this; its reader says what was read before
        raise
    except InputError as error:
        yield InputFailure(source, error)
    except UnicodeError:
        reason = f"{source!r} is not in {encoding}"
        yield InputFailure(source, InputError(reason, hint="Name its true encoding with --encoding."))


def _read_document(
    data: bytes, source: str, file_id: str | None, options: ReadOptions, kind: str
) -> Iterator[Article | InputFailure]:
    text, warnings = decode(data, source, encoding=options.encoding, html=kind in {"html", "auto"})
    if kind == "auto":
        kind = "html" if is_page(text) else "json" if _is_json(text) else "text"
    elif kind == "text" and options.format == "auto" and is_page(text):
        kind = "html"  # a page saved under a .txt name
    if kind == "json":
        yield from read_json(text, source, options, file_id)
        return
    notes = SourceNotes(
        id=file_id, language=options.language, given_date=options.published, source=source, warnings=warnings
    )
    if kind == "html":
        yield from_html(text, notes)
    elif kind == "markdown":
        yield from_markdown(text, notes, options)
    else:
        yield assemble(text, notes)


def _is_record(first: bytes, options: ReadOptions) -> bool:
    """Return whether the first line is a whole record: JSONL, whatever the file is called."""
    line = first.removeprefix(b"\xef\xbb\xbf").strip()
    if not (line.startswith(b"{") and line.endswith(b"}")):
        return False
    try:
        return looks_like_record(json.loads(line), options.fields)
    except (ValueError, RecursionError):
        return False


def _is_json(text: str) -> bool:
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start not in {"{", "["}:
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _size(stream: BinaryIO, data: bytes) -> int | None:
    """Return the size of a file in bytes; None for a pipe, which would have to be read to its end."""
    try:
        return stream.seek(0, io.SEEK_END) if stream.seekable() else None
    except OSError:
        return len(data)

"""The doorway to reading: whatever a user names goes in, articles come out one by one.

``read`` streams. A JSONL file is read line by line, however long; everything else is one article or one document and
is held once. A bad input is a value, not an exception: ``InputFailure`` takes its place in the stream and the others
go on.

Formats are told by file name, and where that says nothing (standard input, other suffixes) by the first bytes: ``{``
opens JSON or, where a whole record stands on the first line, JSONL; ``<!doctype html>`` opens a page; the rest is
text.
"""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from extractor.articles.assemble import SourceNotes, assemble
from extractor.articles.build import (
    article_from_html,
    article_from_record,
    article_from_text,
    from_html,
    from_markdown,
)
from extractor.articles.decoding import decode, narrow, refuse_binary
from extractor.articles.options import MAX_BYTES, Format, InputFailure, ReadOptions, too_large
from extractor.articles.record_files import read_json, read_lines
from extractor.articles.records import check_mapping, looks_like_record
from extractor.articles.sources import SUFFIXES, FoundFile, find_files
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


def read(
    spec: str | Path, *, options: ReadOptions | None = None, stdin: BinaryIO | None = None
) -> Iterator[Article | InputFailure]:
    """Yield the articles of one input, and a failure for each that could not be read.

    Args:
        spec: A file, a folder (all of its articles, sorted, with sub-folders), a glob, or ``-``.
        options: How to read.
        stdin: The binary stream that ``-`` means; the process's own by default.

    Raises:
        UsageError: ``options.fields`` names a field that articles do not have.
    """
    options = options or ReadOptions()
    check_mapping(options.fields)
    if str(spec) == "-":
        yield from _read_stream(stdin or sys.stdin.buffer, "-", None, options, "auto")
        return
    try:
        for found in find_files(str(spec)):
            yield from _read_file(found, options)
    except InputError as error:
        yield InputFailure(str(spec), error)


def _read_file(found: FoundFile, options: ReadOptions) -> Iterator[Article | InputFailure]:
    source = str(found.path)
    try:
        with found.path.open("rb") as stream:
            yield from _read_stream(stream, source, found.id, options, SUFFIXES.get(found.path.suffix.lower(), "auto"))
    except OSError as error:
        reason = error.strerror or str(error)
        yield InputFailure(
            source, InputError(f"{source!r} cannot be read: {reason}", hint="Check the file and its permissions.")
        )


def _read_stream(
    stream: BinaryIO, source: str, file_id: str | None, options: ReadOptions, named: str
) -> Iterator[Article | InputFailure]:
    """Read one open input; ``named`` is the format that its file name means."""
    kind = named if options.format == "auto" else options.format
    encoding = options.encoding
    try:
        first = stream.readline(options.max_bytes + 1)
        if narrowed := narrow(first, stream, encoding):
            stream, options = narrowed, replace(options, encoding="utf-8")
            first = stream.readline(options.max_bytes + 1)
        refuse_binary(first, source)
        if kind == "jsonl" or (kind in {"auto", "json"} and options.format != "json" and _is_record(first, options)):
            yield from read_lines(stream, first, source, options)
            return
        data = first + stream.read(max(0, options.max_bytes + 1 - len(first)))
        if len(data) > options.max_bytes:
            raise too_large(source, _size(stream, data), options.max_bytes)
        yield from _read_document(data, source, file_id, options, kind)
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

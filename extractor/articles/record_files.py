"""Files of many records: a JSON document, held once, or a list too large for that and JSONL, a record at a time.

A record that cannot be read is a failure in its place (``articles.jsonl:7``), and the next one is read. So is a line
that is larger than an article may be: it is skipped without being held.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from extractor.articles.build import article_from_record
from extractor.articles.options import InputFailure, ReadOptions, too_large
from extractor.articles.records import looks_like_record
from extractor.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extractor.articles.article import Article

_MEGABYTE: Final = 1_000_000
_RECORD_LIST: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*\{")
_SKIPPED: Final = 1_000_000
"""Bytes of an overlong line that are held at a time."""


def read_json(
    text: str, source: str, options: ReadOptions, file_id: str | None = None
) -> Iterator[Article | InputFailure]:
    """Read a JSON document: one record, a list of them, or an object that holds them."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{source!r} is no valid JSON: {error}", hint="One record per line is JSONL: --input-format jsonl."
        ) from error
    if looks_like_record(document, options.fields):
        yield _try_record(document, source, options, file_id)
        return
    records = _find_records(document, options)
    if not records:
        raise InputError(
            f"{source!r} holds no record with a text", hint="Name the key that holds the text: --field text=KEY."
        )
    for number, (key, record) in enumerate(records, start=1):
        yield _try_record(record, f"{source}:{number}", options, key)


def is_record_list(data: bytes) -> bool:
    """Return whether ``data`` begins like a JSON list of objects."""
    return _RECORD_LIST.match(data) is not None


def read_record_list(stream: BinaryIO, source: str, options: ReadOptions) -> Iterator[Article | InputFailure]:
    """Read a JSON list of records of any size, holding one of them at a time.

    Raises:
        InputError: It is no valid JSON from some record on, or a record is larger than ``options.max_bytes``.
        UsageError: ijson is not installed.
    """
    try:
        import ijson  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise UsageError(
            f"{source!r} is a JSON list of more than {options.max_bytes / _MEGABYTE:g} MB; reading those needs ijson",
            hint="pip install 'extractor[archive]', or write one record per line: JSONL.",
        ) from error
    number = 0
    counted = _CountedRecord(stream, source, options.max_bytes)
    try:
        for number, record in enumerate(_items(ijson.basic_parse(counted, use_float=True)), start=1):
            counted.size = 0
            yield _try_record(record, f"{source}:{number}", options, None)
    except ijson.JSONError as error:
        reason = " ".join(str(error).split())
        raise InputError(
            f"{source!r} is no valid JSON after record {number:,}: {reason}", hint="Records before that were read."
        ) from error


def _items(events: Iterable[tuple[str, Any]]) -> Iterator[object]:
    """Build the items of a list from parse events.

    ijson's own ``items`` keeps the path of each value as text, which takes gigabytes for 100,000 brackets in a row.
    """
    import ijson.common  # noqa: PLC0415 - an extra

    depth, builder = 0, ijson.common.ObjectBuilder()
    for event, value in events:
        depth -= event in {"end_map", "end_array"}
        outside = depth == 0
        if not outside:
            builder.event(event, value)
        depth += event in {"start_map", "start_array"}
        if depth > _DEEPEST:
            raise ijson.common.JSONError(f"nested more than {_DEEPEST} deep")
        if depth == 1 and not outside:
            yield builder.value
            builder = ijson.common.ObjectBuilder()


_DEEPEST = 100
"""Lists and objects in one another; records of articles have a handful."""


class _CountedRecord:
    """A stream that ends in InputError where a record is too large."""

    def __init__(self, stream: BinaryIO, source: str, limit: int) -> None:
        self._stream, self._source, self._limit = stream, source, limit
        self.size = 0

    def read(self, size: int) -> bytes:
        """Return up to ``size`` bytes; none at the end."""
        if self.size > self._limit:
            raise too_large(f"{self._source}, a record of it,", None, self._limit)
        data = self._stream.read(size)
        self.size += len(data)
        return data


def _find_records(document: object, options: ReadOptions) -> list[tuple[str | None, object]]:
    """Return the records of a list, of an object keyed by id, or of the first list inside an object."""
    if isinstance(document, list):
        return [(None, record) for record in document]
    if not isinstance(document, dict):
        return []
    if any(looks_like_record(value, options.fields) for value in document.values()):
        return [(key, value) for key, value in document.items() if isinstance(value, dict)]
    for value in document.values():
        if isinstance(value, list) and any(looks_like_record(record, options.fields) for record in value):
            return [(None, record) for record in value]
    return []


def _try_record(record: object, source: str, options: ReadOptions, key: str | None) -> Article | InputFailure:
    if not isinstance(record, dict):
        error = InputError(
            f"{source!r} is no JSON object but {type(record).__name__}", hint="Each record is an object."
        )
        return InputFailure(source, error)
    try:
        named = record if key is None or "id" in options.fields else {"id": key, **record}
        return article_from_record(named, source=source, options=options)
    except InputError as error:
        return InputFailure(source, error)


def read_lines(stream: BinaryIO, first: bytes, source: str, options: ReadOptions) -> Iterator[Article | InputFailure]:
    """Read JSONL, a line at a time; a bad line is a failure and the next one is read."""
    empty = True
    for number, line in enumerate(_lines(stream, first, options), start=1):
        name = f"{source}:{number}"
        if isinstance(line, int):
            yield InputFailure(name, too_large(name, line, options.max_bytes))
        elif line.strip():
            yield _read_line(line, name, options)
        else:
            continue
        empty = False
    if empty:
        raise InputError(f"{source!r} is empty", hint="A JSONL file holds one record per line.")


def _read_line(line: bytes, name: str, options: ReadOptions) -> Article | InputFailure:
    try:
        encoding = "utf-8" if options.encoding == "auto" else options.encoding
        record = json.loads(line.decode(encoding).removeprefix("\ufeff"))
    except LookupError:
        return InputFailure(name, InputError(f"{options.encoding!r} is no known encoding", hint="Try utf-8 or cp1252."))
    except UnicodeDecodeError:
        return InputFailure(
            name, InputError(f"{name!r} is not in {encoding}", hint="Name its encoding with --encoding.")
        )
    except (ValueError, RecursionError) as error:
        return InputFailure(
            name, InputError(f"{name!r} is no valid JSON: {error}", hint="Each line holds one JSON object.")
        )
    return _try_record(record, name, options, None)


def _lines(stream: BinaryIO, first: bytes, options: ReadOptions) -> Iterator[bytes | int]:
    """Yield the lines of a stream, or the size in bytes of one that is too long; never hold more than one."""
    line = first
    while line:
        if len(line) > options.max_bytes:
            size = len(line)
            while not line.endswith(b"\n") and (line := stream.readline(_SKIPPED)):
                size += len(line)
            yield size
        else:
            yield line
        line = stream.readline(options.max_bytes + 1)

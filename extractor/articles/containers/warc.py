"""WARC files of web archives: each captured HTML page that the server sent with status 200 is an article.

``warcio`` cuts the file into records and takes the chunks of a transfer apart. Packed pages are unpacked here, because
warcio prints an error and goes on with half a page, and has no limits. The date of a record says when the page was
*fetched*: it is never taken for the day on which the article was published, and only noted where nothing else is known.
"""

from __future__ import annotations

import contextlib
import io
import re
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from extractor.articles.assemble import SourceNotes
from extractor.articles.build import from_html
from extractor.articles.containers.packed_file import unpack
from extractor.articles.containers.place import BrokenContainerError, until_broken
from extractor.articles.decoding import decode
from extractor.articles.options import InputFailure, too_large
from extractor.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from extractor.articles.article import Article
    from extractor.articles.containers.place import Place, ReadStream, Result
    from extractor.articles.options import ReadOptions

_PAGES: Final = ("text/html", "application/xhtml+xml")
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_MAGIC: Final = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"))


def read_warc(stream: BinaryIO, place: Place, options: ReadOptions, _read_stream: ReadStream) -> Iterator[Result]:
    """Yield the pages of a WARC file.

    Raises:
        InputError: It holds no page.
        UsageError: warcio is not installed.
    """
    yield from until_broken(_read_pages(stream, place, options), place, place)


def _read_pages(stream: BinaryIO, place: Place, options: ReadOptions) -> Iterator[Result]:
    assert place.meter is not None
    empty = True
    for number, record in enumerate(_records(stream, place), start=1):
        place.meter.count_member()
        if not _is_page(record):
            continue
        empty = False
        headers = record.rec_headers
        name = (headers.get_header("WARC-Record-ID") or str(number)).strip("<>").removeprefix("urn:uuid:")
        where = place.member(name)
        try:
            yield _article(record, where, options, place)
        except BrokenContainerError:
            raise
        except InputError as error:
            yield InputFailure(where.source, error)
    if empty:
        raise InputError(
            f"{place.source!r} is a WARC file without pages", hint="Read are HTML pages that were sent with status 200."
        )


def _records(stream: BinaryIO, place: Place) -> Iterator[Any]:
    try:
        from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415 - an extra
        from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415 - same
        from warcio.statusandheaders import StatusAndHeadersParserException  # noqa: PLC0415 - same
    except ImportError as error:
        raise UsageError(
            f"{place.source!r} is a WARC file; reading those needs warcio", hint="pip install 'extractor[archive]'"
        ) from error
    errors = (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, ValueError, AttributeError, TypeError)
    try:
        yield from ArchiveIterator(stream)
    except errors as error:
        raise BrokenContainerError(f"is damaged: {error}", owner=place) from error


def _is_page(record: Any) -> bool:  # noqa: ANN401 - warcio has no types
    if record.rec_type != "response" or record.http_headers is None:
        return False
    content = (record.http_headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()
    return content in _PAGES and record.http_headers.get_statuscode() == "200"


def _article(record: Any, where: Place, options: ReadOptions, place: Place) -> Article:  # noqa: ANN401 - see _is_page
    assert where.meter is not None
    data = _payload(record, where, options, place)
    found = _CHARSET.search(record.http_headers.get_header("Content-Type") or "")
    text, warnings = _decoded(data, found[1] if found else None, where.source, options)
    fetched = (record.rec_headers.get_header("WARC-Date") or "")[:10]
    article = from_html(
        text,
        SourceNotes(
            id=where.id,
            url=record.rec_headers.get_header("WARC-Target-URI"),
            language=options.language,
            given_date=options.published,
            source=where.source,
            warnings=warnings,
        ),
    )
    if article.published.date is None and fetched:
        note = f"fetched on {fetched}, which is not taken for its publication date"
        return replace(article, warnings=(*article.warnings, note))
    return article


def _decoded(data: bytes, charset: str | None, source: str, options: ReadOptions) -> tuple[str, tuple[str, ...]]:
    """Decode a page: as the user says, as UTF-8 where it is, as the server says, then as the page says."""
    if options.encoding != "auto" or charset is None:
        return decode(data, source, encoding=options.encoding, html=True)
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        from webencodings import lookup  # noqa: PLC0415 - only for pages that are not UTF-8

        said = lookup(charset)
        if said is None or said.name == "utf-8":
            return decode(data, source, html=True)
        return data.decode(said.codec_info.name, errors="replace"), ()


def _payload(record: Any, where: Place, options: ReadOptions, place: Place) -> bytes:  # noqa: ANN401 - see _is_page
    """Return the page as its reader's browser had it."""
    from warcio.bufferedreaders import ChunkedDataReader  # noqa: PLC0415 - an extra

    raw, http = record.raw_stream, record.http_headers
    chunked = (http.get_header("Transfer-Encoding") or "").strip().lower() == "chunked"
    data = cast("bytes", (ChunkedDataReader(raw) if chunked else raw).read(options.max_bytes + 1))
    if len(data) > options.max_bytes:
        raise too_large(where.source, None, options.max_bytes)
    if getattr(raw, "limit", 0) > 0 and not raw.read(1):
        raise BrokenContainerError("is damaged: it ends within a page", owner=place)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(
        b"<"
    ):  # whatever the server said, it was unpacked before it was kept
        return data
    said = (http.get_header("Content-Encoding") or "").strip().lower()
    kind = next((name for magic, name in _MAGIC if data.startswith(magic)), said)
    if kind in {"", "identity"}:
        return data
    page = _unpacked(kind, data, where, options)
    if len(page) > options.max_bytes:
        raise too_large(where.source, None, options.max_bytes)
    return page


def _unpacked(kind: str, data: bytes, where: Place, options: ReadOptions) -> bytes:
    if kind in {"gzip", "zstd"}:
        unpacking = unpack(kind, io.BytesIO(data), where)
        try:
            return io.BufferedReader(unpacking).read(options.max_bytes + 1)
        except BrokenContainerError as error:
            if error.owner is not unpacking:
                raise
            raise InputError(f"{where.source!r} {error}", hint="Fetch the page again.") from error
    if kind == "deflate":
        for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):  # servers send either
            unpacker = zlib.decompressobj(bits)
            with contextlib.suppress(zlib.error):
                page = unpacker.decompress(data, options.max_bytes + 1)
                if unpacker.eof or len(page) > options.max_bytes:
                    return page
        raise InputError(f"{where.source!r} is damaged: no deflate stream", hint="Fetch the page again.")
    raise InputError(
        f"{where.source!r} is packed by {kind!r}, which is not read",
        hint="Unpack its pages first, with the tool that fetched them.",
    )

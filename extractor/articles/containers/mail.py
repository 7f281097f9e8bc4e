"""Messages: one (.eml) or a mailbox of them (.mbox), each an article with the date of its header.

The standard library's parser reads them. A mailbox is cut here, at the lines that begin with "From " after an empty
line, because ``mailbox`` wants a file that it can go back in, and keeps where each message lies. The plain part is the
article; where there is none, the HTML part. Attachments and forwarded messages are left alone.
"""

from __future__ import annotations

import re
from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING, Final

from extractor.articles.assemble import SourceNotes, assemble
from extractor.articles.build import from_html
from extractor.articles.options import InputFailure, too_large
from extractor.articles.written_dates import UnclearDateError, read_date
from extractor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from typing import BinaryIO

    from extractor.articles.article import Article
    from extractor.articles.containers.place import Place, ReadStream, Result
    from extractor.articles.options import ReadOptions

_LINE: Final = 1_000_000
_QUOTED_FROM: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
_PARSER_ERRORS: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError)
"""What the standard parser raises over headers that nobody should have written."""


def read_eml(stream: BinaryIO, place: Place, options: ReadOptions, _read_stream: ReadStream) -> Iterator[Result]:
    """Yield the article of one message. Raises InputError where it holds none."""
    data = stream.read(options.max_bytes + 1)
    if len(data) > options.max_bytes:
        raise too_large(place.source, None, options.max_bytes)
    yield _article(data, place.source, place.id, options)


def read_mbox(stream: BinaryIO, place: Place, options: ReadOptions, _read_stream: ReadStream) -> Iterator[Result]:
    """Yield an article for each message. Raises InputError where there is no message."""
    number = 0
    for number, message in enumerate(_messages(stream, options.max_bytes), start=1):
        source = f"{place.source}:{number}"
        if message is None:
            yield InputFailure(source, too_large(source, None, options.max_bytes))
            continue
        try:
            yield _article(message, source, None, options)
        except InputError as error:
            yield InputFailure(source, error)
    if not number:
        raise InputError(
            f"{place.source!r} is no mailbox: no line begins with 'From '", hint="One message by itself is .eml."
        )


def _messages(stream: BinaryIO, limit: int) -> Iterator[bytes | None]:
    """Yield the messages of a mailbox; None for one that is too large, of which no more than the limit is held."""
    lines: list[bytes] | None = None
    size = 0
    after_empty = True
    while line := stream.readline(_LINE):
        if after_empty and line.startswith(b"From "):
            if lines is not None:
                yield _whole(lines, size, limit)
            lines, size = [], 0
        elif lines is not None:
            size += len(line)
            if size <= limit:
                lines.append(line)
        after_empty = line in {b"\n", b"\r\n"}
    if lines is not None:
        yield _whole(lines, size, limit)


def _whole(lines: list[bytes], size: int, limit: int) -> bytes | None:
    return _QUOTED_FROM.sub(rb"\1", b"".join(lines)) if size <= limit else None


def _article(data: bytes, source: str, id: str | None, options: ReadOptions) -> Article:  # noqa: A002 - the field's name
    try:
        message = BytesParser(policy=policy.default).parsebytes(data)
        words, subject, own_id = (_header(message, name) for name in ("date", "subject", "message-id"))
        text, is_html = _body(message, source)
    except _PARSER_ERRORS as error:
        reason = f"{source!r} is no message that can be read: {error}"
        raise InputError(reason, hint="Save its text in a .txt file.") from error
    day, warnings = None, list[str]()
    if words:
        try:
            day = read_date(words)
        except UnclearDateError as problem:
            warnings.append(f"date of the message not used: {problem}")
    notes = SourceNotes(
        id=id or (own_id.strip("<>") if own_id else None),
        title=subject,
        language=options.language,
        given_date=options.published,
        metadata_date=day,
        metadata_words=words if day else None,
        source=source,
        warnings=tuple(warnings),
    )
    return from_html(text, notes) if is_html else assemble(text, notes)


def _header(message: EmailMessage, name: str) -> str | None:
    value = message.get(name)
    return " ".join(str(value).split()) or None if value is not None else None


def _body(message: EmailMessage, source: str) -> tuple[str, bool]:
    """Return the text of a message, and whether it is HTML."""
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        raise InputError(
            f"{source!r} is a message without a text", hint="Attachments are not read; save them as files."
        )
    text = part.get_content()
    if not isinstance(text, str) or not text.strip():
        raise InputError(f"{source!r} is an empty message", hint="Attachments are not read; save them as files.")
    return text.replace("\r\n", "\n"), part.get_content_type() == "text/html"

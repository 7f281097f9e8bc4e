"""Bytes in, text out, or a one-line reason why not: empty, binary, or in an encoding nobody named.

UTF-8 and byte order marks are certain. A few bad bytes in a long UTF-8 text are damage, not another encoding: they
become U+FFFD and a warning, because a guess such as Windows-1252 would turn every other accent into rubbish. Only a
text that is not UTF-8 at all is guessed (charset-normalizer), and the guess is written into the article's warnings.
"""

from __future__ import annotations

import codecs
import io
import re
from typing import Any, BinaryIO, Final, NamedTuple

from extractor.errors import InputError

_MAGIC: Final = (
    (b"%PDF-", "a PDF", "Save its text first: pdftotext FILE.pdf - | extractor extract -"),
    (b"PK\x03\x04", "a ZIP archive or an Office document", "Unpack it, or save the document as text."),
    (b"\x1f\x8b", "gzip-compressed", "Unpack it first: gunzip -c FILE | extractor extract -"),
    (b"BZh", "bzip2-compressed", "Unpack it first: bunzip2 -c FILE | extractor extract -"),
    (b"\xfd7zXZ\x00", "xz-compressed", "Unpack it first: xz -dc FILE | extractor extract -"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed", "Unpack it first: zstd -dc FILE | extractor extract -"),
    (b"\x89PNG", "a PNG image", "An image holds no text; use the article itself."),
    (b"\xff\xd8\xff", "a JPEG image", "An image holds no text; use the article itself."),
    (b"GIF8", "a GIF image", "An image holds no text; use the article itself."),
    (b"RIFF", "a RIFF image or sound", "It holds no text; use the article itself."),
    (b"\xd0\xcf\x11\xe0", "an old Office document", "Save the document as text."),
    (b"{\\rtf", "a rich text document", "Save the document as plain text."),
    (b"SQLite format 3\x00", "an SQLite database", "Export its articles as JSONL, one record a line."),
    (b"PAR1", "a Parquet file", "Export its articles as JSONL, one record a line."),
    (b"\x7fELF", "a program", "Give a text, HTML, Markdown, JSON or JSONL file."),
)
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]+encoding\s*=\s*[\"']([\w:.-]+)")
_DAMAGE: Final = 0.02
"""Share of bad bytes among all bytes above 127 up to which a text is damaged UTF-8 and not another encoding."""
_SNIFFED: Final = 4096


_WIDE: Final = ("utf-16", "utf-32", "utf_16", "utf_32", "utf16", "utf32")
_CHUNK: Final = 65_536


class Decoded(NamedTuple):
    """The text and what a reader should know about how it was decoded."""

    text: str
    warnings: tuple[str, ...]


class Utf8Stream(io.RawIOBase):
    """A stream of two- or four-byte characters, given again as UTF-8, so that a line feed is one byte."""

    def __init__(self, first: bytes, rest: BinaryIO, codec: str, errors: str) -> None:
        """Start with ``first``, which was read to look at it, and go on with ``rest``."""
        self._decoder = codecs.getincrementaldecoder(codec)(errors)
        self._rest = rest
        self._ready = self._decoder.decode(first).encode()
        self._ended = False

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        """Fill ``buffer``; 0 at the end; UnicodeDecodeError where the bytes do not fit a strict codec."""
        while not self._ready and not self._ended:
            data = self._rest.read(_CHUNK)
            self._ended = not data
            self._ready = self._decoder.decode(data, final=self._ended).encode()
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size


def narrow(first: bytes, rest: BinaryIO, encoding: str) -> BinaryIO | None:
    """Return the stream as UTF-8 where a byte order mark or ``encoding`` says UTF-16 or UTF-32, else None.

    Args:
        first: What has been read of it.
        rest: The stream after that.
        encoding: A codec name, or "auto".
    """
    if encoding.lower().startswith(_WIDE):
        return io.BufferedReader(Utf8Stream(first, rest, encoding, "strict"))
    bom = find_bom(first)
    if encoding == "auto" and bom and bom[1].startswith(_WIDE):
        return io.BufferedReader(Utf8Stream(first[len(bom[0]) :], rest, bom[1], "replace"))
    return None


def decode(data: bytes, source: str, *, encoding: str = "auto", html: bool = False) -> Decoded:
    """Decode the bytes of one article.

    Args:
        data: All bytes of the input.
        source: What the user named it, for messages.
        encoding: A Python codec name, or "auto".
        html: Believe a ``<meta charset>``, as browsers do.

    Raises:
        InputError: Empty or binary data, an unknown codec, or bytes that do not fit.
    """
    refuse_binary(data, source)
    if not data.strip():
        raise InputError(f"{source!r} is empty", hint="Give a file that holds the text of an article.")
    if encoding != "auto":
        text, warnings = _decode_as(data, encoding, source)
    else:
        text, warnings = _decode_auto(data, source, html=html)
    if not text.strip():
        raise InputError(f"{source!r} is empty", hint="Give a file that holds the text of an article.")
    return Decoded(text, warnings)


def refuse_binary(data: bytes, source: str) -> None:
    """Raise InputError where ``data`` begins like something that is no text."""
    for magic, kind, hint in _MAGIC:
        if data.startswith(magic):
            raise InputError(f"{source!r} is {kind}, not text", hint=hint)
    if find_bom(data) is None and b"\x00" in data[:_SNIFFED]:
        raise InputError(
            f"{source!r} is binary: it holds NUL bytes",
            hint="Give a text file; UTF-16 without a mark needs --encoding.",
        )


def find_bom(data: bytes) -> tuple[bytes, str] | None:
    """Return the byte order mark that ``data`` starts with and its codec, or None."""
    return next(((mark, codec) for mark, codec in _BOMS if data.startswith(mark)), None)


def _decode_as(data: bytes, encoding: str, source: str) -> tuple[str, tuple[str, ...]]:
    bom = find_bom(data)
    body = data[len(bom[0]) :] if bom and bom[1].startswith(encoding.lower().replace("_", "-")) else data
    try:
        text = body.decode(encoding)
    except LookupError as error:
        raise InputError(f"{encoding!r} is no known encoding", hint="Try utf-8, utf-16, cp1252 or cp1256.") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{source!r} is not in {encoding}: byte {error.object[error.start]:#04x} at {error.start} does not fit",
            hint="Name its true encoding with --encoding, or leave the option out.",
        ) from error
    return text.removeprefix("\ufeff"), ()


def _decode_auto(data: bytes, source: str, *, html: bool) -> tuple[str, tuple[str, ...]]:
    if bom := find_bom(data):
        return data[len(bom[0]) :].decode(bom[1], errors="replace"), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    if html and (declared := _declared(data)):
        return data.decode(declared, errors="replace"), ()
    high = sum(byte > 0x7F for byte in data)  # noqa: PLR2004 - ASCII ends there
    text = data.decode("utf-8", errors="replace")
    if text.count("\ufffd") <= max(1, _DAMAGE * high) and high > text.count("\ufffd"):
        return text, ()
    return _guess(data, source)


def _declared(data: bytes) -> str | None:
    """Return the codec that a page declares, as browsers read the label (``webencodings`` holds their table)."""
    from webencodings import lookup  # noqa: PLC0415 - only for pages that are not UTF-8

    match = _XML_ENCODING.search(data[:_SNIFFED]) or _META_CHARSET.search(data[:_SNIFFED])
    found = lookup(match[1].decode("ascii")) if match else None
    return found.codec_info.name if found else None


def _guess(data: bytes, source: str) -> tuple[str, tuple[str, ...]]:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - only for text that is not UTF-8

    best = from_bytes(data).best()
    if best is None:
        raise InputError(
            f"{source!r} is in no encoding that can be told", hint="Name it with --encoding, for example cp1256."
        )
    return str(best).removeprefix("\ufeff"), (f"decoded as {best.encoding}, which is a guess",)

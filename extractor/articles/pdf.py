"""The text of a PDF, page by page, by PDFium: the library that reads PDFs in Chromium.

It runs in the child process of :mod:`extractor.articles.guarded` only. Lines are kept as they are laid out; a word that
a line break divides is put together again where the PDF says so. Pictures of text hold none.
"""

from __future__ import annotations

import re
from typing import Final

from extractor.errors import InputError, UsageError

_MAX_PAGES: Final = 5_000
_MAX_TEXT: Final = 20_000_000
"""Characters; more than any other reader takes."""
_DIVIDED = re.compile("[\ufffe\u0002]\r?\n?")
"""PDFium's mark for a hyphen at the end of a line that divides a word."""


def pdf_text(data: bytes, source: str) -> str:
    """Return the text of all pages; an empty line is between two of them only where the first ends a sentence.

    Raises:
        UsageError: The package pypdfium2 is not installed.
        InputError: It is no PDF that can be read, is encrypted, too long, or holds no text.
    """
    try:
        import pypdfium2  # noqa: PLC0415 - an optional package
    except ImportError as error:
        raise UsageError(
            f"{source!r} is a PDF, and the package pypdfium2 is not installed",
            hint="pip install 'extractor[pdf]', or save its text first: pdftotext FILE.pdf",
        ) from error
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise InputError(
            f"{source!r} is no PDF that can be read: {error}", hint="Open it, and save its text."
        ) from error
    if len(document) > _MAX_PAGES:
        raise InputError(f"{source!r} has {len(document):,} pages", hint="Split it into articles, one a file.")
    pages: list[str] = []
    size = 0
    for number in range(len(document)):
        try:
            text = document[number].get_textpage().get_text_range()
        except pypdfium2.PdfiumError:  # one broken page of many
            continue
        size += len(text)
        if size > _MAX_TEXT:
            raise InputError(f"{source!r} holds more than 20 MB of text", hint="Split it into articles, one a file.")
        pages.append(_DIVIDED.sub("", text).replace("\r\n", "\n").strip())
    if not any(pages):
        raise InputError(
            f"{source!r} is a PDF without text", hint="Scanned pages need text recognition first, such as ocrmypdf."
        )
    return _join([page for page in pages if page])


def _join(pages: list[str]) -> str:
    text = pages[0]
    for page in pages[1:]:
        text += ("\n\n" if text.endswith((".", "!", "?", "\u201d", '"')) else "\n") + page
    return text

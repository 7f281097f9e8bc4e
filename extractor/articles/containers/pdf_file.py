"""A PDF as one article: its text, read in the child process of :mod:`extractor.articles.guarded`.

What a PDF says about itself (title, author, dates) is what some program left there, and seldom true of the article; it
is not used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.articles.assemble import SourceNotes, assemble
from extractor.articles.guarded import read_pdf_text
from extractor.articles.options import too_large

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from extractor.articles.containers.place import Place, ReadStream, Result
    from extractor.articles.options import ReadOptions


def read_pdf(stream: BinaryIO, place: Place, options: ReadOptions, _read_stream: ReadStream) -> Iterator[Result]:
    """Yield the article of a PDF.

    Raises:
        InputError: It is too large, cannot be read, or holds no text.
        UsageError: The package pypdfium2 is not installed.
    """
    data = stream.read(options.max_bytes + 1)
    if len(data) > options.max_bytes:
        raise too_large(place.source, None, options.max_bytes)
    notes = SourceNotes(id=place.id, language=options.language, given_date=options.published, source=place.source)
    yield assemble(read_pdf_text(data, place.source), notes)

"""The last step of reading, the same for every kind of source: text and metadata in, ``Article`` out.

The text is taken as it is, but for lone surrogates, which no encoding can hold: each becomes U+FFFD, one for one. The
publication date is settled here, in one place: given beats metadata beats printed; where none is known, none is
invented. What the text prints about itself is kept beside the winner, so that a conflict can be shown.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from extractor.articles.article import Article, Published, Sentence
from extractor.articles.furniture import mark_sentences
from extractor.articles.invisible import find_invisible
from extractor.articles.language import detect_language
from extractor.articles.lines import Block
from extractor.articles.printed_date import PrintedDate, find_printed_date
from extractor.articles.sentences import Span, split_sentences
from extractor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_SURROGATE = re.compile("[\\ud800-\\udfff]")
_MARKUP = re.compile(r"^[#>*_\s]+|[#*_\s]+$")
_ID_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class SourceNotes:
    """What a source says about its article, beside the text; every field may be unknown."""

    id: str | None = None
    title: str | None = None
    url: str | None = None
    language: str | None = None
    declared_language: str | None = None
    """What the page claims; used only where the text itself is too short to tell."""
    given_date: date | None = None
    metadata_date: date | None = None
    metadata_words: str | None = None
    metadata_modified: bool = False
    """The metadata only says when the source was last changed: weaker than a printed date."""
    source: str = "-"
    warnings: tuple[str, ...] = ()
    markdown: bool = False
    hidden: tuple[tuple[int, int], ...] = ()
    """Spans of the text that its reader does not see, such as front matter: marked as furniture."""


def assemble(text: str, notes: SourceNotes) -> Article:
    """Number the sentences of ``text``, settle its date and language, and return the article.

    Raises:
        InputError: ``text`` holds nothing but white space.
    """
    if not text.strip():
        raise InputError(f"{notes.source!r} holds no text", hint="Give the text of an article.")
    clean = _SURROGATE.sub("\ufffd", text)
    language = notes.language or detect_language(clean) or notes.declared_language
    spans = split_sentences(clean, language=language, markdown=notes.markdown)
    title = " ".join(notes.title.split()) if notes.title else None
    sentences = mark_sentences(clean, spans, title=title, language=language)
    if notes.hidden:
        sentences = tuple(_hide(sentence, notes.hidden) for sentence in sentences)
    digest = hashlib.sha256(clean.encode()).hexdigest()
    warnings = [*notes.warnings, *find_invisible(clean)]
    if lost := clean.count("\ufffd"):
        warnings.append(f"{lost} characters were lost and stand as U+FFFD")
    return Article(
        id=notes.id or digest[:_ID_DIGITS],
        text=clean,
        sha256=digest,
        sentences=sentences,
        published=_settle(notes, find_printed_date(clean, _paragraphs(spans), language=language)),
        title=title or _headline(clean, sentences),
        url=notes.url,
        language=language,
        source=notes.source,
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _settle(notes: SourceNotes, printed: PrintedDate | None) -> Published:
    """Choose the publication date: given, metadata, printed, last change, unknown."""
    on_page = printed.date if printed else None
    if notes.given_date:
        return Published(notes.given_date, "given", None, on_page)
    if notes.metadata_date and not (notes.metadata_modified and printed):
        return Published(notes.metadata_date, "metadata", notes.metadata_words, on_page)
    if printed:
        return Published(printed.date, "printed", printed.words, on_page)
    return Published()


def _paragraphs(spans: Sequence[Span]) -> list[Block]:
    blocks: list[Block] = []
    paragraph = -1
    for span in spans:
        if span.paragraph == paragraph:
            blocks[-1] = Block(blocks[-1].start, span.end)
        else:
            blocks.append(Block(span.start, span.end))
            paragraph = span.paragraph
    return blocks


def _hide(sentence: Sentence, hidden: Sequence[tuple[int, int]]) -> Sentence:
    """Mark a sentence that lies, by at least half, where readers do not see it."""
    covered = sum(max(0, min(sentence.end, end) - max(sentence.start, start)) for start, end in hidden)
    if 2 * covered < sentence.end - sentence.start:
        return sentence
    return sentence._replace(furniture=True, headline=False, dateline_end=None)


def _headline(text: str, sentences: Sequence[Sentence]) -> str | None:
    heads = [sentence for sentence in sentences if sentence.headline]
    if not heads:
        return None
    words = " ".join(text[heads[0].start : heads[-1].end].split())
    return _MARKUP.sub("", words) or None

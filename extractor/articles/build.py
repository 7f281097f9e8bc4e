"""One article from one text, page, Markdown file or record, with what each kind says about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from extractor.articles.assemble import SourceNotes, assemble
from extractor.articles.guarded import read_page
from extractor.articles.markdown import read_markdown
from extractor.articles.options import ReadOptions
from extractor.articles.records import read_fields
from extractor.articles.webpage import has_markup
from extractor.articles.written_dates import UnclearDateError, read_date

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from extractor.articles.article import Article


def article_from_text(  # noqa: PLR0913 - one keyword for each thing a caller may know
    text: str,
    *,
    published: date | None = None,
    title: str | None = None,
    url: str | None = None,
    language: str | None = None,
    id: str | None = None,  # noqa: A002 - named as the field it fills
    source: str = "-",
    metadata_date: date | None = None,
) -> Article:
    """Return the article whose plain text a caller already has.

    Args:
        text: The article; kept as it is.
        published: Publication date, given by the caller.
        title: Headline, where known from elsewhere.
        url: Address.
        language: ISO 639-1; asked of the text when None.
        id: Stable name; the text's hash when None.
        source: What to call it in messages.
        metadata_date: Publication date that a record or page states.

    Raises:
        InputError: There is no text.
    """
    return assemble(
        text,
        SourceNotes(
            id=id,
            title=title,
            url=url,
            language=language,
            given_date=published,
            metadata_date=metadata_date,
            source=source,
        ),
    )


def article_from_html(  # noqa: PLR0913 - one keyword for each thing a caller may know
    html: str,
    *,
    published: date | None = None,
    url: str | None = None,
    language: str | None = None,
    id: str | None = None,  # noqa: A002 - named as the field it fills
    source: str = "-",
) -> Article:
    """Return the article of a web page; ``Article.text`` is its clean text. Arguments as for plain text.

    Raises:
        InputError: Nothing on the page looks like an article.
    """
    return from_html(html, SourceNotes(id=id, url=url, language=language, given_date=published, source=source))


def article_from_record(
    record: Mapping[str, Any],
    fields: Mapping[str, str] | None = None,
    *,
    source: str = "-",
    options: ReadOptions | None = None,
) -> Article:
    """Return the article of one JSON record.

    Args:
        record: The object; its text may be plain or HTML.
        fields: Own field → the record's key; beats ``options.fields``.
        source: Its name in messages.
        options: How to read.

    Raises:
        InputError: The record holds no text.
        UsageError: ``fields`` names a field that articles do not have.
    """
    options = options or ReadOptions()
    found = read_fields(record, source, mapping=fields or options.fields, date_format=options.date_format)
    notes = SourceNotes(
        id=found.id,
        title=found.title,
        url=found.url,
        language=options.language or found.language,
        given_date=options.published,
        metadata_date=found.date,
        metadata_words=found.date_words,
        source=source,
        warnings=found.warnings,
    )
    return from_html(found.text, notes) if has_markup(found.text) else assemble(found.text, notes)


def from_html(html: str, notes: SourceNotes) -> Article:
    """Return the article of a page; ``notes`` beat what the page says. Raises InputError where there is none."""
    page = read_page(html, notes.source, url=notes.url)
    stated = notes.metadata_date or (page.date.date if page.date else None)
    words = notes.metadata_words if notes.metadata_date else (page.date.words if page.date else None)
    return assemble(
        page.text,
        SourceNotes(
            id=notes.id,
            title=notes.title or page.title,
            url=page.url,
            language=notes.language,
            declared_language=page.language,
            given_date=notes.given_date,
            metadata_date=stated,
            metadata_words=words,
            metadata_modified=notes.metadata_date is None and page.date is not None and page.date.modified,
            source=notes.source,
            warnings=(*notes.warnings, *page.warnings),
        ),
    )


def from_markdown(text: str, notes: SourceNotes, options: ReadOptions) -> Article:
    """Return the article of a Markdown text, its front matter read for what ``notes`` lack."""
    said = read_markdown(text)
    stated: date | None = None
    words = next(
        (said.fields[key] for key in ("date", "published", "publishdate", "pubdate") if said.fields.get(key)), None
    )
    warnings = [*notes.warnings, *said.warnings]
    if words:
        try:
            stated = read_date(words, date_format=options.date_format)
        except UnclearDateError as problem:
            warnings.append(f"date of the front matter not used: {problem}")
    return assemble(
        text,
        SourceNotes(
            id=notes.id,
            title=said.fields.get("title"),
            url=said.fields.get("url") or said.fields.get("link"),
            language=notes.language
            or (said.fields.get("lang") or said.fields.get("language") or "")[:2].lower()
            or None,
            given_date=notes.given_date,
            metadata_date=stated,
            metadata_words=words if stated else None,
            source=notes.source,
            warnings=tuple(warnings),
            markdown=True,
            hidden=said.hidden,
        ),
    )

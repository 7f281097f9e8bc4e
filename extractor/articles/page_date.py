"""The publication date of a web page: found where the page states it, or not at all.

A date is *found* where the page's author says "published": a ``<meta>`` of that meaning, JSON-LD ``datePublished`` of
an article, a ``<time>`` marked as publication, or /2019/06/03/ in the address. It is *guessed* where a tool searches
all text, takes the modification date or the copyright year for want of a better one, or reads 03/04/2019 as it likes;
htmldate does all of that, so its answer is only ever told in a warning. A modification date stands in only where
neither the page nor its text has another (``modified`` of the result says so).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from extractor.articles.written_dates import UnclearDateError, read_date

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from lxml.html import HtmlElement

_PUBLISHED_META: Final = frozenset(
    "article:published_time article:published og:article:published_time og:published_time og:pubdate "  # noqa: SIM905 - a table of words reads best as words
    "og:publish_date datepublished date_published publish_date publish-date publishdate published_time "
    "published-date publication_date pubdate pub_date dc.date dc.date.issued dc.date.publication dcterms.issued "
    "dcterms.date dc:date dc.issued citation_publication_date citation_date parsely-pub-date sailthru.date "
    "bt:pubdate rnews:datepublished cxenseparse:recs:publishtime originalpublicationdate displaydate date "
    "article.published shareaholic:article_published_time mediator_published_time iso-8601-publish-date "
    "dcsext.articlefirstpublished vr:published_time article_date_original".split()
)
_MODIFIED_META: Final = frozenset(
    "article:modified_time og:modified_time og:updated_time article:modified datemodified dcterms.modified "  # noqa: SIM905 - a table of words reads best as words
    "dc.modified dc.date.modified last-modified lastmod modified_time revision_date".split()
)
_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report|Review)$")
_URL_DATE = re.compile(r"[/._-]((?:19|20)\d\d)([/_-])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?=[/._-]|$)")
_TIME_CLASSES = re.compile(r"publish|entry-date|entry-time|pubdate|post-date|posted", re.IGNORECASE)
_MAX_JSON: Final = 500_000


class PageDate(NamedTuple):
    """The date, the page's own value for it, and whether it only says when the page was last changed."""

    date: date
    words: str
    modified: bool = False


class PageDates(NamedTuple):
    """What a page says about its date, and what a reader should know."""

    found: PageDate | None
    warnings: tuple[str, ...]


def find_page_date(tree: HtmlElement, url: str | None, *, guess: bool = True) -> PageDates:
    """Return the publication date that the page states; a guess is only named in the warnings.

    Args:
        tree: The page as parsed, before anything is removed.
        url: Its address, where known.
        guess: Also name htmldate's guess; it searches all text several times.
    """
    warnings: list[str] = []
    for kind, value in _published_values(tree, url):
        try:
            return PageDates(PageDate(read_date(value), value), tuple(warnings))
        except UnclearDateError as problem:
            warnings.append(f"date in {kind} not used: {problem}")
    for kind, value in _modified_values(tree):
        try:
            found = PageDate(read_date(value), value, modified=True)
        except UnclearDateError as problem:
            warnings.append(f"date in {kind} not used: {problem}")
        else:
            warnings.append(f"the page states no publication date, only its last change ({found.date})")
            return PageDates(found, tuple(warnings))
    if guess and (guessed := _guess(tree, url)):
        warnings.append(f"guessed publication date {guessed} not used; give the true one with --published")
    return PageDates(None, tuple(warnings))


def _published_values(tree: HtmlElement, url: str | None) -> Iterator[tuple[str, str]]:
    """Yield (where, value) of every statement of publication, surest first."""
    yield from _meta_values(tree, _PUBLISHED_META)
    yield from _json_ld_values(tree, "datePublished")
    for element in tree.iter("time"):
        value = element.get("datetime") or " ".join(element.text_content().split())
        marked = element.get("pubdate") is not None or element.get("itemprop") in {"datePublished", "dateCreated"}
        if value and (marked or _TIME_CLASSES.search(element.get("class") or "")):
            yield "a <time> element", value
    for element in tree.xpath(".//*[@itemprop='datePublished'][not(self::time)][not(self::meta)]"):
        yield "itemprop datePublished", element.get("content") or " ".join(element.text_content().split())
    for address in (url, *_canonical_urls(tree)):
        if match := _URL_DATE.search(address or ""):
            yield "the address", f"{match[1]}-{int(match[3]):02}-{int(match[4]):02}"
    # A lone <time> of the page is its own; with several, some belong to other stories.
    times = {t.get("datetime", "")[:10] for t in tree.iter("time") if len(t.get("datetime", "")) >= 10}  # noqa: PLR2004
    if len(times) == 1:
        yield "the page's only <time>", times.pop()


def _modified_values(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    yield from _meta_values(tree, _MODIFIED_META)
    yield from _json_ld_values(tree, "dateModified")


def _meta_values(tree: HtmlElement, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    for meta in tree.iter("meta"):
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (meta.get(attribute) or "").strip().lower()
            value = (meta.get("content") or meta.get("datetime") or "").strip()
            if name in names and value and not (attribute == "http-equiv" and name == "date"):
                yield f"<meta {name}>", value


def _json_ld_values(tree: HtmlElement, key: str) -> Iterator[tuple[str, str]]:
    """Yield the values of ``key`` of the first article that the page's JSON-LD describes; then of anything else."""
    others: list[str] = []
    for script in tree.iter("script"):
        text = script.text or ""
        if "ld+json" not in (script.get("type") or "") or len(text) > _MAX_JSON:
            continue
        for node in _json_objects(text):
            value = node.get(key)
            if not isinstance(value, str):
                continue
            types = node.get("@type")
            if any(_ARTICLE_TYPE.search(str(t)) for t in (types if isinstance(types, list) else [types])):
                yield "JSON-LD", value
                return
            others.append(value)
    yield from (("JSON-LD", value) for value in others[:1])


def _json_objects(text: str) -> Iterator[dict[str, Any]]:
    try:
        pending: list[Any] = [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return
    while pending:
        node = pending.pop(0)
        if isinstance(node, dict):
            yield node
            pending += [
                v
                for k, v in node.items()
                if isinstance(v, dict | list) and k in {"@graph", "mainEntity", "mainEntityOfPage"}
            ]
        elif isinstance(node, list):
            pending += node


def _canonical_urls(tree: HtmlElement) -> Iterator[str]:
    for link in tree.iter("link"):
        if link.get("rel") == "canonical" and link.get("href"):
            yield link.get("href")
    for meta in tree.iter("meta"):
        if meta.get("property") == "og:url" and meta.get("content"):
            yield meta.get("content")


def _guess(tree: HtmlElement, url: str | None) -> str | None:
    """Return what htmldate makes of the whole page; it may be anybody's date."""
    from htmldate import find_date  # noqa: PLC0415 - only for pages that state no date

    try:
        guess: str | None = find_date(tree, extensive_search=True, original_date=True, url=url)
    except Exception:  # noqa: BLE001 - a guess that is not used must not fail an article, whatever htmldate raises
        return None
    return guess

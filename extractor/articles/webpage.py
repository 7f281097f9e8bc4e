"""From a page's HTML to the text of its article, with what the page says about itself.

trafilatura finds the body; before it runs, everything that readers cannot see is taken out (``hidden``), and before
that the page is asked for its date (``page_date``), because dates live in attributes. The headline is put before the
body where trafilatura left it out: it is on the page, and events may be quoted from it.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Final, NamedTuple

from extractor.articles.hidden import remove_hidden
from extractor.articles.page_date import PageDate, find_page_date
from extractor.errors import InputError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MIN_WORDS: Final = 12
"""Fewer words than a short sentence are no article, whatever trafilatura says."""
_MAX_GUESSED: Final = 500_000
"""Characters of a page up to which a date is guessed: htmldate needs seconds on hostile pages, for a mere warning."""
_DOCUMENT = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_MARKUP = re.compile(
    r"</(?:p|div|article|section|span|h[1-6]|a|ul|li|table|blockquote|html|body)\s*>|<br\s*/?>", re.IGNORECASE
)
_BLOCKS: Final = frozenset(
    "p div br li h1 h2 h3 h4 h5 h6 tr blockquote section article ul ol table figcaption pre dd dt hr".split()  # noqa: SIM905 - a table of words reads best as words
)
_TITLE_SITE = re.compile(r"\s+[|–—»·-]\s+[^|–—»·]{2,40}$")


class Page(NamedTuple):
    """The article of a page."""

    text: str
    title: str | None
    url: str | None
    language: str | None
    date: PageDate | None
    warnings: tuple[str, ...]


def is_page(text: str) -> bool:
    """Return whether ``text`` begins like a whole HTML document."""
    return _DOCUMENT.match(text[:4096]) is not None


def has_markup(text: str) -> bool:
    """Return whether ``text``, say of a record's field, is a fragment of HTML and not plain text."""
    return is_page(text) or len(_MARKUP.findall(text[:20_000])) >= 2  # noqa: PLR2004 - one may be quoted


def read_page(html: str, source: str, *, url: str | None = None) -> Page:
    """Return the article of a page or HTML fragment.

    Args:
        html: Decoded HTML.
        source: What the user named it, for messages.
        url: Its address, where known.

    Raises:
        InputError: Nothing on the page looks like an article, or it cannot be told what readers see of it.
    """
    tree = _parse(html, source)
    address = url or _address(tree)
    dates = find_page_date(deepcopy(tree), address, guess=len(html) <= _MAX_GUESSED)
    try:
        hidden = remove_hidden(tree)
    except RecursionError as error:  # no page needs that; what it hides could not be told
        raise InputError(
            f"{source!r} nests its styles too deeply to tell what they hide", hint="Save its text in a .txt file."
        ) from error
    title = _title(tree)
    body = _extract(tree, address) if is_page(html) else _flatten(tree)
    if len(body.split()) < _MIN_WORDS:
        raise InputError(
            f"{source!r} is HTML without an article",
            hint="Save the article's own page (not a list or a login page), or its text in a .txt file.",
        )
    text = body if not title or _opens_with(body, title) else f"{title}\n\n{body}"
    declared = (tree.get("lang") or tree.get("xml:lang") or "")[:2].lower()
    return Page(
        text=text,
        title=title,
        url=address,
        language=declared if re.fullmatch("[a-z]{2}", declared) else None,
        date=dates.found,
        warnings=(*dates.warnings, *hidden.warnings(text)),
    )


def _parse(html: str, source: str) -> HtmlElement:
    from lxml import etree  # noqa: PLC0415 - only for pages
    from lxml.html import HTMLParser, document_fromstring  # noqa: PLC0415 - only for pages

    # Bytes, because lxml refuses text that declares an encoding; NUL ends a document for libxml2.
    data = html.replace("\x00", "\ufffd").encode("utf-8", errors="replace")
    try:
        tree = document_fromstring(data, parser=HTMLParser(encoding="utf-8", remove_pis=True))
    except (etree.LxmlError, ValueError, RecursionError) as error:
        raise InputError(f"{source!r} is no readable HTML: {error}", hint="Save its text in a .txt file.") from error
    return tree


def _extract(tree: HtmlElement, url: str | None) -> str:
    """Return the body that trafilatura finds, or an empty string."""
    import trafilatura  # noqa: PLC0415 - slow to load, only for pages

    try:
        found = trafilatura.extract(
            deepcopy(tree),
            url=url,
            output_format="txt",
            include_comments=False,
            include_tables=True,
            include_formatting=False,
        )
    except (RecursionError, ValueError):  # nesting deeper than trafilatura can walk
        return ""
    # A line is a paragraph there; empty lines between them keep anybody from taking them for folded text.
    return "\n\n".join(line for line in (found or "").splitlines() if line.strip())


def _flatten(tree: HtmlElement) -> str:
    """Return the text of a fragment that already is the article, a block to a line."""
    from lxml import etree  # noqa: PLC0415 - only for pages

    parts: list[str] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if element.tag in _BLOCKS:
            parts.append("\n\n")
        words = element.text if event == "start" else element.tail
        parts.append(re.sub(r"\s+", " ", words or ""))
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n\n"))
    return "\n\n".join(line for line in lines if line)


def _title(tree: HtmlElement) -> str | None:
    """Return the headline: og:title where readers see it too, else the only <h1>, else <title> without the site's name.

    ``tree`` holds only what readers see; a title that stands in an attribute alone is not theirs.
    """
    heads = [" ".join(h.text_content().split()) for h in tree.iter("h1")]
    tab = " ".join(next((t.text_content() for t in tree.iter("title")), "").split())
    visible = _plain(tab + tree.text_content())
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or "").lower()
        stated = _clean_title(meta.get("content") or "")
        if name in {"og:title", "twitter:title", "dc.title"} and stated and _plain(stated) in visible:
            return stated
    if len(heads) == 1 and heads[0]:
        return heads[0]
    return _clean_title(tab)


def _clean_title(title: str) -> str | None:
    title = " ".join(title.split())
    shorter = _TITLE_SITE.sub("", title)
    return (shorter if len(shorter.split()) >= 3 else title) or None  # noqa: PLR2004 - "Syria | BBC" is all there is


def _opens_with(body: str, title: str) -> bool:
    return _plain(title) in _plain(body[: 3 * len(title) + 200])


def _plain(words: str) -> str:
    return "".join(c for c in words.lower() if c.isalnum())


def _address(tree: HtmlElement) -> str | None:
    for link in tree.iter("link"):
        if link.get("rel") == "canonical" and (link.get("href") or "").startswith("http"):
            return str(link.get("href"))
    for meta in tree.iter("meta"):
        if meta.get("property") == "og:url" and (meta.get("content") or "").startswith("http"):
            return str(meta.get("content"))
    return None

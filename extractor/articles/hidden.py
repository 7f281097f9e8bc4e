"""Takes out of a page what its reader cannot see, before anything is extracted from it.

What is hidden from a reader must not reach a model: it may be the other half of a responsive menu, or an instruction
planted for the machine. Hiding is read from attributes, inline styles, the page's own ``<style>`` rules, class names by
convention, and elements that are not shown (``styles`` knows which declarations hide). Style sheets elsewhere and
scripts are not fetched or run, so what only they hide is not seen here.

Hiding is also how pages wait for their scripts: ``body{opacity:0}``. So a hidden element with more than half
of the page's text is kept, and reported.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from extractor.articles.styles import (
    hiding_reason,
    is_same_colour,
    matched_by_style_sheets,
    read_colour,
    read_declarations,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_NEVER_SHOWN: Final = frozenset(
    "script style template noscript noframes noembed select datalist textarea input iframe object embed canvas audio "  # noqa: SIM905 - a table of words reads best as words
    "video svg math map applet frameset param progress meter".split()
)
_HIDDEN_CLASSES: Final = frozenset(
    "sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only screenreader-only sr_only "  # noqa: SIM905 - a table of words reads best as words
    "a11y-hidden element-invisible visually-hidden-focusable assistive-text u-visually-hidden u-hiddenvisually "
    "hidden-visually is-hidden is-visually-hidden hide hidden d-none invisible offscreen off-screen visuallyhide "
    "accessibly-hidden".split()
)
_MOST: Final = 0.5
_MAX_KEPT: Final = 50
"""Doubts reported per page; one with more is not looked at more closely: nesting must not cost quadratic time."""
_WHITE: Final = 0.95


class HiddenText(NamedTuple):
    """``removed`` counts passages by how they were hidden; ``kept`` are doubtful passages left in: (reason, words)."""

    removed: Counter[str]
    kept: tuple[tuple[str, str], ...]

    def warnings(self, text: str) -> tuple[str, ...]:
        """Return what a reader of the extracted ``text`` should know."""
        lines = []
        if self.removed:
            kinds = ", ".join(f"{kind} {count}" for kind, count in self.removed.most_common())
            lines.append(f"hidden text left out: {kinds}")
        plain = " ".join(text.split())
        reasons = Counter(reason for reason, passage in self.kept if passage and passage[:60] in plain)
        lines += [f"possibly hidden text kept: {reason} {count}" for reason, count in reasons.most_common()]
        return tuple(lines)


def remove_hidden(tree: HtmlElement) -> HiddenText:
    """Remove from ``tree``, in place, what a reader of the page does not see."""
    removed: Counter[str] = Counter()
    kept: list[tuple[str, str]] = []
    sheets = matched_by_style_sheets(tree)
    _remove_comments(tree)
    total = len(_text_of(tree)) or 1
    for element in list(_elements(tree)):
        if not _is_attached(element, tree):
            continue
        if element.tag in _NEVER_SHOWN:
            element.drop_tree()
            continue
        reason = _reason(element) or sheets.hidden.get(element)
        if reason is None:
            kept += [(doubt, _first_words(element)) for doubt in _doubts(element, sheets.doubtful.get(element))]
            continue
        if len(kept) >= _MAX_KEPT:
            continue
        passage = _text_of(element)
        if len(passage) > _MOST * total:
            kept.append((reason, _first_words(element)))
        else:
            if passage:
                removed[reason] += 1
            element.drop_tree()
    return HiddenText(removed, tuple(kept))


def _elements(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the elements of the body (and stray ones), outermost first."""
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag not in {"html", "head", "meta", "link", "title", "base"}:
            yield element


def _is_attached(element: HtmlElement, tree: HtmlElement) -> bool:
    return element is not tree and element.getroottree().getroot() is tree.getroottree().getroot()


def _remove_comments(tree: HtmlElement) -> None:
    from lxml import etree  # noqa: PLC0415 - only for pages

    for node in [n for n in tree.iter(etree.Comment, etree.ProcessingInstruction) if n.getparent() is not None]:
        node.drop_tree() if hasattr(node, "drop_tree") else node.getparent().remove(node)


def _reason(element: HtmlElement) -> str | None:
    """Return how the element itself is hidden, or None."""
    if element.get("hidden") is not None and element.get("hidden", "").lower() != "until-found":
        return "hidden attribute"
    if element.tag == "dialog" and element.get("open") is None:
        return "closed dialog"
    if element.tag == "font" and (element.get("size") or "").strip() in {"0", "-7"}:
        return "font size 0"
    if hit := _HIDDEN_CLASSES.intersection((element.get("class") or "").lower().split()):
        return f"class {min(hit)}"
    if (colour := element.get("color")) and _same_colour(colour, _background(element)):
        return "text in the colour of its background"
    style = element.get("style")
    return hiding_reason(read_declarations(style), _background(element)) if style else None


def _doubts(element: HtmlElement, sheet_doubt: str | None) -> Iterator[str]:
    """Yield reasons to suspect, without proof, that readers do not see this element."""
    if (element.get("aria-hidden") or "").lower() == "true":
        yield "aria-hidden"
    if sheet_doubt:
        yield sheet_doubt
    colour = element.get("color") or read_declarations(element.get("style") or "").get("color", "")
    if colour and _is_white(colour) and _background(element) is None:
        yield "white text on an unknown background"


def _background(element: HtmlElement) -> str | None:
    """Return the background colour that the element or its nearest ancestor names, or None."""
    node: HtmlElement | None = element
    while node is not None:
        declared = read_declarations(node.get("style") or "")
        colour = declared.get("background-color") or declared.get("background") or node.get("bgcolor")
        if colour:
            return colour
        node = node.getparent()
    return None


def _same_colour(colour: str, background: str | None) -> bool:
    return background is not None and is_same_colour(colour, background)


def _is_white(colour: str) -> bool:
    rgba = read_colour(colour)
    return rgba is not None and min(rgba[:3]) >= _WHITE


def _text_of(element: HtmlElement) -> str:
    return " ".join(
        text
        for node in element.iter()
        if isinstance(node.tag, str) and node.tag not in {"script", "style"}
        for text in ((node.text or "").strip(), "" if node is element else (node.tail or "").strip())
        if text
    )


def _first_words(element: HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())[:80]

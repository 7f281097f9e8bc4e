"""Which CSS declarations hide text, and which elements a page's own ``<style>`` rules apply them to.

Parsed with tinycss2 (escapes, comments, ``!important``) and matched with cssselect: the forms in which
``display:none`` can be written are too many for a pattern. Rules inside ``@media`` count only for ``all`` and
``screen``: a rule for narrow screens or print hides nothing from the reader of the page.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lxml.html import HtmlElement

_MAX_CSS: Final = 1_000_000
_MAX_SELECTORS: Final = 500
"""Selectors of hiding rules that are matched per page: a bound on time, 5,000 rules take 0.4 s to read."""
_FAR: Final = 500.0
"""Pixels outside the page from which text cannot be scrolled into view."""
_TINY: Final = 1.0
_FAINT: Final = 0.05
_PX: Final = {
    "px": 1.0,
    "pt": 1.33,
    "em": 16.0,
    "rem": 16.0,
    "ex": 8.0,
    "ch": 8.0,
    "vw": 10.0,
    "vh": 10.0,
    "cm": 38.0,
    "in": 96.0,
    "mm": 3.8,
    "%": 10.0,
    "": 1.0,
}
_LENGTH = re.compile(r"(-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(px|pt|em|rem|ex|ch|vw|vh|cm|mm|in|%)?", re.IGNORECASE)

Declarations = dict[str, str]
"""Property in lower case → value in lower case, comments and ``!important`` taken off; the last one wins."""


class Matches(NamedTuple):
    """Elements that the page's own rules hide, or may hide, each with the reason."""

    hidden: Mapping[HtmlElement, str]
    doubtful: Mapping[HtmlElement, str]


@lru_cache(maxsize=4096)
def read_declarations(css: str) -> Mapping[str, str]:
    """Parse the value of a ``style`` attribute, or the body of a rule."""
    if not css.strip():
        return {}
    import tinycss2  # noqa: PLC0415 - only for pages

    return _as_declarations(tinycss2.parse_blocks_contents(css[:10_000], skip_comments=True, skip_whitespace=True))


def hiding_reason(style: Mapping[str, str], background: str | None = None) -> str | None:
    """Return how ``style`` hides the text of an element, or None.

    Args:
        style: The declarations that apply to the element.
        background: The background colour behind it where its own style names none.
    """
    return next((name for name, hides in _RULES if hides(style)), None) or _hiding_colour(style, background)


def matched_by_style_sheets(tree: HtmlElement) -> Matches:
    """Return the elements of ``tree`` that rules in its ``<style>`` elements hide."""
    css = "\n".join(node.text or "" for node in tree.iter("style") if _for_screens(node.get("media") or ""))[:_MAX_CSS]
    hidden: dict[HtmlElement, str] = {}
    doubtful: dict[HtmlElement, str] = {}
    if not css.strip():
        return Matches(hidden, doubtful)
    rules = list(_rules(css))
    page = next((s.get("background-color") or s.get("background") for p, s in rules if p in {"body", "html"}), None)
    budget = _MAX_SELECTORS
    for selector, style in rules:
        reason = hiding_reason(style)
        doubt = None
        if reason is None and page and "background" not in style and "background-color" not in style:
            doubt = "text in the page's background colour" if is_same_colour(style.get("color", ""), page) else None
        if (reason or doubt) and budget > 0:
            budget -= 1
            for element in _select(tree, selector):
                if reason:
                    hidden[element] = f"style rule {reason}"
                elif doubt:
                    doubtful[element] = doubt
    return Matches(hidden, doubtful)


def read_colour(value: str) -> tuple[float, float, float, float] | None:
    """Return red, green, blue, alpha in 0..1 of the first colour in ``value``, or None."""
    import tinycss2  # noqa: PLC0415 - only for pages
    from tinycss2.color3 import parse_color  # noqa: PLC0415 - only for pages

    for token in tinycss2.parse_component_value_list(value):
        colour = parse_color(token)
        if colour is not None and colour != "currentColor":
            return (colour.red, colour.green, colour.blue, colour.alpha)
    return None


def is_same_colour(one: str, other: str) -> bool:
    """Return whether two colour values look alike to a reader."""
    first, second = read_colour(one), read_colour(other)
    if first is None or second is None:
        return False
    return max(abs(a - b) for a, b in zip(first[:3], second[:3], strict=True)) <= _FAINT and second[3] > _FAINT


# --- which declarations hide -----------------------------------------------------------------------------------------


def _px(value: str) -> float | None:
    """Return a single length in pixels (em as 16), or None."""
    match = _LENGTH.fullmatch(value.strip())
    return float(match[1]) * _PX[(match[2] or "").lower()] if match else None


def _at_most(style: Mapping[str, str], name: str, limit: float) -> bool:
    length = _px(style.get(name, ""))
    return length is not None and length <= limit


def _number(style: Mapping[str, str], name: str) -> float | None:
    value = style.get(name, "").strip()
    try:
        return float(value[:-1]) / 100 if value.endswith("%") else float(value)
    except ValueError:
        return None


def _is_faint(style: Mapping[str, str]) -> bool:
    opacity = _number(style, "opacity")
    through = re.search(r"opacity\(\s*(\d*\.?\d+)(%?)\s*\)", style.get("filter", ""))
    if through and float(through[1]) * (0.01 if through[2] else 1) <= _FAINT:
        return True
    return opacity is not None and opacity <= _FAINT


def _is_off_screen(style: Mapping[str, str]) -> bool:
    moved = style.get("position") in {"absolute", "fixed", "relative", "sticky"}
    if moved and any(
        _at_most(style, side, -_FAR) for side in ("left", "right", "top", "bottom", "inset", "inset-inline-start")
    ):
        return True
    if moved and any((_px(style.get(side, "")) or 0) >= 4 * _FAR for side in ("left", "top", "right", "bottom")):
        return True
    if any(
        _at_most(style, name, -_FAR) for name in ("margin-left", "margin-top", "text-indent", "margin-inline-start")
    ):
        return True
    shifts = re.findall(
        r"translate[xy3d]*\(([^)]*)\)", style.get("transform", "") + " translate(" + style.get("translate", "") + ")"
    )
    return any(abs(_px(part) or 0) >= _FAR for shift in shifts for part in re.split(r"[,\s]+", shift))


def _is_sizeless(style: Mapping[str, str]) -> bool:
    clipped = any(
        style.get(name, "") in {"hidden", "clip", "hidden hidden"} for name in ("overflow", "overflow-x", "overflow-y")
    )
    small = [
        name
        for name in ("width", "height", "max-width", "max-height", "line-height")
        if _at_most(style, name, _TINY) and style[name]
    ]
    return bool(small) and (clipped or {"width", "height"} <= set(small))


def _is_clipped(style: Mapping[str, str]) -> bool:
    rect = re.search(r"rect\(([^)]*)\)", style.get("clip", ""))
    if rect:
        sides = [_px(part) for part in re.split(r"[,\s]+", rect[1].strip())]
        if len(sides) == 4 and all(side is not None for side in sides):  # noqa: PLR2004 - top, right, bottom, left
            top, right, bottom, left = (side or 0.0 for side in sides)
            return bottom - top <= _TINY or right - left <= _TINY
    path = style.get("clip-path", "") or style.get("-webkit-clip-path", "")
    inset = re.search(r"inset\(\s*(\d+(?:\.\d+)?)%", path)
    if inset and float(inset[1]) >= 50:  # noqa: PLR2004 - half from each side leaves nothing
        return True
    if re.search(r"(?:circle|ellipse)\(\s*0", path):
        return True
    polygon = re.search(r"polygon\(([^)]*)\)", path)
    return polygon is not None and not re.search(r"[1-9]", polygon[1])


def _is_scaled_away(style: Mapping[str, str]) -> bool:
    transform = style.get("transform", "")
    return (
        re.search(r"scale(?:[xyz]|3d)?\(\s*0(?:\.0\d*)?\s*[,)]", transform) is not None
        or re.search(r"rotate[xy]\(\s*-?(?:90|270)deg", transform) is not None
        or style.get("scale", "") in {"0", "0 0"}
    )


_RULES: Final[tuple[tuple[str, Callable[[Mapping[str, str]], bool]], ...]] = (
    ("display:none", lambda s: s.get("display", "").split()[:1] == ["none"]),
    ("visibility:hidden", lambda s: s.get("visibility") in {"hidden", "collapse"}),
    ("content-visibility:hidden", lambda s: s.get("content-visibility") == "hidden"),
    ("opacity 0", _is_faint),
    (
        "font size 0",
        lambda s: (
            _at_most(s, "font-size", _TINY)
            or re.search(r"(?:^|\s)0(?:px|pt|em|rem|%)?[\s/]", s.get("font", "")) is not None
        ),
    ),
    ("off screen", _is_off_screen),
    ("zero size", _is_sizeless),
    ("clipped", _is_clipped),
    ("scaled away", _is_scaled_away),
    ("letters collapsed", lambda s: _at_most(s, "letter-spacing", -8.0)),
)


def _hiding_colour(style: Mapping[str, str], background: str | None) -> str | None:
    colour = style.get("-webkit-text-fill-color") or style.get("color")
    if not colour:
        return None
    rgba = read_colour(colour)
    if rgba is not None and rgba[3] <= _FAINT:
        # Gradient headlines are transparent text over a background clipped to it.
        clip = style.get("background-clip", "") or style.get("-webkit-background-clip", "")
        return None if clip == "text" else "transparent text"
    behind = style.get("background-color") or style.get("background") or background
    return "text in the colour of its background" if behind and is_same_colour(colour, behind) else None


# --- reading rules ---------------------------------------------------------------------------------------------------


def _for_screens(media: str) -> bool:
    return media.strip().lower() in {"", "all", "screen", "only screen", "all, screen", "screen, print"}


def _rules(css: str) -> Iterator[tuple[str, Declarations]]:
    """Yield (selector, declarations) of the rules that apply on screens, in source order."""
    import tinycss2  # noqa: PLC0415 - only for pages

    pending: list[Any] = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)[::-1]
    while pending:
        rule = pending.pop()
        if rule.type == "qualified-rule":
            style = _as_declarations(
                tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
            )
            if style:
                for selector in tinycss2.serialize(rule.prelude).split(","):
                    yield selector.strip().lower() if selector.strip().isalpha() else selector.strip(), style
        elif rule.type == "at-rule" and rule.content and _applies(rule):
            pending += tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)[::-1]


def _applies(rule: Any) -> bool:  # noqa: ANN401 - tinycss2 has no types
    import tinycss2  # noqa: PLC0415 - only for pages

    keyword = rule.at_keyword.lower()
    prelude: str = tinycss2.serialize(rule.prelude)
    return keyword in {"supports", "layer"} or (keyword == "media" and _for_screens(prelude))


def _as_declarations(nodes: list[Any]) -> Declarations:
    import tinycss2  # noqa: PLC0415 - only for pages

    style: Declarations = {}
    important: set[str] = set()
    for node in nodes:
        if node.type != "declaration" or (node.lower_name in important and not node.important):
            continue
        tokens = [token for token in node.value if token.type != "comment"]
        style[node.lower_name] = " ".join(_plain(tinycss2.serialize(tokens)).split()).lower()
        if node.important:
            important.add(node.lower_name)
    return style


def _plain(value: str) -> str:
    r"""Take CSS escapes out of a value: ``n\6fne`` is ``none``."""
    value = re.sub(r"\\([0-9a-fA-F]{1,6})\s?", lambda m: chr(min(int(m[1], 16), 0x10FFFF)), value)
    return value.replace("\\", "")


def _select(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    """Return the elements that ``selector`` matches; none for selectors about states (``:hover``, ``::before``)."""
    from cssselect import HTMLTranslator, SelectorError  # noqa: PLC0415 - only for pages
    from lxml.etree import XPathError  # noqa: PLC0415 - only for pages

    if ":" in selector.replace(":not(", "").replace(":root", ""):
        return []
    try:
        found = tree.xpath(HTMLTranslator().css_to_xpath(selector, prefix="descendant-or-self::"))
    except (SelectorError, XPathError):
        return []
    return [element for element in found if isinstance(element.tag, str)]

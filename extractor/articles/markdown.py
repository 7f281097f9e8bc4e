"""What is special about Markdown: front matter states title and date; comments are there for nobody's eyes.

The text stays as it is, markup included, so that offsets fit the user's file. Front matter (``---`` or ``+++`` fences
around ``key: value`` lines) is read for metadata and marked as furniture; so are HTML comments and link definitions,
which a rendered page does not show.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_FRONT_MATTER = re.compile(
    r"\s*(?P<fence>---|\+\+\+)[ \t]*\r?\n(?P<body>.*?)\r?\n(?P=fence)[ \t]*(?:\r?\n|$)", re.DOTALL
)
_ENTRY = re.compile(r"([A-Za-z][\w-]*)\s*[:=]\s*(.*?)\s*$")
_HIDDEN: Final = (
    ("HTML comment", re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)),
    ("link definition", re.compile(r"^[ ]{0,3}\[[^\]\n]+\]:\s.*$", re.MULTILINE)),
    (
        "hidden HTML",
        re.compile(
            r"<(\w+)\b[^>]*(?:\shidden\b|display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0)[^>]*>.*?(?:</\1>|\Z)",
            re.DOTALL | re.IGNORECASE,
        ),
    ),
)


class MarkdownNotes(NamedTuple):
    """Front matter in lower-case keys; spans that a rendered page does not show; warnings about them."""

    fields: dict[str, str]
    hidden: tuple[tuple[int, int], ...]
    warnings: tuple[str, ...]


def read_markdown(text: str) -> MarkdownNotes:
    """Return what ``text`` says beside its prose."""
    fields: dict[str, str] = {}
    hidden: list[tuple[int, int]] = []
    if match := _FRONT_MATTER.match(text):
        hidden.append(match.span())
        for line in match["body"].splitlines():
            if entry := _ENTRY.match(line):
                fields[entry[1].lower()] = entry[2].strip("\"'")
    warnings = []
    for name, pattern in _HIDDEN:
        spans = [m.span() for m in pattern.finditer(text)]
        hidden += spans
        if spans and name != "link definition":
            warnings.append(f"hidden text marked: {name} {len(spans)}")
    return MarkdownNotes(fields, tuple(hidden), tuple(warnings))

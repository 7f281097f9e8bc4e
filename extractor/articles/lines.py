"""Which line breaks end a unit of text, and which only fold it: text in, blocks out.

A line break in text saved from the web ends a paragraph, a headline, a menu entry. In wire copy, e-mails and
typescripts it only says that the line was full: MUC-4 breaks every sentence at 70 to 80 columns. The two are told
apart by how a word processor wraps: a line is broken exactly when the next word would no longer have fitted. Where
most breaks of a text look like that, lines are joined; elsewhere each line stands for itself. Nothing is changed
in the text: a block is a span of it, and its line breaks are read as spaces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

MIN_WIDTH: Final = 40
MAX_WIDTH: Final = 110
"""Columns between which text is wrapped by hand or machine; saved web paragraphs are longer."""
MIN_BREAKS: Final = 3
"""Fewer breaks than this say nothing about a text's habit."""
FULL_SHARE: Final = 0.6
"""Share of full lines above which a text counts as wrapped: paragraphs may end inside a run of lines."""
OPEN_SHARE: Final = 0.5
"""Share of lines without a full stop below which lines are paragraphs: a fold rarely meets the end of a sentence."""
FULL_TOLERANCE: Final = 0.9
"""One text may be wrapped at several widths (MUC-4: 68 and 75 columns in one dispatch)."""
SHORT_TOLERANCE: Final = 0.75
"""A line ending with a full stop this far from the margin ended its paragraph."""

_BULLET = re.compile(r"(?:[-*+•‣▪●–—]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)])\s+\S")
_HEADER = re.compile(r"(?:[A-Z][\w-]{1,20}:\s|-- ?$)")
_TERMINAL = re.compile(r"[.!?…:;。！？؟۔।][\"'”’»)\]]*$")
_MARKDOWN_OWN_LINE = re.compile(r"#{1,6}\s|>|\||```|~~~|[-*_=]{3,}\s*$|\[[^\]]+\]:\s|<!--")


class Block(NamedTuple):
    """``text[start:end]``, trimmed: one paragraph, headline or list item, its line breaks read as spaces."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that holds something, trimmed; ``after_blank`` when an empty line stands before it."""

    start: int
    end: int
    indent: int
    words: str
    after_blank: bool
    hard_break: bool

    @property
    def length(self) -> int:
        """Columns used, the indent included."""
        return self.indent + self.end - self.start


def find_blocks(text: str, *, markdown: bool = False) -> list[Block]:
    """Return the blocks of ``text`` in order; together they hold every character that is not white space.

    Args:
        text: Any string; offsets are code points.
        markdown: Read line breaks as Markdown does: only an empty line, a heading, list item, quote, table row,
            fence or hard break ends a paragraph.

    Returns:
        Disjoint, trimmed, non-empty spans.
    """
    lines = _find_lines(text)
    width = _wrap_width(lines)
    blocks: list[Block] = []
    for i, line in enumerate(lines):
        previous = lines[i - 1] if i else None
        if previous is None or line.after_blank or not _joins(previous, line, width, markdown=markdown):
            blocks.append(Block(line.start, line.end))
        else:
            blocks[-1] = Block(blocks[-1].start, line.end)
    return blocks


def is_terminated(words: str) -> bool:
    """Return whether ``words`` end like a sentence: full stop, question mark, colon …, closing quotes aside."""
    return _TERMINAL.search(words[-12:]) is not None


def _find_lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    offset, blank = 0, True
    for raw in text.splitlines(keepends=True):
        words = raw.strip()
        if words:
            indent = len(raw) - len(raw.lstrip())
            hard = raw.rstrip("\r\n").endswith(("  ", "\\"))
            lines.append(_Line(offset + indent, offset + indent + len(words), indent, words, blank, hard))
        blank = not words
        offset += len(raw)
    return lines


def _wrap_width(lines: list[_Line]) -> int | None:
    """Return the column at which the text is wrapped, or None where its line breaks mean something."""
    pairs = [(a, b) for a, b in pairwise(lines) if not b.after_blank]
    if len(pairs) < MIN_BREAKS:
        return None
    lengths = sorted(line.length for line in lines if " " in line.words) or [0]
    width = lengths[int(0.9 * (len(lengths) - 1))]
    if not MIN_WIDTH <= width <= MAX_WIDTH:
        return None
    full = sum(_is_full(a, b, width) for a, b in pairs)
    open_ended = sum(not is_terminated(a.words) for a, _ in pairs)
    return width if full >= FULL_SHARE * len(pairs) and open_ended >= OPEN_SHARE * len(pairs) else None


def _is_full(line: _Line, following: _Line, width: int) -> bool:
    """Return whether the next line's first word would have overflowed this one."""
    return line.length + 1 + len(following.words.split(None, 1)[0]) > FULL_TOLERANCE * width


def _joins(previous: _Line, line: _Line, width: int | None, *, markdown: bool) -> bool:
    """Return whether the break between two adjacent lines is a mere fold."""
    if _BULLET.match(line.words):
        return False
    if markdown:
        own = _MARKDOWN_OWN_LINE.match(previous.words) or _MARKDOWN_OWN_LINE.match(line.words)
        return not (own or previous.hard_break)
    if width is None:
        # A sentence cut inside by stray markup goes on in lower case; menus in lower case are shorter than this.
        cut = previous.end - previous.start >= 30 and not is_terminated(previous.words)  # noqa: PLR2004 - said above
        return cut and line.words[0].islower()
    return not _ends_wrapped_paragraph(previous, line, width)


def _ends_wrapped_paragraph(previous: _Line, line: _Line, width: int) -> bool:
    """Return whether a paragraph ends between two adjacent lines of wrapped text."""
    if _is_full(previous, line, width):
        return line.indent >= previous.indent + 2 and not _BULLET.match(previous.words)
    if _HEADER.match(previous.words) or _HEADER.match(line.words):
        return True
    if line.indent >= previous.indent + 2:
        return not _BULLET.match(previous.words)
    short = previous.length < SHORT_TOLERANCE * width
    # Address blocks, bylines and signatures: two short lines in a row. A lone short line is a fold
    # (MUC-4 texts start with one, where the dateline was cut off).
    return short and (is_terminated(previous.words) or (line.length < width / 2 and not is_terminated(line.words)))

"""Sentence splitting with exact offsets: ``text[start:end]`` is the sentence, in code points of the untouched text.

sentencex (Wikimedia, MIT) finds the boundaries inside each block (see ``lines``); it is asked with line breaks read as
spaces, one for one, so its offsets stay ours. A short second pass mends what it gets wrong on news: "6 a.m. | Tuesday",
"Approx. | 50 people", "2. | Red lines:", "(… denied it.) The rebels …". The last pass cuts what nobody could call
a sentence: where an archive lost its punctuation, a 3,000-character run would make a sentence number useless as a
reference, so anything above 700 characters is cut at the best boundary there is.

Whatever the input, spans are disjoint, ordered, trimmed, and hold every character that is not white space.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final, NamedTuple

from extractor.articles.datelines import find_dateline
from extractor.articles.lines import Block, find_blocks

MAX_SENTENCE: Final = 700
"""Code points. 19 of 40,700 sentences are longer (FA-KES, Wikinews, re3d, MUC-4): speeches inside one pair of quotation
marks, lists, and text that lost its punctuation."""

_FOLDS = re.compile(r"[\t-\r\x1c-\x1e\x85\u2028\u2029]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CLOSED_PARENTHESIS = re.compile(r"[.!?][\"”’']?\)(?=\s+[\"“‘']?[A-Z])")
_ENUMERATOR = re.compile(r"[\"“‘(\[]?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)]$")
_CLOCK = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
_AFTER_CLOCK = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+\d"
    r"|(?:GMT|UTC|BST|CET|CEST|EST|EDT|CST|CDT|MST|MDT|PST|PDT|ET|PT|Eastern|Pacific|Central|Local|Greenwich|to)\b|\()",
)
_TITLE = re.compile(
    r"\b(?:ft|brig|maj|cmdr|adm|gen|lt|col|sgt|capt|cpl|pvt|spc|gov|sen|rep|hon|rev|msgr|mts?|vs|incl|approx)\.$",
    re.IGNORECASE,
)
"""Abbreviations that a name or number follows."""
_UNIT = re.compile(r"\b(?:nos?|vols?|pp?|est|approx|incl|dept|ret)\.$", re.IGNORECASE)
"""Abbreviations that a number follows; before a word they may end a sentence ("He said no. They left.")."""
_SOFT_CUTS = (
    re.compile(r"[.!?][\"”’)\]]*\s"),
    re.compile(r"[;:]\s"),
    re.compile(r"[\"”]\s+(?=[A-Z])"),
    re.compile(
        r"(?<=[a-z0-9)])\s(?=(?:The|This|That|These|Those|It|He|She|They|We|But|And|Meanwhile|However|In|On|At|A|An)\s)"
    ),
    re.compile(r",\s"),
    re.compile(r"\s"),
)
"""Where an overlong sentence may be cut, best first; a cut is sought in the middle half of what is left."""


class Span(NamedTuple):
    """A sentence at ``text[start:end]``; ``paragraph`` counts blocks from 0."""

    start: int
    end: int
    paragraph: int


def split_sentences(text: str, *, language: str | None = None, markdown: bool = False) -> list[Span]:
    """Split ``text`` into sentences.

    Args:
        text: Any string.
        language: ISO 639-1 code that chooses sentencex's abbreviations; English when None.
        markdown: Read line breaks as Markdown does.

    Returns:
        Disjoint, ordered, trimmed spans that hold every character of ``text`` that is not white space.
    """
    view = _FOLDS.sub(" ", _SURROGATE.sub("\ufffd", text))
    spans: list[Span] = []
    for paragraph, block in enumerate(find_blocks(text, markdown=markdown)):
        spans += [Span(start, end, paragraph) for start, end in _split_block(view, block, language or "en")]
    return spans


def _split_block(view: str, block: Block, language: str) -> list[tuple[int, int]]:
    """Split one block of the folded text; return trimmed spans in text offsets."""
    words = view[block.start : block.end]
    # A dateline never ends a sentence, whatever its dots; only what follows it is split.
    skip = find_dateline(words) or 0
    cuts = _boundaries(words[skip:], language)
    edges = [0, *(skip + cut for cut in cuts), len(words)]
    pieces = [(a, b) for a, b in pairwise(edges) if words[a:b].strip()]
    return [
        (block.start + start, block.start + end)
        for piece in _mend(words, pieces)
        for start, end in _cut_overlong(words, *piece)
    ]


def _boundaries(words: str, language: str) -> list[int]:
    """Return the inner offsets at which sentencex, or a closed parenthesis, starts a new sentence."""
    from sentencex import get_sentence_boundaries  # noqa: PLC0415 - --help loads no third-party code

    found = {b["start_index"] for b in get_sentence_boundaries(language, words)}
    found.update(match.end() for match in _CLOSED_PARENTHESIS.finditer(words))
    return sorted(found - {0, len(words)})


def _mend(words: str, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join pieces that sentencex should not have parted."""
    mended: list[tuple[int, int]] = []
    for start, end in pieces:
        if mended and _belongs_together(words[mended[-1][0] : mended[-1][1]].rstrip(), words[start:end].strip()):
            mended[-1] = (mended[-1][0], end)
        else:
            mended.append((start, end))
    return mended


def _belongs_together(before: str, after: str) -> bool:
    if not any(c.isalnum() for c in after) or not any(c.isalnum() for c in before):
        return True  # a lone quotation mark, bracket or dash is nobody's sentence
    tail = before[-16:]
    if _CLOCK.search(tail) and _AFTER_CLOCK.match(after):
        return True
    if (_TITLE.search(tail) and after[0].isalnum()) or (_UNIT.search(tail) and after[0].isdigit()):
        return True
    return _ENUMERATOR.fullmatch(before) is not None


def _cut_overlong(words: str, start: int, end: int) -> list[tuple[int, int]]:
    """Trim ``words[start:end]`` and cut it into pieces of at most MAX_SENTENCE code points."""
    start, end = _trim(words, start, end)
    pieces: list[tuple[int, int]] = []
    while end - start > MAX_SENTENCE:
        cut = _best_cut(words, start, end)
        pieces.append(_trim(words, start, cut))
        start, end = _trim(words, cut, end)
    return [*pieces, (start, end)]


def _best_cut(words: str, start: int, end: int) -> int:
    """Return where to cut: at the best kind of boundary between a quarter and the whole of the allowed length."""
    low, high = start + MAX_SENTENCE // 4, min(start + MAX_SENTENCE, end - 1)
    for pattern in _SOFT_CUTS:
        cuts = [m.end() for m in pattern.finditer(words, low, high)]
        if cuts:
            return cuts[-1]
    return high


def _trim(words: str, start: int, end: int) -> tuple[int, int]:
    piece = words[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())

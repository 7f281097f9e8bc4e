"""The publication date that an article prints about itself: in a byline line, a dateline, or its first words.

A news text is full of dates, and nearly all of them date events. One counts as printed only by its shape: a line that
holds nothing but a date, a byline and a clock ("By Jane Doe | 3 June 2019 10:15 GMT"), a cue in front of it
("Published:", "Posted on"), a dateline with a year, or a date as the very first words with a new beginning after it
("Wed 05 Apr 2017 Syria attack …", where an archive lost its line breaks). It must stand before the first or after the
last full paragraph. "Last updated" counts only where no other date is printed. "3/4/2019" is never read (see
``written_dates``).
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from extractor.articles.datelines import find_dateline
from extractor.articles.lines import Block, is_terminated
from extractor.articles.written_dates import WEEKDAY, FoundDate, find_short_year_date, find_written_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_BODY_WORDS: Final = 15
"""A terminated block of at least so many words is a paragraph of the body."""
_MAX_LINE: Final = 160
_HEAD_BLOCKS: Final = 15
_TAIL_BLOCKS: Final = 8

_PUBLISHED = re.compile(
    r"(?:(?:first|originally|article|story|date)\s+)?(?:published|posted|issued|released|publication\s+date|pub\.?\s*date"
    r"|date\s+of\s+(?:publication|issue)|press\s+release|date|submitted)(?:\s+(?:on|at|online|date))?\s*[:|–—-]?\s*$",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"\b(?:(?:last|recently)\s+)?(?:updated|modified|edited|revised)(?:\s+(?:on|at))?\s*[:|–—-]?\s*$", re.IGNORECASE
)
_CLOCK = r"\d{1,2}[:.h]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?|\d{4}\s*(?:GMT|UTC|hours|hrs)"
_ZONE = r"\(?(?:GMT|UTC|BST|CES?T|EES?T|E[SD]T|C[SD]T|P[SD]T|ET|PT|IST|AST|MSK)(?:\s*[+-]\d{1,2}(?::?\d{2})?)?\)?"
_HAS_YEAR = re.compile(r"[12]\d{3}")
_FILLER = re.compile(
    rf"\b(?:{_CLOCK}|{WEEKDAY}|first|last|originally|published|posted|issued|released|updated|modified|edited"
    r"|publication|date|of|on|at|online|print|email|share|min(?:utes?)?\s+read|\d+\s+comments?)\b|"
    rf"{_ZONE}|[|•·/,;:()\[\]–—-]",
    re.IGNORECASE,
)
_SEPARATED = re.compile(r"(?:^|[|•·/,;:()\[\]–—>\n-])\s*$")
_ENDS_IN_AGENCY = re.compile(r"\b(?:AFP|AP|Reuters|REUTERS|EFE|Xinhua|dpa|DPA|Anadolu|SANA|Agencies)[\s,|-]*$")
_NEW_BEGINNING = re.compile(
    rf"(?:\s*[|,–—-]?\s*(?:{_CLOCK}|(?-i:{_ZONE})))*\s*(?:\((?:last\s+)?updated[^)]{{0,40}}\))?\s*(?:[|–—-]\s*)?"
    r"(?:\d+\s+|by\s)?[\"“‘(\[]?(?-i:[^\W\d_a-z])",
    re.IGNORECASE,
)
_SMALL = frozenset({"by", "and", "in", "for", "of", "the", "at", "al", "de", "with", "from"})
_MAX_NAMES: Final = 8


class _Rank(IntEnum):
    """How surely a date is that of publication; lower is surer."""

    PUBLISHED = 0
    BARE = 1
    UPDATED = 2


class PrintedDate(NamedTuple):
    """The date, and the article's own words for it."""

    date: date
    words: str


def find_printed_date(text: str, blocks: Sequence[Block], *, language: str | None = None) -> PrintedDate | None:
    """Return the publication date that ``text`` prints about itself, or None.

    Args:
        text: The article.
        blocks: Its paragraphs and lines, from ``find_blocks``.
        language: ISO 639-1; month names of that language are read as well as English ones.
    """
    found: list[tuple[_Rank, PrintedDate]] = []
    opening = True
    for block in _outside_body(text, blocks):
        line = text[block.start : block.end]
        if candidate := _read_line(line, language, opening=opening):
            found.append(candidate)
        opening = opening and len(line.split()) < _BODY_WORDS
    return min(found, key=lambda candidate: candidate[0])[1] if found else None


def is_date_line(line: str, *, language: str | None = None) -> bool:
    """Return whether ``line`` holds a full date and else only byline, clock, and cue words."""
    found = _find_date(line, language) if len(line) <= _MAX_LINE else None
    return found is not None and _rank_of_line(line, found) is not None


def _outside_body(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks up to the first paragraph of the body, and those after the last."""
    body = [i for i, b in enumerate(blocks) if _is_body(text[b.start : b.end])]
    if not body:
        return list(blocks[:_HEAD_BLOCKS])
    head = blocks[: min(body[0] + 1, _HEAD_BLOCKS)]
    return [*head, *blocks[max(body[-1] + 1, len(head)) :][-_TAIL_BLOCKS:]]


def _is_body(words: str) -> bool:
    return len(words.split()) >= _BODY_WORDS and is_terminated(words)


def _read_line(line: str, language: str | None, *, opening: bool) -> tuple[_Rank, PrintedDate] | None:
    if (end := find_dateline(line)) is not None:
        found = find_written_date(line[:end]) or find_short_year_date(line[:end])
        if found:
            return _Rank.BARE, PrintedDate(found.date, line[found.start : found.end])
    found = _find_date(line, language)
    if found is None:
        return None
    rank = _rank_of_line(line, found) if len(line) <= _MAX_LINE else None
    if rank is None and opening:
        rank = _rank_of_opening(line, found)
    return (rank, PrintedDate(found.date, line[found.start : found.end])) if rank is not None else None


def _find_date(line: str, language: str | None) -> FoundDate | None:
    """Return the date in the first part of a line, preferring one that a publication cue stands before."""
    head = line[:_MAX_LINE]
    if not _HAS_YEAR.search(head):
        return None
    first = found = find_written_date(head, language=language)
    while found and not _PUBLISHED.search(head[: found.start]):
        found = find_written_date(head, found.end, language=language)
    return found or first


def _rank_of_line(line: str, found: FoundDate) -> _Rank | None:
    """Rank the date of a line that holds little else; None where it is a sentence or a headline with a date."""
    before, after = line[: found.start], line[found.end :]
    rank = _rank_of_cue(before)
    if rank is None and not _SEPARATED.search(before):
        weekday_or_clock_only = not _FILLER.sub(" ", before).strip()
        if not weekday_or_clock_only:
            return None
    names = _FILLER.sub(" ", f"{before} {_without_dates(after)}").split()
    if len(names) > _MAX_NAMES or (is_terminated(after) and names):
        return None
    if not all(name[:1].isupper() or name.lower() in _SMALL or not name[:1].isalpha() for name in names):
        return None
    return _Rank.BARE if rank is None else rank


def _rank_of_opening(line: str, found: FoundDate) -> _Rank | None:
    """Rank a date that opens a text without line breaks (alone, after a cue or an agency) before a new beginning."""
    before, after = line[: found.start], line[found.end :]
    rank = _Rank.BARE if not before.strip() or _ENDS_IN_AGENCY.search(before) else _rank_of_cue(before)
    return rank if rank is not None and _NEW_BEGINNING.match(after) else None


def _rank_of_cue(before: str) -> _Rank | None:
    """Rank by the words before the date; a cue inside a sentence ("the report published on") is none."""
    for rank, cue in ((_Rank.UPDATED, _UPDATED), (_Rank.PUBLISHED, _PUBLISHED)):
        match = cue.search(before)
        if match and (_SEPARATED.search(before[: match.start()]) or _is_byline(before[: match.start()])):
            return rank
    return None


def _is_byline(words: str) -> bool:
    return re.match(r"\s*by\s", words, re.IGNORECASE) is not None and len(words.split()) <= _MAX_NAMES


def _without_dates(words: str) -> str:
    found = find_written_date(words)
    while found:
        words = words[: found.start] + words[found.end :]
        found = find_written_date(words)
    return words

"""Options that say which articles of an archive are meant, shared by ``archive run`` and ``archive estimate``."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.archive.selection import Selection

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

Option = typer.Option
_DAY = ["%Y-%m-%d"]


class NearDuplicatesMode(StrEnum):
    """What becomes of an article that hardly differs from an earlier one."""

    OFF = "off"
    REPORT = "report"
    LINK = "link"


Only = Annotated[
    list[str] | None, Option("--only-language", metavar="CODE", help="ISO 639-1 code of articles to take; repeatable.")
]
Since = Annotated[datetime | None, Option("--since", formats=_DAY, help="First publication date to take.")]
Until = Annotated[datetime | None, Option("--until", formats=_DAY, help="Last publication date to take.")]
Keyword = Annotated[
    list[str] | None,
    Option("--keyword", metavar="WORDS", help="Take articles with this word or phrase, or another one so given."),
]
MinWords = Annotated[int | None, Option("--min-words", min=0, help="Shortest article to take.")]
MaxWords = Annotated[int | None, Option("--max-words", min=0, help="Longest article to take.")]
Ids = Annotated[Path | None, Option("--ids", metavar="FILE", help="Take articles with these ids, one a line.")]
SampleOption = Annotated[
    str | None, Option("--sample", metavar="N|P%", help="Take so many articles, or such a share, drawn by hash.")
]
Seed = Annotated[int, Option("--seed", help="Draws another sample.")]
Limit = Annotated[int | None, Option("--limit", min=1, metavar="N", help="Take the first N and read no further.")]
NearOption = Annotated[
    NearDuplicatesMode,
    Option("--near-duplicates", help="report them; link those without news to the first, unasked; or off."),
]


def selection_of(  # noqa: PLR0913 - as many as there are options
    *,
    only: Sequence[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    keyword: Sequence[str] | None = None,
    min_words: int | None = None,
    max_words: int | None = None,
    ids: Path | None = None,
    sample: str | None = None,
    seed: int = 0,
    limit: int | None = None,
) -> Selection:
    """Return the selection that the options mean; raises UsageError where they can choose nothing."""
    from extractor.archive.selection import Selection, parse_sample, read_ids

    def day(given: datetime | None) -> date | None:
        return given.date() if given else None

    return Selection(
        languages=frozenset(code.lower() for code in only or ()),
        since=day(since),
        until=day(until),
        keywords=tuple(keyword or ()),
        min_words=min_words,
        max_words=max_words,
        ids=read_ids(ids) if ids else None,
        sample=parse_sample(sample) if sample else None,
        seed=seed,
        limit=limit,
    )

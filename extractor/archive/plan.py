"""A plan's words for how sources are read and which articles are taken, and back again.

What a run reads has to be the same in every sitting, so it is written into the plan and read from there, by the first
sitting too. Only what differs from the default is said: a plan stays readable, and a new option does not make old
plans differ.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.archive.selection import Selection, parse_sample, read_ids
from extractor.articles.options import ReadOptions
from extractor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

IDS_FILE = "ids_file"
"""Where the wanted ids stand; the selection itself says only how many they are, and their hash."""


def reading_words(options: ReadOptions) -> dict[str, str]:
    """Return how sources are read, for :attr:`extractor.archive.records.Plan.reading`."""
    usual = ReadOptions()
    said = {
        "published": options.published and options.published.isoformat(),
        "format": options.format,
        "fields": json.dumps(dict(options.fields), sort_keys=True) if options.fields else None,
        "date_format": options.date_format,
        "encoding": options.encoding,
        "language": options.language,
        "max_bytes": options.max_bytes,
    }
    return {name: str(value) for name, value in said.items() if value is not None and value != getattr(usual, name)}


def reading_of(words: Mapping[str, str]) -> ReadOptions:
    """Return what :func:`reading_words` has put into words."""
    told: dict[str, Any] = dict(words)
    if "published" in told:
        told["published"] = dt.date.fromisoformat(told["published"])
    if "fields" in told:
        told["fields"] = json.loads(told["fields"])
    if "max_bytes" in told:
        told["max_bytes"] = int(told["max_bytes"])
    return ReadOptions(**told)


def selection_words(selection: Selection, ids_file: Path | None = None) -> dict[str, str]:
    """Return which articles are taken, for :attr:`extractor.archive.records.Plan.selection`."""
    return selection.as_settings() | ({} if ids_file is None else {IDS_FILE: str(ids_file)})


def selection_of(words: Mapping[str, str]) -> Selection:
    """Return what :func:`selection_words` has put into words.

    Raises:
        UsageError: The file of the ids cannot be read, or holds others than when the run was begun.
    """
    ids = read_ids(Path(words[IDS_FILE])) if IDS_FILE in words else None
    sample, number = words.get("sample"), {name: int(words[name]) for name in _NUMBERS if name in words}
    selection = Selection(
        languages=frozenset(filter(None, words.get("languages", "").split(","))),
        since=_day(words.get("since")),
        until=_day(words.get("until")),
        min_words=number.get("min_words"),
        max_words=number.get("max_words"),
        keywords=tuple(json.loads(words.get("keywords", "[]"))),
        ids=ids,
        sample=parse_sample(sample) if sample else None,
        seed=number.get("seed", 0),
        limit=number.get("limit"),
    )
    if selection.as_settings().get("ids") != words.get("ids"):
        raise UsageError(
            f"{words.get(IDS_FILE)!r} holds other ids than when the run was begun",
            hint="restore it, or begin another run",
        )
    return selection


_NUMBERS = ("min_words", "max_words", "seed", "limit")


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)

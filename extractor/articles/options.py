"""How to read, what a failed input looks like, and the one message about size that all readers share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from extractor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

Format = Literal["auto", "text", "markdown", "html", "json", "jsonl", "csv", "tsv", "mbox", "eml"]

MAX_BYTES: Final = 20_000_000
"""Above 20 MB trafilatura returns None without a word; no article is longer (War and Peace has 3.2 MB)."""
_MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may make its reader do: far above what real archives need, far below what would hurt.

    An archive that goes beyond one of them ends there, with a failure that says so; what was read before stays.
    """

    members: int = 2_000_000
    """Files in an archive and the archives in it. A zip costs 16 bytes of memory for each, so 32 MB."""
    unpacked_bytes: int = 200_000_000_000
    """All that an archive unpacks to: a million pages have about 100 GB."""
    ratio: int = 200
    """Unpacked bytes for each packed one, in each file and over all of them. Text has 3 to 10, a dump of pages that
    are all alike up to 100; a bomb has 1,000 (deflate) to 1,000,000 (bzip2). The first megabyte is not judged."""
    depth: int = 2
    """Archives inside the archive that you name: a zip in a tar in it is at depth 2. Nobody packs deeper on purpose."""
    held_bytes: int = 100_000_000
    """Largest zip or Parquet file inside an archive: what is read from its end must be held in memory meanwhile."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read; the defaults suit files that say what they are."""

    published: date | None = None
    """The publication date of every article read, as the user gives it; beats what the source says."""
    format: Format = "auto"
    fields: Mapping[str, str] = field(default_factory=dict)
    """text, title, date, url, id, language → the record's own key; only what the usual names do not find."""
    date_format: str | None = None
    """``strptime`` format of records' dates, such as ``%m/%d/%Y``; without it ambiguous dates are not used."""
    encoding: str = "auto"
    """A Python codec name. "auto": byte order mark, UTF-8, a page's own declaration, then a guess with a warning."""
    language: str | None = None
    """ISO 639-1 of every article read; None asks the record, then the text."""
    max_bytes: int = MAX_BYTES
    """Largest article, record of a JSONL file, row of a table, or message, in bytes."""
    limits: Limits = field(default_factory=Limits)
    """What an archive may make its reader do."""


@dataclass(frozen=True, slots=True)
class InputFailure:
    """An input or record that holds no article: which, and why."""

    source: str
    error: InputError


def too_large(source: str, size: int | None, limit: int) -> InputError:
    """Return the error for an input of ``size`` bytes (None: unknown, but more than ``limit``)."""
    most = f"{limit / _MEGABYTE:g} MB"
    amount = f"is larger than {most}" if size is None else f"has {size / _MEGABYTE:.1f} MB; the limit is {most}"
    return InputError(
        f"{source!r} {amount}", hint="Split it into articles, one per file or one per line of a JSONL file."
    )

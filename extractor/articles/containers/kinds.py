"""Which kind of container an input is: told by its first bytes, where they say it, else by its name or the user.

First bytes beat names, because an archive keeps being one under any name; tables and mailboxes begin like any text, so
they need their name or ``--input-format``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from extractor.articles.options import ReadOptions

_MAGIC: Final = (
    (re.compile(rb"PK(?:\x03\x04|\x05\x06)"), "zip"),
    (re.compile(rb"\x1f\x8b\x08"), "gzip"),
    (re.compile(rb"BZh[1-9](?:1AY&SY|\x17\x72\x45\x38\x50\x90)"), "bzip2"),
    (re.compile(rb"\xfd7zXZ\x00"), "xz"),
    (re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"), "zstd"),
    (re.compile(rb".{257}ustar[\x00 ]", re.DOTALL), "tar"),
    (re.compile(rb"SQLite format 3\x00"), "sqlite"),
    (re.compile(rb"PAR1"), "parquet"),
    (re.compile(rb"%PDF-"), "pdf"),
    (re.compile(rb"WARC/[01]\.\d+\r?\n"), "warc"),
)
PACKED_KINDS: Final = frozenset({"gzip", "bzip2", "xz", "zstd"})
"""One packed file."""
ARCHIVE_KINDS: Final = frozenset({"zip", "tar", "warc"})
"""Many files."""
_NAMED: Final = frozenset({"csv", "tsv", "mbox", "eml", "tar", "warc", "zip", "parquet", *PACKED_KINDS})


def container_kind(head: bytes, named: str, options: ReadOptions) -> str | None:
    """Return the kind of container, or None where an input is one article, page or JSON.

    Args:
        head: Its first bytes.
        named: The format that its name means, or "auto".
        options: How to read; a given format beats what its name means.
    """
    for pattern, kind in _MAGIC:
        if pattern.match(head):
            return kind
    wanted = named if options.format == "auto" else options.format
    return wanted if wanted in _NAMED else None

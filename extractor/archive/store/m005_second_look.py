"""Migration 5: what a model replied about pairs of mentions, by the key of the request (docs/stories.md)."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    # Of no run: two runs over the same articles ask the same, and --undo forgets links, not what was paid for.
    """CREATE TABLE pair_replies (
        request BLOB PRIMARY KEY CHECK (length(request) = 32),
        body BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

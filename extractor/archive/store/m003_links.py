"""Migration 3: stories of a run, and the links that they rest on. Told in docs/stories.md, "In the store"."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    # One row for each run whose events are linked; deleting it takes the links back and nothing else.
    """CREATE TABLE linkings (
        run_id INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
        formula TEXT NOT NULL,
        threshold REAL NOT NULL,
        made TEXT NOT NULL,
        extractor_version TEXT NOT NULL,
        state TEXT NOT NULL,
        mentions INTEGER NOT NULL,
        stories INTEGER NOT NULL,
        linked INTEGER NOT NULL,
        pairs INTEGER NOT NULL,
        crowded INTEGER NOT NULL,
        uncertain INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE stories (
        id INTEGER PRIMARY KEY,
        run_id INTEGER NOT NULL REFERENCES linkings ON DELETE CASCADE,
        name TEXT NOT NULL,
        type TEXT NOT NULL,
        starts TEXT,
        ends TEXT,
        country TEXT,
        mentions INTEGER NOT NULL,
        body BLOB NOT NULL,
        UNIQUE (run_id, name)
    ) STRICT""",
    """CREATE TABLE story_mentions (
        story_id INTEGER NOT NULL REFERENCES stories ON DELETE CASCADE,
        mention TEXT NOT NULL,
        article TEXT NOT NULL,
        event TEXT NOT NULL,
        PRIMARY KEY (story_id, mention)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX story_mentions_mention ON story_mentions (mention)",
    """CREATE TABLE links (
        run_id INTEGER NOT NULL REFERENCES linkings ON DELETE CASCADE,
        one TEXT NOT NULL,
        other TEXT NOT NULL,
        bits REAL NOT NULL,
        joined INTEGER NOT NULL CHECK (joined IN (0, 1)),
        parts TEXT NOT NULL,
        PRIMARY KEY (run_id, one, other),
        CHECK (one < other)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX links_other ON links (run_id, other)",
)

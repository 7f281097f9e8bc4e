"""Migration 2: a provider's batches, and the requests in them. Told in docs/archives.md, "Provider batches"."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    """CREATE TABLE batches (
        id INTEGER PRIMARY KEY,
        run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        token TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL CHECK (state IN
            ('prepared', 'uploading', 'uploaded', 'creating', 'created', 'finished', 'downloaded', 'applied')),
        requests INTEGER NOT NULL,
        most_tokens INTEGER NOT NULL,
        most_usd REAL,
        made TEXT NOT NULL,
        changed TEXT NOT NULL,
        input_file TEXT,
        batch TEXT,
        output_file TEXT,
        error_file TEXT,
        said TEXT,
        again INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    "CREATE INDEX batches_run ON batches (run_id, state)",
    """CREATE TABLE batch_requests (
        batch_id INTEGER NOT NULL REFERENCES batches ON DELETE CASCADE,
        request BLOB NOT NULL CHECK (length(request) = 32),
        article_id INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
        state TEXT NOT NULL CHECK (state IN ('sent', 'answered', 'refused', 'unfinished')),
        counted INTEGER NOT NULL DEFAULT 0,
        body BLOB,
        PRIMARY KEY (batch_id, request, article_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX batch_requests_request ON batch_requests (request)",
    "CREATE INDEX batch_requests_article ON batch_requests (article_id)",
    """CREATE TABLE batch_drivers (
        run_id INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
        worker_id INTEGER NOT NULL
    ) STRICT""",
)

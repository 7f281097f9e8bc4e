"""Migration 1: the tables. What each is for is told in docs/archives.md, "The store"."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    # AUTOINCREMENT: the number of a dropped run, or of a dead worker, is never given again; whoever still works for it
    # would work for another without knowing.
    """CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        plan TEXT NOT NULL,
        prompt BLOB NOT NULL,
        begun TEXT NOT NULL,
        extractor_version TEXT NOT NULL,
        ingested TEXT
    ) STRICT""",
    """CREATE TABLE workers (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        host TEXT NOT NULL,
        pid INTEGER NOT NULL,
        started REAL NOT NULL,
        seen REAL NOT NULL
    ) STRICT""",
    "CREATE INDEX workers_run ON workers (run_id)",
    """CREATE TABLE texts (
        id INTEGER PRIMARY KEY,
        sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
        body BLOB NOT NULL
    ) STRICT""",
    """CREATE TABLE readings (
        id INTEGER PRIMARY KEY,
        digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
        text_id INTEGER NOT NULL REFERENCES texts,
        sentences BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX readings_text ON readings (text_id)",
    # A rowid table with a unique index takes groups of scattered hashes four times as fast as WITHOUT ROWID.
    """CREATE TABLE questions (
        id INTEGER PRIMARY KEY,
        key BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
        reading_id INTEGER NOT NULL REFERENCES readings
    ) STRICT""",
    "CREATE INDEX questions_reading ON questions (reading_id)",
    "CREATE TABLE groundings (id INTEGER PRIMARY KEY, version TEXT NOT NULL UNIQUE) STRICT",
    """CREATE TABLE extractions (
        id INTEGER PRIMARY KEY,
        question_id INTEGER NOT NULL REFERENCES questions ON DELETE CASCADE,
        grounding_id INTEGER NOT NULL REFERENCES groundings,
        made TEXT NOT NULL,
        body BLOB NOT NULL,
        UNIQUE (question_id, grounding_id)
    ) STRICT""",
    """CREATE TABLE events (
        extraction_id INTEGER NOT NULL REFERENCES extractions ON DELETE CASCADE,
        place INTEGER NOT NULL,
        id TEXT NOT NULL,
        type TEXT NOT NULL,
        status TEXT NOT NULL,
        standing TEXT NOT NULL,
        starts TEXT,
        ends TEXT,
        country TEXT,
        admin1 TEXT,
        settlement TEXT,
        latitude REAL,
        longitude REAL,
        failed_checks INTEGER NOT NULL,
        PRIMARY KEY (extraction_id, place)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE replies (
        id INTEGER PRIMARY KEY,
        request BLOB NOT NULL CHECK (length(request) = 32),
        body BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX replies_request ON replies (request)",
    """CREATE TABLE asked (
        question_id INTEGER NOT NULL REFERENCES questions ON DELETE CASCADE,
        place INTEGER NOT NULL,
        reply_id INTEGER NOT NULL REFERENCES replies,
        PRIMARY KEY (question_id, place)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX asked_reply ON asked (reply_id)",
    """CREATE TABLE articles (
        id INTEGER PRIMARY KEY,
        run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        place INTEGER NOT NULL,
        identity BLOB NOT NULL CHECK (length(identity) = 16),
        state TEXT NOT NULL CHECK (state IN
            ('pending', 'claimed', 'waiting', 'done', 'failed', 'near', 'unreadable')),
        shared TEXT CHECK (shared IN ('cached', 'duplicate')),
        worker_id INTEGER,
        question_id INTEGER REFERENCES questions,
        extraction_id INTEGER REFERENCES extractions,
        events INTEGER,
        near_id INTEGER REFERENCES articles ON DELETE SET NULL,
        similarity REAL,
        name TEXT NOT NULL,
        source TEXT NOT NULL,
        url TEXT,
        title TEXT,
        language TEXT,
        published TEXT,
        basis TEXT,
        words TEXT,
        printed TEXT,
        warnings TEXT,
        problem TEXT,
        UNIQUE (run_id, identity),
        CHECK (state <> 'done' OR extraction_id IS NOT NULL),
        CHECK (state = 'unreadable' OR question_id IS NOT NULL)
    ) STRICT""",
    # Claims take its first rows, and a tally is counted from it without a look at the table.
    "CREATE INDEX articles_state ON articles (run_id, state, shared, place, events)",
    "CREATE INDEX articles_place ON articles (run_id, place)",
    "CREATE INDEX articles_question ON articles (question_id)",
    "CREATE INDEX articles_extraction ON articles (extraction_id) WHERE extraction_id IS NOT NULL",
    "CREATE INDEX articles_near ON articles (near_id) WHERE near_id IS NOT NULL",
    """CREATE TABLE attempts (
        id INTEGER PRIMARY KEY,
        run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        article_id INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
        started TEXT NOT NULL,
        ended TEXT,
        ending TEXT CHECK (ending IN ('done', 'failed', 'lost')),
        requests INTEGER,
        re_asks INTEGER,
        tokens_in INTEGER,
        tokens_cached INTEGER,
        tokens_out INTEGER,
        tokens_reasoning INTEGER,
        cost_usd REAL,
        price_date TEXT,
        seconds REAL,
        problem TEXT
    ) STRICT""",
    "CREATE INDEX attempts_run ON attempts (run_id)",
    "CREATE INDEX attempts_article ON attempts (article_id)",
)

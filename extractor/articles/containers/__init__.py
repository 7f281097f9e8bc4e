"""Archives, tables and mailboxes, read as streams of articles: one reader per kind, nothing unpacked to disk."""

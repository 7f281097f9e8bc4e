"""The store of archives: runs, articles, answers and what they cost, in one SQLite file."""

from extractor.archive.store.store import Store

__all__ = ["Store"]

"""What every export says about the run that it came from, once, beside its rows."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from extractor.events.summary import Extraction

if TYPE_CHECKING:
    import datetime as dt

SCHEMA_VERSION: str = Extraction.model_fields["schema_version"].default
"""Of the published types whose values the columns hold (docs/schema.md)."""


@dataclass(frozen=True, slots=True)
class RunInfo:
    """A run in a few words."""

    name: str
    prompt: str
    """``name@version``."""
    prompt_digest: str
    """``sha256:`` and 64 hex digits."""
    model: str
    endpoint: str
    """Host and port only."""
    extractor_version: str
    """By which the run was begun; each row says which version made it."""
    sources: tuple[str, ...]
    """As the user named them."""
    begun: dt.datetime
    exported: dt.datetime
    articles: int
    """All that the run has been offered."""
    answered: int
    """Those that the export holds; the others failed, could not be read, hardly differ from another, or are open."""

    def as_json(self, **more: str) -> str:
        """Return everything as one JSON object, with the version of the schema and what else is said."""
        moments = {"begun": self.begun.isoformat(), "exported": self.exported.isoformat()}
        return json.dumps({**asdict(self), **moments, "schema_version": SCHEMA_VERSION, **more}, ensure_ascii=False)

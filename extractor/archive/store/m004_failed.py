"""Migration 4: which checks of an event failed, by name, so that a run can be filtered by them."""

from __future__ import annotations

import functools
import json
from typing import Final

from extractor.archive.store.packing import unpack
from extractor.errors import StoreError

STATEMENTS: Final = (
    # The names, each once, in the order of the alphabet, with blanks between.
    "ALTER TABLE events ADD COLUMN failed TEXT NOT NULL DEFAULT ''",
    """UPDATE events SET failed = failed_names((SELECT body FROM extractions WHERE id = extraction_id), place)
    WHERE failed_checks > 0""",
)


def failed_names(body: bytes, place: int) -> str:
    """Return what the new column holds for an event of a packed extraction; of a damaged one nothing."""
    events = _failed(body)
    return events[place] if place < len(events) else ""


@functools.lru_cache(maxsize=1)  # the events of one extraction follow each other
def _failed(body: bytes) -> tuple[str, ...]:
    try:
        return tuple(
            " ".join(sorted({check["name"] for check in event["checks"] if check["result"] == "failed"}))
            for event in json.loads(unpack(body, "an extraction"))["events"]
        )
    except (StoreError, ValueError, KeyError, TypeError):
        return ()

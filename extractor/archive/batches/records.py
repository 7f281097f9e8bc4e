"""What the batch rooms hand to each other. Frozen, no behaviour.

The states of a batch, each written to the store before the next edge is taken::

    prepared ─▶ uploading ─▶ uploaded ─▶ creating ─▶ created ─▶ finished ─▶ downloaded ─▶ applied
        └───────────┴── forgotten when found after a kill: nothing that costs was begun, its requests are free again

A request's own states: ``sent`` until its batch has been read; then ``answered``, ``refused`` (an error that stays), or
``unfinished`` (expired, missing, an error that may pass): only those are sent again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.articles.article import Article
    from extractor.errors import ModelError
    from extractor.events.summary import Extraction, Usage
    from extractor.replies import KeptReply


class State(StrEnum):
    """How far a batch is."""

    PREPARED = "prepared"
    UPLOADING = "uploading"
    UPLOADED = "uploaded"
    CREATING = "creating"
    CREATED = "created"
    FINISHED = "finished"
    DOWNLOADED = "downloaded"
    APPLIED = "applied"


@dataclass(frozen=True, slots=True)
class Shard:
    """One batch as the store knows it."""

    id: int
    token: str
    """Of our own, in the batch's metadata: by it an orphan is found after a kill."""
    state: State
    requests: int
    most_tokens: int
    """The most that it can cost, reserved while it is not applied."""
    most_usd: float | None = None
    """None where no price is known."""
    input_file: str | None = None
    batch: str | None = None
    output_file: str | None = None
    error_file: str | None = None
    said: str | None = None
    """The provider's last word on it."""
    again: int = 0
    """Times that it was created a second time because the first could not be found."""


@dataclass(frozen=True, slots=True)
class Open:
    """An article that is still to be answered."""

    row: int
    place: int
    question: int
    key: bytes
    article: Article


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one request: words, or an error that stays, or neither (unfinished); and what it cost."""

    request: str
    """Key of the request (``sha256:…``)."""
    usage: Usage
    raw: str | None = None
    error: ModelError | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of one request."""

    reply: KeptReply | None = None
    error: ModelError | None = None
    usage: Usage | None = None
    """What it cost and nobody has counted yet."""
    tries: int = 0
    """Batches that it was in without being finished."""


@dataclass(frozen=True, slots=True)
class Settled:
    """An article that is answered, for better or worse."""

    open: Open
    extraction: Extraction
    replies: tuple[KeptReply, ...]
    spent: Usage
    requests: tuple[str, ...]
    """Keys of all requests whose cost ``spent`` holds."""


@dataclass(slots=True)
class BatchReport:
    """What one sitting did; figures of this sitting only."""

    batches: int = 0
    """Created, those that were then refused as a whole included."""
    adopted: int = 0
    """Found at the provider after a kill between creating them and noting their number."""
    requests: int = 0
    """In those created."""
    answered: int = 0
    refused: int = 0
    unfinished: int = 0
    """Expired, missing or failed in a way that may pass: sent again."""
    unknown: int = 0
    """Result lines that answer nothing that was asked."""
    duplicates: int = 0
    """Result lines for a request that had been answered."""
    perhaps_twice: int = 0
    """Requests in batches that were created a second time because the first could not be found."""
    done: int = 0
    failed: int = 0
    waiting: int = 0
    """Requests at the provider when the sitting ended."""
    stopped: str = ""
    """Why nothing more was sent, where the sitting ended early."""


@dataclass(frozen=True, slots=True)
class BatchNews:
    """Something happened to a batch: its state, the provider's word on it, and how many of its requests are done."""

    state: State
    requests: int
    batch: str = ""
    said: str = ""
    completed: int | None = None
    """None where the provider was not asked."""
    failed: int | None = None

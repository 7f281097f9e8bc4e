"""What an archive's parts hand to each other: plans, runs, offers, tasks, results, tallies. Frozen, no behaviour.

An article's way through a run::

    Offer ──add──▶ pending ──claim──▶ claimed ──finish──▶ done
                      ▲                  │  └──finish──▶ failed      (the answer was an error; never reused)
                      └─────release──────┘
    Offer ──add──▶ done        its key was answered before, in this run or another: no request
    Offer ──add──▶ waiting     another article of this run has the same key: asked once, both get the answer
    Offer ──add──▶ near        so like another one that it is linked to it and not asked
    Offer ──add──▶ unreadable  there is no article in it

The *key* of an article (``keys.py``) is a hash over everything that decides its answer. The *grounding* of an
extraction says which code turned replies into events.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, Field

from extractor.events.summary import Usage
from extractor.replies import AskedModel

if TYPE_CHECKING:
    import datetime as dt

    from extractor.articles.article import Article
    from extractor.articles.options import InputFailure
    from extractor.events.summary import Extraction, Problem
    from extractor.events.vocabulary import Outcome
    from extractor.replies import KeptReply

RUN_NAME = r"[a-z0-9][a-z0-9._-]{0,119}"
"""What a run may be called."""

Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]


class Plan(BaseModel, frozen=True, extra="forbid"):
    """What a run asks, about what: fixed when it is begun. Budget and speed may change from sitting to sitting."""

    name: str = Field(pattern=f"^{RUN_NAME}$")
    """Of the run."""
    base_url: str | None = None
    """Where the endpoint is, so that a later sitting finds it again; None: OpenAI, or an embedded model."""
    model_name: str | None = None
    """What the user called the model, where that is not its own name: the path of a file."""
    prompt: str
    """``name@version``."""
    prompt_digest: Digest
    replies_digest: Digest
    """Of the schemas of all reply types that the prompt version asks for (``keys.replies_digest``)."""
    model: AskedModel
    settings: dict[str, str] = Field(default_factory=dict)
    """Whatever else decides what the model says, by name."""
    sources: tuple[str, ...] = Field(min_length=1)
    """As the user named them, in order."""
    reading: dict[str, str] = Field(default_factory=dict)
    """How sources are read, where that was said: field mapping, encoding, publication date."""
    selection: dict[str, str] = Field(default_factory=dict)
    """Which articles of the sources are taken, where not all: filters, sample, duplicates."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as the store knows it."""

    id: int
    plan: Plan
    begun: dt.datetime
    extractor_version: str
    """By which it was begun."""
    ingested: dt.datetime | None = None
    """When its sources had been read to the end; None: they have not, and the next sitting reads them again."""

    @property
    def name(self) -> str:
        """What it is called."""
        return self.plan.name


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that works on a run."""

    id: int
    run: int
    host: str
    pid: int
    started: float
    """When the process began, in seconds since 1970: pids are given again, start times are not."""


@dataclass(frozen=True, slots=True)
class Near:
    """Another article of the same run that this one hardly differs from."""

    place: int
    """The other's :attr:`Offer.place`; it is offered earlier."""
    similarity: float
    """From 0 to 1."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What reading a source gave: an article, or the reason why there is none."""

    place: int
    """Where it stands in the sources, counted from 0: results come in this order."""
    read: Article | InputFailure
    near: Near | None = None
    """Set: it is linked to that article and not asked about."""


class Added(StrEnum):
    """What became of an offer."""

    NEW = "new"
    """It will be asked about."""
    KNOWN = "known"
    """The run had it already: an earlier sitting, or another process, offered it."""
    CACHED = "cached"
    """Its key was answered before: done, without a request."""
    DUPLICATE = "duplicate"
    """Another article of the run has the same key: it gets that one's answer."""
    NEAR = "near"
    """Linked to the article that it hardly differs from; not asked about."""
    UNREADABLE = "unreadable"
    """It holds no article."""


@dataclass(frozen=True, slots=True)
class Task:
    """One article to ask about, claimed by one worker."""

    article: Article
    key: bytes
    row: int
    """Of the article in the store."""
    question: int
    """Of its key in the store."""
    attempt: int
    """Of this attempt in the store."""
    number: int
    """How often it has been claimed in this run, this time included."""
    worker: int
    """Who claimed it."""


@dataclass(frozen=True, slots=True)
class Brief:
    """An extraction as the store keeps it, with what the loop has to know of it."""

    outcome: Outcome
    problem: Problem | None
    usage: Usage
    body: bytes
    """Compressed; empty where the article failed."""
    events: tuple[tuple[Any, ...], ...]
    """Rows of the table ``events``, each without its first column."""


@dataclass(frozen=True, slots=True)
class Finished:
    """How a task ended: with events, or with a problem."""

    task: Task
    extraction: Extraction | Brief
    replies: tuple[KeptReply, ...] = ()
    """In the order of the questions; of a failed article those before its failure."""
    spent: Usage | None = None
    """What this attempt really cost; None: ``extraction.usage``, which also counts what kept replies cost in their
    time."""

    @property
    def usage(self) -> Usage:
        """What this attempt cost."""
        return self.extraction.usage if self.spent is None else self.spent


@dataclass(frozen=True, slots=True)
class Failure:
    """An article without events because something went wrong, and what."""

    article: str
    source: str
    kind: str
    message: str
    hint: str
    attempts: int
    """0: it could not be read."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a run is, and what it has cost over all attempts of all sittings; the states are those of this module."""

    pending: int = 0
    claimed: int = 0
    waiting: int = 0
    done: int = 0
    failed: int = 0
    unreadable: int = 0
    near: int = 0
    duplicates: int = 0
    """Of all articles, those that share another's key: waiting, done or failed with it."""
    cached: int = 0
    """Of those done, the ones that were answered before they were asked."""
    events: int = 0
    """Of the articles that are done."""
    attempts: int = 0
    unresolved: int = 0
    """Attempts of workers that died: their articles may have been asked twice."""
    usage: Usage = field(default_factory=lambda: Usage(cost_usd=0.0))
    """Over all attempts; a part is None where some attempt's is unknown."""
    known_cost_usd: float = 0.0
    """What is known of the cost; equals ``usage.cost_usd`` where all of it is known."""
    unpriced: int = 0
    """Attempts that asked something and whose cost is unknown."""
    known_tokens: int = 0
    """Read and written together, as far as they are known."""
    uncounted: int = 0
    """Attempts that asked something and whose tokens are unknown."""

    @property
    def articles(self) -> int:
        """All that the run has been offered."""
        return self.pending + self.claimed + self.waiting + self.done + self.failed + self.unreadable + self.near

    @property
    def open(self) -> int:
        """What is still to be done."""
        return self.pending + self.claimed + self.waiting


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of a run with its answer: what is needed to ground it again."""

    article: Article
    question: int
    grounding: str
    extraction: Extraction
    replies: tuple[KeptReply, ...]


@dataclass(frozen=True, slots=True)
class Grounding:
    """One question's answer, grounded anew."""

    question: int
    extraction: Extraction


@dataclass(frozen=True, slots=True)
class Side:
    """What one run says of one article."""

    reading: str
    """Digest of what prompt and grounding saw of the article: text, sentences, date, title, language; empty on both
    sides where they are one question."""
    state: str
    grounding: str | None = None
    extraction: Extraction | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """One article in two runs; a side is None where that run does not have the article."""

    article: str
    source: str
    one: Side | None
    other: Side | None


@dataclass(frozen=True, slots=True)
class Made:
    """A finished article, and which version of the grounding made its events."""

    article: str
    source: str
    grounding: str

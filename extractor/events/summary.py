"""What we publish: ``Extraction``, ``EventSummary`` and their parts (docs/schema.md explains every field).

Everything is frozen and closed (``extra="forbid"``), so an ``Extraction`` that validates is one that this
version of the schema can describe in full. The JSON Schema is ``extractor schema``.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, Field

from extractor.events.vocabulary import (
    CheckName,
    CheckResult,
    CountForm,
    EventType,
    Involvement,
    Measure,
    Outcome,
    PlacePrecision,
    Role,
    Sector,
    Stance,
    Standing,
    Status,
    TerritoryChange,
    TimeBasis,
    TimePrecision,
    Who,
)


class Published(BaseModel, frozen=True, extra="forbid"):
    """The publication date that relative times were resolved against, or None."""

    date: dt.date | None = None
    basis: Literal["given", "metadata", "printed", "unknown"] = "unknown"
    words: str | None = None


class Span(BaseModel, frozen=True, extra="forbid"):
    """Half-open ``[start, end)`` in Unicode code points of the article text."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class When(BaseModel, frozen=True, extra="forbid"):
    """When it happened: the article's words and the days they mean (inclusive), or None where unknown."""

    words: str | None = None
    basis: TimeBasis = TimeBasis.NONE
    start: dt.date | None = None
    end: dt.date | None = None
    precision: TimePrecision = TimePrecision.UNKNOWN


class Where(BaseModel, frozen=True, extra="forbid"):
    """Where it happened: the article's words and what the gazetteer makes of them."""

    words: str | None = None
    country: str | None = Field(default=None, pattern="^[A-Z]{3}$")
    """ISO 3166-1 alpha-3."""
    admin1: str | None = None
    """ISO 3166-2 code where there is one, else the GeoNames admin1 code."""
    admin1_name: str | None = None
    settlement: str | None = None
    lat: float | None = Field(default=None, ge=-90, le=90, allow_inf_nan=False)
    """Degrees north, WGS 84."""
    lon: float | None = Field(default=None, ge=-180, le=180, allow_inf_nan=False)
    """Degrees east, WGS 84."""
    geonameid: int | None = None
    precision: PlacePrecision = PlacePrecision.UNKNOWN


class Actor(BaseModel, frozen=True, extra="forbid"):
    """Someone who took part, named in the article's words."""

    name: str
    role: Role
    sector: Sector = Sector.UNK
    country: str | None = Field(default=None, pattern="^[A-Z]{3}$")
    involvement: Involvement = Involvement.STATED


class Count(BaseModel, frozen=True, extra="forbid"):
    """A number of persons as one source gave it; ``min`` and ``max`` inclusive, None where open."""

    measure: Measure
    who: Who = Who.ALL
    min: int | None = Field(default=None, ge=0)
    max: int | None = Field(default=None, ge=0)
    form: CountForm
    source: str | None = None
    words: str


class Evidence(BaseModel, frozen=True, extra="forbid"):
    """A sentence of the article that reports the event: ``text[start:end] == quote``."""

    sentence: int = Field(ge=1)
    quote: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    speaker: str | None = None
    stance: Stance = Stance.NARRATED


class Check(BaseModel, frozen=True, extra="forbid"):
    """One thing that code tried to confirm: about which value, how it ended, where it looked."""

    name: CheckName
    result: CheckResult
    value: str | None = None
    """The value under test: a count's words, an actor's name …"""
    field: str | None = None
    """Its path inside the event: ``counts[0]``, ``where`` …"""
    span: Span | None = None
    detail: str = ""
    """One plain sentence for people."""


class EventSummary(BaseModel, frozen=True, extra="forbid"):
    """One event of one article."""

    id: str
    type: EventType
    territory_change: TerritoryChange = TerritoryChange.NONE
    status: Status = Status.ACTUAL
    standing: Standing = Standing.MAIN
    summary: str
    when: When
    where: Where
    actors: tuple[Actor, ...] = ()
    counts: tuple[Count, ...] = ()
    evidence: tuple[Evidence, ...]
    checks: tuple[Check, ...] = ()


class ArticleInfo(BaseModel, frozen=True, extra="forbid"):
    """Which article it was."""

    id: str
    sha256: str
    title: str | None = None
    url: str | None = None
    language: str | None = None
    source: str = "-"
    warnings: tuple[str, ...] = ()


class Provenance(BaseModel, frozen=True, extra="forbid"):
    """What made the extraction, so that it can be made again."""

    prompt: str
    """``name@version``."""
    prompt_sha256: str
    reply_type: str
    model: str
    endpoint: str
    """Host and port only; never a path, a key or a user name."""
    mode: str
    extractor_version: str
    time: dt.datetime


class Usage(BaseModel, frozen=True, extra="forbid"):
    """Requests, tokens, money and time over all attempts, the failed ones included; None where unknown."""

    requests: int = 0
    re_asks: int = 0
    tokens_in: int | None = 0
    tokens_cached: int | None = 0
    tokens_out: int | None = 0
    tokens_reasoning: int | None = 0
    cost_usd: float | None = Field(default=None, allow_inf_nan=False)
    price_date: str | None = None
    """Date of the price table, or None where no price is known."""
    seconds: float = Field(default=0.0, allow_inf_nan=False)

    def __add__(self, other: Usage) -> Usage:
        """Add up; an unknown summand makes an unknown sum."""

        def total(a: int | None, b: int | None) -> int | None:
            return None if a is None or b is None else a + b

        known = self.cost_usd is not None and other.cost_usd is not None
        return Usage(
            requests=self.requests + other.requests,
            re_asks=self.re_asks + other.re_asks,
            tokens_in=total(self.tokens_in, other.tokens_in),
            tokens_cached=total(self.tokens_cached, other.tokens_cached),
            tokens_out=total(self.tokens_out, other.tokens_out),
            tokens_reasoning=total(self.tokens_reasoning, other.tokens_reasoning),
            cost_usd=(self.cost_usd or 0.0) + (other.cost_usd or 0.0) if known else None,
            price_date=self.price_date or other.price_date,
            seconds=self.seconds + other.seconds,
        )


class Problem(BaseModel, frozen=True, extra="forbid"):
    """Why an extraction is not ``ok``: the error class, what happened, what to do next."""

    kind: str
    message: str
    hint: str = ""


class Extraction(BaseModel, frozen=True, extra="forbid"):
    """Everything extracted from one article; a failed article is one too, with its ``problem``."""

    schema_version: Literal["1"] = "1"
    article: ArticleInfo
    published: Published
    events: tuple[EventSummary, ...] = ()
    provenance: Provenance
    usage: Usage
    outcome: Outcome
    problem: Problem | None = None

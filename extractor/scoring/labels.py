"""What a person wrote down about an article: the labelled events that predictions are scored against.

A label speaks the language of ``EventSummary``, with three liberties that people need: a value may have alternatives
(any one suffices), a fill may be optional (right when given, no loss when missing), and a whole event may be optional.
Events of standing ``background`` or ``aggregate`` are always optional (design: scoring.md §1).

The types hold values only; reading them from files and proving them against the article is ``evaluation/gold.py``.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from extractor.events.vocabulary import EventType, Measure, Standing, Status, Who

_FREE_STANDINGS = frozenset({Standing.BACKGROUND, Standing.AGGREGATE})


class LabelledWhen(BaseModel, frozen=True, extra="forbid"):
    """Days (inclusive) on which the event happened; both None: no day can be named. ``words`` are the article's."""

    words: str | None = None
    start: dt.date | None = None
    end: dt.date | None = None

    @model_validator(mode="after")
    def _ordered(self) -> LabelledWhen:
        if self.start and self.end and self.start > self.end:
            msg = f"when starts ({self.start}) after it ends ({self.end})"
            raise ValueError(msg)
        return self


class LabelledWhere(BaseModel, frozen=True, extra="forbid"):
    """Where it happened, as deep as the text names it; each name may be written in several ways."""

    words: str | None = None
    country: str | None = Field(default=None, pattern="^[A-Z]{3}$")
    """ISO 3166-1 alpha-3."""
    admin1: str | None = None
    settlement: str | None = None
    aliases: tuple[str, ...] = ()
    """Other names of the deepest level."""
    lat: float | None = Field(default=None, ge=-90, le=90, allow_inf_nan=False)
    lon: float | None = Field(default=None, ge=-180, le=180, allow_inf_nan=False)


class LabelledActor(BaseModel, frozen=True, extra="forbid"):
    """One actor: every way of naming it that counts as right, the best first."""

    names: tuple[str, ...] = Field(min_length=1)
    optional: bool = False


class LabelledCount(BaseModel, frozen=True, extra="forbid"):
    """One number of persons as one source gave it; ``min`` and ``max`` inclusive, None where open."""

    measure: Measure
    who: Who = Who.ALL
    alt_who: tuple[Who, ...] = ()
    min: int | None = Field(default=None, ge=0)
    max: int | None = Field(default=None, ge=0)
    words: str
    source: str | None = None
    optional: bool = False

    @model_validator(mode="after")
    def _bounded(self) -> LabelledCount:
        if self.min is None and self.max is None:
            msg = "a count needs min or max"
            raise ValueError(msg)
        if self.min is not None and self.max is not None and self.min > self.max:
            msg = f"count has min {self.min} above max {self.max}"
            raise ValueError(msg)
        return self


def _names(value: Any) -> Any:  # noqa: ANN401 - what a label file holds, before it is checked
    """A list of names is short for a required actor with these alternatives."""
    return {"names": value} if isinstance(value, list | tuple) else value


ActorEntry = Annotated[LabelledActor, BeforeValidator(_names)]


class LabelledEvent(BaseModel, frozen=True, extra="forbid"):
    """One event as a person labelled it."""

    type: EventType
    alt_types: tuple[EventType, ...] = ()
    status: Status = Status.ACTUAL
    alt_status: tuple[Status, ...] = ()
    standing: Standing = Standing.MAIN
    optional: bool = False
    evidence: tuple[str, ...] = Field(min_length=1)
    """Verbatim passages of the article that report the event, the best first."""
    when: LabelledWhen = LabelledWhen()
    or_when: tuple[LabelledWhen, ...] = ()
    where: LabelledWhere = LabelledWhere()
    or_where: tuple[LabelledWhere, ...] = ()
    initiators: tuple[ActorEntry, ...] = ()
    """Who did it; with mutual acts (clashes, meetings, agreements) all who took part."""
    targets: tuple[ActorEntry, ...] = ()
    counts: tuple[LabelledCount, ...] = ()
    note: str = ""

    @property
    def free(self) -> bool:
        """Whether missing this event costs nothing."""
        return self.optional or self.standing in _FREE_STANDINGS


class LabelledArticle(BaseModel, frozen=True, extra="forbid"):
    """All labelled events of one article, and what the set's coverage is counted by."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{2,63}$")
    published: dt.date | None = None
    """The publication date that is given beside the text; None: none is known."""
    printed: bool = True
    """Whether the text itself shows its publication date."""
    furniture: bool = False
    """Whether the text holds page furniture: menus, captions, newsletter offers, copyright lines."""
    kind: str
    country: str | None = Field(default=None, pattern="^[A-Z]{3}$")
    """Where the article's story plays."""
    traps: tuple[str, ...] = ()
    note: str = ""
    events: tuple[LabelledEvent, ...] = ()

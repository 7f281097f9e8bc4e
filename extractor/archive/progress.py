"""What a run tells while it goes on, as values: a bar, a log and a stream of JSON are three ways to show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractor.archive.records import Tally
    from extractor.events.summary import Usage


class Phase(StrEnum):
    """What a run is doing."""

    STARTING = "starting"
    READING = "reading and asking"
    ASKING = "asking"
    WAITING = "waiting for other processes"
    STOPPING = "finishing what is in flight"


class Ending(StrEnum):
    """Why a sitting ended."""

    DONE = "done"
    BUDGET = "budget"
    """The next article might cost more than the cap leaves."""
    REFUSED = "refused"
    """The provider refuses every article: key, quota, model."""
    FAILING = "failing"
    """Too many articles failed in a row."""
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Began:
    """A sitting has begun."""

    run: str
    tally: Tally
    """What earlier sittings left."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Articles have been read and entered."""

    counts: Mapping[str, int]
    """By what became of them (:class:`extractor.archive.records.Added`), in this sitting so far."""
    finished: bool
    """The sources have been read to their end."""
    words: str = ""
    """What was left out and why; at the end."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An article's result is kept."""

    article: str
    source: str
    outcome: str
    events: int
    usage: Usage
    """Of this attempt."""
    attempt: int
    problem: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """How far the run is, all processes together."""

    tally: Tally
    phase: Phase
    in_flight: int
    total_known: bool
    """The sources have been read to their end, so that the tally counts all there is."""


@dataclass(frozen=True, slots=True)
class Stopping:
    """The sitting ends before the run is done."""

    why: Ending
    message: str
    in_flight: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The sitting has ended; everything that was answered is kept."""

    run: str
    why: Ending
    tally: Tally
    message: str = ""
    hint: str = ""
    unfinished: int = field(default=0)
    """Requests that were given up: their articles will be asked again."""


Event: TypeAlias = Began | Taken | Answered | Counted | Stopping | Ended


class Watcher(Protocol):
    """Is told what happens; must return at once and raise nothing."""

    def tell(self, event: Event) -> None:
        """Show ``event``."""
        ...

"""What a program is told about the prompts and the runs of a service: read only, typed, in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import BaseModel

from extractor.archive.store import Store
from extractor.archive.store.browsing import EventRow, Wanted
from extractor.errors import UsageError
from extractor.events.reply import EXTRACTS
from extractor.prompts import registry

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.web.service.service import Service

MOST: Final = 500
"""Events of one page."""


class PromptInfo(BaseModel):
    """A prompt version that may be named."""

    prompt: str
    """``NAME@VERSION``."""
    why: str
    """Why the version exists."""
    used: bool
    """Whether it is asked where a request names none."""


class RunInfo(BaseModel):
    """How far a run is, and what it has cost."""

    name: str
    prompt: str
    model: str
    articles: int
    open: int
    """Articles still to be asked about."""
    done: int
    failed: int
    """Articles without a usable answer."""
    unreadable: int
    events: int
    tokens: int
    """Of all attempts, as far as they are known."""
    cost_usd: float
    """Of all attempts, as far as prices are known."""
    unpriced: int
    """Attempts whose cost is unknown."""


class RunReport(RunInfo):
    """A run with one page of its events."""

    offset: int
    page: tuple[EventRow, ...]
    ended: str = ""
    """How the last sitting that a service began ended before the run did, in the run's own words."""


def prompts_of(service: Service) -> list[PromptInfo]:
    """Return every prompt version that a request may name."""
    root = registry.prompts_folder(service.places.prompts)
    specs = [f"{name}@{version}" for name in registry.names(root) for version in registry.versions_of(root, name)]
    found = [registry.load(spec, service.places.prompts) for spec in specs]
    loaded = [one for one in found if one.reply in EXTRACTS]
    return [PromptInfo(prompt=one.spec, why=one.why, used=one.spec == service.prompt.spec) for one in loaded]


def runs_of(path: Path | None) -> list[RunInfo]:
    """Return the runs of a store, the newest first; none where there is no store."""
    if path is None or not path.is_file():
        return []
    with Store.open(path) as store:
        return [RunInfo(**_figures(store, run.name)) for run in reversed(store.runs())]


def report_of(path: Path | None, name: str, *, offset: int = 0, limit: int = 100) -> RunReport:
    """Return the run ``name`` with the events ``offset`` to ``offset + limit``.

    Raises:
        UsageError: There is no store, or no such run in it.
    """
    if path is None or not path.is_file():
        raise UsageError("there is no store of runs here", hint="extractor archive run makes one")
    with Store.open(path) as store:
        found = store.browse(store.run(name), Wanted(), limit=limit, offset=offset)
        return RunReport(**_figures(store, name), offset=offset, page=found.rows)


def _figures(store: Store, name: str) -> dict[str, object]:
    run = store.run(name)
    tally = store.tally(run)
    return {
        "name": run.name,
        "prompt": run.plan.prompt,
        "model": run.plan.model.name,
        "articles": tally.articles,
        "open": tally.open,
        "done": tally.done,
        "failed": tally.failed,
        "unreadable": tally.unreadable,
        "events": tally.events,
        "tokens": tally.known_tokens,
        "cost_usd": tally.known_cost_usd,
        "unpriced": tally.unpriced,
    }

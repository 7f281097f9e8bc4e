"""``/v1/runs``: the runs of the service's store: begun, watched, stopped, resumed; their events in pages.

Every run of the store can be watched and resumed, whoever began it; stopped by address are those that a service began
(:mod:`extractor.web.service.launching`).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, model_validator

from extractor.errors import UsageError
from extractor.web.problems import MEDIA_TYPE, Problem
from extractor.web.service.extractions import FAILURES, Sent
from extractor.web.service.purses import Allowance
from extractor.web.service.run_reports import MOST, RunInfo, RunReport, report_of, runs_of
from extractor.web.service.security import caller_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from extractor.web.service.launching import Launcher
    from extractor.web.service.service import Service

_POLL: Final = 1.0
"""Seconds between two looks into the store."""
_NO_SUCH: Final = {
    "description": "There is no such run.",
    "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}},
}
_LONGEST: Final = 200

_MOST_SENT: Final = 10_000
_EXAMPLE: Final[dict[str, Any]] = {
    "name": "ferries-2024",
    "articles": [
        {
            "id": "tala-bay",
            "text": "TALA BAY, March 5 - A ferry capsized off Tala Bay on Monday, killing nine people.",
            "published": "2024-03-05",
        }
    ],
    "budget": 0.5,
}

Name = Annotated[str, Path(max_length=_LONGEST)]


class Sitting(BaseModel):
    """For how much and how fast a run is worked on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"budget": 0.5, "concurrency": 4}]})

    budget: float | None = Field(None, ge=0, allow_inf_nan=False, description="US dollars, all sittings together.")
    max_tokens_total: int | None = Field(None, ge=1, description="Tokens, likewise.")
    concurrency: int | None = Field(None, ge=1, description="Requests in flight; at most the service's own.")

    @property
    def most(self) -> Allowance:
        """What all sittings of the run may cost."""
        return Allowance(budget=self.budget, max_tokens_total=self.max_tokens_total)

    def options(self, most: int) -> list[str]:
        """Return the options of ``extractor archive`` that this means, for a service with ``most`` in flight.

        Raises:
            UsageError: More are asked for.
        """
        if self.concurrency is not None and self.concurrency > most:
            raise UsageError(f"this service has {most} requests in flight at most", hint="lower concurrency")
        named = self.model_dump(include={"budget", "max_tokens_total"}, exclude_none=True)
        named["concurrency"] = self.concurrency or most
        return [part for name, value in named.items() for part in (f"--{name.replace('_', '-')}", str(value))]


class Begin(Sitting):
    """What a run is about: articles sent with the request, or a source that the operator has laid out."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    name: str = Field(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", description="Of the run; new in the store.")
    articles: list[Sent] | None = Field(None, min_length=1, max_length=_MOST_SENT)
    source: Annotated[str, Field(min_length=1, max_length=1_000)] | None = Field(
        None, description="File or folder below the service's --sources."
    )
    prompt: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9_-]*(@[a-z0-9]+)?$", max_length=200)] | None = Field(
        None, description="NAME@VERSION; see /v1/prompts."
    )
    limit: int | None = Field(None, ge=1, description="Articles at most.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Begin:
        if (self.articles is None) == (self.source is None):
            raise ValueError("give either articles or source")
        return self

    def options(self, most: int) -> list[str]:
        """Return the options of ``extractor archive run``; raises as that of a sitting."""
        return [*super().options(most), *([] if self.limit is None else ["--limit", str(self.limit)])]

    def records(self) -> list[dict[str, object]]:
        """Return the articles as records that ``extractor archive run`` reads."""
        made = [one.model_dump(mode="json", exclude_none=True) for one in self.articles or ()]
        return [{"date" if name == "published" else name: value for name, value in one.items()} for one in made]


def router(service: Service) -> APIRouter:
    """Return the addresses below ``/v1/runs``."""
    routes = APIRouter(prefix="/v1/runs", tags=["runs"], responses={400: _NO_SUCH})

    @routes.get("", summary="All runs, the newest first")
    def runs() -> list[RunInfo]:
        return runs_of(service.store)

    @routes.post("", status_code=202, responses=FAILURES, summary="Begin a run; it goes on by itself")
    async def begin(asked: Begin, request: Request, response: Response) -> RunReport:
        options = ["--prompt", asked.prompt or service.prompt.spec, *asked.options(service.limits.concurrency)]
        launcher = _launcher(service)
        with service.sitting(caller_of(request), asked.name, asked.most):
            report = await asyncio.to_thread(launcher.start, asked.name, asked.source or asked.records(), options)
        response.headers["Location"] = f"/v1/runs/{asked.name}"
        return report

    @routes.post("/{name}/resume", status_code=202, responses=FAILURES, summary="Go on with a run")
    async def resume(name: Name, asked: Sitting, request: Request) -> RunReport:
        launcher, options = _launcher(service), asked.options(service.limits.concurrency)
        before = await asyncio.to_thread(_report, service, name, limit=0)
        with service.sitting(caller_of(request), name, asked.most, before.cost_usd):
            return await asyncio.to_thread(launcher.resume, name, options)

    @routes.post("/{name}/stop", status_code=202, responses=FAILURES, summary="Stop a run as Ctrl-C does")
    async def stop(name: Name) -> RunReport:
        await asyncio.to_thread(_launcher(service).stop, name)
        return await asyncio.to_thread(_report, service, name, limit=0)

    @routes.get("/{name}", summary="How far a run is, with a page of its events")
    def run(
        name: Name,
        offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
        limit: Annotated[int, Query(ge=0, le=MOST)] = 100,
    ) -> RunReport:
        return _report(service, name, offset=offset, limit=limit)

    @routes.get(
        "/{name}/progress",
        summary="Server-sent events: the figures whenever they change, until nothing is open",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {}}}},
    )
    async def progress(name: Name) -> StreamingResponse:
        first = await asyncio.to_thread(_report, service, name, limit=0)
        return StreamingResponse(_told(service, first), media_type="text/event-stream")

    return routes


def _launcher(service: Service) -> Launcher:
    if service.launcher is None:
        raise UsageError("this service begins no runs", hint="start it with `extractor serve` and a --store")
    return service.launcher


def _report(service: Service, name: str, *, offset: int = 0, limit: int = 100) -> RunReport:
    """Return a run with a page of its events, and why it ended where it did before its time."""
    report = report_of(service.store, name, offset=offset, limit=limit)
    if service.launcher is None or not report.open:
        return report
    return report.model_copy(update={"ended": service.launcher.last_words(name)})


async def _told(service: Service, first: RunReport) -> AsyncIterator[str]:
    """Yield a run's figures as server-sent events.

    Ends when nothing is open, when the reader is gone, or when the service is being stopped.
    """
    seen: RunReport | None = None
    now = first
    while True:
        if now != seen:
            # The events that came since, so that a reader who keeps them all has them all.
            since = seen.events if seen else 0
            new = await asyncio.to_thread(_report, service, now.name, offset=since, limit=MOST)
            yield f"event: progress\ndata: {new.model_dump_json()}\n\n"
            seen = now
        if not now.open or service.stopping:
            yield "event: end\ndata: {}\n\n"
            return
        await asyncio.sleep(_POLL)
        now = await asyncio.to_thread(_report, service, first.name, limit=0)

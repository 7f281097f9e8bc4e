"""``/v1/runs``: the runs of the service's store, how far they are, and their events in pages.

A run is started by ``extractor archive run``, in a process of its own that survives this one; here it is watched.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse

from extractor.web.service.problems import MEDIA_TYPE, Problem
from extractor.web.service.run_reports import MOST, RunInfo, RunReport, report_of, runs_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from extractor.web.service.service import Service

_POLL: Final = 1.0
"""Seconds between two looks into the store."""
_NO_SUCH: Final = {
    "description": "There is no such run.",
    "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}},
}
_LONGEST: Final = 200

Name = Annotated[str, Path(max_length=_LONGEST)]


def router(service: Service) -> APIRouter:
    """Return the addresses below ``/v1/runs``."""
    routes = APIRouter(prefix="/v1/runs", tags=["runs"], responses={400: _NO_SUCH})

    @routes.get("", summary="All runs, the newest first")
    def runs() -> list[RunInfo]:
        return runs_of(service.store)

    @routes.get("/{name}", summary="How far a run is, with a page of its events")
    def run(
        name: Name,
        offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
        limit: Annotated[int, Query(ge=0, le=MOST)] = 100,
    ) -> RunReport:
        return report_of(service.store, name, offset=offset, limit=limit)

    @routes.get(
        "/{name}/progress",
        summary="Server-sent events: the figures whenever they change, until nothing is open",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {}}}},
    )
    async def progress(name: Name) -> StreamingResponse:
        first = await asyncio.to_thread(report_of, service.store, name, limit=0)
        return StreamingResponse(_told(service, first), media_type="text/event-stream")

    return routes


async def _told(service: Service, first: RunReport) -> AsyncIterator[str]:
    """Yield a run's figures as server-sent events; ends when nothing is open, or when the reader is gone."""
    seen: RunReport | None = None
    now = first
    while True:
        if now != seen:
            # The events that came since, so that a reader who keeps them all has them all.
            since = seen.events if seen else 0
            new = await asyncio.to_thread(report_of, service.store, now.name, offset=since, limit=MOST)
            yield f"event: progress\ndata: {new.model_dump_json()}\n\n"
            seen = now
        if not now.open:
            yield "event: end\ndata: {}\n\n"
            return
        await asyncio.sleep(_POLL)
        now = await asyncio.to_thread(report_of, service.store, first.name, limit=0)

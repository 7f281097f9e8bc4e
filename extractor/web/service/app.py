"""The service as one application: the guard in front, the API, the pages, and the figures of what was done."""

from __future__ import annotations

from contextlib import asynccontextmanager
from importlib.metadata import version
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI, Response

from extractor.web.labelling.router import router as labelling
from extractor.web.service import extractions, runs
from extractor.web.service.callers import OPERATOR
from extractor.web.service.metrics import Measured, Metrics
from extractor.web.service.problems import add_handlers
from extractor.web.service.security import Guard
from extractor.web.site.router import router as site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping

    from extractor.web.service.service import Service

ABOUT = """News articles in, checked event summaries out.

Every request carries `Authorization: Bearer TOKEN`; `extractor serve` prints the token once. Errors are RFC 9457
problem documents with the words of the command line, and a `hint` that says what to do next.
"""


_NOBODY: Final[Mapping[str, str]] = MappingProxyType({})


def create_app(service: Service, *, token: str, hosts: Collection[str], others: Mapping[str, str] = _NOBODY) -> FastAPI:
    """Return the application.

    Args:
        service: What stands behind it; opened when the application starts, closed when it stops.
        token: What the operator shows.
        hosts: ``Host`` headers that are meant, such as ``127.0.0.1:8017``.
        others: Tokens of other callers, each with the name of their purse.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.opened():
            yield

    # No page of documentation: those that FastAPI has load their scripts from elsewhere.
    app = FastAPI(
        title="extractor",
        version=version("extractor"),
        description=ABOUT,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    metrics = Metrics(service)
    add_handlers(app)
    app.include_router(extractions.router(service, metrics))
    app.include_router(runs.router(service))
    _add_health(app, service, metrics)
    app.include_router(site(service))
    app.include_router(labelling(service))
    # The last one added is the first one asked.
    tokens = {token: OPERATOR, **others}
    app.add_middleware(Guard, tokens=tokens, hosts=hosts, body=service.limits.body)
    app.add_middleware(Measured, metrics=metrics)
    return app


def _add_health(app: FastAPI, service: Service, metrics: Metrics) -> None:
    @app.get("/healthz", tags=["operation"], summary="Is it there? The one address that wants no token")
    def healthz() -> dict[str, str]:
        return {"status": "ok", "model": service.model, "prompt": service.prompt.spec}

    @app.get("/metrics", tags=["operation"], summary="Figures for Prometheus", response_class=Response)
    def figures() -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

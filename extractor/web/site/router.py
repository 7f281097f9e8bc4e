"""The addresses of the site, and what they need of the service behind them."""

from __future__ import annotations

import datetime as dt
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Final, Protocol

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from extractor.archive.exports.formats import ExportFormat
from extractor.archive.store import Store
from extractor.errors import ExtractorError, UsageError
from extractor.web.problems import page_route
from extractor.web.site.articles import article_page
from extractor.web.site.evaluations import Kept, compared_page, evaluation_page
from extractor.web.site.pages import error_page, page
from extractor.web.site.runs import DOWNLOADS, export, export_headers, run_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from extractor.articles.article import Article
    from extractor.events.summary import Extraction

_FILES: Final = {"htmx.min.js": "text/javascript", "keys.js": "text/javascript"}
_BAD_REQUEST: Final = 400


class Serving(Protocol):
    """What the pages need of the service."""

    @property
    def store(self) -> Path | None:
        """File of the store whose runs are shown."""

    @property
    def runs(self) -> Path:
        """Folder of kept evaluation runs."""

    @property
    def gold(self) -> Path | None:
        """The labelled set; None: the shipped one."""

    @property
    def asked(self) -> tuple[str, str]:
        """Names of the model and of the prompt version."""

    async def extract(self, text: str, published: dt.date | None, caller: str = ...) -> tuple[Article, Extraction]:
        """Return a text read as an article, and what was found in it; raises ExtractorError where it cannot be."""


def router(service: Serving) -> APIRouter:
    """Return the pages over ``service``; who may see them is decided before they are asked."""
    routes = APIRouter(route_class=page_route(error_page), include_in_schema=False, default_response_class=Response)
    kept = Kept(service.runs, service.gold)
    _add_start(routes, service, kept)
    _add_runs(routes, service)
    _add_evaluations(routes, kept)

    @routes.get("/static/{name}")
    def static(name: str) -> Response:
        if name not in _FILES:
            raise UsageError(f"there is no file {name[:80]!r}")
        body = resources.files("extractor.web.site").joinpath("static", name).read_bytes()
        return Response(body, media_type=_FILES[name], headers={"X-Content-Type-Options": "nosniff"})

    return routes


def _start(service: Serving, kept: Kept, text: str = "", published: str = "", problem: str = "") -> Response:
    runs = []
    if service.store is not None and service.store.is_file():
        with Store.open(service.store) as store:
            runs = [(run, store.tally(run)) for run in reversed(store.runs())]
    return page(
        "start.html.jinja",
        "eval_page.css",
        status=_BAD_REQUEST if problem else 200,
        text=text,
        published=published,
        problem=problem,
        model=service.asked[0],
        prompt=service.asked[1],
        store=service.store,
        runs=runs,
        evaluations=kept.listed(),
    )


def _add_start(routes: APIRouter, service: Serving, kept: Kept) -> None:
    @routes.get("/")
    def start() -> Response:
        return _start(service, kept)

    @routes.post("/extract")
    async def extract(
        request: Request, text: Annotated[str, Form()] = "", published: Annotated[str, Form()] = ""
    ) -> Response:
        try:
            if not text.strip():
                raise UsageError("there is no text", hint="paste an article")
            day = dt.date.fromisoformat(published) if published else None
            article, extraction = await service.extract(text, day, request.state.caller)
        except ExtractorError as error:
            return _start(service, kept, text, published, f"{error} {error.hint}".strip())
        except ValueError:
            return _start(service, kept, text, "", f"{published[:40]!r} is no day; write it as 2024-03-04")
        return article_page(article, extraction)


def _add_runs(routes: APIRouter, service: Serving) -> None:
    def opened() -> Store:
        if service.store is None or not service.store.is_file():
            raise UsageError("there is no store of runs here", hint="extractor archive run makes one")
        return Store.open(service.store)

    @routes.get("/runs/{name}")
    def run(name: str, request: Request) -> Response:
        with opened() as store:
            return run_page(store, store.run(name), dict(request.query_params))

    @routes.get("/runs/{name}/articles/{number}")
    def article(name: str, number: str) -> Response:
        if not number.isascii() or not number.isdigit() or len(number) > 18:  # noqa: PLR2004 - SQLite's integers
            raise UsageError(f"there is no article {number[:40]!r}")
        with opened() as store:
            found = store.run(name)
            read, extraction = store.one(found, int(number))
            return article_page(read, extraction, run=name, neighbours=store.neighbours(found, int(number)))

    @routes.get("/runs/{name}/exports/{shape}")
    def download(name: str, shape: str) -> Response:
        if shape not in DOWNLOADS:
            raise UsageError(f"there is no export {shape[:40]!r}", hint=", ".join(DOWNLOADS))
        with opened() as store:
            store.run(name)  # said before the first byte

        def body() -> Iterator[bytes]:
            with opened() as store:
                yield from export(store, store.run(name), ExportFormat(shape))

        return StreamingResponse(body(), headers=export_headers(name, ExportFormat(shape)))


def _add_evaluations(routes: APIRouter, kept: Kept) -> None:
    @routes.get("/evaluations")
    def chosen(run: str = "", against: str = "") -> Response:
        kept.folder(run)  # a name that is one, before it becomes part of an address
        other = f"?against={against}" if against and kept.folder(against) else ""
        return RedirectResponse(f"/evaluations/{run}{other}", 303)

    @routes.get("/evaluations/{run}")
    def evaluation(run: str, against: str = "") -> Response:
        return evaluation_page(kept, run, against or None)

    @routes.get("/evaluations/{run}/articles/{article}")
    def compared(run: str, article: str, against: str = "") -> Response:
        return compared_page(kept, run, article, against or None)

"""The site over a store and kept runs made by hand, without the rest of the service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, Response

from extractor.archive.store import Store
from extractor.errors import UsageError
from extractor.web.site.router import router
from tests.archive.archives import answer as answered
from tests.archive.archives import begin, failure, fill
from tests.samples import make_article, make_extraction

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from starlette.middleware.base import RequestResponseEndpoint

    from extractor.articles.article import Article
    from extractor.events.summary import Extraction


@dataclass(frozen=True)
class Made:
    """A service that answers every text with the three events of the samples; ``poison`` stands in every field."""

    folder: Path
    poison: str = ""

    @property
    def store(self) -> Path:
        """The store's file; it need not be there."""
        return self.folder / "archive.db"

    @property
    def runs(self) -> Path:
        """Kept runs."""
        return self.folder / "runs"

    gold: Path | None = None
    asked: tuple[str, str] = ("scripted", "events@v1")

    async def extract(
        self, text: str, published: dt.date | None, caller: str = "operator"
    ) -> tuple[Article, Extraction]:
        """Return the sample; a text that says "refuse" is refused."""
        del published, caller
        if text == "refuse":
            raise UsageError("no & more <b>", hint="later")
        article = make_article(self.poison)
        return article, make_extraction(article, self.poison)


def site(service: Made) -> FastAPI:
    """Return the pages as an application."""
    app = FastAPI()
    app.include_router(router(service))

    @app.middleware("http")
    async def operate(request: Request, call_next: RequestResponseEndpoint) -> Response:
        request.state.caller = "operator"  # as the guard says of who has the printed token
        return await call_next(request)

    return app


def fill_store(path: Path, articles: int, failures: int = 0) -> None:
    """Make a store with the run ``first``: three events to an article, and ``failures`` articles that went wrong."""
    with Store.open(path, create=True) as store:
        run = begin(store)
        worker = store.join(run)
        for start in range(0, articles + failures, 500):
            fill(store, run, min(500, articles + failures - start), start)
        done = 0
        while tasks := store.claim(run, worker, 100):
            store.finish([answered(t) if done + n < articles else failure(t) for n, t in enumerate(tasks)])
            done += len(tasks)
        store.ingested(run)
        store.leave(worker)

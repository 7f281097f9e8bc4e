"""``/v1``: an article in, its extraction out; which prompts there are; the published schema."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from extractor.api import published_schema
from extractor.articles.assemble import SourceNotes
from extractor.articles.build import article_from_text, from_html
from extractor.errors import UsageError
from extractor.events.summary import Extraction, Usage
from extractor.web.problems import MEDIA_TYPE, Problem
from extractor.web.service.problems import of_failure
from extractor.web.service.run_reports import PromptInfo, prompts_of
from extractor.web.service.security import caller_of

if TYPE_CHECKING:
    from extractor.articles.article import Article
    from extractor.web.service.metrics import Metrics
    from extractor.web.service.service import Service

_EXAMPLE: Final[dict[str, Any]] = {
    "text": "TALA BAY, March 5 - A ferry capsized off Tala Bay on Monday, killing nine people, the coast guard said.",
    "published": "2024-03-05",
    "title": "Ferry capsizes off Tala Bay",
}
_STATUSES: Final = {
    400: "A value that cannot work.",
    401: "The token is missing or wrong.",
    402: "What the caller, or the service, may spend is spent.",
    404: "There is no such prompt version.",
    413: "The body, or the article, is too large.",
    422: "The request does not fit, or holds no article.",
    429: "Too many wait; Retry-After says when to come again.",
    502: "The model gave no usable answer.",
    503: "The model cannot be reached now.",
    504: "The deadline passed.",
}
FAILURES: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": words, "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}
    for status, words in _STATUSES.items()
}


class Sent(BaseModel):
    """One article, as text or as a web page, and what is known about it."""

    model_config = ConfigDict(extra="forbid")

    text: str | None = Field(None, description="Plain text of the article. Either this or html.")
    html: str | None = Field(None, description="The article's page; what is around the article is left out.")
    published: dt.date | None = Field(None, description="Publication date; beats what the page says.")
    title: Annotated[str, Field(max_length=1_000)] | None = None
    url: Annotated[str, Field(max_length=4_000)] | None = Field(None, description="Kept as provenance, never fetched.")
    id: Annotated[str, Field(max_length=200)] | None = Field(None, description="Yours, handed back.")
    language: Annotated[str, Field(pattern="^[a-z]{2}$")] | None = Field(None, description="ISO 639-1.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.text is None) == (self.html is None):
            raise ValueError("give either text or html")
        return self


class Asked(Sent):
    """One article, and what it is to be asked with."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    prompt: Annotated[str, Field(max_length=200)] | None = Field(None, description="NAME@VERSION; see /v1/prompts.")
    model: Annotated[str, Field(max_length=200)] | None = Field(
        None, description="Must be the model of this service, where it is given at all."
    )

    def article(self) -> Article:
        """Return the article; raises InputError where there is none."""
        if self.text is not None:
            return article_from_text(
                self.text,
                published=self.published,
                title=self.title,
                url=self.url,
                language=self.language,
                id=self.id,
                source="the request",
            )
        notes = SourceNotes(
            id=self.id,
            title=self.title,
            url=self.url,
            language=self.language,
            given_date=self.published,
            source="the request",
        )
        return from_html(self.html or "", notes)


class LimitsReport(BaseModel):
    """What a caller may spend and has spent since the service was started; null where there is no limit."""

    caller: str
    budget: float | None = Field(description="US dollars.")
    left: float | None = Field(description="US dollars that are neither spent nor set aside.")
    max_tokens_total: int | None
    tokens_left: int | None
    concurrency: int | None = Field(description="Articles asked about and waiting at once.")
    in_flight: int
    spent: Usage = Field(description="By requests for one article, as far as it is known.")
    service_left: float | None = Field(description="US dollars that the service has left for all.")


def limits_of(service: Service, caller: str) -> LimitsReport:
    """Return what a caller may still spend."""
    purse, whole = service.purse(caller), service.whole
    allowance = purse.allowance
    return LimitsReport(
        caller=caller,
        budget=allowance.budget,
        left=purse.left.usd if allowance.budget is not None else None,
        max_tokens_total=allowance.max_tokens_total,
        tokens_left=purse.left.tokens if allowance.max_tokens_total is not None else None,
        concurrency=allowance.concurrency,
        in_flight=purse.in_flight,
        spent=purse.spent,
        service_left=whole.left.usd if whole.allowance.budget is not None else None,
    )


def router(service: Service, metrics: Metrics) -> APIRouter:
    """Return the addresses below ``/v1`` that concern one article."""
    routes = APIRouter(prefix="/v1", tags=["extractions"])

    @routes.post(
        "/extractions", response_model=Extraction, responses=FAILURES, summary="Extract the events of one article"
    )
    async def extractions(asked: Asked, request: Request) -> Response:
        if asked.model is not None and asked.model != service.model:
            raise UsageError(f"this service asks {service.model}", hint="leave model out, or start another service")
        article = await asyncio.to_thread(asked.article)
        extraction = await service.ask(article, asked.prompt, caller=caller_of(request))
        metrics.extracted(extraction)
        if extraction.problem is not None:
            return of_failure(extraction.problem)
        return Response(extraction.model_dump_json(), media_type="application/json")

    @routes.get("/limits", summary="What the caller may still spend")
    def limits(request: Request) -> LimitsReport:
        return limits_of(service, caller_of(request))

    @routes.get("/prompts", summary="Which prompt versions there are")
    def prompts() -> list[PromptInfo]:
        return prompts_of(service)

    @routes.get("/schema", summary="JSON Schema (2020-12) of an extraction")
    def schema() -> dict[str, object]:
        return published_schema()

    return routes

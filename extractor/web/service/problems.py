"""Which status each error has over HTTP, and the handlers that make every error of the API a problem document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from extractor import errors
from extractor.errors import ExtractorError
from extractor.web.problems import MEDIA_TYPE, Problem, problem
from extractor.web.service.purses import BusyError, SpentError

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from starlette.responses import Response

    from extractor.events.summary import Problem as Failure

_STATUS: Final[tuple[tuple[type[ExtractorError], int], ...]] = (
    (BusyError, 429),
    (SpentError, 402),
    (errors.PromptError, 404),
    (errors.UsageError, 400),
    (errors.InputError, 422),
    (errors.ArticleTooLargeError, 413),
    (errors.ArticleRefusedError, 422),
    (errors.DeadlineError, 504),
    (errors.TransientError, 503),
    (errors.ModelError, 502),
    (ExtractorError, 500),
)
_SHOWN: Final = 20
"""Flaws of one request that are named."""


def status_of(kind: type[ExtractorError]) -> int:
    """Return the HTTP status of an error."""
    return next(status for known, status in _STATUS if issubclass(kind, known))


def of_failure(failure: Failure) -> Response:
    """Return how an extraction failed, as its status says."""
    kind = getattr(errors, failure.kind, ExtractorError)
    return problem(status_of(kind), failure.message, failure.hint, title=failure.kind)


def add_handlers(app: FastAPI) -> None:
    """Let every error of ``app`` be a problem document."""

    @app.exception_handler(ExtractorError)
    async def ours(_: Request, error: ExtractorError) -> Response:
        return problem(status_of(type(error)), str(error), error.hint, title=type(error).__name__)

    @app.exception_handler(RequestValidationError)
    async def unfit(_: Request, error: RequestValidationError) -> Response:
        flaws = [{"field": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in error.errors()[:_SHOWN]]
        body = Problem(
            title="the request does not fit",
            status=422,
            detail="; ".join(f"{flaw['field']}: {flaw['message']}" for flaw in flaws),
            hint="GET /openapi.json says what is expected",
            errors=flaws,
        )
        return JSONResponse(body.model_dump(), 422, media_type=MEDIA_TYPE)

    @app.exception_handler(HTTPException)
    async def plain(_: Request, error: HTTPException) -> Response:
        return problem(error.status_code, str(error.detail), headers=error.headers)

    @app.exception_handler(Exception)
    async def unforeseen(_: Request, error: Exception) -> Response:
        return problem(500, f"internal error: {type(error).__name__}", "this is a bug; the server's log has more")

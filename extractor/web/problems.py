"""What an error becomes: an RFC 9457 problem document for programs, a page for people.

The words are those of the command line: ``title`` names the kind of error, ``detail`` says what happened, ``hint``
what to do next. No answer holds a stack trace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from extractor.errors import ExtractorError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from fastapi import Request
    from starlette.responses import Response

MEDIA_TYPE: Final = "application/problem+json"
_COME_AGAIN: Final = 5
"""Seconds of Retry-After where the provider names none."""
_RETRYABLE: Final = frozenset({429, 503})
_JSON: Final = ("application/json", MEDIA_TYPE)


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    hint: str = Field("", description="What to do next.")
    errors: list[dict[str, Any]] | None = Field(None, description="Each field that does not fit, where that is known.")


def problem(
    status: int, detail: str, hint: str = "", *, title: str | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a problem as a response."""
    body = Problem(title=title or _TITLES.get(status, "error"), status=status, detail=detail, hint=hint)
    sent = dict(headers or {})
    if status in _RETRYABLE:
        sent.setdefault("Retry-After", str(_COME_AGAIN))
    if status == 401:  # noqa: PLR2004 - unauthorised
        sent.setdefault("WWW-Authenticate", "Bearer")
    return JSONResponse(body.model_dump(exclude_none=True), status, sent, media_type=MEDIA_TYPE)


def page_route(shown: Callable[[ExtractorError], Response]) -> type[APIRoute]:
    """Return the route of a page: its errors are pages too, or problem documents where only JSON is accepted.

    Args:
        shown: Makes the page of an error; its status is that of the document.
    """

    class PageRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def answered(request: Request) -> Response:
                try:
                    return await handle(request)
                except ExtractorError as error:
                    page = shown(error)
                    if not _wants_json(request):
                        return page
                    return problem(page.status_code, str(error), error.hint, title=type(error).__name__)

            return answered

    return PageRoute


def _wants_json(request: Request) -> bool:
    """Say whether the request names JSON and no page as what it accepts."""
    accepted = request.headers.get("accept", "").lower()
    return "text/html" not in accepted and any(kind in accepted for kind in _JSON)


_TITLES: Final = {
    400: "bad request",
    401: "not signed in",
    403: "not allowed",
    404: "not found",
    405: "method not allowed",
    413: "too large",
    421: "misdirected request",
    500: "internal error",
}

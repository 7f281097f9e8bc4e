"""The addresses of the label pages: read a form, check it, save it, choose between two labels.

===========================================  =======================================================================
``GET  /labelling``                          the set's articles, who labelled what, how far two agree
``GET  /labelling/articles/{id}``            the form; ``?as=NAME`` an annotator's, ``&suggest=RUN`` with suggestions
``POST /labelling/articles/{id}``            what the form's button says: check, save, add a row, take one out
``GET  /labelling/articles/{id}/file``       the label's file, with its version as ``ETag``
``GET  /labelling/adjudicate/{id}``          two labels side by side; ``?first=NAME&second=NAME``
``POST /labelling/adjudicate/{id}``          the form of the gold label, with the chosen events; nothing is saved yet
``GET  /labelling/files/{name}``             the script and the style sheet
===========================================  =======================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal, Protocol
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from extractor.errors import UsageError
from extractor.evaluation.gold import LABELS, gold_folder
from extractor.evaluation.labels.flaws import Flaw, errors_in
from extractor.evaluation.labels.saving import NO_FILE, LabelConflictError, label_file, layer_of, save_label, version_of
from extractor.web.labelling import pages
from extractor.web.labelling.desk import Desk, HiddenHalfError, MissingArticleError
from extractor.web.labelling.drafts import Draft, draft_of, read_form
from extractor.web.labelling.editing import FormTextError, changed
from extractor.web.problems import page_route
from extractor.web.templates import style_sheet

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.errors import ExtractorError
    from extractor.scoring.labels import LabelledArticle
    from extractor.web.labelling.pages import Sheet

MAX_BODY: Final = 2_000_000
"""Bytes of a form; a label of 300 events with all their words takes less."""
_MOST_FIELDS: Final = 20_000
_FILES: Final = {"labelling.js": "text/javascript", "labelling.css": "text/css"}
_STATUS: Final = {MissingArticleError: 404, HiddenHalfError: 403, LabelConflictError: 409, UsageError: 422}

Annotator = Annotated[str | None, Query(alias="as", description="Whose label; left out: the gold.")]
Suggest = Annotated[str | None, Query(description="Kept run whose events are proposed.")]


class Labelled(Protocol):
    """What the label pages need to know of the service that they are part of."""

    @property
    def gold(self) -> Path | None:
        """Folder of the labelled set; None: the one that comes with extractor."""

    @property
    def runs(self) -> Path:
        """Where evaluation runs are kept."""

    @property
    def not_tuning(self) -> bool:
        """Whether the half test is opened: who works here writes no prompts."""


def router(service: Labelled) -> APIRouter:  # noqa: C901 - a function for each address, none of them long
    """Return the label pages of the service's labelled set."""

    def open_desk() -> Desk:
        return Desk(gold_folder(service.gold), service.runs, service.not_tuning)

    routes = APIRouter(prefix="/labelling", include_in_schema=False, route_class=page_route(_refused))

    @routes.get("")
    def listed(annotator: Annotator = None, first: str | None = None, second: str | None = None) -> Response:
        layer_of(annotator)
        pair = (_layer(first), _layer(second)) if first and second else None
        return _html(pages.list_page(open_desk(), annotator, pair))

    @routes.get("/articles/{id_}")
    def opened(
        id_: str, annotator: Annotator = None, suggest: Suggest = None, saved: Literal["yes"] | None = None
    ) -> Response:
        desk = open_desk()
        draft, version = desk.draft(layer_of(annotator), id_, suggest or None)
        message = f"Saved {layer_of(annotator)}/{id_}.toml." if saved else ""
        return _html(pages.sheet_page(_sheet(desk, id_, annotator, draft, version, suggest, message=message)))

    @routes.post("/articles/{id_}")
    async def sent(request: Request, id_: str, annotator: Annotator = None, suggest: Suggest = None) -> Response:
        body = await _body(request)
        return await run_in_threadpool(lambda: _act(open_desk(), id_, annotator, suggest or None, _form(body)))

    @routes.get("/articles/{id_}/file")
    def file(id_: str, annotator: Annotator = None) -> Response:
        desk = open_desk()
        desk.text(id_)
        path = label_file(desk.folder, layer_of(annotator), id_)
        version = version_of(path)
        if version == NO_FILE:
            raise MissingArticleError(f"{id_!r} has no label in {layer_of(annotator)!r}")
        return Response(path.read_bytes(), media_type="application/toml", headers={"ETag": f'"{version}"'})

    @routes.get("/adjudicate/{id_}")
    def beside(id_: str, first: str, second: str) -> Response:
        desk = open_desk()
        text = desk.text(id_)
        return _html(pages.adjudication_page(id_, text, (first, second), _two(desk, id_, first, second)))

    @routes.post("/adjudicate/{id_}")
    async def decided(request: Request, id_: str, first: str, second: str) -> Response:
        body = await _body(request)
        return await run_in_threadpool(lambda: _adjudicated(open_desk(), id_, first, second, _form(body)))

    @routes.get("/files/{name}")
    def own_file(name: str) -> Response:
        if name not in _FILES:
            raise MissingArticleError(f"there is no file {name[:64]!r}")
        return Response(
            style_sheet(f"labelling/{name}"), media_type=_FILES[name], headers={"X-Content-Type-Options": "nosniff"}
        )

    return routes


def _refused(error: ExtractorError) -> Response:
    """Return the page that says why something cannot be done."""
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
    title = "Not possible" if status < 500 else "Something that was kept is damaged"  # noqa: PLR2004 - HTTP
    return _html(pages.problem_page(title, str(error), error.hint), status)


def _html(page: str, status: int = 200) -> Response:
    headers = {
        "Content-Security-Policy": pages.POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    # A lone surrogate can stand in an address that a browser sent; it is shown as a question mark.
    return Response(page.encode("utf-8", "replace"), status, headers, "text/html; charset=utf-8")


async def _body(request: Request) -> bytes | None:
    """Return the form as it was sent; None where it is larger than any label."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY:
            return None
        parts.append(part)
    return b"".join(parts)


def _form(body: bytes | None) -> list[tuple[str, str]]:
    if body is None:
        raise UsageError(f"the form is larger than {MAX_BODY:,} bytes", hint="nothing was changed")
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise UsageError("what was sent is no form of this page", hint="nothing was changed") from None


def _sheet(  # noqa: PLR0913, PLR0917 - one for each part of the page
    desk: Desk,
    id_: str,
    annotator: str | None,
    draft: Draft,
    version: str,
    suggest: str | None,
    *,
    flaws: list[Flaw] | None = None,
    message: str = "",
    focus: str = "",
) -> Sheet:
    return pages.Sheet(
        id_, desk.text(id_), annotator, draft, version, suggest, flaws or (), message, focus, sources=desk.sources(id_)
    )


def _act(desk: Desk, id_: str, annotator: str | None, suggest: str | None, form: list[tuple[str, str]]) -> Response:
    """Do what the pressed button says; without one (Enter in a field), check."""
    layer, text = layer_of(annotator), desk.text(id_)
    own = dict(form)
    action, version = own.get("_do", "check"), own.get("_version", "")
    draft = read_form(form)
    try:
        draft, focus = changed(draft, action, text)
    except FormTextError as wrong:
        flaw = Flaw(f"{layer}/{id_}.toml", wrong.field, wrong.message)
        return _html(pages.sheet_page(_sheet(desk, id_, annotator, draft, version, suggest, flaws=[flaw])), 422)
    if action not in ("check", "save"):
        return _html(pages.sheet_page(_sheet(desk, id_, annotator, draft, version, suggest, focus=focus)))
    checked = desk.examine(draft, layer, id_)
    if action == "check" or checked.label is None:
        status = 422 if action == "save" else 200
        message = _verdict(checked.flaws)
        sheet = _sheet(desk, id_, annotator, draft, version, suggest, flaws=checked.flaws, message=message)
        return _html(pages.sheet_page(sheet), status)
    try:
        save_label(desk.folder, layer, checked.label, expected=version)
    except LabelConflictError as conflict:
        sheet = pages.Sheet(
            id_, text, annotator, draft, conflict.version, suggest, conflict=conflict, written=checked.label
        )
        return _html(pages.sheet_page(sheet), 409)
    query = urlencode({**({"as": annotator} if annotator else {}), "saved": "yes"})
    return Response(status_code=303, headers={"Location": f"/labelling/articles/{id_}?{query}"})


def _verdict(flaws: list[Flaw]) -> str:
    wrong = len(errors_in(flaws))
    advice = len(flaws) - wrong
    if not wrong:
        return f"No errors, {advice} warning(s). Not saved yet."
    return f"{wrong} error(s), {advice} warning(s). Nothing was saved; what you typed stands below."


def _layer(name: str) -> str:
    return LABELS if name == LABELS else layer_of(name.removeprefix("annotators/"))


def _two(desk: Desk, id_: str, first: str, second: str) -> tuple[LabelledArticle, LabelledArticle]:
    one, other = (desk.label(_layer(name), id_)[0] for name in (first, second))
    if one is None or other is None:
        missing = first if one is None else second
        raise MissingArticleError(f"{missing[:40]!r} has not labelled {id_!r}", hint="both must have, to be compared")
    return one, other


def _adjudicated(desk: Desk, id_: str, first: str, second: str, form: list[tuple[str, str]]) -> Response:
    """Show the form of the gold label, filled with the events that were chosen."""
    desk.text(id_)
    one, other = _two(desk, id_, first, second)
    chosen = dict(form)
    events = []
    for number, choice in enumerate(pages.choices_of(one, other)):
        taken = chosen.get(f"choice[{number}]", "")
        if taken not in ("first", "second", "both", "neither"):
            raise UsageError(f"event {number + 1} is undecided", hint="go back and choose; nothing was changed")
        if choice.first is not None and taken in ("first", "both"):
            events.append(one.events[choice.first])
        if choice.second is not None and taken in ("second", "both"):
            events.append(other.events[choice.second])
    head = one if chosen.get("head", "first") == "first" else other
    draft = draft_of(head.model_copy(update={"events": tuple(events)}))
    _, version = desk.label(LABELS, id_)
    message = f"{len(events)} event(s) taken over. Not saved yet: look through them, then save."
    return _html(pages.sheet_page(_sheet(desk, id_, None, draft, version, None, message=message)))

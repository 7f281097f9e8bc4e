"""A labelled set behind its label pages, and a form read off a page as a browser would send it."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from extractor.web.labelling.router import router

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI


@dataclass(frozen=True)
class Service:
    """As much of a service as the pages look at."""

    gold: Path | None
    runs: Path
    not_tuning: bool = True


def make_app(folder: Path, *, not_tuning: bool = True) -> FastAPI:
    """Return the label pages of the set in ``folder``; evaluation runs lie beside it."""
    from fastapi import FastAPI  # noqa: PLC0415 - the extra need not be there when this file is read

    app = FastAPI()
    app.include_router(router(Service(folder, folder / "eval-runs", not_tuning)))
    return app


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._inside = False
        self._area = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {key: value or "" for key, value in attrs}
        name = held.get("name", "")
        if tag == "form":
            self._inside = held.get("method") == "post"
        if not self._inside:
            return
        if tag == "input" and (held.get("type") not in ("checkbox", "radio") or "checked" in held):
            self.fields[name] = held.get("value", "")
        elif tag == "textarea":
            self._area, self.fields[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in held or self._select not in self.fields):
            self.fields[self._select] = held.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.fields[self._area] = self.fields[self._area].removeprefix("\n")
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data


def form_of(page: str) -> dict[str, str]:
    """Return what the page's form would send."""
    reader = _Form()
    reader.feed(page)
    return reader.fields

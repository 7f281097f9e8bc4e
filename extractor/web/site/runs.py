"""The page of a run: its events as a table to filter, when, where and what they were, the failures and the cost.

All figures come from the store's own tables, so a run of 10,000 events opens at once; the whole report, with what only
the answers themselves can tell, is among the downloads.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from extractor.archive.exports.duckdb_views import views_beside
from extractor.archive.exports.formats import TABLE_OF, ExportFormat, info_of
from extractor.archive.exports.overview import SHOWN
from extractor.archive.store.browsing import Wanted
from extractor.errors import UsageError
from extractor.events.countries import country_name
from extractor.events.vocabulary import CheckName
from extractor.web.run_page import cost_facts, run_parts
from extractor.web.site.pages import page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi.responses import HTMLResponse

    from extractor.archive.exports.overview import Overview
    from extractor.archive.records import Run
    from extractor.archive.store import Store

PAGE: Final = 100
"""Events on a page."""
DOWNLOADS: Final = tuple(ExportFormat)
"""Exports that can be downloaded; DuckDB's views are over the Parquet file, to be put beside them."""
_CHECKS: Final = {"failed": True, "passed": False}
_TYPES: Final = {
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
    ExportFormat.JSONL: "application/jsonl",
    ExportFormat.GEOJSON: "application/geo+json",
    ExportFormat.HTML: "text/html; charset=utf-8",
    ExportFormat.DUCKDB: "application/sql",
}


def wanted_of(asked: Mapping[str, str]) -> Wanted:
    """Return what the fields of the form ask for; empty fields ask for nothing.

    Raises:
        UsageError: A day is none, or there is no such choice of checks.
    """
    checks = asked.get("checks", "")
    if checks and checks not in _CHECKS and checks not in set(CheckName):
        names = ", ".join(CheckName)
        raise UsageError(
            f"there are no checks {checks[:40]!r}", hint=f"failed, passed, or the check that failed: {names}"
        )
    return Wanted(
        type=asked.get("type") or None,
        country=asked.get("country") or None,
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", "")),
        source=asked.get("source", "").strip() or None,
        failed=_CHECKS.get(checks),
        check=CheckName(checks) if checks and checks not in _CHECKS else None,
    )


def run_page(store: Store, run: Run, asked: Mapping[str, str]) -> HTMLResponse:
    """Return the page of ``run`` with the events that ``asked`` names; ``page`` in it counts from 1."""
    wanted = wanted_of(asked)
    number = _number(asked.get("page", "1"))
    found = store.browse(run, wanted, limit=PAGE, offset=(number - 1) * PAGE)
    tally = store.tally(run)
    last = max(1, -(-found.events // PAGE))
    return page(
        "run.html.jinja",
        "eval_page.css",
        "run_page.css",
        run=run,
        tally=tally,
        found=found,
        wanted=wanted,
        filtered=wanted != Wanted(),
        countries=sorted(((code, country_name(code) or code) for code in found.countries), key=lambda one: one[1]),
        pages={
            "number": number,
            "of": last,
            "before": _address(run, asked, min(number - 1, last)) if number > 1 else None,
            "after": _address(run, asked, number + 1) if number < last else None,
        },
        formats=[one.value for one in DOWNLOADS],
        cost=cost_facts(tally, tally.done),
        **run_parts(_overview(store, run, wanted)),
    )


def export(store: Store, run: Run, chosen: ExportFormat) -> Iterator[bytes]:
    """Return the bytes of an export, as they come."""
    return _parquet(store, run) if chosen is ExportFormat.PARQUET else _text(store, run, chosen)


def export_headers(name: str, chosen: ExportFormat) -> dict[str, str]:
    """Return what an export of the run ``name`` is, and what its file is called."""
    suffix = "csv" if chosen in TABLE_OF and chosen is not ExportFormat.PARQUET else chosen.value
    stem = name if chosen.value == suffix else f"{name}-{chosen}"
    if chosen is ExportFormat.DUCKDB:
        stem, suffix = name, "sql"
    return {
        "Content-Type": _TYPES.get(chosen, "text/csv; charset=utf-8"),
        "Content-Disposition": f'attachment; filename="{stem}.{suffix}"',
    }


def _text(store: Store, run: Run, chosen: ExportFormat) -> Iterator[bytes]:
    from extractor.web.run_exports import export_pieces  # noqa: PLC0415 - for downloads only

    views = views_beside(f"{run.name}.parquet") if chosen is ExportFormat.DUCKDB else None
    for piece in views or export_pieces(store, run, store.tally(run), chosen):
        yield piece.encode("utf-8", "backslashreplace")


def _parquet(store: Store, run: Run) -> Iterator[bytes]:
    """Yield the table of events; the file is written whole first, for its end says where its parts are."""
    from extractor.archive.exports.parquet import write_parquet  # noqa: PLC0415 - pyarrow, which is an extra
    from extractor.archive.exports.tables import EVENTS  # noqa: PLC0415 - for downloads only

    with tempfile.TemporaryFile() as file:
        write_parquet(EVENTS, store.results(run), info_of(run, store.tally(run)), file)
        file.seek(0)
        while block := file.read(shutil.COPY_BUFSIZE):  # type: ignore[attr-defined] # typeshed leaves it out
            yield block


def _overview(store: Store, run: Run, wanted: Wanted) -> Overview:
    seen = store.glance(run, wanted)
    for failure in store.failures(run):
        seen.kinds[failure.kind] += 1
        if len(seen.failures) < SHOWN:
            seen.failures.append(failure)
    return seen


def _address(run: Run, asked: Mapping[str, str], number: int) -> str:
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value and name != "page"}
    return f"/runs/{run.name}?{urlencode({**kept, 'page': number})}"


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"{text[:40]!r} is no day", hint="write it as 2024-03-04") from error


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) == 0:  # noqa: PLR2004 - digits
        raise UsageError(f"there is no page {text[:40]!r}", hint="pages count from 1")
    return int(text)

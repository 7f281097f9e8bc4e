"""Which shapes an export has, and what each says about its run."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from extractor.archive.exports.run_info import RunInfo
    from extractor.archive.records import Run, Tally


class ExportFormat(StrEnum):
    """Shapes of an export (docs/exports.md)."""

    PARQUET = "parquet"
    JSONL = "jsonl"
    CSV = "csv"
    GEOJSON = "geojson"
    ACLED = "acled"
    PLOVER = "plover"
    UCDP = "ucdp"
    HTML = "html"
    DUCKDB = "duckdb"


TABLE_OF: Final = {
    ExportFormat.PARQUET: "events",
    ExportFormat.CSV: "events",
    ExportFormat.ACLED: "acled",
    ExportFormat.PLOVER: "plover",
    ExportFormat.UCDP: "ucdp",
}
"""The formats that hold a table (``tables.TABLES``), and which."""


def info_of(run: Run, tally: Tally) -> RunInfo:
    """Return what every export says about its run."""
    from extractor.archive.exports.run_info import RunInfo  # noqa: PLC0415 - pydantic, which --help does not load

    plan = run.plan
    return RunInfo(
        name=run.name,
        prompt=plan.prompt,
        prompt_digest=plan.prompt_digest,
        model=plan.model.name,
        endpoint=plan.model.endpoint,
        extractor_version=run.extractor_version,
        sources=plan.sources,
        begun=run.begun,
        exported=dt.datetime.now(dt.UTC).replace(microsecond=0),
        articles=tally.articles,
        answered=tally.done,
    )

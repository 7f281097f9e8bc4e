"""``extractor archive export``: what a run found, in the shapes that other programs read."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.commands.archive import options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from extractor.archive.exports.run_info import RunInfo
    from extractor.archive.records import Run, Tally
    from extractor.archive.store import Store
    from extractor.events.summary import Extraction

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

Option = typer.Option


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


_SUFFIXES = {
    ".parquet": ExportFormat.PARQUET,
    ".jsonl": ExportFormat.JSONL,
    ".ndjson": ExportFormat.JSONL,
    ".csv": ExportFormat.CSV,
    ".geojson": ExportFormat.GEOJSON,
    ".html": ExportFormat.HTML,
    ".htm": ExportFormat.HTML,
    ".sql": ExportFormat.DUCKDB,
}
_TABLES = {
    ExportFormat.PARQUET: "events",
    ExportFormat.CSV: "events",
    ExportFormat.ACLED: "acled",
    ExportFormat.PLOVER: "plover",
    ExportFormat.UCDP: "ucdp",
}


def export(
    run: options.RunName,
    *,
    format_: Annotated[
        ExportFormat | None,
        Option("--format", "-f", help="What to write.  [default: by the suffix of --output, else jsonl]"),
    ] = None,
    output: Annotated[
        Path | None, Option("--output", "-o", metavar="FILE", help="Write to a file, which appears when it is whole.")
    ] = None,
    data: Annotated[
        list[Path] | None, Option(metavar="FILE", help="With duckdb: exported tables to open, Parquet or CSV.")
    ] = None,
    store: options.StoreOption = options.STORE,
) -> None:
    """Write the answers of a run: data, maps, codebook tables, DuckDB views, or a report for people.

    The tables acled, plover and ucdp are CSV, or Parquet where the name of the file ends in .parquet. Articles that
    failed or are still open are in the report only; how many they are is said.
    """
    from extractor.errors import UsageError
    from extractor.render.progress import note

    suffix = output.suffix.lower() if output else ""
    chosen = format_ or _SUFFIXES.get(suffix, ExportFormat.JSONL)
    binary = chosen is ExportFormat.PARQUET or (chosen in _TABLES and suffix == ".parquet")
    if binary and output is None:
        raise UsageError("Parquet is not written to standard output", hint="name a file with --output")
    if data and chosen is not ExportFormat.DUCKDB:
        raise UsageError(f"--data goes with --format duckdb, not with {chosen}")
    with options.opened(store) as opened:
        found = opened.run(run)
        tally = opened.tally(found)
        if output is not None and binary:
            _write_parquet(opened, found, tally, _TABLES[chosen], output)
        else:
            _write_text(output, _pieces(opened, found, tally, chosen, data or []))
        left = tally.articles - tally.done
        if left and chosen not in (ExportFormat.HTML, ExportFormat.DUCKDB):
            note(f"{left:,} of {tally.articles:,} articles have no answer: extractor archive status {run}")


def info_of(run: Run, tally: Tally) -> RunInfo:
    """Return what every export says about its run."""
    import datetime as dt

    from extractor.archive.exports.run_info import RunInfo

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


def _write_parquet(store: Store, run: Run, tally: Tally, table: str, path: Path) -> None:
    from extractor.archive.exports.parquet import write_parquet
    from extractor.archive.exports.tables import TABLES
    from extractor.commands.output import open_whole

    with open_whole(path) as file:
        write_parquet(TABLES[table], store.results(run), info_of(run, tally), file)


def _write_text(path: Path | None, pieces: Iterable[str]) -> None:
    from extractor.commands.output import open_sink

    with open_sink(path) as sink:
        for piece in pieces:
            sink.write(piece)
        sink.keep()


def _pieces(store: Store, run: Run, tally: Tally, chosen: ExportFormat, data: list[Path]) -> Iterator[str]:
    """Return the text of an export, piece by piece; nothing is read from the store before the first is asked for."""
    from extractor.archive.exports.duckdb_views import duckdb_views
    from extractor.archive.exports.geojson import geojson
    from extractor.archive.exports.tables import TABLES
    from extractor.render.csv_lines import table_csv

    results = store.results(run)
    if chosen in _TABLES:
        return table_csv(TABLES[_TABLES[chosen]], results)
    other: dict[ExportFormat, Callable[[], Iterator[str]]] = {
        ExportFormat.JSONL: lambda: _jsonl(results),
        ExportFormat.GEOJSON: lambda: geojson(results, info_of(run, tally)),
        ExportFormat.DUCKDB: lambda: duckdb_views(data or [Path(f"{run.name}.parquet")]),
        ExportFormat.HTML: lambda: _report(store, run, tally),
    }
    return other[chosen]()


def _jsonl(results: Iterable[Extraction]) -> Iterator[str]:
    """Yield one extraction to a line, whole: what ``extract --format jsonl`` writes."""
    return (f"{extraction.model_dump_json()}\n" for extraction in results)


def _report(store: Store, run: Run, tally: Tally) -> Iterator[str]:
    from extractor.archive.exports.overview import overview
    from extractor.web.run_page import render_run

    found = overview(store.results(run), store.failures(run))
    yield render_run(info_of(run, tally), found, tally)

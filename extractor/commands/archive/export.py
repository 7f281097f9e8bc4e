"""``extractor archive export``: what a run found, in the shapes that other programs read."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.archive.exports.formats import TABLE_OF, ExportFormat, info_of
from extractor.commands.archive import options

if TYPE_CHECKING:
    from collections.abc import Iterable

    from extractor.archive.records import Run, Tally
    from extractor.archive.store import Store

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

Option = typer.Option


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
    from extractor.web.run_exports import export_pieces

    suffix = output.suffix.lower() if output else ""
    chosen = format_ or _SUFFIXES.get(suffix, ExportFormat.JSONL)
    binary = chosen is ExportFormat.PARQUET or (chosen in TABLE_OF and suffix == ".parquet")
    if binary and output is None:
        raise UsageError("Parquet is not written to standard output", hint="name a file with --output")
    if data and chosen is not ExportFormat.DUCKDB:
        raise UsageError(f"--data goes with --format duckdb, not with {chosen}")
    with options.opened(store) as opened:
        found = opened.run(run)
        tally = opened.tally(found)
        if output is not None and binary:
            _write_parquet(opened, found, tally, TABLE_OF[chosen], output)
        else:
            _write_text(output, export_pieces(opened, found, tally, chosen, data or []))
        left = tally.articles - tally.done
        if left and chosen not in (ExportFormat.HTML, ExportFormat.DUCKDB):
            note(f"{left:,} of {tally.articles:,} articles have no answer: extractor archive status {run}")


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

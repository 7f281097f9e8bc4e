"""A run as text in each shape that other programs, and people, read; the command and the page write the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from extractor.archive.exports.duckdb_views import duckdb_views
from extractor.archive.exports.formats import TABLE_OF, ExportFormat, info_of
from extractor.archive.exports.geojson import geojson
from extractor.archive.exports.overview import overview
from extractor.archive.exports.tables import TABLES
from extractor.render.csv_lines import table_csv
from extractor.web.run_page import render_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from extractor.archive.records import Run, Tally
    from extractor.archive.store import Store
    from extractor.events.summary import Extraction


def export_pieces(
    store: Store, run: Run, tally: Tally, chosen: ExportFormat, data: Sequence[Path] = ()
) -> Iterator[str]:
    """Return the text of an export, piece by piece; nothing is read from the store before the first is asked for."""
    results = store.results(run)
    if chosen in TABLE_OF:
        return table_csv(TABLES[TABLE_OF[chosen]], results)
    other: dict[ExportFormat, Callable[[], Iterator[str]]] = {
        ExportFormat.JSONL: lambda: _jsonl(results),
        ExportFormat.GEOJSON: lambda: geojson(results, info_of(run, tally)),
        ExportFormat.DUCKDB: lambda: duckdb_views(list(data) or [Path(f"{run.name}.parquet")]),
        ExportFormat.HTML: lambda: _report(store, run, tally),
    }
    return other[chosen]()


def _jsonl(results: Iterable[Extraction]) -> Iterator[str]:
    """Yield one extraction to a line, whole: what ``extract --format jsonl`` writes."""
    return (f"{extraction.model_dump_json()}\n" for extraction in results)


def _report(store: Store, run: Run, tally: Tally) -> Iterator[str]:
    found = overview(store.results(run), store.failures(run))
    yield render_run(info_of(run, tally), found, tally)

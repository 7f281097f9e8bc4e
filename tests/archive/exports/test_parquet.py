"""Parquet: what was written is what is read, in the types that were meant, and memory stays flat."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extractor.archive.exports.parquet import METADATA, write_parquet
from extractor.archive.exports.tables import EVENTS, TABLES
from tests.archive.exports.made import INFO, made, many
from tests.render.payloads import FORMULAS, HTML, TERMINAL

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.archive.exports.columns import Table
    from extractor.events.summary import Extraction


def written(table: Table, extractions: list[Extraction], **how: Any) -> pq.ParquetFile:
    """Return the file that these extractions make, opened."""
    file = io.BytesIO()
    write_parquet(table, extractions, INFO, file, **how)
    return pq.ParquetFile(io.BytesIO(file.getvalue()))


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_what_is_read_equals_what_was_written(table: Table) -> None:
    """Every row of every table comes back, value for value, whatever the texts hold."""
    texts = ["", *HTML[:5], *FORMULAS[:5], *(text for text in TERMINAL if "\ud800" not in text)]
    extractions = [extraction for text in texts for extraction in made(text)]
    assert written(table, extractions).read().to_pylist() == [r for one in extractions for r in table.rows(one)]


def test_columns_have_the_types_that_their_kinds_name() -> None:
    """Days are date32, moments timestamps in UTC, lists are lists, records structs."""
    schema = written(EVENTS, made()).schema_arrow
    expected = {
        "event_id": pa.string(),
        "start": pa.date32(),
        "article_published": pa.date32(),
        "lat": pa.float64(),
        "killed_min": pa.int64(),
        "failed_checks": pa.list_(pa.string()),
        "extracted": pa.timestamp("us", tz="UTC"),
    }
    assert {name: schema.field(name).type for name in expected} == {
        name: pa.list_(pa.field("element", pa.string())) if name == "failed_checks" else type_
        for name, type_ in expected.items()
    }
    assert pa.types.is_struct(schema.field("counts").type.value_type)


def test_the_file_says_what_made_it() -> None:
    """Run, prompt with its digest, model and the version of the schema stand in the file itself."""
    told = json.loads(written(EVENTS, []).schema_arrow.metadata[METADATA])
    assert told["prompt"] == "events@v1"
    assert told["prompt_digest"] == INFO.prompt_digest
    assert (told["model"], told["schema_version"], told["table"]) == ("scripted", "1", "events")
    assert told["begun"] == "2024-03-05T11:00:00+00:00"


def test_rows_are_written_group_by_group() -> None:
    """Five articles of three events in groups of four rows: nothing waits for the end."""
    file = written(EVENTS, list(many(5)), group=4)
    groups = [file.metadata.row_group(number).num_rows for number in range(file.metadata.num_row_groups)]
    assert groups == [4, 4, 4, 3]


def test_a_run_without_answers_is_a_table_without_rows() -> None:
    """A program that reads the file finds all columns even where there is nothing yet."""
    assert written(EVENTS, []).schema_arrow.names == list(EVENTS.names)


@pytest.mark.full
def test_a_hundred_thousand_events_need_no_more_memory_than_a_few(tmp_path: Path) -> None:
    """Peak memory of Python and of Arrow does not follow the number of rows."""

    def peaks(articles: int) -> tuple[int, int]:
        tracemalloc.start()
        with (tmp_path / "events.parquet").open("wb") as file:
            assert write_parquet(EVENTS, many(articles), INFO, file, group=1_000) == 3 * articles
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak, pa.default_memory_pool().max_memory()

    few, arrow_few = peaks(1_000)
    lots, arrow_lots = peaks(33_334)
    assert lots < few + 8_000_000
    assert arrow_lots < arrow_few + 30_000_000  # a writer keeps where its groups lie, and their statistics

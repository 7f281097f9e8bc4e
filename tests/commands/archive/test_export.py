"""``extractor archive export`` on a real store: every format, what is left out, and what cannot be written."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import duckdb
import pyarrow.parquet as pq
import pytest

from extractor.archive.exports.tables import TABLES
from extractor.archive.store import Store
from extractor.commands.output import open_whole
from extractor.events.summary import Extraction
from tests.archive.archives import answer, begin, failure, fill
from tests.command_line import Ran, call

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Return a store whose run ``first`` has four answers, one failure, and nothing open."""
    path = tmp_path / "archive.db"
    with Store.open(path, create=True) as store:
        run = begin(store)
        fill(store, run, 5)
        tasks = store.claim(run, store.join(run), 5)
        store.finish([*(answer(task) for task in tasks[:4]), failure(tasks[4])])
    return path


@pytest.fixture
def exported(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """Return what runs the command on that store."""
    run = call(monkeypatch, capsys, tmp_path)
    return lambda *arguments: run("archive", "export", "first", "--store", str(kept), *arguments)


@pytest.mark.parametrize("format_", ["csv", "acled", "plover", "ucdp"])
def test_tables_are_csv_with_their_columns(exported: Callable[..., Ran], format_: str) -> None:
    """Each table goes to standard output, four articles' worth of rows under its header."""
    done = exported("--format", format_)
    rows = list(csv.reader(io.StringIO(done.out)))
    assert done.code == 0
    assert rows[0] == list(TABLES["events" if format_ == "csv" else format_].names)
    assert len(rows) - 1 == {"csv": 12, "acled": 4, "plover": 12, "ucdp": 4}[format_]


def test_jsonl_is_the_default_and_whole(exported: Callable[..., Ran]) -> None:
    """A line for each answered article, which validates as an extraction."""
    lines = exported().out.splitlines()
    assert [Extraction.model_validate_json(line).article.id for line in lines] == [f"article-{n} {n}" for n in range(4)]


def test_what_is_left_out_is_said(exported: Callable[..., Ran]) -> None:
    """A failed article is in no data export, and the reader is told how many there are."""
    assert "1 of 5 articles have no answer" in exported("--format", "csv").err


def test_geojson_is_a_collection(exported: Callable[..., Ran]) -> None:
    """Twelve events, four of them with a point, and the run's own counts."""
    told = json.loads(exported("--format", "geojson").out)
    assert (len(told["features"]), sum(f["geometry"] is not None for f in told["features"])) == (12, 4)
    assert (told["extractor"]["articles"], told["extractor"]["answered"]) == (5, 4)


@pytest.mark.parametrize(
    ("name", "arguments", "columns"),
    [("out.parquet", (), "events"), ("out.parquet", ("--format", "ucdp"), "ucdp"), ("x", ("-f", "parquet"), "events")],
)
def test_parquet_goes_to_a_file(
    exported: Callable[..., Ran], tmp_path: Path, name: str, arguments: tuple[str, ...], columns: str
) -> None:
    """The suffix makes any table Parquet; no temporary file stays behind."""
    path = tmp_path / "out" / name
    path.parent.mkdir()
    assert exported(*arguments, "--output", str(path)).code == 0
    assert pq.read_schema(path).names == list(TABLES[columns].names)
    assert list(path.parent.iterdir()) == [path]


def test_the_report_names_the_failure(exported: Callable[..., Ran], tmp_path: Path) -> None:
    """The suffix .html asks for the report, which has what the data exports leave out."""
    path = tmp_path / "report.html"
    assert exported("--output", str(path)).code == 0
    text = path.read_text("utf-8")
    assert "default-src 'none'" in text
    assert "InvalidReplyError" in text


def test_duckdb_views_open_on_what_was_exported(exported: Callable[..., Ran], tmp_path: Path) -> None:
    """SQL written for two exported files answers a question about both."""
    events, ucdp = tmp_path / "events.parquet", tmp_path / "ucdp.csv"
    exported("--output", str(events))
    exported("--format", "ucdp", "--output", str(ucdp))
    sql = exported("--format", "duckdb", "--data", str(events), "--data", str(ucdp)).out
    connection = duckdb.connect()
    connection.execute(sql)
    assert connection.execute("SELECT count(*) FROM events").fetchall() == [(12,)]
    assert connection.execute("SELECT sum(best) FROM ucdp").fetchall() == [(68,)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--format", "parquet"), "Parquet is not written to standard output"),
        (("--format", "csv", "--data", "x.parquet"), "--data goes with --format duckdb"),
        (("--format", "duckdb"), "cannot read 'first.parquet'"),
        (("--output", "nowhere/x.parquet"), "cannot write 'nowhere/x.parquet'"),
        (("--output", "nowhere/x.csv"), "cannot write 'nowhere/x.csv'"),
    ],
)
def test_what_cannot_be_written_is_a_usage_error(
    exported: Callable[..., Ran], arguments: tuple[str, ...], said: str
) -> None:
    """Exit code 2, one line that says why, and no file."""
    done = exported(*arguments)
    assert done.code == 2
    assert said in done.err


def test_a_file_of_bytes_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    """A writer that fails leaves the old file as it was, and nothing beside it."""
    path = tmp_path / "kept.parquet"
    path.write_bytes(b"old")

    def fail() -> None:
        with open_whole(path) as file:
            file.write(b"half")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        fail()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    with open_whole(path) as file:
        file.write(b"new")
    assert path.read_bytes() == b"new"

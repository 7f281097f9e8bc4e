"""Tables: which columns are read, which rows fail alone, and what ends a table."""

from __future__ import annotations

import datetime as dt
import sqlite3
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extractor.articles.article import Article
from extractor.articles.options import InputFailure, ReadOptions
from extractor.articles.read import read
from extractor.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Rebels took the bridge at Orun on Friday, residents said."


def write_csv(folder: Path, content: str | bytes, name: str = "a.csv") -> Path:
    """Return a file with ``content``."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def outcome(path: object, **options: object) -> tuple[list[str], list[str]]:
    """Return the texts of the articles, and the messages of the failures."""
    results = list(read(str(path), options=ReadOptions(**options)))  # type: ignore[arg-type]  # a test's options
    failures = [str(item.error) for item in results if isinstance(item, InputFailure)]
    return [item.text for item in results if isinstance(item, Article)], failures


@pytest.mark.parametrize(
    ("content", "texts", "message"),
    [
        (f"id,text\n1,{TEXT[:7]}\n\n2,two\n", ["Rebels ", "two"], None),
        ("id,text\n1,one,more\n2,two\n", ["two"], "a.csv:1' has 3 columns where the header has 2"),
        ("id,text\n1\n2,two\n", ["two"], "a.csv:1' has 1 columns"),
        ("id,text\n1,\n2,two\n", ["two"], "a.csv:1' has no text"),
        (
            'id,text\n1,one\n2,"two\n3,three\n',
            ["one"],
            "begins at line 3 (unexpected end of data); articles read before that: 1",
        ),
        (
            'id,text\n1,one\n2,"two" said he\n3,three\n',
            ["one"],
            "quotes that do not fit in the row that begins at line 3",
        ),
        ("id,wording\n1,one\n", [], "has no column that holds a text; its columns are 'id', 'wording'"),
        ("id,text\n", [], "holds no rows"),
        ("", [], "holds no rows"),
        (b"id,text\n1,caf\xe9\n2,two\n", ["two"], "a.csv:1' is not in utf-8"),
        (b"id,text\n1,\0\0\n", ["\0\0"], None),
        (b"\0\1\2\n", [], "is binary"),
        ("id,text\n1," + "x" * 5_000 + "\n2,two\n", [], "has a row of more than 0.002 MB before its line 2"),
        ('id,text\n1,"' + "x\n" * 5_000 + "2,two\n", [], "a quote that is never closed?"),
    ],
)
def test_csv_rows(tmp_path: Path, content: str | bytes, texts: list[str], message: str | None) -> None:
    """A bad row fails alone; where quotes do not fit, nothing behind them is taken for a row."""
    found, failures = outcome(write_csv(tmp_path, content), max_bytes=2_000)
    assert found == texts
    assert len(failures) == (message is not None)
    assert message is None or message in failures[0]


def test_csv_in_a_named_encoding(tmp_path: Path) -> None:
    """A table in another encoding is read when that is named, and an unknown one is refused."""
    path = write_csv(tmp_path, "id;text\n1;Große Explosion in Köln\n".encode("cp1252"))
    assert outcome(path, encoding="cp1252") == (["Große Explosion in Köln"], [])
    assert "no known encoding" in outcome(path, encoding="cp99999")[1][0]


@pytest.mark.parametrize("kind", ["csv", "parquet", "db"])
def test_columns_are_mapped(tmp_path: Path, kind: str) -> None:
    """``fields`` names columns as it names keys of records, in every kind of table; other columns do not matter."""
    row = {"No": 7, "Wording": TEXT, "Said": "03/04/2022", "Where": "https://example.org/7", "text": "not this"}
    path = tmp_path / f"a.{kind}"
    if kind == "csv":
        path.write_text(",".join(row) + "\n" + ",".join(f'"{cell}"' for cell in row.values()) + "\n")
    elif kind == "parquet":
        pq.write_table(pa.Table.from_pylist([row]), path)
    else:
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE t (No, Wording, Said, [Where], text)")
            database.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?)", list(row.values()))
        database.close()
    fields = {"text": "Wording", "date": "Said", "id": "No", "url": "Where"}
    (article,) = read(path, options=ReadOptions(fields=fields, date_format="%d/%m/%Y"))
    assert isinstance(article, Article)
    assert (article.id, article.text, article.url) == ("7", TEXT, "https://example.org/7")
    assert article.published.date == dt.date(2022, 4, 3)


def test_parquet_types(tmp_path: Path) -> None:
    """Days, times, numbers, bytes, nested columns and texts that repeat are read as what they are."""
    table = pa.table(
        {
            "id": [1, 2],
            "published": pa.array([dt.datetime(2023, 5, 1, 9, tzinfo=dt.UTC), None]),
            "article": [{"body": TEXT}, {"body": TEXT}],
            "content": pa.array([TEXT.encode()] * 2, pa.binary()),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    for options in (ReadOptions(fields={"text": "article.body"}), ReadOptions(fields={"text": "content"})):
        first, second = read(tmp_path / "a.parquet", options=options)
        assert isinstance(first, Article)
        assert isinstance(second, Article)
        assert (first.id, first.text, first.published.date) == ("1", TEXT, dt.date(2023, 5, 1))
        assert (second.text, second.published.date) == (TEXT, None)


def test_broken_parquet(tmp_path: Path) -> None:
    """A Parquet file with damage in the middle ends there, and says how much was read."""
    table = pa.table({"id": list(range(2_000)), "text": [f"{TEXT} {n}" for n in range(2_000)]})
    path = tmp_path / "a.parquet"
    pq.write_table(table, path, row_group_size=500, compression="zstd")
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 2_000] = bytes(2_000)
    path.write_bytes(data)
    texts, failures = outcome(path, language="en")
    assert 0 < len(texts) < 2_000
    assert len(failures) == 1
    assert "is no whole Parquet file: " in failures[0]
    assert f"articles read before that: {len(texts):,}" in failures[0]
    path.write_bytes(b"PAR1 and nothing else")
    assert "is no whole Parquet file" in outcome(path)[1][0]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a database with a table of articles, another table, and a view that calls a function."""
    path = tmp_path / "news.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, body TEXT, day TEXT)")
        connection.execute("CREATE TABLE [odd ? name] (text)")
        connection.execute("INSERT INTO [odd ? name] VALUES ('odd')")
        connection.executemany(
            "INSERT INTO articles (body, day) VALUES (?, ?)", [(TEXT, "2020-01-02"), ("", None), (b"\xff\xfe", None)]
        )
    connection.close()
    return path


def test_sqlite_tables_and_queries(database: Path) -> None:
    """A table is read row by row, a query as it is typed; a row without a text fails alone."""
    texts, failures = outcome(f"sqlite:{database}?table=articles")
    assert texts == [TEXT]
    assert len(failures) == 2
    assert "?table=articles:2' has no text" in failures[0]
    assert outcome(f"sqlite:{database}?table=odd ? name") == (["odd"], [])
    query = "SELECT body || '?' AS text FROM articles WHERE day > '2020'"
    assert outcome(f"sqlite:{database}?query={query}") == ([f"{TEXT}?"], [])
    query = "SELECT * FROM articles LIMIT 1"
    (article,) = read(f"sqlite:{database}?query={query}", options=ReadOptions(fields={"date": "day"}))
    assert isinstance(article, Article)
    assert article.published.date == dt.date(2020, 1, 2)


@pytest.mark.parametrize(
    ("tail", "message"),
    [
        ("", "more than one table; its tables are 'articles', 'odd ? name'"),
        ("?table=none", "no table 'none'"),
        ("?table=articles; DROP TABLE articles", "no table"),
        ("?query=DELETE FROM articles", "not authorized"),
        ("?query=DROP TABLE articles", "not authorized"),
        ("?query=ATTACH '/tmp/x.db' AS x", "not authorized"),
        ("?query=PRAGMA journal_mode = WAL", "not authorized"),
        ("?query=SELECT load_extension('x') AS text", "not authorized"),
        ("?query=SELECT 1; SELECT 2", "one statement at a time"),
        ("?query=SELECT id FROM articles", "no column that holds a text"),
        ("?query=SELECT body AS text FROM articles WHERE 0", "holds no rows"),
        ("?query=nonsense", "syntax error"),
    ],
)
def test_sqlite_reads_and_nothing_else(database: Path, tail: str, message: str) -> None:
    """Only one SELECT is allowed; whatever else is named is one failure, and the file stays as it is, byte for byte."""
    before = database.read_bytes()
    texts, failures = outcome(f"sqlite:{database}{tail}")
    assert not texts
    assert len(failures) == 1
    assert message in failures[0]
    assert database.read_bytes() == before
    assert [path.name for path in database.parent.iterdir()] == ["news.db"]


def test_sqlite_files_that_are_none(tmp_path: Path) -> None:
    """A missing file is not made, another file is no database, and a specification without a path is a wrong use."""
    assert "does not exist" in outcome(f"sqlite:{tmp_path}/no.db?table=t")[1][0]
    assert not list(tmp_path.iterdir())
    (tmp_path / "a.txt").write_text("x" * 5_000)
    assert "not a database" in outcome(f"sqlite:{tmp_path}/a.txt")[1][0]
    with pytest.raises(UsageError, match="names no SQLite database"):
        list(read("sqlite:"))


def test_sqlite_left_in_wal_mode(tmp_path: Path) -> None:
    """A database in WAL mode is read where it can be written to, and where its folder is read-only."""
    path = tmp_path / "wal" / "news.db"
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE articles (text)")
        connection.execute("INSERT INTO articles VALUES (?)", [TEXT])
    connection.close()
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        assert outcome(path) == ([TEXT], [])
    finally:
        path.parent.chmod(0o755)


def test_sqlite_damage(tmp_path: Path) -> None:
    """A database with damaged pages ends there, and says after which row."""
    path = tmp_path / "news.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE articles (text)")
        connection.executemany("INSERT INTO articles VALUES (?)", [(f"{TEXT} {n}",) for n in range(500)])
    connection.close()
    data = bytearray(path.read_bytes())
    data[20_480:24_576] = b"\xff" * 4_096
    path.write_bytes(data)
    texts, failures = outcome(path, language="en")
    assert 0 < len(texts) < 500
    assert len(failures) == 1
    assert f"cannot be read after row {len(texts)}" in failures[0]

"""An article is the same article however it is packed: every kind of container against the plain JSONL file."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import sqlite3
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from extractor.articles.article import Article
from extractor.articles.options import ReadOptions
from extractor.articles.read import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RECORDS: list[dict[str, str | None]] = [
    {
        "id": "one",
        "title": "Shells hit the market of Orun",
        "text": 'Shells hit the market of Orun on Monday, and "at least four" traders died.\n\nThe army denied it.',
        "published": "2023-05-09",
        "url": "https://example.org/one",
    },
    {
        "id": "two",
        "title": "Fähre kentert, zwölf vermisst",
        "text": "Eine Fähre kenterte am Freitag auf dem See; zwölf Menschen werden vermisst.\r\nDie Suche dauert an.",
        "published": "2023-06-03",
        "url": "https://example.org/two",
    },
    {"id": "three", "title": None, "text": "Two men were held, police said.", "published": None, "url": None},
]
JSONL = "".join(json.dumps(record) + "\n" for record in RECORDS).encode()


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("news/articles.jsonl", JSONL)
        archive.writestr("news/picture.png", b"\x89PNG")


def _bzip2_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("articles.jsonl", JSONL)


def _zip_behind_a_program(path: Path) -> None:
    _zip(path)
    path.write_bytes(b"#!/bin/sh\nexit\n" + path.read_bytes())


def _tar(path: Path, mode: str = "w") -> None:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]  # one of the modes that write
        member = tarfile.TarInfo("news/" + "long-name-" * 30 + ".jsonl")
        member.size = len(JSONL)
        archive.addfile(member, io.BytesIO(JSONL))


def _csv(path: Path, delimiter: str = ",", encoding: str = "utf-8", lines: str = "\r\n") -> None:
    with path.open("w", newline="", encoding=encoding) as stream:
        writer = csv.DictWriter(stream, list(RECORDS[0]), delimiter=delimiter, lineterminator=lines)
        writer.writeheader()
        writer.writerows(RECORDS)


def _parquet(path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(RECORDS), path)


def _sqlite(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE articles (id, title, text, published, url)")
        database.executemany("INSERT INTO articles VALUES (:id, :title, :text, :published, :url)", RECORDS)
    database.close()


KINDS: dict[str, Callable[[Path], object]] = {
    "a.jsonl.gz": lambda path: path.write_bytes(gzip.compress(JSONL[:99]) + gzip.compress(JSONL[99:])),
    "a.jsonl.bz2": lambda path: path.write_bytes(bz2.compress(JSONL[:99]) + bz2.compress(JSONL[99:])),
    "a.jsonl.xz": lambda path: path.write_bytes(lzma.compress(JSONL[:99]) + bytes(8) + lzma.compress(JSONL[99:])),
    "a.jsonl.zst": lambda path: path.write_bytes(zstandard.compress(JSONL[:99]) + zstandard.compress(JSONL[99:])),
    "skipped.jsonl.zst": lambda path: path.write_bytes(b"\x50\x2a\x4d\x18\x04\0\0\0note" + zstandard.compress(JSONL)),
    "gzip-without-a-name": lambda path: path.write_bytes(gzip.compress(JSONL)),
    "a.zip": _zip,
    "bzip2.zip": _bzip2_zip,
    "program.zip": _zip_behind_a_program,
    "a.tar": _tar,
    "a.tgz": lambda path: _tar(path, "w:gz"),
    "a.tar.bz2": lambda path: _tar(path, "w:bz2"),
    "a.tar.xz": lambda path: _tar(path, "w:xz"),
    "a.csv": _csv,
    "semicolons.csv": lambda path: _csv(path, ";"),
    "bars.csv": lambda path: _csv(path, "|"),
    "line-feeds.csv": lambda path: _csv(path, lines="\n"),
    "mark.csv": lambda path: _csv(path, encoding="utf-8-sig"),
    "wide.csv": lambda path: _csv(path, encoding="utf-16"),
    "a.tsv": lambda path: _csv(path, "\t"),
    "a.parquet": _parquet,
    "a.db": _sqlite,
}


def facts(article: object) -> object:
    """Return what makes an article the same article, or the failure as it is."""
    if not isinstance(article, Article):
        return article
    return article.id, article.text, article.title, article.url, article.published, article.language, article.sentences


@pytest.mark.parametrize("name", KINDS)
def test_packing_changes_nothing(tmp_path: Path, name: str) -> None:
    """Texts, dates, titles, addresses and sentences are those of the plain file, in its order."""
    plain = tmp_path / "plain.jsonl"
    plain.write_bytes(JSONL)
    KINDS[name](tmp_path / name)
    assert [facts(article) for article in read(tmp_path / name)] == [facts(article) for article in read(plain)]


@pytest.mark.parametrize("name", [name for name in KINDS if not name.endswith(".db")])
def test_packed_inputs_inside_archives(tmp_path: Path, name: str) -> None:
    """What an archive holds is read as if it lay in a folder, archives in archives included."""
    KINDS[name](tmp_path / name)
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(tmp_path / name, f"inner/{name}")
    with tarfile.open(tmp_path / "outer.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / name, f"inner/{name}")
    options = ReadOptions() if "." in name else ReadOptions(format="jsonl")
    alone = [facts(article) for article in read(tmp_path / name, options=options)]
    for outer in ("outer.zip", "outer.tar.gz"):
        assert [facts(article) for article in read(tmp_path / outer, options=options)] == alone


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst", "a.jsonl.xz", "a.jsonl.bz2", "a.tar", "a.tgz"])
def test_pipes(tmp_path: Path, name: str) -> None:
    """What can be read from front to back is read from standard input, told by its first bytes."""
    KINDS[name](tmp_path / name)
    with (tmp_path / name).open("rb") as stream:
        pipe = io.BufferedReader(_Pipe(stream.read()))
    assert [facts(article) for article in read("-", stdin=pipe)] == [
        facts(article) for article in read(tmp_path / name)
    ]


@pytest.mark.parametrize(("name", "why"), [("a.zip", "ZIP archive"), ("a.parquet", "Parquet"), ("a.db", "SQLite")])
def test_what_no_pipe_can_bring(tmp_path: Path, name: str, why: str) -> None:
    """A format that is read from its end is refused on standard input, with what to do instead."""
    KINDS[name](tmp_path / name)
    pipe = io.BufferedReader(_Pipe((tmp_path / name).read_bytes()))
    (failure,) = read("-", stdin=pipe)
    assert not isinstance(failure, Article)
    assert why in str(failure.error)
    assert "Save it to a file" in failure.error.hint


class _Pipe(io.RawIOBase):
    """Bytes that come in pieces and cannot be gone back in."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a narrower buffer is enough here
        """Fill a part of ``buffer``."""
        data = self._data.read(min(len(buffer), 7))
        buffer[: len(data)] = data
        return len(data)


def test_folders_hold_containers(tmp_path: Path) -> None:
    """A folder's containers are read with its other articles, sorted, and what they hold is named like files."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("deep/story.txt", "The bridge of Tarsk was blown up on Sunday.")
    (tmp_path / "b.txt").write_text("A mine killed two farmers near Tarsk.")
    (tmp_path / "d.txt.gz").write_bytes(gzip.compress(b"A mine killed three farmers near Tarsk."))
    (tmp_path / "dump.sql.gz").write_bytes(gzip.compress(b"CREATE TABLE t (x);"))
    found = [(a.id, a.source) for a in read(tmp_path) if isinstance(a, Article)]
    assert found == [
        ("a.zip/deep/story.txt", f"{tmp_path}/a.zip/deep/story.txt"),
        ("b.txt", f"{tmp_path}/b.txt"),
        ("d.txt.gz", f"{tmp_path}/d.txt.gz"),
    ]

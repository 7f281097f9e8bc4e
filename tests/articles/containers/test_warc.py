"""WARC files: which records are pages, how they were packed, and whose date is not used."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import random
import zlib
from typing import TYPE_CHECKING

import pytest
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from extractor.articles.article import Article
from extractor.articles.options import InputFailure, ReadOptions
from extractor.articles.read import read

if TYPE_CHECKING:
    from pathlib import Path

BODY = "Police freed nineteen hostages from a school in Tarsk on Monday, and two gunmen were killed."
PAGE = f"<html><head><title>Hostages freed</title></head><body><article><p>{BODY}</p></article></body></html>"


def warc(
    *pages: tuple[bytes, dict[str, str]], packed: bool = False, status: str = "200 OK", kind: str = "response"
) -> bytes:
    """Return a WARC file with an information record, a request, and ``pages`` (body and HTTP headers)."""
    data = io.BytesIO()
    writer = WARCWriter(data, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "test"}))
    for number, (body, headers) in enumerate(pages, start=1):
        http = StatusAndHeaders(status, list({"Content-Type": "text/html", **headers}.items()), protocol="HTTP/1.1")
        said = {"WARC-Date": "2023-09-07T10:00:00Z", "WARC-Record-ID": f"<urn:uuid:{number}>"}
        address = f"https://example.org/{number}"
        asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "example.org")], is_http_request=True)
        writer.write_record(
            writer.create_warc_record(address, "request", http_headers=asked, warc_headers_dict=dict(said))
        )
        writer.write_record(
            writer.create_warc_record(address, kind, io.BytesIO(body), http_headers=http, warc_headers_dict=said)
        )
    return data.getvalue()


def outcome(path: Path, data: bytes) -> tuple[list[Article], list[str]]:
    """Return articles and messages of a WARC file."""
    path.write_bytes(data)
    results = list(read(path, options=ReadOptions(max_bytes=500_000)))
    failures = [str(item.error).replace(f"{path.parent}/", "") for item in results if isinstance(item, InputFailure)]
    return [item for item in results if isinstance(item, Article)], failures


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "no-name"])
def test_pages(tmp_path: Path, name: str) -> None:
    """A page has its address, its record's name, and no publication date from the day on which it was fetched."""
    (article,), failures = outcome(tmp_path / name, warc((PAGE.encode(), {}), packed=name.endswith("gz")))
    assert not failures
    assert BODY in article.text
    assert (article.id, article.url, article.title) == (f"{name}/1", "https://example.org/1", "Hostages freed")
    assert article.published.date is None
    assert "fetched on 2023-09-07, which is not taken for its publication date" in article.warnings


def test_date_of_the_page(tmp_path: Path) -> None:
    """The day that the page states is its date, whenever it was fetched."""
    dated = PAGE.replace("<title>", '<meta property="article:published_time" content="2021-02-03T04:05:06Z"><title>')
    (article,), _ = outcome(tmp_path / "a.warc", warc((dated.encode(), {})))
    assert article.published.date == dt.date(2021, 2, 3)
    assert not any("fetched" in warning for warning in article.warnings)


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def _chunked(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (50, data[:50], len(data) - 50, data[50:])


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(PAGE.encode()), {"Content-Encoding": "gzip"}),
        (PAGE.encode(), {"Content-Encoding": "gzip"}),
        (PAGE.encode(), {"Content-Encoding": "br"}),
        (zlib.compress(PAGE.encode()), {"Content-Encoding": "deflate"}),
        (_deflated(PAGE.encode()), {"Content-Encoding": "deflate"}),
        (zstandard.compress(PAGE.encode()), {"Content-Encoding": "zstd"}),
        (_chunked(PAGE.encode()), {"Transfer-Encoding": "chunked"}),
        (_chunked(gzip.compress(PAGE.encode())), {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"}),
        (PAGE.replace("Monday", "Montag für").encode("cp1252"), {"Content-Type": "text/html; charset=windows-1252"}),
        (PAGE.encode(), {"Content-Type": "text/html; charset=windows-1252"}),
        (PAGE.encode(), {"Content-Type": "application/xhtml+xml; charset=no-such"}),
    ],
)
def test_what_servers_do_to_pages(tmp_path: Path, body: bytes, headers: dict[str, str]) -> None:
    """Packing and chunks are undone, whether or not the fetching program undid them, and bytes are decoded as said."""
    (article,), failures = outcome(tmp_path / "a.warc", warc((body, headers)))
    assert not failures
    assert BODY.replace("Monday", "Montag für") in article.text or BODY in article.text


@pytest.mark.parametrize(
    ("body", "headers", "why"),
    [
        (gzip.compress(b" " * 900_000), {"Content-Encoding": "gzip"}, "is larger than 0.5 MB"),
        (gzip.compress(PAGE.encode())[:-20], {"Content-Encoding": "gzip"}, "is damaged"),
        (b"\x8b\x00\x80page", {"Content-Encoding": "br"}, "is packed by 'br', which is not read"),
        (b"rubbish", {"Content-Encoding": "deflate"}, "is damaged: no deflate stream"),
        (b"<p>" + b"x" * 600_000, {}, "is larger than 0.5 MB"),
        (b"<html><body>Log in</body></html>", {}, "is HTML without an article"),
        (b"", {}, "is empty"),
    ],
)
def test_bad_pages_fail_alone(tmp_path: Path, body: bytes, headers: dict[str, str], why: str) -> None:
    """A page that cannot be read is a failure with the record's name, and the next page is read."""
    articles, failures = outcome(tmp_path / "a.warc", warc((body, headers), (PAGE.encode(), {})))
    assert [article.id for article in articles] == ["a.warc/2"]
    assert len(failures) == 1
    assert failures[0].startswith("'a.warc/1' ")
    assert why in failures[0]


def test_what_is_no_page(tmp_path: Path) -> None:
    """Requests, pictures and pages that were not found are left out; a file of them alone says so."""
    none = [warc((PAGE.encode(), {}), status="404 Not Found"), warc((b"x", {"Content-Type": "image/png"})), warc()]
    for data in none:
        assert outcome(tmp_path / "a.warc", data) == ([], ["'a.warc' is a WARC file without pages"])


@pytest.mark.parametrize("packed", [False, True])
def test_cut_off(tmp_path: Path, packed: bool) -> None:
    """A file that ends within a page says so after the pages before it; half a page is no article."""
    long = PAGE.replace("</article>", "".join(f"<p>{number} {BODY}</p>" for number in range(2_000)) + "</article>")
    data = warc((PAGE.encode(), {}), (long.encode(), {}), packed=packed)
    articles, failures = outcome(tmp_path / ("a.warc.gz" if packed else "a.warc"), data[: -len(data) // 3])
    assert [article.id[-2:] for article in articles] == ["/1"]
    assert len(failures) == 1
    assert "is damaged" in failures[0]
    assert "articles read before that: 1" in failures[0]


def test_packed_pages_in_a_plain_file(tmp_path: Path) -> None:
    """Packed pages that unpack to megabytes together are judged by the size of the file."""
    body = gzip.compress(PAGE.encode() + bytes(random.Random(7).randbytes(3_000).hex(), "ascii") * 60)  # noqa: S311 - filler
    articles, failures = outcome(tmp_path / "a.warc", warc(*[(body, {"Content-Encoding": "gzip"})] * 6))
    assert (len(articles), failures) == (6, [])


def test_rubbish_between_records(tmp_path: Path) -> None:
    """A file whose records do not follow each other ends there, and says how much was read."""
    articles, failures = outcome(tmp_path / "a.warc", warc((PAGE.encode(), {})) + b"no record\r\n\r\n" * 9)
    assert len(articles) == 1
    assert len(failures) == 1
    assert "is damaged" in failures[0]

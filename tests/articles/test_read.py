"""The doorway: every kind of input gives articles, every bad one a one-line failure, and the others go on."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest

from extractor.articles.article import Article
from extractor.articles.read import (
    InputFailure,
    ReadOptions,
    article_from_html,
    article_from_record,
    article_from_text,
    read,
)
from extractor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BODY = "Troops entered the town of Kfar Zeita on Sunday after two days of shelling, residents and officials said."
MORE = "At least eleven people were killed, among them three children, and dozens of houses burned down overnight."
PAGE = (
    "<!doctype html><html><head><title>Truce ends today</title></head><body><article><h1>Truce ends today</h1>"
    f"<p>{BODY}</p><p>{MORE} {BODY}</p><p>{MORE}</p></article></body></html>"
)


def articles(found: Iterator[Article | InputFailure]) -> list[Article]:
    """Return the articles of a stream that must hold no failure."""
    result = list(found)
    assert [item.error.args[0] for item in result if isinstance(item, InputFailure)] == []
    return [item for item in result if isinstance(item, Article)]


def outcome(found: Iterator[Article | InputFailure]) -> list[str]:
    """Return, item by item, an article's text or a failure's message."""
    return [item.text if isinstance(item, Article) else str(item.error) for item in found]


def record(**extra: Any) -> str:
    """Return one JSON record on one line."""
    return json.dumps({"text": BODY, **extra})


# --- kinds -----------------------------------------------------------------------------------------------------------


def test_plain_text_file_is_untouched(tmp_path: Path) -> None:
    """A text file is its article, byte for byte; id is the file name."""
    path = tmp_path / "a.txt"
    text = f"Truce ends in the north\r\n\r\n{BODY}\r\n"
    path.write_bytes(text.encode())
    (article,) = articles(read(path))
    assert (article.text, article.id, article.source, article.title) == (
        text,
        "a.txt",
        str(path),
        "Truce ends in the north",
    )


def test_markdown_file(tmp_path: Path) -> None:
    """Front matter gives title and date, is marked as furniture, and stays in the text."""
    front = "---\ntitle: Truce ends\ndate: 2019-06-03\nlang: en\n---\n"
    text = f"{front}# Truce ends\n\n{BODY}\n{MORE}\n\n<!-- note to self -->\n"
    path = tmp_path / "a.md"
    path.write_text(text)
    (article,) = articles(read(path))
    assert (article.text, article.title, article.language) == (text, "Truce ends", "en")
    assert article.published.date == date(2019, 6, 3)
    content = [article.quote(s.number) for s in article.sentences if not s.furniture]
    assert content == ["# Truce ends", BODY, MORE]
    assert any("HTML comment" in w for w in article.warnings)


def test_markdown_date_that_is_unclear_is_told(tmp_path: Path) -> None:
    """A front matter date that can be read in two ways is not used."""
    path = tmp_path / "a.md"
    path.write_text(f"---\ndate: 3/4/2019\n---\n{BODY}")
    (article,) = articles(read(path))
    assert article.published.date is None
    assert any("front matter not used" in w for w in article.warnings)


def test_html_file_and_page_under_another_name(tmp_path: Path) -> None:
    """A page is read as one, also where its file is called .txt."""
    for name in ("a.html", "b.txt", "c"):
        (tmp_path / name).write_text(PAGE)
        (article,) = articles(read(tmp_path / name))
        assert article.title == "Truce ends today"
        assert "<p>" not in article.text


@pytest.mark.parametrize(
    ("document", "count"),
    [
        ({"text": BODY}, 1),
        ([{"text": BODY}, {"text": MORE}], 2),
        ({"articles": [{"text": BODY}, {"text": MORE}], "total": 2}, 2),
        ({"a1": {"text": BODY}, "a2": {"text": MORE}}, 2),
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_json_documents(tmp_path: Path, document: object, count: int, indent: int | None) -> None:
    """A record, a list of them, an object that holds a list, an object keyed by id; on one line or on many."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document, indent=indent))
    found = articles(read(path))
    assert [a.text for a in found] == [BODY, MORE][:count]
    if isinstance(document, dict) and "a1" in document:
        assert [a.id for a in found] == ["a1", "a2"]


def test_jsonl_under_the_name_of_json(tmp_path: Path) -> None:
    """A .json file of one record per line is JSONL."""
    path = tmp_path / "a.json"
    path.write_text("\n".join([record(id="1"), record(id="2")]))
    assert [(a.id, a.source) for a in articles(read(path))] == [("1", f"{path}:1"), ("2", f"{path}:2")]


def test_jsonl_goes_on_after_bad_lines(tmp_path: Path) -> None:
    """Broken, empty, non-object, textless and wrongly encoded lines are failures in their places."""
    lines = [
        record(id="1").encode(),
        b"",
        b"{broken",
        b"[1]",
        b'{"title": "x"}',
        b'{"text": "\xff"}',
        record(id="7").encode(),
    ]
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join(lines))
    found = list(read(path))
    failures = {f.source.rsplit(":", 1)[1]: str(f.error) for f in found if isinstance(f, InputFailure)}
    assert [a.id for a in found if isinstance(a, Article)] == ["1", "7"]
    assert list(failures) == ["3", "4", "5", "6"]
    assert "no valid JSON" in failures["3"]
    assert "no JSON object but list" in failures["4"]
    assert "no text" in failures["5"]
    assert "not in utf-8" in failures["6"]


def test_records_hold_html_dates_and_fields() -> None:
    """A record's HTML is flattened, its metadata kept, its own fields mapped."""
    raw = {"body": f"<p>{BODY}</p><p>{MORE}</p>", "head": "Truce ends", "day": "4/5/2017", "nr": 9}
    options = ReadOptions(date_format="%m/%d/%Y", language="en")
    article = article_from_record(raw, {"date": "day", "id": "nr"}, source="r", options=options)
    assert (article.text, article.title, article.id) == (f"{BODY}\n\n{MORE}", "Truce ends", "9")
    assert article.published.date == date(2017, 4, 5)


def test_unclear_record_dates_fall_back_to_the_printed_one() -> None:
    """A record date that cannot be read for sure gives way to what the text prints."""
    article = article_from_record({"text": f"Published: 3 June 2019\n\n{BODY}", "date": "4/5/2019"})
    assert (article.published.date, article.published.basis) == (date(2019, 6, 3), "printed")
    assert any("day/month" in w for w in article.warnings)


def test_text_given_in_python() -> None:
    """A caller's own text takes the caller's own facts."""
    article = article_from_text(
        BODY,
        published=date(2019, 6, 3),
        title="T",
        url="u",
        language="en",
        id="i",
        source="s",
        metadata_date=date(2019, 6, 2),
    )
    assert (article.published.date, article.published.basis) == (date(2019, 6, 3), "given")
    assert (article.title, article.url, article.language, article.id, article.source) == ("T", "u", "en", "i", "s")
    assert article_from_text(BODY, metadata_date=date(2019, 6, 2)).published.basis == "metadata"


def test_html_given_in_python() -> None:
    """A caller's own page takes the caller's address and date."""
    article = article_from_html(PAGE, published=date(2019, 6, 3), url="https://example.org/a", id="i", source="s")
    assert (article.published.basis, article.url, article.id, article.source) == (
        "given",
        "https://example.org/a",
        "i",
        "s",
    )


# --- streams ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (BODY.encode(), 1),
        (PAGE.encode(), 1),
        ((record() + "\n" + record()).encode(), 2),
        (json.dumps([{"text": BODY}, {"text": MORE}], indent=1).encode(), 2),
        (b"\xef\xbb\xbf" + (record() + "\n" + record()).encode(), 2),
        ((record() + "\n" + record()).encode("utf-16"), 2),
        ((record() + "\n" + record()).encode("utf-32"), 2),
        (BODY.encode("utf-16"), 1),
        (b"{curly} " + BODY.encode(), 1),
        (b"[note] " + BODY.encode(), 1),
    ],
)
def test_standard_input_is_told_by_its_first_bytes(data: bytes, count: int) -> None:
    """Text, page, JSON, JSONL, byte order marks, and text that opens with a bracket."""
    found = articles(read("-", stdin=io.BytesIO(data)))
    assert len(found) == count
    assert all("-" in a.source for a in found)


class Endless(io.RawIOBase):
    """A pipe that gives one record after another and fails when read far beyond what was asked for."""

    def __init__(self, limit: int) -> None:
        """Allow ``limit`` records."""
        self.given, self.limit, self.rest = 0, limit, b""

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Give some bytes of the endless list."""
        if not self.rest:
            self.given += 1
            assert self.given <= self.limit, "read ahead"
            self.rest = (record(id=str(self.given)) + "\n").encode()
        size = min(len(buffer), len(self.rest))
        buffer[:size], self.rest = self.rest[:size], self.rest[size:]
        return size


def test_jsonl_is_streamed() -> None:
    """An endless stream of records gives its first articles after reading little more than them."""
    stream: BinaryIO = io.BufferedReader(Endless(1000), buffer_size=1024)
    found = read("-", stdin=stream)
    assert [next(found).id for _ in range(3)] == ["1", "2", "3"]  # type: ignore[union-attr] # they are articles


def test_folder_and_glob_go_on_after_failures(tmp_path: Path) -> None:
    """One bad file among others is one failure."""
    (tmp_path / "a.txt").write_text(BODY)
    (tmp_path / "b.txt").write_bytes(b"")
    (tmp_path / "c.html").write_text("<html><body></body></html>")
    (tmp_path / "d.txt").write_text(MORE)
    for spec in (tmp_path, tmp_path / "*"):
        found = outcome(read(spec))
        assert found[0] == BODY
        assert "is empty" in found[1]
        assert "without an article" in found[2]
        assert found[3] == MORE


# --- bad input -------------------------------------------------------------------------------------------------------

BAD: list[tuple[str, bytes, str]] = [
    ("a.txt", b"", "is empty"),
    ("a.txt", b" \n ", "is empty"),
    ("a.jsonl", b"\n\n", "is empty"),
    ("a.txt", b"%PDF-1.4 x", "no PDF that can be read"),
    ("a.docx", b"PK\x03\x04x", "ZIP archive"),
    ("a.txt", b"text\x00text", "NUL"),
    ("a.html", b"<html></html>", "without an article"),
    ("a.json", b"{", "no valid JSON"),
    ("a.json", b"[" * 100_000, "no valid JSON"),
    ("a.json", b"[]", "no record with a text"),
    ("a.json", b'"text"', "no record with a text"),
    ("a.json", b'{"items": [1, 2]}', "no record with a text"),
    ("a.json", b"[5]", "no JSON object but int"),
]


@pytest.mark.parametrize(("name", "data", "why"), BAD)
def test_bad_input_is_one_line_with_its_name_and_a_hint(tmp_path: Path, name: str, data: bytes, why: str) -> None:
    """The failure says what happened, to which input, and what to do next."""
    path = tmp_path / name
    path.write_bytes(data)
    (failure,) = read(path)
    assert isinstance(failure, InputFailure)
    assert why in str(failure.error)
    assert str(path) in str(failure.error)
    assert failure.source.startswith(str(path))
    assert "\n" not in str(failure.error)
    assert failure.error.hint


def test_missing_file_and_unreadable_file(tmp_path: Path) -> None:
    """What is not there, or is no file, is a failure."""
    (failure,) = read(tmp_path / "none.txt")
    assert isinstance(failure, InputFailure)
    assert "does not exist" in str(failure.error)
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    (failure,) = read(tmp_path / "loop.txt")
    assert isinstance(failure, InputFailure)


def test_wrong_encoding_is_a_failure(tmp_path: Path) -> None:
    """A named encoding that does not fit is a failure, for files and for lines."""
    for name, data in (("a.txt", "é".encode("cp1252")), ("a.jsonl", b'{"text": "\xe9"}')):
        (tmp_path / name).write_bytes(data)
        assert "not in utf-8" in outcome(read(tmp_path / name, options=ReadOptions(encoding="utf-8")))[0]
        assert "no known encoding" in outcome(read(tmp_path / name, options=ReadOptions(encoding="klingon")))[0]
    assert outcome(read(tmp_path / "a.jsonl", options=ReadOptions(encoding="cp1252"))) == ["é"]
    odd = io.BytesIO(record().encode("utf-16-le")[:-1])
    assert "not in utf-16-le" in outcome(read("-", options=ReadOptions(encoding="utf-16-le"), stdin=odd))[-1]


def test_utf16_without_a_mark_is_read_when_named() -> None:
    """Two-byte text without a byte order mark needs its name; records are found in it line by line."""
    data = f"{record(id='1')}\n{record(id='2')}".encode("utf-16-le")
    found = articles(read("-", options=ReadOptions(encoding="utf-16-le"), stdin=io.BytesIO(data)))
    assert [a.id for a in found] == ["1", "2"]


def test_fifty_megabytes_are_refused_unread(tmp_path: Path) -> None:
    """A file larger than the limit is refused with its size, and so is a pipe; a small limit works the same."""
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.write(BODY.encode() + b"\n")
        file.truncate(50_000_000)
    (message,) = outcome(read(path))
    assert "has 50.0 MB; the limit is 20 MB" in message
    (message,) = outcome(read("-", stdin=_Pipe(BODY.encode() * 30), options=ReadOptions(max_bytes=1000)))
    assert "is larger than 0.001 MB" in message


class _Pipe(io.BytesIO):
    """Bytes that cannot be rewound, as in a shell pipe."""

    def seekable(self) -> bool:
        """Say no."""
        return False


def test_overlong_line_is_skipped(tmp_path: Path) -> None:
    """A record larger than the limit is a failure, and the next line is read."""
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([record(id="1"), record(id="2", pad="x" * 5000), record(id="3")]))
    found = list(read(path, options=ReadOptions(max_bytes=1000)))
    assert [f.id if isinstance(f, Article) else f.source for f in found] == ["1", f"{path}:2", "3"]
    assert "the limit is 0.001 MB" in outcome(iter(found))[1]


# --- options ---------------------------------------------------------------------------------------------------------


def test_published_beats_everything(tmp_path: Path) -> None:
    """The user's date is that of every article, and what the record and the text say is kept beside it."""
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": f"Published: 3 June 2019\n\n{BODY}", "published": "2019-06-02"}))
    (article,) = articles(read(path, options=ReadOptions(published=date(2019, 6, 1))))
    assert (article.published.date, article.published.basis) == (date(2019, 6, 1), "given")
    assert article.published.printed == date(2019, 6, 3)


@pytest.mark.parametrize(("form", "text"), [("text", PAGE), ("markdown", PAGE), ("text", record())])
def test_format_beats_the_look_of_things(tmp_path: Path, form: Any, text: str) -> None:
    """A named format is used whatever the name and the first bytes say."""
    path = tmp_path / "a.html"
    path.write_text(text)
    (article,) = articles(read(path, options=ReadOptions(format=form)))
    assert article.text == text


def test_html_and_json_formats_by_option(tmp_path: Path) -> None:
    """A page and records are read as such from files that do not look like it."""
    path = tmp_path / "a.dat"
    path.write_text(f"<p>{BODY}</p><p>{MORE}</p>")
    assert articles(read(path, options=ReadOptions(format="html")))[0].text == f"{BODY}\n\n{MORE}"
    path.write_text(record())
    assert articles(read(path, options=ReadOptions(format="json")))[0].text == BODY
    assert articles(read(path, options=ReadOptions(format="jsonl")))[0].text == BODY


def test_unknown_field_name_stops_before_reading() -> None:
    """A wrong mapping is the user's mistake and raised at once."""
    with pytest.raises(UsageError, match="'author'"):
        list(read("-", options=ReadOptions(fields={"author": "x"}), stdin=io.BytesIO(b"x")))


def test_texts_that_mean_harm_are_only_text(tmp_path: Path) -> None:
    """Template syntax, rich markup, ANSI codes and another language are kept and, where invisible, reported."""
    text = f"{{{{ config }}}} {{% raw %}} [/red] \x1b[31m {BODY}"
    path = tmp_path / "a.txt"
    path.write_text(text)
    (article,) = articles(read(path))
    assert article.text == text
    assert any("control characters" in w for w in article.warnings)

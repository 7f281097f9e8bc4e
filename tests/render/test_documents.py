"""The data formats hold what was extracted, and nothing in them runs."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt

from extractor.events.summary import Extraction
from extractor.render.documents import COLUMNS, Csv, Json, JsonLines, Markdown, escape
from tests.render.payloads import FORMULAS, HTML, MARKDOWN, TERMINAL
from tests.samples import make_article, make_extraction, make_failure

if TYPE_CHECKING:
    from extractor.render.documents import Document

TEXTS = ["", *MARKDOWN, *HTML, *FORMULAS]


def written(document: Document, *, poison: str = "", failures: int = 0, articles: int = 1) -> str:
    """Return a whole document with ``articles`` extractions and then ``failures`` failed ones."""
    article = make_article(poison)
    text = "".join(document.add(article, make_extraction(article, poison)) for _ in range(articles))
    text += "".join(document.add(article, make_failure(article, poison)) for _ in range(failures))
    return text + document.end()


def rows(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV text."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("poison", TEXTS)
@pytest.mark.parametrize("document", [Json(several=False), JsonLines()], ids=["json", "jsonl"])
def test_json_gives_the_extraction_back(document: Document, poison: str) -> None:
    """What is written validates as an Extraction and equals the one that went in, in any text."""
    if isinstance(document, Json):
        document = Json(several=False)
    article = make_article(poison)
    extraction = make_extraction(article, poison)
    text = document.add(article, extraction) + document.end()
    assert Extraction.model_validate_json(text) == extraction
    assert text.endswith("\n")


@pytest.mark.parametrize(
    ("several", "articles", "expected"), [(True, 0, list), (True, 1, list), (True, 3, list), (False, 1, dict)]
)
def test_json_is_an_array_exactly_when_several_inputs_were_named(several: bool, articles: int, expected: Any) -> None:
    """The shape follows from the command line, never from how many inputs happened to succeed."""
    value: Any = json.loads(written(Json(several=several), articles=articles))
    assert type(value) is expected
    assert expected is dict or len(value) == articles


def test_json_of_one_failed_input_is_empty() -> None:
    """Where one object was expected and there is none, nothing is written rather than something else."""
    assert Json(several=False).end() == ""


def test_jsonl_is_one_line_per_article() -> None:
    """Line breaks in texts never break a line of JSONL."""
    text = written(JsonLines(), poison="two\nlines\r\u2028", articles=2, failures=1)
    assert [json.loads(line)["outcome"] for line in text.split("\n")[:-1]] == ["ok", "ok", "invalid"]


def test_json_is_utf8_and_in_the_order_of_the_schema() -> None:
    """Text is readable, not escaped, and keys come in the order that docs/schema.md describes."""
    text = written(JsonLines(), poison=" Ağrı 17 قُتل")
    assert "Ağrı 17 قُتل" in text
    assert list(json.loads(text)) == list(Extraction.model_fields)


def test_csv_has_a_row_per_event_and_one_for_an_article_without() -> None:
    """No article disappears: a failed one keeps its row, with its problem and empty event columns."""
    table = rows(written(Csv(), articles=1, failures=1))
    assert list(table[0]) == list(COLUMNS)
    assert [(row["event_id"], row["outcome"]) for row in table] == [
        ("e1", "ok"),
        ("e2", "ok"),
        ("e3", "ok"),
        ("", "invalid"),
    ]
    first, failed = table[0], table[-1]
    assert (first["lat"], first["geonameid"], first["injured_min"], first["injured_max"]) == ("-61.5", "7", "40", "40")
    # 17 civilians are no count of everybody, and stay in the column that keeps words and source.
    assert first["killed_min"] == ""
    assert first["counts"].startswith("killed civilians: at least 17 (“At least 17 dock workers”, says the port")
    assert (first["initiators"], first["start"], first["sentences"]) == ("gunmen of the Red Tide", "2024-03-03", "3 4")
    assert failed["problem"] == "InvalidReplyError: the reply is no JSON"


def test_csv_without_any_article_is_its_header() -> None:
    """A program that reads the file finds the columns even where nothing could be read."""
    assert next(csv.reader(io.StringIO(Csv().end()))) == list(COLUMNS)


@pytest.mark.parametrize("payload", FORMULAS)
def test_no_csv_cell_is_a_formula(payload: str) -> None:
    """A text that begins like a formula, whatever stands before it, reaches a spreadsheet as text."""
    article = make_article()
    poisoned = make_extraction(article).model_dump(mode="json")
    poisoned["events"][0]["summary"] = payload
    poisoned["events"][0]["actors"][0]["name"] = payload
    poisoned["article"]["title"] = payload
    row = rows(Csv().add(article, Extraction.model_validate_json(json.dumps(poisoned))))[0]
    for column in ("summary", "initiators", "title"):
        assert row[column].startswith("'"), row[column]
        assert payload[-3:] in row[column]


@pytest.mark.parametrize("payload", [*FORMULAS, *TERMINAL[:-1], *HTML])
def test_a_csv_has_as_many_cells_as_columns_whatever_is_in_them(payload: str) -> None:
    """Quotes, separators and line breaks in texts make no new cells, rows or control characters."""
    text = written(Csv(), poison=payload, failures=1)
    lines = list(csv.reader(io.StringIO(text, newline="")))
    assert {len(line) for line in lines} == {len(COLUMNS)}
    assert len(lines) == 5
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    cells = [cell for line in lines[1:] for cell in line]
    numbers = {"-61.5"}  # the only bare number below zero
    assert not [
        cell for cell in cells if cell.lstrip()[:1] in set("=+-@\uff1d\uff0b\uff0d\uff20") and cell not in numbers
    ]


@pytest.mark.parametrize("payload", [*MARKDOWN, *HTML])
def test_markdown_shows_a_payload_as_itself(payload: str) -> None:
    """Rendered by a CommonMark viewer with HTML and tables on, an escaped text is one plain paragraph."""
    viewer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = viewer.parse(escape(payload.strip()))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    inner = tokens[1].children or []
    assert {child.type for child in inner} <= {"text", "text_special"}, [child.type for child in inner]


@pytest.mark.parametrize("payload", [*MARKDOWN, *HTML, *TERMINAL])
def test_a_markdown_report_has_the_same_structure_whatever_is_in_it(payload: str) -> None:
    """A payload in every field adds no heading, link, picture, HTML or table to the report."""
    viewer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

    def shape(poison: str) -> list[str]:
        text = written(Markdown(explain=True), poison=poison, failures=1)
        tokens = viewer.parse(text)
        allowed = {"text", "text_special", "strong_open", "strong_close", "em_open", "em_close"}
        kinds = {child.type for token in tokens for child in token.children or []}
        assert kinds <= allowed, kinds - allowed
        return [token.type for token in tokens]

    assert shape(payload) == shape("")


def test_markdown_says_what_the_table_says() -> None:
    """The whole report of a small extraction, compared as it stands."""
    article = make_article()
    extraction: Any = make_extraction(article)
    report = Markdown().add(article, extraction.model_copy(update={"events": extraction.events[1:2]}))
    assert report == (
        "# Norland presses Sudria\n\nharbour.txt · en · published 2024-03-04 (printed) · 1 event\n\n"
        "- note: hidden text left out\n\n"
        "## 1. demand · other\n\nAda Lund demanded that Sudria hand over the leader.\n\n"
        "- when: on or before 2024-03-04 (the publication date)\n- where: place unknown\n"
        "- initiator: Ada Lund (NOR GOV)\n- target: Sudria, accused\n"
        "- **check failed**: when_supported when “on Tuesday”: “Tuesday” is not in the quoted sentences\n\n"
        "> Foreign Minister Ada Lund demanded on Monday that Sudria hand over the gunmen’s leader, adding that "
        "“nearly 40 people” were hurt in the same attack. (sentence 4)\n\n"
        "*scripted at scripted, prompt events&#64;v1 · 2 requests, 1,234 tokens in, 321 out, cost unknown, 4.2 s*\n\n"
    )

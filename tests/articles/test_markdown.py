"""Markdown states its metadata in front matter and hides comments."""

from __future__ import annotations

import pytest

from extractor.articles.markdown import read_markdown

TEXT = "Body of the text."


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: Truce ends\ndate: 2019-06-03\n---\n",
        '---\r\ntitle: "Truce ends"\r\nDate: 2019-06-03\r\n---\r\n',
        "+++\ntitle = 'Truce ends'\ndate = 2019-06-03\n+++\n",
    ],
)
def test_front_matter_is_read(front: str) -> None:
    """YAML and TOML front matter give lower-case fields without quotes, and a span that is not shown."""
    notes = read_markdown(front + TEXT)
    assert notes.fields == {"title": "Truce ends", "date": "2019-06-03"}
    assert notes.hidden == ((0, len(front)),)
    assert notes.warnings == ()


@pytest.mark.parametrize(
    ("hidden", "warning"),
    [
        ("<!-- planted -->", "HTML comment 1"),
        ("<!-- never closed", "HTML comment 1"),
        ("<span style='display:none'>planted</span>", "hidden HTML 1"),
        ("<p hidden>planted</p>", "hidden HTML 1"),
        ("[//]: # (planted)", None),
    ],
)
def test_what_is_not_rendered_is_found(hidden: str, warning: str | None) -> None:
    """Comments, link definitions and hidden HTML are spans that readers do not see."""
    text = f"{TEXT}\n\n{hidden}"
    notes = read_markdown(text)
    assert [text[a:b] for a, b in notes.hidden] == [hidden]
    assert notes.warnings == ((f"hidden text marked: {warning}",) if warning else ())


@pytest.mark.parametrize("text", [TEXT, "---\nnot closed", f"{TEXT}\n\n---\n\n{TEXT}", ""])
def test_rules_are_no_front_matter(text: str) -> None:
    """A thematic break, or an open fence, is no front matter."""
    assert read_markdown(text) == ({}, (), ())

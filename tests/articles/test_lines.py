"""Which line breaks end a unit of text and which only fold it."""

from __future__ import annotations

import textwrap

import pytest

from extractor.articles.lines import find_blocks, is_terminated

PROSE = (
    "The army said on Sunday that its troops had entered the village of Kfar Zeita after two days of "
    "shelling, and that four soldiers were killed when their vehicle hit a mine near the old bridge. "
    "Residents reached by telephone spoke of eleven dead, among them three children, and of houses burning "
    "along the road to the market. Neither account could be checked. A spokesman for the rebels denied that "
    "the village had fallen."
)


def blocks(text: str, *, markdown: bool = False) -> list[str]:
    """Return the words of each block."""
    return [text[b.start : b.end] for b in find_blocks(text, markdown=markdown)]


@pytest.mark.parametrize("width", [50, 64, 70, 75, 80, 100])
def test_wrapped_paragraphs_are_joined(width: int) -> None:
    """Text wrapped at any usual width gives its paragraphs back, one block each."""
    paragraphs = [PROSE, PROSE.replace("Sunday", "Monday")]
    wrapped = "\n\n".join(textwrap.fill(p, width) for p in paragraphs)
    assert [" ".join(b.split()) for b in blocks(wrapped)] == paragraphs


def test_wrapped_text_with_indented_paragraphs_is_joined() -> None:
    """A paragraph that only its indent sets off starts a block of its own."""
    wrapped = textwrap.fill(PROSE, 70, initial_indent="   ") + "\n" + textwrap.fill(PROSE, 70, initial_indent="   ")
    assert [" ".join(b.split()) for b in blocks(wrapped)] == [PROSE, PROSE]


def test_two_widths_in_one_text_are_joined() -> None:
    """One dispatch wrapped at 68 and at 75 columns is wrapped text all the same."""
    wrapped = textwrap.fill(PROSE, 68) + "\n\n" + textwrap.fill(PROSE, 75)
    assert [" ".join(b.split()) for b in blocks(wrapped)] == [PROSE, PROSE]


def test_email_headers_and_signature_stay_lines() -> None:
    """Header lines and a signature in wrapped mail are not glued to the prose."""
    mail = (
        "From: Desk\nSubject: Update from the field office\n\n"
        + textwrap.fill(PROSE, 72)
        + "\n\nJane Doe\nField Office"
    )
    found = blocks(mail)
    assert found[:2] == ["From: Desk", "Subject: Update from the field office"]
    assert found[-2:] == ["Jane Doe", "Field Office"]


def test_paragraphs_of_equal_length_are_no_wrapped_text() -> None:
    """Lines that end their sentences are paragraphs, however alike their lengths are."""
    lines = [
        f"The army said that unit number {n} had taken a village and lost two men in the fighting there."
        for n in range(10)
    ]
    assert blocks("\n".join(lines)) == lines


@pytest.mark.parametrize(
    "lines",
    [
        ["Home", "News", "Sport", "Weather"],
        ["Ceasefire talks open in Geneva", "Delegations arrive under heavy guard", PROSE],
        [PROSE, "Advertisement", PROSE],
        ["Killed in the province this week:", "- Three soldiers", "- Two medics", "- A journalist"],
        ["1. The first point of the deal", "2. The second point of the deal", "3. The third point of the deal"],
    ],
)
def test_lines_of_web_text_stand_alone(lines: list[str]) -> None:
    """Where lines are not full, each is a block of its own."""
    assert blocks("\n".join(lines)) == lines


def test_sentence_cut_by_stray_markup_is_joined() -> None:
    """A line that goes on in lower case belongs to the unfinished line before it."""
    assert len(blocks("The convoy was stopped on the road to the capital\nand turned back by soldiers.")) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Title\nFirst line\nSecond line", ["# Title", "First line\nSecond line"]),
        ("- one\n- two", ["- one", "- two"]),
        ("one  \ntwo", ["one", "two"]),
        ("| a | b |\n| c | d |", ["| a | b |", "| c | d |"]),
        ("Text\n> quoted\nText", ["Text", "> quoted", "Text"]),
        ("Title\n=====\nBody", ["Title", "=====", "Body"]),
    ],
)
def test_markdown_breaks(text: str, expected: list[str]) -> None:
    """Markdown joins the lines of a paragraph, but not headings, list items, tables, quotes and hard breaks."""
    assert blocks(text, markdown=True) == expected


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x85", "\f"])
def test_every_line_separator_counts(separator: str) -> None:
    """All line separators of Unicode part lines."""
    assert blocks(f"One thing.{separator}Another thing.") == ["One thing.", "Another thing."]


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ("He left.", True),
        ('He left."', True),
        ("Who left?", True),
        ("He left", False),
        ("(He left.)", True),
        ("", False),
        ("他走了。", True),
    ],
)
def test_is_terminated(words: str, *, ends: bool) -> None:
    """A closing quote or bracket does not hide the full stop."""
    assert is_terminated(words) is ends

"""No text of an article or a model takes over the terminal."""

from __future__ import annotations

import io
import re
import unicodedata

import pytest

from extractor.render import progress
from extractor.render.blocks import print_extraction
from extractor.render.terminal import _CLEAN, clean_for_terminal, make_console
from tests.render.payloads import TERMINAL
from tests.samples import make_article, make_extraction, make_failure

FORBIDDEN = {"Cc", "Cs", "Zl", "Zp"}
BIDI = set(map(chr, [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]))


def dangerous(text: str) -> set[str]:
    """Return the characters of ``text`` that a terminal acts on."""
    return {c for c in text if (unicodedata.category(c) in FORBIDDEN and c != "\n") or c in BIDI}


@pytest.mark.parametrize("payload", TERMINAL)
def test_cleaned_text_holds_nothing_that_a_terminal_acts_on(payload: str) -> None:
    """No control, bidi or separator character survives, and what was readable still is."""
    cleaned = clean_for_terminal(payload)
    assert not dangerous(cleaned)
    assert "\n" not in cleaned
    assert cleaned.encode("utf-8")
    words = re.findall(r"[a-z]{4,}", payload)
    assert all(word in cleaned for word in words)


@pytest.mark.parametrize("text", ["Ağrı’da 17 kişi", "قُتل ١٧ شخصًا", "می‌خواهم", "क्षेत्र", "—“quoted”…", "👩‍👩‍👧 family"])
def test_ordinary_text_of_any_script_passes_untouched(text: str) -> None:
    """Joiners, marks and right-to-left letters are language, not attack."""
    assert clean_for_terminal(text) == text


@pytest.mark.parametrize("payload", TERMINAL)
@pytest.mark.parametrize("make", [make_extraction, make_failure])
def test_a_poisoned_extraction_cannot_reach_the_terminal(payload: str, make: object) -> None:
    """A payload in every text field at once leaves no control character in the uncoloured table, checks included."""
    article = make_article(payload)
    out = io.StringIO()
    print_extraction(make_console(out), article, make(article, payload), explain=True)  # type: ignore[operator] # either
    assert not dangerous(out.getvalue())


@pytest.mark.parametrize("payload", TERMINAL)
def test_on_a_colour_terminal_the_only_escapes_are_our_own(payload: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With colours on, every escape sequence is a colour of ours: no links, titles or cursor moves."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    article = make_article(payload)
    out = io.StringIO()
    print_extraction(make_console(out, width=90), article, make_extraction(article, payload), explain=True)
    plain = re.sub(r"\x1b\[(\d{1,2};?)*m", "", out.getvalue())
    assert out.getvalue() != plain
    assert not dangerous(plain)
    assert not any(code in {"8", "38", "48"} for code in re.findall(r"\x1b\[([\d;]*)m", out.getvalue()))


@pytest.mark.parametrize("payload", TERMINAL)
def test_a_poisoned_file_name_makes_one_clean_line(payload: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Notes and errors are one line each, whatever they quote."""
    progress.note(f"error: {payload!s}: no article")
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert not dangerous(said)


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False)],
)
def test_colours_follow_the_environment(
    environment: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe has no colours, FORCE_COLOR brings them, NO_COLOR wins (attributes such as bold may stay)."""
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    article, out = make_article(), io.StringIO()
    print_extraction(make_console(out), article, make_extraction(article))
    codes = re.findall(r"\x1b\[([\d;]*)m", out.getvalue())
    assert any(part in {"31", "32", "33", "36"} for code in codes for part in code.split(";")) is coloured


@pytest.mark.parametrize(("columns", "width"), [(None, 100), ("60", 60), ("40", 40)])
def test_a_redirected_table_has_a_fixed_width_unless_columns_says(
    columns: str | None, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line is wider than COLUMNS, or than 100 where it is not set."""
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns:
        monkeypatch.setenv("COLUMNS", columns)
    article, out = make_article(), io.StringIO()
    print_extraction(make_console(out), article, make_extraction(article), explain=True)
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert max(map(len, lines)) > width - 25


def test_nothing_that_is_cleaned_counts_as_printable() -> None:
    """The short way past printable text lets through exactly what cleaning would leave as it is."""
    assert [code for code, shown in _CLEAN.items() if chr(code).isprintable() and chr(code) != shown] == []

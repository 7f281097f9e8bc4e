"""Bytes become text, or a one-line error that says what they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.articles.decoding import decode, refuse_binary
from extractor.errors import InputError

ARABIC = "قتل ثلاثة أشخاص على الأقل يوم الأحد في غارة جوية على المدينة، بحسب الجيش. " * 5
FRENCH = (
    "Au moins trois personnes ont été tuées dimanche à l'aube, a déclaré le général Léon Dûval près du théâtre. " * 5
)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_files_are_certain(codec: str) -> None:
    """UTF-8 and byte order marks need no guess and no warning; the mark is not text."""
    assert decode(ARABIC.encode(codec), "x") == (ARABIC, ())


@pytest.mark.parametrize(("text", "codec"), [(FRENCH, "cp1252"), (ARABIC, "cp1256")])
def test_legacy_files_are_guessed_with_a_warning(text: str, codec: str) -> None:
    """A file that is not UTF-8 is guessed, and the article says so."""
    decoded = decode(text.encode(codec), "x")
    assert decoded.text == text
    assert len(decoded.warnings) == 1
    assert "guess" in decoded.warnings[0]


def test_named_encoding_is_believed() -> None:
    """A named encoding gives no warning."""
    assert decode(FRENCH.encode("cp1252"), "x", encoding="cp1252") == (FRENCH, ())


def test_damaged_utf8_keeps_its_accents() -> None:
    """One bad byte in a long UTF-8 text is one U+FFFD, not a text full of rubbish."""
    data = FRENCH.encode()
    damaged = data[:40] + b"\xff" + data[40:]
    decoded = decode(damaged, "x")
    assert decoded.text.replace("\ufffd", "") == FRENCH
    assert decoded.text.count("\ufffd") == 1


def test_declared_charset_of_a_page() -> None:
    """A page's own declaration is read as browsers do: iso-8859-1 means Windows-1252."""
    page = f"<html><head><meta charset='iso-8859-1'></head><body><p>{FRENCH} “so”</p></body></html>"
    assert "“so”" in decode(page.encode("cp1252"), "x", html=True).text


BAD = [
    (b"", "is empty"),
    (b"  \n\t ", "is empty"),
    (b"\xef\xbb\xbf", "is empty"),
    (b"%PDF-1.7 \x00\x01", "is a PDF"),
    (b"PK\x03\x04rest", "ZIP archive"),
    (b"\x1f\x8b\x08rest", "gzip"),
    (b"\x89PNG\r\n", "PNG"),
    (b"\xff\xd8\xff\xe0", "JPEG"),
    (b"GIF89a", "GIF"),
    (b"{\\rtf1 text}", "rich text"),
    (b"\xd0\xcf\x11\xe0", "Office"),
    (b"text with a \x00 byte", "NUL"),
]


@pytest.mark.parametrize(("data", "why"), BAD)
def test_what_is_no_text_says_what_it_is(data: bytes, why: str) -> None:
    """Empty and binary inputs end in one line that names the input, the reason and what to do."""
    with pytest.raises(InputError, match=why) as caught:
        decode(data, "some/file.bin")
    assert "'some/file.bin'" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("encoding", "why"), [("utf-8", "not in utf-8"), ("ascii", "not in ascii"), ("no-such", "no known encoding")]
)
def test_wrong_encoding_is_an_error(encoding: str, why: str) -> None:
    """A named encoding that does not fit is not silently replaced."""
    with pytest.raises(InputError, match=why) as caught:
        decode(FRENCH.encode("cp1252"), "x", encoding=encoding)
    assert caught.value.hint


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_raise_input_error(data: bytes) -> None:
    """No bytes crash the decoder."""
    try:
        decoded = decode(data, "x")
    except InputError as error:
        assert "'x'" in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert decoded.text.strip()


def test_utf16_without_nul_trouble() -> None:
    """A byte order mark makes NUL bytes ordinary."""
    refuse_binary("text".encode("utf-16"), "x")

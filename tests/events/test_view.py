"""The normalised view finds whole tokens through every disguise, and points back at the untouched text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.events.view import View

TEXT = "The U.S. army lost 9,000 men, 17 of them in al-Hasakah; Syria’s “elite” told us so in Bogota\u0301."


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("He said 17 people died.", "17 people", "17 people"),
        ("He said 17 people died.", "7 people", None),
        ("He said 17 people died.", "7", None),
        ("a loss of 9,000 men", "9,000 men", "9,000 men"),
        ("a loss of 9,000 men", "9000 men", "9,000 men"),
        ("a loss of 9,000 men", "9", None),
        ("a loss of 9,000 men", "000", None),
        ("almost 950 people", "950", "950"),
        ("almost 950.", "950", "950"),
        ("1.5 million fled", "1.5 million", "1.5 million"),
        ("1.5 million fled", "5 million", None),
        ("the 7th Brigade", "7", None),
        ("ran 1,500km away", "1500km", "1,500km"),
        ("ran 1,500km away", "1", None),
        ("the U.S. army", "US", "U.S."),
        ("the US army", "U.S. army", "US army"),
        ("they told us so", "US", None),
        ("this is so", "IS", None),
        ("IS fighters fled", "IS", "IS"),
        ("he may leave", "May", None),
        ("in May he left", "May", "May"),
        ("told US so", "us", "US"),
        ("Syria’s army", "Syria", "Syria"),
        ("Syria’s army", "Syria's army", "Syria’s army"),
        ("Syria’s army", "Syrian army", None),
        ("Bashar al-Assad left", "Assad", "Assad"),
        ("Bashar al-Assad left", "Bashar al Assad", "Bashar al-Assad"),
        ("the 5-year-old war", "5 year old", "5-year-old"),
        ("“Stop,” he said", "'stop' he", "Stop,” he"),
        ("mili\u00adtants kil\u200bled ten", "militants killed", "mili\u00adtants kil\u200bled"),
        ("300\u00a0people\nin\r\nIdlib", "300 people in Idlib", "300\u00a0people\nin\r\nIdlib"),
        ("12\u202f000 men", "12 000 men", "12\u202f000 men"),
        ("ﬁve ﬁghters", "five fighters", "ﬁve ﬁghters"),
        ("９５０ people", "950 people", "９５０ people"),
        ("in Bogota\u0301 on Monday", "Bogotá", "Bogota\u0301"),
        ("the Straße", "STRASSE", "Straße"),
        ("950² people", "950", "950"),
        ("2½ hours", "2", "2"),
        ("2½ hours", "21", None),
        ("Kremlin spokesman", "the Kremlin", "Kremlin"),
        ("the O'Brien case", "o’brien", "O'Brien"),
        ("he didn’t", "didn't", "didn’t"),
        ("_killed_ ten", "killed ten", "killed_ ten"),
        ("他在北京说", "北京", "北京"),
        ("हमला दिल्ली में", "दिल्ली", "दिल्ली"),
        ("हमला दिल्ली में", "दिल", None),
        ("ten men", "", None),
        ("ten men", "—!", None),
        ("", "ten", None),
        ("one two one three", "one three", "one three"),
    ],
)
def test_whole_tokens_are_found_verbatim(text: str, phrase: str, found: str | None) -> None:
    """A phrase is found exactly where its tokens stand as a whole, and the span gives back the raw text."""
    span = View.of(text).find(phrase)
    assert (None if span is None else text[span.start : span.end]) == found


def test_search_stays_inside_its_bounds() -> None:
    """A phrase that crosses the bounds, or lies outside them, is not found."""
    text = "Ten died in Homs. Ten fled to Hama."
    view = View.of(text)
    second = (18, len(text))
    span = view.find("Ten", second)
    assert span is not None
    assert span.start == 18
    assert view.find("Homs", second) is None
    assert view.find("Homs Ten", second) is None
    assert view.find("Hama", (0, len(text) - 2)) is None


def test_an_optional_article_never_stands_alone() -> None:
    """The phrase "the" alone is a phrase like any other; only before more words may it be missing."""
    view = View.of("Kremlin and the Duma")
    assert view.find("the") == view.find("The")
    assert view.find("a Kremlin") is not None


@given(st.text(max_size=60), st.text(max_size=60))
def test_every_token_points_into_the_text(text: str, other: str) -> None:
    """Tokens lie in text order, never overlap backwards, and hold no invisible or unfolded characters."""
    view = View.of(text + "soft\u00adhy\ufb01phen 9,000" + other)
    assert all(0 <= s < e <= len(view.text) for s, e in zip(view.starts, view.ends, strict=True))
    assert list(view.starts) == sorted(view.starts)
    assert list(view.ends) == sorted(view.ends)
    assert not any(set(key) & {"\u00ad", " ", "\n", "\ufb01"} for key in view.keys)


@given(st.text(alphabet=st.sampled_from("abAB 9.,'’-\u00ad\u00a0é\u0301ﬁUS"), max_size=40))
def test_a_text_finds_itself(text: str) -> None:
    """Any text with a token is found in itself, from its first token to its last."""
    view = View.of(text)
    span = view.find(text)
    if view.keys and view.keys[0] not in {"a", "the", "an"}:
        assert span is not None
        assert (span.start, span.end) == (view.starts[0], view.ends[-1])


def test_the_gap_and_the_raw_token_are_verbatim() -> None:
    """Punctuation is read from the raw text between tokens."""
    view = View.of(TEXT)
    at = view.keys.index("17")
    assert view.gap(at) == ", "
    assert view.raw(view.keys.index("bogotá")) == "Bogota\u0301"
    assert view.gap(0) == ""

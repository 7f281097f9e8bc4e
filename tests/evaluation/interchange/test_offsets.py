"""Offsets of three units, and what decides where words and offsets disagree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.evaluation.interchange.offsets import Claim, MisplacedError, Place, Unit, locate, ruler
from tests.evaluation.interchange.hand_made import BODY, CLUSTERS, TEXT

START = TEXT.index("Sollund")
END = START + len("Sollund")


def test_each_unit_counts_its_own() -> None:
    """The same word stands at another offset in each unit, and each leads back to the same code points."""
    found = {unit: ruler(TEXT, unit).offsets(START, END) for unit in Unit}
    shift = START - BODY.index("Sollund")
    assert shift == len(CLUSTERS)
    utf_16 = len(TEXT[:START].encode("utf-16-le")) // 2
    assert found[Unit.CODE_POINTS] == (START, END)
    assert found[Unit.UTF_16] == (utf_16, utf_16 + 7)
    # Each of these is one grapheme: thumb, four letters, family, syllable, flag, dash, and the spaces.
    assert found[Unit.GRAPHEMES][0] == BODY.index("Sollund") + len("👍 Cafe F n F – ")
    assert len({start for start, _ in found.values()}) == len(Unit)
    for unit, offsets in found.items():
        assert tuple(map(ruler(TEXT, unit).point, offsets)) == (START, END)


@given(st.text(alphabet=st.sampled_from("aé\u0301👍🏽\u200d👩🇫🇷\r\nन\u093f "), max_size=40), st.data())
def test_every_span_comes_back(text: str, data: st.DataObject) -> None:
    """Whatever the text, a span in any unit leads back to itself, widened at most to whole characters of the unit."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    for unit in Unit:
        low, high = map(ruler(text, unit).point, ruler(text, unit).offsets(start, end))
        assert low is not None
        assert high is not None
        assert low <= start
        assert end <= high
        if unit is not Unit.GRAPHEMES:
            assert (low, high) == (start, end)


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize("written", list(Unit))
def test_quoted_words_decide(unit: Unit, written: Unit) -> None:
    """Offsets of any unit are placed by their words whatever unit is declared, and a difference is said."""
    low, high = ruler(TEXT, written).offsets(START, END)
    found = locate(TEXT, Claim(low, high, "Sollund"), unit)
    assert found == Place(START, END, moved=unit is not written)


def test_offsets_tell_same_words_apart() -> None:
    """Words that stand twice are told apart by the offset of another unit before anything else."""
    text = "👍 Kruk met Kruk."
    second = text.rindex("Kruk")
    assert locate(text, Claim(second + 1, second + 5, "Kruk"), Unit.CODE_POINTS) == Place(
        second, second + 4, moved=True
    )


def test_without_words_the_declared_unit_counts() -> None:
    """A file without quotes is taken at its unit, even where another unit would mark something, too."""
    assert locate("👍 ab cd", Claim(3, 5), Unit.UTF_16) == Place(2, 4)
    assert locate("👍 ab cd", Claim(3, 5), Unit.CODE_POINTS) == Place(3, 5)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (Claim(0, 3, "Oslo"), "'Oslo' does not stand in the text; at 0 to 3 .utf-16. stands 'on '"),
        (Claim(9, 11, "on"), "'on' stands 3 times in the text, and no offset says which is meant"),
        (Claim(None, None, "on"), "'on' stands 3 times"),
        (Claim(4, 99), "4 to 99 marks nothing in a text of 15 utf-16"),
        (Claim(4, 4), "marks nothing"),
        (Claim(2, 3), "marks nothing"),
        (Claim(5, 4), "marks nothing"),
        (Claim(-1, 4), "marks nothing"),
        (Claim(14, 15), "marks nothing"),
        (Claim(), "neither offsets nor words"),
    ],
)
def test_a_place_that_is_none_is_named(claim: Claim, said: str) -> None:
    """The message holds the words and what stands at the offset instead; half a character and a space mark nothing."""
    with pytest.raises(MisplacedError, match=said):
        locate("on on on 👍 ab\n", claim, Unit.UTF_16)


def test_words_around_tell_same_words_apart() -> None:
    """Prefix and suffix choose among the places where the words stand, however their lines wrap."""
    text = "Kruk came.\nThen Kruk\nwent and Kruk sat."
    assert locate(text, Claim(words="Kruk", prefix="Then "), Unit.CODE_POINTS) == Place(16, 20)
    assert locate(text, Claim(words="Kruk", suffix=" sat"), Unit.CODE_POINTS) == Place(30, 34)
    assert locate(text, Claim(words="Kruk went"), Unit.CODE_POINTS) == Place(16, 25)


@pytest.mark.parametrize("unit", list(Unit))
def test_line_ends_of_windows(unit: Unit) -> None:
    """Offsets into a text with CRLF come out as places in the same text with LF, quoted either way."""
    text = "One 👍.\r\nTwo.\r\nThe end came.\r\n"
    low, high = ruler(text, unit).offsets(text.index("The"), text.index(" came"))
    for words in ("The end", None):
        found = locate(text, Claim(low, high, words), unit)
        assert text.replace("\r\n", "\n")[found.start : found.end] == "The end"
    both = ruler(text, unit).offsets(text.index("Two"), text.index(" end"))
    for words in ("Two.\\nThe", "Two.\r\nThe", "Two.\nThe"):
        found = locate(text, Claim(*both, words), unit)
        assert text.replace("\r\n", "\n")[found.start : found.end] == "Two.\nThe"

"""Sentence boundaries on the cases that news makes hard, and exact offsets on any text."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.articles.sentences import MAX_SENTENCE, split_sentences


def split(text: str) -> list[str]:
    """Return the words of each sentence."""
    return [text[s.start : s.end] for s in split_sentences(text)]


HARD = [
    ["U.S. President Joe Doe met Gen. Ann Roe.", "They talked."],
    ["He lives in the U.S.", "He came in May."],
    ["U.N. envoy Jan de Witt left.", "The U.S.-backed force won."],
    ["Flight No. 5 crashed.", "No. 6 landed."],
    ["He said no.", "They left."],
    ["It happened at 6 a.m. Tuesday in Kabul.", "Nobody was hurt."],
    ["They met at 5 p.m. (1400 GMT) in Bonn.", "Nothing came of it."],
    ["It happened at 6 a.m.", "He was there."],
    ['"We will fight. We will win," he said.', '"Nobody can stop us."'],
    ["“We will fight. We will win,” he said.", "“Nobody can stop us.”", "He left."],
    ['He said: "Stop it!"', "Then he left."],
    ['"Stop!" he wrote.', '"What is the purpose? STOP!" he added.'],
    ["“He left.”", "“She stayed.”", "They ate."],
    ["ISTANBUL, June 3 (Reuters) - Three people died.", "Two were hurt."],
    ["WASHINGTON D.C. (AP) — Three people died.", "Two were hurt."],
    ["BOGOTA, 3 JAN. 90 (RADIO X) -- [TEXT] THE MAYOR DIED.", "HE WAS SHOT."],
    ["He waited ... and then left.", "Well… he came back."],
    ["The rate was 3.5 percent.", "It cost $1.2 million.", "Version 2.0 came."],
    ["J. R. R. Toller and George W. Bauer met.", "M. Durand came."],
    ["1. Ghouta: On August 21 the army fired rockets.", "2. Red lines: Western states condemned it."],
    ["Mr. Smith of Acme Inc. said Mrs. Jones, Ph.D., left.", "St. Petersburg is cold."],
    ["On Jan. 8, forces struck.", "On Sept. 11 too."],
    ["Sgt. Maj. Trox, Lt. Col. Steve Wall and Rep. Ann Lee, D-Ill., spoke.", "Sen. Bob Roe, R-Ariz., too."],
    ["See www.example.com.", "See http://example.com/a.b?c=d.", "Done."],
    ["(The army denied it.)", "The rebels did not."],
    ["THE ARMY ATTACKED.", "THE REBELS FLED.", '"WE WON," SAID GEN. LOPEZ.', "HE LEFT."],
    ["Approx. 50 people vs. 30 soldiers, e.g. policemen, were there.", "Ft. Bragg is far."],
    ["He was born in 1990.", "In 1991 he left."],
    ["Dr. Ahmed al-Sayyid Jr. said Col. Riad al-Asad was there.", "Capt. Bob, too."],
    ["Abu Ali a.k.a. Caliph Ibrahim died.", "OK."],
]


@pytest.mark.parametrize("expected", HARD, ids=lambda e: e[0][:40])
def test_hard_cases(expected: list[str]) -> None:
    """Abbreviations, initials, clocks, quotations, datelines and lists part where a reader parts them."""
    assert split(" ".join(expected)) == expected


def test_lost_space_after_a_full_stop() -> None:
    """A full stop without a space parts sentences where a capital follows."""
    assert split("The raid killed 12.The army said so.") == ["The raid killed 12.", "The army said so."]


def test_headlines_and_list_items_are_sentences() -> None:
    """Lines without a full stop are not glued to what follows."""
    lines = ["Truce collapses in the north", "Officials blame each other", "The truce broke down on Sunday."]
    assert split("\n\n".join(lines)) == lines
    assert split("\n".join(lines)) == lines


def test_wrapped_text_keeps_its_line_breaks_inside_sentences() -> None:
    """A sentence of wrapped text spans lines, and its offsets give the untouched words."""
    sentence = "The two sides met for three hours in the border town but did not agree on a list of prisoners."
    text = textwrap.fill(" ".join([sentence] * 4), 60)
    found = split(text)
    assert [" ".join(s.split()) for s in found] == [sentence] * 4
    assert any("\n" in s for s in found)


def test_overlong_runs_are_cut_at_the_best_boundary() -> None:
    """Where punctuation was lost, no sentence is longer than the limit, and cuts fall between words."""
    text = " ".join(f"The army said that {n} people died in the raid on village {n}" for n in range(100))
    found = split(text)
    assert max(map(len, found)) <= MAX_SENTENCE
    assert " ".join(found) == text
    assert all(s.startswith("The army") for s in found)


def test_overlong_quotation_is_cut_after_a_full_stop() -> None:
    """A speech in one pair of quotation marks is cut where its sentences end."""
    text = '"' + " ".join(["We shall not leave our homes, whatever they send against us."] * 30) + '" he said.'
    assert all(s.endswith((".", '."', "said.")) for s in split(text))


def test_one_endless_word_is_cut_too() -> None:
    """A run without any space still obeys the limit."""
    assert [len(s) for s in split("x" * 1500)] == [700, 700, 100]


def test_paragraphs_count_from_zero_in_text_order() -> None:
    """Sentences know their paragraph."""
    assert [s.paragraph for s in split_sentences("One. Two.\n\nThree.\n\nFour. Five.")] == [0, 0, 1, 2, 2]


ANY_TEXT = st.text(alphabet=st.characters(), max_size=300)
PIECES = [
    *("The army", " said", ".", " ", "\n", "\n\n", '"', "“", "”", "(", ")", "U.S.", "No.", " 5", "a.m.", "—", " - "),
    *("1.", "…", "é", "😀", "\u200b", "\u00a0", "e\u0301", "KABUL (AP) -", "x" * 300, "\r\n", "\t", "#", "- "),
    *("\ud800", "\x00", "\u2028", "你好。"),
]
NEWSLIKE = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.one_of(ANY_TEXT, NEWSLIKE), st.booleans(), st.sampled_from([None, "en", "de", "ar", "zz"]))
def test_spans_are_exact_on_any_text(text: str, markdown: bool, language: str | None) -> None:
    """Spans are ordered, disjoint, trimmed, at most MAX_SENTENCE long, and hold every character but white space."""
    spans = split_sentences(text, language=language, markdown=markdown)
    position = paragraph = 0
    for span in spans:
        assert position <= span.start < span.end <= len(text)
        assert not text[position : span.start].strip()
        words = text[span.start : span.end]
        assert words == words.strip()
        assert len(words) <= MAX_SENTENCE
        assert span.paragraph >= paragraph
        position, paragraph = span.end, span.paragraph
    assert not text[position:].strip()

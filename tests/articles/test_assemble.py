"""The last step of reading: identity, dates, language, warnings."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.articles.article import Published
from extractor.articles.assemble import SourceNotes, assemble
from extractor.errors import InputError

BODY = "Troops entered the town of Kfar Zeita on Sunday after two days of shelling, residents and officials said."
GIVEN, META, PRINTED = date(2019, 6, 1), date(2019, 6, 2), date(2019, 6, 3)
CHANGED = SourceNotes(metadata_date=META, metadata_modified=True)
WITH_DATE = f"Published: 3 June 2019\n\n{BODY}"


@pytest.mark.parametrize(
    ("text", "notes", "expected"),
    [
        (WITH_DATE, SourceNotes(given_date=GIVEN, metadata_date=META), Published(GIVEN, "given", None, PRINTED)),
        (WITH_DATE, SourceNotes(metadata_date=META, metadata_words="x"), Published(META, "metadata", "x", PRINTED)),
        (WITH_DATE, SourceNotes(), Published(PRINTED, "printed", "3 June 2019", PRINTED)),
        (WITH_DATE, CHANGED, Published(PRINTED, "printed", "3 June 2019", PRINTED)),
        (BODY, CHANGED, Published(META, "metadata", None, None)),
        (BODY, SourceNotes(given_date=GIVEN), Published(GIVEN, "given", None, None)),
        (BODY, SourceNotes(), Published()),
    ],
)  # fmt: skip
def test_given_beats_metadata_beats_printed(text: str, notes: SourceNotes, expected: Published) -> None:
    """The order of bases holds, the printed date is kept beside the winner, and nothing is invented."""
    assert assemble(text, notes).published == expected


def test_identity() -> None:
    """The hash is that of the text in UTF-8; without a name its first digits are the id."""
    article = assemble(BODY, SourceNotes())
    assert article.sha256 == hashlib.sha256(BODY.encode()).hexdigest()
    assert article.id == article.sha256[:16]
    assert assemble(BODY, SourceNotes(id="x")).id == "x"


def test_title_is_the_headline_where_none_is_given() -> None:
    """The headline's words, without Markdown's marks, stand in for a missing title."""
    assert assemble(f"# Truce **ends** in the north\n\n{BODY}", SourceNotes()).title == "Truce **ends** in the north"
    assert assemble(f"Truce ends in the north\n\n{BODY}", SourceNotes(title=" Given\n title ")).title == "Given title"
    assert assemble(BODY, SourceNotes()).title is None


def test_hidden_spans_are_furniture() -> None:
    """Sentences that lie in spans which readers do not see are marked, the others not."""
    text = f"<!-- {BODY} -->\n\n{BODY}"
    article = assemble(text, SourceNotes(markdown=True, hidden=((0, len(BODY) + 9),)))
    assert [s.furniture for s in article.sentences] == [True] * (len(article.sentences) - 1) + [False]


def test_language_given_told_and_declared() -> None:
    """A given language wins; a declared one counts only where the text does not tell."""
    assert assemble(BODY, SourceNotes(language="fr")).language == "fr"
    assert assemble(BODY, SourceNotes(declared_language="fr")).language == "en"
    assert assemble("Hi.", SourceNotes(declared_language="fr")).language == "fr"
    assert assemble("Hi.", SourceNotes()).language is None


def test_lone_surrogates_become_replacement_characters() -> None:
    """What no encoding can hold is replaced one for one, and told."""
    article = assemble(f"{BODY} \ud800 {BODY}", SourceNotes())
    assert article.text == f"{BODY} \ufffd {BODY}"
    assert "1 characters were lost and stand as U+FFFD" in article.warnings


@pytest.mark.parametrize("text", ["", " ", "\n\t\u00a0"])
def test_no_text_is_an_error(text: str) -> None:
    """White space is no article."""
    with pytest.raises(InputError, match=r"'a\.txt' holds no text"):
        assemble(text, SourceNotes(source="a.txt"))


@settings(max_examples=150, deadline=None)
@given(st.text(min_size=1, max_size=200))
def test_any_text_is_kept_as_it_is(text: str) -> None:
    """Whatever the text, it is not changed, and the sentences hold every character but white space."""
    if not text.strip():
        return
    article = assemble(text, SourceNotes())
    assert article.text == text
    held = "".join(article.quote(s.number) for s in article.sentences)
    assert "".join(held.split()) == "".join(text.split())

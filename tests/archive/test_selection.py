"""What a selection keeps, what it counts, and how much of a stream it needs."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

import pytest

from extractor.archive.body import count_words
from extractor.archive.selection import Choosing, Reason, Sample, Selection, parse_sample, read_ids
from extractor.articles.article import Article, Published, Sentence
from extractor.articles.options import InputFailure
from extractor.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FAILURE = InputFailure("broken.html", InputError("no article"))


def article(
    name: str = "a",
    body: str = "Shells fell on the port of Kestrel Bay.",
    *,
    furniture: str = "",
    day: dt.date | None = dt.date(2020, 5, 1),
    language: str | None = "en",
    title: str | None = None,
) -> Article:
    """Return an article of one sentence, with a line of ``furniture`` below it where wanted."""
    text = f"{body}\n{furniture}"
    lines = [Sentence(1, 0, len(body))]
    if furniture:
        lines.append(Sentence(2, len(body) + 1, len(text), furniture=True))
    return Article(
        id=name,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        sentences=tuple(lines),
        published=Published(day, "given" if day else "unknown"),
        title=title,
        language=language,
    )


def chosen(selection: Selection, articles: list[Article]) -> tuple[list[str], Choosing]:
    """Return the ids that ``selection`` keeps, and its counts."""
    choosing = Choosing(selection)
    return [one.id for one in choosing.choose(articles) if isinstance(one, Article)], choosing


@pytest.mark.parametrize(
    ("selection", "one", "reason"),
    [
        (Selection(), article(language=None, day=None), None),
        (Selection(languages=frozenset({"en", "fr"})), article(language="fr"), None),
        (Selection(languages=frozenset({"en"})), article(language="fr"), Reason.LANGUAGE),
        (Selection(languages=frozenset({"en"})), article(language=None), Reason.LANGUAGE_UNKNOWN),
        (Selection(since=dt.date(2020, 5, 1)), article(), None),
        (Selection(since=dt.date(2020, 5, 2)), article(), Reason.DATE),
        (Selection(until=dt.date(2020, 5, 1)), article(), None),
        (Selection(until=dt.date(2020, 4, 30)), article(), Reason.DATE),
        (Selection(until=dt.date(2020, 4, 30)), article(day=None), Reason.DATE_UNKNOWN),
        (Selection(ids=frozenset({"a"})), article("a"), None),
        (Selection(ids=frozenset({"a"})), article("A"), Reason.ID),
        (Selection(min_words=8), article(body="one two three four five six seven eight"), None),
        (
            Selection(min_words=8),
            article(body="one two three four", furniture="five six seven eight"),
            Reason.TOO_SHORT,
        ),
        (Selection(max_words=3), article(body="one two three", furniture="four five"), None),
        (Selection(max_words=3), article(body="one two three four"), Reason.TOO_LONG),
        (Selection(max_words=0), article(), Reason.TOO_LONG),
    ],
)
def test_a_filter_keeps_what_it_names_and_says_why_it_drops(
    selection: Selection, one: Article, reason: Reason | None
) -> None:
    """Each filter keeps its own, its borders included, and counts what it drops under its reason."""
    kept, choosing = chosen(selection, [one])
    assert kept == ([] if reason else [one.id])
    assert choosing.dropped == ({reason: 1} if reason else {})


@pytest.mark.parametrize(
    ("keyword", "body", "holds"),
    [
        ("port", "Shells fell on the port.", True),
        ("PORT", "Shells fell on the Port’s cranes.", True),
        ("port", "They support the airport and report it.", False),
        ("port", "They support it; the port burns.", True),  # the second place counts
        ("car bomb", "A car\n bomb went off.", True),
        ("car bomb", "A car bombing.", False),
        ("straße", "DIE STRASSE WAR LEER.", True),
        ("al-Shabaab", "The al-Shabaab group said so.", True),
        ("U.S.", "A U.S. drone.", True),
        ("7", "There were 17 of them.", False),
        ("Idlib", "Id\u00adlib fell.", True),  # a soft hyphen is no part of a word
        ("café", "The cafe\u0301 was hit.", True),  # composed and decomposed letters are the same
        ("कम", "यह कमी है।", False),  # a vowel sign continues the word
        ("कम", "यह कम है।", True),
        ("北京", "他在北京发生。", True),  # no spaces, so no borders to ask for
        ("قصف", "تعرضت لقصف عنيف", False),
        ("قصف", "حدث قصف عنيف", True),
    ],
)
def test_a_keyword_is_a_whole_word_in_any_case(keyword: str, body: str, holds: bool) -> None:
    """A keyword is found as a whole word or phrase, whatever its case and its code points."""
    kept, _ = chosen(Selection(keywords=("never there", keyword)), [article(body=body)])
    assert bool(kept) == holds


def test_a_keyword_counts_in_the_title_and_not_in_furniture() -> None:
    """A headline says what an article is about; a caption of another story does not."""
    kept, _ = chosen(
        Selection(keywords=("flood",)),
        [article("titled", title="Flood at the bay"), article("menu", furniture="More: flood in the north")],
    )
    assert kept == ["titled"]


@pytest.mark.parametrize(
    ("text", "words"),
    [("one two  three", 3), ("", 0), ("在北京发生了爆炸", 4), ("Das café brannte", 3), ("新华社 said on Monday", 4)],
)
def test_words_are_counted_in_every_script(text: str, words: int) -> None:
    """Words are what stands between spaces; where a script has none, two characters are a word."""
    assert count_words(text) == words


def test_failures_pass_every_filter() -> None:
    """What holds no article cannot be judged by a filter, and is reported by the run."""
    choosing = Choosing(Selection(ids=frozenset({"x"}), sample=Sample(count=1)))
    assert list(choosing.choose([FAILURE, article(), FAILURE])) == [FAILURE, FAILURE]
    assert (choosing.failures, choosing.seen, choosing.kept) == (2, 1, 0)


def test_the_limit_reads_no_further() -> None:
    """Behind the last article of a limit nothing is read."""

    def source() -> Iterator[Article]:
        yield article("a", language="fr")
        yield article("b")
        yield article("c")
        raise AssertionError("read on")

    choosing = Choosing(Selection(languages=frozenset({"en"}), limit=2))
    assert [getattr(one, "id", None) for one in choosing.choose(source())] == ["b", "c"]
    assert choosing.limited
    assert str(choosing) == "3 articles read, 2 chosen; left out: 1 another language; stopped at the limit of 2"


def many(count: int) -> list[Article]:
    """Return ``count`` articles of different texts."""
    return [article(f"n{number}", f"Article number {number} of the archive.") for number in range(count)]


@pytest.mark.parametrize("sample", [Sample(count=100), Sample(share=0.1)])
def test_a_sample_depends_on_texts_and_seed_only(sample: Sample) -> None:
    """The order of the source changes nothing but the order of the sample; another seed draws another sample."""
    articles = many(1000)
    first, _ = chosen(Selection(sample=sample), articles)
    shuffled = articles[::2] + articles[1::2][::-1]
    again, _ = chosen(Selection(sample=sample), shuffled)
    other, _ = chosen(Selection(sample=sample, seed=1), articles)
    assert set(first) == set(again)
    assert first == [one.id for one in articles if one.id in set(first)]
    assert again == [one.id for one in shuffled if one.id in set(first)]
    assert len(set(first) & set(other)) < 40


def test_a_sample_of_a_share_has_about_that_share() -> None:
    """5 % of 10,000 is within four standard deviations of 500, and what is left out is counted."""
    kept, choosing = chosen(Selection(sample=Sample(share=0.05)), many(10_000))
    assert abs(len(kept) - 500) < 4 * 22
    assert choosing.dropped == {Reason.SAMPLE: 10_000 - len(kept)}


def test_a_sample_of_a_number_has_that_number() -> None:
    """A number is met exactly where there are so many, and holds no more than it takes."""
    kept, choosing = chosen(Selection(sample=Sample(count=30)), many(500))
    assert (len(kept), choosing.dropped) == (30, {Reason.SAMPLE: 470})
    assert len(chosen(Selection(sample=Sample(count=30)), many(20))[0]) == 20


def test_growing_archives_keep_their_sample() -> None:
    """A share of a grown archive holds the share of what it was."""
    before, _ = chosen(Selection(sample=Sample(share=0.2)), many(400))
    after, _ = chosen(Selection(sample=Sample(share=0.2)), many(800))
    assert set(before) < set(after)


def test_the_limit_counts_after_the_sample() -> None:
    """``--sample`` and ``--limit`` together take the first of the sample."""
    whole, _ = chosen(Selection(sample=Sample(count=50)), many(300))
    kept, _ = chosen(Selection(sample=Sample(count=50), limit=5), many(300))
    assert kept == whole[:5]


def test_ids_that_were_not_found_are_told() -> None:
    """An id that no article has is named; one that another filter drops was found."""
    choosing = Choosing(Selection(ids=frozenset({"a", "b", "c"}), languages=frozenset({"en"})))
    list(choosing.choose([article("a"), article("b", language="fr")]))
    assert choosing.missing_ids == {"c"}
    assert "1 ids not found, such as 'c'" in str(choosing)
    assert choosing.as_json()["missing_ids"] == 1


@pytest.mark.parametrize(("text", "sample"), [("1000", Sample(count=1000)), ("5%", Sample(share=0.05))])
def test_a_sample_is_written_as_it_is_read(text: str, sample: Sample) -> None:
    """A sample's words are those that make it."""
    assert parse_sample(text) == sample
    assert str(sample) == text


@pytest.mark.parametrize("text", ["", "0", "-1", "0%", "101%", "nan%", "five", "5.5", "%"])
def test_a_sample_that_takes_nothing_is_refused(text: str) -> None:
    """What is no number and no share is a usage error that names it."""
    with pytest.raises(UsageError, match="sample"):
        parse_sample(text)


def test_ids_are_read_from_lines(tmp_path: Path) -> None:
    """One id a line, whatever the line ends and spaces around it."""
    (tmp_path / "ids.txt").write_bytes(b"\xef\xbb\xbfa\r\n\n b \nc d")
    assert read_ids(tmp_path / "ids.txt") == {"a", "b", "c d"}


@pytest.mark.parametrize("content", [None, b"", b"\n \n", b"\xff\xfe\x00"])
def test_a_file_without_ids_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """No file, no ids or no text is a usage error, so that a run never asks about nothing by mistake."""
    if content is not None:
        (tmp_path / "ids.txt").write_bytes(content)
    with pytest.raises(UsageError, match="ids"):
        read_ids(tmp_path / "ids.txt")


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": dt.date(2020, 2, 1), "until": dt.date(2020, 1, 1)},
        {"min_words": 5, "max_words": 4},
        {"limit": 0},
        {"keywords": ("fire", " \u00ad ")},
    ],
)
def test_a_selection_of_nothing_is_refused(wrong: dict[str, object]) -> None:
    """A selection that no article can pass is a usage error."""
    with pytest.raises(UsageError):
        Selection(**wrong)  # type: ignore[arg-type] # a table of keyword arguments


def test_a_plan_tells_selections_apart() -> None:
    """Whatever is chosen differently is written differently, and the default is written as nothing."""
    selections = [
        Selection(),
        Selection(languages=frozenset({"en"})),
        Selection(since=dt.date(2020, 1, 1)),
        Selection(until=dt.date(2020, 1, 1)),
        Selection(min_words=1),
        Selection(max_words=1),
        Selection(keywords=("a",)),
        Selection(ids=frozenset({"a", "b"})),
        Selection(ids=frozenset({"a", "c"})),
        Selection(sample=Sample(count=1)),
        Selection(sample=Sample(count=1), seed=1),
        Selection(sample=Sample(share=0.01)),
        Selection(limit=1),
    ]
    said = [str(one.as_settings()) for one in selections]
    assert said[0] == "{}"
    assert len(set(said)) == len(said)

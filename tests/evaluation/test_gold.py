"""The labelled set on disk: read whole or refused whole, halved by name, known by its content."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from extractor.errors import UsageError
from extractor.evaluation.gold import (
    GoldError,
    examine,
    gold_folder,
    half_of,
    read_gold,
    refuse_test_half,
)
from tests.evaluation.gold_folder import CHESS_LABEL, FERRY, FERRY_LABEL, FILES, changed, write

if TYPE_CHECKING:
    from pathlib import Path

TODAY = dt.date(2026, 1, 1)


def said(folder: Path, *, labels: str = "labels", advice: bool = False) -> list[str]:
    """What is wrong with the set in ``folder``."""
    return [str(flaw) for flaw in examine(folder, labels=labels, today=TODAY, advice=advice)[1]]


def test_a_sound_set_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    """Articles come with their labels, sorted, and nothing is wrong with them, warnings included."""
    folder = write(tmp_path)
    gold = read_gold(folder)
    assert [article.id for article in gold.articles] == ["dk-2011-ferry", "dk-2012-chess", "pl-1996-barracks"]
    assert gold.articles[0].text == FERRY
    assert [len(article.label.events) for article in gold.articles] == [2, 0, 1]
    assert said(folder, advice=True) == []


def test_an_article_is_found_by_its_name(tmp_path: Path) -> None:
    """A known name gives its article; a wrong one is refused with the nearest name."""
    gold = read_gold(write(tmp_path))
    assert gold.article("dk-2012-chess").label.kind == "sport"
    with pytest.raises(UsageError, match="no article 'dk-2012-chest'") as caught:
        gold.article("dk-2012-chest")
    assert "did you mean 'dk-2012-chess'" in caught.value.hint
    with pytest.raises(UsageError) as caught:
        gold.article("zzz")
    assert "coverage --articles" in caught.value.hint


def test_halves_follow_from_names_alone(tmp_path: Path) -> None:
    """The two halves share no article, hold all together, and stay what they are whatever else is added."""
    gold = read_gold(write(tmp_path))
    dev, test, both = (
        {article.id for article in part} for part in (gold.part("dev"), gold.part("test"), gold.part("all"))
    )
    assert (dev, test) == ({"dk-2011-ferry", "pl-1996-barracks"}, {"dk-2012-chess"})
    assert both == dev | test
    assert {name: half_of(name) for name in ("zm-1998-copperbelt-bus", "a-b", "xyz")} == {
        "zm-1998-copperbelt-bus": "test",
        "a-b": "dev",
        "xyz": "test",
    }


def test_articles_of_the_half_test_are_not_shown_by_accident(tmp_path: Path) -> None:
    """Showing them needs a word; articles of dev and the word itself pass."""
    gold = read_gold(write(tmp_path))
    refuse_test_half(gold.part("dev"), not_tuning=False)
    refuse_test_half(gold.articles, not_tuning=True)
    with pytest.raises(UsageError, match="1 of these articles belong to the half test") as caught:
        refuse_test_half(gold.articles, not_tuning=False)
    assert "--i-am-not-tuning" in caught.value.hint


def test_the_shipped_set_is_the_default() -> None:
    """Without a folder the set beside the program is meant."""
    assert gold_folder().parts[-2:] == ("evals", "gold")


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        (changed("labels/dk-2011-ferry.toml", 'kind = "wire"', 'kind = "wire" # who says so?\nnote = "n"'), True),
        (changed("labels/dk-2011-ferry.toml", 'type = "accusation"', 'type = "accusation"\nnote = "n"'), True),
        (changed("labels/dk-2011-ferry.toml", 'kind = "wire"', 'kind = "wire"\nprinted = true'), True),
        ({"articles/dk-2012-chess.txt": FILES["articles/dk-2012-chess.txt"].replace("\n", "\r\n")}, True),
        ({"articles/.hidden": "x"}, True),
        (changed("articles/dk-2012-chess.txt", "under-12", "under-13"), False),
        (changed("labels/dk-2011-ferry.toml", "optional = true", "optional = false"), False),
        (changed("labels/dk-2011-ferry.toml", 'kind = "wire"', 'kind = "regional"'), False),
        ({"articles/dk-2012-chess.txt": None, "labels/dk-2012-chess.toml": None}, False),
    ],
    ids=[
        "nothing",
        "comment and note",
        "note of an event",
        "a default spelt out",
        "line ends",
        "hidden file",
        "text",
        "label",
        "kind",
        "fewer articles",
    ],
)
def test_the_digest_names_the_content(tmp_path: Path, change: dict[str, str], same: bool) -> None:
    """Whatever can change a score changes the digest, and nothing else does."""
    before = read_gold(write(tmp_path / "before")).digest
    after = read_gold(write(tmp_path / "after", change)).digest
    assert before.startswith("sha256:")
    assert (before == after) == same


@pytest.mark.parametrize(
    ("change", "flaws"),
    [
        (
            {"articles/dk-2012-chess.txt": None},
            ["labels/dk-2012-chess.toml: there is no article articles/dk-2012-chess.txt for this label"],
        ),
        (
            {"labels/dk-2012-chess.toml": None},
            ["articles/dk-2012-chess.txt: there is no label labels/dk-2012-chess.toml for this article"],
        ),
        (
            {"labels/dk-2012-chess.toml": "id = \n"},
            ["labels/dk-2012-chess.toml: is no TOML: Invalid value (at line 1, column 6)"],
        ),
        ({"labels/dk-2012-chess.toml": b'id = "\xff"'}, ["labels/dk-2012-chess.toml: is not UTF-8 (byte 6)"]),
        ({"articles/dk-2012-chess.txt": b"\xff\xfe"}, ["articles/dk-2012-chess.txt: is not UTF-8 (byte 0)"]),
        ({"articles/dk-2012-chess.txt": " \n"}, ["articles/dk-2012-chess.txt: the article is empty"]),
        (
            {"articles/dk-2012-chess.txt": "x" * 1_000_001},
            ["articles/dk-2012-chess.txt: is larger than 1,000,000 bytes"],
        ),
        (
            changed("labels/dk-2012-chess.toml", "dk-2012-chess", "dk-2012-chest"),
            [
                "labels/dk-2012-chess.toml: id: is 'dk-2012-chest', but the file is named for 'dk-2012-chess'",
                "labels/dk-2012-chess.toml: there is no article articles/dk-2012-chest.txt for this label",
            ],
        ),
        (
            {"labels/more/dk-2011-ferry.toml": FERRY_LABEL},
            [
                (
                    "labels/more/dk-2011-ferry.toml: id: is a second label for 'dk-2011-ferry'; "
                    "the first is labels/dk-2011-ferry.toml"
                )
            ],
        ),
        ({"labels/notes.md": "?"}, ["labels/notes.md: is no .toml file"]),
        (
            {"labels/Ferry.toml": CHESS_LABEL},
            ["labels/Ferry.toml: the name 'Ferry' is no id: 3 to 64 of a-z, 0-9 and hyphens"],
        ),
        (
            changed("labels/dk-2012-chess.toml", 'kind = "sport"', "colour = 1"),
            [
                "labels/dk-2012-chess.toml: kind: is missing",
                "labels/dk-2012-chess.toml: colour: there is no such field",
            ],
        ),
        (
            changed("labels/dk-2011-ferry.toml", '"accusation"\n', '"acusation"\n'),
            ["labels/dk-2011-ferry.toml: events[1].type: 'acusation' is no such value; did you mean 'accusation'?"],
        ),
        (
            changed("labels/dk-2011-ferry.toml", 'standing = "other"', 'standing = "?"'),
            [
                (
                    "labels/dk-2011-ferry.toml: events[1].standing: '?' is no such value; "
                    "there are main, other, background, aggregate"
                )
            ],
        ),
        (
            changed(
                "labels/dk-2011-ferry.toml",
                "start = 2011-03-06, end = 2011-03-06",
                "start = 2011-03-08, end = 2011-03-06",
            ),
            ["labels/dk-2011-ferry.toml: events[0].when: when starts (2011-03-08) after it ends (2011-03-06)"],
        ),
        (
            changed("labels/dk-2011-ferry.toml", "min = 2, max = 2", "min = -2, max = 2"),
            [
                (
                    "labels/dk-2011-ferry.toml: events[0].counts[1].min: '-2' is wrong: "
                    "Input should be greater than or equal to 0"
                )
            ],
        ),
    ],
    ids=[
        "no article",
        "no label",
        "no TOML",
        "label not UTF-8",
        "article not UTF-8",
        "empty",
        "huge",
        "id is not the file's name",
        "two labels",
        "stray file",
        "name is no id",
        "missing and unknown field",
        "unknown type",
        "unknown standing",
        "time backwards",
        "negative count",
    ],
)
def test_broken_files_are_named_with_their_field(
    tmp_path: Path, change: dict[str, str | bytes | None], flaws: list[str]
) -> None:
    """Every problem is said in one line with file and field, and nothing else is."""
    found = said(write(tmp_path, change))
    # An article whose label cannot be read has been reported by its label.
    assert found == flaws


def test_all_problems_are_named_at_once_and_the_set_is_refused(tmp_path: Path) -> None:
    """One error message holds the problems of all files, and points at the command that lists them."""
    change = {
        **changed("labels/dk-2011-ferry.toml", "on Sunday", "on Tuesday"),
        **changed("labels/dk-2012-chess.toml", '"sport"', '"chess"'),
        "articles/dk-2013-extra.txt": "Nothing happened.\n",
    }
    with pytest.raises(GoldError) as caught:
        read_gold(write(tmp_path, change))
    assert len(caught.value.flaws) == 4
    for part in ("has 4 error(s)", "events[0].when.words", "evidence[0]", "kind: 'chess'", "dk-2013-extra"):
        assert part in str(caught.value)
    assert f"extractor eval validate {tmp_path} lists" in caught.value.hint


def test_a_long_list_of_problems_is_cut_in_the_message_only(tmp_path: Path) -> None:
    """Forty problems are enough for a line; all are kept with the error."""
    change = {f"articles/extra-{number}.txt": "Nothing happened.\n" for number in range(50)}
    with pytest.raises(GoldError) as caught:
        read_gold(write(tmp_path, change))
    assert str(caught.value).endswith(" …")
    assert len(caught.value.flaws) == 50


def test_labels_of_one_annotator_may_be_partial(tmp_path: Path) -> None:
    """Articles that an annotator has not labelled are left out where that is allowed, else they are errors."""
    folder = write(tmp_path, {"annotators/a/dk-2011-ferry.toml": FERRY_LABEL})
    gold = read_gold(folder, labels="annotators/a", partial=True)
    assert [article.id for article in gold.articles] == ["dk-2011-ferry"]
    with pytest.raises(GoldError, match="has 2 error") as caught:
        read_gold(folder, labels="annotators/a")
    assert "--labels annotators/a" in caught.value.hint


@pytest.mark.parametrize(
    ("change", "labels", "message"),
    [
        ({name: None for name in FILES if name.startswith("articles")}, "labels", "is no labelled set"),
        ({}, "annotators/z", "there are no labels in this folder"),
        (dict.fromkeys(FILES, None) | {"articles/.keep": "", "labels/.keep": ""}, "labels", "there are no labels"),
    ],
    ids=["no articles", "no such labels", "nothing in it"],
)
def test_a_folder_without_labelled_articles_is_refused(
    tmp_path: Path, change: dict[str, str | None], labels: str, message: str
) -> None:
    """What holds no labelled article is no set."""
    with pytest.raises(GoldError, match=message):
        read_gold(write(tmp_path, change), labels=labels)

"""``extractor eval validate``, ``coverage``, ``agreement`` and ``import`` as a user runs them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.command_line import Ran, call
from tests.evaluation.gold_folder import BARRACKS_LABEL, CHESS, CHESS_LABEL, FERRY_LABEL, changed, write
from tests.evaluation.muc4.test_importing import BOMBING, DOCS, write_split

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHESS_EVENT = """
[[events]]
type = "other"
evidence = ["The under-12 chess cup ended with a draw"]
when = { words = "on Saturday" }
"""
ANNOTATED = {
    "annotators/a/dk-2011-ferry.toml": FERRY_LABEL,
    "annotators/a/dk-2012-chess.toml": CHESS_LABEL,
    "annotators/a/pl-1996-barracks.toml": BARRACKS_LABEL,
    "annotators/b/dk-2011-ferry.toml": FERRY_LABEL.replace("passengers", "Two crew members", 1),
    "annotators/b/dk-2012-chess.toml": CHESS_LABEL + CHESS_EVENT,
}
"""Annotator b has two of the three articles, and sees another target and another event."""


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Ran]:
    """Return what runs ``extractor`` in an empty folder."""
    return call(monkeypatch, capsys, tmp_path)


def test_a_sound_set_is_called_good(command: Callable[..., Ran], tmp_path: Path) -> None:
    """Without a flaw there is one line: how many articles, and the digest."""
    write(tmp_path / "set")
    ran = command("eval", "validate", "set")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("good: 3 labelled articles, 0 warning(s), sha256:")


def test_all_flaws_are_listed_with_file_and_field(command: Callable[..., Ran], tmp_path: Path) -> None:
    """Errors and warnings of all files have lines of their own, control characters shown; the exit code is 2."""
    change = {
        **changed("labels/dk-2011-ferry.toml", '"passengers"', '"pas\\u001bsengers"'),
        **changed("labels/pl-1996-barracks.toml", "1996-05-10, end = 1996-05-10", "1996-05-09, end = 1996-05-09"),
        "labels/dk-2012-chess.toml": "=",
    }
    write(tmp_path / "set", change)
    ran = command("eval", "validate", "set")
    assert ran.code == 2
    lines = ran.out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["error", "error", "warning"]
    assert "labels/dk-2012-chess.toml: is no TOML" in lines[0]
    assert "labels/dk-2011-ferry.toml: events[0].targets[0].names[0]: 'pas\\x1bsengers' does not stand" in lines[1]
    assert "labels/pl-1996-barracks.toml: events[0].when: is 1996-05-09; the codebook reads" in lines[2]
    assert "2 error(s) and 1 warning(s) in 'set'" in ran.err


def test_warnings_count_as_errors_on_demand(command: Callable[..., Ran], tmp_path: Path) -> None:
    """Warnings alone leave a set good, unless --strict is given."""
    write(tmp_path / "set", changed("labels/pl-1996-barracks.toml", ", start = 1996-05-10, end = 1996-05-10", ""))
    assert command("eval", "validate", "set").code == 0
    ran = command("eval", "validate", "set", "--strict")
    assert (ran.code, "0 error(s) and 1 warning(s)" in ran.err) == (2, True)


def test_warnings_about_the_test_half_are_counted_and_not_shown(command: Callable[..., Ran], tmp_path: Path) -> None:
    """They quote its articles; errors must be mended and are shown; who writes no prompts sees both."""
    dated = CHESS_EVENT.replace('"on Saturday"', '"on Saturday", start = 2012-03-03, end = 2012-03-03')
    write(tmp_path / "set", {"labels/dk-2012-chess.toml": CHESS_LABEL + dated})
    ran = command("eval", "validate", "set")
    assert (ran.code, "Saturday" in ran.out, "3 labelled articles, 1 warning(s)" in ran.out) == (0, False, True)
    assert ran.out.startswith("1 warning(s) about the half test are not shown; --i-am-not-tuning shows them")
    assert "'on Saturday'" in command("eval", "validate", "set", "--i-am-not-tuning").out.splitlines()[0]
    write(tmp_path / "set", {"labels/dk-2012-chess.toml": CHESS_LABEL + dated.replace("chess cup", "go cup")})
    ran = command("eval", "validate", "set")
    assert (ran.code, "go cup" in ran.out, "Saturday" in ran.out) == (2, True, False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("validate", "nowhere"), "'nowhere' is no labelled set"),
        (("validate", "set", "--labels", "annotators/z"), "holds no labelled article in 'annotators/z'"),
        (("coverage", "nowhere"), "'nowhere' is no labelled set"),
        (("agreement", "set", "--second", "annotators/z"), "there are no labels in this folder"),
    ],
)
def test_what_is_no_set_is_refused(
    command: Callable[..., Ran], tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    """A wrong folder is a usage error with a hint."""
    write(tmp_path / "set", ANNOTATED)
    ran = command("eval", *arguments)
    assert (ran.code, message in ran.err, "hint: " in ran.err) == (2, True, True)


def test_coverage_is_a_table_with_its_bars(command: Callable[..., Ran], tmp_path: Path) -> None:
    """Figures stand beside what is demanded; the articles are listed without their text."""
    write(tmp_path / "set")
    ran = command("eval", "coverage", "set", "--articles")
    assert ran.code == 0
    rows = [line.split("  ") for line in ran.out.splitlines()]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert ["articles", "3", "at least 100", "MISSED"] in cells
    assert ["articles that print no date", "2 of 3 (67%)", "about a third (25 to 42 %)", "MISSED"] in cells
    assert ["Denmark (DNK)", "1"] in cells
    assert ["dk-2012-chess", "test", "sport", "-", "11", "0"] in cells
    assert CHESS.strip() not in ran.out


def test_coverage_as_data_and_as_a_demand(command: Callable[..., Ran], tmp_path: Path) -> None:
    """--json gives the same rows to programs, --strict fails where a bar is missed and names it."""
    write(tmp_path / "set")
    found = json.loads(command("eval", "coverage", "set", "--json").out)
    assert found["digest"].startswith("sha256:")
    assert found["tables"][0]["rows"][0] == {
        "name": "articles", "count": 3, "of": None, "bar": "at least 100", "met": False,
    }  # fmt: skip
    ran = command("eval", "coverage", "set", "--strict")
    assert (ran.code, "bar(s) missed: articles, " in ran.err) == (2, True)


def test_agreement_is_a_table_over_what_both_labelled(command: Callable[..., Ran], tmp_path: Path) -> None:
    """Each slot has its F1 with an interval, over the articles of both."""
    write(tmp_path / "set", ANNOTATED)
    ran = command("eval", "agreement", "set")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "annotators/a and annotators/b: 2 articles labelled by both"
    assert [line.split()[0] for line in lines[2:]] == [
        *("type", "when", "where", "initiators", "targets", "casualties", "all", "events", "status", "standing")
    ]
    found = json.loads(command("eval", "agreement", "set", "--json", "--half", "dev").out)
    assert (found["articles"], found["repeats"]) == (1, 2)
    assert found["slots"]["type"]["f1"]["value"] == 1
    assert found["slots"]["targets"]["f1"]["value"] < 1


def test_disagreements_of_the_half_test_need_a_word(command: Callable[..., Ran], tmp_path: Path) -> None:
    """What was labelled otherwise is listed, and the half test only with --i-am-not-tuning."""
    write(tmp_path / "set", ANNOTATED)
    listing = ("eval", "agreement", "set", "--disagreements")
    ran = command(*listing)
    assert (ran.code, ran.out) == (2, "")
    assert "1 of these articles belong to the half test" in ran.err
    ran = command(*listing, "--half", "dev")
    assert ran.code == 0
    assert "dk-2011-ferry  (2 and 2 events)" in ran.out
    assert "events[0] targets: annotators/a passengers | annotators/b Two crew members" in ran.out
    assert "dk-2012-chess" not in ran.out
    ran = command(*listing, "--i-am-not-tuning")
    assert "dk-2012-chess  (0 and 1 events)" in ran.out
    assert "extra_event: annotators/a - | annotators/b" in ran.out


def test_annotators_without_a_common_article_are_refused(command: Callable[..., Ran], tmp_path: Path) -> None:
    """There is nothing to agree on then."""
    write(tmp_path / "set", {name: text for name, text in ANNOTATED.items() if "/a/" in name or "ferry" in name})
    ran = command("eval", "agreement", "set", "--half", "test")
    assert (ran.code, "share no labelled article of the half 'test'" in ran.err) == (2, True)


def test_labels_agree_with_themselves(command: Callable[..., Ran], tmp_path: Path) -> None:
    """The gold may be named as a side; without a difference nothing is listed."""
    write(tmp_path / "set")
    ran = command(
        "eval", "agreement", "set", "--first", "labels", "--second", "labels", "--disagreements", "--i-am-not-tuning"
    )
    assert ran.code == 0
    assert "all six     1.000 (1.000..1.000)" in ran.out
    assert "dk-2011-ferry" not in ran.out


def test_muc4_is_imported_into_a_folder_of_its_own(command: Callable[..., Ran], tmp_path: Path) -> None:
    """The new set is valid, and what was left out is said on standard error."""
    (tmp_path / "muc").mkdir()
    write_split(tmp_path / "muc", DOCS, {"D-1": [BOMBING]}, split="test")
    ran = command("eval", "import", "muc4", "muc", "--out", "new")
    assert (ran.code, ran.out.startswith("new: 1 articles, 1 events, sha256:")) == (0, True)
    assert "0 names of the keys do not stand in their text" in ran.err
    assert command("eval", "validate", "new").code == 0
    again = command("eval", "import", "muc4", "muc", "--out", "new")
    assert (again.code, "'new' exists already" in again.err) == (2, True)


def test_a_broken_source_writes_nothing(command: Callable[..., Ran], tmp_path: Path) -> None:
    """Where the keys cannot be read there is no folder afterwards."""
    (tmp_path / "muc").mkdir()
    write_split(tmp_path / "muc", DOCS, "[]", split="test")
    ran = command("eval", "import", "muc4", "muc", "--out", "new")
    assert (ran.code, "test_keys.json" in ran.err) == (4, True)
    assert not (tmp_path / "new").exists()

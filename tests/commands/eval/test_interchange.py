"""``extractor eval export`` and ``eval import`` of other tools' formats as a user runs them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from extractor.evaluation.gold import read_gold
from tests.command_line import Ran, call
from tests.evaluation.gold_folder import CHESS_LABEL, FERRY_LABEL, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHESS_EVENT = """
[[events]]
type = "other"
evidence = ["The under-12 chess cup ended with a draw on Saturday."]
"""
FORMATS = ("label-studio", "doccano", "web-annotation")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Ran]:
    """Return what runs ``extractor`` in an empty folder."""
    return call(monkeypatch, capsys, tmp_path)


@pytest.mark.parametrize(
    ("name", "offsets"),
    [
        ("label-studio", ()),
        ("label-studio", ("--offsets", "utf-16")),
        ("doccano", ()),
        ("doccano", ("--offsets", "graphemes")),
        ("web-annotation", ()),
    ],
)
def test_a_set_comes_back(command: Callable[..., Ran], tmp_path: Path, name: str, offsets: tuple[str, ...]) -> None:
    """What is exported and imported again is the same set, to the digest."""
    folder = write(tmp_path / "set")
    told = ("--half", "all", "--i-am-not-tuning", *offsets)
    out = command("eval", "export", name, "--set", str(folder), *told, "--out", "labels.json")
    assert (out.code, "3 articles" in out.out) == (0, True), out.err
    back = command("eval", "import", name, "labels.json", "--out", "back")
    assert (back.code, back.err) == (0, "")
    assert "back/labels: 3 articles, 3 events, sha256:" in back.out
    assert read_gold(tmp_path / "back").digest == read_gold(folder).digest


@pytest.mark.parametrize("name", FORMATS)
def test_the_half_test_is_not_given_away(command: Callable[..., Ran], tmp_path: Path, name: str) -> None:
    """Only the half dev is exported unless somebody says that they are not tuning."""
    folder = write(tmp_path / "set")
    asked = ("eval", "export", name, "--set", str(folder), "--out", "labels.json")
    refused = command(*asked, "--half", "test")
    assert refused.code == 2
    assert "--i-am-not-tuning" in refused.err
    assert not (tmp_path / "labels.json").exists()
    assert command(*asked).code == 0
    assert "chess" not in (tmp_path / "labels.json").read_text()


def test_notes_on_the_half_test_are_counted(command: Callable[..., Ran], tmp_path: Path) -> None:
    """What an import says about articles of the half test quotes them, so it is only counted unless asked for."""
    folder = write(tmp_path / "set", {"labels/dk-2012-chess.toml": CHESS_LABEL + CHESS_EVENT})
    told = ("--half", "all", "--i-am-not-tuning", "--out", "labels.json")
    assert command("eval", "export", "label-studio", "--set", str(folder), *told).code == 0
    tasks = json.loads((tmp_path / "labels.json").read_text())
    for task in tasks:
        del task["data"]["extractor"]
    (tmp_path / "labels.json").write_text(json.dumps(tasks))
    asked = ("eval", "import", "label-studio", "labels.json")
    quiet = command(*asked, "--out", "quiet")
    assert "2 more about the half test; --i-am-not-tuning shows them" in quiet.err
    assert "ferry" in quiet.err
    assert "chess" not in quiet.err
    assert "chess" in command(*asked, "--out", "open", "--i-am-not-tuning").err


def test_one_annotator_can_be_exported(command: Callable[..., Ran], tmp_path: Path) -> None:
    """--labels names whose labels are given; articles without one are left out."""
    folder = write(tmp_path / "set", {"annotators/a/dk-2011-ferry.toml": FERRY_LABEL})
    asked = ("eval", "export", "label-studio", "--set", str(folder), "--out", "labels.json")
    assert command(*asked, "--labels", "annotators/a").code == 0
    assert [task["data"]["id"] for task in json.loads((tmp_path / "labels.json").read_text())] == ["dk-2011-ferry"]


def test_the_labelling_interface_is_written(command: Callable[..., Ran], tmp_path: Path) -> None:
    """Beside the tasks stands what the project's settings need."""
    folder = write(tmp_path / "set")
    command("eval", "export", "label-studio", "--set", str(folder), "--out", "labels.json")
    assert (tmp_path / "labels.config.xml").read_text().startswith("<View>")


def test_annotators_get_folders(command: Callable[..., Ran], tmp_path: Path) -> None:
    """Two people's annotations of one task can be compared at once with eval agreement."""
    folder = write(tmp_path / "set")
    command("eval", "export", "label-studio", "--set", str(folder), "--out", "labels.json")
    tasks = json.loads((tmp_path / "labels.json").read_text())
    for task in tasks:
        (made,) = task["annotations"]
        task["annotations"] = [{**made, "ground_truth": False, "completed_by": person} for person in (1, 2)]
    (tmp_path / "labels.json").write_text(json.dumps(tasks))
    back = command("eval", "import", "label-studio", "labels.json", "--out", "back")
    assert back.code == 0
    assert back.out.count("back/annotators/user-") == 2
    told = ("--first", "annotators/user-1", "--second", "annotators/user-2")
    assert command("eval", "agreement", "back", *told).code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "labels.json is no JSON"),
        ("[]", "there is no labelled task"),
        ('[{"data": {"text": "A"}, "annotations": []}]', "nobody has labelled it"),
    ],
)
def test_a_file_that_cannot_be_imported(command: Callable[..., Ran], tmp_path: Path, content: str, said: str) -> None:
    """What is wrong is said in one message without a traceback, and no folder is made."""
    (tmp_path / "labels.json").write_text(content)
    ran = command("eval", "import", "label-studio", "labels.json", "--out", "back")
    assert ran.code == 4
    assert said in ran.err
    assert not (tmp_path / "back").exists()


def test_a_file_that_is_not_there(command: Callable[..., Ran]) -> None:
    """A missing file is named."""
    ran = command("eval", "import", "label-studio", "gone.json", "--out", "back")
    assert (ran.code, "'gone.json' cannot be read" in ran.err) == (4, True)


def test_a_folder_of_files_is_a_folder_of_annotators(command: Callable[..., Ran], tmp_path: Path) -> None:
    """Of the files that doccano writes, each becomes an annotator; a broken line is named with its file and number."""
    folder = write(tmp_path / "set")
    (tmp_path / "people").mkdir()
    for person in ("admin", "maria"):
        out = f"people/{person}.jsonl"
        assert command("eval", "export", "doccano", "--set", str(folder), "--out", out).code == 0
    back = command("eval", "import", "doccano", "people", "--out", "back")
    assert (back.code, back.out.count("back/annotators/")) == (0, 2)
    (tmp_path / "people" / "maria.jsonl").write_text('\n{"text": \n')
    broken = command("eval", "import", "doccano", "people", "--out", "again")
    assert (broken.code, "maria.jsonl: line 2 is no JSON" in broken.err) == (4, True)
    assert "holds no .jsonl file" in command("eval", "import", "doccano", "set", "--out", "again").err


def test_annotations_on_texts_of_ones_own(command: Callable[..., Ran], tmp_path: Path) -> None:
    """Annotations that bring no text are placed in the files of --articles."""
    folder = write(tmp_path / "set")
    words = {"type": "TextQuoteSelector", "exact": "A ferry sank off Sollund on Sunday."}
    target = {"source": "https://example.org/dk-2011-ferry", "selector": words}
    note = {"type": "Annotation", "bodyValue": "disaster_accident", "target": target}
    (tmp_path / "notes.json").write_text(json.dumps([note]))
    asked = ("eval", "import", "web-annotation", "notes.json", "--out", "back")
    refused = command(*asked)
    assert (refused.code, "--articles" in refused.err) == (4, True)
    assert command(*asked, "--articles", str(folder / "articles")).code == 0
    (made,) = read_gold(tmp_path / "back").articles
    assert (made.id, made.label.events[0].evidence) == ("dk-2011-ferry", (words["exact"],))

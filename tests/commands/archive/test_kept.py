"""``extractor archive diff``, ``reground``, ``stale`` and ``drop``: what can be done with kept runs, and no model."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from extractor.archive.keys import grounding_version
from extractor.archive.store import Store
from extractor.replies import AskedModel
from tests.archive.answered import OLD, age, asked, rewrite
from tests.archive.test_reground import unplaced
from tests.command_line import call, environment
from tests.evaluation.small_set import nothing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.command_line import Ran


@pytest.fixture
def extractor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Ran]:
    """Return what runs the command line in a folder that holds a store with two runs."""
    with Store.open(tmp_path / "extractor-archive.db", create=True) as store:
        asked(store)
        asked(store, "second", reply=nothing, model=AskedModel(name="other"))
    return call(monkeypatch, capsys, tmp_path)


def opened(folder: Path) -> Store:
    """Return the store of the commands."""
    return Store.open(folder / "extractor-archive.db")


def test_diff_names_articles_causes_and_events(extractor: Callable[..., Ran]) -> None:
    """Lines for people, whole events as JSON lines; two equal runs differ in nothing."""
    ran = extractor("archive", "diff", "first", "second")
    lines = ran.out.splitlines()
    assert (ran.code, len(lines)) == (0, 6)
    assert lines[0] == "aa-2001-bridge (aa-2001-bridge.txt): model"
    assert lines[1].startswith("  - e1-")
    assert "disaster_accident: Something happened." in lines[1]
    assert lines[-2:] == ["first and second differ in 2 articles", "  2 by model"]
    rows = [json.loads(line) for line in extractor("archive", "diff", "first", "second", "--json").out.splitlines()]
    assert [(row["article"], row["causes"], len(row["only_one"]), row["only_other"]) for row in rows] == [
        ("aa-2001-bridge", ["model"], 1, []),
        ("bb-2002-strike", ["model"], 1, []),
    ]
    assert extractor("archive", "diff", "first", "first").out == "first and first differ in 0 articles\n"


def test_reground_says_what_changed(extractor: Callable[..., Ran], tmp_path: Path) -> None:
    """Once; afterwards nothing is left to be done."""
    with opened(tmp_path) as store:
        rewrite(store, store.run("first"), unplaced)
        age(store)
    ran = extractor("archive", "reground", "first")
    lines = ran.out.splitlines()
    assert (ran.code, len(lines)) == (0, 3)
    assert lines[0] == f"bb-2002-strike (bb-2002-strike.txt): was grounded by {OLD}"
    assert lines[1].startswith("  ~ e1-")
    assert lines[1].endswith(": where")
    became = "1 changed, 2 the same, 0 kept as they were"
    assert lines[2] == f"first: 3 answers grounded again by {grounding_version()}: {became}"
    assert extractor("archive", "reground", "first").out.startswith("first: 0 answers grounded again")


def test_reground_names_what_it_could_not_make_again(extractor: Callable[..., Ran], tmp_path: Path) -> None:
    """Some are kept as they were: exit code 3, and each says why."""
    with opened(tmp_path) as store:
        age(store)
        with store._connections.writing() as connection:
            connection.execute("UPDATE replies SET request = zeroblob(32) WHERE id = 1")
    ran = extractor("archive", "reground", "first", "--json")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 3
    assert [(row["article"], row["outcome"]) for row in rows] == [
        ("aa-2001-bridge", "kept"),
        ("bb-2002-strike", "same"),
        ("cc-2003-chess", "same"),
    ]
    assert "no reply is kept" in rows[0]["problem"]
    again = extractor("archive", "reground", "first")
    assert again.code == 3
    assert "aa-2001-bridge (aa-2001-bridge.txt): kept as it was: " in again.out


def test_stale_names_rows_and_counts_them(extractor: Callable[..., Ran], tmp_path: Path) -> None:
    """By run and reason; a wanted prompt makes all others stale."""
    assert extractor("archive", "stale").out == "nothing is stale\n"
    with opened(tmp_path) as store:
        age(store)
    lines = extractor("archive", "stale", "--run", "second").out.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("second: aa-2001-bridge (aa-2001-bridge.txt): grounding; asked with events@v1 ")
    assert lines[-1] == "second: 3 stale by grounding"
    ran = extractor("archive", "stale", "--prompt", "events-lite@v1", "--json")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert [(row["run"], row["reasons"]) for row in rows] == [
        *[("first", ["prompt", "grounding"])] * 3,
        *[("second", ["prompt", "grounding"])] * 3,
    ]


def test_drop_wants_a_yes(extractor: Callable[..., Ran], tmp_path: Path) -> None:
    """Without a terminal to ask at, nothing goes without --yes; with it, the whole run goes and the other stays."""
    ran = extractor("archive", "drop", "first")
    assert ran.code == 2
    assert "nothing is dropped without a yes" in ran.err
    assert "first: 3 of 3 articles done, 2 events" in ran.err
    ran = extractor("archive", "drop", "first", "--yes")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("dropped first: 3 of 3 articles done, 2 events")
    with opened(tmp_path) as store:
        assert ([run.name for run in store.runs()], store.check()) == (["second"], [])
    ran = extractor("archive", "drop", "first", "--yes")
    assert (ran.code, "there are: second" in ran.err) == (2, True)


@pytest.mark.parametrize(("typed", "left"), [("n\n", ["first", "second"]), ("y\n", ["second"])])
def test_drop_asks_at_a_terminal(typed: str, left: list[str], extractor: Callable[..., Ran], tmp_path: Path) -> None:
    """Only a yes drops."""
    assert extractor("archive", "stale").code == 0
    master, slave = pty.openpty()
    os.write(master, typed.encode())
    command = [sys.executable, "-m", "extractor", "archive", "drop", "first"]
    ran = subprocess.run(  # noqa: S603 - ourselves
        command, stdin=slave, capture_output=True, env=environment(), cwd=tmp_path, timeout=120, check=False
    )
    os.close(master)
    os.close(slave)
    assert b"Drop it?" in ran.stderr
    with opened(tmp_path) as store:
        assert [run.name for run in store.runs()] == left


@pytest.mark.parametrize("verb", [("stale",), ("diff", "a", "b"), ("reground", "a"), ("drop", "a", "--yes")])
def test_a_store_that_cannot_be_used_ends_with_9(
    verb: tuple[str, ...], extractor: Callable[..., Ran], tmp_path: Path
) -> None:
    """A damaged store and a missing one are one line each, with what to do."""
    (tmp_path / "damaged.db").write_text("This was a store once. " * 500)
    for name, message in (("damaged.db", "is damaged"), ("missing.db", "there is no store")):
        ran = extractor("archive", *verb, "--store", name)
        assert ran.code == 9
        assert message in ran.err
        assert "hint: " in ran.err

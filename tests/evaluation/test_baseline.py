"""The regression floor: kept replies through today's code, and what may not be lost."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from extractor.errors import StoreError, UsageError
from extractor.evaluation.baseline import (
    BASELINE,
    RUNS,
    Baseline,
    check_floor,
    read_baseline,
    rounded_down,
    rounded_up,
    write_floor,
)
from extractor.evaluation.conditions import Conditions
from extractor.evaluation.runs import ARTICLES, load_run
from tests.evaluation.small_set import ASKED, answer, gold, make, nothing, plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from extractor.evaluation.runs import Run

OTHER_DIGEST = "sha256:" + "6" * 64


def made(folder: Path, *replies: Any, name: str = "run", **parts: Any) -> Run:
    """Make a run outside the folder ``evals``."""
    return asyncio.run(make(folder / "eval-runs", *replies, name=name, the_plan=plan(**parts)))


@pytest.fixture
def evals(tmp_path: Path) -> Path:
    """Return a folder with the floor of one run."""
    folder = tmp_path / "evals"
    folder.mkdir()
    write_floor(made(tmp_path, answer), folder, gold())
    return folder


def rewrite(evals: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the first floor in the file."""
    path = evals / BASELINE
    content = json.loads(path.read_text())
    change(content["floors"][0])
    path.write_text(json.dumps(content))


def test_a_floor_holds_on_the_code_that_set_it(evals: Path) -> None:
    """The run is taken over, its figures are the floor, and nothing is lost."""
    (floor,) = read_baseline(evals).floors
    checked = check_floor(floor, evals, gold())
    assert checked.lost == ()
    assert (floor.run, floor.prompt, floor.model, floor.half, floor.lowered) == ("run", "events@v1", ASKED, "all", None)
    assert floor.figures.event_f1 is not None
    assert 0 <= checked.report.event_f1.value - floor.figures.event_f1 < 1e-4
    assert (evals / RUNS / "run" / ARTICLES).exists()


def test_a_folder_without_the_file_has_no_floor(tmp_path: Path) -> None:
    """Nothing is demanded where nothing was set."""
    assert read_baseline(tmp_path) == Baseline()


@pytest.mark.parametrize(
    ("figure", "value", "said"),
    [
        ("event_f1", 1.0, "event f1 is 0.9"),
        ("conflict_retention", 0.5, "conflict retention is None, the floor 0.5"),
        ("date_fabrication", 0.0, "date fabrication is None, the floor 0.0"),
    ],
)
def test_what_is_lost_is_named_with_both_figures(evals: Path, figure: str, value: float, said: str) -> None:
    """A figure below its floor, or one that can no longer be measured, is a loss."""

    def raise_it(floor: dict[str, Any]) -> None:
        floor["figures"][figure] = value

    rewrite(evals, raise_it)
    (floor,) = read_baseline(evals).floors
    (lost,) = check_floor(floor, evals, gold()).lost
    assert lost.startswith(said)


def test_the_replies_are_read_again_by_todays_code(evals: Path) -> None:
    """The events that were kept don't matter: emptied, the check still finds what the replies hold."""
    path = evals / RUNS / "run" / ARTICLES
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for row in rows:
        row["extraction"]["events"] = []
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    (floor,) = read_baseline(evals).floors
    assert check_floor(floor, evals, gold()).lost == ()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("set_digest", OTHER_DIGEST, f"set_digest is {OTHER_DIGEST}, of today's set sha256:5"),
        ("prompt_digest", OTHER_DIGEST, f"prompt_digest is {OTHER_DIGEST}, of the run sha256:"),
        ("model", {"name": "m2"}, 'model is {"name":"m2"'),
        ("half", "dev", "half is dev, of the run all"),
        ("conditions", {"date": "stripped"}, "conditions is date stripped"),
    ],
)
def test_a_floor_of_something_else_is_an_error_and_no_comparison(
    evals: Path, field: str, value: Any, said: str
) -> None:
    """A figure on another set, wording or model says nothing about this one."""
    rewrite(evals, lambda floor: floor.update({field: value}))
    (floor,) = read_baseline(evals).floors
    with pytest.raises(UsageError, match="the floor of 'run' does not fit") as raised:
        check_floor(floor, evals, gold())
    assert said in str(raised.value)


def test_a_set_that_changed_since_is_named(evals: Path) -> None:
    """The floor names the digest of then, and the message today's."""
    (floor,) = read_baseline(evals).floors
    with pytest.raises(UsageError, match=f"set_digest is {floor.set_digest}, of today's set {OTHER_DIGEST}"):
        check_floor(floor, evals, gold(digest=OTHER_DIGEST))


def test_a_missing_reply_is_an_error(evals: Path) -> None:
    """Where today's code asks something else, the floor cannot be checked, and the article is named."""
    path = evals / RUNS / "run" / ARTICLES
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    rows[1]["replies"] = []
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    (floor,) = read_baseline(evals).floors
    with pytest.raises(UsageError, match="has no reply to: bb-2002-strike"):
        check_floor(floor, evals, gold())


def test_a_floor_is_raised_by_writing_and_lowered_only_with_a_reason(evals: Path, tmp_path: Path) -> None:
    """A worse run is refused and leaves everything as it was; with a reason it is taken, and the reason kept."""
    before = (evals / BASELINE).read_text()
    dull = made(tmp_path, nothing, name="dull")
    with pytest.raises(UsageError, match=r"'dull' would lower the floor: event f1 is 0\.0, the floor 0\.9"):
        write_floor(dull, evals, gold())
    assert ((evals / BASELINE).read_text(), (evals / RUNS / "dull").exists()) == (before, False)
    write_floor(dull, evals, gold(), lower="the model is gone")
    (lowered,) = read_baseline(evals).floors
    assert (lowered.run, lowered.figures.event_f1, lowered.lowered) == ("dull", 0.0, "the model is gone")
    write_floor(made(tmp_path, answer, name="better"), evals, gold(), lower="not needed")
    (raised,) = read_baseline(evals).floors
    assert (raised.run, raised.lowered) == ("better", None)


@pytest.mark.parametrize(
    "parts",
    [
        {"half": "dev"},
        {"conditions": Conditions(furniture="removed")},
        {"model": ASKED.model_copy(update={"name": "m2"})},
    ],
)
def test_each_kind_has_a_floor_of_its_own(evals: Path, tmp_path: Path, parts: dict[str, Any]) -> None:
    """Another half, model or condition stands beside the first and takes nothing from it."""
    write_floor(made(tmp_path, nothing, name="other", **parts), evals, gold())
    assert sorted(floor.run for floor in read_baseline(evals).floors) == ["other", "run"]


def test_the_same_run_can_be_written_in_place(evals: Path) -> None:
    """A run that lies in the folder already is not copied onto itself."""
    (floor,) = read_baseline(evals).floors
    assert write_floor(load_run(evals / RUNS / "run"), evals, gold()) == floor


def test_a_run_on_another_set_sets_no_floor(evals: Path, tmp_path: Path) -> None:
    """It has to be read again on today's set first."""
    with pytest.raises(UsageError, match="was made on another set"):
        write_floor(made(tmp_path, answer, name="old", set_digest=OTHER_DIGEST), evals, gold())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"run": "../run"}, "floors.0.run: String should match pattern"),
        ({"set_digest": "none"}, "floors.0.set_digest"),
        ({"figures": {"event_f1": 2}}, "floors.0.figures.event_f1: Input should be less than or equal to 1"),
        ({"figures": {"event_f1": float("nan")}}, "floors.0.figures.event_f1"),
        ({"modell": 1, "half": "both"}, "floors.0.half: .*floors.0.modell: Extra"),
    ],
)
def test_a_wrong_file_is_named_with_its_fields(evals: Path, change: dict[str, Any], said: str) -> None:
    """All problems at once."""
    rewrite(evals, lambda floor: floor.update(change))
    with pytest.raises(StoreError, match=said):
        read_baseline(evals)


@pytest.mark.parametrize("figure", [0.0, 0.0001, 0.29, 0.57, 0.58, 1 / 3, 2 / 3, 0.99995, 1.0])
def test_figures_are_rounded_to_the_lenient_side(figure: float) -> None:
    """A figure of four digits stays what it is, and no other is demanded more exactly than it is kept."""
    down, up = rounded_down(figure), rounded_up(figure)
    assert down <= figure <= up
    assert figure - down < 1e-4 > up - figure
    if figure == round(figure, 4):
        assert down == up == figure

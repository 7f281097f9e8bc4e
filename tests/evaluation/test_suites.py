"""Suites: what a file may say, and how wrong ones are named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extractor.errors import UsageError
from extractor.evaluation.conditions import Conditions
from extractor.evaluation.suites import Suite, load_suite, suite_names
from extractor.scoring.figures import Bounds
from extractor.scoring.scores import Slot

WHOLE = """\
about = "Everything that can be said"
half = "test"
set = "mine"
labels = "annotators/a"
repeats = 3
date = "stripped"
furniture = "removed"

[bounds]
margin = 0.02
guards = ["casualties", "when"]
alpha = 0.01
least_articles = 30
floors = { grounding = 0.9, date_fabrication = 0.05 }
"""


def write(tmp_path: Path, text: str) -> str:
    """Write a suite and return its name."""
    path = tmp_path / "evals" / "suites" / "mine.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return str(path)


def test_a_suite_says_everything_about_a_run_and_its_bounds(tmp_path: Path) -> None:
    """Each key is read, and the set lies beside the folder of suites."""
    suite = load_suite(write(tmp_path, WHOLE))
    assert (suite.half, suite.repeats, suite.labels) == ("test", 3, "annotators/a")
    assert suite.conditions == Conditions(date="stripped", furniture="removed")
    assert suite.set_folder == tmp_path / "evals" / "mine"
    assert suite.bounds.guards == (Slot.CASUALTIES, Slot.WHEN)
    assert (suite.bounds.margin, suite.bounds.floors.date_fabrication) == (0.02, 0.05)


def test_an_empty_suite_is_the_half_dev_as_it_is(tmp_path: Path) -> None:
    """Everything has a default."""
    assert load_suite(write(tmp_path, "")) == Suite()
    assert (Suite().half, Suite().set_folder, Suite().conditions, Suite().bounds) == (
        "dev",
        None,
        Conditions(),
        Bounds(),
    )


def test_options_beat_a_suite_where_they_are_given() -> None:
    """None leaves what the suite says."""
    suite = Suite(repeats=3).but(half="test", repeats=None, date="stripped")
    assert (suite.half, suite.repeats, suite.date) == ("test", 3, "stripped")


def test_the_suite_on_the_page_is_one(tmp_path: Path) -> None:
    """What docs/evaluation.md shows can be copied."""
    page = (Path(__file__).parents[2] / "docs" / "evaluation.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    suite = load_suite(write(tmp_path, shown))
    assert suite.model_fields_set == set(Suite.model_fields)
    assert suite.bounds.model_fields_set == set(Bounds.model_fields)


@pytest.mark.parametrize("name", suite_names())
def test_the_suites_that_ship_can_be_read(name: str) -> None:
    """Each has its words, and lets nothing pass that loses more than a point."""
    suite = load_suite(name)
    assert suite.about
    assert suite.bounds.margin <= 0.01
    assert suite.set_folder is None


def test_the_suites_that_the_commands_name_ship() -> None:
    """``eval gate`` asks dev by default, ``prompts promote`` test, which is the half that decides."""
    assert {"dev", "test"} <= set(suite_names())
    assert load_suite("test").half == "test"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('half = "both"', "half: Input should be 'dev', 'test' or 'all'"),
        ('repeats = "3"', "repeats: Input should be a valid integer"),
        ("repeats = 0", "repeats: Input should be greater than or equal to 1"),
        ("halve = 1", "halve: Extra inputs are not permitted"),
        ('[bounds]\nguards = ["deaths"]', "bounds.guards.0: Input should be 'type', "),
        ("[bounds]\nmargin = 2", "bounds.margin: Input should be less than or equal to 1"),
        ("[bounds.floors]\ngrounding = true", "bounds.floors.grounding: Input should be a valid number"),
        ("[bounds]\nmargin = nan", "bounds.margin"),
        ('date = "maybe"\nfurniture = "some"\n[bounds]\nalpha = 1', "date: .*; furniture: .*; bounds.alpha: "),
    ],
)
def test_everything_wrong_is_named_at_once_with_its_field(tmp_path: Path, text: str, named: str) -> None:
    """A suite is taken as it is meant or not at all."""
    with pytest.raises(UsageError, match=named) as raised:
        load_suite(write(tmp_path, text))
    assert "mine.toml' is wrong" in str(raised.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"half = ", "cannot read the suite"), (b"about = '\xff'", "cannot read the suite"), (None, "there is no suite")],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, said: str) -> None:
    """No TOML, no text, no file: each is a usage error."""
    path = tmp_path / "mine.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=said):
        load_suite(str(path))


def test_a_misspelt_suite_has_a_neighbour() -> None:
    """The hint names the nearest suite that ships, or all of them."""
    with pytest.raises(UsageError) as near:
        load_suite("tets")
    assert "'test'" in near.value.hint
    with pytest.raises(UsageError) as far:
        load_suite("xyzzy")
    assert "dev" in far.value.hint

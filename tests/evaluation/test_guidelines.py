"""The labelling guide: what it shows is what the code accepts, and it explains everything that a label may hold."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from extractor.evaluation.labels.checks import check_label
from extractor.evaluation.labels.vocabulary import KINDS, TRAPS
from extractor.events.vocabulary import EventType, Measure, Standing, Status, Who
from extractor.scoring.labels import LabelledArticle

GUIDE = Path(__file__).parents[2] / "evals" / "guidelines.md"
TODAY = dt.date(2026, 1, 1)
_CASE = re.compile(
    r"^### (?P<name>[^\n]+)\n\nPubli(?:shed (?P<day>[\d-]+)|cation date unknown)\.\n\n(?P<text>(?:>[^\n]*\n)+)\n"
    r"```toml\n(?P<label>.*?)```\n",
    re.MULTILINE | re.DOTALL,
)


@cache
def guide() -> str:
    """The whole guide."""
    return GUIDE.read_text(encoding="utf-8")


def quoted(lines: str) -> str:
    """The text of a Markdown quotation."""
    return "".join(line.removeprefix(">").removeprefix(" ") for line in lines.splitlines(keepends=True))


def worked() -> dict[str, tuple[LabelledArticle, str]]:
    """Every worked decision: its label and its text."""
    found = {}
    for match in _CASE.finditer(guide()):
        head = {"id": "an-example", "kind": "wire", "printed": "wrong_printed_date" in match["name"]}
        if head["printed"]:
            head["traps"] = ["wrong_printed_date"]
        if match["day"]:
            head["published"] = dt.date.fromisoformat(match["day"])
        label = LabelledArticle.model_validate({**head, **tomllib.loads(match["label"])})
        found[match["name"]] = (label, quoted(match["text"]))
    return found


def full_example() -> tuple[LabelledArticle, str]:
    """The one complete label of the guide, with its article."""
    text = re.search(r"<!-- full example: text -->\n((?:>[^\n]*\n)+)", guide())
    label = re.search(r"<!-- full example: label -->\n```toml\n(.*?)```", guide(), re.DOTALL)
    assert text
    assert label
    return LabelledArticle.model_validate(tomllib.loads(label[1])), quoted(text[1])


def flaws(label: LabelledArticle, text: str) -> list[str]:
    """Everything that the validator says, warnings included."""
    return [str(flaw) for flaw in check_label(label, text, label.id, today=TODAY, advice=True)]


def test_the_full_example_is_a_flawless_label() -> None:
    """Who copies the example copies something valid, and the codebook reads its dates and numbers as it does."""
    assert flaws(*full_example()) == []


@pytest.mark.parametrize("name", worked())
def test_each_worked_decision_is_a_flawless_label(name: str) -> None:
    """What the guide decides, the validator accepts, and code reads dates and numbers as the guide does."""
    # What follows only by thinking, and the text around the example says so.
    known = {"Prisoners let go, prisoners exchanged": "'four soldiers each'", "`no_casualties`": "'No one was hurt'"}
    assert [said for said in flaws(*worked()[name]) if known.get(name, "\0") not in said] == []


def test_every_section_of_worked_decisions_was_read() -> None:
    """No heading under the worked decisions escapes the tests above."""
    part = guide().split("## 14. ")[-1]
    assert set(re.findall(r"^### (.+)$", part, re.MULTILINE)) == set(worked())


def test_every_trap_has_a_worked_decision() -> None:
    """The guide decides each trap, in the order of the list."""
    assert [name.strip("`") for name in worked() if name.startswith("`")] == list(TRAPS)


@pytest.mark.parametrize("word", [*EventType, *Status, *Standing, *Measure, *Who, *KINDS])
def test_the_guide_explains_every_value(word: str) -> None:
    """Each closed value that a label may hold stands in the guide."""
    assert re.search(rf"(?<![\w_]){word}(?![\w_])", guide())


def test_every_type_has_a_row_of_its_own() -> None:
    """All types stand in the tables of the guide, in their order of precedence."""
    part = guide().split("\n## 5. Type")[1].split("\n## 6. ")[0]
    assert re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) == list(EventType)

"""The gate's record, and promotion by exactly the gate that a version has passed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from extractor.errors import PromptError, StoreError, UsageError
from extractor.evaluation.conditions import Conditions
from extractor.evaluation.gate import GATES, GateRecord, judge, keep_record, kept_records
from extractor.evaluation.promotion import PROMOTIONS, Evidence, promote, promotions
from extractor.evaluation.scored import Scored, score_run
from extractor.evaluation.suites import Suite
from extractor.prompts.lock import read_lock
from extractor.prompts.publish import new_version, publish
from extractor.prompts.registry import load
from extractor.scoring.figures import Bounds
from extractor.scoring.scores import Slot
from tests.evaluation.small_set import ASKED, SET_DIGEST, TEXTS, answer, gold, make, nothing, plan
from tests.prompt_folders import prompts  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BOUNDS = Bounds(least_articles=2)
SUITE = Suite(half="all", bounds=BOUNDS)


async def scored(folder: Path, reply: Any, name: str, **parts: Any) -> Scored:
    """Make and score a run of the prompt that ``parts`` name."""
    return score_run(await make(folder, reply, name=name, the_plan=plan(**parts)), gold())


@pytest.fixture
def root(prompts: Callable[..., Path]) -> Path:  # noqa: F811 - the fixture
    """Return a prompts folder with two published versions of ``events``, which differ in a word."""
    folder = prompts("events@v1")
    publish("events@v1", folder)
    new_version("events", "events@v1", "says it otherwise", folder)
    template = folder / "events" / "v2" / "system.jinja"
    template.write_text(template.read_text().replace("Read", "Find"))
    publish("events@v2", folder)
    return folder


async def record(folder: Path, root: Path) -> GateRecord:
    """Return a gate of events@v2 against events@v1 that was passed."""
    v1, v2 = load("events@v1", root), load("events@v2", root)
    one = await scored(folder, answer, "new", prompt=v2.spec, prompt_digest=v2.digest)
    other = await scored(folder, answer, "old", prompt=v1.spec, prompt_digest=v1.digest)
    return judge(one, other, BOUNDS, suite="strict", version="0")


def evidence(folder: Path, **changes: Any) -> Evidence:
    """Return what a promotion has to be proved by, with some parts changed."""
    whole: dict[str, Any] = {"suite_name": "strict", "suite": SUITE, "set_digest": SET_DIGEST, "model": ASKED}
    return Evidence(runs=folder, **(whole | changes))


@pytest.mark.parametrize(
    ("new", "old", "articles", "least", "result", "code"),
    [
        (answer, answer, 3, 2, "pass", 0),
        (answer, nothing, 3, 2, "pass", 0),
        (nothing, answer, 2, 2, "fail", 7),
        (nothing, answer, 3, 2, "too_little_data", 8),
        (answer, answer, 3, 20, "too_little_data", 8),
    ],
)
async def test_the_three_verdicts_have_their_exit_codes(
    tmp_path: Path, new: Any, old: Any, articles: int, least: int, result: str, code: int
) -> None:
    """Better or the same passes, worse on every article fails, and a few articles that disagree decide nothing."""
    names = tuple(TEXTS)[:articles]
    one = await scored(tmp_path, new, "new", articles=names)
    other = await scored(tmp_path, old, "old", articles=names)
    made = judge(one, other, Bounds(least_articles=least), suite=None, version="0")
    assert (made.verdict.result, made.verdict.exit_code) == (result, code)
    assert made.verdict.reasons


async def test_a_record_names_exactly_what_was_compared(tmp_path: Path, root: Path) -> None:
    """Both wordings, the set, the model, the conditions and the bounds stand in it, and survive the file."""
    made = await record(tmp_path, root)
    assert (made.candidate.prompt, made.baseline.prompt) == ("events@v2", "events@v1")
    assert made.candidate.prompt_digest == load("events@v2", root).digest != made.baseline.prompt_digest
    assert (made.set_digest, made.candidate.model, made.verdict.bounds) == (SET_DIGEST, ASKED, BOUNDS)
    path = keep_record(made, tmp_path)
    assert path.parent == tmp_path / GATES
    assert path.name.startswith("events-v2-against-events-v1-")
    assert kept_records(tmp_path) == [made]


async def test_the_same_gate_again_replaces_its_record_and_another_does_not(tmp_path: Path, root: Path) -> None:
    """A record is known by what was compared and what was asked for."""
    made = await record(tmp_path, root)
    keep_record(made, tmp_path)
    keep_record(made, tmp_path)
    keep_record(made.model_copy(update={"conditions": Conditions(date="stripped")}), tmp_path)
    strict = made.verdict.model_copy(update={"bounds": Bounds(guards=(Slot.WHEN,))})
    keep_record(made.model_copy(update={"verdict": strict}), tmp_path)
    assert len(kept_records(tmp_path)) == 3


async def test_damaged_records_are_named(tmp_path: Path, root: Path) -> None:
    """All of them at once, each with the field."""
    path = keep_record(await record(tmp_path, root), tmp_path)
    path.write_text(path.read_text().replace('"half": "all"', '"half": "both"'))
    (path.parent / "half.json").write_text("{")
    with pytest.raises(StoreError, match=r"events-v2.*: half: Input should be .*half\.json': the whole"):
        kept_records(tmp_path)


async def test_a_passed_gate_moves_the_label(tmp_path: Path, root: Path) -> None:
    """The lock names the version, and the gate's record stands beside it, without its pages of articles."""
    made = await record(tmp_path, root)
    keep_record(made, tmp_path)
    promote("events@v2", root, evidence(tmp_path))
    assert read_lock(root).production == {"events": "v2"}
    assert load("events", root).spec == load("events@production", root).spec == "events@v2"
    (kept,) = promotions(root)
    assert (kept.prompt, kept.replaced, kept.forced) == ("events@v2", None, None)
    assert kept.gate is not None
    assert (kept.gate.comparison.difference, kept.gate.comparison.per_article) == (made.comparison.difference, ())


CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "another wording": (
        {"candidate": {"prompt_digest": "sha256:" + "0" * 64}},
        {},
        "judged another wording of it",
    ),
    "another set": ({"set_digest": "sha256:" + "6" * 64}, {}, "judged it on another labelled set"),
    "another set today": ({}, {"set_digest": "sha256:" + "6" * 64}, "judged it on another labelled set"),
    "another model": ({}, {"model": ASKED.model_copy(update={"name": "m2"})}, "asked scripted at scripted, not m2"),
    "another baseline": (
        {"baseline": {"prompt": "events@v9", "prompt_digest": "sha256:" + "0" * 64}},
        {},
        "with events@v9",
    ),
    "a rival's model": ({"baseline": {"model": ASKED.model_copy(update={"name": "m2"})}}, {}, "an answer of m2"),
    "another half": ({"half": "dev"}, {}, "on the half dev, not all"),
    "other conditions": ({"conditions": Conditions(date="stripped")}, {}, "judged it with date stripped"),
    "weaker bounds": ({}, {"suite": SUITE.but(bounds=Bounds())}, "asked for other bounds than the suite strict"),
    "a failed gate": ({"verdict": {"result": "fail"}}, {}, "ended fail"),
    "too little data": ({"verdict": {"result": "too_little_data"}}, {}, "ended too little data"),
}


@pytest.mark.parametrize("kind", CHANGES)
async def test_a_gate_about_anything_else_moves_nothing(kind: str, tmp_path: Path, root: Path) -> None:
    """A single difference is enough, and the message says which; the lock and the list stay as they were."""
    changed, wanted, said = CHANGES[kind]
    made = await record(tmp_path, root)
    whole: dict[str, Any] = {
        name: getattr(made, name).model_copy(update=value) if isinstance(value, dict) else value
        for name, value in changed.items()
    }
    keep_record(made.model_copy(update=whole), tmp_path)
    with pytest.raises(UsageError, match="events@v2 has passed no gate that allows this") as raised:
        promote("events@v2", root, evidence(tmp_path, **wanted))
    assert said in str(raised.value)
    assert "extractor eval gate --suite strict --candidate events@v2 --baseline events@v1" in raised.value.hint
    assert (read_lock(root).production, promotions(root)) == ({}, [])


async def test_a_good_gate_among_others_is_found(tmp_path: Path, root: Path) -> None:
    """Records of other prompts and failed attempts don't stand in its way."""
    made = await record(tmp_path, root)
    other = made.model_copy(update={"candidate": made.candidate.model_copy(update={"prompt": "news@v1"})})
    for one in (made, other, made.model_copy(update={"half": "dev"})):
        keep_record(one, tmp_path)
    gate = promote("events@v2", root, evidence(tmp_path)).gate
    assert gate is not None
    assert gate.half == "all"


async def test_later_promotions_are_judged_against_the_label(tmp_path: Path, root: Path) -> None:
    """Once a version carries the label, a gate against any other version proves nothing."""
    promote("events@v2", root, None, reason="the first of its kind")
    new_version("events", "events@v1", "a third way of saying it", root)
    third = root / "events" / "v3" / "system.jinja"
    third.write_text(third.read_text() + "Be brief.\n")
    publish("events@v3", root)
    digest = load("events@v3", root).digest
    made = await record(tmp_path, root)
    side = made.candidate.model_copy(update={"prompt": "events@v3", "prompt_digest": digest})
    against_v1 = made.model_copy(update={"candidate": side})
    keep_record(against_v1, tmp_path)
    with pytest.raises(UsageError, match="compared it with events@v1, not with events@v2"):
        promote("events@v3", root, evidence(tmp_path))
    keep_record(against_v1.model_copy(update={"baseline": made.candidate}), tmp_path)
    done = promote("events@v3", root, evidence(tmp_path))
    assert (done.replaced, read_lock(root).production) == ("events@v2", {"events": "v3"})
    assert [one.prompt for one in promotions(root)] == ["events@v2", "events@v3"]


def test_a_forced_promotion_keeps_its_reason(root: Path) -> None:
    """Nothing moves the label without a trace."""
    promote("events@v1", root, None, reason="the only one that fits the small model")
    (kept,) = promotions(root)
    assert (kept.forced, kept.gate) == ("the only one that fits the small model", None)
    assert read_lock(root).production == {"events": "v1"}


def test_a_version_is_promoted_once_and_published_first(tmp_path: Path, root: Path) -> None:
    """A draft, a bare name and the version that has the label already are refused."""
    promote("events@v1", root, None, reason="first")
    new_version("events", "events@v1", "a draft that nobody has read", root)
    for spec, said in (
        ("events@v1", "production version of events already"),
        ("events@v3", "is a draft"),
        ("events", "Which version"),
        ("events@v9", "no events version 'v9'"),
    ):
        with pytest.raises(PromptError, match=said):
            promote(spec, root, evidence(tmp_path))
    assert len(promotions(root)) == 1


def test_without_any_gate_the_message_says_where_it_looked(tmp_path: Path, prompts: Callable[..., Path]) -> None:  # noqa: F811 - same
    """A first version has no rival to be named, and still needs a gate."""
    folder = prompts("events@v1")
    publish("events@v1", folder)
    with pytest.raises(UsageError, match="there is none for it in") as raised:
        promote("events@v1", folder, evidence(tmp_path))
    assert "--baseline NAME@VERSION" in raised.value.hint


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{}", "line 2: promoted: Field required; prompt: Field required"),
        ("", "line 2: the whole: Invalid JSON"),
        ("both", "line 2: the whole: Value error, a promotion rests on a gate, or on a reason"),
    ],
)
def test_a_damaged_list_of_promotions_is_never_added_to(root: Path, line: str, said: str) -> None:
    """What cannot be read is named, and nothing is promoted on top of it."""
    promote("events@v1", root, None, reason="first")
    path = root / PROMOTIONS
    if line == "both":
        line = json.dumps(json.loads(path.read_text()) | {"forced": None})
    path.write_text(path.read_text() + line + "\n")
    before = path.read_text()
    with pytest.raises(StoreError, match=said):
        promote("events@v2", root, None, reason="second")
    assert (path.read_text(), read_lock(root).production) == (before, {"events": "v1"})

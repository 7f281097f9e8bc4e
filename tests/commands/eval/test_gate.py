"""``eval compare``, ``power``, ``gate``, ``baseline`` and ``prompts promote`` as a user runs them."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from extractor.evaluation.gate import GateRecord
from extractor.evaluation.promotion import promotions
from extractor.prompts.publish import new_version, publish
from extractor.scoring.figures import Comparison
from tests.command_line import Ran, call
from tests.eval_folder import DULL, reads_them, refuses_after, write_set, write_suite
from tests.stub_server import StubServer, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Ran]:
    """Return what runs ``extractor`` in a folder with a labelled set, a suite, and two versions of a prompt."""
    write_set(tmp_path)
    write_suite(tmp_path)
    return call(monkeypatch, capsys, tmp_path)


@pytest.fixture
def root(prompts: Callable[..., Path]) -> Path:
    """Return a prompts folder: v1 reads, v2 reads in other words, v3 says nothing."""
    folder = prompts("events@v1")
    publish("events@v1", folder)
    for system in ("Find the events.\n", DULL):
        draft = new_version("events", "events@v1", "words it otherwise", folder)
        (draft.folder / "system.jinja").write_text(system)
        publish(draft.spec, folder)
    return folder


@pytest.fixture
def stub() -> Iterator[StubServer]:
    """Yield an endpoint that reports the event of each article, unless the prompt tells it not to."""
    with serving(StubServer(reads_them())) as server:
        yield server


def at(server: StubServer, root: Path) -> tuple[str, ...]:
    """Return the options that ask ``server`` with the prompts in ``root``."""
    return ("--model", "m", "--base-url", server.base_url, "--prompts-dir", str(root))


def gate(server: StubServer, root: Path, candidate: str, baseline: str = "events@v1") -> tuple[str, ...]:
    """Return the command line of a gate by the strict suite."""
    asked = ("--candidate", candidate, "--baseline", baseline, "--suite", "suites/strict.toml", *at(server, root))
    return ("eval", "gate", *asked, "--quiet")


def runs_of(command: Callable[..., Ran], server: StubServer, root: Path) -> None:
    """Make the runs one (events@v1) and dull (events@v3)."""
    options = ("--set", "gold", "--half", "all", *at(server, root), "--quiet")
    for name, prompt in (("one", "events@v1"), ("dull", "events@v3")):
        assert command("eval", "run", *options, "--prompt", prompt, "--name", name).code == 0


@pytest.mark.parametrize(("candidate", "code", "word"), [("events@v2", 0, "PASS"), ("events@v3", 7, "FAIL")])
def test_the_gate_runs_both_and_says_what_it_decided(
    command: Callable[..., Ran], stub: StubServer, root: Path, candidate: str, code: int, word: str
) -> None:
    """Both versions are run on all articles; the verdict comes first, with what was compared below."""
    ran = command(*gate(stub, root, candidate))
    assert (ran.code, len(stub.requests)) == (code, 8)
    lines = ran.out.splitlines()
    assert lines[0] == word
    assert any(line.startswith(f"candidate: {candidate} (sha256:") for line in lines)
    assert any(line.startswith("half all, date given, furniture kept, suite suites/strict.toml") for line in lines)
    assert lines[-1].startswith("kept in eval-runs/gates/events-v")


def test_the_gate_takes_kept_runs_and_asks_nothing_twice(
    command: Callable[..., Ran], stub: StubServer, root: Path
) -> None:
    """The second gate against the same baseline asks only the new candidate; kept runs can be named too."""
    command(*gate(stub, root, "events@v2"))
    assert len(stub.requests) == 8
    command(*gate(stub, root, "events@v3"))
    assert len(stub.requests) == 12
    runs_of(command, stub, root)
    assert command(*gate(stub, root, "dull", "one")).code == 7
    assert command(*gate(stub, root, "one", "dull")).code == 0
    assert len(stub.requests) == 12


def test_too_little_data_says_how_much_would_be_enough(
    command: Callable[..., Ran], stub: StubServer, root: Path, tmp_path: Path
) -> None:
    """Four articles of the twenty that are asked for decide nothing: exit code 8."""
    suite = tmp_path / "suites" / "strict.toml"
    suite.write_text(suite.read_text().replace("least_articles = 2", "least_articles = 20"))
    ran = command(*gate(stub, root, "events@v2"))
    assert (ran.code, ran.out.splitlines()[0]) == (8, "TOO LITTLE DATA")
    assert "labelled articles that would settle it: 20" in ran.out


def test_the_record_of_a_gate_is_json(command: Callable[..., Ran], stub: StubServer, root: Path) -> None:
    """--json prints the record as it is kept."""
    ran = command(*gate(stub, root, "events@v2"), "--json")
    record = GateRecord.model_validate_json(ran.out)
    assert (record.verdict.result, record.comparison.articles) == ("pass", 4)


def test_the_baseline_may_lie_in_another_folder(
    command: Callable[..., Ran], stub: StubServer, root: Path, tmp_path: Path
) -> None:
    """As in continuous integration: the base branch's prompts are beside the changed ones."""
    shutil.copytree(root, tmp_path / "base")
    shutil.rmtree(root / "events" / "v1")
    ran = command(*gate(stub, root, "events@v2"), "--baseline-prompts-dir", "base")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "PASS")


def test_a_gate_without_answers_decides_nothing(command: Callable[..., Ran], root: Path) -> None:
    """A provider that refuses ends it with its own exit code, and the next gate goes on."""
    with serving(StubServer(refuses_after(5))) as server:
        ran = command(*gate(server, root, "events@v2"), "--concurrency", "1")
        assert (ran.code, ran.out) == (6, "")
        server.behaviours = (reads_them(),)
        assert command(*gate(server, root, "events@v2")).code == 0


@pytest.mark.parametrize(
    ("candidate", "baseline", "said"),
    [
        ("events@v9", "events@v1", "no events version 'v9'"),
        ("evnts", "events@v1", "There is no prompt 'evnts'"),
        ("events@v2", "events@production", "No version of the prompt 'events' is promoted"),
    ],
)
def test_a_gate_of_nothing_is_an_error(
    command: Callable[..., Ran], stub: StubServer, root: Path, candidate: str, baseline: str, said: str
) -> None:
    """An unknown prompt is named, exit code 2."""
    ran = command(*gate(stub, root, candidate, baseline))
    assert ran.code == 2
    assert said in ran.err


def test_two_runs_are_compared(command: Callable[..., Ran], stub: StubServer, root: Path) -> None:
    """The difference with its interval, each slot, and the articles that lost most."""
    runs_of(command, stub, root)
    ran = command("eval", "compare", "one", "dull", "--set", "gold")
    assert ran.code == 0
    assert re.search(r"difference -1\.000 \(-1\.000\.\.-1\.000\), p = 0\.\d+, 4 articles", ran.out)
    assert "largest losses" in ran.out
    assert "aa-2001-raid-00: 1.000 → 0.000" in ran.out
    assert "largest gains" in command("eval", "compare", "dull", "one", "--set", "gold").out
    found = Comparison.model_validate_json(command("eval", "compare", "one", "dull", "--set", "gold", "--json").out)
    assert found.difference.value == -1


def test_runs_on_other_articles_are_not_compared(command: Callable[..., Ran], stub: StubServer, root: Path) -> None:
    """The message names what differs, and nothing is printed."""
    runs_of(command, stub, root)
    command("eval", "run", "--set", "gold", "--half", "dev", *at(stub, root), "--prompt", "events@v1", "--name", "half")
    ran = command("eval", "compare", "half", "one", "--set", "gold")
    assert (ran.code, ran.out) == (2, "")
    assert "half: all and dev; articles: 4 and " in ran.err


def test_power_says_how_many_articles_it_takes(command: Callable[..., Ran], stub: StubServer, root: Path) -> None:
    """By two runs that are named, by the newest pair, or by a run and its newest rival."""
    with serving(StubServer(reads_them(skips=2))) as half_blind:
        options = ("--set", "gold", "--half", "all", *at(half_blind, root), "--quiet", "--prompt", "events@v1")
        command("eval", "run", *options, "--name", "blind")
    runs_of(command, stub, root)
    wanted = ("eval", "power", "--difference", "0.1", "--set", "gold")
    said = command(*wanted, "one", "blind")
    assert said.code == 0
    assert re.search(r"about \d+ labelled articles would show a difference of 0\.1", said.out)
    assert re.search(r"  60 articles show 0\.\d{4} and more", said.out)
    assert command(*wanted, "one").out.startswith("one and ")
    assert command(*wanted).code == 0


def test_power_needs_two_runs(command: Callable[..., Ran]) -> None:
    """Without any it says how to make them."""
    ran = command("eval", "power", "--difference", "0.1", "--set", "gold")
    assert ran.code == 2
    assert "no two runs on today's set" in ran.err


def test_a_prompt_is_promoted_by_its_gate_and_only_by_it(
    command: Callable[..., Ran], stub: StubServer, root: Path
) -> None:
    """Refused before the gate and after a failed one, done after a passed one, and then named by the label."""
    options = ("--suite", "suites/strict.toml", *at(stub, root))
    first = command("prompts", "promote", "events@v1", *options[:2], "--force", "--reason", "the first", *options[2:])
    assert (first.code, first.out.splitlines()[0]) == (0, "events@v1 is production, forced: the first")
    refused = command("prompts", "promote", "events@v2", *options)
    assert refused.code == 2
    assert "extractor eval gate --suite suites/strict.toml --candidate events@v2 --baseline events@v1" in refused.err
    command(*gate(stub, root, "events@v3"))
    assert "ended fail" in command("prompts", "promote", "events@v3", *options).err
    command(*gate(stub, root, "events@v2"))
    elsewhere = command("prompts", "promote", "events@v2", *options, "--model", "m2")
    assert "asked m at 127.0.0.1" in elsewhere.err
    done = command("prompts", "promote", "events@v2", *options)
    assert done.code == 0
    assert done.out.startswith("events@v2 is production, by the gate of ")
    assert [one.prompt for one in promotions(root)] == ["events@v1", "events@v2"]
    shown = command("prompts", "show", "events@production", "--prompts-dir", str(root))
    assert shown.out.startswith("events@v2 ")
    assert len(stub.requests) == 12


@pytest.mark.parametrize("options", [("--force",), ("--reason", "because"), ("--force", "--reason", "  ")])
def test_force_and_reason_belong_together(command: Callable[..., Ran], root: Path, options: tuple[str, ...]) -> None:
    """Nothing is forced without a reason, and a reason alone forces nothing."""
    ran = command("prompts", "promote", "events@v1", "--prompts-dir", str(root), *options)
    assert ran.code == 2
    assert "belong together" in ran.err
    assert promotions(root) == []


def test_the_floor_is_set_held_and_lost(
    command: Callable[..., Ran], stub: StubServer, root: Path, tmp_path: Path
) -> None:
    """Without a model: written from a run, checked from its replies, and below it is exit code 7."""
    evals = ("--evals", str(tmp_path))
    assert command("eval", "baseline", *evals).out.startswith("no floor is set")
    runs_of(command, stub, root)
    asked = len(stub.requests)
    assert command("eval", "baseline", *evals, "--write", "one").out.startswith("the floor of one: EventF1 1.0")
    held = command("eval", "baseline", *evals)
    assert (held.code, held.out) == (0, "good: one: EventF1 1.0000, floor 1.0\n")
    worse = command("eval", "baseline", *evals, "--write", "dull")
    assert worse.code == 2
    assert "would lower the floor" in worse.err
    lowered = command("eval", "baseline", *evals, "--write", "dull", "--lower", "it was too good")
    assert "lowered: it was too good" in lowered.out
    path = tmp_path / "baseline.json"
    content = json.loads(path.read_text())
    content["floors"][0]["figures"]["event_f1"] = 0.5
    path.write_text(json.dumps(content))
    lost = command("eval", "baseline", *evals)
    assert lost.code == 7
    assert lost.out.splitlines() == [
        "BELOW: dull: EventF1 0.0000, floor 0.5",
        "  event f1 is 0.0, the floor 0.5",
    ]
    assert len(stub.requests) == asked


def test_lowering_needs_something_to_write(command: Callable[..., Ran], tmp_path: Path) -> None:
    """A reason without a run is a mistake."""
    ran = command("eval", "baseline", "--evals", str(tmp_path), "--lower", "because")
    assert ran.code == 2
    assert "--lower means nothing without --write" in ran.err


def test_the_floor_of_an_installed_package_stays(command: Callable[..., Ran], tmp_path: Path) -> None:
    """What lies inside the package is not written to."""
    (tmp_path / "_evals").mkdir()
    ran = command("eval", "baseline", "--evals", str(tmp_path / "_evals"), "--write", "one")
    assert ran.code == 2
    assert "cannot be changed" in ran.err


def test_the_floor_that_ships_is_held(command: Callable[..., Ran]) -> None:
    """What is kept in evals/runs is still read as well as evals/baseline.json says, without a model."""
    ran = command("eval", "baseline")
    assert (ran.code, ran.err) == (0, "")
    assert "BELOW" not in ran.out

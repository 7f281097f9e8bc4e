"""``extractor eval run``, ``rescore``, ``history`` and ``show`` as a user runs them, with an endpoint on loopback."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from extractor.evaluation.gold import half_of
from extractor.evaluation.runs import load_run
from tests.command_line import Ran, call, environment, extractor
from tests.eval_folder import DULL, reads_them, refuses_after, write_set, write_suite
from tests.stub_server import StubServer, says, serving, status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Ran]:
    """Return what runs ``extractor`` in a folder with a labelled set of four articles."""
    write_set(tmp_path)
    return call(monkeypatch, capsys, tmp_path)


@pytest.fixture
def stub() -> Iterator[StubServer]:
    """Yield an endpoint that reports the event of each article."""
    with serving(StubServer(reads_them())) as server:
        yield server


def at(server: StubServer, half: str = "all") -> tuple[str, ...]:
    """Return the options that ask ``server`` about the set in the current folder."""
    return ("--set", "gold", "--half", half, "--prompt", "events@v1", "--model", "m", "--base-url", server.base_url)


def the_run(folder: Path) -> Path:
    """Return the one run below ``folder``."""
    (found,) = (path.parent for path in (folder / "eval-runs").glob("*/run.json"))
    return found


def started(folder: Path, *options: str) -> subprocess.Popen[bytes]:
    """Start ``extractor`` in a process of its own, to be interrupted or killed."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-m", "extractor", *options],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_run_is_made_scored_and_kept(command: Callable[..., Ran], stub: StubServer, tmp_path: Path) -> None:
    """Standard output holds the name and the figures, standard error the progress, the folder everything else."""
    ran = command("eval", "run", *at(stub))
    folder = the_run(tmp_path)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == folder.name
    assert lines[1] == "EventF1 1.000 (1.000..1.000)   P 1.000  R 1.000"
    assert "4 articles" in lines[2]
    assert any(line.startswith("casualties") and " 1.000 " in line for line in lines)
    assert "[4] aa-2001-raid-03: 1 events" in ran.err
    run = load_run(folder)
    assert run.completion is not None
    assert (run.completion.asked, run.completion.failed, len(run.rows)) == (4, 0, 4)
    assert lines[1].startswith(f"EventF1 {run.completion.event_f1:.3f}")


def test_the_same_command_again_asks_nothing(command: Callable[..., Ran], stub: StubServer, tmp_path: Path) -> None:
    """A finished run is taken as it is; --again makes a new one from kept replies, with the same figures."""
    first = command("eval", "run", *at(stub))
    second = command("eval", "run", *at(stub))
    third = command("eval", "run", *at(stub), "--again", "--quiet")
    assert len(stub.requests) == 4
    assert second.out == first.out
    assert "finished already" in second.err
    assert (third.code, third.err) == (0, "")
    assert third.out.splitlines()[1:] == first.out.splitlines()[1:]
    assert third.out.splitlines()[0] == f"{first.out.splitlines()[0]}-2"
    assert len(list((tmp_path / "eval-runs").glob("*/complete.json"))) == 2


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ((), 0),
        (("--date", "stripped"), 4),
        (("--furniture", "removed"), 0),
        (("--repeats", "2"), 4),
        (("--mode", "json"), 4),
        (("--concurrency", "1", "--deadline", "99"), 0),
    ],
)
def test_what_changes_the_question_is_asked_and_nothing_else(
    command: Callable[..., Ran], stub: StubServer, options: tuple[str, ...], asked: int
) -> None:
    """Another condition, repeat or mode is another question; taking out furniture that is not there is none."""
    command("eval", "run", *at(stub), "--quiet")
    stub.requests.clear()
    assert command("eval", "run", *at(stub), "--again", *options).code == 0
    assert len(stub.requests) == asked


def test_a_half_is_a_part(command: Callable[..., Ran], stub: StubServer, tmp_path: Path) -> None:
    """Only the articles of the wanted half are asked about."""
    command("eval", "run", *at(stub, "dev"))
    names = [f"aa-2001-raid-{number:02}" for number in range(4)]
    assert load_run(the_run(tmp_path)).plan.articles == tuple(name for name in names if half_of(name) == "dev")


def test_a_suite_says_what_is_run_and_options_beat_it(
    command: Callable[..., Ran], stub: StubServer, tmp_path: Path
) -> None:
    """Half, conditions and repeats come from the suite unless an option names another."""
    suite = write_suite(tmp_path, date="stripped", repeats=2)
    command("eval", "run", *at(stub)[4:], "--suite", str(suite), "--repeats", "3")
    plan = load_run(the_run(tmp_path)).plan
    assert (plan.half, plan.conditions.date, plan.repeats, len(plan.articles)) == ("all", "stripped", 3, 4)


def test_a_refusing_provider_stops_the_run_and_it_goes_on_later(command: Callable[..., Ran], tmp_path: Path) -> None:
    """Exit code 6, what is done stays, and the same command asks the rest and no more."""
    with serving(StubServer(refuses_after(2))) as server:
        ran = command("eval", "run", *at(server), "--concurrency", "1")
        assert (ran.code, ran.out) == (6, "")
        assert "2 articles are done and kept in" in ran.err
        shown = command("eval", "history")
        assert re.search(r"interrupted +- +3/4", shown.out)
        server.behaviours, asked = (reads_them(),), len(server.requests)
        again = command("eval", "run", *at(server))
        assert (again.code, len(server.requests) - asked) == (0, 2)
    assert load_run(the_run(tmp_path)).completion is not None


@pytest.mark.parametrize(("answers", "code"), [("some", 3), ("none", 4)])
def test_failed_articles_decide_the_exit_code(command: Callable[..., Ran], answers: str, code: int) -> None:
    """3 when some failed, 4 when all did; the run is finished, and failures are among its figures."""
    bad = status(400, "this article is not allowed")
    behaviours = (bad, reads_them()) if answers == "some" else (bad,)
    with serving(StubServer(*behaviours)) as server:
        ran = command("eval", "run", *at(server), "--concurrency", "1")
    assert ran.code == code
    assert f"failed: {1 if answers == 'some' else 4} ArticleRefusedError" in ran.out


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(tmp_path: Path) -> None:
    """Exit code 130; the finished articles are not asked again."""
    write_set(tmp_path, 6)
    with serving(StubServer(reads_them(), reads_them(), says("{}", delay=60))) as server:
        options = ["eval", "run", *at(server), "--concurrency", "1"]
        process = started(tmp_path, *options)
        for _ in range(2000):
            if len(server.requests) == 3:
                break
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert process.returncode == 130
        assert b"interrupted; 2 articles are done and kept in" in err
        assert b"the same command goes on" in err
        server.behaviours = (reads_them(),)
        ran = extractor(*options, folder=tmp_path)
        assert (ran.code, len(server.requests)) == (0, 3 + 4)


@pytest.mark.slow
def test_a_killed_run_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    """SIGKILL in the middle, started again: the same replies and events, nothing lost, nothing asked twice."""
    write_set(tmp_path, 8)
    with serving(StubServer(reads_them())) as server:
        options = ["eval", "run", *at(server), "--concurrency", "1"]
        process = started(tmp_path, *options)
        for _ in range(4000):
            if len(server.requests) >= 3:
                break
            time.sleep(0.005)
        process.kill()
        process.wait()
        assert extractor(*options, folder=tmp_path).code == 0
        assert len(server.requests) <= 9  # at most the one in flight is asked twice
        assert extractor(*options, "--runs", "fresh", folder=tmp_path).code == 0
    killed, fresh = load_run(the_run(tmp_path)), load_run(next((tmp_path / "fresh").glob("*/run.json")).parent)
    assert [row.extraction.events for row in killed.rows] == [row.extraction.events for row in fresh.rows]
    assert [reply.key for row in killed.rows for reply in row.replies] == [
        reply.key for row in fresh.rows for reply in row.replies
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--prompt", "evnets@v1"), "There is no prompt 'evnets'"),
        (("--prompt", "events@v99"), "There is no events version 'v99'"),
        (("--prompt", "events@production"), "No version of the prompt 'events' is promoted"),
        (("--set", "nowhere"), "'nowhere' is no labelled set"),
        (("--suite", "dve"), "there is no suite 'dve'"),
        (("--name", "../up"), "'../up' is no name of a run"),
        (("--half", "both"), "'both' is not one of 'dev', 'test', 'all'"),
    ],
)
def test_what_cannot_be_run_is_named_before_anything_is_asked(
    command: Callable[..., Ran], stub: StubServer, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    """Exit code 2, no request, no folder."""
    ran = command("eval", "run", *at(stub), *options)
    assert (ran.code, len(stub.requests)) == (2, 0)
    assert said in ran.err
    assert not (tmp_path / "eval-runs").exists()


def test_a_run_with_a_draft_is_told_apart(
    command: Callable[..., Ran], stub: StubServer, prompts: Callable[..., Path]
) -> None:
    """Figures of a draft belong to its wording, and the command says so."""
    root = prompts("events@v1")
    ran = command("eval", "run", *at(stub), "--prompts-dir", str(root))
    assert ran.code == 0
    assert "events@v1 is a draft; its figures belong to sha256:" in ran.err


def test_rescoring_needs_no_model_and_changes_nothing_by_itself(
    command: Callable[..., Ran], stub: StubServer, tmp_path: Path
) -> None:
    """The same code and labels give the same figures, without a request."""
    first = command("eval", "run", *at(stub))
    asked = len(stub.requests)
    ran = command("eval", "rescore", the_run(tmp_path).name, "--set", "gold")
    assert (ran.code, ran.err, len(stub.requests)) == (0, "", asked)
    lines = ran.out.splitlines()
    assert lines[0].endswith("4 of 4 articles read again, 0 with other events")
    assert lines[1].startswith("difference of EventF1 to what was kept: +0.000")
    assert lines[2:] == first.out.splitlines()[1:]


def test_a_changed_label_is_no_change_of_the_prompt(
    command: Callable[..., Ran], stub: StubServer, tmp_path: Path
) -> None:
    """On another set a run is not scored; read again and kept, it is a run of today's set."""
    command("eval", "run", *at(stub))
    name = the_run(tmp_path).name
    label = tmp_path / "gold" / "labels" / "aa-2001-raid-01.toml"
    label.write_text(label.read_text().replace('type = "attack"', 'type = "armed_clash"'))
    shown = command("eval", "show", "aa-2001-raid-01", "--run", name, "--set", "gold", "--i-am-not-tuning")
    assert shown.code == 2
    assert f"is not what the run {name!r} was made on: set_digest is sha256:" in shown.err
    ran = command("eval", "rescore", name, "--set", "gold", "--keep", "today")
    assert ran.code == 0
    assert "both figures are by today's labels" in ran.out
    shown = command("eval", "show", "aa-2001-raid-01", "--run", "today", "--set", "gold", "--i-am-not-tuning")
    assert shown.code == 0
    assert "armed_clash" in shown.out


def test_a_changed_article_cannot_be_read_again(command: Callable[..., Ran], stub: StubServer, tmp_path: Path) -> None:
    """It is named and left out, exit code 3; a part of a run is not kept."""
    command("eval", "run", *at(stub))
    name = the_run(tmp_path).name
    article = tmp_path / "gold" / "articles" / "aa-2001-raid-01.txt"
    article.write_text(article.read_text().replace("police", "the army"))
    ran = command("eval", "rescore", name, "--set", "gold")
    assert ran.code == 3
    assert "3 of 4 articles read again" in ran.out
    assert "asks them something else: aa-2001-raid-01" in ran.out
    kept = command("eval", "rescore", name, "--set", "gold", "--keep", "today")
    assert (kept.code, (tmp_path / "eval-runs" / "today").exists()) == (2, False)
    article.unlink()
    (tmp_path / "gold" / "labels" / "aa-2001-raid-01.toml").unlink()
    gone = command("eval", "rescore", name, "--set", "gold")
    assert gone.code == 2
    assert "lacks 1 articles of the run" in gone.err
    assert "aa-2001-raid-01" in gone.err


def test_history_lists_runs_and_names_damage(command: Callable[..., Ran], stub: StubServer, tmp_path: Path) -> None:
    """One line for each run with its figure and cost; a damaged one doesn't hide the others."""
    first = command("eval", "run", *at(stub), "--name", "one").out.splitlines()[1]
    command("eval", "run", *at(stub), "--name", "two", "--repeats", "2")
    (tmp_path / "eval-runs" / "two" / "articles.jsonl").write_text("{}\n")
    lines = command("eval", "history").out.splitlines()
    assert lines[0].split()[:3] == ["ENDED", "EVENTF1", "(95"]
    one, two = (next(line for line in lines if end in line) for end in ("  one", "  two: "))
    assert re.search(r"EventF1 (.*\))", first)[1] in one  # type: ignore[index] # a figure is there
    assert "events@v1" in one
    assert two.startswith("damaged")
    assert "line 1: article: Field required" in two
    assert re.match(r"damaged( +-){8} +two: ", two)


def test_a_missed_article_is_explained(command: Callable[..., Ran], prompts: Callable[..., Path]) -> None:
    """Labels and predictions stand side by side, and what was missed says why."""
    root = prompts("events@v1", system_jinja=DULL)
    name = "aa-2001-raid-00"
    flag = () if half_of(name) == "dev" else ("--i-am-not-tuning",)
    with serving(StubServer(reads_them())) as server:
        good = ("--name", "good")
        command("eval", "run", *at(server), *good)
        command("eval", "run", *at(server), "--name", "dull", "--prompts-dir", str(root))
    shown = command("eval", "show", name, "--run", "good", "--set", "gold", *flag).out
    assert "LABELLED EVENT 1" in shown
    assert re.search(r"casualties +killed all 3 \(3\) +killed all 3 \(3 traders\)", shown)
    assert re.search(r"when +“on Friday” = 2001-06-15 +“on Friday” = 2001-06-15", shown)
    missed = command("eval", "show", name, "--run", "dull", "--set", "gold", *flag).out
    assert "MISSED EVENT 1" in missed
    assert "nothing was predicted for this article" in missed
    assert "0 of 1 required events found" in missed


def test_articles_of_the_test_half_are_shown_to_nobody_who_tunes(
    command: Callable[..., Ran], stub: StubServer, tmp_path: Path
) -> None:
    """Its figures may be seen, its texts only by somebody who says that they write no prompts."""
    hidden = next(name for name in (f"aa-2001-raid-{n:02}" for n in range(4)) if half_of(name) == "test")
    ran = command("eval", "run", *at(stub, "test"))
    assert ran.code == 0
    options = ("eval", "show", hidden, "--run", the_run(tmp_path).name, "--set", "gold")
    refused = command(*options)
    assert (refused.code, refused.out) == (2, "")
    assert "--i-am-not-tuning" in refused.err
    assert "Rebels" in command(*options, "--i-am-not-tuning").out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("aa-2001-raid-99", "--run", "one"), "has no article 'aa-2001-raid-99'"),
        (("aa-2001-raid-00", "--run", "onne"), "there is no run 'onne'"),
        (("aa-2001-raid-00", "--run", "one", "--repeat", "2"), "in repeat 2"),
    ],
)
def test_what_cannot_be_shown_is_named(
    command: Callable[..., Ran], stub: StubServer, options: tuple[str, ...], said: str
) -> None:
    """An unknown article, run or repeat is an error with the nearest name."""
    command("eval", "run", *at(stub), "--name", "one")
    ran = command("eval", "show", *options, "--set", "gold", "--i-am-not-tuning")
    assert ran.code == 2
    assert said in ran.err


def test_a_run_that_somebody_else_is_making_is_left_alone(
    command: Callable[..., Ran], stub: StubServer, tmp_path: Path
) -> None:
    """Exit code 9, and nothing is asked."""
    from filelock import FileLock  # noqa: PLC0415 - the other process, played here

    (tmp_path / "eval-runs" / "one").mkdir(parents=True)
    with FileLock(tmp_path / "eval-runs" / ".one.lock"):
        ran = command("eval", "run", *at(stub), "--name", "one")
    assert (ran.code, len(stub.requests)) == (9, 0)
    assert "another process is writing the run" in ran.err


def test_a_damaged_run_is_named_with_file_and_field(
    command: Callable[..., Ran], stub: StubServer, tmp_path: Path
) -> None:
    """A cost of NaN is damage: exit code 9, with the line and the field."""
    command("eval", "run", *at(stub), "--name", "one")
    path = tmp_path / "eval-runs" / "one" / "articles.jsonl"
    line = json.loads(path.read_text().splitlines()[0])
    line["replies"][0]["usage"]["cost_usd"] = float("nan")
    path.write_text(json.dumps(line) + "\n" + "\n".join(path.read_text().splitlines()[1:]) + "\n")
    ran = command("eval", "rescore", "one", "--set", "gold")
    assert ran.code == 9
    assert "articles.jsonl, line 1: replies.0.usage.cost_usd" in ran.err


def test_a_name_belongs_to_one_plan(command: Callable[..., Ran], stub: StubServer) -> None:
    """A finished run is never mixed with another one: the message says in what they differ."""
    command("eval", "run", *at(stub), "--name", "one")
    ran = command("eval", "run", *at(stub, "dev"), "--name", "one")
    assert ran.code == 2
    assert "holds another run: half: all and dev; articles: 4 and " in ran.err


def test_a_half_without_articles_is_named(command: Callable[..., Ran], stub: StubServer, tmp_path: Path) -> None:
    """Nothing is run on nothing."""
    for path in (tmp_path / "gold").glob("*/*"):
        if half_of(path.stem) == "dev":
            path.unlink()
    ran = command("eval", "run", *at(stub, "dev"))
    assert ran.code == 2
    assert "the half dev of 'gold' holds no article" in ran.err


def test_a_run_killed_before_its_last_mark_is_completed(
    command: Callable[..., Ran], stub: StubServer, tmp_path: Path
) -> None:
    """All articles are done, only the completion is missing: nothing is asked, and it is written."""
    first = command("eval", "run", *at(stub))
    (the_run(tmp_path) / "complete.json").unlink()
    again = command("eval", "run", *at(stub))
    assert (again.code, again.out, len(stub.requests)) == (0, first.out, 4)
    assert (the_run(tmp_path) / "complete.json").exists()


@pytest.mark.real_model
def test_an_embedded_model_is_run_and_its_replies_are_found_again(
    command: Callable[..., Ran], smollm2: Path, tmp_path: Path
) -> None:
    """The engine's port is another at each start, and kept replies are found all the same."""
    options = ("--set", "gold", "--half", "dev", "--model", str(smollm2), "--prompt", "events-lite@v1")
    assert command("eval", "run", *options).code in (0, 3, 4)
    command("eval", "run", *options, "--again")
    first, second = (load_run(path.parent) for path in sorted((tmp_path / "eval-runs").glob("*/run.json")))
    assert first.completion is not None
    assert second.completion is not None
    good = [row for row in first.rows if row.ok]
    assert second.completion.reused >= sum(len(row.replies) for row in good)
    assert second.plan.model.kind == "embedded"

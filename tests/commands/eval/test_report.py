"""``eval report`` as a user runs it: every format, alone or against another run, to a file or to standard output."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from extractor.evaluation.dossier import Dossier
from tests.command_line import Ran, call
from tests.eval_folder import reads_them, write_set, write_suite
from tests.stub_server import StubServer, serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SET = ("--set", "gold")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Ran]:
    """Return what runs ``extractor`` in a folder with the runs good and poor, which missed one of four articles."""
    write_set(tmp_path)
    write_suite(tmp_path)
    run = call(monkeypatch, capsys, tmp_path)
    for name, skips in (("good", 0), ("poor", 1)):
        with serving(StubServer(reads_them(skips))) as server:
            asked = ("--prompt", "events@v1", "--model", name, "--base-url", server.base_url)
            assert run("eval", "run", *SET, "--half", "all", *asked, "--name", name, "--quiet").code == 0
    return run


def test_a_report_in_every_format(command: Callable[..., Ran]) -> None:
    """Each begins as its readers expect, tells the same verdict, and ends well whatever the verdict is."""
    begins = {
        "terminal": "PASS: B (good at ",
        "json": "{",
        "junit": "<?xml",
        "markdown": "### Pass: B (good at",
        "html": "<!doctype html>",
    }
    for format_, beginning in begins.items():
        ran = command(
            "eval", "report", "good", "--against", "poor", "--suite", "suites/strict.toml", "--format", format_
        )
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith(beginning), ran.out[:200]
    failed = command("eval", "report", "poor", "--against", "good", "--suite", "suites/strict.toml")
    assert (failed.code, failed.err) == (0, "")
    assert not failed.out.startswith("PASS")


@pytest.mark.parametrize(
    ("file", "begins"),
    [
        ("r.json", "{"),
        ("r.xml", "<?xml"),
        ("r.md", "### ev"),
        ("R.HTML", "<!doctype"),
        ("r.txt", "events@v1"),
        ("r", "events@v1"),
    ],
)
def test_the_name_of_the_file_decides(command: Callable[..., Ran], tmp_path: Path, file: str, begins: str) -> None:
    """Without --format the suffix of --output says how it is written, and nothing goes to standard output."""
    ran = command("eval", "report", "good", *SET, "--output", file)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert (tmp_path / file).read_text(encoding="utf-8").startswith(begins)


def test_json_is_the_dossier(command: Callable[..., Ran]) -> None:
    """It validates, and names the suite, both runs and what else was run on these articles."""
    ran = command("eval", "report", "good", "--against", "poor", "--suite", "suites/strict.toml", "--format", "json")
    dossier = Dossier.model_validate_json(ran.out)
    assert dossier.suite == "suites/strict.toml"
    assert [point.run for point in dossier.points] == ["good", "poor"]
    alone = Dossier.model_validate_json(command("eval", "report", "good", *SET, "--format", "json").out)
    assert [(point.run, point.role) for point in alone.points] == [("good", "candidate"), ("poor", "other")]


def test_the_test_half_is_told_only_to_who_does_not_tune(command: Callable[..., Ran]) -> None:
    """Findings of the half test need --i-am-not-tuning."""
    report = ("eval", "report", "poor", *SET, "--format", "json")
    closed, opened = (json.loads(command(*report, *more).out) for more in ((), ("--i-am-not-tuning",)))
    assert {article["half"] for article in closed["articles"]} == {"dev", "test"}
    for article in closed["articles"]:
        assert (article["candidate"]["findings"] is None) == (article["half"] == "test")
    assert all(article["candidate"]["findings"] is not None for article in opened["articles"])


def test_a_case_for_each_article(command: Callable[..., Ran]) -> None:
    """A build server sees four articles and what the suite guards."""
    ran = command("eval", "report", "good", "--against", "poor", "--suite", "suites/strict.toml", "--format", "junit")
    root = ET.fromstring(ran.out)  # noqa: S314 - our own output
    assert {suite.get("name"): suite.get("tests") for suite in root} == {"gate": "5", "articles": "4"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("goood", *SET), "did you mean 'good'?"),
        (("good", *SET, "--suite", "dev"), "the suite 'dev' is about the half dev"),
        (("good", "--against", "nowhere", *SET), "there is no run 'nowhere'"),
        (("good",), "is not what the run 'good' was made on"),
    ],
)
def test_what_cannot_be_reported_is_named(
    command: Callable[..., Ran], tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    """A wrong run, suite or set is one line, and no file is left behind."""
    ran = command("eval", "report", *arguments, "--output", "report.html")
    assert ran.code == 2
    assert says in ran.err
    assert not (tmp_path / "report.html").exists()

"""The commands and programs of README.md and docs/index.md run as they stand there.

A stub takes the place of the model, at the wire: the same commands, with an endpoint in the environment. What installs
something or runs the tests cannot run inside them; .ci/run holds those lines, and a test here sees to it.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from typing import TYPE_CHECKING

import pytest

from extractor.articles.build import article_from_text
from extractor.cli import main
from extractor.events.summary import Extraction
from tests.command_line import ROOT
from tests.stub_server import StubServer, says, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES = {page: (ROOT / page).read_text("utf-8") for page in ("README.md", "docs/index.md")}
QUICK_START = "extractor extract examples/ferry.txt --published 2024-03-05"
OWN_SERVER = "http://127.0.0.1:11434/v1"


def blocks(language: str) -> list[str]:
    """Return the code blocks of ``language`` on all pages, each once."""
    return list(
        dict.fromkeys(re.findall(rf"^```{language}\n(.*?)^```", "".join(PAGES.values()), re.DOTALL | re.MULTILINE))
    )


COMMANDS = list(dict.fromkeys(line for block in blocks("sh") for line in block.splitlines()))
OURS = [line for line in COMMANDS if "extractor " in line]
SETUP = [line for line in COMMANDS if line not in OURS]
ARTICLE = article_from_text((ROOT / "examples" / "ferry.txt").read_text("utf-8"))


def reply() -> str:
    """Return what a model would say of the capsized ferry."""
    (number,) = [s.number for s in ARTICLE.sentences if "capsized" in ARTICLE.quote(s.number)]
    event = {
        "sentences": [number], "type": "disaster_accident", "status": "actual", "standing": "main",
        "when": "on Saturday", "place": "the port of Bukoba", "country": "Tanzania",
        "actors": [{"name": "the ferry Neema", "role": "target", "sector": "BUS", "involvement": "stated"}],
        "counts": [
            {"measure": "killed", "who": "all", "words": "At least 31 people", "source": "the regional rescue service"}
        ],
        "speakers": [{"name": "the regional rescue service", "stance": "reports"}],
        "summary": "A ferry capsized off Bukoba and at least 31 people were killed.",
    }  # fmt: skip
    return json.dumps({"published": None, "events": [event]})


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """The address of a model that has read the example article."""
    with serving(StubServer(says(reply()))) as stub:
        yield stub.base_url


@pytest.fixture
def folder(base_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a copy of the examples; where a command names no model, ``base_url`` is asked."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.setenv("EXTRACTOR_BASE_URL", base_url)
    monkeypatch.setenv("EXTRACTOR_MODEL", "stub")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(line: str) -> object:
    """Run an ``extractor`` command in this process and return its exit code."""
    with pytest.raises(SystemExit) as ended:
        main(shlex.split(line)[1:])
    return ended.value.code


@pytest.mark.parametrize("line", OURS)
def test_commands_run_as_they_stand_there(
    line: str, folder: Path, base_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command ends with 0, says or writes something, and never shows the key it was given."""
    variable, _, command = line.rpartition(" extractor ")
    name, _, key = variable.partition("=")
    if key:
        monkeypatch.setenv(name, key)
    code = run(f"extractor {command.removeprefix('extractor ')}".replace(OWN_SERVER, base_url))
    said = capsys.readouterr()
    assert code == 0, said.err
    written = [folder / name for name in re.findall(r"--output (\S+)", line)]
    assert all(path.stat().st_size for path in written)
    assert said.out or written
    assert not key or key not in said.out + said.err


@pytest.mark.usefixtures("folder")
def test_the_quick_start_prints_the_checked_event(capsys: pytest.CaptureFixture[str]) -> None:
    """The first command of the README gives, in a pipe, one validated event whose date and toll code has computed."""
    assert QUICK_START in COMMANDS[:2]
    assert run(QUICK_START) == 0
    (event,) = Extraction.model_validate_json(capsys.readouterr().out).events
    assert (event.type, str(event.when.start), event.where.country) == ("disaster_accident", "2024-03-02", "TZA")
    assert [(count.measure, count.min, count.form) for count in event.counts] == [("killed", 31, "at_least")]
    assert event.evidence[0].quote in ARTICLE.text


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("program", blocks("python"), ids=["one text", "many articles"])
def test_programs_run_as_they_stand_there(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each program prints the event."""
    exec(compile(program, "program of the documentation", "exec"), {})  # noqa: S102 - our own pages
    assert capsys.readouterr().out.startswith("disaster_accident 2024-03-02 ")


def test_what_installs_and_tests_is_what_continuous_integration_runs() -> None:
    """Each line that a reader types to install or to test stands in .ci/run, word for word."""
    typed = [line.strip() for line in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()]
    assert not [line for line in SETUP if line not in typed]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)

"""The workflow file that users copy: it can be parsed, its commands exist, and its gate does what it says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from extractor.evaluation.suites import suite_names
from extractor.llm.catalogue import is_embedded
from extractor.prompts.publish import new_version, publish
from tests.command_line import ROOT, call, environment
from tests.eval_folder import DULL, reads_them, write_set, write_suite
from tests.prompt_folders import prompts  # noqa: F401 - a fixture
from tests.stub_server import StubServer, serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


FILE = ROOT / "docs" / "ci" / "prompt-gate.yml"
WORKFLOW: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = WORKFLOW["jobs"]["gate"]["steps"]
SCRIPTS = {step["name"]: step["run"] for step in STEPS if "run" in step}
COMMANDS = re.findall(r"\bextractor ((?:[a-z]+ )+)((?:.*\\\n)*.*)", "\n".join(SCRIPTS.values()))


def test_the_workflow_runs_on_changed_prompts_and_may_comment() -> None:
    """It is triggered by the prompts alone, reads the repository and writes nothing but the comment."""
    # YAML 1.1 reads the key "on" as true.
    trigger: Any = WORKFLOW.get("on", WORKFLOW.get(True))  # type: ignore[call-overload] # see above
    assert trigger == {"pull_request": {"paths": ["prompts/**"]}}
    assert WORKFLOW["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert is_embedded(WORKFLOW["env"]["EXTRACTOR_MODEL"])
    assert WORKFLOW["env"]["SUITE"] in suite_names()


def test_what_strangers_write_never_stands_in_a_script() -> None:
    """Values of the event reach a shell by the environment only, so that a branch's name cannot be a command."""
    assert not [name for name, script in SCRIPTS.items() if "${{" in script]


@pytest.mark.parametrize("name", SCRIPTS)
def test_each_script_is_shell(name: str) -> None:
    """Bash can parse it."""
    subprocess.run(["bash", "-n", "-c", SCRIPTS[name]], check=True)  # noqa: S603, S607 - parses, runs nothing


def test_each_command_exists_with_its_options(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Every extractor command of the scripts has help, and that names every option that is used."""
    command = call(monkeypatch, capsys, tmp_path)
    assert len(COMMANDS) == 5
    for words, rest in COMMANDS:
        ran = command(*words.split(), "--help")
        assert ran.code == 0
        used = set(re.findall(r"(?<=\s)--[a-z-]+", f" {rest.partition('||')[0]}"))
        assert not {option for option in used if option not in ran.out}


@pytest.fixture
def repository(tmp_path: Path, prompts: Callable[..., Path]) -> Path:  # noqa: F811 - the fixture
    """Return a git repository: its base has events@v1, its head adds a good version, a dull one and a new prompt."""
    if not shutil.which("git") or not shutil.which("jq"):
        pytest.skip("needs git and jq")
    root = prompts("events@v1")
    publish("events@v1", root)
    write_set(tmp_path)
    write_suite(tmp_path)
    _git(tmp_path, "init", "--quiet")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "--quiet", "-m", "base")
    _git(tmp_path, "update-ref", "refs/remotes/origin/main", "HEAD")
    for system in ("Find the events.\n", DULL):
        draft = new_version("events", "events@v1", "words it otherwise", root)
        (draft.folder / "system.jinja").write_text(system)
        publish(draft.spec, root)
    new_version("news", "events@v1", "another prompt altogether", root)
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "--quiet", "-m", "head")
    return tmp_path


def _git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True)  # noqa: S603, S607 - git in a folder of our own


@pytest.mark.slow
def test_the_gate_judges_each_changed_version_and_reports(repository: Path) -> None:
    """A version as good passes, a worse one fails the job, and a new prompt has no rival."""
    with serving(StubServer(reads_them())) as server:
        done = _run_gate(repository, server)
    report = (repository / "summary.md").read_text(encoding="utf-8")
    assert done.returncode == 1, done.stderr.decode()
    assert (repository / "changed.txt").read_text().split() == ["events@v2", "events@v3", "news@v1"]
    assert "news@v1: the base branch uses no version of it" in report
    assert re.findall(r"^### (\w+): B", report, re.MULTILINE) == ["Pass", "Fail"]
    kept = [json.loads(path.read_text()) for path in (repository / "eval-runs" / "gates").glob("*.json")]
    verdicts = {one["candidate"]["prompt"]: one["verdict"]["result"] for one in kept}
    assert verdicts == {"events@v2": "pass", "events@v3": "fail"}


def _run_gate(folder: Path, server: StubServer) -> subprocess.CompletedProcess[bytes]:
    """Run the step Gate as GitHub does, with ``extractor`` on the path and ``server`` as the model."""
    bin_ = folder.parent / f"{folder.name}-bin"
    bin_.mkdir()
    (bin_ / "extractor").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m extractor "$@"\n')
    (bin_ / "extractor").chmod(0o755)
    env = environment({"BASE": "main", "SUITE": "suites/strict.toml", "EXTRACTOR_MODEL": "m"})
    env |= {"EXTRACTOR_BASE_URL": server.base_url, "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    env["PATH"] = f"{bin_}{os.pathsep}{env['PATH']}"
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", SCRIPTS["Gate"]]
    return subprocess.run(shell, cwd=folder, env=env, capture_output=True, check=False, timeout=120)  # noqa: S603 - ours

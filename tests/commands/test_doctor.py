"""``extractor doctor``: the truth about this machine, no keys, and something to do about everything that is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from extractor.commands.doctor import as_text
from extractor.commands.doctor_checks import Finding
from tests.command_line import Ran, call
from tests.stub_server import StubServer, http, raw, serving, status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.stub_server import Behaviour

KEY = "sk-canary-d0c70r"


@pytest.fixture
def doctor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., tuple[Ran, dict[str, dict[str, Any]]]]:
    """Return what runs the doctor in an empty folder, with an empty folder for models: its exit and its findings."""
    run = call(monkeypatch, capsys, tmp_path)

    def examine(*arguments: str, **env: str) -> tuple[Ran, dict[str, dict[str, Any]]]:
        ran = run(
            "doctor", "--format", "json", *arguments, env={"EXTRACTOR_MODELS_DIR": str(tmp_path / "models")} | env
        )
        report = json.loads(ran.out)
        assert report["ok"] is (ran.code == 0)
        return ran, {f"{finding['section']}.{finding['name']}": finding for finding in report["findings"]}

    return examine


def test_a_bare_machine_will_fetch_the_model(doctor: Any, tmp_path: Path) -> None:
    """Without any setting the embedded model is asked, and its absence is a warning with the size and the command."""
    _, found = doctor("--online")
    assert found["model.asked"]["value"].endswith("embedded: no model and no key are set")
    assert found["model.file"]["state"] == "warning"
    assert str(tmp_path / "models") in found["model.file"]["value"]
    assert "GB" in found["model.file"]["advice"]
    assert "extractor models pull" in found["model.file"]["advice"]


def test_settings_come_with_their_places_and_keys_only_as_set(doctor: Any, tmp_path: Path) -> None:
    """Each setting says where it was set; a key is "set", wherever it stands."""
    (tmp_path / ".env").write_text(f"OPENAI_API_KEY={KEY}\nEXTRACTOR_MODE=tools\n")
    (tmp_path / "extractor.toml").write_text("concurrency = 3\n")
    ran, found = doctor(EXTRACTOR_API_KEY=KEY, EXTRACTOR_BASE_URL=f"https://u:{KEY}@h.example/v1?k={KEY}")
    values = {
        name: found[f"configured.{name}"]["value"] for name in ("openai_api_key", "api_key", "mode", "concurrency")
    }
    assert values == {
        "openai_api_key": "set (.env)",
        "api_key": "set (environment)",
        "mode": "tools (.env)",
        "concurrency": "3 (extractor.toml)",
    }
    assert found["configured.prompt"]["value"] == "not set"
    assert KEY not in ran.out + ran.err


def test_a_typing_error_in_a_variable_is_found(doctor: Any) -> None:
    """A variable that looks like ours and means nothing is a warning."""
    _, found = doctor(EXTRACTOR_MODLE="m")
    assert found["configured.EXTRACTOR_MODLE"]["state"] == "warning"


@pytest.mark.parametrize(
    ("toml", "section", "advice"),
    [
        ('modle = "m"\n', "configured.settings", "known keys"),
        ('base_url = "http://127.0.0.1:1/v1"\n', "model.choice", "--model"),
        ('model = "m"\nbase_url = "ftp://h"\n', "model.endpoint", "OPENAI_API_KEY"),
        ('model = "./none.gguf"\n', "model.file", "GGUF"),
        ('model = "m"\nbase_url = "http://127.0.0.1:1/v1"\n', "model.reachable", "start the server"),
        ('prompt = "nope@v1"\n', "prompt.asked", ""),
    ],
)
def test_what_must_be_mended_is_exit_2_with_advice(
    doctor: Any, tmp_path: Path, toml: str, section: str, advice: str
) -> None:
    """Broken settings, no model, a bad URL, a missing file, a dead server, an unknown prompt: all found."""
    (tmp_path / "extractor.toml").write_text(toml)
    ran, found = doctor()
    assert ran.code == 2
    assert found[section]["state"] == "bad"
    assert advice in found[section]["advice"]


def models(*names: str) -> Behaviour:
    """Answer a list of models."""
    return raw(http(200, json.dumps({"data": [{"id": name} for name in names]}).encode()))


@pytest.mark.parametrize(
    ("behaviour", "state", "words"),
    [
        (models("other", "m"), "ok", "has m"),
        (models("other"), "warning", "does not list m"),
        (models(), "warning", "does not list m"),
        (status(401, KEY), "bad", "refuses the key"),
        (status(404), "warning", "answers 404"),
        (raw(http(200, b"<html>")), "warning", "unknown form"),
        (raw(http(200, b'{"data": [1]}')), "warning", "unknown form"),
        (raw(then="close"), "bad", "no answer"),
    ],
)
def test_an_endpoint_on_this_machine_is_asked_for_its_models(
    doctor: Any, behaviour: Behaviour, state: str, words: str
) -> None:
    """Whether it answers, takes the key and has the model; whatever it sends, there is one finding."""
    with serving(StubServer(behaviour)) as server:
        ran, found = doctor(EXTRACTOR_MODEL="m", EXTRACTOR_BASE_URL=server.base_url, EXTRACTOR_API_KEY=KEY)
        assert server.requests[0].line.startswith("GET /v1/models ")
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert found["model.reachable"]["state"] == state
    assert words in found["model.reachable"]["value"]
    assert KEY not in ran.out + ran.err


def test_nothing_leaves_the_machine_unasked(doctor: Any) -> None:
    """An endpoint elsewhere is not tried without --online; the suite's guard would fail this test if it were."""
    _, found = doctor(OPENAI_API_KEY=KEY)
    assert found["model.reachable"]["value"] == "not tried; extractor doctor --online tries it"
    assert found["model.asked"]["value"].startswith("gpt")


def test_the_text_says_what_to_do_at_the_end() -> None:
    """Sections, marks, aligned names, and the advice together below."""
    findings = [
        Finding("installed", "openai", "ok", "3.3.0"),
        Finding("model", "file", "bad", "damaged \x1b[2J", "extractor models pull x"),
    ]
    assert as_text(findings) == (
        "installed\n  ✓ openai  3.3.0\n\nmodel\n  ✗ file    damaged ␛[2J\n\nwhat to do\n  ✗ extractor models pull x"
    )
    assert as_text(findings[:1]).endswith("what to do\n  nothing: extractor extract ARTICLE should work")

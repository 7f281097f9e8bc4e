"""What the options of ``extractor eval`` mean: the model as runs know it, and the run that a name means."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

import pytest

from extractor.commands.choice import asked_model
from extractor.commands.eval.options import run_folder, shipped_runs
from extractor.errors import ModelFileError, UsageError
from extractor.llm.catalogue import catalogue
from extractor.settings import ModelChoice, load_settings

if TYPE_CHECKING:
    from pathlib import Path


def test_an_embedded_model_is_known_by_its_file(tmp_path: Path) -> None:
    """The catalogue's by its hash there, a file of one's own by the hash of its bytes; never by a port or a path."""
    settings = load_settings({}, folder=tmp_path)
    default = catalogue().models[catalogue().default]
    known = asked_model(settings, ModelChoice("embedded", default.name))
    assert (known.name, known.kind, known.sha256) == (default.name, "embedded", default.sha256)
    own = tmp_path / "mine.gguf"
    own.write_bytes(b"GGUF and some weights")
    mine = asked_model(settings, ModelChoice("embedded", str(own)))
    assert (mine.name, mine.sha256) == ("mine", hashlib.sha256(own.read_bytes()).hexdigest())
    assert str(tmp_path) not in mine.model_dump_json()


@pytest.mark.parametrize("name", ["no-such-model", "missing.gguf"])
def test_a_model_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    """Before anything is asked."""
    with pytest.raises(ModelFileError, match=name):
        asked_model(load_settings({}, folder=tmp_path), ModelChoice("embedded", name))


@pytest.mark.parametrize(
    ("url", "host"),
    [(None, "api.openai.com"), ("http://user:secret@127.0.0.1:8000/v1?key=secret", "127.0.0.1:8000")],
)
def test_an_endpoint_is_known_by_its_host_and_holds_no_secret(tmp_path: Path, url: str | None, host: str) -> None:
    """Name, host and mode say which model it is; keys and user names are no part of it."""
    mode: Literal["tools"] = "tools"
    asked = asked_model(load_settings({"mode": mode}, folder=tmp_path), ModelChoice("endpoint", "m", url))
    assert (asked.name, asked.kind, asked.endpoint, asked.mode) == ("m", "endpoint", host, "tools")
    assert "secret" not in asked.model_dump_json()


def test_a_run_is_found_by_name_or_folder(tmp_path: Path) -> None:
    """A name among the runs, or any folder that holds one; a misspelt one has a neighbour."""
    (tmp_path / "runs" / "first").mkdir(parents=True)
    (tmp_path / "runs" / "first" / "run.json").touch()
    assert run_folder("first", tmp_path / "runs") == tmp_path / "runs" / "first"
    assert run_folder(str(tmp_path / "runs" / "first"), tmp_path) == tmp_path / "runs" / "first"
    with pytest.raises(UsageError) as near:
        run_folder("frist", tmp_path / "runs")
    assert "'first'" in near.value.hint
    with pytest.raises(UsageError) as none:
        run_folder("zzzzzz", tmp_path / "nowhere")
    assert "eval run" in none.value.hint
    assert shipped_runs().parent.name == "evals"

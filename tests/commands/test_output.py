"""Output files appear whole or not at all, and never cost what was there before."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from extractor.commands.output import open_sink
from extractor.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_kept_file_replaces_the_old_one_with_its_rights(tmp_path: Path) -> None:
    """The new content stands under the old name and mode, and nothing else is left in the folder."""
    path = tmp_path / "out.json"
    path.write_text("old")
    path.chmod(0o640)
    with open_sink(path) as sink:
        sink.write("new ü\n")
        assert path.read_text() == "old"
        sink.keep()
    assert path.read_bytes() == b"new \xc3\xbc\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.json"]


def test_a_new_file_has_the_rights_of_any_new_file(tmp_path: Path) -> None:
    """Results are not private just because they went through a temporary file."""
    (tmp_path / "plain").touch()
    with open_sink(tmp_path / "out") as sink:
        sink.keep()
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("error", [None, KeyboardInterrupt, RuntimeError])
def test_without_a_result_the_old_file_stays(tmp_path: Path, error: type[BaseException] | None) -> None:
    """A run that keeps nothing, by failure or by interruption, leaves the folder as it was."""
    path = tmp_path / "out.json"
    path.write_text("old")

    def run() -> None:
        with open_sink(path) as sink:
            sink.write("half")
            if error:
                raise error

    if error:
        with pytest.raises(error):
            run()
    else:
        run()
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.json"]


def test_what_is_kept_survives_the_error_that_follows(tmp_path: Path) -> None:
    """Once there is a result, an interruption no longer takes it away."""
    path = tmp_path / "out.json"

    def run() -> None:
        with open_sink(path) as sink:
            sink.write("done")
            sink.keep()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert path.read_text() == "done"


@pytest.mark.parametrize("name", ["no/such/folder/out.json", "folder", "nul\0"])
def test_a_place_that_cannot_be_written_is_known_at_once(tmp_path: Path, name: str) -> None:
    """A missing folder, a folder as file and an impossible name are usage errors before anything is asked."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="cannot write"), open_sink(tmp_path / name):
        pass


def test_a_device_is_written_as_it_is(tmp_path: Path) -> None:
    """A named pipe is not replaced by a file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with open_sink(pipe) as sink:
        sink.write("through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)

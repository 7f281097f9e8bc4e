"""Archives that lie, burst, climb or break: each ends in a failure that says so, holding little, writing nothing."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import struct
import subprocess
import sys
import tarfile
import time
import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import pytest
import zstandard

from extractor.articles.article import Article
from extractor.articles.options import InputFailure, Limits, ReadOptions
from extractor.articles.read import read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

STORY = b"Gunmen shot two guards at the dam near Tarsk on Sunday, the governor said."
LINE = b'{"text": "Gunmen shot two guards at the dam near Tarsk on Sunday."}\n'
MB = 1_000_000
BLANK = b" " * (MB - 1) + b"\n"


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive of ``members``."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def tarred(*members: tuple[tarfile.TarInfo | str, bytes], mode: str = "w") -> bytes:
    """Return a tar archive of ``members``."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as archive:  # type: ignore[call-overload]  # one of the modes that write
        for named, content in members:
            info = tarfile.TarInfo(named) if isinstance(named, str) else named
            if info.isreg():
                info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """Return a tar member that is no plain file."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def directory_entry(data: bytes, number: int = 0) -> int:
    """Return where the entry ``number`` of a zip archive's directory begins."""
    at = -1
    for _ in range(number + 1):
        at = data.index(b"PK\x01\x02", at + 1)
    return at


def patched(data: bytes, at: int, form: str, *values: int) -> bytes:
    """Return ``data`` with other numbers at ``at``."""
    new = struct.pack(form, *values)
    return data[:at] + new + data[at + len(new) :]


def overlapping() -> bytes:
    """Return a zip archive whose second member is the first one's bytes again."""
    data = zipped({"a.txt": STORY, "b.txt": STORY})
    return patched(data, directory_entry(data, 1) + 42, "<L", 0)


def stating(size: int) -> bytes:
    """Return a zip archive whose member states ``size`` bytes in both places."""
    data = zipped({"a.txt": STORY, "b.txt": STORY})
    return patched(patched(data, 22, "<L", size), directory_entry(data) + 24, "<L", size)


def encrypted() -> bytes:
    """Return a zip archive whose first member says that it is encrypted."""
    data = zipped({"a.txt": STORY, "b.txt": STORY})
    return patched(patched(data, 6, "<H", 1), directory_entry(data) + 8, "<H", 1)


def damaged_member() -> bytes:
    """Return a zip archive with wrong bytes in its first member."""
    data = zipped({"a.txt": STORY * 9, "b.txt": STORY})
    return data[:40] + bytes(byte ^ 255 for byte in data[40:60]) + data[60:]


def nested(depth: int, inner: bytes) -> bytes:
    """Return a zip archive with ``depth`` archives inside one another."""
    for _ in range(depth):
        inner = zipped({"in.zip": inner}, zipfile.ZIP_STORED)
    return inner


def linked() -> bytes:
    """Return a zip archive with a symbolic link."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/hostname")
        archive.writestr("b.txt", STORY)
    return data.getvalue()


def in_64_bits(data: bytes, offset: int | None = None) -> bytes:
    """Return a zip archive of one member with sizes, offset and end in their 64-bit form; ``offset`` may lie."""
    at, end = directory_entry(data), data.index(b"PK\x05\x06")
    packed, size = struct.unpack_from("<LL", data, at + 20)
    extra = struct.pack("<HHB", 9, 1, 0) + struct.pack("<HHQQQ", 1, 24, size, packed, offset or 0)
    entry = patched(data[at:end], 20, "<LL", 0xFFFF_FFFF, 0xFFFF_FFFF)
    entry = patched(patched(entry, 30, "<H", len(extra)), 42, "<L", 0xFFFF_FFFF) + extra
    return (
        data[:at]
        + entry
        + struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(entry), at)
        + struct.pack("<4sLQL", b"PK\x06\x07", 0, at + len(entry), 1)
        + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFF_FFFF, 0xFFFF_FFFF, 0)
    )


def run(tmp_path: Path, name: str, data: bytes, limits: Limits | None = None) -> tuple[list[str], list[str]]:
    """Return ids of the articles of a file with ``data``, and the messages of its failures."""
    (tmp_path / name).write_bytes(data)
    results = list(read(tmp_path / name, options=ReadOptions(limits=limits or Limits(), max_bytes=2 * MB)))
    ids = [item.id for item in results if isinstance(item, Article)]
    failures = [item for item in results if isinstance(item, InputFailure)]
    assert all(failure.error.hint and "\n" not in str(failure.error) for failure in failures)
    return ids, [str(failure.error).replace(f"{tmp_path}/", "") for failure in failures]


PARTLY: dict[str, tuple[Callable[[], bytes], list[str], str]] = {
    "encrypted.zip": (encrypted, ["encrypted.zip/b.txt"], "'encrypted.zip/a.txt' is encrypted"),
    "damaged.zip": (damaged_member, ["damaged.zip/b.txt"], "'damaged.zip/a.txt' is damaged"),
    "says-less.zip": (lambda: stating(9), ["says-less.zip/b.txt"], "'says-less.zip/a.txt' is damaged: Bad CRC"),
    "says-more.zip": (
        lambda: stating(3_000_000_000),
        ["says-more.zip/b.txt"],
        "'says-more.zip/a.txt' is damaged: it states 3,000,000,000 bytes and holds 74",
    ),
    "link.zip": (linked, ["link.zip/b.txt"], "'link.zip/link.txt' is a link or a device"),
    "large.zip": (
        lambda: zipped({"a.txt": bytes(range(97, 123)) * 99_999, "b.txt": STORY}, zipfile.ZIP_STORED),
        ["large.zip/b.txt"],
        "'large.zip/a.txt' is larger than 2 MB",
    ),
    "symlink.tar": (
        lambda: tarred((special("link.txt", tarfile.SYMTYPE, "/etc/passwd"), b""), ("b.txt", STORY)),
        ["symlink.tar/b.txt"],
        "'symlink.tar/link.txt' is a symbolic link",
    ),
    "hard-link.tar": (
        lambda: tarred(("b.txt", STORY), (special("link.txt", tarfile.LNKTYPE, "b.txt"), b"")),
        ["hard-link.tar/b.txt"],
        "'hard-link.tar/link.txt' is a hard link",
    ),
    "device.tar": (
        lambda: tarred((special("zero", tarfile.CHRTYPE), b""), ("b.txt", STORY)),
        ["device.tar/b.txt"],
        "'device.tar/zero' is a device",
    ),
    "pipe.tar": (
        lambda: tarred((special("pipe", tarfile.FIFOTYPE), b""), ("b.txt", STORY)),
        ["pipe.tar/b.txt"],
        "'pipe.tar/pipe' is a pipe",
    ),
    "cut.tar": (
        lambda: tarred(("a.txt", STORY), ("b.txt", STORY * 20))[:2_000],
        ["cut.tar/a.txt"],
        "'cut.tar' is damaged: unexpected end of data; articles read before that: 1",
    ),
    "cut.tar.gz": (
        lambda: gzip.compress(tarred(("a.txt", STORY), ("b.txt", bytes(range(256)) * 300)), 0)[:3_000],
        ["cut.tar.gz/a.txt"],
        "'cut.tar.gz' is damaged: Compressed file ended before the end-of-stream marker was reached; articles",
    ),
    "inner.tar": (
        lambda: tarred(("a.txt.gz", gzip.compress(STORY)[:-9]), ("b.txt", STORY)),
        ["inner.tar/b.txt"],
        "'inner.tar/a.txt.gz' is damaged",
    ),
    "negative.tar": (
        lambda: tarred(("a.txt", STORY)).rstrip(b"\0").ljust(1_024, b"\0") + _header("b.txt", -(2**20)),
        ["negative.tar/a.txt"],
        "'negative.tar' is damaged: a negative size; articles read before that: 1",
    ),
    "climbing.zip": (lambda: nested(3, zipped({"a.txt": STORY})), [], "is an archive inside more than 2 others"),
}


def _header(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    """Return the header of a tar member that states ``size`` bytes."""
    header = bytearray(special(name, kind).tobuf())
    header[124:136] = size.to_bytes(12, "big", signed=True) if size < 0 else b"%011o\0" % size
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


@pytest.mark.parametrize("name", PARTLY)
def test_what_is_broken_ends_alone(tmp_path: Path, name: str) -> None:
    """A bad member or end is one failure that names it, and every other member is read."""
    make, ids, message = PARTLY[name]
    found, failures = run(tmp_path, name, make())
    assert found == ids
    assert len(failures) == 1
    assert message in failures[0]


def _packed_bomb(pack: Callable[[bytes], bytes]) -> bytes:
    return pack(BLANK * 50)


def _wide_window() -> bytes:
    settings = zstandard.ZstdCompressionParameters(window_log=28)
    packer = zstandard.ZstdCompressor(compression_params=settings).compressobj()
    return packer.compress(LINE) + packer.flush()


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "overlap.zip": (overlapping, "its members overlap, as only a bomb's do"),
    "empty.zip": (lambda: zipped({}), "a ZIP archive without articles"),
    "pictures.zip": (lambda: zipped({"a.png": b"\x89PNG"}), "a ZIP archive without articles"),
    "cut.zip": (lambda: zipped({"a.txt": STORY})[:-30], "no whole ZIP archive: the list of its members"),
    "stump.zip": (lambda: b"PK\x05\x06" + bytes(17), "no whole ZIP archive: the list of its members"),
    "no-list.zip": (lambda: b"PK\x03\x04" + bytes(500), "no whole ZIP archive"),
    "bad-list.zip": (lambda: zipped({"a.txt": STORY}).replace(b"PK\x01\x02", b"PK\x01\x09"), "list of its members"),
    "far.zip": (
        lambda: patched(zipped({"a.txt": STORY}), directory_entry(zipped({"a.txt": STORY})) + 42, "<L", 99_999),
        "a member does not fit into it",
    ),
    "far-64.zip": (lambda: in_64_bits(zipped({"a.txt": STORY}), 1 << 40), "a member does not fit into it"),
    "no-end-64.zip": (
        lambda: in_64_bits(zipped({"a.txt": STORY})).replace(b"PK\x06\x06", b"PK\x06\x09"),
        "its 64-bit end record is missing",
    ),
    "cut-list.zip": (
        lambda: patched(zipped({"a.txt": STORY}), len(zipped({"a.txt": STORY})) - 10, "<L", 40),
        "the list of its members is damaged",
    ),
    "long-list.zip": (
        lambda: patched(zipped({"a.txt": STORY}), len(zipped({"a.txt": STORY})) - 10, "<L", 99_999),
        "the list of its members does not fit into it",
    ),
    "parts.zip": (
        lambda: patched(zipped({"a.txt": STORY}), len(zipped({"a.txt": STORY})) - 18, "<H", 3),
        "one part of an archive in several files",
    ),
    "report.docx": (lambda: zipped({"[Content_Types].xml": b"<x/>"}), "an Office document"),
    "bomb.zip": (lambda: zipped({"a.jsonl": BLANK * 50}), "unpacks to more than 200 times its size"),
    "bomb.jsonl.gz": (lambda: _packed_bomb(gzip.compress), "unpacks to more than 200 times its size"),
    "bomb.jsonl.bz2": (lambda: _packed_bomb(bz2.compress), "unpacks to more than 200 times its size"),
    "bomb.jsonl.xz": (lambda: _packed_bomb(lzma.compress), "unpacks to more than 200 times its size"),
    "bomb.jsonl.zst": (lambda: _packed_bomb(zstandard.compress), "unpacks to more than 200 times its size"),
    "empty.tar": (tarred, "a tar archive without articles"),
    "headers.tar": (
        lambda: _header("x", 9 * MB, tarfile.XHDTYPE) + b"9" * 9 * MB,
        "a header has more than a megabyte",
    ),
    "window.jsonl.zst": (_wide_window, "too much memory"),
    "memory.jsonl.xz": (
        lambda: lzma.compress(LINE, filters=[{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 29}]),
        "Memory usage limit",
    ),
    "cut.jsonl.zst": (lambda: zstandard.compress(LINE)[:-3], "ends too soon"),
    "cut.jsonl.bz2": (lambda: bz2.compress(LINE)[:-3], "damaged"),
    "rubbish.jsonl.zst": (lambda: b"\x28\xb5\x2f\xfd" + b"rubbish" * 9, "damaged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bombs_and_wrecks(tmp_path: Path, name: str) -> None:
    """What cannot be read on is one failure that says why, within seconds and 40 MB."""
    make, message = REFUSED[name]
    data = make()
    tracemalloc.start()
    begun = time.process_time()
    (tmp_path / name).write_bytes(data)
    failures = [item for item in read(tmp_path / name, options=_few_words()) if isinstance(item, InputFailure)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(failures) == 1
    assert message in str(failures[0].error)
    assert peak < 40 * MB
    assert time.process_time() - begun < 30


def _few_words() -> ReadOptions:
    return ReadOptions(limits=Limits(), max_bytes=2 * MB, language="en")


_RECORDS = b"".join(b'{"notes": "%s"}\n' % hashlib.sha512(b"%d" % n).hexdigest().encode() * 8 for n in range(2_000))
_ZSTD = zstandard.compress(_RECORDS)
ORDINARY: dict[str, Callable[[], bytes]] = {
    "packed-records.tar": lambda: tarred(("a.jsonl.gz", gzip.compress(_RECORDS)), ("b.jsonl.zst", _ZSTD)),
    "packed-records.zip": lambda: zipped({"a.jsonl.gz": gzip.compress(_RECORDS), "b.jsonl.zst": _ZSTD}),
    "packed-records.tar.gz": lambda: tarred(
        ("a.jsonl.gz", gzip.compress(_RECORDS)), ("b.jsonl.zst", _ZSTD), mode="w:gz"
    ),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_packing_is_no_bomb(tmp_path: Path, name: str) -> None:
    """Packed files inside archives that are packed or not are judged by the archive's own size."""
    (tmp_path / name).write_bytes(ORDINARY[name]())
    results = [str(item.error) for item in read(tmp_path / name) if isinstance(item, InputFailure)]
    assert len(results) == 2 * 16_000
    assert all("has no text" in message for message in results)


LIMITED: dict[str, tuple[Callable[[], bytes], Limits, int, str]] = {
    "many.zip": (
        lambda: zipped({f"{n}.txt": STORY for n in range(5)}),
        Limits(members=4),
        0,
        "holds more than 4 files",
    ),
    "many.tar": (
        lambda: tarred(*((f"{n}.txt", STORY) for n in range(5))),
        Limits(members=4),
        4,
        "holds more than 4 files; articles read before that: 4",
    ),
    "many-inside.zip": (
        lambda: zipped({f"{n}.zip": zipped({"a.txt": STORY, "b.txt": STORY}) for n in range(3)}),
        Limits(members=5),
        2,
        "holds more than 5 files; articles read before that: 2",
    ),
    "total.zip": (
        lambda: zipped({f"{n}.txt": STORY for n in range(5)}),
        Limits(unpacked_bytes=3 * len(STORY)),
        3,
        "unpacks to more than 2.22e-07 GB; articles read before that: 3",
    ),
    "small-bombs.zip": (
        lambda: zipped({f"{n}.txt": STORY + b" \n" * 450_000 for n in range(3)}),
        Limits(ratio=90),
        1,
        "unpacks to more than 90 times its size; articles read before that: 1",
    ),
    "held.tar": (
        lambda: tarred(("a.zip", zipped({"a.txt": STORY})), ("b.txt", STORY)),
        Limits(held_bytes=100),
        1,
        "is a ZIP archive inside an archive, larger than 0.0001 MB",
    ),
    "packed-twice.txt.gz": (
        lambda: gzip.compress(gzip.compress(gzip.compress(gzip.compress(gzip.compress(STORY))))),
        Limits(),
        0,
        "is an archive inside more than 2 others",
    ),
}


@pytest.mark.parametrize("name", LIMITED)
def test_limits(tmp_path: Path, name: str) -> None:
    """Each limit ends an archive where it is reached, says which it was, and keeps what was read before."""
    make, limits, articles, message = LIMITED[name]
    found, failures = run(tmp_path, name, make(), limits)
    assert len(found) == articles
    assert len(failures) == 1
    assert message in failures[0]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/cron.txt", "%2E%2E/%2E%2E/etc/cron.txt"),
        ("/etc/motd.txt", "%2Fetc/motd.txt"),
        ("C:/boot.txt", "%43%3A/boot.txt"),
        ("a\\..\\b.txt", "a%5C..%5Cb.txt"),
        ("a\x1b[31m.txt", "a%1B[31m.txt"),
        ("..fine..txt", None),
        ("a/..fine.../b.txt", None),
        ("Zürich/größe.txt", "Zürich/größe.txt"),
    ],
)
def test_names_lead_nowhere(tmp_path: Path, name: str, shown: str | None) -> None:
    """Names that climb out of folders or steer a terminal are encoded in ids; hidden ones are left alone."""
    for outer, data in (
        ("a.zip", zipped({name: STORY, "b.txt": STORY})),
        ("a.tar", tarred((name, STORY), ("b.txt", STORY))),
    ):
        found, failures = run(tmp_path, outer, data)
        assert not failures
        assert found == ([f"{outer}/{shown}"] if shown else []) + [f"{outer}/b.txt"]


def test_name_with_nul(tmp_path: Path) -> None:
    """A zip member's name ends at a NUL, as the program that shows it says."""
    data = zipped({"a.txt_.exe": STORY}).replace(b"a.txt_.exe", b"a.txt\0.exe")
    assert run(tmp_path, "a.zip", data)[0] == ["a.zip/a.txt"]


def test_name_in_no_encoding(tmp_path: Path) -> None:
    """A tar member whose name is no UTF-8 is read, its odd bytes encoded."""
    info = tarfile.TarInfo("\udcff\udcfe.txt")
    assert run(tmp_path, "a.tar", tarred((info, STORY)))[0] == ["a.tar/%FF%FE.txt"]


_WATCHED = """
import sys, os
from extractor.articles.read import read
list(read(sys.argv[1]))
def watch(event, args):
    if event == "open" and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        print("written:", args[0]); os._exit(1)
    if event in {"os.mkdir", "os.rename", "os.symlink", "os.link", "os.remove", "tempfile.mkstemp", "tempfile.mkdtemp"}:
        print(event, args); os._exit(1)
sys.addaudithook(watch)
print(sum(1 for path in sys.argv[1:] for _ in read(path)))
"""


def test_nothing_is_written(tmp_path: Path) -> None:
    """While archives are read, no file is opened for writing, made, moved or linked anywhere."""
    names = {"../up.txt": STORY, "/abs.txt": STORY, "in.zip": zipped({"a.txt": STORY})}
    (tmp_path / "a.zip").write_bytes(zipped(names))
    (tmp_path / "a.tar.gz").write_bytes(tarred(*names.items(), mode="w:gz"))
    command = [sys.executable, "-B", "-c", _WATCHED, str(tmp_path / "a.zip"), str(tmp_path / "a.tar.gz")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)  # noqa: S603 - our own code
    assert (done.stdout.strip(), done.returncode) == ("6", 0), done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tar.gz", "a.zip"]


def test_long_form_of_zip(tmp_path: Path) -> None:
    """An archive whose sizes and offsets are in 64 bits is read, as archives beyond 4 GB are."""
    assert run(tmp_path, "a.zip", in_64_bits(zipped({"a.txt": STORY}))) == (["a.zip/a.txt"], [])


def test_packed_by_a_method_that_is_not_read(tmp_path: Path) -> None:
    """A member packed by LZMA is a failure that says how to pack it instead."""
    found, failures = run(tmp_path, "a.zip", zipped({"a.txt": STORY}, zipfile.ZIP_LZMA))
    assert not found
    assert failures == ["'a.zip/a.txt' is packed by method 14, which is not read"]

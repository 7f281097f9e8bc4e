"""A real Chromium for the tests of pages: it opens a page, and prints the document or a picture of it."""

from __future__ import annotations

import shutil
import subprocess
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"),
)


@pytest.fixture
def browse(tmp_path: Path) -> Callable[..., str]:
    """Return what opens a page with a profile of its own and gives back what Chromium writes."""

    def run(page: Path, *options: str) -> str:
        command = [str(CHROMIUM), *QUIET, f"--user-data-dir={tmp_path / 'profile'}", *options, page.as_uri()]
        done = subprocess.run(command, capture_output=True, check=True, timeout=120)  # noqa: S603 - the browser we found
        return done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")

    return run


def corner(browse: Callable[..., str], page: Path, picture: Path, *options: str) -> tuple[int, int, int]:
    """Return the colour of the page's first pixel as red, green, blue."""
    browse(page, f"--screenshot={picture}", "--window-size=400,300", *options)
    return Png.read(picture).first_pixel


@dataclass(frozen=True)
class Png:
    """As much of a PNG as the first pixel needs (RFC 2083: filter byte, then samples of 8 bits)."""

    first_pixel: tuple[int, int, int]

    @classmethod
    def read(cls, path: Path) -> Png:
        """Read the first pixel; every filter leaves it as it is, for it has no neighbours."""
        data = path.read_bytes()
        body, at = b"", 8
        while at < len(data):
            size, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
            body += data[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
            at += 12 + size
        raw = zlib.decompress(body)
        return cls((raw[1], raw[2], raw[3]))

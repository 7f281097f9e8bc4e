"""The command line as a user runs it: its exit code and both of its streams, from a child process or from this one.

A child takes seconds to import the SDKs, so it is kept for what needs one: signals, pipes, terminals, encodings.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from extractor.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a child: the guarded one of the tests, this source tree, and ``extra``."""
    dropped = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    # Compiled files of their own: children start in a quarter of the time, and the source tree stays clean.
    compiled = str(Path(tempfile.gettempdir()) / "extractor-tests-bytecode")
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": compiled} | dict(extra or {})


def extractor(
    *arguments: str, folder: Path, stdin: str | bytes = b"", env: Mapping[str, str] | None = None, timeout: float = 60
) -> Ran:
    """Run ``extractor`` with ``arguments`` in ``folder``."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-m", "extractor", *arguments],
        cwd=folder,
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        env=environment(env),
        timeout=timeout,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path) -> Callable[..., Ran]:
    """Return what runs ``extractor`` in this process, with ``folder`` as the current one and ``env`` added."""
    monkeypatch.chdir(folder)
    monkeypatch.delenv("EXTRACTOR_DEBUG", raising=False)

    def run(*arguments: str, env: Mapping[str, str] | None = None) -> Ran:
        with monkeypatch.context() as patch:
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main(list(arguments))
        said = capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return run

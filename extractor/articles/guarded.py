"""Pages and PDFs are read in a child process with limits, so that a hostile one costs ten seconds and nothing else.

Parsers are where hostile input meets C code and quadratic algorithms: a page with a million attributes keeps them busy
for minutes, a PDF of a few kilobytes can unpack to gigabytes. The child (``guarded_child.py``) has 512 MB of memory and
ten seconds for each input; beyond either it is ended, the input is reported, and the next one gets a fresh child. An
ordinary page costs 1 ms more than in this process (docs/decisions.md), so all pages go there and no rule has to
tell hostile ones by their looks.

One child serves this process, and one input at a time; it ends with this process, however that ends.
"""

from __future__ import annotations

import atexit
import base64
import contextlib
import datetime as dt
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from extractor.articles.page_date import PageDate
from extractor.articles.webpage import Page
from extractor.errors import InputError, UsageError

CHILD: Final = Path(__file__).with_name("guarded_child.py")
_START_SECONDS: Final = 60.0
"""For an interpreter and its imports on a busy machine; ordinary is half a second."""
_LONGEST_ANSWER: Final = 250_000_000
"""Bytes: a text of 20 MB with every character written as an escape."""


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """What one input may cost."""

    seconds: float = 10.0
    """Wall clock, and processor time."""
    memory: int = 512_000_000
    """Bytes of address space of the child, its interpreter and libraries included."""


@dataclass(eq=False)
class Guard:
    """Owns the child: starts it when it is needed, ends it when an input goes beyond the limits."""

    limits: GuardLimits = field(default_factory=GuardLimits)
    starts: int = 0
    """Children started so far."""
    _process: subprocess.Popen[bytes] | None = None
    _owner: int = 0
    """The process that started the child: after a fork, the copy needs one of its own."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, job: dict[str, Any], source: str) -> dict[str, Any]:
        """Have ``job`` done; return its result.

        Raises:
            InputError: The input is no article, or went beyond the limits.
            UsageError: A package that it needs is missing.
        """
        line = json.dumps(job).encode() + b"\n"
        with self._lock:
            left = self.limits.seconds  # the start of a child is not the input's fault
            while True:
                fresh = self._ensure(job["kind"])
                began = time.monotonic()
                said = self._exchange(line, began + left)
                left -= time.monotonic() - began
                if said is not None and "memory" not in said:
                    break
                self.close()
                if fresh or left <= 0:
                    break
                # What earlier inputs left behind is not this one's fault either: once more, in the time that is left.
        return _result(said, source, self.limits, late=left <= 0)

    def close(self) -> None:
        """End the child at once."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _ensure(self, kind: str) -> bool:
        """Have a child ready, with the libraries for that kind of job; return whether it is new."""
        if self._process is not None and self._owner == os.getpid() and self._process.poll() is None:
            return False
        self.close()
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
            [sys.executable, "-P", str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the parent to handle
        )
        self._owner, self.starts = os.getpid(), self.starts + 1
        order = {"memory": self.limits.memory, "cpu": self.limits.seconds, "kind": kind}
        if self._exchange(json.dumps(order).encode() + b"\n", time.monotonic() + _START_SECONDS) is None:
            self.close()
            raise UsageError("the process that reads pages did not start", hint="extractor doctor")
        return True

    def _exchange(self, line: bytes, deadline: float) -> dict[str, Any] | None:
        """Send a line and return the answer; None when the child died or was ended at the deadline."""
        process = self._process
        assert process is not None
        assert process.stdin
        assert process.stdout
        limit = threading.Timer(max(0.0, deadline - time.monotonic()), process.kill)
        limit.start()
        try:
            process.stdin.write(line)
            process.stdin.flush()
            answer = process.stdout.readline(_LONGEST_ANSWER)
            return dict(json.loads(answer)) if answer.endswith(b"\n") else None
        except (OSError, ValueError):
            return None
        finally:
            limit.cancel()


_guard = Guard()
atexit.register(_guard.close)


def read_page(html: str, source: str, *, url: str | None = None, guard: Guard = _guard) -> Page:
    """Return the article of a page or HTML fragment, as :func:`extractor.articles.webpage.read_page` does.

    Raises:
        InputError: Nothing on the page looks like an article, or it went beyond the limits.
    """
    said = guard.ask({"kind": "page", "html": html, "source": source, "url": url}, source)
    if said["date"]:
        day, words, modified = said["date"]
        said["date"] = PageDate(dt.date.fromisoformat(day), words, modified)
    return Page(**said | {"warnings": tuple(said["warnings"])})


def read_pdf_text(data: bytes, source: str, *, guard: Guard = _guard) -> str:
    """Return the text of a PDF, as :func:`extractor.articles.pdf.pdf_text` does.

    Raises:
        InputError: It cannot be read, holds no text, or went beyond the limits.
        UsageError: The package pypdfium2 is not installed.
    """
    job = {"kind": "pdf", "data": base64.b64encode(data).decode(), "source": source}
    return str(guard.ask(job, source)["text"])


def _result(said: dict[str, Any] | None, source: str, limits: GuardLimits, *, late: bool) -> dict[str, Any]:
    if said and "done" in said:
        return dict(said["done"])
    if said and "error" in said:
        kind = UsageError if said.get("kind") == "UsageError" else InputError
        raise kind(str(said["error"]), hint=str(said.get("hint", "")))
    if late:
        what = f"took longer than {limits.seconds:g} s to read"
    elif said:
        what = f"needs more than {limits.memory / 1e6:g} MB of memory to be read"
    else:
        what = f"could not be read within {limits.seconds:g} s and {limits.memory / 1e6:g} MB of memory"
    raise InputError(f"{source!r} {what}", hint="It may be hostile. If you trust it, save its text in a .txt file.")

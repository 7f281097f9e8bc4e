"""The embedded model: a GGUF file served on loopback, to be asked like any other OpenAI-compatible endpoint.

:func:`start_embedded` starts the child process of :mod:`extractor.llm.embedded_server` and returns a
:class:`Running` with the address and the key that a client needs. The port is one that the system had free, the key is
random and travels through a pipe, so nobody else on the machine can use the server or read the articles it answers
about. There is no web page, and no endpoint that shows what is being asked.

Each slot keeps the key-value cache of its last request, so that articles asked with the same prompt only pay for their
own text. One slot is the default: on two cores a second one adds no speed, and each has to read the prompt for itself.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import platform
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from extractor.errors import ModelFileError, UsageError
from extractor.llm.threads import Threads, choose_threads

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVER = Path(__file__).with_name("embedded_server.py")
START_SECONDS = 120.0
"""A gigabyte from a slow disk takes a minute; a warm start takes two seconds."""
STOP_SECONDS = 3.0
SAID_BYTES = 2000
"""How much of what llama.cpp said is quoted when it fails."""


@dataclass(frozen=True, slots=True)
class EmbeddedSettings:
    """How a model is served; the defaults are measured, see docs/decisions.md."""

    context: int = 8192
    """Tokens of prompt and reply together, for each slot; the 1.5B model needs 28 KB of memory for each."""
    slots: int = 1
    """Requests answered at the same time; others wait."""
    cache_mib: int = 512
    """Memory for the caches of prompts that had to leave their slot, so that two prompts can take turns."""
    threads: Threads | None = None
    """None: chosen by :func:`extractor.llm.threads.choose_threads` when the server starts."""
    repack: bool = platform.machine().lower() not in {"x86_64", "amd64"}
    """Rearrange the weights at the start. On x86-64 that costs 600 MB and 2 s and reads prompts a third slower; on
    other processors it is llama.cpp's own default."""
    start_seconds: float = START_SECONDS


@dataclass(frozen=True, slots=True, eq=False)
class Running:
    """A model that is being served. Close it, or leave a ``with`` block; it also ends with this process."""

    base_url: str
    api_key: str = field(repr=False)
    name: str
    """Name of the model for requests: the file's name without ``.gguf``."""
    info: Mapping[str, str]
    """Settings that provenance records: engine, context, slots, threads."""
    seconds: float
    """How long the start took."""
    _process: subprocess.Popen[str] = field(repr=False)

    def close(self) -> None:
        """End the server, whatever it is doing; never takes longer than a few seconds, and may be called again."""
        _end(self._process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def start_embedded(path: Path, settings: EmbeddedSettings = EmbeddedSettings()) -> Running:
    """Serve the model file at ``path``; returns when it can be asked.

    Raises:
        UsageError: xllamacpp is not installed.
        ModelFileError: The file can't be loaded, or not within ``settings.start_seconds``.
    """
    if importlib.util.find_spec("xllamacpp") is None:
        raise UsageError(
            "the embedded model needs the package xllamacpp, which is not installed",
            hint="pip install 'extractor[local]', or name another endpoint with --base-url",
        )
    began = time.monotonic()
    threads = settings.threads or choose_threads()
    key = secrets.token_urlsafe(32)
    order = {
        "path": str(path.resolve()),
        "name": path.stem,
        "api_key": key,
        "context": settings.context,
        "slots": settings.slots,
        "cache_mib": settings.cache_mib,
        "repack": settings.repack,
        **asdict(threads),
    }
    process, url = _launch(path, order, settings.start_seconds)
    return Running(
        base_url=f"{url}/v1",
        api_key=key,
        name=path.stem,
        info={
            "engine": f"xllamacpp {version('xllamacpp')}",
            "context": str(settings.context),
            "slots": str(settings.slots),
            "threads": f"{threads.threads}+{threads.batch_threads}",
        },
        seconds=time.monotonic() - began,
        _process=process,
    )


def _launch(path: Path, order: Mapping[str, Any], seconds: float) -> tuple[subprocess.Popen[str], str]:
    """Start the child and return it with its address; raises a :class:`ModelFileError` if it can't load the model."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 -- our own interpreter and our own file
            [sys.executable, "-P", str(SERVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            encoding="utf-8",
            # Ctrl-C is for us to handle: answers in flight may still be wanted.
            start_new_session=True,
        )
        try:
            answer = _exchange(process, order, seconds)
        except BaseException:
            _end(process)
            raise
        if "url" in answer:
            return process, answer["url"]
        _end(process)
        raise ModelFileError(_failure(path, answer.get("error"), said), hint="extractor doctor")


def _exchange(process: subprocess.Popen[str], order: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """Send the order and return the answer; empty when the child ended without one or was ended at the time limit."""
    assert process.stdin
    assert process.stdout
    limit = threading.Timer(seconds, process.kill)
    limit.start()
    try:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
        line = process.stdout.readline()
    finally:
        limit.cancel()
    return dict(json.loads(line)) if line else {}


def _failure(path: Path, error: str | None, said: Any) -> str:  # noqa: ANN401 -- the file type has no public name
    """Put into words why the model could not be served, with the end of what llama.cpp said about it."""
    said.seek(0)
    lines = said.read()[-SAID_BYTES:].decode("utf-8", errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if " E " in line or "error" in line.lower()), "")
    reason = "; ".join(filter(None, (error or "it ended or did not answer in time", last)))
    return f"cannot load the model file {str(path)!r}: {reason}"


def _end(process: subprocess.Popen[str]) -> None:
    """End the child: by closing its input, and if that does not help within seconds, by force."""
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with contextlib.suppress(OSError):
                pipe.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

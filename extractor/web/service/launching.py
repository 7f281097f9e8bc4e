"""Runs that the service starts: each is the command ``extractor archive run`` in a process of its own.

A process of its own, because a run's loop, its store and its drain at Ctrl-C are made for one, and because it then
survives this one: a service that is killed takes no run with it. So which process it is stands in a file beside the
store, where the next service finds it. One run at a time: runs share one machine and one provider.

Beside the store ``a.db`` lies the folder ``a.db.served``: the articles that came with a request (``NAME.jsonl``), what
a run said on standard error (``NAME.said``), and ``under-way.json``.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import psutil

from extractor.archive.store.claims import SAME_START, started_at
from extractor.errors import StoreError, UsageError
from extractor.web.service.purses import BusyError
from extractor.web.service.run_reports import report_of, runs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from extractor.web.service.run_reports import RunReport

_PATIENCE: Final = 60.0
"""Seconds until a run has to stand in the store: imports, and opening a model."""
_LOOK: Final = 0.1
_DRAIN: Final = 30.0
"""Seconds that a run may take to end after Ctrl-C; it lets requests in flight end for ten."""
_SAID: Final = 4_000
"""Bytes of what a run said last that are read."""
_LAST: Final = 2
"""Lines of that: how it ended, and how to go on."""
_RECORD: Final = "under-way.json"


@dataclass(slots=True)
class Launcher:
    """Starts, stops and resumes runs in one store.

    Args:
        store: The store's file.
        options: Options of every ``extractor archive run`` and ``resume``, by that word: the model and so on.
        sources: Folder below which runs may name their articles; None: articles come with the request only.
    """

    store: Path
    options: Mapping[str, Sequence[str]]
    sources: Path | None = None
    _process: psutil.Process | None = None
    _name: str = ""
    _interrupted: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Take over the run that an earlier service has left under way, if there is one."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, psutil.Error):
            record = json.loads((self._folder / _RECORD).read_text("utf-8"))
            began = started_at(record["pid"])
            if began is not None and abs(began - record["started"]) < SAME_START:
                self._process, self._name = psutil.Process(record["pid"]), record["name"]

    @property
    def under_way(self) -> str | None:
        """Name of the run that a service on this store has started and that has not ended."""
        if self._process is None:
            return None
        with contextlib.suppress(psutil.NoSuchProcess):
            # One that an earlier service began may stay a zombie: reaping it is somebody else's.
            if self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE:
                return self._name
        with contextlib.suppress(psutil.TimeoutExpired):
            self._process.wait(0)
        return None

    def start(self, name: str, source: str | Iterable[Mapping[str, object]], options: Sequence[str]) -> RunReport:
        """Begin a run and return its first figures, once it stands in the store.

        Args:
            name: Of the run; letters, digits, ``.``, ``_`` and ``-``.
            source: A file or folder below :attr:`sources`, or the articles themselves as records.
            options: Further options of ``extractor archive run``.

        Raises:
            BusyError: Another run is under way.
            UsageError: There is a run of that name, no such source, or the run says that it cannot begin.
        """
        with self._lock:
            self._require_free()
            if any(run.name == name for run in runs_of(self.store)):
                raise UsageError(f"there is a run {name!r}", hint=f"POST /v1/runs/{name}/resume goes on with it")
            path = self._inside(source) if isinstance(source, str) else self._keep(name, source)
            try:
                return self._launch(name, ["run", str(path), "--run", name, *options])
            except UsageError:
                if not isinstance(source, str):
                    path.unlink()
                raise

    def resume(self, name: str, options: Sequence[str] = ()) -> RunReport:
        """Go on with a run; raises as :meth:`start` does."""
        with self._lock:
            self._require_free()
            report_of(self.store, name, limit=0)
            return self._launch(name, ["resume", name, *options])

    def stop(self, name: str) -> None:
        """Stop a run as Ctrl-C does: what is in flight ends, the rest can be resumed.

        Raises:
            UsageError: No service has started it, or it has ended.
        """
        if self.under_way != name:
            raise UsageError(f"no run {name!r} of this service is under way", hint="GET /v1/runs lists all runs")
        self.interrupt()

    def interrupt(self) -> None:
        """Pass a Ctrl-C on to the run that is under way, if there is one; the second one stops it at once.

        Waits for nothing and takes no lock, so that a signal handler may call it.
        """
        if self._process is not None and self.under_way is not None:
            self._interrupted = True
            with contextlib.suppress(psutil.NoSuchProcess):
                self._process.send_signal(signal.SIGINT)

    def close(self) -> None:
        """Stop the run that is under way, and wait until it has put down what it had in hand."""
        if not self._interrupted:
            self.interrupt()
        try:
            self._wait(_DRAIN)
        except KeyboardInterrupt:  # somebody means it
            self.interrupt()
            self._wait(_DRAIN)
            raise
        finally:
            if self._process is not None and self.under_way is not None:
                self._process.kill()  # what was in flight is asked again, and reported

    def last_words(self, name: str) -> str:
        """Return what the run ``name`` said at the end of its last sitting here; empty while it is under way."""
        if self.under_way == name:
            return ""
        try:
            said = (self._folder / f"{name}.said").read_bytes()
        except (OSError, ValueError):  # ValueError: no name that a file could have
            return ""
        lines = said[-_SAID:].decode("utf-8", "replace").splitlines()[-_LAST:]
        return "; ".join(line.removeprefix("error: ") for line in lines)

    def _wait(self, seconds: float) -> None:
        """Wait for the run to end, so long at most."""
        until = time.monotonic() + seconds
        while self.under_way is not None and time.monotonic() < until:
            time.sleep(_LOOK)

    @property
    def _folder(self) -> Path:
        return self.store.with_name(self.store.name + ".served")

    def _require_free(self) -> None:
        if (name := self.under_way) is not None:
            raise BusyError(f"the run {name!r} is under way", hint=f"wait, or POST /v1/runs/{name}/stop")

    def _inside(self, source: str) -> Path:
        """Return the path of ``source``, which cannot leave the folder, not by a link either."""
        if self.sources is None:
            raise UsageError("this service reads no files", hint="start it with --sources FOLDER, or send articles")
        folder = self.sources.resolve()
        path = (folder / source).resolve() if "\x00" not in source else folder.parent
        if not path.is_relative_to(folder) or not path.exists():
            raise UsageError(f"there is no {source!r} in the sources of this service", hint="name what lies in it")
        return path

    def _keep(self, name: str, records: Iterable[Mapping[str, object]]) -> Path:
        """Write ``records`` where the run reads them, also when it is resumed; it starts when they are whole."""
        self._folder.mkdir(exist_ok=True)
        path = (self._folder / f"{name}.jsonl").resolve()
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in records)
            file.flush()
            os.fsync(file.fileno())
        return path

    def _launch(self, name: str, arguments: list[str]) -> RunReport:
        """Start the command; return once its run stands in the store."""
        self._folder.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "extractor", "archive", *arguments, "--store", str(self.store.resolve())]
        with (self._folder / f"{name}.said").open("wb") as said:
            # A session of its own: Ctrl-C at the terminal is for the service, which passes it on.
            self._process = psutil.Popen(
                [*command, "--quiet", *self.options.get(arguments[0], ())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                start_new_session=True,
            )
        self._name, self._interrupted = name, False
        record = {"name": name, "pid": self._process.pid, "started": self._process.create_time()}
        (self._folder / _RECORD).write_text(json.dumps(record), "utf-8")
        until = time.monotonic() + _PATIENCE
        while True:
            ended = self.under_way is None
            with contextlib.suppress(StoreError):  # the process is making the store, or its tables
                if any(run.name == name for run in runs_of(self.store)):
                    return report_of(self.store, name, limit=0)
            if ended:
                raise UsageError(self.last_words(name) or "the run ended before it began")
            if time.monotonic() > until:
                self.close()
                raise UsageError(f"the run did not begin within {_PATIENCE:.0f} s", hint="see the server's log")
            time.sleep(_LOOK)

"""How an archive's run is shown while it goes on: a bar for a person, a line now and then for a log, JSON for programs.

All three show the same events (``archive/progress.py``). The first failures of a sitting are shown one by one, the rest
is counted; ``extractor archive status RUN`` lists them all.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sys
import time
from typing import IO, TYPE_CHECKING, Any, Final

from extractor.archive.progress import Answered, Began, Counted, Ended, Phase, Stopping, Taken
from extractor.render.progress import note
from extractor.render.terminal import clean_for_terminal, is_terminal, make_console
from extractor.render.wording import cost_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.progress import Progress

    from extractor.archive.progress import Event, Watcher
    from extractor.archive.records import Tally

FAILURES_SHOWN: Final = 5
LINE_EVERY: Final = 10.0
"""Seconds between two lines in a log."""
_THOUSAND: Final = 1000
_MINUTE: Final = 60


def figures(tally: Tally) -> str:
    """Return what a tally says in one line: failures only where there are any."""
    failed = tally.failed + tally.unreadable
    parts = [f"{tally.done:,} done", f"{failed:,} failed" if failed else "", f"{tally.events:,} events"]
    tokens = f"{short(tally.known_tokens)} tokens"
    parts += [f"{'at least ' if tally.uncounted else ''}{tokens}", cost_of(tally)]
    return ", ".join(filter(None, parts))


def cost_of(tally: Tally) -> str:
    """Return the cost in words; of a cost that is known in part, that part."""
    if tally.unpriced and tally.known_cost_usd:
        return f"at least {cost_words(tally.known_cost_usd)}"
    return cost_words(tally.usage.cost_usd)


def short(number: int) -> str:
    """Return a large number in three or four characters: 1,234,567 reads 1.23M."""
    value = float(number)
    for unit in ("", "k", "M", "G"):
        if value < _THOUSAND or unit == "G":
            return f"{value:.3g}{unit}" if unit else str(number)
        value /= _THOUSAND
    raise AssertionError


def span(seconds: float) -> str:
    """Return a time as people say it: 45 s, 12 min, 3 h 20 min."""
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    minutes = round(seconds / _MINUTE)
    if minutes < _MINUTE:
        return f"{minutes} min"
    return f"{minutes // _MINUTE} h {minutes % _MINUTE} min"


class Speed:
    """Articles per second in this sitting, over all processes, and how long the rest will take."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None
        self.rate: float | None = None

    def note(self, tally: Tally) -> None:
        """Take in a count."""
        now, ended = time.monotonic(), tally.done + tally.failed
        if self._first is None:
            self._first = (now, ended)
        elif ended > self._first[1]:
            self.rate = (ended - self._first[1]) / (now - self._first[0])

    def left(self, counted: Counted) -> str:
        """Return how long the rest will take, in words; empty where it cannot be told."""
        if not self.rate or not counted.total_known:
            return ""
        return f"{span(counted.tally.open / self.rate)} left"


class _Problems:
    """Shows the first failures."""

    def __init__(self) -> None:
        self._shown = 0

    def lines(self, event: Event) -> Iterator[str]:
        """Yield the lines that stay: failures, and why a sitting stops."""
        if isinstance(event, Answered) and event.problem:
            self._shown += 1
            if self._shown <= FAILURES_SHOWN:
                yield f"error: {event.source!r}: {event.problem}{f' (hint: {event.hint})' if event.hint else ''}"
            elif self._shown == FAILURES_SHOWN + 1:
                yield "further failures are counted; extractor archive status lists them"
        elif isinstance(event, Stopping):
            waits = f"; waiting for {event.in_flight} in flight, at most 10 s, Ctrl-C again stops now"
            yield f"{event.message}{waits if event.in_flight else ''}"


class Log:
    """Writes a line every :data:`LINE_EVERY` seconds; only problems when ``quiet``."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._problems, self._speed = _Problems(), Speed()
        self._next = 0.0

    def tell(self, event: Event) -> None:
        """Write what a log should hold."""
        for line in self._problems.lines(event):
            note(line)
        if self._quiet:
            return
        if isinstance(event, Taken) and event.finished and event.words:
            note(event.words)
        elif isinstance(event, Counted):
            self._speed.note(event.tally)
            now = time.monotonic()
            if now >= self._next:
                self._next = now + LINE_EVERY
                note(_line(event, self._speed))


def _line(event: Counted, speed: Speed) -> str:
    total = f" of {event.tally.articles:,}" if event.total_known else ""
    parts = [f"{event.phase}: {event.tally.articles - event.tally.open:,}{total} articles", figures(event.tally)]
    parts += [f"{speed.rate:.3g}/s" if speed.rate else "", speed.left(event)]
    return "; ".join(filter(None, parts))


class Bar:
    """A live bar on a terminal."""

    def __init__(self, progress: Progress, run: str) -> None:
        self._progress = progress
        self._problems, self._speed = _Problems(), Speed()
        self._task = progress.add_task(clean_for_terminal(run), total=None, said=Phase.STARTING.value)

    def tell(self, event: Event) -> None:
        """Move the bar, and write above it what stays."""
        for line in self._problems.lines(event):
            self._above(line)
        if isinstance(event, Taken) and event.finished and event.words:
            self._above(event.words)
        elif isinstance(event, Counted):
            self._speed.note(event.tally)
            tally = event.tally
            said = [figures(tally), f"{self._speed.rate:.3g}/s" if self._speed.rate else "", self._speed.left(event)]
            self._progress.update(
                self._task,
                completed=tally.articles - tally.open,
                total=tally.articles if event.total_known else None,
                said=" · ".join(filter(None, [*said, event.phase.value])),
            )

    def _above(self, line: str) -> None:
        self._progress.stop()
        note(line)
        self._progress.start()


class Stream:
    """Writes every event as a line of JSON: ``{"event": "answered", "time": seconds since 1970, …}``."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def tell(self, event: Event) -> None:
        """Write the line; a reader that has gone is left alone, and does not end the run."""
        values = {"event": type(event).__name__.lower(), "time": round(time.time(), 3)}
        with contextlib.suppress(OSError, ValueError):
            said = json.dumps(values | dataclasses.asdict(event), ensure_ascii=False, default=_plain)
            self._stream.write(said.encode("utf-8", "replace").decode() + "\n")
            self._stream.flush()


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever JSON does not know
    """Return a pydantic model as JSON values."""
    return value.model_dump(mode="json")


class _Several:
    def __init__(self, watchers: Sequence[Watcher]) -> None:
        self._watchers = watchers

    def tell(self, event: Event) -> None:
        for watcher in self._watchers:
            watcher.tell(event)


@contextlib.contextmanager
def watching(run: str, *, quiet: bool, events: Path | None = None) -> Iterator[Watcher]:
    """Yield what shows a sitting on ``run``, as suits standard error; and JSON into ``events`` (``-``: stdout)."""
    with contextlib.ExitStack() as stack:
        watchers: list[Watcher] = []
        if events is not None and str(events) == "-":
            watchers.append(Stream(sys.stdout))
        elif events is not None:
            watchers.append(Stream(stack.enter_context(events.open("a", encoding="utf-8"))))
        if quiet or not is_terminal(sys.stderr):
            watchers.append(Log(quiet=quiet))
        else:
            watchers.append(Bar(stack.enter_context(_live()), run))
        yield _Several(watchers)


def _live() -> Progress:
    from rich import progress as rich_progress  # noqa: PLC0415 - only a terminal needs rich

    columns = (
        rich_progress.SpinnerColumn(),
        rich_progress.TextColumn("{task.description}", markup=False),
        rich_progress.BarColumn(bar_width=20),
        rich_progress.MofNCompleteColumn(),
        rich_progress.TextColumn("{task.fields[said]}", markup=False),
    )
    return rich_progress.Progress(*columns, console=make_console(sys.stderr), transient=True)


__all__ = ["Bar", "Began", "Ended", "Log", "Stream", "cost_of", "figures", "short", "span", "watching"]

"""Progress and notes on standard error: a live bar for a person, plain lines for a log, nothing when quiet.

Standard output carries data only. Where both streams are the same terminal, the bar steps aside while data is written.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Protocol

from extractor.render.terminal import clean_for_terminal, is_terminal, make_console

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress

LINES_PER_DOWNLOAD = 10
"""How many lines a download writes into a log."""


def note(message: str) -> None:
    """Write one line to standard error."""
    # A log that is gone (2>&- or a closed pipe) must not end a run whose results are fine.
    with contextlib.suppress(OSError, ValueError):
        print(" ".join(clean_for_terminal(message).split()), file=sys.stderr, flush=True)  # noqa: T201 - a note


class Reporter(Protocol):
    """Is told how a run goes."""

    def started(self, name: str) -> None:
        """The article ``name`` is being asked about."""
        ...

    def done(self, name: str, outcome: str) -> None:
        """The article ``name`` has ended as ``outcome`` says."""
        ...

    def say(self, message: str) -> None:
        """Show a line that stays."""
        ...

    def aside(self) -> contextlib.AbstractContextManager[None]:
        """Leave the terminal to somebody else for a moment."""
        ...


class Silence:
    """Reports problems only."""

    def started(self, name: str) -> None:
        """Nothing."""

    def done(self, name: str, outcome: str) -> None:
        """Nothing."""

    def say(self, message: str) -> None:
        """Write the line: a problem is shown even when the rest is quiet."""
        note(message)

    def aside(self) -> contextlib.AbstractContextManager[None]:
        """Nothing to step aside."""
        return contextlib.nullcontext()


class Lines(Silence):
    """One line per finished article."""

    def __init__(self) -> None:
        self._count = 0

    def done(self, name: str, outcome: str) -> None:
        """Write the line."""
        self._count += 1
        note(f"[{self._count}] {name}: {outcome}")


class Bar:
    """A live bar: how many are done, what is asked now, how long it has taken."""

    def __init__(self, progress: Progress, total: int | None) -> None:
        self._progress = progress
        self._task = progress.add_task("starting", total=total)

    def started(self, name: str) -> None:
        """Show the name."""
        from rich.text import Text  # noqa: PLC0415 - only a terminal needs rich

        shown = Text(clean_for_terminal(name))
        shown.truncate(40, overflow="ellipsis")
        self._progress.update(self._task, description=shown.plain)

    def done(self, name: str, outcome: str) -> None:  # noqa: ARG002 - the protocol's signature
        """Move the bar."""
        self._progress.advance(self._task)

    def say(self, message: str) -> None:
        """Write the line above the bar."""
        with self.aside():
            note(message)

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Take the bar off the screen while the block runs."""
        self._progress.stop()
        try:
            yield
        finally:
            self._progress.start()


@contextlib.contextmanager
def reporting(*, total: int | None, several: bool, quiet: bool) -> Iterator[Reporter]:
    """Yield the reporter that suits standard error: a bar on a terminal, lines for several articles elsewhere.

    Args:
        total: Number of articles, or None where only the end will tell.
        several: Whether there may be more than one.
        quiet: Report problems only.
    """
    if quiet or not (several or is_terminal(sys.stderr)):
        yield Silence()
    elif not is_terminal(sys.stderr):
        yield Lines()
    else:
        from rich import progress as rich_progress  # noqa: PLC0415 - only a terminal needs rich

        columns = (
            rich_progress.SpinnerColumn(),
            rich_progress.TextColumn("{task.description}", markup=False),
            rich_progress.BarColumn(bar_width=24),
            rich_progress.MofNCompleteColumn(),
            rich_progress.TimeElapsedColumn(),
        )
        with rich_progress.Progress(*columns, console=make_console(sys.stderr), transient=True) as live:
            yield Bar(live, total)


class Download(Protocol):
    """Told how far a download is: bytes done, bytes in all."""

    def __call__(self, done_bytes: int, total_bytes: int) -> None:
        """Show it."""
        ...


@contextlib.contextmanager
def downloading(name: str, *, quiet: bool = False) -> Iterator[Download]:
    """Yield what shows a download of ``name``: nothing until the first bytes arrive, then a bar or ten lines."""
    if quiet:
        yield lambda _done, _total: None
    elif not is_terminal(sys.stderr):
        yield _download_lines(name)
    else:
        from rich import progress as rich_progress  # noqa: PLC0415 - only a terminal needs rich

        columns = (
            rich_progress.TextColumn("{task.description}", markup=False),
            rich_progress.BarColumn(bar_width=24),
            rich_progress.DownloadColumn(),
            rich_progress.TransferSpeedColumn(),
            rich_progress.TimeRemainingColumn(),
        )
        live = rich_progress.Progress(*columns, console=make_console(sys.stderr), transient=True)
        task = live.add_task(f"fetching {clean_for_terminal(name)}", total=None)

        def show(done_bytes: int, total_bytes: int) -> None:
            live.start()
            live.update(task, completed=done_bytes, total=total_bytes)
            if done_bytes >= total_bytes:
                live.stop()

        try:
            yield show
        finally:
            live.stop()


def _download_lines(name: str) -> Download:
    """Return a reporter that writes a line for each tenth."""
    said = -1

    def show(done_bytes: int, total_bytes: int) -> None:
        nonlocal said
        tenth = LINES_PER_DOWNLOAD * done_bytes // max(total_bytes, 1)
        if tenth > said:
            said = tenth
            note(f"fetching {name}: {done_bytes / 1e6:.0f} of {total_bytes / 1e6:.0f} MB")

    return show

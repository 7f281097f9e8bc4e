"""Progress is for people: on standard error only, a bar on a terminal, lines in a log, nothing when quiet."""

from __future__ import annotations

import contextlib
import io

import pytest
from rich.console import Console
from rich.progress import Progress, TextColumn

from extractor.render.progress import Bar, Lines, downloading, note, reporting


def report(capsys: pytest.CaptureFixture[str], *, several: bool, quiet: bool) -> str:
    """Return what a log holds of a run over two articles, one of them a failure."""
    with reporting(total=2, several=several, quiet=quiet) as reporter:
        reporter.started("a.txt")
        reporter.done("a.txt", "3 events")
        reporter.say("error: b.txt is empty")
        with reporter.aside():
            reporter.done("b.txt", "no article")
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


@pytest.mark.parametrize(
    ("several", "quiet", "log"),
    [
        (True, False, "[1] a.txt: 3 events\nerror: b.txt is empty\n[2] b.txt: no article\n"),
        (False, False, "error: b.txt is empty\n"),
        (True, True, "error: b.txt is empty\n"),
    ],
)
def test_a_log_gets_a_line_per_article_of_several(
    capsys: pytest.CaptureFixture[str], several: bool, quiet: bool, log: str
) -> None:
    """One article needs no progress line; quiet leaves the problems."""
    assert report(capsys, several=several, quiet=quiet) == log


def test_the_bar_shows_names_as_they_are_and_leaves_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    """A hostile name is shown as text; a line that stays is written while the bar is off the screen."""
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=70)
    name = TextColumn("{task.description}", markup=False)
    with Progress(name, console=console, auto_refresh=False, transient=True) as live:
        bar = Bar(live, 2)
        bar.started("[bold]\x1b[2J" + "x" * 80)
        live.refresh()
        bar.say("error: that one failed")
        bar.done("x", "ok")
        live.refresh()
    assert "\x1b[2J" not in screen.getvalue()
    assert "[bold]␛[2Jxxx" in screen.getvalue()
    assert capsys.readouterr().err == "error: that one failed\n"


def test_a_download_writes_ten_lines_into_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    """A gigabyte in a thousand steps is eleven lines: 0, 10 … 100 per cent."""
    with downloading("model") as progress:
        for step in range(1001):
            progress(step * 10**6, 10**9)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 11
    assert (lines[0], lines[-1]) == ("fetching model: 0 of 1000 MB", "fetching model: 1000 of 1000 MB")


def test_a_quiet_download_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """--quiet holds for downloads too, and a total of 0 is no error."""
    with downloading("model", quiet=True) as progress:
        progress(1, 2)
    with downloading("model"):
        pass
    assert capsys.readouterr().err == ""


class Terminal(io.StringIO):
    """A screen that says it is one."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_on_a_terminal_a_run_and_a_download_show_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many of how many, the name that is asked now, the bytes that are here; the cursor comes back at the end."""
    monkeypatch.setenv("TERM", "xterm-256color")
    screen = Terminal()
    with contextlib.redirect_stderr(screen):
        with reporting(total=3, several=True, quiet=False) as reporter:
            reporter.started("second.txt")
            reporter.done("first.txt", "1 events")
        with downloading("tiny-model") as progress:
            progress(5_000_000, 10_000_000)
            progress(10_000_000, 10_000_000)
    shown = screen.getvalue()
    assert "second.txt" in shown
    assert "1/3" in shown
    assert "fetching tiny-model" in shown
    assert "10.0/10.0 MB" in shown
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") > 0


def test_a_log_that_is_gone_ends_nothing() -> None:
    """A closed standard error (``2>&-``) must not cost results."""
    closed = io.StringIO()
    closed.close()
    with contextlib.redirect_stderr(closed):
        note("lost")
        with reporting(total=None, several=True, quiet=False) as reporter:
            reporter.say("lost too")
    assert isinstance(reporter, Lines)

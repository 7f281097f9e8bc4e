"""Format ``table``: extractions as blocks on a terminal, one per event, failed checks in plain sight.

Every piece of article or model text passes :func:`extractor.render.terminal.clean_for_terminal` on its way into a
:class:`rich.text.Text`; nothing is ever parsed as markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.events.vocabulary import CheckResult, Outcome, Role
from extractor.render import wording
from extractor.render.terminal import clean_for_terminal

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from extractor.articles.article import Article
    from extractor.events.summary import Check, EventSummary, Extraction

_MARKS = {
    CheckResult.PASSED: ("✓", "green"),
    CheckResult.FAILED: ("✗", "bold red"),
    CheckResult.NOT_APPLICABLE: ("·", "dim"),
}
_LABEL_WIDTH = max(len(role) for role in Role)


class Blocks:
    """The document of format ``table``, drawn for the width and colours of ``console``."""

    def __init__(self, console: Console, *, explain: bool = False) -> None:
        self._console = console
        self._explain = explain
        self._first = True

    def add(self, article: Article, extraction: Extraction) -> str:
        """Return one article's blocks; a rule separates it from the one before."""
        with self._console.capture() as capture:
            if not self._first:
                self._console.rule(style="dim")
            print_extraction(self._console, article, extraction, explain=self._explain)
        self._first = False
        return capture.get()

    def end(self) -> str:
        """Return nothing: a table needs no end."""
        return ""


def print_extraction(console: Console, article: Article, extraction: Extraction, *, explain: bool = False) -> None:
    """Print one article's events; with ``explain`` every check and the text around the span that it looked at."""
    console.print(_text(wording.headline_of(extraction), "bold"))
    console.print(_text(wording.facts_line(extraction), "dim"))
    for warning in extraction.article.warnings:
        console.print(_text(f"! {warning}", "yellow"))
    if extraction.problem is not None:
        console.print(_text(f"✗ {extraction.outcome}: {extraction.problem.message}", "bold red"))
        if extraction.problem.hint:
            console.print(_text(f"  {extraction.problem.hint}", "red"))
    elif not extraction.events and extraction.outcome is Outcome.OK:
        console.print(_text("No events were found in this article.", ""))
    for number, event in enumerate(extraction.events, start=1):
        console.print()
        _print_event(console, article, number, event, explain=explain)
    console.print()
    console.print(_text(wording.made_by(extraction), "dim"))


def _print_event(console: Console, article: Article, number: int, event: EventSummary, *, explain: bool) -> None:
    from rich.padding import Padding  # noqa: PLC0415 - rich is imported where a terminal is written to
    from rich.table import Table  # noqa: PLC0415 - same

    heading = _text(f"{number}  ", "bold")
    heading.append_text(_text(wording.kind_of(event), "bold cyan"))
    console.print(heading)
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=_LABEL_WIDTH, no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in _rows(event):
        grid.add_row(_text(name, "dim"), value)
    for check in event.checks if explain else wording.failed(event.checks):
        grid.add_row(_text("", ""), _explained(article, check) if explain else _marked(check))
    console.print(Padding(_text(event.summary, ""), (0, 0, 0, 3), expand=False))
    console.print(Padding(grid, (0, 0, 0, 3), expand=False))


def _rows(event: EventSummary) -> list[tuple[str, Text]]:
    """Return the labelled lines of an event; a label stands on the first of its lines only."""
    rows = [("when", _text(wording.when_line(event.when), "")), ("where", _text(wording.where_line(event.where), ""))]
    for role in Role:
        names = [wording.actor_line(actor) for actor in event.actors if actor.role is role]
        if names:
            rows.append((role.value, _text("; ".join(names), "")))
    rows += [("counts" if i == 0 else "", _text(wording.count_line(c), "")) for i, c in enumerate(event.counts)]
    for i, evidence in enumerate(event.evidence):
        said = wording.speaker_line(evidence)
        quote = f"[{evidence.sentence}] “{evidence.quote}”{f' — {said}' if said else ''}"
        rows.append(("quote" if i == 0 else "", _text(quote, "italic")))
    rows.append(("checks", _text(wording.tally(event.checks), "green" if not wording.failed(event.checks) else "")))
    return rows


def _marked(check: Check) -> Text:
    mark, style = _MARKS[check.result]
    return _text(f"{mark} {wording.check_line(check)}", style)


def _explained(article: Article, check: Check) -> Text:
    """Return the check with the text around its span, the span itself between ⟦ and ⟧."""
    text = _marked(check)
    context = wording.around(article, check)
    if context is not None:
        before, inside, after = context
        text.append("\n  ")
        text.append_text(_text(before, "dim"))
        text.append_text(_text(f"⟦{inside}⟧", "reverse"))
        text.append_text(_text(after, "dim"))
    return text


def _text(words: str, style: str) -> Text:
    from rich.text import Text  # noqa: PLC0415 - see above

    return Text(clean_for_terminal(words), style=style)

"""One run of ``extractor extract``: results into a document, problems onto standard error, and the exit code."""

from __future__ import annotations

import asyncio
import contextlib
import glob
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.commands.formats import Format
from extractor.commands.stream import Done
from extractor.events.summary import Usage
from extractor.events.vocabulary import Outcome
from extractor.render import documents
from extractor.render.blocks import Blocks
from extractor.render.terminal import make_console
from extractor.render.wording import usage_line

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from extractor.articles.read import ReadOptions
    from extractor.commands.output import Sink
    from extractor.commands.stream import Result
    from extractor.errors import ExtractorError
    from extractor.render.documents import Document
    from extractor.render.progress import Reporter

SOME_FAILED, NONE_SUCCEEDED, PROVIDER_REFUSED = 3, 4, 6
"""Exit codes (docs/cli.md)."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for."""

    inputs: tuple[str, ...]
    reading: ReadOptions
    format: Format
    output: Path | None = None
    explain: bool = False
    quiet: bool = False

    @property
    def several(self) -> bool:
        """Whether the inputs may hold more than one article; then JSON is an array, whatever they turn out to hold.

        One plain file, or standard input, is one article unless it is said to be JSON lines.
        """
        if len(self.inputs) != 1 or self.reading.format == "jsonl":
            return True
        path = Path(self.inputs[0])
        if path.exists() or self.inputs[0] == "-":
            return path.is_dir() or path.suffix.lower() in {".jsonl", ".ndjson"}
        return glob.has_magic(self.inputs[0])

    def document(self, sink: Sink) -> Document:
        """Return the empty document of the wanted format."""
        if self.format is Format.TABLE:
            return Blocks(make_console(sink.stream), explain=self.explain)
        if self.format is Format.HTML:
            from extractor.web.article_page import ArticlePage  # noqa: PLC0415 - jinja2 for one format of six

            return ArticlePage()
        if self.format is Format.MARKDOWN:
            return documents.Markdown(explain=self.explain)
        if self.format is Format.CSV:
            return documents.Csv()
        return documents.JsonLines() if self.format is Format.JSONL else documents.Json(several=self.several)


@dataclass(slots=True)
class Tally:
    """How a run went."""

    succeeded: int = 0
    failed: int = 0
    """Inputs that hold no article, and articles without a usable answer."""
    written: int = 0
    """Articles in the document, the failed ones included."""
    events: int = 0
    refused: bool = False
    usage: Usage = field(default_factory=lambda: Usage(cost_usd=0.0))

    @property
    def exit_code(self) -> int:
        """Return 6 when the provider refused, 4 when nothing succeeded, 3 when something failed, else 0."""
        if self.refused:
            return PROVIDER_REFUSED
        if not self.succeeded:
            return NONE_SUCCEEDED
        return SOME_FAILED if self.failed else 0

    def __str__(self) -> str:
        articles = self.succeeded + self.failed
        failed = f", {self.failed} failed" if self.failed else ""
        return f"{articles} articles{failed}, {self.events} events; {usage_line(self.usage)}"


async def write_results(
    results: AsyncGenerator[Result, None], document: Document, sink: Sink, reporter: Reporter
) -> Tally:
    """Write each result as it comes and close the document, also when the run is cut short.

    A file is kept only when it holds a result: otherwise the one that was there before stays.
    """
    tally = Tally()
    try:
        async with contextlib.aclosing(results):
            async for result in results:
                if isinstance(result, Done):
                    _note_extraction(result, tally, reporter)
                    text = document.add(result.article, result.extraction)
                    tally.written += 1
                    with reporter.aside():
                        sink.write(text)
                else:
                    tally.failed += 1
                    reporter.say(_problem(result.error))
                    reporter.done(result.source, "no article")
    except asyncio.CancelledError:
        reporter.say(f"interrupted: {tally.written} results are kept")
        raise
    finally:
        with reporter.aside():
            sink.write(document.end())
        if tally.written:
            sink.keep()
    return tally


def _note_extraction(done: Done, tally: Tally, reporter: Reporter) -> None:
    extraction = done.extraction
    tally.usage += extraction.usage
    tally.events += len(extraction.events)
    tally.refused = done.refused
    if extraction.outcome is Outcome.OK:
        tally.succeeded += 1
        reporter.done(done.article.source, f"{len(extraction.events)} events, {extraction.usage.seconds:.1f} s")
        return
    tally.failed += 1
    if extraction.problem is not None:
        message, hint = extraction.problem.message, extraction.problem.hint
        reporter.say(f"error: {done.article.source!r}: {message}{f' (hint: {hint})' if hint else ''}")
    reporter.done(done.article.source, extraction.outcome.value)


def _problem(error: ExtractorError) -> str:
    return f"error: {error}{f' (hint: {error.hint})' if error.hint else ''}"

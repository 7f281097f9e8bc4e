"""One run of ``extractor extract``: results into a document, problems onto standard error, and the exit code."""

from __future__ import annotations

import asyncio
import contextlib
import glob
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.articles.read import read
from extractor.commands.choice import explanation, prompt_for
from extractor.commands.formats import Format
from extractor.commands.output import open_sink
from extractor.commands.stream import Done, extract_all
from extractor.errors import InputError
from extractor.events.summary import Usage
from extractor.events.vocabulary import Outcome
from extractor.llm.open import chosen_model, concurrency, open_model
from extractor.pipeline import Extractor
from extractor.render import documents
from extractor.render.blocks import Blocks
from extractor.render.progress import downloading, note, reporting
from extractor.render.terminal import make_console
from extractor.render.wording import usage_line

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from extractor.articles.article import Article
    from extractor.articles.read import InputFailure, ReadOptions
    from extractor.commands.output import Sink
    from extractor.commands.stream import Result
    from extractor.errors import ExtractorError
    from extractor.events.summary import Extraction
    from extractor.prompts.registry import Prompt
    from extractor.render.documents import Document
    from extractor.render.progress import Reporter
    from extractor.settings import ModelChoice, Settings

SOME_FAILED, NONE_SUCCEEDED, PROVIDER_REFUSED = 3, 4, 6
"""Exit codes (docs/cli.md)."""


_RECORDS = frozenset({".json", ".jsonl", ".ndjson"})
"""Names of files that may hold many articles."""


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

        One plain file is one article, and so is standard input unless it is said to be JSON lines; a file of records,
        a folder or a pattern is several.
        """
        if len(self.inputs) != 1 or self.reading.format == "jsonl":
            return True
        path = Path(self.inputs[0])
        if path.exists() or self.inputs[0] == "-":
            return path.is_dir() or path.suffix.lower() in _RECORDS
        return glob.has_magic(self.inputs[0])

    @property
    def total(self) -> int | None:
        """How many articles there are, where the command line tells: each input is one plain file."""
        paths = [Path(name) for name in self.inputs]
        plain = self.reading.format != "jsonl" and all(p.suffix.lower() not in _RECORDS and p.is_file() for p in paths)
        return len(paths) if plain else None

    def articles(self) -> Iterator[Article | InputFailure]:
        """Yield the articles of all inputs in their order, and what could not be read."""
        for name in self.inputs:
            yield from read(name, options=self.reading)

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


def run(request: Request, settings: Settings) -> int:
    """Read, ask and write as ``request`` says, and return the exit code.

    Raises:
        ExtractorError: Nothing can be asked: settings, prompt, model file or output file are at fault.
    """
    choice = chosen_model(settings)
    prompt = prompt_for(settings, choice)
    if choice.kind == "embedded":
        _require_an_input(request.inputs)
    if not request.quiet and (line := explanation(choice)):
        note(line)
    with open_sink(request.output) as sink:
        if choice.kind == "embedded":
            fetch(choice.name, quiet=request.quiet)
        tally = asyncio.run(_run(request, settings, choice, prompt, sink))
    if request.several and not request.quiet:
        note(str(tally))
    return tally.exit_code


def _require_an_input(inputs: tuple[str, ...]) -> None:
    """Raise InputError where no input exists, so that a typing error does not fetch a gigabyte."""
    if any(name == "-" or glob.has_magic(name) or Path(name).exists() for name in inputs):
        return
    names = ", ".join(repr(name) for name in inputs)
    verb = "does not exist" if len(inputs) == 1 else "do not exist"
    raise InputError(f"{names} {verb}", hint="Check the name; - reads standard input.")


def fetch(name: str, *, quiet: bool) -> None:
    """Fetch and verify an embedded model that is not here yet, saying so.

    Done before the event loop runs, so that Ctrl-C ends it at once; an unfinished download goes on the next time.
    """
    from extractor.llm.catalogue import find_model, is_file_name  # noqa: PLC0415 - for the embedded model only
    from extractor.llm.download import ensure  # noqa: PLC0415 - same
    from extractor.llm.model_files import ModelFiles, State, models_folder  # noqa: PLC0415 - same

    if not quiet and not is_file_name(name):
        files = ModelFiles(find_model(name), models_folder())
        if files.state() in {State.ABSENT, State.PARTIAL}:
            note(f"fetching the model {name} once, {files.model.bytes / 1e9:.2f} GB, into {files.folder}")
    with downloading(name, quiet=quiet) as progress:
        ensure(name, progress)


async def _run(request: Request, settings: Settings, choice: ModelChoice, prompt: Prompt, sink: Sink) -> Tally:
    with reporting(total=request.total, several=request.several, quiet=request.quiet) as reporter:
        if choice.kind == "embedded":
            reporter.started(f"starting {choice.name}")
        async with open_model(settings, choice) as model:
            extractor = Extractor(model, prompt, deadline=settings.deadline)

            async def extract(article: Article) -> Extraction:
                reporter.started(article.source)
                return await extractor.extract(article)

            results = extract_all(request.articles(), extract, concurrency=concurrency(settings, choice))
            return await write_results(results, request.document(sink), sink, reporter)


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
        reporter.say(f"interrupted; articles done and kept: {tally.written}")
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

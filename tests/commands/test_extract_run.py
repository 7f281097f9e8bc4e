"""One run: what is written, what is said, what is kept, and the exit code."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from extractor.articles.read import InputFailure, ReadOptions
from extractor.commands.extract_run import Request, Tally, write_results
from extractor.commands.formats import Format
from extractor.commands.stream import Done
from extractor.errors import InputError
from extractor.events.summary import Problem
from extractor.render.documents import Json, JsonLines
from extractor.render.progress import Silence
from tests.samples import make_article, make_extraction, make_failure

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from extractor.commands.stream import Result

ARTICLE = make_article()
GOOD = Done(ARTICLE, make_extraction(ARTICLE))
BAD = Done(ARTICLE, make_failure(ARTICLE))
UNREAD = InputFailure("x.txt", InputError("'x.txt' is empty", hint="give an article"))
REFUSED = Done(
    ARTICLE,
    make_failure(ARTICLE).model_copy(
        update={"problem": Problem(kind="ProviderRefusedError", message="wrong key", hint="set it")}
    ),
)


@dataclass
class Memory:
    """A sink that remembers."""

    stream: io.StringIO = field(default_factory=io.StringIO)
    kept: bool = False

    def write(self, text: str) -> None:
        """Remember ``text``."""
        self.stream.write(text)

    def keep(self) -> None:
        """Remember that it is to stay."""
        self.kept = True


async def results(*items: Result | BaseException) -> AsyncGenerator[Result, None]:
    """Yield the results; raise what is an exception."""
    for item in items:
        if isinstance(item, BaseException):
            raise item
        yield item


@pytest.mark.parametrize(
    ("items", "code", "outcomes"),
    [
        ([GOOD], 0, ["ok"]),
        ([GOOD, GOOD], 0, ["ok", "ok"]),
        ([GOOD, BAD], 3, ["ok", "invalid"]),
        ([UNREAD, GOOD], 3, ["ok"]),
        ([BAD], 4, ["invalid"]),
        ([UNREAD], 4, []),
        ([], 4, []),
        ([GOOD, REFUSED], 6, ["ok", "invalid"]),
        ([REFUSED], 6, ["invalid"]),
    ],
)
async def test_the_exit_code_says_how_many_succeeded(items: list[Result], code: int, outcomes: list[str]) -> None:
    """0 all, 3 some, 4 none, 6 refused; every article that was asked about is a row, the failed ones too."""
    sink = Memory()
    tally = await write_results(results(*items), JsonLines(), sink, Silence())
    assert tally.exit_code == code
    assert [json.loads(line)["outcome"] for line in sink.stream.getvalue().splitlines()] == outcomes
    assert sink.kept is bool(outcomes)


async def test_each_problem_is_one_line_with_its_input_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """A failed input and a failed article are each one line on standard error; standard output gets none of it."""
    await write_results(results(UNREAD, BAD, GOOD), JsonLines(), Memory(), Silence())
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "error: 'x.txt' is empty (hint: give an article)",
        "error: 'harbour.txt': the reply is no JSON (hint: choose a larger model)",
    ]


@pytest.mark.parametrize("error", [asyncio.CancelledError, RuntimeError])
async def test_a_run_cut_short_closes_the_document_around_what_is_done(
    error: type[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C or a bug after two results: the file holds those two and is valid, and the error goes on."""
    sink = Memory()
    with pytest.raises(error):
        await write_results(results(GOOD, GOOD, error()), Json(several=True), sink, Silence())
    assert len(json.loads(sink.stream.getvalue())) == 2
    assert sink.kept
    assert ("done and kept: 2" in capsys.readouterr().err) is (error is asyncio.CancelledError)


def test_the_tally_adds_up_usage_and_keeps_the_unknown() -> None:
    """One article of unknown usage makes the sum unknown, never smaller."""
    tally = asyncio.run(write_results(results(GOOD, BAD), JsonLines(), Memory(), Silence()))
    assert str(tally) == (
        "2 articles, 1 failed, 3 events; 5 requests, unknown tokens in, unknown out, cost unknown, 5.2 s"
    )
    assert str(Tally()) == "0 articles, 0 events; 0 requests, 0 tokens in, 0 out, $0.00, 0.0 s"


@pytest.mark.parametrize(
    ("inputs", "reading", "several"),
    [
        (["a.txt"], "auto", False),
        (["-"], "auto", False),
        (["-"], "jsonl", True),
        (["a.jsonl"], "auto", True),
        (["a.txt", "a.txt"], "auto", True),
        (["folder"], "auto", True),
        (["*.txt"], "auto", True),
        (["missing.txt"], "auto", False),
    ],
)
def test_json_is_an_array_where_several_articles_may_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inputs: list[str], reading: Any, several: bool
) -> None:
    """It follows from the command line alone, so that a script meets the same shape on every day."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.txt", "a.jsonl"):
        Path(name).touch()
    Path("folder").mkdir()
    assert Request(tuple(inputs), ReadOptions(format=reading), Format.JSON).several is several


@pytest.mark.parametrize("format_", Format)
async def test_every_format_writes_a_whole_document(format_: Format) -> None:
    """Two articles in each of the six formats: both are there, and the end is written."""
    sink = Memory()
    document = Request(("a", "b"), ReadOptions(), format_).document(sink)
    await write_results(results(GOOD, BAD), document, sink, Silence())
    text = sink.stream.getvalue()
    assert text.count("Ada Lund demanded that Sudria hand over the leader") >= 1
    assert text.count("the reply is no JSON") >= 1
    assert text.endswith("\n")

"""Speed and size of the program, as ratios to their bars: 1.00 is just met, below is better.

::

    python tests/bench/bench_extract.py                          the example article only, no model
    python tests/bench/bench_extract.py --articles FILE...       text files, JSON lines (the first 50 of each), folders
    python tests/bench/bench_extract.py --articles FILE --embedded [--published YYYY-MM-DD]
                                                                 also what the embedded model takes and writes
    python tests/bench/bench_client.py                           our client's CPU against a bare ``openai`` call

Everything but the embedded model's seconds is CPU time or memory, so a busy machine disturbs it little; the best of
several rounds counts where a process is started, the sum over all articles where they are read. Exit code 1: a bar,
times ``--slack``, is missed. Without a model, replies come from ``answering.py``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from extractor.articles.article import Article  # noqa: E402 - found through the line above
from extractor.articles.read import ReadOptions, read  # noqa: E402 - same
from extractor.events.reply import Reply  # noqa: E402 - same
from extractor.events.summary import Extraction  # noqa: E402 - same
from extractor.llm.boundary import Ask, Message  # noqa: E402 - same
from extractor.pipeline import Extractor  # noqa: E402 - same
from extractor.prompts import registry  # noqa: E402 - same
from tests.bench.answering import AnsweringModel  # noqa: E402 - same
from tests.bench.copying import ask_for_copies  # noqa: E402 - same
from tests.stub_server import StubServer, completion, http, serving  # noqa: E402 - same

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.stub_server import Request

EXAMPLE = ROOT / "examples" / "ferry.txt"
MOST_ARTICLES = 50
WORDS = 600
PROMPTS = ("events", "events-lite")

HELP_RATIO = 10.0
CPU_MS = 10.0
MEMORY_MB = 150.0
TOKEN_SHARE = 0.4
EMBEDDED_SECONDS = 60.0

PEAK = """
import atexit, resource, sys
def peak():
    try:
        kib = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
    except OSError:  # no Linux; getrusage would count what the parent had before this program began
        kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print("peak KiB", kib, file=sys.stderr)
atexit.register(peak)
from extractor.cli import main
main()
"""


@dataclass(frozen=True)
class Figure:
    """One measurement beside its bar."""

    name: str
    value: float
    unit: str
    bar: float
    note: str = ""

    def __str__(self) -> str:
        ratio = f"{self.value / self.bar:6.2f}  {self.value:8.2f} of {self.bar:g} {self.unit}"
        return f"{ratio:34} {self.name}{f' ({self.note})' if self.note else ''}"


def cpu_seconds(command: Sequence[str], env: Mapping[str, str], rounds: int) -> float:
    """Return the least CPU time of ``rounds`` runs of ``command``, after one that compiles."""
    best = float("inf")
    for number in range(rounds + 1):
        process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, command
        best = min(best, usage.ru_utime + usage.ru_stime) if number else best
    return best


def measure_help(rounds: int) -> Figure:
    """``extractor --help`` against ``python -c pass``, both from compiled files."""
    with tempfile.TemporaryDirectory() as cache:
        env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"PYTHONPYCACHEPREFIX": cache}
        ours = cpu_seconds([sys.executable, "-m", "extractor", "--help"], env, rounds)
        empty = cpu_seconds([sys.executable, "-c", "pass"], env, rounds)
    note = f"{ours * 1000:.0f} ms against {empty * 1000:.0f} ms"
    return Figure("extractor --help / python -c pass", ours / empty, "times", HELP_RATIO, note)


def first_articles(source: str, options: ReadOptions) -> Iterator[Article]:
    """Yield the first articles of ``source``."""
    found = read(source, options=options)
    return islice((article for article in found if isinstance(article, Article)), MOST_ARTICLES)


async def measure_pipeline(sources: Sequence[str], options: ReadOptions) -> list[Figure]:
    """CPU of reading, and of wording and grounding with each prompt, per 600 words of the sources."""
    extractors = {name: Extractor(AnsweringModel(), newest(name)) for name in PROMPTS}
    for extractor in extractors.values():  # loads libraries and tables, compiles templates: once for each process
        for article in first_articles(str(EXAMPLE), options):
            await extractor.extract(article)
    began = time.process_time()
    articles = [article for source in sources for article in first_articles(source, options)]
    reading = time.process_time() - began
    words = sum(len(article.text.split()) for article in articles)
    figures = []
    for name, extractor in extractors.items():
        model = extractor.model
        assert isinstance(model, AnsweringModel)
        began, answering, events = time.process_time(), model.seconds, 0
        for article in articles:
            events += len((await extractor.extract(article)).events)
        working = time.process_time() - began - (model.seconds - answering)
        read_ms, work_ms = (seconds / words * WORDS * 1000 for seconds in (reading, working))
        note = f"{read_ms:.1f} + {work_ms:.1f}, {events / words * WORDS:.1f} events, {len(articles)} articles"
        label = f"CPU of reading + wording and grounding per {WORDS} words, {name}"
        figures.append(Figure(label, read_ms + work_ms, "ms", CPU_MS, note))
    return figures


def newest(name: str) -> registry.Prompt:
    """Return the version that is used when ``name`` is asked for, else the newest draft."""
    root = registry.shipped_folder()
    versions = registry.versions_of(root, name)
    published = [spec for version in versions if (spec := registry.load(f"{name}@{version}")).published]
    return registry.load(name) if published else registry.load(f"{name}@{versions[-1]}")


def measure_memory(sources: Sequence[str], options: ReadOptions) -> Figure:
    """Peak memory of the program when it asks an endpoint about all sources."""

    async def behave(request: Request, writer: asyncio.StreamWriter) -> None:
        ask = Ask([Message("user", request.json["messages"][-1]["content"])], Reply)
        answer = await AnsweringModel().ask(ask)
        writer.write(http(200, completion(answer.reply.model_dump_json())))

    with serving(StubServer(behave)) as stub, tempfile.TemporaryDirectory() as folder:
        texts = [article.text for source in sources for article in first_articles(source, options)]
        for number, text in enumerate(texts):
            (Path(folder) / f"{number}.txt").write_text(text, encoding="utf-8")
        command = [sys.executable, "-c", PEAK, "extract", folder, "--format", "jsonl", "--quiet"]
        command += ["--base-url", stub.base_url, "--model", "bench", "--prompt", newest("events").spec]
        command += ["--published", str(options.published)] if options.published else []
        done = subprocess.run(command, cwd=ROOT, env=own_environment(), capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    articles = len(done.stdout.splitlines())
    peak = [line for line in done.stderr.splitlines() if line.startswith("peak KiB")]
    assert articles, done.stderr
    megabytes = int(peak[0].split()[-1]) * 1024 / 1e6
    return Figure(
        "peak memory without a local model", megabytes, "MB", MEMORY_MB, f"{articles} articles at an endpoint"
    )


def own_environment() -> dict[str, str]:
    """Return the environment without settings that choose a model."""
    kept = ("EXTRACTOR_MODELS_DIR",)
    return {k: v for k, v in os.environ.items() if k in kept or not k.startswith(("EXTRACTOR_", "OPENAI_"))}


def estimate_tokens(sources: Sequence[str], options: ReadOptions) -> Iterator[str]:
    """Yield what replies with sentence numbers cost beside the same replies with quotes, at four bytes a token."""
    model = AnsweringModel()
    extractor = Extractor(model, newest("events"))
    numbers = quotes = 0
    for source in sources:
        for article in first_articles(source, options):
            ((_, messages),) = extractor.first_messages(article)
            reply: Any = asyncio.run(model.ask(Ask(messages, Reply))).reply
            for event in reply.events:
                copied = [article.quote(number) for number in event.sentences]
                numbers += len(event.model_dump_json())
                quotes += len(json.dumps(event.model_dump(mode="json") | {"sentences": copied}, separators=(",", ":")))
    yield f"estimate: a full event with sentence numbers has {numbers / quotes:.2f} of the characters that it has with"
    yield "          quotes, other fields alike; what a model really writes is measured with --embedded"


async def measure_copies(article: Article) -> tuple[int, int]:
    """Return tokens and events of the embedded model's reply when it copies its quotes."""
    from extractor.llm.open import open_model  # noqa: PLC0415 - with --embedded only
    from extractor.settings import load_settings  # noqa: PLC0415 - same

    async with open_model(load_settings({"deadline": 1800.0})) as model:
        answer = await model.ask(ask_for_copies(article))
    return answer.usage.tokens_out or 0, len(answer.reply.events)


def measure_embedded(source: str, options: ReadOptions) -> Iterator[Figure]:
    """Yield seconds and tokens of the embedded model for the first article of ``source``."""
    (article,) = islice(first_articles(source, options), 1)
    command = [sys.executable, "-m", "extractor", "extract", source, "--format", "json", "--quiet"]
    command += ["--published", str(options.published)] if options.published else []
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=own_environment(), stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - our own program
    seconds = time.monotonic() - began
    extraction = Extraction.model_validate_json(done.stdout)
    words = len(article.text.split())
    note = f"{words} words, {len(extraction.events)} events, {extraction.usage.requests} requests"
    yield Figure("seconds for the article with the embedded model", seconds, "s", EMBEDDED_SECONDS, note)
    tokens, events = asyncio.run(measure_copies(article))
    ours = (extraction.usage.tokens_out or 0) / max(1, len(extraction.events))
    copied = tokens / max(1, events)
    note = f"{ours:.0f} against {copied:.0f} tokens per event"
    yield Figure("output tokens per event / copying quotes", ours / copied, "of it", TOKEN_SHARE, note)


def main() -> int:
    """Measure, print, and return 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--articles", nargs="+", default=[str(EXAMPLE)], help="files, JSON lines, folders")
    parser.add_argument("--published", type=date.fromisoformat, default=None, help="of every article")
    parser.add_argument("--embedded", action="store_true", help="also ask the embedded model about the first article")
    parser.add_argument("--short", action="store_true", help="fewer rounds")
    parser.add_argument("--slack", type=float, default=1.0, help="bars count times this, for busy machines")
    given = parser.parse_args()
    sources = [str(Path(source).resolve()) for source in given.articles]
    options = ReadOptions(published=given.published)

    print("ratio      measured")
    missed = False
    for figure in measurements(given, sources, options):
        print(figure, flush=True)
        missed |= figure.value > figure.bar * given.slack
    print(*estimate_tokens(sources, options), sep="\n")
    return int(missed)


def measurements(given: argparse.Namespace, sources: Sequence[str], options: ReadOptions) -> Iterator[Figure]:
    """Yield the figures one by one, the quick ones first."""
    yield measure_help(5 if given.short else 20)
    yield from asyncio.run(measure_pipeline(sources, options))
    yield measure_memory(sources, options)
    if given.embedded:
        yield from measure_embedded(sources[0], options)


if __name__ == "__main__":
    sys.exit(main())

"""Ways to ask about many articles at once, each a function of its own; what is compared by ``bench_archive.py``.

``python tests/bench/contenders.py NAME URL IN_FLIGHT COUNT`` runs one in this process and prints one line of JSON:
articles, seconds by the clock, CPU seconds of the process and its children, and its peak memory in MB. What it needs is
imported when it runs, so that a peer may live in a virtual environment without this program.

All are given the same messages (about 6 kB) and the same reply. ``bare``, ``openai`` and ``instructor`` validate it as
``Reply`` and keep it in SQLite in transactions of 100; langextract keeps nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import sqlite3
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

    from extractor.archive.records import Brief
    from extractor.archive.store import Store
    from extractor.archive.workers.turns import Question

# Each contender imports its own library.
# ruff: noqa: PLC0415

SYSTEM = "List the events of the article as JSON that fits the schema. " * 33
SENTENCES = (
    "Hundreds of dock workers marched in Lagos on Sunday to the port authority building, organisers said.",
    "“We want our pay,” said Tunde Bello, a spokesman of the Dock Workers Union.",
    "Police fired tear gas near Apapa and at least 3 people were injured, a hospital in Lagos said.",
    "The Port Authority did not answer questions by telephone on Monday.",
    "In 2021 gunmen had killed at least 12 guards in an attack on the harbour, officials said.",
    "President Amina Yusuf called for calm and promised an inquiry into the shooting last week.",
)
WARM_UP = 32


def text_of(number: int) -> str:
    """Return an article of 640 words, 4 kB, that no other is like."""
    paragraphs = [" ".join(SENTENCES[(number + n + m) % 6] for m in range(3)) for n in range(14)]
    return f"Harbour report {number}.\n\n" + "\n\n".join(paragraphs)


@dataclass(slots=True)
class Clock:
    """What the measured part took: started after imports and a few warm-up articles."""

    wall: float = 0.0
    cpu: float = 0.0
    rows: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Measure the block."""
        wall, cpu = time.perf_counter(), _cpu()
        yield
        self.wall, self.cpu = time.perf_counter() - wall, _cpu() - cpu


def _cpu() -> float:
    """Return the CPU seconds of this process and of its children, living and gone."""
    import psutil

    own = resource.getrusage(resource.RUSAGE_SELF)
    gone = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = own.ru_utime + own.ru_stime + gone.ru_utime + gone.ru_stime
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            took = child.cpu_times()
            seconds += took.user + took.system
    return seconds


class Rows:
    """The least that keeping results can be: one table, synchronous, 100 in a transaction."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("CREATE TABLE results (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        self._waiting: list[tuple[int, str]] = []

    def keep(self, number: int, body: str) -> None:
        """Keep one result, with the next ones."""
        self._waiting.append((number, body))
        if len(self._waiting) >= 100:
            self.flush()

    def flush(self) -> None:
        """Commit what is waiting."""
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO results VALUES (?, ?)", self._waiting)
        self._connection.execute("COMMIT")
        self._waiting.clear()


async def pool(ask: Callable[[str], Awaitable[str]], count: int, in_flight: int, clock: Clock, folder: Path) -> None:
    """Ask about ``count`` articles, so many in flight, and keep the answers."""
    await asyncio.gather(*[ask(text_of(n)) for n in range(WARM_UP)])
    rows = Rows(folder / "rows.db")
    numbers = iter(range(count))

    async def work() -> None:
        for number in numbers:
            rows.keep(number, await ask(text_of(number)))

    with clock.running():
        await asyncio.gather(*[work() for _ in range(in_flight)])
        rows.flush()


def messages(text: str) -> list[Any]:
    """Return what is asked about an article."""
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": text}]


def _form() -> dict[str, Any]:
    """Return the body of a request without its messages, as our client sends it."""
    from extractor.events.reply import Reply
    from extractor.llm.boundary import Parameters
    from extractor.llm.endpoint import Setup
    from extractor.llm.form import prepare

    body: dict[str, Any] = json.loads(prepare(Reply, Parameters(), Setup("json_schema", "bounded"), "m").body([]))
    del body["messages"]
    return body


async def bare(url: str, in_flight: int, count: int, folder: Path, clock: Clock) -> None:
    """A loop of aiohttp, pydantic and SQLite: as little as can be."""
    import aiohttp

    from extractor.events.reply import Reply

    form = _form()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def ask(text: str) -> str:
            async with session.post(f"{url}/v1/chat/completions", json=form | {"messages": messages(text)}) as response:
                said = json.loads(await response.read())["choices"][0]["message"]["content"]
            return Reply.model_validate_json(said).model_dump_json()

        await pool(ask, count, in_flight, clock, folder)


async def openai(url: str, in_flight: int, count: int, folder: Path, clock: Clock) -> None:
    """A loop around AsyncOpenAI's ``create``."""
    from openai import AsyncOpenAI

    from extractor.events.reply import Reply

    form = _form()
    async with AsyncOpenAI(base_url=f"{url}/v1", api_key="x", max_retries=0) as client:

        async def ask(text: str) -> str:
            completion = await client.chat.completions.create(messages=messages(text), **form)
            return Reply.model_validate_json(completion.choices[0].message.content or "").model_dump_json()

        await pool(ask, count, in_flight, clock, folder)


async def instructor(url: str, in_flight: int, count: int, folder: Path, clock: Clock) -> None:
    """A loop around instructor's ``create``, in its mode of JSON Schema."""
    from instructor import Mode, from_openai
    from openai import AsyncOpenAI

    from extractor.events.reply import Reply

    async with AsyncOpenAI(base_url=f"{url}/v1", api_key="x", max_retries=0) as plain:
        client: Any = from_openai(plain, mode=Mode.JSON_SCHEMA)

        async def ask(text: str) -> str:
            reply: Reply = await client.chat.completions.create(
                model="m", messages=messages(text), response_model=Reply, temperature=0.0, max_tokens=2000
            )
            return reply.model_dump_json()

        await pool(ask, count, in_flight, clock, folder)


async def langextract(url: str, in_flight: int, count: int, folder: Path, clock: Clock) -> None:  # noqa: ARG001 - keeps nothing
    """Run langextract's own loop over documents, one chunk each."""
    import logging

    import langextract as lx
    from langextract.providers.openai import OpenAILanguageModel

    logging.disable(logging.WARNING)
    model = OpenAILanguageModel(model_id="m", api_key="x", base_url=f"{url}/lx/v1", max_workers=in_flight)
    shown = lx.data.Extraction(extraction_class="event", extraction_text="marched", attributes={"type": "protest"})
    examples = [lx.data.ExampleData(text="Farmers marched on the ministry.", extractions=[shown])]

    def extract(number: int) -> None:
        found = lx.extract(
            text_or_documents=(lx.data.Document(text=text_of(n), document_id=str(n)) for n in range(number)),
            prompt_description=SYSTEM,
            examples=examples,
            model=model,
            max_char_buffer=100_000,
            batch_length=in_flight,
            max_workers=in_flight,
            show_progress=False,
            use_schema_constraints=False,
            fence_output=False,
        )
        assert sum(1 for one in found if one.extractions) == number

    extract(WARM_UP)
    with clock.running():
        extract(count)


@dataclass(slots=True)
class _Said:
    """Stands in for :class:`extractor.archive.workers.crew.Crew` where wording and grounding are not measured."""

    made: Brief

    def ready(self) -> bool:
        return True

    async def take(self, article: Any, told: Sequence[Any], _info: Any) -> Question | Brief:
        from extractor.archive.workers.turns import Question
        from extractor.events.reply import Reply
        from extractor.llm.boundary import Ask, Message

        if told:
            return self.made
        asked = (Message("system", SYSTEM), Message("user", article.text))
        return Question(Ask(asked, Reply), f"sha256:{article.sha256}")


async def ours(url: str, in_flight: int, count: int, folder: Path, clock: Clock, *, workers: int | None) -> None:
    """A run of this program: its loop, client and store; ``workers`` None leaves reading, wording and grounding out."""
    from extractor.archive.asking import Asking
    from extractor.archive.reading import Source
    from extractor.archive.run import Job, work_on
    from extractor.archive.selection import Choosing, Selection
    from extractor.archive.store import Store
    from extractor.articles.options import ReadOptions
    from extractor.llm.pace import paced
    from extractor.prompts.registry import load

    prompt = load("events@v1")
    source = folder / "articles.jsonl"
    with Store.open(folder / "s.db", create=True) as store:
        for name, size in (("warm-up", 2 * WARM_UP), ("run", count)):
            with source.open("w", encoding="utf-8") as file:
                for number in range(size):
                    file.write(json.dumps({"id": f"{name}-{number}", "text": f"{name}. {text_of(number)}"}) + "\n")
            run, asked = _begun(store, source, name, prompt, read=workers is None)
            async with _client(url, in_flight, paced(None, None)) as model, _crew(workers, prompt, asked) as crew:
                asking = Asking(model, prompt, asked, store.reply, crew=crew)
                reads = Source((str(source),), ReadOptions(), Choosing(Selection()))
                job = Job(store, run, reads, asking, in_flight, _Silent())
                with clock.running():
                    ended = await work_on(job)
            assert ended.tally.done == size, ended


def _begun(store: Store, source: Path, name: str, prompt: Any, *, read: bool) -> tuple[Any, Any]:
    """Return a run and its model; its articles are in the store already where they are ``read``."""
    from extractor.archive.keys import replies_digest
    from extractor.archive.records import Offer, Plan
    from extractor.articles.read import read as articles_of
    from extractor.replies import AskedModel

    asked = AskedModel(name="m")
    plan = Plan(
        name=name,
        prompt=prompt.spec,
        prompt_digest=prompt.digest,
        replies_digest=replies_digest(prompt),
        model=asked,
        sources=(str(source),),
    )
    run = store.begin(plan, prompt)
    if read:
        offers = [Offer(place, article) for place, article in enumerate(articles_of(source))]
        for start in range(0, len(offers), 500):
            store.add(run, offers[start : start + 500])
        store.ingested(run)
    return store.run(name), asked


def _client(url: str, in_flight: int, pace: Any) -> Any:
    from extractor.llm.client import OpenAIModel
    from extractor.llm.retry import Limits

    return OpenAIModel("m", base_url=f"{url}/v1", limits=Limits(concurrency=in_flight), pace=pace)


@contextlib.asynccontextmanager
async def _crew(workers: int | None, prompt: Any, asked: Any) -> AsyncIterator[Any]:
    """Yield who words and grounds: nobody (results stand ready), the loop itself, or so many processes, up already."""
    from extractor.archive.workers.crew import Crew

    if workers is None:
        yield _Said(_brief())
    elif not workers:
        yield None
    else:
        from extractor.articles.read import article_from_text
        from extractor.llm.boundary import ModelInfo

        with Crew(workers, prompt, asked, after=0) as crew:
            some = article_from_text(text_of(0))
            await asyncio.gather(*[crew.take(some, (), ModelInfo("m", "x", "json_schema")) for _ in range(4 * workers)])
            assert crew.ready()
            yield crew


def _brief() -> Brief:
    """Return a packed result of three events."""
    from extractor.archive.store.writing import brief
    from extractor.events.summary import Usage
    from tests.samples import make_article, make_extraction

    made = make_extraction(make_article())
    return replace(brief(made), usage=Usage(requests=1, tokens_in=1400, tokens_out=190))


class _Silent:
    def tell(self, event: object) -> None:
        """Nothing."""


CONTENDERS: dict[str, Callable[..., Awaitable[None]]] = {
    "bare": bare,
    "openai": openai,
    "instructor": instructor,
    "langextract": langextract,
    "ours": partial(ours, workers=None),
    "ours-0": partial(ours, workers=0),
    "ours-1": partial(ours, workers=1),
    "ours-2": partial(ours, workers=2),
}


def main() -> None:
    """Run one contender."""
    name, url, in_flight, count = sys.argv[1:]
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(CONTENDERS[name](url, int(in_flight), int(count), Path(folder), clock))  # type: ignore[arg-type] # all are coroutines
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"articles": int(count), "wall": clock.wall, "cpu": clock.cpu, "memory": peak}))


if __name__ == "__main__":
    main()

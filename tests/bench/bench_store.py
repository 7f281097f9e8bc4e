"""Throughput of the store of archives on this machine's disk; no model.

``python tests/bench/bench_store.py [--articles N] [--keys N] [--group N] [--folder FOLDER]``. Bars: 20,000
acknowledged records/s with grouped commits, and 5 µs to find whether a key is done among ``--keys`` (10 million is
the bar, 1 million takes a tenth of the time and is the default). A record is a row, written with its indexes and
foreign keys: a finished article is eight (extraction, three events, reply, its link, attempt, article), so both rates
are judged. Articles are measured twice: through ``Store.finish``, which turns each extraction (4 kB of JSON) into
compressed bytes first, and the commit alone. Rates are by the wall clock, with the CPU time of this process beside
them, since other work on the machine slows the first. Keys are looked up 500 at a time, half of them known, in a file
filled in random order of keys, whose pages come from the system's cache.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))

from extractor.archive.keys import replies_digest
from extractor.archive.records import Finished, Offer, Plan
from extractor.archive.store import Store, writing
from extractor.events.summary import Usage
from extractor.prompts.registry import load
from extractor.replies import AskedModel, KeptReply
from tests.samples import make_article, make_extraction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.archive.records import Run, Task, Worker

RECORDS_BAR = 20_000
KEY_BAR = 5.0
ROWS = 8
"""That one record writes or changes: extraction, three events, reply, its link, attempt, article."""


def begun(store: Store, name: str = "bench") -> tuple[Run, Worker]:
    """Return a run in ``store`` and a worker on it."""
    prompt = load("events@v1")
    plan = Plan(
        name=name,
        prompt=prompt.spec,
        prompt_digest=prompt.digest,
        replies_digest=replies_digest(prompt),
        model=AskedModel(name="bench"),
        sources=("made here",),
    )
    run = store.begin(plan, prompt)
    return run, store.join(run)


def groups(total: int, size: int) -> Iterator[range]:
    """Yield the numbers below ``total`` in groups."""
    return (range(start, min(start + size, total)) for start in range(0, total, size))


@dataclass(slots=True)
class Spent:
    """Wall-clock and CPU seconds, and on how many records."""

    wall: float = 0.0
    cpu: float = 0.0
    records: int = 0

    @contextlib.contextmanager
    def on(self, records: int) -> Iterator[None]:
        """Add what the block takes."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu
        self.records += records

    def __str__(self) -> str:
        micro = self.cpu / self.records * 1e6
        return f"{self.records / self.wall:10,.0f} articles/s  {micro:8.1f} µs of CPU each"


def result(task: Task) -> Finished:
    """Return an answer of three events, and the reply that it came from."""
    key = "sha256:" + hashlib.sha256(task.key).hexdigest()
    raw = '{"events": [' + ", ".join(f'{{"sentences": [{n}], "type": "attack"}}' for n in range(9)) + "]}"
    reply = KeptReply(key=key, raw=raw, usage=Usage(requests=1, tokens_in=900, tokens_out=80))
    return Finished(task, make_extraction(task.article), (reply,))


def throughput(folder: Path, articles: int, group: int) -> dict[str, Spent]:
    """Return what each step takes."""
    spent = {step: Spent() for step in ("add", "claim", "finish", "commit alone", "results")}
    with Store.open(folder / "records.db", create=True) as store:
        run, worker = begun(store)
        for numbers in groups(articles, 500):
            offers = [Offer(n, make_article(f" {n}", name=f"article-{n}")) for n in numbers]
            with spent["add"].on(len(offers)):
                store.add(run, offers)
        for number, numbers in enumerate(groups(articles, group)):
            with spent["claim"].on(len(numbers)):
                tasks = store.claim(run, worker, group)
            results = [result(task) for task in tasks]
            if number % 2:
                with spent["finish"].on(len(results)):
                    store.finish(results)
                continue
            packed = [writing.packed(one) for one in results]
            with spent["commit alone"].on(len(results)), store._connections.writing() as connection:
                writing.finish(connection, packed)
        with spent["results"].on(articles):
            assert sum(1 for _ in store.results(run)) == articles
    return spent


def look_up(folder: Path, keys: int) -> Spent:
    """Return what asking which of many keys are done takes."""

    def key(number: int) -> bytes:
        return hashlib.sha256(number.to_bytes(8)).digest()

    with Store.open(folder / "keys.db", create=True) as store:
        run, _ = begun(store)
        store.add(run, [Offer(0, make_article())])
        connections = store._connections
        with connections.writing() as connection:
            connection.execute("PRAGMA cache_size = -2000000")
            connection.execute("INSERT INTO groundings (version) VALUES ('bench')")
            for numbers in groups(keys, 10_000):
                rows = [(number + 2, key(number)) for number in numbers]
                connection.executemany("INSERT INTO questions (id, key, reading_id) VALUES (?, ?, 1)", rows)
                answers = [(number + 2,) for number in numbers]
                connection.executemany(
                    "INSERT INTO extractions (question_id, grounding_id, made, body) VALUES (?, 1, '', x'')", answers
                )
    spent = Spent()
    with Store.open(folder / "keys.db") as store:
        asked = [[key(n if n % 2 else keys + n) for n in numbers] for numbers in _scattered(keys)]
        store.known(asked[0])
        for some, scattered in zip(asked, _scattered(keys), strict=True):
            with spent.on(len(some)):
                found = store.known(some)
            assert len(found) == sum(n % 2 for n in scattered)
    return spent


def _scattered(keys: int) -> list[list[int]]:
    """Return 200 groups of 500 numbers below ``keys``."""
    return [[(group * 500 + n) * 7_919 % keys for n in range(500)] for group in range(200)]


def main() -> int:
    """Print the figures; return 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--keys", type=int, default=1_000_000)
    parser.add_argument("--group", type=int, default=100)
    parser.add_argument("--folder", type=Path, help="on the disk to measure; a temporary one unless given")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        folder = Path(name)
        steps = throughput(folder, chosen.articles, chosen.group)
        size = (folder / "records.db").stat().st_size / chosen.articles
        looked = look_up(folder, chosen.keys)
        gigabytes = (folder / "keys.db").stat().st_size / 1e9
    for step, spent in steps.items():
        print(f"{step:14} {spent}")
    commit = steps["commit alone"]
    wall, cpu = (ROWS * commit.records / took for took in (commit.wall, commit.cpu))
    print(f"committed      {wall:10,.0f} records/s  {cpu:10,.0f} per CPU second; {size:,.0f} bytes of file per article")
    micro, of_cpu = (took / looked.records * 1e6 for took in (looked.wall, looked.cpu))
    print(f"look-up        {micro:10.2f} µs per key, {of_cpu:.2f} of CPU, among {chosen.keys:,} ({gigabytes:.2f} GB)")
    print(f"peak memory    {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:10.0f} MB")
    bars = {
        f"{RECORDS_BAR:,} records/s, rows": wall < RECORDS_BAR,
        f"{RECORDS_BAR:,} records/s, whole articles": wall / ROWS < RECORDS_BAR,
        f"{KEY_BAR} µs per key": micro > KEY_BAR,
    }
    for bar, gone in bars.items():
        print(f"bar {bar}: {'MISSED' if gone else 'met'}")
    return int(any(bars.values()))


if __name__ == "__main__":
    sys.exit(main())

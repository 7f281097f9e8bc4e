"""Claims: nothing is handed out twice, and nothing that a dead worker held is lost (promises.md R2, R6)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from extractor.archive.records import Added, Offer
from extractor.archive.store import claims
from tests.archive.archives import answer, article, begin, failure, fill, names, work_off
from tests.command_line import environment

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.archive.store import Store

WORK = """
import sys, time
from pathlib import Path
from extractor.archive.store import Store
from tests.archive.archives import answer
with Store.open(Path(sys.argv[1])) as store:
    run = store.run("first")
    worker = store.join(run)
    while tasks := store.claim(run, worker, 3):
        print(*(task.article.id.split()[0] for task in tasks), sep="\\n", flush=True)
        if sys.argv[2] == "hang":
            time.sleep(600)
        store.finish([answer(task) for task in tasks])
    store.leave(worker)
"""


def child(path: Path, then: str = "finish") -> subprocess.Popen[str]:
    """Start another process that works on the run ``first``."""
    command = [sys.executable, "-c", WORK, str(path), then]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())  # noqa: S603 - ourselves


def write(store: Store, statement: str, *values: object) -> None:
    """Change the store behind its back."""
    with store._connections.writing() as connection:
        connection.execute(statement, values)


def test_processes_share_a_run_and_never_an_article(store: Store) -> None:
    """Three processes on one run ask each article once between them."""
    run = begin(store)
    fill(store, run, 90)
    said = [process.communicate(timeout=120)[0].split() for process in [child(store.path) for _ in range(3)]]
    asked = [name for lines in said for name in lines]
    assert sorted(asked) == sorted(f"article-{number}" for number in range(90))
    tally = store.tally(run)
    assert (tally.done, tally.attempts, tally.unresolved) == (90, 90, 0)


def test_claims_of_a_killed_process_are_taken_over_at_once(store: Store) -> None:
    """What a killed process held is open for the next one, counted as perhaps asked twice."""
    run = begin(store)
    fill(store, run, 5)
    process = child(store.path, "hang")
    assert process.stdout is not None
    held = [process.stdout.readline().strip() for _ in range(3)]
    assert len(store.claim(run, store.join(run), 10)) == 2
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)
    process.stdout.close()
    again = store.claim(run, store.join(run), 10)
    assert [task.article.id.split()[0] for task in again] == held
    assert {task.number for task in again} == {2}
    assert (store.tally(run).unresolved, store.tally(run).attempts) == (3, 8)


def test_claims_of_the_dead_are_found_when_nothing_else_is_left(store: Store) -> None:
    """A worker that has run out of articles looks for dead workers by itself, without joining again."""
    run = begin(store)
    fill(store, run, 4)
    process = child(store.path, "hang")
    assert process.stdout is not None
    for _ in range(3):
        process.stdout.readline()
    worker = store.join(run)
    assert len(store.claim(run, worker, 10)) == 1
    assert store.claim(run, worker, 10) == []
    process.kill()
    process.wait(timeout=30)
    process.stdout.close()
    assert len(store.claim(run, worker, 10)) == 3


@pytest.mark.parametrize(
    ("change", "values", "alive"),
    [
        ("SET seen = 0", (), True),  # on this machine the process itself is looked at
        ("SET started = started - 5", (), False),  # another process has been given the number
        ("SET pid = 4194999", (), False),  # above what Linux gives
        ("SET host = 'elsewhere/1', seen = ?", (-claims.SILENCE + 5,), True),
        ("SET host = 'elsewhere/1', seen = ?", (-claims.SILENCE - 5,), False),
    ],
    ids=["silent here", "number given again", "no such process", "seen lately", "silent elsewhere"],
)
def test_who_counts_as_dead(change: str, values: tuple[float, ...], alive: bool, store: Store) -> None:
    """Here a worker lives while its process does, elsewhere while it gives signs."""
    run = begin(store)
    fill(store, run, 1)
    store.claim(run, store.join(run), 1)
    write(store, f"UPDATE workers {change}", *(time.time() + value for value in values))
    assert bool(store.claim(run, store.join(run), 1)) is not alive


def test_a_process_that_cannot_be_looked_at_lives(store: Store) -> None:
    """The first process of the system is there, whether or not we may look at it."""
    run = begin(store)
    fill(store, run, 1)
    assert store.join(run, pid=1).pid == 1
    with store._connections.reading() as connection:
        assert claims.dead(connection) == []


def test_a_sign_of_life_enters_a_worker_again(store: Store) -> None:
    """A worker that was taken for dead goes on, without what it held; its late answer is still an answer."""
    run = begin(store)
    fill(store, run, 1)
    late = store.join(run)
    (task,) = store.claim(run, late, 1)
    store.beat(late)
    write(store, "UPDATE workers SET started = 0")
    other = store.join(run)
    (again,) = store.claim(run, other, 1)
    store.beat(late)
    store.finish([answer(task)])
    store.finish([answer(again)])
    tally = store.tally(run)
    assert (tally.done, tally.attempts, tally.unresolved, tally.known_cost_usd) == (1, 2, 0, 0.5)
    assert tally.usage.requests == 2
    store.leave(late)
    store.leave(other)


def test_a_late_failure_leaves_the_claim_of_another_alone(store: Store) -> None:
    """What failed for a worker that lost its claim may still succeed for the one that took it over."""
    run = begin(store)
    fill(store, run, 1)
    (task,) = store.claim(run, store.join(run), 1)
    write(store, "UPDATE workers SET started = 0")
    (again,) = store.claim(run, store.join(run), 1)
    store.finish([failure(task)])
    assert store.tally(run).claimed == 1
    store.finish([answer(again)])
    store.finish([failure(task)])
    assert (store.tally(run).done, store.tally(run).failed) == (1, 0)


def test_what_is_given_back_was_never_claimed(store: Store) -> None:
    """Releasing leaves no attempt; giving back what another holds does nothing."""
    run = begin(store)
    fill(store, run, 3)
    worker = store.join(run)
    tasks = store.claim(run, worker, 3)
    store.finish([answer(tasks[0])])
    store.release(tasks)
    tally = store.tally(run)
    assert (tally.done, tally.pending, tally.attempts, tally.unresolved) == (1, 2, 1, 0)
    assert [task.number for task in store.claim(run, worker, 3)] == [1, 1]


def test_who_leaves_gives_up_what_it_holds(store: Store) -> None:
    """What a worker still holds when it leaves is open again and counts as perhaps asked twice."""
    run = begin(store)
    fill(store, run, 2)
    worker = store.join(run)
    store.claim(run, worker, 1)
    store.leave(worker)
    assert (store.tally(run).pending, store.tally(run).unresolved) == (2, 1)


def test_a_question_that_another_run_is_asking_is_waited_for(store: Store) -> None:
    """Two runs with one question ask it once: the second finds it answered when it comes to it."""
    first, second = begin(store), begin(store, "second")
    for run in (first, second):
        fill(store, run, 1)
    one, other = store.join(first), store.join(second)
    (task,) = store.claim(first, one, 1)
    assert store.claim(second, other, 1) == []
    assert store.tally(second).open == 1
    store.finish([answer(task)])
    assert store.claim(second, other, 1) == []
    tally = store.tally(second)
    assert (tally.done, tally.cached, tally.attempts, tally.events) == (1, 1, 0, 3)


def test_articles_are_claimed_in_the_order_of_the_sources(store: Store) -> None:
    """Not in the order in which they were offered."""
    run = begin(store)
    store.add(run, [Offer(place, article(place)) for place in (4, 1, 3, 0, 2)])
    assert names([task.article for task in work_off(store, run)]) == names([article(number) for number in range(5)])


def test_a_task_holds_the_article_as_it_was_read(store: Store) -> None:
    """Text, sentences, dates, title, address and warnings come back unchanged."""
    run = begin(store)
    assert store.add(run, [Offer(0, article(0))]) == [Added.NEW]
    (task,) = store.claim(run, store.join(run), 1)
    assert task.article == article(0)


def test_a_worker_is_known_by_its_process(store: Store) -> None:
    """It is this process unless told otherwise."""
    assert store.join(begin(store)).pid == os.getpid()

"""Results in, results out: each once, in order, with what it cost (promises.md R1, R9, R13)."""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING

import pytest

from extractor.archive.records import Failure, Finished, Offer, Tally
from extractor.errors import StoreError, UsageError
from extractor.events.summary import Usage
from tests.archive.archives import (
    SPENT,
    answer,
    article,
    begin,
    counts,
    failure,
    fill,
    kept,
    make_plan,
    whole,
    work_off,
)
from tests.samples import make_extraction

if TYPE_CHECKING:
    from extractor.archive.store import Store


def write(store: Store, statement: str, *values: object) -> None:
    """Change the store behind its back."""
    with store._connections.writing() as connection:
        connection.execute(statement, values)


def test_results_come_in_the_order_of_the_sources_whatever_order_they_were_made_in(store: Store) -> None:
    """Over several pages, each result is the one that was written, about its own article."""
    run = begin(store)
    fill(store, run, 450)
    tasks = store.claim(run, store.join(run), 450)
    shuffled = random.Random(7).sample(tasks, len(tasks))  # noqa: S311 - an order, no secret
    for start in range(0, 450, 50):
        store.finish([answer(task) for task in shuffled[start : start + 50]])
    found = list(store.results(run))
    assert found == [make_extraction(task.article) for task in tasks]
    assert list(store.failures(run)) == []


def test_writing_a_group_again_changes_nothing(store: Store) -> None:
    """A group that was committed and not acknowledged may be written once more."""
    run = begin(store)
    fill(store, run, 4)
    tasks = store.claim(run, store.join(run), 4)
    group = [answer(tasks[0]), answer(tasks[1], "{}", "[]"), failure(tasks[2], "half a reply"), failure(tasks[3])]
    store.finish(group)
    before, tally = counts(store), store.tally(run)
    store.finish(group)
    store.finish([])
    assert (counts(store), store.tally(run)) == (before, tally)
    assert (tally.done, tally.failed, tally.attempts) == (2, 2, 4)


def test_a_failure_is_told_with_its_problem(store: Store) -> None:
    """What went wrong is kept for the article; after it succeeds it is gone."""
    run = begin(store)
    fill(store, run, 1)
    worker = store.join(run)
    (task,) = store.claim(run, worker, 1)
    store.finish([failure(task)])
    name, source = task.article.id, task.article.source
    told = Failure(name, source, "InvalidReplyError", "the reply is no JSON", "choose a larger model", 1)
    assert list(store.failures(run)) == [told]
    assert list(store.results(run)) == []
    store.retry_failed(run)
    (again,) = store.claim(run, worker, 1)
    store.finish([answer(again)])
    assert list(store.failures(run)) == []


def test_a_failure_without_words_is_told_by_its_outcome(store: Store) -> None:
    """An extraction that is not ok and names no problem is a failure too."""
    run = begin(store)
    fill(store, run, 1)
    (task,) = store.claim(run, store.join(run), 1)
    silent = whole(failure(task)).model_copy(update={"problem": None})
    store.finish([Finished(task, silent)])
    assert [one.kind for one in store.failures(run)] == ["invalid"]


def test_the_cost_is_that_of_all_attempts(store: Store) -> None:
    """Failed attempts count, kept replies do not, and what is unknown makes the sum unknown and is counted."""
    run = begin(store)
    fill(store, run, 3)
    worker = store.join(run)
    one, two, three = store.claim(run, worker, 3)
    store.finish([failure(one), answer(two), dataclasses.replace(answer(three), spent=Usage(cost_usd=0.0))])
    tally = store.tally(run)
    assert tally.usage == Usage(
        requests=2, tokens_in=1800, tokens_cached=1200, tokens_out=200, tokens_reasoning=0, cost_usd=0.5
    )
    assert (tally.known_cost_usd, tally.unpriced) == (0.5, 0)
    store.retry_failed(run)
    (again,) = store.claim(run, worker, 3)
    store.finish([Finished(again, make_extraction(again.article), (), Usage(requests=2, tokens_in=None))])
    tally = store.tally(run)
    assert (tally.usage.requests, tally.usage.tokens_in, tally.usage.tokens_out) == (4, None, 200)
    assert (tally.usage.cost_usd, tally.known_cost_usd, tally.unpriced, tally.attempts) == (None, 0.5, 1, 4)
    assert (tally.known_tokens, tally.uncounted) == (2000, 1)


def test_an_attempt_costs_what_its_extraction_says_unless_told_otherwise(store: Store) -> None:
    """Without a word about what was spent now, all of the extraction's usage counts."""
    run = begin(store)
    fill(store, run, 1)
    (task,) = store.claim(run, store.join(run), 1)
    extraction = make_extraction(task.article).model_copy(update={"usage": SPENT})
    store.finish([Finished(task, extraction)])
    assert store.tally(run).usage == SPENT


def test_a_new_run_has_counted_nothing(store: Store) -> None:
    """Nothing is known, and nothing is unknown."""
    assert store.tally(begin(store)) == Tally()
    assert (Tally().articles, Tally().open) == (0, 0)


def test_replies_are_kept_with_the_answer_that_they_are_in(store: Store) -> None:
    """Those of a failed attempt give way to those of the answer; the newest reply to a request is found by its key."""
    run = begin(store)
    fill(store, run, 1)
    worker = store.join(run)
    (task,) = store.claim(run, worker, 1)
    store.finish([failure(task, "first")])
    request = kept(task, "x")[0].key
    found = store.reply(request)
    assert found is not None
    assert (found.raw, found.usage) == ("first", SPENT)
    store.retry_failed(run)
    (again,) = store.claim(run, worker, 1)
    store.finish([answer(again, "second", "third")])
    found = store.reply(request)
    assert found is not None
    assert found.raw == "second"
    assert [reply.raw for one in store.answers(run, but="none") for reply in one.replies] == ["second", "third"]
    assert counts(store)["replies"] == 2
    assert store.reply("sha256:" + "0" * 64) is None


def test_one_reply_serves_many_questions(store: Store) -> None:
    """Two prompt versions that share a step share its reply; another reply to the same request stands beside it."""
    runs = [begin(store, name, settings={"version": name}) for name in ("first", "second", "third")]
    for run, raw in zip(runs, ("same", "same", "other"), strict=True):
        fill(store, run, 1)
        (task,) = store.claim(run, store.join(run), 1)
        replies = kept(dataclasses.replace(task, key=b"0" * 32), raw)
        store.finish([Finished(task, make_extraction(task.article), replies)])
    assert counts(store)["replies"] == 2
    assert [next(store.answers(run, but="none")).replies[0].raw for run in runs] == ["same", "same", "other"]


def test_a_result_of_a_dropped_run_is_written_nowhere(store: Store) -> None:
    """Whoever still works on a run that is gone does no harm, not even to the run that has its place now."""
    run = begin(store)
    fill(store, run, 2)
    worker = store.join(run)
    tasks = store.claim(run, worker, 2)
    store.drop(run)
    other = begin(store, "second")
    fill(store, other, 2, start=10)
    before = counts(store)
    store.finish([answer(tasks[0]), failure(tasks[1])])
    store.release(tasks)
    store.beat(worker)
    store.leave(worker)
    assert counts(store) == before
    assert store.claim(run, worker, 2) == []


def test_an_answer_counts_for_each_run_as_it_comes_to_it(store: Store) -> None:
    """What one run is answered is no request of another that has the same question, asked or still to be offered."""
    first, second, third = (begin(store, name) for name in ("first", "second", "third"))
    fill(store, first, 1)
    fill(store, second, 1)
    work_off(store, first)
    assert store.tally(second).pending == 1
    assert work_off(store, second) == []
    fill(store, third, 1)
    assert [store.tally(run).cached for run in (first, second, third)] == [0, 1, 1]
    assert [len(list(store.results(run))) for run in (first, second, third)] == [1, 1, 1]


def test_a_run_goes_on_with_its_own_plan_only(store: Store) -> None:
    """Each difference of another plan under one name is named, with both values."""
    run = begin(store)
    assert begin(store) == run
    with pytest.raises(UsageError) as raised:
        begin(store, prompt_digest="sha256:" + "1" * 64, selection={"limit": "5"}, sources=("elsewhere",))
    message = str(raised.value)
    for part in (
        "prompt digest was sha256:",
        "is sha256:111111",
        "selection was {} and is {'limit': '5'}",
        "sources was",
    ):
        assert part in message
    assert "model" not in message


def test_runs_are_found_by_name(store: Store) -> None:
    """In the order in which they were begun; one that is missing is told with those that there are."""
    runs = [begin(store, name) for name in ("b", "a")]
    assert store.runs() == runs
    assert store.run("a") == runs[1]
    assert [run.plan for run in runs] == [make_plan("b"), make_plan("a")]
    with pytest.raises(UsageError, match="there is no run 'c'") as raised:
        store.run("c")
    assert raised.value.hint == "there are: b, a"


def test_a_run_knows_when_its_sources_had_been_read(store: Store) -> None:
    """Once, however often it is said."""
    run = begin(store)
    assert run.ingested is None
    store.ingested(run)
    first = store.run("first").ingested
    assert first is not None
    store.ingested(run)
    assert store.run("first").ingested == first


def test_the_prompt_of_a_run_is_kept(store: Store) -> None:
    """With all its files, as long as the run is there."""
    run = begin(store)
    assert "prompt.toml" in store.prompt_files(run)
    store.drop(run)
    with pytest.raises(UsageError, match="has been dropped"):
        store.prompt_files(run)


DAMAGE = {
    "a text": ("UPDATE texts SET body = substr(body, 1, 20)", "cannot be unpacked"),
    "another text": ("UPDATE texts SET sha256 = zeroblob(32)", "is not the one that was kept"),
    "sentences": ("UPDATE readings SET sentences = x'00'", "cannot be unpacked"),
    "an extraction": ("UPDATE extractions SET body = x'28b52ffd00'", "cannot be unpacked"),
    "an extraction's size": ("UPDATE extractions SET body = x''", "cannot be unpacked"),
    "an extraction that claims a terabyte": (
        "UPDATE extractions SET body = x'28b52ffde00000000000010000'",
        "has no size that it could have",
    ),
    "an extraction's type": ("UPDATE extractions SET body = (SELECT body FROM texts)", "Invalid JSON"),
    "a reply": ("UPDATE replies SET body = (SELECT body FROM texts)", "the reply to"),
    "a plan": ("UPDATE runs SET plan = '{}'", "its plan cannot be read"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damaged_values_are_named(what: str, store: Store) -> None:
    """A value that is not what was written is an error that exits with 9, wherever it is read."""
    statement, message = DAMAGE[what]
    run = begin(store)
    fill(store, run, 1)
    work_off(store, run)
    write(store, statement)
    with pytest.raises(StoreError, match="damaged") as raised:
        (list(store.answers(run, but="none")), store.run("first"))
    assert message in str(raised.value)
    assert raised.value.exit_code == 9


def test_a_damaged_text_is_not_asked_about(store: Store) -> None:
    """A claim whose text is not what was read fails before anything is sent."""
    run = begin(store)
    fill(store, run, 1)
    write(store, "UPDATE texts SET body = x'00'")
    with pytest.raises(StoreError, match="article-0"):
        store.claim(run, store.join(run), 1)


def test_what_refers_to_nothing_is_found(store: Store) -> None:
    """A check of the whole file sees rows whose parents are gone."""
    run = begin(store)
    fill(store, run, 1)
    assert store.check() == []
    store._connections.get().execute("PRAGMA foreign_keys = OFF")
    write(store, "DELETE FROM texts")
    assert store.check() == ["readings: row 1 refers to a missing row of texts"]


def test_events_are_rows_of_their_own(store: Store) -> None:
    """What people ask SQL about stands in columns."""
    run = begin(store)
    store.add(run, [Offer(0, article(0))])
    work_off(store, run)
    with store._connections.reading() as connection:
        rows = connection.execute(
            "SELECT place, id, type, status, starts, ends, country, latitude, failed_checks, failed FROM events "
            "ORDER BY place"
        ).fetchall()
    assert rows == [
        (0, "e1", "attack", "actual", "2024-03-03", "2024-03-03", "NOR", -61.5, 0, ""),
        (1, "e2", "demand", "actual", None, "2024-03-04", None, None, 1, "when_supported"),
        (2, "e3", "attack", "denied", "2023-12-01", "2024-02-29", None, None, 0, ""),
    ]

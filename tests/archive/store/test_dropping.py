"""Dropping: a run goes whole or not at all, and what others use stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extractor.archive.records import Near, Offer
from extractor.errors import StoreError
from tests.archive.archives import TABLES, answer, article, begin, counts, failure, fill, work_off

if TYPE_CHECKING:
    from extractor.archive.store import Store


def test_a_run_that_shares_nothing_leaves_nothing(store: Store) -> None:
    """Texts, answers, replies, attempts and workers are gone with it, in whatever state its articles are."""
    run = begin(store)
    fill(store, run, 6)
    store.add(run, [Offer(6, article(0, id="twin")), Offer(7, article(7), Near(0, 0.9))])
    worker = store.join(run)
    first, second, *_ = store.claim(run, worker, 4)
    store.finish([answer(first), failure(second, "{}")])
    store.drop(run)
    assert counts(store) == dict.fromkeys(TABLES, 0)
    assert (store.runs(), store.check()) == ([], [])


def test_what_another_run_uses_stays(store: Store) -> None:
    """The other run's results are what they were, and the answers that it shares are not asked again."""
    first, second = begin(store), begin(store, "second")
    fill(store, first, 6)
    work_off(store, first)
    fill(store, second, 8, start=3)
    work_off(store, second)
    kept, tally = list(store.results(second)), store.tally(second)
    store.drop(first)
    assert (list(store.results(second)), store.tally(second)) == (kept, tally)
    assert store.check() == []
    left = counts(store)
    assert [left[table] for table in ("texts", "questions", "extractions", "replies", "attempts")] == [8, 8, 8, 8, 5]
    third = begin(store, "third")
    fill(store, third, 8, start=3)
    assert store.tally(third).cached == 8


def test_an_answer_stays_for_a_run_that_has_not_come_to_it(store: Store) -> None:
    """A question that another run still has to ask keeps the answer that was paid for."""
    first, second = begin(store), begin(store, "second")
    fill(store, first, 1)
    fill(store, second, 1)
    work_off(store, first)
    store.drop(first)
    assert work_off(store, second) == []
    assert (store.tally(second).done, store.tally(second).cached) == (1, 1)


def test_a_drop_that_fails_drops_nothing(store: Store) -> None:
    """An error at the very last row takes everything back."""
    run = begin(store)
    fill(store, run, 5)
    work_off(store, run)
    before, kept = counts(store), list(store.results(run))
    with store._connections.writing() as connection:
        connection.execute("CREATE TRIGGER stop BEFORE DELETE ON texts BEGIN SELECT RAISE(ABORT, 'disk fell off'); END")
    with pytest.raises(StoreError, match="disk fell off"):
        store.drop(run)
    assert (counts(store), list(store.results(run))) == (before, kept)
    with store._connections.writing() as connection:
        connection.execute("DROP TRIGGER stop")
    store.drop(run)
    assert counts(store) == dict.fromkeys(TABLES, 0)

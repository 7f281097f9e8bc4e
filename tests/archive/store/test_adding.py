"""Ingest: what becomes of what is offered."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from extractor.archive.records import Added, Failure, Near, Offer
from extractor.articles.options import InputFailure
from extractor.errors import InputError
from tests.archive.archives import answer, article, begin, counts, failure, fill, names, work_off

if TYPE_CHECKING:
    from extractor.archive.store import Store

BROKEN = InputFailure("broken.pdf", InputError("'broken.pdf' holds no text", hint="Give the text."))


def test_offering_again_changes_nothing(store: Store) -> None:
    """A run that was killed while it was reading and reads again comes to the same rows."""
    run = begin(store)
    offers = [*(Offer(number, article(number)) for number in range(5)), Offer(5, BROKEN)]
    assert store.add(run, offers[:3]) == [Added.NEW] * 3
    assert store.add(run, offers) == [Added.KNOWN] * 3 + [Added.NEW] * 2 + [Added.UNREADABLE]
    before = counts(store)
    assert store.add(run, offers) == [Added.KNOWN] * 6
    assert counts(store) == before
    assert store.add(run, []) == []


def test_one_article_offered_twice_in_a_group_is_known_the_second_time(store: Store) -> None:
    """A group may hold the same article of the same source twice."""
    run = begin(store)
    assert store.add(run, [Offer(0, article(0)), Offer(1, article(0))]) == [Added.NEW, Added.KNOWN]


def test_a_text_under_two_names_is_asked_once(store: Store) -> None:
    """The second gets the first one's answer as its own, and a third that comes later gets it at once."""
    run = begin(store)
    twin, late = article(0, id="twin", source="twin.txt"), article(0, id="late", source="late.txt")
    assert store.add(run, [Offer(0, article(0)), Offer(1, twin)]) == [Added.NEW, Added.DUPLICATE]
    assert store.tally(run).waiting == 1
    assert len(work_off(store, run)) == 1
    assert store.add(run, [Offer(2, late)]) == [Added.DUPLICATE]
    found = list(store.results(run))
    assert [(one.article.id, one.article.source) for one in found] == [
        (article(0).id, article(0).source),
        ("twin", "twin.txt"),
        ("late", "late.txt"),
    ]
    assert len({one.events for one in found}) == 1
    tally = store.tally(run)
    assert (tally.done, tally.duplicates, tally.events, tally.attempts) == (3, 2, 9, 1)


def test_those_that_wait_fail_with_the_one_that_is_asked(store: Store) -> None:
    """Duplicates share a failure, also one that is offered after it, and are done with the next answer."""
    run = begin(store)
    twin, late = article(0, id="twin"), article(0, id="late")
    store.add(run, [Offer(0, article(0)), Offer(1, twin)])
    worker = store.join(run)
    (task,) = store.claim(run, worker, 5)
    store.finish([failure(task)])
    assert store.add(run, [Offer(2, late)]) == [Added.DUPLICATE]
    assert (store.tally(run).failed, store.tally(run).open) == (3, 0)
    assert store.retry_failed(run) == 1
    assert (store.tally(run).pending, store.tally(run).waiting) == (1, 2)
    (task,) = store.claim(run, worker, 5)
    store.finish([answer(task)])
    assert (store.tally(run).done, store.tally(run).failed) == (3, 0)


def test_only_failures_of_one_kind_are_tried_again_where_that_is_asked(store: Store) -> None:
    """A kind of problem chooses among the failures."""
    run = begin(store)
    fill(store, run, 2)
    store.finish([failure(task) for task in store.claim(run, store.join(run), 5)])
    assert store.retry_failed(run, "TransientError") == 0
    assert store.retry_failed(run, "InvalidReplyError") == 2


def test_a_near_duplicate_is_linked_and_not_asked(store: Store) -> None:
    """What hardly differs from another article has no answer of its own; a link to nothing is no error."""
    run = begin(store)
    offers = [
        Offer(0, article(0)),
        Offer(1, article(1), Near(0, 0.93)),
        Offer(2, article(2), Near(77, 0.9)),
    ]
    assert store.add(run, offers) == [Added.NEW, Added.NEAR, Added.NEAR]
    assert names([task.article for task in work_off(store, run)]) == [article(0).id]
    assert (store.tally(run).near, store.tally(run).done) == (2, 1)
    with store._connections.reading() as connection:
        links = connection.execute("SELECT near_id, similarity FROM articles WHERE state = 'near'").fetchall()
    assert links == [(1, 0.93), (None, 0.9)]


def test_what_cannot_be_read_is_a_row_with_its_reason(store: Store) -> None:
    """An input without an article is kept as a failure that was never attempted."""
    run = begin(store)
    store.add(run, [Offer(0, BROKEN), Offer(1, article(1))])
    work_off(store, run)
    wanted = Failure("broken.pdf", "broken.pdf", "InputError", "'broken.pdf' holds no text", "Give the text.", 0)
    assert list(store.failures(run)) == [wanted]
    assert (store.tally(run).unreadable, store.tally(run).articles) == (1, 2)
    assert store.retry_failed(run) == 0


def test_two_records_of_one_name_are_two_articles(store: Store) -> None:
    """A source that gives two texts one name and place loses neither."""
    run = begin(store)
    same = [dataclasses.replace(article(number), id="one", source="all.json") for number in range(2)]
    assert store.add(run, [Offer(number, one) for number, one in enumerate(same)]) == [Added.NEW] * 2


def test_a_name_that_is_no_text_is_kept_readably(store: Store) -> None:
    """Bytes of a file name that no encoding knows don't stop the run."""
    run = begin(store)
    odd = article(0, id="bad\udcff", source="folder/bad\udcff.txt", title="Ünï ☂", warnings=("lost \udcff",))
    assert store.add(run, [Offer(0, odd)]) == [Added.NEW]
    (task,) = work_off(store, run)
    assert (task.article.id, task.article.source) == ("bad\\udcff", "folder/bad\\udcff.txt")
    assert (task.article.title, task.article.text) == (odd.title, odd.text)
    assert store.add(run, [Offer(0, odd)]) == [Added.KNOWN]


def test_a_text_is_kept_once(store: Store) -> None:
    """Two runs, and two articles that differ in their titles only, share one text."""
    first, second = begin(store), begin(store, "second")
    store.add(first, [Offer(0, article(0)), Offer(1, article(0, title="Another title"))])
    store.add(second, [Offer(0, article(0))])
    kept = counts(store)
    assert (kept["texts"], kept["readings"], kept["questions"], kept["articles"]) == (1, 1, 2, 3)
    assert store.texts([article(0).sha256, "0" * 64]) == {article(0).sha256: article(0).text}

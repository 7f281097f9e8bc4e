"""Stories and links in the store: kept whole, explained, out of date when the run changes, and taken back whole."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from extractor.archive.linking.link import link
from extractor.archive.records import Offer
from extractor.errors import StoreError, UsageError
from tests.archive.archives import answer, article, begin, fill, whole, work_off
from tests.archive.linking.reports import event

if TYPE_CHECKING:
    from extractor.archive.records import Run
    from extractor.archive.store import Store

TELLING = (
    (event("e0", killed=9, summary="A bomb in a millet sack tore through the grain hall."),),
    (event("e1", killed=17, summary="The millet sack tore the grain hall apart."), event("e2", place="Garoua")),
    (event("e3", place="Mora", type_="disaster_accident"),),
)


@pytest.fixture
def run(store: Store) -> Run:
    """Return a run of three articles that tell of three incidents, one of them twice."""
    run = begin(store)
    fill(store, run, len(TELLING))
    tasks = store.claim(run, store.join(run), 9)
    for task, events in zip(tasks, TELLING, strict=True):
        done = answer(task)
        store.finish([dataclasses.replace(done, extraction=whole(done).model_copy(update={"events": events}))])
    return run


def dump(store: Store) -> list[str]:
    """Return the whole store as statements."""
    with store._connections.reading() as connection:
        return list(connection.iterdump())


def keep(store: Store, run: Run, threshold: float = 0.0) -> None:
    """Link a run and keep the links."""
    state = store.links.state(run)
    store.links.keep(run, link(store.results(run), threshold=threshold), state)


def test_what_is_kept_is_what_was_linked(store: Store, run: Run) -> None:
    """Stories and links come back as they were made, the numbers with them."""
    assert store.links.about(run) is None
    keep(store, run)
    made = link(store.results(run))
    about = store.links.about(run)
    assert about is not None
    assert (about.mentions, about.stories, about.linked, about.pairs) == (4, 3, 1, made.blocks.pairs)
    kept = list(store.links.stories(run))
    assert sorted(kept, key=lambda one: one.id) == sorted(made.stories(), key=lambda one: one.id)
    [told_twice] = store.links.stories(run, least=2)
    assert store.links.links(run, told_twice) == [one for one in made.links() if one.joined]
    assert store.links.story(run, told_twice.id) == store.links.story(run, told_twice.id[:9]) == told_twice


def test_undo_leaves_the_store_as_it_was(store: Store, run: Run) -> None:
    """Taking links back deletes every row that keeping them wrote, and no other."""
    before = dump(store)
    keep(store, run)
    assert dump(store) != before
    assert store.links.undo(run)
    assert dump(store) == before
    assert not store.links.undo(run)


def test_links_are_replaced_and_dropped_with_their_run(store: Store, run: Run) -> None:
    """A run has one set of links: the newest; they go with it."""
    empty = dump_of_links(store)
    keep(store, run)
    once = dump_of_links(store)
    keep(store, run)
    assert dump_of_links(store) == once
    keep(store, run, threshold=12.0)
    assert not list(store.links.stories(run, least=2))
    store.drop(run)
    assert dump_of_links(store) == empty


def dump_of_links(store: Store) -> dict[str, int]:
    """Return how many rows the tables of links have."""
    with store._connections.reading() as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - names from here
            for table in ("linkings", "stories", "story_mentions", "links")
        }


def test_links_are_out_of_date_once_the_run_grew(store: Store, run: Run) -> None:
    """An article that is done after linking makes the kept links count for nothing."""
    keep(store, run)
    store.add(run, [Offer(9, article(9))])
    assert store.links.about(run) is not None  # not read yet: the results are the same
    work_off(store, run)
    assert store.links.about(run) is None


def test_a_story_that_is_not_there_is_named(store: Store, run: Run) -> None:
    """A name that no story has, or that several begin with, is an error that says so."""
    keep(store, run)
    with pytest.raises(UsageError, match="there is no story 's1-x' in the run 'first'"):
        store.links.story(run, "s1-x")
    with pytest.raises(UsageError, match="several stories begin with 's1-'"):
        store.links.story(run, "s1-")


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        ("UPDATE links SET parts = '[1]'", "the link of"),
        ("UPDATE stories SET body = x'28b52ffd'", "the story s1-"),
    ],
)
def test_damage_is_named(store: Store, run: Run, damage: str, what: str) -> None:
    """A row that cannot be read is an error of the store, never a wrong story."""
    keep(store, run)
    [story] = store.links.stories(run, least=2)
    with store._connections.writing() as connection:
        connection.execute(damage)
    with pytest.raises(StoreError, match=what):
        store.links.links(run, store.links.story(run, story.id))

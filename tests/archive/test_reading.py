"""The thread that enters what sources offer: what it says is read was entered, whenever it is stopped."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from extractor.archive.reading import FIRST_GROUP, Reading
from extractor.archive.records import Offer
from tests.archive.archives import article, begin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.archive.store import Store

COUNT = FIRST_GROUP + 4


class Made:
    """A source of made-up articles, which says when the last one was taken."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def offers(self) -> Iterator[Offer]:
        """Yield them."""
        for number in range(COUNT):
            yield Offer(number, article(number))
        self.over.set()

    def words(self) -> str:
        """Nothing to say."""
        return ""


def ended(reading: Reading) -> None:
    """Wait for the thread."""
    until = time.monotonic() + 10
    while reading._thread.is_alive() and time.monotonic() < until:
        time.sleep(0.01)
    assert reading.error is None


def test_a_run_stopped_before_its_last_group_is_not_read(store: Store) -> None:
    """While the last group waits for room the sitting ends: the group is entered by the next one, not forgotten."""
    run, source = begin(store), Made()
    reading = Reading(store, run, source, lambda: None, ahead=1)
    reading.start()
    assert source.over.wait(10)
    reading.stop()
    ended(reading)
    assert (reading.finished, store.run(run.name).ingested, store.tally(run).articles) == (False, None, FIRST_GROUP)
    again = Reading(store, store.run(run.name), Made(), lambda: None)
    again.start()
    ended(again)
    assert (again.finished, store.tally(run).articles) == (True, COUNT)
    assert store.run(run.name).ingested is not None

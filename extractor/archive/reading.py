"""Ingest: the sources of a run, read in a thread of their own and entered into the store in groups.

Reading goes on while articles are asked about, so the first question leaves after the first few articles, whatever the
archive's size. It stays at most :data:`AHEAD` articles in front of the asking: a run that stops at its budget has not
read ten million articles for nothing. Nothing is held in memory but the group that is being filled.

A sitting that finds the sources unread to their end reads them again from the beginning: what the store has already is
recognised and costs no request.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Final, Protocol

from extractor.archive.records import Added, Near, Offer
from extractor.articles.article import Article
from extractor.articles.read import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from extractor.archive.duplicates import NearDuplicates
    from extractor.archive.records import Run
    from extractor.archive.selection import Choosing
    from extractor.archive.store import Store
    from extractor.articles.options import InputFailure, ReadOptions

AHEAD: Final = 10_000
"""Articles that are read before they are claimed; a minute or two of asking at the best speed."""
FIRST_GROUP: Final = 8
"""Articles that are entered at once in the beginning, so that asking can begin; the size doubles."""
GROUP: Final = 256


class Offering(Protocol):
    """Where a run's articles come from: a :class:`Source`, or what another store lends."""

    def offers(self) -> Iterator[Offer]:
        """Yield what is to be entered, in order."""
        ...

    def words(self) -> str:
        """Return what was read and what was left out, in one line."""
        ...


class Source:
    """The articles of a run's sources as offers, one after the other; also counts what was left out.

    Args:
        sources: As the user named them.
        options: How to read.
        choosing: Which articles are taken.
        near: Finds near duplicates; None: they are not looked for.
        link: Whether those that say the same are linked instead of asked.
    """

    def __init__(
        self,
        sources: Iterable[str],
        options: ReadOptions,
        choosing: Choosing,
        near: NearDuplicates | None = None,
        *,
        link: bool = False,
    ) -> None:
        self._sources = tuple(sources)
        self._options = options
        self.choosing = choosing
        self.near = near
        self._link = link

    def offers(self) -> Iterator[Offer]:
        """Yield what is to be entered, in the order of the sources."""
        for place, item in enumerate(self.choosing.choose(self._articles())):
            near = None
            if self.near is not None and isinstance(item, Article):
                match = self.near.offer(item, place)
                if match is not None and match.same and self._link:
                    near = Near(match.place, match.similarity)
            yield Offer(place, item, near)

    def words(self) -> str:
        """Return what was read and what was left out, in one line."""
        parts = [str(self.choosing)]
        if self.near is not None and (found := sum(self.near.sizes.values())):
            parts.append(f"{found:,} near duplicates of {len(self.near.sizes):,} articles")
        return "; ".join(parts)

    def _articles(self) -> Iterator[Article | InputFailure]:
        for source in self._sources:
            yield from read(source, options=self._options)


class Reading:
    """Enters what a :class:`Source` offers into a run, in a thread.

    Args:
        store: Where to.
        run: Which run.
        source: What is offered.
        tell: Called in the thread after each group and at the end.
        ahead: How many articles may be waiting to be claimed.
    """

    def __init__(
        self, store: Store, run: Run, source: Offering, tell: Callable[[], None], *, ahead: int = AHEAD
    ) -> None:
        self.counts: Counter[Added] = Counter()
        self.finished = run.ingested is not None
        self.error: BaseException | None = None
        self._store, self._run, self.source, self._tell = store, run, source, tell
        self._ahead = ahead
        self._room = threading.Condition()
        self._waiting = 0
        self._stopped = False
        # A daemon: a pipe that says nothing must not keep Ctrl-C from ending the program.
        self._thread = threading.Thread(target=self._read, name="archive-reader", daemon=True)

    def start(self) -> None:
        """Begin to read, unless the run has been read."""
        if not self.finished:
            self._thread.start()

    def claimed(self, count: int) -> None:
        """Note that so many articles were claimed; 0: there was nothing to claim, whoever has claimed it."""
        with self._room:
            self._waiting = max(0, self._waiting - count) if count else 0
            self._room.notify_all()

    def stop(self, patience: float = 2.0) -> None:
        """Stop reading; wait up to ``patience`` seconds for the group that is being entered."""
        with self._room:
            self._stopped = True
            self._room.notify_all()
        if self._thread.is_alive():
            self._thread.join(patience)

    def _read(self) -> None:
        try:
            size, group = FIRST_GROUP, list[Offer]()
            for offer in self.source.offers():
                group.append(offer)
                if len(group) >= size:
                    self._enter(group)
                    size, group = min(2 * size, GROUP), []
                if self._stopped:
                    return
            if self._enter(group):  # else the last group is missing, and the next sitting reads it
                self._store.ingested(self._run)
                self.finished = True
        except BaseException as error:  # noqa: BLE001 - raised again by the loop, which stops the run
            self.error = error
        finally:
            self._tell()

    def _enter(self, group: list[Offer]) -> bool:
        """Write a group as soon as there is room for it; return False where reading was stopped before."""
        with self._room:
            self._room.wait_for(lambda: self._stopped or self._waiting < self._ahead)
            if self._stopped:
                return False
        added = Counter(self._store.add(self._run, group))
        self.counts += added
        with self._room:
            self._waiting += added[Added.NEW]
        self._tell()
        return True

"""The neutral form between a label and other people's formats: marked spans, and links between them.

An event is anchored on its first evidence: that span carries the event's type as its label. Links lead from the anchor
to everything else, each a span with a label of its own:

============================  =================================  ==============================================
label of the span             link, from → to                    means
============================  =================================  ==============================================
``attack``, any event type                                       an event, and its first evidence
``evidence``                  anchor → evidence: ``evidence``    another passage that reports it
``when``, ``where``           anchor → it: ``when``, ``where``   its words for time and place
the same                      ``or_when``, ``or_where``          another right answer
``initiator``, ``target``     anchor → it, of the same name      an actor, by its best name
the same                      name → name: ``or``                another name that is right, too
``killed``, any measure       anchor → it: ``count``             a number of persons
``source``                    count → it: ``source``             who gave that number
============================  =================================  ==============================================

Two events of one type on the same words are told apart by a number: ``attack``, ``attack#2``. Words that several events
share are one span with several links, because some tools hold no span twice; so without more, another name of an actor
is one in every event that gives the actor the same best name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from extractor.events.view import View
from extractor.events.vocabulary import EventType, Measure, Standing, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from extractor.scoring.labels import LabelledActor, LabelledArticle, LabelledEvent

EVIDENCE: Final = "evidence"
WHEN: Final = "when"
WHERE: Final = "where"
INITIATOR: Final = "initiator"
TARGET: Final = "target"
COUNT: Final = "count"
SOURCE: Final = "source"
OR: Final = "or"
OR_WHEN: Final = "or_when"
OR_WHERE: Final = "or_where"

TYPES: Final = tuple(each.value for each in EventType)
MEASURES: Final = tuple(each.value for each in Measure)
SLOTS: Final = (EVIDENCE, WHEN, WHERE, INITIATOR, TARGET, SOURCE)
LINKS: Final = (EVIDENCE, WHEN, OR_WHEN, WHERE, OR_WHERE, INITIATOR, TARGET, OR, COUNT, SOURCE)
STATUSES: Final = tuple(each.value for each in Status)
STANDINGS: Final = tuple(each.value for each in Standing)
Stretch = tuple[int, int]
"""Start and end of words in a text, in code points."""
_NUMBERED: Final = re.compile(r"(?P<type>[a-z_]+)#[0-9]{1,3}")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A labelled span of code points; two with the same values are one."""

    start: int
    end: int
    label: str

    @property
    def place(self) -> Stretch:
        """Its words, whatever they are labelled."""
        return self.start, self.end

    @property
    def type(self) -> EventType | None:
        """The type of the event that is anchored here; None: another kind of span."""
        return EventType(plain_label(self.label)) if plain_label(self.label) in TYPES else None

    @property
    def measure(self) -> Measure | None:
        """What is counted here; None: another kind of span."""
        return Measure(self.label) if self.label in MEASURES else None


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """A relation between two spans."""

    source: Mark
    kind: str
    target: Mark


@dataclass(frozen=True)
class Marked:
    """One reading of one article. ``said`` holds status and standing of anchors, where the format can say them."""

    marks: tuple[Mark, ...]
    links: tuple[Link, ...]
    said: Mapping[Mark, Mapping[str, str]] = field(default_factory=dict)
    anchors: tuple[Mark | None, ...] = ()
    """Where these spans were made from a label: the anchor of each of its events; None: its words are not there."""


def plain_label(label: str) -> str:
    """Return a label without the number that tells two events on the same words apart."""
    match = _NUMBERED.fullmatch(label)
    return match["type"] if match else label


def known_label(label: str) -> str | None:
    """Return the label that is meant, however it is written ("Armed clash"); None: there is no such label."""
    plain = re.sub(r"[\s-]+", "_", label.strip().casefold())
    return plain if plain_label(plain) in TYPES or plain in MEASURES or plain in SLOTS else None


def mark_label(label: LabelledArticle, text: str) -> Marked:
    """Return the label as spans of ``text``, whose line ends are LF; words that do not stand in it get none."""
    return _Marking(Finder.of(text)).of(label)


@dataclass(frozen=True)
class Finder:
    """Finds the words of a label in its article: where they are said of the event first, letter by letter first."""

    text: str
    view: View

    @classmethod
    def of(cls, text: str) -> Finder:
        """Make ``text`` ready."""
        return cls(text, View.of(text))

    def passages(self, event: LabelledEvent) -> tuple[Stretch, ...]:
        """Return where the event's evidence stands, the best first; empty where the best does not."""
        found = [self.find(words) for words in event.evidence]
        return tuple(place for place in found if place) if found[0] else ()

    def find(self, words: str, passages: Sequence[Stretch] = ()) -> Stretch | None:
        """Return where ``words`` stand: in the first passage that holds them, else anywhere."""
        for low, high in (*passages, (0, len(self.text))):
            exact = next(_whole(self.text, words, low, high), None)
            if exact is not None:
                return exact
            span = self.view.find(words, (low, high))
            if span is not None:
                return span.start, span.end
        return None


class _Marking:
    """Collects the spans of one article."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._links: dict[Link, None] = {}
        self._said: dict[Mark, Mapping[str, str]] = {}

    def of(self, label: LabelledArticle) -> Marked:
        """Return everything that the label marks."""
        anchors = tuple(map(self._event, label.events))
        marks = {*self._said, *(end for link in self._links for end in (link.source, link.target))}
        return Marked(tuple(sorted(marks)), tuple(sorted(self._links)), self._said, anchors)

    def _event(self, event: LabelledEvent) -> Mark | None:
        passages = self._finder.passages(event)
        if not passages:
            return None
        anchor = self._anchor(*passages[0], event.type.value)
        self._said[anchor] = {"status": event.status.value, "standing": event.standing.value}
        for place in passages[1:]:
            self._link(anchor, EVIDENCE, Mark(*place, EVIDENCE))
        for kind, words in _timed_and_placed(event):
            self._fill(anchor, kind, words, kind.removeprefix("or_"), passages)
        for side, actors in ((INITIATOR, event.initiators), (TARGET, event.targets)):
            for actor in actors:
                self._actor(anchor, side, actor, passages)
        for count in event.counts:
            mark = self._fill(anchor, COUNT, count.words, count.measure.value, passages)
            if mark:
                self._fill(mark, SOURCE, count.source, SOURCE, passages)
        return anchor

    def _anchor(self, start: int, end: int, type_: str) -> Mark:
        """Return a span that no other event is anchored on."""
        anchor, number = Mark(start, end, type_), 1
        while anchor in self._said:
            number += 1
            anchor = Mark(start, end, f"{type_}#{number}")
        return anchor

    def _actor(self, anchor: Mark, side: str, actor: LabelledActor, passages: Sequence[Stretch]) -> None:
        best: Mark | None = None
        for name in actor.names:
            if best is None:
                best = self._fill(anchor, side, name, side, passages)
            else:
                self._fill(best, OR, name, side, passages)

    def _fill(self, source: Mark, kind: str, words: str | None, label: str, passages: Sequence[Stretch]) -> Mark | None:
        place = self._finder.find(words, passages) if words else None
        if place is None:
            return None
        mark = Mark(*place, label)
        self._link(source, kind, mark)
        return mark

    def _link(self, source: Mark, kind: str, target: Mark) -> None:
        if source != target:
            self._links[Link(source, kind, target)] = None


def _timed_and_placed(event: LabelledEvent) -> Iterator[tuple[str, str | None]]:
    yield WHEN, event.when.words
    yield from ((OR_WHEN, each.words) for each in event.or_when)
    yield WHERE, event.where.words
    yield from ((OR_WHERE, each.words) for each in event.or_where)


def _whole(text: str, words: str, low: int, high: int) -> Iterator[Stretch]:
    """Yield where ``words`` stand letter by letter and not inside longer words."""
    at = text.find(words, low, high)
    while at >= 0:
        end = at + len(words)
        before = at > 0 and text[at - 1].isalnum() and words[0].isalnum()
        after = end < len(text) and text[end].isalnum() and words[-1].isalnum()
        if not before and not after:
            yield at, end
        at = text.find(words, at + 1, high)

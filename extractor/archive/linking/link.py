"""Links events over a run: block, score, group, explain. docs/stories.md tells what it finds and what it gets wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from extractor.archive.linking.blocking import Blocks, candidates
from extractor.archive.linking.grouping import Edges, group
from extractor.archive.linking.mentions import mentions_of
from extractor.archive.linking.score import FORMULA, bits, capped, score
from extractor.archive.linking.second_look import BITS
from extractor.archive.linking.stories import Link, LinkPart, story_of
from extractor.prompts.shown import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from extractor.archive.linking.mentions import Mention
    from extractor.archive.linking.stories import Story
    from extractor.events.reply import SameEvent
    from extractor.events.summary import Extraction

THRESHOLD: Final = 0.0
"""Bits that the mentions of a story must score on average: as likely as not."""
BAND: Final = 3.0
"""Bits around the threshold within which a pair is uncertain."""
_JOINED_KEPT, _NEARLY_KEPT = 4, 2
"""Best links that are kept of each mention: those inside its story, and those that were nearly linked."""


@dataclass(frozen=True, slots=True)
class Linking:
    """All mentions of a run, grouped. Stories and links are made as they are read."""

    mentions: Sequence[Mention]
    """In the order of their keys."""
    groups: Sequence[Sequence[int]]
    """Places in :attr:`mentions`; every mention is in one group."""
    threshold: float
    blocks: Blocks
    edges: Edges
    """Pairs that scored no worse than :data:`BAND` below the threshold."""
    weights: Mapping[str, int]
    by: str = ""
    """Prompt version and model of a second look; empty: none was taken."""
    said: Mapping[tuple[int, int], SameEvent] = field(default_factory=dict)
    """What a model said of pairs, by their places."""

    @property
    def formula(self) -> str:
        """What the scores follow from: the version of the formula, and who took a second look."""
        return f"{FORMULA}, {self.by}" if self.by else FORMULA

    @property
    def uncertain(self) -> int:
        """How many pairs score within :data:`BAND` of the threshold and no model was asked about."""
        return len(self.open_pairs())

    def open_pairs(self) -> list[tuple[int, int]]:
        """Return those pairs, the most uncertain first."""
        near = (
            (abs(scored - self.threshold), one, other)
            for one, other, scored in self.edges
            if abs(scored - self.threshold) <= BAND and (one, other) not in self.said
        )
        return [(one, other) for _, one, other in sorted(near)]

    def with_second_look(self, said: Mapping[tuple[int, int], SameEvent], by: str) -> Linking:
        """Return the linking with what a model said of its pairs as one more part of their scores.

        Args:
            said: By the places of the two mentions.
            by: Prompt version and model, for the record.
        """
        edges = Edges()
        for one, other, scored in self.edges:
            word = said.get((one, other))
            edges.add(one, other, scored if word is None else capped(scored + BITS[word.same]))
        groups = group(self.mentions, edges, self.weights, threshold=self.threshold)
        return replace(self, groups=groups, edges=edges, said=said, by=by)

    def stories(self) -> Iterator[Story]:
        """Yield every story, also those of one mention, in the order of their smallest keys."""
        for places in self.groups:
            yield story_of([self.mentions[place] for place in places])

    def story_ids(self) -> dict[str, str]:
        """Return the story of each mention, by its key."""
        return {mention.key: story.id for story in self.stories() for mention in story.mentions}

    def links(self) -> Iterator[Link]:
        """Yield the best links of every mention, inside its story and just outside, with their parts; none twice."""
        owner = [0] * len(self.mentions)
        for number, places in enumerate(self.groups):
            for place in places:
                owner[place] = number
        kept: set[tuple[int, int]] = set()
        held: dict[tuple[int, bool], int] = {}
        ranked = sorted(self.edges, key=lambda edge: (-edge[2], edge[0], edge[1]))
        for one, other, _ in ranked:
            joined = owner[one] == owner[other]
            room = _JOINED_KEPT if joined else _NEARLY_KEPT
            if any(held.get((place, joined), 0) < room for place in (one, other)):
                kept.add((one, other))
                for place in (one, other):
                    held[place, joined] = held.get((place, joined), 0) + 1
        for one, other in sorted(kept):
            yield self._explained(one, other, joined=owner[one] == owner[other])

    def _explained(self, one: int, other: int, *, joined: bool) -> Link:
        a, b = self.mentions[one], self.mentions[other]
        scored = score(a, b, self.weights)
        parts = [LinkPart(name=p.name, bits=p.bits, reason=p.reason) for p in scored.parts]
        word = self.said.get((one, other))
        if word is not None:
            reason = f"{self.by} says {word.same}: {plain(word.because)}"
            parts.append(LinkPart(name="model", bits=BITS[word.same], reason=reason))
        total = scored.bits if word is None else capped(scored.bits + BITS[word.same])
        return Link(one=a.key, other=b.key, bits=total, joined=joined, parts=tuple(parts))


def link(extractions: Iterable[Extraction], *, threshold: float = THRESHOLD) -> Linking:
    """Link the events of ``extractions`` into stories.

    Args:
        extractions: Of one run, in any order: the order changes nothing.
        threshold: Bits that the mentions of a story must score on average.
    """
    mentions, weights = mentions_of(extractions)
    blocks, edges = Blocks(), Edges()
    floor = threshold - BAND
    for place, others in candidates(mentions, blocks):
        one = mentions[place]
        for other in others:
            scored = bits(one, mentions[other], weights, floor=floor)
            if scored >= floor:
                edges.add(place, other, scored)
    groups = group(mentions, edges, weights, threshold=threshold)
    return Linking(mentions, groups, threshold, blocks, edges, weights)

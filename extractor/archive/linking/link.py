"""Links events over a run: block, score, group, explain. docs/stories.md tells what it finds and what it gets wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from extractor.archive.linking.blocking import Blocks, candidates
from extractor.archive.linking.grouping import Edges, group
from extractor.archive.linking.mentions import mentions_of
from extractor.archive.linking.score import bits, score
from extractor.archive.linking.stories import Link, LinkPart, story_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from extractor.archive.linking.mentions import Mention
    from extractor.archive.linking.stories import Story
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

    @property
    def uncertain(self) -> int:
        """How many pairs scored within :data:`BAND` of the threshold."""
        return sum(abs(scored - self.threshold) <= BAND for scored in self.edges.bits)

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
        parts = tuple(LinkPart(name=p.name, bits=p.bits, reason=p.reason) for p in scored.parts)
        return Link(one=a.key, other=b.key, bits=scored.bits, joined=joined, parts=parts)


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

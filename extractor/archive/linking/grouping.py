"""Grouping: from scored pairs to stories, by average linkage.

Pairs above the threshold make a graph; its connected components are what could become one story at all. Taking them as
they are would chain: A looks like B and B like C, but A and C are two events. So each component is clustered from the
bottom up, always merging the two groups whose mentions score highest *on average*, as long as that average reaches the
threshold (average linkage, UPGMA: Sokal and Michener 1958; SciPy's ``linkage``). A merge on average above the threshold
needs some pair above it, so nothing that could merge lies in two components.

Pairs that blocking passed over are scored here too, in components up to :data:`WHOLE` mentions; in larger ones they
count as :data:`PASSED_OVER`. A component of more than :data:`LARGEST` is split first, by raising the threshold for its
graph bit by bit: n mentions need n²/2 numbers.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from extractor.archive.linking.score import CAP, bits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from extractor.archive.linking.mentions import Mention

WHOLE: Final = 300
PASSED_OVER: Final = -6.0
LARGEST: Final = 4000


@dataclass(slots=True)
class Edges:
    """Scored pairs: places of two mentions, the smaller first, and their bits."""

    one: array[int] = field(default_factory=lambda: array("q"))
    other: array[int] = field(default_factory=lambda: array("q"))
    bits: array[float] = field(default_factory=lambda: array("d"))

    def add(self, one: int, other: int, bits: float) -> None:
        """Add a pair."""
        self.one.append(one)
        self.other.append(other)
        self.bits.append(bits)

    def __len__(self) -> int:
        return len(self.bits)

    def __iter__(self) -> Iterator[tuple[int, int, float]]:
        return zip(self.one, self.other, self.bits, strict=True)


def group(
    mentions: Sequence[Mention], edges: Edges, weights: Mapping[str, int], *, threshold: float
) -> list[list[int]]:
    """Return the stories as lists of places in ``mentions``, each sorted, in the order of their first mention.

    Args:
        mentions: All of them.
        edges: Pairs that were scored; those below the threshold are used where both mentions meet again.
        weights: Of the words.
        threshold: Bits that the average must reach.
    """
    groups: list[list[int]] = []
    for component, known in _components(len(mentions), edges, threshold):
        if len(component) == 1:
            groups.append(component)
        else:
            groups += _cluster(component, known, mentions, weights, threshold)
    return sorted(groups)


def _components(count: int, edges: Edges, threshold: float) -> Iterator[tuple[list[int], dict[tuple[int, int], float]]]:
    """Yield the connected components with the scores known inside each."""
    inside: list[list[int]] = _connected(list(range(count)), edges, threshold)
    owner = [0] * count
    for number, component in enumerate(inside):
        for place in component:
            owner[place] = number
    known: dict[int, dict[tuple[int, int], float]] = {}
    for one, other, score in edges:
        if owner[one] == owner[other]:
            known.setdefault(owner[one], {})[one, other] = score
    for number, component in enumerate(inside):
        yield component, known.get(number, {})


def _connected(places: list[int], edges: Edges, threshold: float) -> list[list[int]]:
    """Return the components of the pairs from ``threshold`` on, too large ones split by a higher one."""
    import numpy as np  # noqa: PLC0415 - only where something is linked
    from scipy.sparse import coo_matrix  # noqa: PLC0415 - same
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - same

    number = {place: at for at, place in enumerate(places)}
    kept = [
        (number[one], number[other])
        for one, other, score in edges
        if score >= threshold and one in number and other in number
    ]
    rows, columns = (np.array([pair[side] for pair in kept], dtype=np.int64) for side in (0, 1))
    graph = coo_matrix((np.ones(len(kept), dtype=np.int8), (rows, columns)), shape=(len(places), len(places)))
    _, labels = connected_components(graph, directed=False)
    found: dict[int, list[int]] = {}
    for place, label in zip(places, labels.tolist(), strict=True):
        found.setdefault(label, []).append(place)
    result: list[list[int]] = []
    for component in found.values():
        if len(component) > LARGEST and threshold < CAP:
            result += _connected(component, edges, threshold + 1)
        else:
            result.append(component)
    return result


def _cluster(
    component: list[int],
    known: Mapping[tuple[int, int], float],
    mentions: Sequence[Mention],
    weights: Mapping[str, int],
    threshold: float,
) -> list[list[int]]:
    """Return the groups of one component by average linkage."""
    import numpy as np  # noqa: PLC0415 - same
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415 - same

    scores = []
    whole = len(component) <= WHOLE
    for at, one in enumerate(component):
        for other in component[at + 1 :]:
            score = known.get((one, other))
            if score is None:
                score = bits(mentions[one], mentions[other], weights, floor=-CAP) if whole else PASSED_OVER
            scores.append(score)
    distances = CAP - np.array(scores)
    labels = fcluster(linkage(distances, "average"), CAP - threshold + 1e-9, criterion="distance")
    found: dict[int, list[int]] = {}
    for place, label in zip(component, labels.tolist(), strict=True):
        found.setdefault(label, []).append(place)
    return list(found.values())

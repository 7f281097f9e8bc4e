"""How likely two mentions are the same event: a sum of parts, each in bits, each with its reason.

The formula (Fellegi and Sunter 1969, "A Theory for Record Linkage"): evidence adds up as the logarithm of how much
likelier it is between mentions of one event than between mentions of two::

    score = prior (-8) + type + time + place + site + doers + targets + counts + words + one article

A part that either side says nothing about is 0: silence is no evidence. The prior says that of 256 pairs that blocking
lets through one is a match; score 0 is an even chance, and the probability is 1 / (1 + 2 ** -score). Scores are cut at
±12, so that no single pair outweighs all others when averages are taken (:mod:`.grouping`).

The bits of each part stand in tables in its module (:mod:`.score_scene`, :mod:`.score_content`). They were set by
reasoning and corrected on one half of the labelled stories; docs/stories.md has the figures for both halves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from extractor.archive.linking.score_content import counts_part, doers_part, targets_part, words_part
from extractor.archive.linking.score_scene import place_part, site_part, time_part, type_part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractor.archive.linking.mentions import Mention
    from extractor.archive.linking.score_scene import Said

FORMULA: Final = "stories-1"
"""Version of the formula: changes whenever a score could."""
PRIOR: Final = -8.0
SAME_ARTICLE: Final = -9.0
"""One article that tells of two events means two; only all but identical mentions overcome this."""
CAP: Final = 12.0
MOST_CONTENT: Final = 15.4
"""The most that doers, targets, counts, words and site can add to what the scene gives."""


class Part(NamedTuple):
    """One piece of evidence: how many bits for (or, negative, against) one event, and why."""

    name: str
    bits: float
    reason: str


@dataclass(frozen=True, slots=True)
class Score:
    """What two mentions score, and the parts it is the sum of."""

    bits: float
    """The sum, cut at ±12."""
    parts: tuple[Part, ...]

    @property
    def probability(self) -> float:
        """How likely they are one event, by the formula; 0 to 1."""
        return 1 / (1 + float(2.0**-self.bits))


def score(one: Mention, other: Mention, weights: Mapping[str, int]) -> Score:
    """Return the score of two mentions with all its parts; the order of the two does not matter."""
    scored = zip(_NAMES, (*_scene(one, other), *_content(one, other, weights)), strict=True)
    parts = [Part("prior", PRIOR, "one pair in 256 that are compared")]
    parts += [Part(name, *said) for name, said in scored if said is not None]
    return Score(capped(sum(part.bits for part in parts)), tuple(parts))


def bits(one: Mention, other: Mention, weights: Mapping[str, int], *, floor: float) -> float:
    """Return the score alone; where the scene already rules out ``floor``, an upper bound of it.

    This is what millions of pairs are asked: most are settled by type, time and place.
    """
    total = PRIOR
    for said in _scene(one, other):
        if said is not None:
            total += said[0]
    if total + MOST_CONTENT < floor:
        return max(total + MOST_CONTENT, -CAP)
    for said in _content(one, other, weights):
        if said is not None:
            total += said[0]
    return capped(total)


_NAMES: Final = ("type", "time", "place", "site", "doers", "targets", "counts", "words", "article")


def _scene(one: Mention, other: Mention) -> tuple[Said | None, ...]:
    return type_part(one.type, other.type), time_part(one.span, other.span), place_part(one.place, other.place)


def _content(one: Mention, other: Mention, weights: Mapping[str, int]) -> tuple[Said | None, ...]:
    return (
        site_part(one.place, other.place),
        doers_part(one.doers, other.doers),
        targets_part(one.targets, other.targets),
        counts_part(one, other),
        words_part(one, other, weights),
        (SAME_ARTICLE, "one article tells of both") if one.record == other.record else None,
    )


def capped(total: float) -> float:
    """Return a sum of bits, cut at ±12."""
    return max(-CAP, min(CAP, round(total, 3)))

"""Blocking: which pairs of mentions are worth a score, out of the billions that there are.

Two mentions of one event share a family of types, a stretch of days and a part of the world. So each mention is filed
under keys (family, place, time), and only what shares a key is compared. Mentions know their place and time more or
less exactly, in *levels*::

    place   0  coordinates of a settlement: cells of half a degree (with what lies within some 20 km), and its name
            1  no more than a country (or a name that no gazetteer has): the country
            2  nothing: names of places and of those who took part
    time    0  up to ten days: stretches of four days
            1  up to 400 days: calendar months
            2  nothing: no key at all

A pair meets at the coarser level of the two, and there only: two exact mentions are never compared because they share
a country and a month, while a vague one is compared with everything exact in its country and month. What knows neither
place nor time is not compared.

A key with more than :data:`CROWD` mentions (a week of a large war) would give the square of their number. There a pair
must also share a *mark*: a rare word, a word of the site, somebody who took part. What more than :data:`COMMON` of
its mentions share is no mark. So the pairs of one mention are bounded whatever the archive, and time grows with its
length, not with its square.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from math import cos, floor, radians
from typing import TYPE_CHECKING, Final

from extractor.archive.linking.families import FAMILIES, families_of
from extractor.archive.linking.mentions import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from extractor.archive.linking.mentions import Mention

CROWD: Final = 200
COMMON: Final = 50
_DAYS, _LONG = 10, 400
"""Spans up to here have level 0 and 1."""
_STRETCH: Final = 4
"""Days of a key of level 0."""
_SLACK, _SOFT_SLACK = 1, 11
"""Days by which a span is widened on either side: so what lies two days apart still meets. Where only the publication
day is known, :mod:`.score_scene` lets up to eleven days pass as one event."""
_CELL: Final = 0.5
_REACH: Final = 0.2
"""Degrees of latitude: a cell's side, and how far around a place its cells are taken."""
_LEAST: Final = 4
"""Letters of a name's word that is a key."""

Level = tuple[int, int]
"""Of place and time."""
Key = tuple[int, int, object, object]
"""Levels of place and time, and what stands for them."""


@dataclass(slots=True)
class Blocks:
    """How blocking went; filled while :func:`candidates` is read."""

    pairs: int = 0
    """Pairs that were given out."""
    crowded: int = 0
    """Keys so full that a pair also had to share a mark."""


@dataclass(slots=True)
class _Block:
    """The mentions under one key, by their own levels, and in a crowded one those under each mark."""

    members: dict[Level, list[int]] = field(default_factory=dict)
    marks: dict[str, list[int]] | None = None

    def size(self) -> int:
        return sum(map(len, self.members.values()))


def candidates(mentions: Sequence[Mention], blocks: Blocks) -> Iterator[tuple[int, list[int]]]:
    """Yield each mention's place in ``mentions`` with the later places it is to be compared with, no pair twice.

    Args:
        mentions: All of them, in any order that does not depend on chance.
        blocks: Is told how many pairs there were.
    """
    for kind in Kind:
        of_kind = [place for place, mention in enumerate(mentions) if mention.kind is kind]
        for family, types in FAMILIES.items():
            members = [place for place in of_kind if mentions[place].type in types]
            for place, others in _in_family(mentions, members, blocks):
                one = families_of(mentions[place].type)
                # Types that share several families meet in the first of them only.
                first = [other for other in others if _first(one & families_of(mentions[other].type)) == family]
                if first:
                    blocks.pairs += len(first)
                    yield place, first


def _first(families: Iterable[str]) -> str:
    return min(families)


def _in_family(mentions: Sequence[Mention], members: Sequence[int], blocks: Blocks) -> Iterator[tuple[int, list[int]]]:
    levels = {place: _level(mentions[place]) for place in members}
    comparable = [place for place in members if levels[place] != (2, 2)]
    used = {levels[place] for place in comparable}
    index: dict[Key, _Block] = {}
    keys = {place: _keys(mentions[place], levels[place], used) for place in comparable}
    for place in comparable:
        for key in keys[place]:
            index.setdefault(key, _Block()).members.setdefault(levels[place], []).append(place)
    for block in index.values():
        if block.size() > CROWD:
            blocks.crowded += 1
            block.marks = _marked(mentions, block)
    for place in comparable:
        found: set[int] = set()
        for key in keys[place]:
            found.update(_met(index[key], key, place, levels, mentions))
        if found:
            yield place, sorted(found)


def _met(block: _Block, key: Key, place: int, levels: dict[int, Level], mentions: Sequence[Mention]) -> Iterator[int]:
    """Yield the later mentions of a block that meet this one at the key's own levels."""
    own = levels[place]

    def meets(level: Level) -> bool:
        return max(own[0], level[0]) == key[0] and max(own[1], level[1]) == key[1]

    if block.marks is None:
        for level, others in block.members.items():
            if meets(level):
                yield from (other for other in others if other > place)
        return
    for mark in _marks(mentions[place]):
        yield from (other for other in block.marks.get(mark, ()) if other > place and meets(levels[other]))


def _marked(mentions: Sequence[Mention], block: _Block) -> dict[str, list[int]]:
    marks: dict[str, list[int]] = {}
    for others in block.members.values():
        for other in others:
            for mark in _marks(mentions[other]):
                marks.setdefault(mark, []).append(other)
    return {mark: held for mark, held in marks.items() if 1 < len(held) <= COMMON}


def _marks(mention: Mention) -> frozenset[str]:
    parties = (" ".join(party.tokens) for party in (*mention.doers, *mention.targets))
    return mention.words | mention.place.site | frozenset(parties)


def _level(mention: Mention) -> Level:
    where, span = mention.place, mention.span
    place = 0 if where.point is not None else 1 if where.country else 2
    time = 2 if span is None or span.days > _LONG else 0 if span.days <= _DAYS else 1
    return place, time


def _keys(mention: Mention, own: Level, used: set[Level]) -> list[Key]:
    """Return the keys of a mention: at its own levels and at each coarser one that another mention has."""
    places = sorted({place for place, _ in used if place >= own[0]})
    times = sorted({time for _, time in used if time >= own[1]})
    return [
        (place, time, where, when)
        for place in places
        for time in times
        if (place, time) != (2, 2)
        for where in _place_keys(mention, place)
        for when in _time_keys(mention, time)
    ]


def _place_keys(mention: Mention, level: int) -> list[object]:
    where = mention.place
    if level == 1:
        return [where.country]
    if level == 2:  # noqa: PLR2004 - the levels are those of the module's docstring
        parties = (party.tokens for party in (*mention.doers, *mention.targets) if party.named)
        tokens = {token for name in (*parties, *where.names) for token in name if len(token) >= _LEAST}
        return [*sorted(tokens)]
    assert where.point is not None
    latitude, longitude = where.point
    reach = _REACH / max(0.1, cos(radians(latitude)))
    cells = {
        (floor((latitude + up) / _CELL), floor(((longitude + right + 180) % 360) / _CELL))
        for up in (-_REACH, _REACH)
        for right in (-reach, reach)
    }
    return [*sorted(cells), *sorted(where.names)]


def _time_keys(mention: Mention, level: int) -> list[object]:
    span = mention.span
    if level == 2 or span is None:  # noqa: PLR2004 - same
        return [None]
    if level == 0:
        slack = _SLACK if span.firm else _SOFT_SLACK
        return list(range((span.start - slack) // _STRETCH, (span.end + slack) // _STRETCH + 1))
    first, last = (_month(day) for day in (span.start - 1, span.end + 1))
    return list(range(first, last + 1))


def _month(ordinal: int) -> int:
    day = dt.date.fromordinal(max(1, ordinal))
    return 12 * day.year + day.month

"""Where things stand in the charts of a run's report: the bars of the timeline, and the land under the map's points.

As on the evaluation page, places are per cent of a drawing, so that it is as wide as its column. Only the land has
units of its own: it is one picture that is stretched under the points.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from extractor.web.eval_charts import Scale, Tick, round_up, ticks

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Sequence

_BINS: Final = 62
"""A timeline has at most about this many bars: two months of days, five years of months."""
_OUTER: Final = 0.01
"""Share of the events at either end that may lie outside the timeline: one wrong year must not flatten the rest."""
_MONTHS: Final = 12
_DAYS: Final = {"day": 1.0, "month": 30.4, "year": 365.25, "decade": 3652.5}


@dataclass(frozen=True, slots=True)
class Bar:
    """The events of one stretch of time."""

    label: str
    events: int
    x: str
    width: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars of one unit, and how many events none of them holds."""

    unit: str
    bars: tuple[Bar, ...]
    up: tuple[Tick, ...]
    across: tuple[Tick, ...]
    spread: int
    """Events whose days fall into more than one bar."""
    earlier: int
    later: int


def timeline(days: Counter[tuple[dt.date, dt.date]]) -> Timeline | None:
    """Return the timeline of events by first and last day; None where there are none."""
    if not days:
        return None
    low, high = _middle(days)
    span = (high - low).days
    unit = next((name for name, length in _DAYS.items() if span / length < _BINS), "decade")
    first, last = _bin(low, unit), _bin(high, unit)
    counts = dict.fromkeys(range(first, last + 1), 0)
    spread = earlier = later = 0
    for (start, end), events in days.items():
        place = _bin(start, unit)
        if place != _bin(end, unit):
            spread += events
        elif place < first:
            earlier += events
        elif place > last:
            later += events
        else:
            counts[place] += events
    top, step = round_up(max(counts.values()))
    x = Scale(first, last + 1, before=8, after=1)
    y = Scale(-top, 0, before=6, after=14)  # up is less
    return Timeline(
        unit,
        tuple(_bar(place, events, unit, x, y) for place, events in counts.items()),
        tuple(Tick(tick.at, tick.label.lstrip("-")) for tick in ticks(y, max(step, 1))),
        tuple(
            Tick(x.at(place + 0.5), _label(place, unit))
            for place in range(first, last + 1, max(1, math.ceil((last - first + 1) / 3)))
        ),
        spread,
        earlier,
        later,
    )


def _bar(place: int, events: int, unit: str, x: Scale, y: Scale) -> Bar:
    left, width = x.stretch(place + 0.1, place + 0.9)
    top, height = y.stretch(-events, 0)
    return Bar(_label(place, unit), events, left, width, top, height)


def _middle(days: Counter[tuple[dt.date, dt.date]]) -> tuple[dt.date, dt.date]:
    """Return the first days between which all but the outermost events lie."""
    starts = sorted((start, events) for (start, _), events in days.items())
    spare = int(_OUTER * days.total())
    return _beyond(starts, spare), _beyond(starts[::-1], spare)


def _beyond(starts: Sequence[tuple[dt.date, int]], spare: int) -> dt.date:
    """Return the first day that is not among the ``spare`` first events."""
    passed = 0
    for start, events in starts:
        passed += events
        if passed > spare:
            return start
    return starts[-1][0]


def _bin(day: dt.date, unit: str) -> int:
    numbers = {
        "day": day.toordinal(),
        "month": day.year * _MONTHS + day.month - 1,
        "year": day.year,
        "decade": day.year // 10,
    }
    return numbers[unit]


def _label(place: int, unit: str) -> str:
    if unit == "day":
        return dt.date.fromordinal(place).isoformat()
    if unit == "month":
        return f"{place // _MONTHS}-{place % _MONTHS + 1:02}"
    return str(place) if unit == "year" else f"{place}0s"


WIDE: Final = 1000
HIGH: Final = 500
"""Units of the land's picture; the map is twice as wide as high."""
_MARGIN: Final = 0.15
_LEAST: Final = 5.0
"""Degrees of latitude that a map shows at least: less, and the outlines are coarser than what stands on them."""
_OUTSIDE: Final = 60
"""Units beyond the edge to which what lies outside is drawn in."""


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the world that a map shows, in degrees; east and west may lie beyond 180."""

    west: float
    south: float
    width: float
    height: float

    def x(self, lon: float) -> float:
        """Return the place of a longitude as a share of the width."""
        return (lon - self.west) / self.width

    def y(self, lat: float) -> float:
        """Return the place of a latitude as a share of the height, from the top."""
        return 1 - (lat - self.south) / self.height

    def at(self, lat: float, lon: float) -> tuple[str, str]:
        """Return the place of a point as attribute values."""
        return f"{100 * self.x(lon):.2f}%", f"{100 * self.y(lat):.2f}%"


def window(points: Iterable[tuple[float, float]]) -> Window:
    """Return the window that holds all points (latitude, longitude) with a margin; the world where there are none.

    A degree of longitude is drawn as wide as it is in the middle of the window (equirectangular projection).
    """
    found = list(points) or [(-60.0, -170.0), (80.0, 170.0)]
    south, north = min(lat for lat, _ in found), max(lat for lat, _ in found)
    west, east = min(lon for _, lon in found), max(lon for _, lon in found)
    middle = (south + north) / 2
    narrow = max(math.cos(math.radians(middle)), 0.2)
    height = max((north - south) * (1 + 2 * _MARGIN), (east - west) * (1 + 2 * _MARGIN) * narrow * HIGH / WIDE, _LEAST)
    width = height * WIDE / HIGH / narrow
    return Window((west + east - width) / 2, middle - height / 2, width, height)


@cache
def _outlines() -> dict[str, Any]:
    text = resources.files("extractor.web").joinpath("outlines.json").read_text(encoding="utf-8")
    told: dict[str, Any] = json.loads(text)
    return told


def attribution() -> str:
    """Return where the outlines come from."""
    return str(_outlines()["attribution"])


@lru_cache(maxsize=64)  # a reader filters and pages on one map: 60 ms each time for the whole world
def land(part: Window) -> tuple[str, str]:
    """Return the land and the borders in a window as SVG paths of :data:`WIDE` by :data:`HIGH` units."""
    told = _outlines()
    lines = [_points(line, told["units"], part) for line in told["lines"]]
    rings = ([point for number in ring for point in _run(lines, number)] for ring in told["land"])
    borders = (lines[number] for number in told["borders"])
    return _path(rings, end="z"), _path(borders, end="")


def _points(line: Sequence[int], units: int, part: Window) -> list[tuple[int, int]]:
    """Return a line in the picture's units; what lies outside is drawn in to just beyond the edge."""
    points, x, y = [], 0, 0
    for dx, dy in zip(line[::2], line[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append(
            (
                min(max(round(WIDE * part.x(x / units)), -_OUTSIDE), WIDE + _OUTSIDE),
                min(max(round(HIGH * part.y(y / units)), -_OUTSIDE), HIGH + _OUTSIDE),
            )
        )
    return points


def _run(lines: Sequence[list[tuple[int, int]]], number: int) -> list[tuple[int, int]]:
    return lines[number] if number >= 0 else lines[~number][::-1]


def _path(shapes: Iterable[Sequence[tuple[int, int]]], *, end: str) -> str:
    """Return shapes as one path of steps; those that show nothing in the picture are left out."""
    parts = []
    for shape in shapes:
        points = _needed(shape)
        xs, ys = [x for x, _ in points], [y for _, y in points]
        beyond = max(xs) < 0 or min(xs) > WIDE or max(ys) < 0 or min(ys) > HIGH
        if len(points) < 2 or beyond:  # noqa: PLR2004 - a point is no line
            continue
        steps = (f"{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in pairwise(points))
        parts.append(f"M{xs[0]} {ys[0]}l{' '.join(steps)}{end}".replace(" -", "-"))
    return "".join(parts)


def _needed(shape: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the points without those on a level or upright stretch: outside the picture nearly all are."""
    points: list[tuple[int, int]] = []
    for x, y in shape:
        if points[-1:] == [(x, y)]:
            continue
        if len(points) > 1 and (points[-2][0] == points[-1][0] == x or points[-2][1] == points[-1][1] == y):
            points.pop()
        points.append((x, y))
    return points

"""Where things stand in the charts of the evaluation page: from figures to per cent of a drawing's width or height.

The drawings have no size of their own. Every place is a percentage, so a chart is as wide as its column, on a telephone
as on a wall, and its dots stay round and its letters their size. Nothing here knows about colours or words.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractor.evaluation.points import Point
    from extractor.scoring.figures import Interval

_STEPS = (1, 2, 2.5, 5, 10)
_TICKS = 5
_NOTHING = 1e-9
_DOT = (2.8, 2.5)
"""Half the width and height of a mark, in per cent of a scatter on a telephone; on a wall there is more room."""
_LETTER = (3.0, 5.2)
"""Width and height of a digit, in the same."""
_NEAR, _FAR = 4.0, 7.0
"""Per cent between a mark and its number: beside it, and where a line leads there."""
_FLOOR = 90.0
"""Per cent below which the axis of a scatter is written."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A stretch of figures laid over a drawing; what lies outside stands at its edge."""

    low: float
    high: float
    before: float = 2.0
    """Per cent left free before ``low``, so that a mark there is whole."""
    after: float = 2.0

    def place(self, figure: float) -> float:
        """Return the place of ``figure`` in per cent."""
        share = (min(max(figure, self.low), self.high) - self.low) / (self.high - self.low)
        return self.before + share * (100 - self.before - self.after)

    def at(self, figure: float) -> str:
        """Return the place of ``figure`` as an attribute's value."""
        return f"{self.place(figure):.2f}%"

    def stretch(self, start: float, end: float) -> tuple[str, str]:
        """Return where the stretch between two figures begins, and how wide it is."""
        first, last = sorted((self.place(start), self.place(end)))
        return f"{first:.2f}%", f"{last - first:.2f}%"


@dataclass(frozen=True, slots=True)
class Whisker:
    """A figure with its interval."""

    low: str
    value: str
    high: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid and what stands at it."""

    at: str
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A run in the chart of cost against quality."""

    role: str
    x: str
    y: Whisker


@dataclass(frozen=True, slots=True)
class Number:
    """What stands beside a mark, where there is room for it."""

    number: int
    x: str
    y: str
    anchor: str
    """Which end of the number stands at ``x``: "start" on the right of the mark, "end" on its left."""
    mark: tuple[str, str] | None
    """Where a line to its mark leads; None where it stands right beside it."""


@dataclass(frozen=True, slots=True)
class Scatter:
    """Cost against quality; ``across`` and ``up`` are the grids."""

    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    numbers: tuple[Number, ...]
    lead: str
    """Height of what can be had without a model."""


def whisker(figure: Interval, scale: Scale) -> Whisker:
    """Return the places of a figure and of the ends of its interval."""
    return Whisker(scale.at(figure.low), scale.at(figure.value), scale.at(figure.high))


def ticks(scale: Scale, step: float, *, unit: float = 1.0, sign: str = "") -> tuple[Tick, ...]:
    """Return the grid of a scale.

    Args:
        scale: What is to be read.
        step: Distance between two lines.
        unit: What a figure is multiplied with before it is shown; 100 for points.
        sign: "+" shows the sign of positive figures.
    """
    first, last = math.ceil(scale.low / step - 1e-9), math.floor(scale.high / step + 1e-9)
    figures = [number * step for number in range(first, last + 1)]
    return tuple(Tick(scale.at(figure), _label(figure * unit, sign)) for figure in figures)


def _label(figure: float, sign: str) -> str:
    rounded = round(figure, 6) + 0.0
    return f"{rounded:{sign if rounded else ''}g}"


def round_up(figure: float) -> tuple[float, float]:
    """Return the end of a readable scale from 0 that holds ``figure``, and the step of its grid."""
    if figure < _NOTHING:
        return 1.0, 0.25
    rough = figure / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(step * power for step in _STEPS if step * power >= rough * (1 - 1e-9))
    return step * math.ceil(figure / step - 1e-9), step


def difference_scale(figures: Sequence[float]) -> tuple[Scale, float]:
    """Return a scale with 0 in its middle that holds all ``figures``, and the step of its grid."""
    high, step = round_up(max((abs(figure) for figure in figures), default=0.0))
    return Scale(-high, high), 2 * step if high / step > 2 else step  # noqa: PLR2004 - five to nine lines are enough


def scatter(points: Sequence[tuple[int, Point, float]], lead: float) -> Scatter:
    """Return the chart of numbered points at a cost each."""
    widest, across = round_up(max((cost for _, _, cost in points), default=0.0))
    highest, up = round_up(max([lead, *(point.event_f1.high for _, point, _ in points)]))
    x = Scale(0, widest, before=12, after=6)
    y = Scale(-highest, 0, before=8, after=100 - _FLOOR)  # up is less
    return Scatter(
        across=ticks(x, across),
        up=tuple(Tick(tick.at, tick.label.lstrip("-")) for tick in ticks(y, up, unit=100)),
        marks=tuple(
            Mark(
                point.role,
                x.at(cost),
                Whisker(y.at(-point.event_f1.low), y.at(-point.event_f1.value), y.at(-point.event_f1.high)),
            )
            for _, point, cost in points
        ),
        numbers=_numbers(points, x, y),
        lead=y.at(-lead),
    )


@dataclass(frozen=True, slots=True)
class _Box:
    """A part of a drawing, in per cent."""

    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def _numbers(points: Sequence[tuple[int, Point, float]], x: Scale, y: Scale) -> tuple[Number, ...]:
    """Return where the numbers of points stand: beside their marks, and never two in one place while any is free."""
    wide, high = _DOT
    marks = [(number, x.place(cost), y.place(-point.event_f1.value)) for number, point, cost in points]
    dots = [_Box(right - wide, right + wide, down - high, down + high) for _, right, down in marks]
    lines = [
        _Box(right - wide / 2, right + wide / 2, y.place(-point.event_f1.high), y.place(-point.event_f1.low))
        for (_, right, _), (_, point, _) in zip(marks, points, strict=True)
    ]
    taken: list[_Box] = []
    numbers = {}
    for number, right, down in sorted(marks, key=lambda mark: (mark[2], mark[1])):
        numbers[number], box = min(
            _places(number, right, down),
            key=lambda place: [sum(map(place[1].meets, boxes)) for boxes in (taken, dots, lines)],
        )
        taken.append(box)
    return tuple(numbers[number] for number, _, _ in marks)


def _places(number: int, x: float, y: float) -> Iterator[tuple[Number, _Box]]:
    """Yield where the number of the mark at (x, y) might stand, and what it would cover; the nearest first."""
    wide, high = _LETTER[0] * len(str(number)), _LETTER[1]
    rows = int(100 / high)
    for step in sorted(range(-rows, rows + 1), key=abs):
        middle = y + step * high
        if not high / 2 <= middle <= _FLOOR - high / 2 and step:
            continue
        away = _FAR if step else _NEAR
        mark = (f"{x:.2f}%", f"{y:.2f}%") if step else None
        for anchor, at, left in (("start", x + away, x + away), ("end", x - away, x - away - wide)):
            if left >= 0 and left + wide <= 100:  # noqa: PLR2004 - per cent
                box = _Box(left, left + wide, middle - high / 2, middle + high / 2)
                yield Number(number, f"{at:.2f}%", f"{middle:.2f}%", anchor, mark), box

"""Where things stand in the charts: inside the drawing, in order, on a grid that can be read."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.evaluation.points import Point
from extractor.scoring.figures import Interval
from extractor.web.eval_charts import Scale, difference_scale, round_up, scatter, ticks, whisker

WIDTHS = {"start": 3, "end": -3}
"""Of a digit in per cent, from where it is anchored."""
FIGURES = st.floats(0, 1e6, allow_nan=False)


def place(at: str) -> float:
    """Return a place as a number."""
    assert at.endswith("%")
    return float(at[:-1])


def point(value: float, run: str = "run") -> Point:
    """Return a run with this EventF1."""
    figure = Interval(value=value, low=value - 0.05, high=value + 0.05)
    parts = {"prompt": "p", "model": "m", "role": "other", "seconds": 1, "tokens": 1, "usd": 1}
    return Point.model_validate({"run": run, "event_f1": figure, **parts})


@pytest.mark.parametrize(("figure", "at"), [(0, "2.00%"), (0.5, "50.00%"), (1, "98.00%"), (-3, "2.00%"), (7, "98.00%")])
def test_a_scale_lays_figures_over_the_drawing(figure: float, at: str) -> None:
    """Its ends keep a margin for whole marks, and what lies outside stands at the edge."""
    assert Scale(0, 1).at(figure) == at


@pytest.mark.parametrize(("start", "end"), [(0, 0.5), (0.5, 0)])
def test_a_stretch_is_the_same_from_both_ends(start: float, end: float) -> None:
    """A bar to the left begins where it ends and is never of negative width."""
    assert Scale(-1, 1).stretch(start, end) == ("50.00%", "24.00%")


def test_a_whisker_keeps_its_order() -> None:
    """Low, value and high stand from left to right."""
    drawn = whisker(Interval(value=0.4, low=0.3, high=0.6), Scale(0, 1))
    assert (drawn.low, drawn.value, drawn.high) == ("30.80%", "40.40%", "59.60%")


@pytest.mark.parametrize(
    ("scale", "step", "sign", "labels"),
    [
        (Scale(0, 1), 0.25, "", ["0", "25", "50", "75", "100"]),
        (Scale(-0.5, 0.5), 0.25, "+", ["-50", "-25", "0", "+25", "+50"]),
        (Scale(-0.3, 0.3), 0.2, "+", ["-20", "0", "+20"]),
    ],
)
def test_a_grid_is_labelled_in_points(scale: Scale, step: float, sign: str, labels: list[str]) -> None:
    """Every step between the ends has a line, zero has no sign."""
    assert [tick.label for tick in ticks(scale, step, unit=100, sign=sign)] == labels


@given(FIGURES)
def test_a_scale_is_rounded_up_to_a_readable_end(figure: float) -> None:
    """It holds the figure, wastes less than one step, and has at most ten of them."""
    end, step = round_up(figure)
    assert end >= figure * (1 - 1e-9)
    assert figure < 1e-9 or end - figure <= step * (1 + 1e-6)
    assert 1 <= round(end / step) <= 10


@given(st.lists(st.floats(-1, 1, allow_nan=False)))
def test_differences_lie_around_their_zero(figures: list[float]) -> None:
    """Zero is the middle, and the largest loss and gain both fit."""
    scale, _ = difference_scale(figures)
    assert math.isclose(scale.place(0), 50)
    assert all(scale.low <= figure <= scale.high or math.isclose(abs(figure), scale.high) for figure in figures)


def test_better_is_higher_and_dearer_is_further_right() -> None:
    """The chart of cost against quality has its good corner at the top left."""
    chart = scatter([(1, point(0.2), 10), (2, point(0.6), 40)], lead=0.1)
    poor, good = chart.marks
    assert place(good.y.value) < place(poor.y.value) < place(chart.lead)
    assert place(poor.x) < place(good.x)
    assert place(good.y.high) < place(good.y.value) < place(good.y.low)
    assert next(tick.label for tick in chart.up) == "80"
    assert [(one.number, one.anchor, one.mark) for one in chart.numbers] == [(1, "start", None), (2, "end", None)]


@given(st.lists(st.tuples(st.sampled_from([0.2, 0.21, 0.25, 0.6]), st.sampled_from([0, 9, 9.5, 40])), max_size=16))
def test_every_mark_has_a_number_of_its_own(runs: list[tuple[float, float]]) -> None:
    """However close marks lie, no number covers another, each lies in the drawing, and a line leads to a far one."""
    chart = scatter([(n, point(f1), cost) for n, (f1, cost) in enumerate(runs, start=1)], lead=0)
    assert [one.number for one in chart.numbers] == list(range(1, len(runs) + 1))
    ends = [sorted((place(one.x), place(one.x) + WIDTHS[one.anchor] * len(str(one.number)))) for one in chart.numbers]
    for at, (left, right) in enumerate(ends):
        assert 0 <= left < right <= 100.01
        for other, (start, end) in enumerate(ends[:at]):
            apart = abs(place(chart.numbers[at].y) - place(chart.numbers[other].y))
            assert apart > 5 or left > end - 0.01 or start > right - 0.01
    for mark, one in zip(chart.marks, chart.numbers, strict=True):
        assert one.mark == (None if one.y == mark.y.value else (mark.x, mark.y.value))


def test_a_number_stands_beside_its_own_mark() -> None:
    """Of two marks side by side, each has its number on the side where the other is not."""
    left, right = scatter([(1, point(0.2), 9), (2, point(0.2), 10), (3, point(0.2), 50)], lead=0).numbers[:2]
    assert (left.anchor, left.mark) == ("end", None)
    assert (right.anchor, right.mark) == ("start", None)

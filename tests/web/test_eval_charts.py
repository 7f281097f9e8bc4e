"""Where things stand in the charts: inside the drawing, in order, on a grid that can be read."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.evaluation.points import Point
from extractor.scoring.figures import Interval
from extractor.web.eval_charts import Scale, difference_scale, round_up, scatter, ticks, whisker

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
    assert [name.numbers for name in chart.names] == [(1,), (2,)]


def test_marks_that_cover_each_other_share_a_name() -> None:
    """Numbers are never written over each other; alone or all alike, a chart can be drawn."""
    chart = scatter([(1, point(0.2), 9), (2, point(0.21), 9.5), (3, point(0.6), 0)], lead=0)
    assert [(name.numbers, name.x) for name in chart.names] == [((1, 2), chart.marks[1].x), ((3,), chart.marks[2].x)]
    assert scatter([], lead=0).marks == ()

"""The checks behind a verdict, one by one: each guard and each bounded figure says whether it held."""

from __future__ import annotations

import pytest

from extractor.scoring.comparison import compare
from extractor.scoring.figures import Bounds, Comparison, Floors, HardFigures, Ratio
from extractor.scoring.score import score_article
from extractor.scoring.scores import ArticleScore, Slot
from extractor.scoring.verdict import check_floors, check_guards, decide
from tests.scored import PLACES, article, as_predicted, labelled


def run(*, placed: bool) -> list[ArticleScore]:
    """Return the scores of thirty articles with one event, its place found or not."""
    event = labelled(where=PLACES[0], initiators=[["gunmen"]])
    full = as_predicted(event)
    lost = full.model_copy(update={"where": full.where.model_copy(update={"country": "COL", "settlement": "X"})})
    return [score_article(article(event, id=f"article-{n}"), [full if placed else lost]) for n in range(30)]


def compared(hard: HardFigures | None = None) -> Comparison:
    """Return a comparison in which the place got lost everywhere."""
    found = compare(run(placed=False), run(placed=True), resamples=200, trials=199)
    return found.model_copy(update={"hard_candidate": hard}) if hard else found


def test_each_guard_says_whether_it_held() -> None:
    """The lost slot did not hold and the others did, at p-values corrected over the guards alone."""
    checks = check_guards(compared(), Bounds(guards=(Slot.WHERE, Slot.TYPE)))
    assert [(check.slot, check.held) for check in checks] == [(Slot.WHERE, False), (Slot.TYPE, True)]
    assert [check.p for check in checks] == [2 * 1 / 200, 1]
    assert check_guards(compared(), Bounds()) == ()


@pytest.mark.parametrize(
    ("ratio", "held"),
    [
        (Ratio(count=9, of=10), (True, False, True)),
        (Ratio(count=1, of=10), (False, True, False)),
        (Ratio(count=5, of=10), (True, True, True)),
        (Ratio(count=0, of=0), (None, None, None)),
    ],
)
def test_each_bounded_figure_says_whether_it_held(ratio: Ratio, held: tuple[bool | None, ...]) -> None:
    """A floor asks for more and a ceiling for less, the bound itself holds, and what nobody measured is neither."""
    hard = HardFigures(grounding=ratio, date_fabrication=ratio, conflict_retention=ratio)
    floors = Floors(grounding=0.5, date_fabrication=0.5, conflict_retention=0.5)
    checks = check_floors(compared(hard), Bounds(floors=floors))
    assert tuple(check.held for check in checks) == held
    assert [check.ceiling for check in checks] == [False, True, False]
    assert check_floors(compared(hard), Bounds()) == ()


def test_a_verdict_fails_for_whatever_did_not_hold() -> None:
    """Every check that did not hold is a reason of the verdict."""
    hard = HardFigures(grounding=Ratio(count=1, of=10))
    bounds = Bounds(guards=(Slot.WHERE,), floors=Floors(grounding=0.5), margin=1)
    reasons = " ".join(decide(compared(hard), bounds).reasons)
    assert "The guarded slot where is worse" in reasons
    assert "The grounding rate is 10.0% (1 of 10), below its floor of 50.0%." in reasons

"""Tallies: precision, recall and F1 as MUC-4 has them."""

from __future__ import annotations

import pytest

from extractor.scoring.scores import Detection, EnumAnswer, Tally


@pytest.mark.parametrize(
    ("tally", "precision", "recall", "f1"),
    [
        (Tally(cor=2, par=2, inc=1, mis=3, spu=5), 0.3, 0.375, 1 / 3),
        (Tally(cor=1), 1, 1, 1),
        (Tally(mis=2), 0, 0, 0),
        (Tally(spu=2), 0, 0, 0),
        (Tally(), 1, 1, 1),
    ],
)
def test_precision_recall_and_f1(tally: Tally, precision: float, recall: float, f1: float) -> None:
    """P = (COR+PAR/2)/(COR+PAR+INC+SPU), R = (COR+PAR/2)/(COR+PAR+INC+MIS), F1 = 2PR/(P+R)."""
    assert (tally.precision, tally.recall, tally.f1) == pytest.approx((precision, recall, f1))
    if precision + recall:
        assert tally.f1 == pytest.approx(2 * precision * recall / (precision + recall))


def test_small_parts() -> None:
    """Tallies add up, extra events are those without a label, any accepted value is correct."""
    assert Tally(cor=1, mis=2) + Tally(cor=1, par=1, inc=3, spu=4) == Tally(cor=2, par=1, inc=3, mis=2, spu=4)
    assert Detection(predicted=3, aligned=1).extra == 2
    answer = EnumAnswer(field="status", accepted=("planned", "threatened"), predicted="threatened")
    assert answer.correct
    assert not answer.model_copy(update={"predicted": "actual"}).correct

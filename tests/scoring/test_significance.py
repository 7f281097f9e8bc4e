"""Bootstrap, randomisation, Holm: against slow and obvious computations."""

from __future__ import annotations

import numpy as np
import pytest

from extractor.scoring.significance import f1_of, holm, interval_of, randomisation_p, resampled


def test_f1_of_counts() -> None:
    """F1 is computed along the last axis; where nobody said anything it is what the caller asks for."""
    counts = np.array([[2, 2, 1, 3, 5], [0, 0, 0, 0, 0]], dtype=float)
    assert f1_of(counts).tolist() == pytest.approx([1 / 3, 1.0])
    assert np.isnan(f1_of(counts, empty=float("nan"))[1])


def test_resamples_are_sums_of_as_many_articles() -> None:
    """Each resample adds up as many articles as there are, each drawn with the same chance."""
    articles = 7
    sums = resampled(np.eye(articles), resamples=2_500, seed=3)
    assert sums.shape == (2_500, articles)
    assert (sums.sum(axis=1) == articles).all()
    assert sums.mean(axis=0) == pytest.approx(np.ones(articles), abs=0.1)
    assert sums.std(axis=0) == pytest.approx(np.sqrt(1 - 1 / articles) * np.ones(articles), abs=0.1)


def test_the_same_seed_draws_the_same_articles() -> None:
    """Two runs are resampled alike, which is what pairs them; another seed draws others."""
    rows = np.arange(20, dtype=float).reshape(10, 2)
    assert (resampled(rows, resamples=50, seed=1) * 3 == resampled(rows * 3, resamples=50, seed=1)).all()
    assert (resampled(rows, resamples=50, seed=1) != resampled(rows, resamples=50, seed=2)).any()


def test_the_interval_leaves_out_what_could_not_be_computed() -> None:
    """The 2.5th and 97.5th percentiles ignore NaN."""
    values = np.append(np.arange(1001, dtype=float), float("nan"))
    assert interval_of(values) == pytest.approx((25, 975))


def test_the_bootstrap_interval_covers_as_often_as_it_says() -> None:
    """About 95 % of intervals from samples of 80 articles hold the true share."""
    rng = np.random.default_rng(5)
    held = 0
    for trial in range(200):
        right = (rng.random(80) < 0.6).astype(float)
        counts = np.stack([right, np.zeros(80), 1 - right, np.zeros(80), np.zeros(80)], axis=1)
        low, high = interval_of(f1_of(resampled(counts, resamples=500, seed=trial)))
        held += low <= 0.6 <= high
    assert 0.89 <= held / 200 <= 0.99


def test_randomisation_against_all_swaps() -> None:
    """With six articles the p-value comes close to the one over all 64 ways to swap."""
    one = np.array([[[c, 0, 4 - c, 0, 0]] for c in (4, 3, 4, 2, 4, 3)], dtype=float)
    other = np.array([[[c, 0, 4 - c, 0, 0]] for c in (2, 3, 3, 2, 1, 4)], dtype=float)
    observed = abs(f1_of(one.sum(axis=0)) - f1_of(other.sum(axis=0)))[0]
    extreme = 0
    for mask in range(64):
        swap = np.array([mask >> place & 1 for place in range(6)], dtype=bool)[:, None, None]
        a, b = np.where(swap, other, one), np.where(swap, one, other)
        extreme += abs(f1_of(a.sum(axis=0)) - f1_of(b.sum(axis=0)))[0] >= observed - 1e-12
    (p,) = randomisation_p(one, other)
    assert p == pytest.approx(extreme / 64, abs=0.02)


def test_p_of_equal_and_of_opposite_runs() -> None:
    """Equal runs give p = 1; runs that never agree the smallest p there is."""
    right = np.tile([1.0, 0, 0, 0, 0], (40, 1, 1))
    wrong = np.tile([0.0, 0, 1, 0, 0], (40, 1, 1))
    assert randomisation_p(right, right, trials=99).tolist() == [1.0]
    assert randomisation_p(right, wrong, trials=999).tolist() == [1 / 1000]


@pytest.mark.parametrize(
    ("p_values", "corrected"),
    [
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),
        ([0.5, 0.6], [1.0, 1.0]),
        ([0.04], [0.04]),
        ([], []),
    ],
)
def test_holm(p_values: list[float], corrected: list[float]) -> None:
    """The smallest p is multiplied by how many there are, the next by one less, and none falls below the last."""
    assert holm(p_values) == pytest.approx(corrected)

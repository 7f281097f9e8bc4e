"""CPU time of scoring: re-scoring a run, resampling it, aligning many events; no model.

``python tests/bench/bench_scoring.py [--rounds N]``. Bars: 1,000 articles re-scored in 2 s; 10,000 bootstrap resamples
of 500 articles in 1 s; 40 predicted and 40 labelled events aligned in 5 ms, also where all are of one type
(then no pair can be left out for its types). Articles are made at random from a seed,
with about three events each, of which a prediction gets a third of the values wrong. Times are CPU seconds of this
process, median over the rounds; the first call, which loads libraries and the gazetteer, is not counted. Aligning is
measured on events taken apart once, as when a run is re-scored, with names never compared before.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # CPU time of one thread, not of threads that wait for each other
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np

from extractor.events.vocabulary import EventType
from extractor.scoring.alignment import align
from extractor.scoring.comparison import compare
from extractor.scoring.credit_names import tokens_credit
from extractor.scoring.fills import asked_for, taken_apart
from extractor.scoring.pairing import pair_values
from extractor.scoring.report import summarise
from extractor.scoring.score import score_article
from extractor.scoring.significance import f1_of, resampled
from tests.scored import article, as_predicted, blurred, random_article, random_event, seeded

if TYPE_CHECKING:
    from collections.abc import Callable

EVENTS = 40


def milliseconds(work: Callable[[], object]) -> float:
    """Return the CPU milliseconds that ``work`` takes in this process."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def median(rounds: int, work: Callable[[int], object]) -> float:
    """Return the median over the rounds of the CPU milliseconds of ``work``, which is told the round."""
    work(0)
    return statistics.median(milliseconds(lambda number=number: work(number)) for number in range(rounds))  # type: ignore[misc]


def aligning(rounds: int, types: tuple[EventType, ...]) -> float:
    """Return the median CPU milliseconds of aligning 40 events with 40, each round with events of its own."""
    figures = []
    for number in range(rounds + 1):
        rng = seeded(number)
        label = article(*(random_event(rng, types=types) for _ in range(EVENTS)))
        said = taken_apart([as_predicted(event) for event in rng.sample(label.events, EVENTS)])
        asked = asked_for(label)
        tokens_credit.cache_clear()
        figures.append(milliseconds(lambda said=said, asked=asked: align(pair_values(said, asked))))  # type: ignore[misc]
    return statistics.median(figures[1:])


def main() -> int:
    """Print the figures; return 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    rng = seeded(1)
    labels = [random_article(rng, rng.choice((0, 1, 2, 3, 3, 4, 6)), f"article-{n:04}") for n in range(1_000)]
    runs = [[[blurred(rng, e) for e in label.events if rng.random() < 0.85] for label in labels] for _ in range(2)]
    scores = [[score_article(label, said) for label, said in zip(labels, run, strict=True)] for run in runs]
    rows = np.random.default_rng(1).integers(0, 9, (500, 35)).astype(float)
    figures = {
        "1,000 articles re-scored": (
            median(rounds, lambda n: [score_article(*pair) for pair in zip(labels, runs[n % 2], strict=True)]),
            2_000,
        ),
        "10,000 resamples of 500 articles, 6 slots and all": (
            median(rounds, lambda n: f1_of(resampled(rows, seed=n).reshape(10_000, 7, 5))),
            1_000,
        ),
        "40 x 40 events aligned, all types": (aligning(rounds, tuple(EventType)), 5),
        "40 x 40 events aligned, one type": (aligning(rounds, (EventType.ATTACK,)), 5),
        "report on 1,000 articles": (median(rounds, lambda n: summarise(scores[n % 2])), None),
        "two runs of 1,000 articles compared": (median(rounds, lambda n: compare(*scores, seed=n)), None),
    }
    missed = False
    for name, (figure, bar) in figures.items():
        verdict = "" if bar is None else f"bar {bar:5} ms: {'met' if figure <= bar else 'MISSED'}"
        missed = missed or (bar is not None and figure > bar)
        print(f"{name:50} {figure:9.2f} ms   {verdict}".rstrip())
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())

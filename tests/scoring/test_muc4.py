"""The MUC-4 profile: its rules by hand, and seven published results to the integer where their files are at hand."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from extractor.scoring.muc4 import ROLES, Muc4Counts, Template, pooled_f1, score_templates
from extractor.scoring.significance import interval_of, randomisation_p, resampled

REFERENCE = Path(os.environ.get("MUC4_REFERENCE", Path(__file__).parents[3] / "shared/data/muc4-reference-predictions"))
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(),
    reason="the published predictions are not here: set MUC4_REFERENCE to their folder (wgantt/event_individuation)",
)

PUBLISHED = {
    "gtt_preds": (343, 556, 344, 812),
    "tempgen_preds_converted": (303, 476, 304, 812),
    "iterx_preds_converted": (424, 696, 381, 812),
    "collapsed_gold_preds": (672, 726, 671, 812),
    "iterx_preds_collapsed": (384, 589, 344, 812),
    "gtt_preds_collapsed": (314, 454, 306, 812),
    "tempgen_preds_collapsed": (296, 446, 294, 812),
}


def template(type_: str = "attack", **roles: list[list[str]]) -> Template:
    """Return a template."""
    return Template(type_, roles)


def per_document(name: str) -> list[Muc4Counts]:
    """Return the counts of each document of a published file, in the documents' order."""
    documents = json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))
    read = [
        [[Template(t["incident_type"], {role: t[role] for role in ROLES}) for t in document[key]] for key in KEYS]
        for _, document in sorted(documents.items())
    ]
    return [score_templates(predicted, labelled) for predicted, labelled in read]


KEYS = ("pred_templates", "gold_templates")


@needs_reference
@pytest.mark.parametrize(("name", "expected"), PUBLISHED.items())
def test_published_results_are_reproduced(name: str, expected: tuple[int, int, int, int]) -> None:
    """Numerators and denominators of precision and recall are the published ones, to the integer."""
    total = sum(per_document(name), start=Muc4Counts())
    assert (total.right, total.predicted, total.found, total.labelled) == expected


@needs_reference
def test_iterx_is_not_significantly_better_than_gtt() -> None:
    """The published 2.8 points between two systems lie within chance at 200 documents."""
    iterx, gtt = (
        np.array([[c.right, c.predicted, c.found, c.labelled] for c in per_document(name)], dtype=float)
        for name in ("iterx_preds_converted", "gtt_preds")
    )
    difference = float(pooled_f1(iterx.sum(axis=0)) - pooled_f1(gtt.sum(axis=0)))
    low, high = interval_of(pooled_f1(resampled(iterx)) - pooled_f1(resampled(gtt)))
    (p,) = randomisation_p(iterx[:, None], gtt[:, None], figure=pooled_f1)
    assert difference == pytest.approx(0.028, abs=0.0005)
    assert (low, high) == pytest.approx((-0.022, 0.076), abs=0.005)
    assert p == pytest.approx(0.26, abs=0.02)


@pytest.mark.parametrize(
    ("predicted", "labelled", "expected"),
    [
        ([template()], [template()], (1, 1, 1, 1)),
        ([template("bombing")], [template("attack / bombing")], (1, 1, 1, 1)),
        ([template("attack / bombing")], [template("bombing")], (0, 1, 0, 1)),
        ([template(Victim=[["Priests"]])], [template(Victim=[["priests", "six priests"]])], (2, 2, 2, 2)),
        ([template(Victim=[["priests", "nuns"]])], [template(Victim=[["priests", "six priests"]])], (1, 2, 1, 2)),
        (
            [template(Victim=[["priests"], ["six priests"]])],
            [template(Victim=[["priests", "six priests"]])],
            (3, 3, 2, 2),
        ),
        ([template(Victim=[["priests"]])], [template(Target=[["priests"]])], (1, 2, 1, 2)),
        ([template()], [template(), template()], (1, 1, 1, 1)),
        ([template(), template()], [template()], (1, 2, 1, 1)),
        ([], [template(Weapon=[["bomb"]])], (0, 0, 0, 2)),
    ],
)
def test_the_rules(predicted: list[Template], labelled: list[Template], expected: tuple[int, int, int, int]) -> None:
    """Types by substring, entities by all of their mentions, duplicates of gold dropped, pairs one to one."""
    counts = score_templates(predicted, labelled)
    assert (counts.right, counts.predicted, counts.found, counts.labelled) == expected


def test_rates() -> None:
    """Precision, recall and F1, also of nothing."""
    counts = Muc4Counts(1, 2, 3, 4)
    assert (counts.precision, counts.recall, counts.f1) == (0.5, 0.75, 0.6)
    assert (Muc4Counts().precision, Muc4Counts().recall, Muc4Counts().f1) == (0, 0, 0)
    assert pooled_f1(np.array([[1.0, 2, 3, 4], [0, 0, 0, 0]])).tolist() == pytest.approx([0.6, 0])

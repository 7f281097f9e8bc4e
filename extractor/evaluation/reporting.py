"""The dossier on kept runs: scored on their set, with the other kept runs beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.evaluation.dossier import make_dossier
from extractor.evaluation.points import other_points
from extractor.evaluation.runs import now
from extractor.evaluation.scored import score_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from extractor.evaluation.dossier import Dossier
    from extractor.evaluation.gold import GoldSet
    from extractor.evaluation.runs import Run
    from extractor.scoring.figures import Bounds


def dossier_on(  # noqa: PLR0913 - one keyword for each thing that a caller may leave out
    kept: Sequence[Run],
    gold: GoldSet,
    folders: Iterable[Path],
    bounds: Bounds,
    *,
    suite: str | None = None,
    not_tuning: bool = False,
) -> Dossier:
    """Return the dossier on one run, or on the first of two against the second.

    Args:
        kept: The candidate, and the baseline where there is one.
        gold: The set that they were made on.
        folders: Where other kept runs are looked for, to draw them beside these.
        bounds: What the candidate has to hold.
        suite: Name of the suite that demands the bounds.
        not_tuning: Also show findings in articles of the half ``test``.

    Raises:
        UsageError: The set is another one, or the runs cannot be compared.
    """
    scored = [score_run(one, gold) for one in kept]
    others, notes = other_points(kept, folders, gold)
    return make_dossier(
        scored[0],
        scored[1] if len(scored) > 1 else None,
        bounds,
        made=now(),
        suite=suite,
        not_tuning=not_tuning,
        others=others,
        notes=notes,
    )

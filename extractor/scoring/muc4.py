"""The MUC-4 profile: the same aligner on templates of five entity roles, to prove it right on published figures.

Rules, those of the GTT metric (Du, Rush and Cardie 2021; scoring.md §4): a template may only be paired with a gold one
whose type contains its type (gold has composite types such as "attack / bombing"); exact duplicates of a gold template
are dropped; a predicted entity is right when one gold entity of that role has all of its mentions, and a gold entity is
found when some predicted entity's mentions are all its own, so one prediction may find two gold entities or two
predictions the same one. Precision and recall therefore have numerators of their own. The alignment maximises right
predicted + found gold entities, the type counted as one of either. Mentions are compared as all names here are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from extractor.scoring.alignment import PairValue, align
from extractor.scoring.credit_names import name_tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ROLES: Final = ("PerpInd", "PerpOrg", "Target", "Victim", "Weapon")
Entity = Sequence[str]
"""The mentions of one entity."""


@dataclass(frozen=True, slots=True)
class Template:
    """One MUC-4 template."""

    type: str
    roles: Mapping[str, Sequence[Entity]]
    """Entities by role; a role that is missing is empty."""

    @property
    def size(self) -> int:
        """Its entities, and one for its type."""
        return 1 + sum(len(self.roles.get(role, ())) for role in ROLES)


@dataclass(frozen=True, slots=True)
class Muc4Counts:
    """Numerators and denominators of precision and recall; add up over documents."""

    right: int = 0
    predicted: int = 0
    found: int = 0
    labelled: int = 0

    def __add__(self, other: Muc4Counts) -> Muc4Counts:
        return Muc4Counts(
            self.right + other.right,
            self.predicted + other.predicted,
            self.found + other.found,
            self.labelled + other.labelled,
        )

    @property
    def precision(self) -> float:
        """Share of predicted fills that are right."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of gold fills that were found."""
        return self.found / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score_templates(predicted: Sequence[Template], labelled: Sequence[Template]) -> Muc4Counts:
    """Score the templates predicted for one document against its gold templates."""
    gold = [template for place, template in enumerate(labelled) if template not in labelled[:place]]
    matched = {
        (i, j): _matched(template, other)
        for i, template in enumerate(predicted)
        for j, other in enumerate(gold)
        if template.type in other.type
    }
    pairs = align({pair: PairValue(right + found) for pair, (right, found) in matched.items()})
    return Muc4Counts(
        right=sum(matched[pair][0] for pair in pairs),
        predicted=sum(template.size for template in predicted),
        found=sum(matched[pair][1] for pair in pairs),
        labelled=sum(template.size for template in gold),
    )


def _matched(predicted: Template, labelled: Template) -> tuple[int, int]:
    """Return the right predicted and the found gold entities of a pair, the type counted in both."""
    right = found = 1
    for role in ROLES:
        said, wanted = _entities(predicted, role), _entities(labelled, role)
        right += sum(any(mentions <= other for other in wanted) for mentions in said)
        found += sum(any(mentions <= other for mentions in said) for other in wanted)
    return right, found


def _entities(template: Template, role: str) -> list[frozenset[tuple[str, ...]]]:
    return [frozenset(map(name_tokens, entity)) for entity in template.roles.get(role, ())]


def pooled_f1(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return F1 of counts whose last axis is (right, predicted, found, labelled)."""
    import numpy as np  # noqa: PLC0415 - only scoring needs it

    right, predicted, found, labelled = (rows[..., column] for column in range(4))
    p, r = right / np.maximum(predicted, 1), found / np.maximum(labelled, 1)
    return 2 * p * r / np.where(p + r > 0, p + r, 1)

"""The score of one article: what the scorer found, as data that can be kept, added up and shown.

``ArticleScore`` is what ``score.score_article`` returns, ``report.summarise`` adds up and ``comparison.compare`` sets
against another run's. It holds the MUC-4 counts per slot, which predicted event was aligned with which labelled one,
and a finding with a plain sentence for everything that cost something. All of it survives JSON, so a kept run can be
reported on without scoring it again.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel

from extractor.events.summary import Usage
from extractor.events.vocabulary import Outcome


class Slot(StrEnum):
    """The six core slots of an event."""

    TYPE = "type"
    WHEN = "when"
    WHERE = "where"
    INITIATORS = "initiators"
    TARGETS = "targets"
    CASUALTIES = "casualties"


class Tally(BaseModel, frozen=True, extra="forbid"):
    """Fills by verdict (MUC-4): correct, partial, incorrect, missing, spurious; fractions where repeats were averaged.

    P = (COR + PAR/2) / (COR+PAR+INC+SPU), R = (COR + PAR/2) / (COR+PAR+INC+MIS), F1 = 2PR/(P+R); each 0.0 where its
    denominator is 0, and all three 1.0 where there was nothing to find and nothing was said.
    """

    cor: float = 0
    par: float = 0
    inc: float = 0
    mis: float = 0
    spu: float = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            cor=self.cor + other.cor,
            par=self.par + other.par,
            inc=self.inc + other.inc,
            mis=self.mis + other.mis,
            spu=self.spu + other.spu,
        )

    @property
    def predicted(self) -> float:
        """Fills that were predicted: the denominator of precision."""
        return self.cor + self.par + self.inc + self.spu

    @property
    def labelled(self) -> float:
        """Fills that were to be found: the denominator of recall."""
        return self.cor + self.par + self.inc + self.mis

    @property
    def precision(self) -> float:
        """Share of the predicted fills that are right, a partial one half."""
        return self._share(self.predicted)

    @property
    def recall(self) -> float:
        """Share of the labelled fills that were found, a partial one half."""
        return self._share(self.labelled)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        if not self.predicted and not self.labelled:
            return 1.0
        return 2 * (self.cor + self.par / 2) / (self.predicted + self.labelled)

    def _share(self, of: float) -> float:
        if of:
            return (self.cor + self.par / 2) / of
        return 0.0 if self.predicted or self.labelled else 1.0


class FindingKind(StrEnum):
    """What a finding is about: a fill of an aligned pair, or a whole event that stayed alone."""

    PARTIAL = "partial"
    INCORRECT = "incorrect"
    MISSING = "missing"
    SPURIOUS = "spurious"
    MISSED_EVENT = "missed_event"
    """A labelled event that no prediction was aligned with."""
    EXTRA_EVENT = "extra_event"
    """A predicted event that no labelled one was aligned with."""
    FREE_EVENT = "free_event"
    """An optional labelled event that no prediction was aligned with; it costs nothing."""


class Finding(BaseModel, frozen=True, extra="forbid"):
    """One thing that differs from the label, and why it counts as it does."""

    kind: FindingKind
    slot: Slot | None = None
    """None where the finding is about a whole event."""
    labelled: int | None = None
    """Index of the labelled event in ``LabelledArticle.events``."""
    predicted: int | None = None
    """Index of the predicted event in the list that was scored."""
    expected: str = ""
    """The labelled value, in words."""
    found: str = ""
    """The predicted value, in words."""
    reason: str
    """One plain sentence."""


class EnumAnswer(BaseModel, frozen=True, extra="forbid"):
    """What was predicted for a closed value outside the six slots, beside what counts as right (the best first)."""

    field: Literal["status", "standing"]
    accepted: tuple[str, ...]
    predicted: str

    @property
    def correct(self) -> bool:
        """Whether the prediction is one of the accepted values."""
        return self.predicted in self.accepted


class AlignedPair(BaseModel, frozen=True, extra="forbid"):
    """A predicted event and the labelled event that it was scored against."""

    labelled: int
    """Index in ``LabelledArticle.events``."""
    predicted: int
    """Index in the list of predictions that was scored."""
    credit: dict[Slot, float]
    """Summed credit of each slot's fills: 0, 0.5 or 1 for type, when and where, more for the lists."""
    tallies: dict[Slot, Tally]
    enums: tuple[EnumAnswer, ...] = ()


class Detection(BaseModel, frozen=True, extra="forbid"):
    """Whole events of an article, by how they were found."""

    predicted: int = 0
    aligned: int = 0
    required: int = 0
    """Labelled events that are not optional."""
    required_found: int = 0
    labelled: int = 0
    """Labelled events, the optional ones included."""

    @property
    def extra(self) -> int:
        """Predicted events without a labelled one."""
        return self.predicted - self.aligned


class HardCounts(BaseModel, frozen=True, extra="forbid"):
    """Numerators and denominators of the figures that must not slip (see ``report.HardFigures``)."""

    values_checked: int = 0
    """Predicted values that a check could confirm or refute."""
    values_grounded: int = 0
    undated: int = 0
    """Aligned labelled events for which no reading names a first day."""
    dates_invented: int = 0
    """Those of them for which the prediction names one."""
    conflicts: int = 0
    """Keys (measure, who) of required labelled events with two or more different numbers."""
    conflicts_kept: int = 0
    """Those of them for which two different predicted numbers meet two of the labelled ones."""


class ArticleScore(BaseModel, frozen=True, extra="forbid"):
    """One article of one run, scored."""

    schema_version: Literal["1"] = "1"
    article: str
    repeat: int = 0
    """Which of the run's k repeats it is, from 0."""
    outcome: Outcome = Outcome.OK
    problem: str | None = None
    """Class of the failure (``Problem.kind``), or None."""
    tallies: dict[Slot, Tally]
    slot_events: dict[Slot, int]
    """Labelled events, required or aligned, that have this slot filled: what a slot's figures were computed on."""
    detection: Detection
    hard: HardCounts = HardCounts()
    pairs: tuple[AlignedPair, ...] = ()
    findings: tuple[Finding, ...] = ()
    usage: Usage | None = None

    @property
    def total(self) -> Tally:
        """The tally over the six slots."""
        return sum(self.tallies.values(), start=Tally())

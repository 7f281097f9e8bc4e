"""What scoring says about a run, about two runs, and about whether a change may pass: the published types.

Made by ``report.summarise``, ``comparison.compare`` and ``verdict.decide``. Every rate keeps its numerator and
denominator, and is None where nothing could be measured: an empty set must never read as 0 % or 100 %.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from extractor.scoring.scores import Slot, Tally

HardName = Literal["grounding rate", "date fabrication rate", "conflict retention"]


class Interval(BaseModel, frozen=True, extra="forbid"):
    """A figure with its 95 % interval (percentile bootstrap over articles)."""

    value: float
    low: float
    high: float


class Ratio(BaseModel, frozen=True, extra="forbid"):
    """So many out of so many."""

    count: float
    of: float

    @property
    def value(self) -> float | None:
        """The share, or None where there was nothing to count."""
        return self.count / self.of if self.of else None


class SlotFigures(BaseModel, frozen=True, extra="forbid"):
    """One slot over all articles; the tally's ``predicted`` and ``labelled`` are the denominators of P and R.

    P, R and F1 are None where nobody said anything: no label and no prediction fills the slot.
    """

    tally: Tally
    precision: float | None
    recall: float | None
    f1: Interval | None
    computed_on: Ratio
    """Labelled events (required or aligned) that have this slot filled, of all such events."""


class DetectionFigures(BaseModel, frozen=True, extra="forbid"):
    """Whole events: P over all predicted events, R over the required labelled ones."""

    precision: Ratio
    recall: Ratio
    f1: float
    extra_per_article: float
    clean: Ratio
    """Articles without a required event for which nothing superfluous was predicted."""


class EnumFigures(BaseModel, frozen=True, extra="forbid"):
    """A closed value outside the six slots on aligned events, beside always saying the most frequent label."""

    field: str
    accuracy: Ratio
    majority: str
    majority_accuracy: Ratio


class HardFigures(BaseModel, frozen=True, extra="forbid"):
    """Figures that must not slip, whatever EventF1 says."""

    grounding: Ratio = Ratio(count=0, of=0)
    """Predicted values confirmed by their checks, of those that could be checked. Higher is better."""
    date_fabrication: Ratio = Ratio(count=0, of=0)
    """Events dated although no reading of the label names a first day, of such aligned events. Lower is better."""
    conflict_retention: Ratio = Ratio(count=0, of=0)
    """Conflicting tolls of which two survive, of those in the labels. Higher is better."""


class Spending(BaseModel, frozen=True, extra="forbid"):
    """What a run took, all attempts and repeats included; None where any part of it is unknown."""

    requests: int
    re_asks: int
    tokens_in: int | None
    tokens_cached: int | None
    tokens_out: int | None
    tokens_reasoning: int | None
    cost_usd: float | None
    cost_per_correct_event: float | None
    """US dollars per aligned event whose type is exactly right; None where there is none, or the cost is unknown."""
    seconds: float


class Report(BaseModel, frozen=True, extra="forbid"):
    """Everything scoring.md §2 asks for about one run."""

    schema_version: Literal["1"] = "1"
    articles: int
    repeats: int
    event_f1: Interval
    precision: float
    recall: float
    tally: Tally
    """Over the six slots; with repeats the mean of each article's rows."""
    repeat_range: tuple[float, float]
    """Lowest and highest EventF1 of a single repeat."""
    macro6: float
    """Mean F1 of the slots that anybody filled."""
    slots: dict[Slot, SlotFigures]
    detection: DetectionFigures
    enums: tuple[EnumFigures, ...]
    hard: HardFigures
    failures: dict[str, int]
    """Articles (per repeat) that failed, by class; a failed article counts as predicting nothing."""
    spending: Spending | None
    """None where no article says what it used."""


class SlotDifference(BaseModel, frozen=True, extra="forbid"):
    """One slot in two runs."""

    candidate: float
    baseline: float
    difference: Interval
    """Not corrected for there being six slots."""
    p: float
    """Two-sided, by approximate randomisation."""
    p_holm: float
    """Corrected over the six slots (Holm 1979)."""


class ArticleDifference(BaseModel, frozen=True, extra="forbid"):
    """One article in two runs: its own F1 over the six slots, for charts; decisions use pooled figures."""

    article: str
    candidate: float
    baseline: float


class Comparison(BaseModel, frozen=True, extra="forbid"):
    """Two runs on the same articles. Differences are candidate - baseline, in F1 (1.0 = 100 points)."""

    schema_version: Literal["1"] = "1"
    articles: int
    repeats: tuple[int, int]
    """Of the candidate and of the baseline."""
    candidate: Interval
    """EventF1 with its own interval."""
    baseline: Interval
    difference: Interval
    """Paired percentile bootstrap."""
    p: float
    """Two-sided, by approximate randomisation."""
    standard_error: float
    """Of the difference, over the bootstrap resamples."""
    slots: dict[Slot, SlotDifference]
    per_article: tuple[ArticleDifference, ...]
    """Largest loss first."""
    hard_candidate: HardFigures
    hard_baseline: HardFigures
    resamples: int
    trials: int
    seed: int


class Floors(BaseModel, frozen=True, extra="forbid"):
    """Bounds of the hard figures; None asks for nothing."""

    grounding: float | None = Field(default=None, ge=0, le=1)
    date_fabrication: float | None = Field(default=None, ge=0, le=1)
    """A ceiling: the rate must not lie above it."""
    conflict_retention: float | None = Field(default=None, ge=0, le=1)


class Bounds(BaseModel, frozen=True, extra="forbid"):
    """What a suite demands of a change before it may pass."""

    margin: float = Field(default=0.01, ge=0, le=1)
    """Loss of EventF1 that is put up with (0.01 = one point)."""
    guards: tuple[Slot, ...] = ()
    """Slots of which none may be significantly worse."""
    alpha: float = Field(default=0.05, gt=0, lt=1)
    """Level at which a guard counts as significantly worse, after Holm's correction over the guards."""
    floors: Floors = Floors()
    least_articles: int = Field(default=20, ge=2)
    """Below this many articles the bootstrap says too little to let anything pass."""


class GuardCheck(BaseModel, frozen=True, extra="forbid"):
    """Whether a guarded slot held."""

    slot: Slot
    difference: Interval
    """Candidate - baseline, in F1."""
    p: float
    """That it is chance, corrected over the guards alone (Holm)."""
    held: bool


class FloorCheck(BaseModel, frozen=True, extra="forbid"):
    """Whether a bounded hard figure of the candidate held."""

    name: HardName
    figure: Ratio
    bound: float
    ceiling: bool
    """The figure may not lie above its bound, rather than below."""
    held: bool | None
    """None: it could not be measured on these articles."""


class Verdict(BaseModel, frozen=True, extra="forbid"):
    """Pass, fail or too little data, with every reason as a plain sentence."""

    schema_version: Literal["1"] = "1"
    result: Literal["pass", "fail", "too_little_data"]
    reasons: tuple[str, ...]
    articles_needed: int | None = None
    """Labelled articles that would settle it with a chance of 80 %, if the difference is what it looks like; None
    where it is settled, or where no set of reasonable size would settle it."""
    bounds: Bounds

    @property
    def exit_code(self) -> int:
        """0 pass · 7 fail · 8 too little data (promises.md §5)."""
        return {"pass": 0, "fail": 7, "too_little_data": 8}[self.result]

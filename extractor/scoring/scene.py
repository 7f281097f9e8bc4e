"""One article while it is scored: both lists of events taken apart, every comparison made, and the alignment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractor.events.summary import EventSummary
    from extractor.scoring.fills import PredictedEvent, WantedEvent
    from extractor.scoring.labels import LabelledArticle
    from extractor.scoring.pairing import SlotResult


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that counting and explaining need."""

    label: LabelledArticle
    events: tuple[EventSummary, ...]
    """The predictions as they were given; ``PredictedEvent.index`` points here."""
    predicted: tuple[PredictedEvent, ...]
    wanted: tuple[WantedEvent, ...]
    fitting: frozenset[tuple[int, int]]
    """The pairs (place in ``predicted``, place in ``wanted``) that might have been aligned."""
    aligned: Mapping[tuple[int, int], tuple[SlotResult, ...]]
    """The pairs that were, in the label's order, with the result of each slot."""

    @property
    def extra(self) -> list[PredictedEvent]:
        """Predicted events that stayed alone."""
        taken = {p for p, _ in self.aligned}
        return [event for place, event in enumerate(self.predicted) if place not in taken]

    @property
    def missed(self) -> list[WantedEvent]:
        """Labelled events that stayed alone."""
        taken = {w for _, w in self.aligned}
        return [event for place, event in enumerate(self.wanted) if place not in taken]

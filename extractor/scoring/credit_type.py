"""Event types: when one is half right for another (scoring.md §1).

Half right are two conflict types of one ACLED event type ("Explosions/Remote violence" …), ``attack`` and any other
violent type (the codebook's catch-all), and two political types of one PLOVER quadrant. Public-life types never are.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from extractor.events.acled import SUB_EVENTS
from extractor.events.vocabulary import EventType
from extractor.scoring.credit_names import HALF, RIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping

_VIOLENT_KINDS = frozenset({"Battles", "Riots", "Explosions/Remote violence", "Violence against civilians"})
VIOLENT = frozenset(t for t, (_, kind, _) in SUB_EVENTS.items() if kind in _VIOLENT_KINDS) | {
    EventType.EXCESSIVE_FORCE_AGAINST_PROTESTERS
}
"""Types in which somebody is attacked."""

_QUADRANTS = (
    (EventType.MEETING, EventType.SUPPORT, EventType.CONCESSION),  # verbal cooperation
    (EventType.COOPERATION, EventType.AID),  # material cooperation
    (EventType.DEMAND, EventType.ACCUSATION, EventType.REJECTION, EventType.THREAT),  # verbal conflict
    (EventType.SANCTION, EventType.COERCIVE_MEASURE),  # material conflict
)
QUADRANT = {event_type: number for number, types in enumerate(_QUADRANTS) for event_type in types}
"""PLOVER quadrant of the political types."""


@cache
def types_credit(accepted: tuple[EventType, ...]) -> Mapping[EventType, int]:
    """Return the credit of every predicted type that earns any, in half points, where ``accepted`` are right."""
    earned: dict[EventType, int] = {}
    for event_type in EventType:
        if event_type in accepted:
            earned[event_type] = RIGHT
        elif any(_half_right(event_type, right) for right in accepted):
            earned[event_type] = HALF
    return earned


def _half_right(predicted: EventType, labelled: EventType) -> bool:
    if predicted in SUB_EVENTS and labelled in SUB_EVENTS:
        same_kind = SUB_EVENTS[predicted][1] == SUB_EVENTS[labelled][1]
        return same_kind or (EventType.ATTACK in {predicted, labelled} and {predicted, labelled} <= VIOLENT)
    return predicted in QUADRANT and QUADRANT[predicted] == QUADRANT.get(labelled)

"""Families of types: which types reports of one and the same event are given.

A stabbing is an ``attack`` to one paper and a ``crime`` to the next; a blast is first a ``disaster_accident``, a day
later a ``remote_explosive_landmine_ied``. Only events of one family are ever compared; a type may be in several.
``other`` is what a reader gives to what fits nowhere, and is compared with itself alone.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from extractor.events.vocabulary import EventType as T

FAMILIES: Final[dict[str, frozenset[T]]] = {
    "force": frozenset(
        {
            *(T.ARMED_CLASH, T.CHEMICAL_WEAPON, T.AIR_DRONE_STRIKE, T.SUICIDE_BOMB, T.SHELLING_ARTILLERY_MISSILE),
            *(T.REMOTE_EXPLOSIVE_LANDMINE_IED, T.GRENADE, T.SEXUAL_VIOLENCE, T.ATTACK, T.MOB_VIOLENCE, T.CRIME),
            *(T.ABDUCTION_FORCED_DISAPPEARANCE, T.LOOTING_PROPERTY_DESTRUCTION, T.DISRUPTED_WEAPONS_USE),
        }
    ),
    "harm": frozenset({T.DISASTER_ACCIDENT, T.REMOTE_EXPLOSIVE_LANDMINE_IED, T.LOOTING_PROPERTY_DESTRUCTION}),
    "street": frozenset(
        {
            *(T.PEACEFUL_PROTEST, T.PROTEST_WITH_INTERVENTION, T.EXCESSIVE_FORCE_AGAINST_PROTESTERS),
            *(T.VIOLENT_DEMONSTRATION, T.MOB_VIOLENCE, T.LOOTING_PROPERTY_DESTRUCTION),
        }
    ),
    "custody": frozenset({T.ARRESTS, T.ABDUCTION_FORCED_DISAPPEARANCE, T.LEGAL_PROCEEDING, T.COERCIVE_MEASURE}),
    "ground": frozenset(
        {
            *(T.ARMED_CLASH, T.NONVIOLENT_TRANSFER_OF_TERRITORY, T.CHANGE_TO_GROUP_ACTIVITY),
            *(T.HEADQUARTERS_ESTABLISHED, T.DISPLACEMENT, T.OTHER_STRATEGIC),
        }
    ),
    "accord": frozenset({T.AGREEMENT, T.MEETING, T.COOPERATION, T.SUPPORT, T.AID, T.CONCESSION}),
    "dispute": frozenset(
        {T.DEMAND, T.ACCUSATION, T.REJECTION, T.THREAT, T.SANCTION, T.COERCIVE_MEASURE, T.POLICY_DECISION}
    ),
    "office": frozenset({T.POLICY_DECISION, T.LEADERSHIP_CHANGE, T.ELECTION, T.OTHER_STRATEGIC}),
    "other": frozenset({T.OTHER}),
}


@cache
def families_of(event_type: T) -> frozenset[str]:
    """Return the families that a type belongs to; at least one."""
    return frozenset(name for name, types in FAMILIES.items() if event_type in types)

"""Whether it happened, read off the verb of the line that tells it."""

from __future__ import annotations

import pytest

from extractor.events.told_status import told_status
from extractor.events.vocabulary import EventType, Status


@pytest.mark.parametrize(
    ("line", "type_", "status"),
    [
        ("Inspectors will visit the plant", EventType.MEETING, Status.PLANNED),
        ("The governor is to leave office in August", EventType.LEADERSHIP_CHANGE, Status.PLANNED),
        ("Kenya plans to send 200 troops", EventType.CHANGE_TO_GROUP_ACTIVITY, Status.PLANNED),
        ("The tribe has plans to widen the range", EventType.POLICY_DECISION, Status.PLANNED),
        ("Ministers were due to meet in Lima", EventType.MEETING, Status.PLANNED),
        ("The vote is scheduled for March 24", EventType.ELECTION, Status.PLANNED),
        ("The ruling has been expected this week", EventType.LEGAL_PROCEEDING, Status.PLANNED),
        ("The appeal is still pending", EventType.LEGAL_PROCEEDING, Status.PLANNED),
        ("The house was set on fire", EventType.LOOTING_PROPERTY_DESTRUCTION, Status.ACTUAL),
        ("Residents should leave the valley", EventType.DEMAND, Status.HYPOTHETICAL),
        ("The rebels threatened to shell the port", EventType.SHELLING_ARTILLERY_MISSILE, Status.THREATENED),
        ("The rebels threatened to shell the port", EventType.THREAT, Status.ACTUAL),
        ("A strike would close the mines", EventType.PEACEFUL_PROTEST, Status.HYPOTHETICAL),
        ("Gunmen tried to kidnap a priest", EventType.ABDUCTION_FORCED_DISAPPEARANCE, Status.ATTEMPTED),
        ("A plot was foiled", EventType.ATTACK, Status.ATTEMPTED),
        ("The army did not fire on the crowd", EventType.ATTACK, Status.DENIED),
        ("The minister announced that the bill will be withdrawn", EventType.POLICY_DECISION, Status.ACTUAL),
        ("The police were armed", EventType.OTHER, Status.ACTUAL),
        ("Police arrested two men who will be tried", EventType.ARRESTS, Status.ACTUAL),
        ("No verb", EventType.OTHER, Status.ACTUAL),
    ],
)
def test_verb_gives_the_status(line: str, type_: EventType, status: Status) -> None:
    """Only the main verb of the line says whether the event happened."""
    assert told_status(line, type_) is status

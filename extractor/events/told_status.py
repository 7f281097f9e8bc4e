"""Did it happen? Read off the verb of the line that tells the event: "will visit" is planned, "tried to" attempted.

Small models are not asked for the status; whoever takes an announced visit for one that took place publishes a false
event. Only the main verb group counts, and for what somebody says or decides only the saying itself: "announced that
the bill will be withdrawn" is an actual announcement. What a line does not say stays ``actual``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from extractor.events.told_roles import verb_words
from extractor.events.vocabulary import EventType, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

_BE: Final = "is|are|was|were"
_MEANS: Final = "plans?|planned|intends?|intended|expects?|prepares?|hopes?|hoped|aims?|aimed"
_SOON: Final = "due|set|expected|scheduled|planned|preparing|about|likely|going"
_DATED: Final = r"(?:due|expected|scheduled|slated|planned) (?:for|on|in|at|this|next|later|tomorrow)|set for|pending"
"""What is said of a day to come, without a verb: "is scheduled for Friday"."""
_RULES: Final[Sequence[tuple[Status, re.Pattern[str]]]] = tuple(
    (status, re.compile(pattern))
    for status, pattern in (
        (Status.PLANNED, rf"^(?:will|shall)\b(?! not)|^(?:{_BE}|{_MEANS}) (?:(?:{_SOON}) )?to\b|^(?:has|have) plans\b"),
        (Status.PLANNED, rf"^(?:{_BE}|(?:has|have|had) been) (?:(?:now|currently|also|still) )?(?:{_DATED})\b"),
        (Status.THREATENED, r"^threaten(?:s|ed)? to\b|^(?:has|have|had) threatened to\b"),
        (Status.HYPOTHETICAL, r"^(?:would|could|may|might|should|must|can)\b"),
        (
            Status.ATTEMPTED,
            r"^(?:attempt(?:s|ed)?|tried|tries|sought|failed|fails) to\b|^(?:was|were) (?:foiled|thwarted)\b",
        ),
        (Status.DENIED, r"^(?:did|does|do|has|have|had|was|were) (?:not|never)\b"),
    )
)
_UTTERED: Final = frozenset({EventType.THREAT, EventType.DEMAND, EventType.REJECTION, EventType.ACCUSATION})
"""Acts that are done by speaking: threatening to act is an actual threat."""


def told_status(line: str, type_: EventType) -> Status:
    """Return the status of the event that ``line`` tells; ``actual`` where its verb says nothing else."""
    words = verb_words(line)
    found = next((status for status, pattern in _RULES if pattern.search(words)), Status.ACTUAL)
    if found is Status.THREATENED and type_ in _UTTERED:
        return Status.ACTUAL
    return found

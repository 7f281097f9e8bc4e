"""Tolls told a second time, by another source or of another hour, in words that lean on the first.

"The hospital gave six dead; the police chief counts two or three." "The directorate now puts the dead at 31; at noon it
had 22." The second number has no word of its own for what happened to the people: it is whatever the first toll beside
it says. Both stand in the event, each with its source (event-schema.md §5: conflicting numbers are all kept).

Only words that can do nothing but give a number count here (:data:`_GIVES`, :data:`_WAS`): they tell of a figure, so
that the number cannot be the toll of another act. A number that is the same as the first, or that counts a thing
("had 22 boats"), is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from extractor.events.number_words import split_words
from extractor.events.quantities import quantities
from extractor.events.toll_finder import find_counts
from extractor.events.vocabulary import Measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.events.toll_finder import FoundCount
    from extractor.events.vocabulary import Who

_THE_DEAD: Final = (
    r"(?:the|its|their|his|her|that|this)\s+"
    r"(?:dead|deaths|death\s+toll|toll|number|figure|count|losses)(?:\s+of\s+\w+)?"
)
_GIVES: Final = re.compile(
    r"(?:\b(?:said|says|insisted|insists)\s+(?:that\s+)?there\s+(?:were|are|had\s+been)"
    r"|\b(?:speaks?|spoke|spoken|talks?|talked)\s+of"
    r"|\b(?:counts|counted|lists|listed|estimates|estimated|admits|admitted|acknowledges|acknowledged)"
    rf"|\b(?:puts?|set|gives?|gave|given)\s+{_THE_DEAD}\s+(?:at|as)"
    rf"|\b(?:said|says)\s+(?:that\s+)?{_THE_DEAD}\s+(?:was|is|were|are|stood\s+at)"
    r")\s+(?:only\s+|just\s+|as\s+many\s+as\s+)?[\"\u201c']?$",
    re.IGNORECASE,
)
"""Before a number: somebody gives it as theirs."""
_WAS: Final = re.compile(
    r"(?:\b(?:at\s+(?:noon|first|midday|midnight|dawn)|earlier|initially|previously|(?:on|by|last)\s+(?:\w+\s+)?\w+)\s+"
    r"(?:it|they|he|she|officials|police)\s+(?:had|has|said|counted|gave|put\s+it\s+at|spoke\s+of)"
    r"|\b(?:up|down|revised|corrected|raised|lowered|rose|risen)\s+(?:\w+\s+)?from(?:\s+(?:an?|the)\s+(?:earlier|previous|initial))?"
    r"|(?:^|[.;:,]\s)(?:earlier|initially|previously|at\s+first)"
    r")\s+[\"\u201c']?$",
    re.IGNORECASE,
)
"""Before a number: it was the figure of an earlier hour."""
_ENDS: Final = re.compile(
    r"[\"\u201d']?(?:\s*(?:$|[.,;:!?)\u2013\u2014]|-\s)|\s+(?:(?:[A-Z]\w+\s+)?(?P<dead>dead|deaths|killed)|in\s+all|and|but|while|on|last|this|at\s+noon|were\s+"
    r"(?:spoken\s+of|reported|given|mentioned))\b)",
    re.IGNORECASE,
)
"""After a number that counts no thing."""
_CLAUSE: Final = re.compile(r"[;:]\s|,\s(?:but|while|and)\s|\s[\u2013\u2014-]{1,2}\s")


_ADVERB: Final = re.compile(r"\s+(?:now|later|also|has|have|had|himself|herself)\s*$")
_NO_SOURCE: Final = re.compile(r"(?:it|they|he|she|who|which|and|but|this|that)\b|$", re.IGNORECASE)
_LONGEST: Final = 8
"""Words of a source's name."""


class Retold(NamedTuple):
    """A number of persons in a sentence's words; what and whom it counts is said by the toll that it leans on."""

    measure: Measure
    who: Who
    words: str
    source: str | None
    """Who gives it, in the sentence's words; None for the reporter, or whoever gave the first."""


def retold(sentence: str, beside: Sequence[FoundCount]) -> tuple[Retold, ...]:
    """Return the numbers in a sentence that lean on a toll, in text order.

    Args:
        sentence: One sentence, verbatim.
        beside: The tolls that this sentence or the one next to it states of itself, in text order. A number leans on
            the last one that stands before it in its sentence, else on the last one of these.
    """
    if not beside:
        return ()
    words = split_words(sentence)
    own = find_counts(sentence)
    found = []
    for number in quantities(words):
        start, end = words[number.first].start, words[number.last - 1].end
        if any(row.start < end and start < row.end for row in own):
            continue
        cue = _GIVES.search(sentence, 0, start) or _WAS.search(sentence, 0, start)
        closes = _ENDS.match(sentence, end)
        if cue is None or closes is None:
            continue
        whole = [row for row in own if row.end <= start and _is_whole(row)] or [row for row in beside if _is_whole(row)]
        if closes["dead"]:
            whole = [row for row in whole if row.measure is Measure.KILLED]
        if whole and whole[-1].value != number.value:
            source = _source(sentence, cue) if cue.re is _GIVES else None
            found.append(Retold(whole[-1].measure, whole[-1].who, sentence[start:end], source))
    return tuple(found)


def _is_whole(row: FoundCount) -> bool:
    """Say whether a toll is one that another number can contradict: neither a part of one nor "no casualties"."""
    return not row.subset and row.value.max != 0


def _source(sentence: str, cue: re.Match[str]) -> str | None:
    """Return who stands before the words that give a number, in their clause."""
    clause = max((cut.end() for cut in _CLAUSE.finditer(sentence, 0, cue.start())), default=0)
    name = _ADVERB.sub("", sentence[clause : cue.start()]).strip()
    if _NO_SOURCE.match(name) or "," in name or len(name.split()) > _LONGEST:
        return None
    return name or None

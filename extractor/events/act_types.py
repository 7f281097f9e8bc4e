"""The type of an event from one line that tells it, by the words that name acts.

A model of 1.5 billion parameters tells well *what happened* and badly which of 42 types that is (docs/decisions.md has
the figures), so prompts for small models ask for the line and this module reads the type off it. PETRARCH coded events
from verb dictionaries in the same way; here the model has already picked the clause, so that word order is enough:

1. the earliest word that names an act decides ("Paris condemned the air strikes" is an accusation, not an air strike);
2. a word of harm ("killed", "attack") is made specific by a means, in the line or else in the quoted sentences
   ("Nine were killed" … "in air strikes");
3. where two acts begin at the same word, the longer cue wins, then the type nearer the front of the vocabulary.

The tables are ``data/act_types.toml``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from extractor.events.cues import CueTable, cue_data
from extractor.events.view import View
from extractor.events.vocabulary import EventType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.events.cues import Hit

_HARM_TYPES = frozenset(
    {
        EventType.ATTACK,
        EventType.CRIME,
        EventType.LOOTING_PROPERTY_DESTRUCTION,
    }
)
_ORDER = {event_type.value: place for place, event_type in enumerate(EventType)}


class _Tables(NamedTuple):
    act: CueTable
    means: CueTable
    harm: CueTable


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    data = cue_data("act_types")
    return _Tables(CueTable(data["act"]), CueTable(data["means"]), CueTable(data["harm"]))


def act_type(line: str, sentences: Sequence[str] = ()) -> EventType | None:
    """Return the type of the event that ``line`` tells, or None where no word names an act.

    Args:
        line: One sentence that tells the event: who did what to whom.
        sentences: The article's sentences that report it; they only make a word of harm specific.
    """
    tables = _tables()
    view = View.of(line)
    everything = range(len(view.keys))
    act = _first(tables.act.hits(view, everything))
    harm = _first(tables.harm.hits(view, everything))
    if act is not None and (harm is None or act.low < harm.low) and EventType(act.label) not in _HARM_TYPES:
        return EventType(act.label)
    if harm is None and act is None:
        return None
    specific = _first(tables.means.hits(view, everything)) or (
        act if act is not None and EventType(act.label) not in _HARM_TYPES else None
    )
    for sentence in sentences if specific is None else ():
        quoted = View.of(sentence)
        specific = _first(tables.means.hits(quoted, range(len(quoted.keys))))
        if specific is not None:
            break
    chosen = specific or act or harm
    return EventType(chosen.label) if chosen is not None else None


def _first(hits: Sequence[Hit]) -> Hit | None:
    """Return the earliest hit; of those, the longest; of those, the one nearer the front of the vocabulary."""
    return min(hits, key=lambda hit: (hit.low, -(hit.high - hit.low), _ORDER[hit.label]), default=None)

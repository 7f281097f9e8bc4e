"""Does the plain syntax of a quoted sentence contradict the role that an actor was given?

Only three patterns are read, each hard to misread: a passive makes its subject the one acted on ("Syria was bombed"),
"by" after it names the one who acts ("bombed by Israel"), and an active verb between two named actors says who did it
to whom ("Israel bombed Syria"); "an attack on Syria" names its target. The verbs are the cue words of the event's type
(:mod:`extractor.events.cues`). Anything less plain is left alone: no finding is no confirmation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.events.scene import after_time
from extractor.events.view import ARTICLES
from extractor.events.vocabulary import EventType, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extractor.events.passage import Passage
    from extractor.events.view import View

_ACTED_ON = frozenset(
    {
        *(EventType.ARMED_CLASH, EventType.CHEMICAL_WEAPON, EventType.AIR_DRONE_STRIKE, EventType.SUICIDE_BOMB),
        *(EventType.SHELLING_ARTILLERY_MISSILE, EventType.REMOTE_EXPLOSIVE_LANDMINE_IED, EventType.GRENADE),
        *(EventType.SEXUAL_VIOLENCE, EventType.ATTACK, EventType.ABDUCTION_FORCED_DISAPPEARANCE, EventType.ARRESTS),
        *(EventType.LOOTING_PROPERTY_DESTRUCTION, EventType.DEMAND, EventType.ACCUSATION, EventType.THREAT),
        *(EventType.SANCTION, EventType.COERCIVE_MEASURE, EventType.CRIME),
    }
)
"""Types in which one side acts on another; in a protest, a meeting or an accident syntax tells no roles."""

_AUXILIARIES = frozenset({"was", "were", "been", "being", "is", "are", "be", "got"})
_IRREGULAR = frozenset(
    {"shot", "beaten", "beat", "hit", "struck", "slain", "held", "fought", "drove", "driven", "took", "taken", "blew"}
    | {"blown", "broke", "broken", "stole", "stolen", "threw", "thrown", "told", "overran"}
)
_ONTO = frozenset({"on", "against", "at"})
_ADVERBS = frozenset({"also", "then", "later", "again", "allegedly", "reportedly", "repeatedly", "heavily", "since"})


def contradicted(passage: Passage, type_: EventType, role: Role, name: str, others: Iterable[str]) -> str | None:
    """Return the words that contradict ``role`` for ``name``, or None.

    Args:
        passage: the quoted sentences.
        type_: the event's type, whose cue words are the verbs.
        role: the claimed role; only initiator and target can be contradicted.
        name: the actor.
        others: the actors of the opposite role.
    """
    if type_ not in _ACTED_ON or role not in (Role.INITIATOR, Role.TARGET):
        return None
    view = passage.view
    found: list[tuple[Role, str]] = []
    for sentence in passage.sentences:
        reading = passage.read(sentence)
        verbs = {hit.low: hit.high for hit in reading.cues(type_)}
        bounds = (sentence.start, sentence.end)
        opposite = [place for other in others for place in view.occurrences(other, bounds)]
        for low, high in view.occurrences(name, bounds):
            found += _readings(view, reading.tokens, verbs, (low, high), opposite)
    if not found or any(reading is role for reading, _ in found):
        return None
    return found[0][1]


def _readings(
    view: View, tokens: range, verbs: dict[int, int], place: tuple[int, int], opposite: list[tuple[int, int]]
) -> Iterator[tuple[Role, str]]:
    """Yield the roles that the syntax around one mention of an actor plainly gives it, each with the words."""
    low, high = place
    keys = view.keys
    start = low
    while start > tokens.start and keys[start - 1] in ARTICLES:
        start -= 1
    before = keys[start - 1] if start > tokens.start else ""
    ends = {end: begin for begin, end in verbs.items()}
    if before == "by" and start - 1 in ends and _is_past(keys[ends[start - 1]]):
        yield Role.INITIATOR, view.words(ends[start - 1], high)
    if before in _ONTO and start - 1 in ends:
        yield Role.TARGET, view.words(ends[start - 1], high)
    verb = _after(view, tokens, high)
    if verb > high and keys[verb - 1] in _AUXILIARIES and verb in verbs and _is_past(keys[verb]):
        yield Role.TARGET, view.words(low, verbs[verb])
    for other_low, other_high in opposite:
        if _acts_on(view, tokens, verbs, place, (other_low, other_high)):
            yield Role.INITIATOR, view.words(low, other_high)
        if _acts_on(view, tokens, verbs, (other_low, other_high), place):
            yield Role.TARGET, view.words(other_low, high)


def _after(view: View, tokens: range, high: int) -> int:
    """Return the token after an actor's name, past time words, auxiliaries and adverbs."""
    i = after_time(view, high, tokens.stop)
    while i < tokens.stop and view.keys[i] in _AUXILIARIES | _ADVERBS | {"has", "have", "had"}:
        i += 1
    return i


def _is_past(key: str) -> bool:
    return key.endswith("ed") or key in _IRREGULAR


def _acts_on(view: View, tokens: range, verbs: dict[int, int], actor: tuple[int, int], target: tuple[int, int]) -> bool:
    """Say whether "actor verb target" stands there in the active voice, with little between."""
    verb = _after(view, tokens, actor[1])
    if verb not in verbs or not _is_past(view.keys[verb]):
        return False
    before = range(actor[1], verb)
    if any(view.keys[i] in _AUXILIARIES or view.gap(i).strip() for i in before) or view.gap(verb).strip():
        return False
    between = view.keys[verbs[verb] : target[0]]
    return target[0] >= verbs[verb] and all(key in ARTICLES or key in _ONTO for key in between)

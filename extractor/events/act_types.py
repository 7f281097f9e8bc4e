"""The type of an event from one line that tells it, by the words that name acts.

A model of 1.5 billion parameters tells well *what happened* and badly which of 42 types that is (docs/decisions.md has
the figures), so prompts for small models ask for the line and this module reads the type off it. PETRARCH coded events
from verb dictionaries in the same way; here the model has already picked the clause, so that word order is enough:

1. the earliest word that names an act decides ("Paris condemned the air strikes" is an accusation, not an air strike);
2. a word of harm ("killed", "attack") is made specific by a means, in the line or else in the quoted sentences
   ("Nine were killed" … "in air strikes");
   an act that the article does not name, only the model's line, gives way to the first that its main sentence names;
3. where two acts begin at the same word, the longer cue wins, then the type nearer the front of the vocabulary.

The tables are ``data/act_types.toml``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from extractor.events.cues import CueTable, cue_data
from extractor.events.view import ARTICLES, View, tokens_of
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
_HARMFUL = frozenset(list(EventType)[: list(EventType).index(EventType.AGREEMENT)]) | {EventType.DISASTER_ACCIDENT}
"""Types that can be what a word of harm is about: violence, which heads the vocabulary, and disasters."""
_ORDER = {event_type.value: place for place, event_type in enumerate(EventType)}


_NO_SUBJECT = _HARM_TYPES | {EventType.DISASTER_ACCIDENT, EventType.ELECTION, EventType.DISPLACEMENT}
_PASSIVE = frozenset(["was", "were", "been", "be", "being", "is", "are"])
_VERB_STARTS = _PASSIVE | frozenset(
    "has have had will would said says say told announced announces also officially wrote tweeted did does that".split()  # noqa: SIM905
)
_LONGEST_SUBJECT = 9
"""Tokens; a longer run before the act holds more than its subject."""
_IN_NAMES = frozenset(
    "the a of and for former new spokesman spokeswoman president minister prime foreign interior defence defense "  # noqa: SIM905
    "leader leaders official officials chief police army government party court judge senator governor mayor group "
    "groups troops forces rebels militants parliament union company researchers scientists coalition opposition "
    "administration military "
    "regime authorities activists protesters workers residents director general secretary candidate senators lawmakers "
    "ministry embassy council committee commission agency team".split()
)
"""Words that may stand uncapitalised in a subject; any other may be a verb ("Trump's comments came …")."""


_STEM = 5


class _Tables(NamedTuple):
    act: CueTable
    means: CueTable
    harm: CueTable


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    data = cue_data("act_types")
    return _Tables(CueTable(data["act"]), CueTable(data["means"]), CueTable(data["harm"]))


class _Acts(NamedTuple):
    """The first word of a line that names an act, and the first of harm."""

    act: Hit | None
    harm: Hit | None


@lru_cache(maxsize=1024)  # the short list asks about each line and sentence again and again
def _acts(line: str) -> _Acts:
    view = tokens_of(line)
    everything = range(len(view.keys))
    tables = _tables()
    return _Acts(_first(tables.act.hits(view, everything)), _first(tables.harm.hits(view, everything)))


@lru_cache(maxsize=1024)  # asked of a sentence for each event that it reports
def _means(line: str) -> Hit | None:
    view = tokens_of(line)
    return _first(_tables().means.hits(view, range(len(view.keys))))


def act_type(line: str, sentences: Sequence[str] = ()) -> EventType | None:
    """Return the type of the event that ``line`` tells, or None where no word names an act.

    Args:
        line: One sentence that tells the event: who did what to whom.
        sentences: The article's sentences that report it; they only make a word of harm specific.
    """
    view = tokens_of(line)
    act, harm = _acts(line)
    if act is not None and sentences and not _copied(view.keys[act.low], sentences):
        own = act_type(sentences[0])
        if own is not None:
            return own
    if act is not None and (harm is None or act.low < harm.low) and EventType(act.label) not in _HARM_TYPES:
        told = _told_by(view, act, sentences)
        return told if told is not None else EventType(act.label)
    if harm is None and act is None:
        return None
    specific = _means(line)
    if specific is None and act is not None and EventType(act.label) in _HARMFUL:
        specific = act
    for sentence in sentences if specific is None else ():
        specific = _means(sentence)
        if specific is not None:
            break
    chosen = specific or (act if act is not None and EventType(act.label) in _HARM_TYPES else harm) or act
    if chosen is None:
        return None
    if chosen is harm and EventType(harm.label) is EventType.OTHER and _violent(line, *sentences):
        return EventType.ATTACK
    return EventType(chosen.label)


def _told_by(view: View, act: Hit, sentences: Sequence[str]) -> EventType | None:
    """Return the type of what is announced: "announced his resignation" is a change of leadership, not a decision."""
    if not view.keys[act.low].startswith("announc") or act.high >= len(view.keys):
        return None
    return act_type(view.words(act.high, len(view.keys)), sentences)


def _violent(*texts: str) -> bool:
    """Say whether any of the texts has a word of violence; a death without one is nobody's attack."""
    for text in texts:
        view = tokens_of(text)
        if any(hit.label != EventType.OTHER for hit in _tables().harm.hits(view, range(len(view.keys)))):
            return True
    return False


def _copied(key: str, sentences: Sequence[str]) -> bool:
    """Say whether the word that names the act is the article's own, by its first five letters."""
    return any(f" {key[:_STEM]}" in tokens_of(sentence).line for sentence in sentences)


def act_place(line: str, sentence: View) -> int | None:
    """Return where in ``sentence`` (code points) the act stands that ``line`` tells, or None where it does not.

    The word is found by its first five letters: the line may say "arrested" of an "arrest".
    """
    view = tokens_of(line)
    acts = _acts(line)
    act = _first([hit for hit in (acts.act, acts.harm) if hit is not None])
    if act is None:
        return None
    stem = view.keys[act.low][:_STEM]
    return next((sentence.starts[i] for i, key in enumerate(sentence.keys) if key.startswith(stem)), None)


def act_subject(line: str) -> str | None:
    """Return who does the first act that ``line`` tells, or None where it tells none or is in the passive voice.

    "Carrie Obi announced a curfew" → "Carrie Obi"; "Two men were arrested" → None. The line is the model's own short
    sentence, subject first; what is returned still has to be found in the article.
    """
    view = tokens_of(line)
    act = _acts(line).act
    if act is None or EventType(act.label) in _NO_SUBJECT:
        return None
    stop = next((i for i in range(act.low) if view.keys[i] in _VERB_STARTS), act.low)
    if ARTICLES.issuperset(view.keys[:stop]) or stop > _LONGEST_SUBJECT or _PASSIVE & set(view.keys[stop : act.low]):
        return None
    names = [view.raw(i)[:1].isupper() for i in range(stop)]
    plain = all(named or view.keys[i] in _IN_NAMES for i, named in enumerate(names))
    return view.words(0, stop) if plain and any(names) else None


def _first(hits: Sequence[Hit]) -> Hit | None:
    """Return the earliest hit; of those, the longest; of those, the one nearer the front of the vocabulary."""
    if len(hits) < 2:  # noqa: PLR2004 - nothing to compare
        return hits[0] if hits else None
    return min(hits, key=lambda hit: (hit.low, -(hit.high - hit.low), _ORDER[hit.label]))

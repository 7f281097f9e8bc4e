"""Does the quoted text say that the event did *not* happen, or not yet, where its status says otherwise?

A negation counts only where it reaches the words that report the act. So the act's cue words are located first
(:mod:`extractor.events.cues`), then the words that govern each of them (:mod:`extractor.events.negation`). A status
carries some of these: ``denied`` every negation, ``attempted`` failure, ``planned`` the future. A sentence that denies
is also carried by its evidence's stance, as long as another quoted sentence affirms. The other way round, a status
other than ``actual`` must rest on a word of the quote, or the status is the model's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from extractor.events.cues import type_cues
from extractor.events.negation import DOUBTS, Governor, Negations, backing_table
from extractor.events.passage import Passage, Subject
from extractor.events.scene import ACTS
from extractor.events.vocabulary import CheckName, EventType, Stance, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.events.cues import Hit
    from extractor.events.summary import Check, Evidence

_CARRIED: dict[Status, frozenset[str]] = {
    Status.ACTUAL: frozenset(),
    Status.ATTEMPTED: frozenset({"failure", "attempt", "negation", "undone"}),
    Status.PLANNED: frozenset({"modal", "condition", "failure", "undone"}),
    Status.THREATENED: frozenset({"modal", "condition"}),
    Status.HYPOTHETICAL: frozenset({"modal", "condition", "negation"}),
    Status.DENIED: frozenset({"negation", "denial", "failure", "undone", "modal", "condition", "attempt"}),
}


def polarity(passage: Passage, type_: EventType, status: Status, evidence: Sequence[Evidence]) -> tuple[Check, ...]:
    """Check that the quoted clauses do not turn the event round, and that they back its status.

    Args:
        passage: the quoted sentences.
        type_: the event's type; its cue words say which words of the clause report the act.
        status: what the reply says; it may carry a negation.
        evidence: the published evidence, for each sentence's stance.

    Returns:
        One check of the quoted clauses, and one more of the status unless it is ``actual``.
    """
    subject = Subject(CheckName.POLARITY, value=status.value)
    view, said = passage.view, _governed(passage, type_)
    turned = _turned(said, type_, status, {e.sentence for e in evidence if e.stance is Stance.DENIES})
    if turned is None:
        checks = [subject.passed("Nothing in the quoted clauses turns the report round.")]
    else:
        governor = turned.governor or turned
        words = view.words(governor.low, governor.high)
        span = view.span(min(turned.low, governor.low), max(turned.high, governor.high))
        checks = [subject.failed(f"{words!r} turns the report round, and status {status.value} does not say so.", span)]
    if status is not Status.ACTUAL:
        checks.append(_backed(passage, said, status))
    return tuple(checks)


class _Said(NamedTuple):
    """Words for the act at the tokens ``low`` to ``high - 1`` of a sentence, and what governs them, if anything."""

    sentence: int
    low: int
    high: int
    governor: Governor | None


def _governed(passage: Passage, type_: EventType) -> tuple[_Said, ...]:
    """Return the words for the act with their governors; without any such words, the plain negations of the quote.

    Not for speech acts without their words: what is said, negations included, is then not told from that it was said.
    """
    acts = _acts(passage, type_)
    if not acts and (type_ in ACTS or type_cues(type_) is None):
        return tuple(
            _Said(s.number, low, high, governor)
            for s in passage.sentences
            for governor, low, high in passage.read(s).negations.main_negation()
        )
    found = []
    for number, negations, hits in acts:
        own = {i for hit in hits for i in range(hit.low, hit.high)}
        found += [_Said(number, h.low, h.high, negations.governor(h.low, h.high, own)) for h in hits]
    return tuple(found)


def _turned(said: Sequence[_Said], type_: EventType, status: Status, denying: set[int]) -> _Said | None:
    """Return the first words whose governor the status does not carry; None if there are none.

    A doubt ("will", "tried to") counts only where nothing affirms the act, a denial always, but for sentences whose
    evidence is said to deny, beside others that affirm.
    """
    affirmed = any(s.governor is None for s in said)
    turned = [s for s in said if s.governor is not None and s.governor.label not in _CARRIED[status]]
    for each in turned:
        doubt = each.governor is not None and each.governor.label in DOUBTS
        if doubt and not affirmed and type_ in ACTS:
            return each
        if not doubt and not (affirmed and each.sentence in denying):
            return each
    return None


def _acts(passage: Passage, type_: EventType) -> list[tuple[int, Negations, list[Hit]]]:
    """Return each sentence's words for the act: strong cues, or weak ones where no sentence has a strong one."""
    read = [(s.number, passage.read(s)) for s in passage.sentences]
    found = [(number, reading.negations, reading.cues(type_)) for number, reading in read]
    for label in ("strong", "weak"):
        chosen = [(number, negations, [h for h in hits if h.label == label]) for number, negations, hits in found]
        if any(hits for _, _, hits in chosen):
            return [each for each in chosen if each[2]]
    return []


def _backed(passage: Passage, said: Sequence[_Said], status: Status) -> Check:
    """Check that a status other than ``actual`` rests on a governor of the act, or on a word of the quote."""
    subject = Subject(CheckName.POLARITY, field="status", value=status.value)
    view = passage.view
    for each in said:
        doubtful = status is Status.DENIED and each.governor is not None and each.governor.label in DOUBTS
        if each.governor is not None and each.governor.label in _CARRIED[status] and not doubtful:
            span = view.span(min(each.low, each.governor.low), max(each.high, each.governor.high))
            return subject.passed("The quoted clause says so.", span)
    for reading in passage.readings():
        for hit in backing_table().hits(view, reading.tokens):
            if hit.label == status.value:
                return subject.passed("A word of the quote backs the status.", view.span(hit.low, hit.high))
    return subject.failed(f"No word of the quoted sentences says that the event is {status.value}.")

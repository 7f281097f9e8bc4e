"""Does the quoted text say that the event did *not* happen, or not yet, where its status says otherwise?

A negation counts only where it reaches the words that report the act. So the act's cue words are located first
(:mod:`extractor.events.cues`), then the words that govern each of them (:mod:`extractor.events.negation`). A status
carries some of these: ``denied`` every negation, ``attempted`` failure, ``planned`` the future. A sentence that denies
is also carried by its evidence's stance, as long as another quoted sentence affirms. The other way round, a status
other than ``actual`` must rest on a word of the quote, or the status is the model's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    found = _turned(passage, type_, status, evidence)
    if found is None:
        checks = [subject.passed("Nothing in the quoted clauses turns the report round.")]
    else:
        governor, low, high = found
        view = passage.view
        words = view.words(governor.low, governor.high)
        span = view.span(min(low, governor.low), max(high, governor.high))
        checks = [subject.failed(f"{words!r} turns the report round, and status {status.value} does not say so.", span)]
    if status is not Status.ACTUAL:
        checks.append(_backed(passage, status))
    return tuple(checks)


def _turned(
    passage: Passage, type_: EventType, status: Status, evidence: Sequence[Evidence]
) -> tuple[Governor, int, int] | None:
    """Return the first governor that the status does not carry, with the tokens it governs; None if there is none."""
    denying = {e.sentence for e in evidence if e.stance is Stance.DENIES}
    acts = _acts(passage, type_)
    if acts is None:
        turned = (g for reading in passage.readings() for g in reading.negations.main_negation())
        return next((g for g in turned if g[0].label not in _CARRIED[status]), None)
    denied: list[tuple[Governor, int, int]] = []
    doubted: list[tuple[Governor, int, int]] = []
    affirmed = False
    for number, negations, hits in acts:
        own = {i for hit in hits for i in range(hit.low, hit.high)}
        for hit in hits:
            governor = negations.governor(hit.low, hit.high, own)
            if governor is None or governor.label in _CARRIED[status]:
                affirmed = affirmed or governor is None
            elif governor.label in DOUBTS:
                doubted.append((governor, hit.low, hit.high))
            else:
                denied.append((governor, hit.low, hit.high))
        if number in denying and affirmed:
            denied = [d for d in denied if d[0] not in negations.governors]
    if denied:
        return denied[0]
    return doubted[0] if doubted and not affirmed and type_ in ACTS else None


def _acts(passage: Passage, type_: EventType) -> list[tuple[int, Negations, list[Hit]]] | None:
    """Return each sentence's words for the act: strong cues, or weak ones where no sentence has a strong one."""
    read = [(s.number, passage.read(s)) for s in passage.sentences]
    found = [(number, reading.negations, reading.cues(type_)) for number, reading in read]
    for label in ("strong", "weak"):
        chosen = [(number, negations, [h for h in hits if h.label == label]) for number, negations, hits in found]
        if any(hits for _, _, hits in chosen):
            return [each for each in chosen if each[2]]
    return None


def _backed(passage: Passage, status: Status) -> Check:
    """Check that a quoted sentence holds a word for a status other than ``actual``."""
    subject = Subject(CheckName.POLARITY, field="status", value=status.value)
    for reading in passage.readings():
        for hit in backing_table().hits(passage.view, reading.tokens):
            if hit.label == status.value:
                return subject.passed("A word of the quote backs the status.", passage.view.span(hit.low, hit.high))
    return subject.failed(f"No word of the quoted sentences says that the event is {status.value}.")

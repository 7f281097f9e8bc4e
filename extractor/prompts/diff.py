"""What a new prompt version changes: in its text, and in the events that come out.

The text difference is a unified diff, file by file. The *effect* is what counts: both versions are run over the same
articles (that is the pipeline's work), and their extractions are compared here, event by event. Two events of one
article are the same event when their evidence overlaps. Pairs are formed greedily, equal types first, then the largest
share of common sentences, then the fewest differences, so an event whose type alone changed shows as changed, not as
one lost and one found.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.events.summary import EventSummary, Extraction
    from extractor.prompts.registry import Prompt

COMPARED: Final = (
    "type",
    "territory_change",
    "status",
    "standing",
    "when",
    "where",
    "actors",
    "counts",
    "evidence",
    "summary",
)
"""Fields of an event that can differ; its id and its checks follow from them."""


@dataclass(frozen=True, slots=True)
class EventChange:
    """One event that both versions report, and the fields in which they differ."""

    before: EventSummary
    after: EventSummary
    fields: tuple[str, ...]

    @property
    def reworded(self) -> bool:
        """Whether only the summary differs, which a model words anew at the slightest occasion."""
        return self.fields == ("summary",)


@dataclass(frozen=True, slots=True)
class ArticleEffect:
    """What changed for one article. Where a version failed on it, nothing is compared."""

    article: str
    outcomes: tuple[str, str]
    """How each version ended: "ok", "truncated", "refused" …"""
    added: tuple[EventSummary, ...] = ()
    removed: tuple[EventSummary, ...] = ()
    changed: tuple[EventChange, ...] = ()
    unchanged: int = 0

    @property
    def compared(self) -> bool:
        """Whether both versions answered."""
        return self.outcomes == ("ok", "ok")


@dataclass(frozen=True, slots=True)
class EffectReport:
    """What changed over all articles, in their order."""

    articles: tuple[ArticleEffect, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many events were added, removed, changed …, and how many articles were not compared."""
        compared = [effect for effect in self.articles if effect.compared]
        reworded = sum(change.reworded for effect in compared for change in effect.changed)
        return {
            "added": sum(len(effect.added) for effect in compared),
            "removed": sum(len(effect.removed) for effect in compared),
            "changed": sum(len(effect.changed) for effect in compared) - reworded,
            "only reworded": reworded,
            "unchanged": sum(effect.unchanged for effect in compared),
            "not compared": len(self.articles) - len(compared),
        }


def text_diff(before: Prompt, after: Prompt) -> str:
    """Return the unified diff of all files of two versions; empty where they are the same."""
    parts = []
    for name in sorted({*before.files, *after.files}):
        old, new = (prompt.files.get(name, "").splitlines(keepends=True) for prompt in (before, after))
        old_name, new_name = (f"{p.spec}/{name}" if name in p.files else "/dev/null" for p in (before, after))
        lines = difflib.unified_diff(old, new, old_name, new_name)
        parts += [line if line.endswith("\n") else f"{line}\n" for line in lines]
    return "".join(parts)


def effect(before: Sequence[Extraction], after: Sequence[Extraction]) -> EffectReport:
    """Compare the extractions of two prompt versions.

    Args:
        before: Extractions of the older version.
        after: Extractions of the newer version, of the same articles in the same order.

    Raises:
        ValueError: The two are not of the same articles.
    """
    if [one.article.sha256 for one in before] != [one.article.sha256 for one in after]:
        raise ValueError("the two lists hold extractions of different articles")
    return EffectReport(tuple(_compare(old, new) for old, new in zip(before, after, strict=True)))


def _compare(before: Extraction, after: Extraction) -> ArticleEffect:
    outcomes = (str(before.outcome), str(after.outcome))
    if outcomes != ("ok", "ok"):
        return ArticleEffect(before.article.id, outcomes)
    pairs = _pairs(before.events, after.events)
    changes = [EventChange(old, new, _differing(old, new)) for old, new in pairs]
    kept, found = {id(old) for old, _ in pairs}, {id(new) for _, new in pairs}
    return ArticleEffect(
        article=before.article.id,
        outcomes=outcomes,
        added=tuple(event for event in after.events if id(event) not in found),
        removed=tuple(event for event in before.events if id(event) not in kept),
        changed=tuple(change for change in changes if change.fields),
        unchanged=sum(not change.fields for change in changes),
    )


def _differing(old: EventSummary, new: EventSummary) -> tuple[str, ...]:
    return tuple(field for field in COMPARED if getattr(old, field) != getattr(new, field))


def _pairs(before: Sequence[EventSummary], after: Sequence[EventSummary]) -> list[tuple[EventSummary, EventSummary]]:
    """Pair the events of two lists, each at most once, best fits first; return the pairs in the order of ``before``."""
    fits = []
    for i, old in enumerate(before):
        for j, new in enumerate(after):
            ours, theirs = ({piece.sentence for piece in event.evidence} for event in (old, new))
            if ours & theirs:
                overlap = len(ours & theirs) / len(ours | theirs)
                fits.append((old.type != new.type, -overlap, len(_differing(old, new)), i, j))
    taken: dict[int, int] = {}
    for *_, i, j in sorted(fits):
        if i not in taken and j not in taken.values():
            taken[i] = j
    return [(before[i], after[j]) for i, j in sorted(taken.items())]

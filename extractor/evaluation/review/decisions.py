"""What a person made of a run's events: kept as they were, corrected, rejected; and what they added.

Nothing is written down for it: the saved label is held against what the run said, by the scorer and its alignment
(design: scoring.md §2 and §3). A suggestion that no labelled event was aligned with is *rejected*; one that was, is
*corrected* where a slot, the status or the standing counts as wrong, and else *kept*. A labelled event that no
suggestion was aligned with is *added*.

Shares are of the reviewed articles' events. Where the articles are a sample of a run (``archive review --sample``),
they are estimates for that run, and their intervals are Wilson's score intervals (Wilson 1927), which stay within 0 and
1 and hold at small numbers. Events of one article are taken for independent, so intervals are somewhat too narrow
where mistakes come in bunches.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import BaseModel
from scipy.stats import binomtest

from extractor.evaluation.gold import ARTICLES, LABELS, read_gold
from extractor.evaluation.review.suggestions import read_suggestion, suggestion_file
from extractor.scoring.figures import Interval, Report
from extractor.scoring.report import summarise
from extractor.scoring.score import score_article

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.evaluation.gold import GoldArticle
    from extractor.events.summary import Extraction
    from extractor.scoring.scores import ArticleScore


class Decision(StrEnum):
    """What became of a suggested event."""

    KEPT = "kept"
    CORRECTED = "corrected"
    REJECTED = "rejected"


class ArticleReview(BaseModel, frozen=True, extra="forbid"):
    """One article: a decision on each suggested event, in their order, and how many events were added."""

    article: str
    decisions: tuple[Decision, ...]
    corrected: dict[str, int]
    """How many events were corrected in which slot or field."""
    added: int


class Review(BaseModel, frozen=True, extra="forbid"):
    """What a review found; JSON as ``eval decisions --json`` prints it."""

    articles: int
    """Reviewed: a label was saved."""
    waiting: int
    """Not yet."""
    suggested: int
    kept: int
    corrected: int
    rejected: int
    added: int
    right_as_they_were: Interval | None
    """Of the suggested events those that were kept; None where none was suggested."""
    happened: Interval | None
    """Of the suggested events those that were kept or corrected: the run's precision in finding events."""
    found: Interval | None
    """Of the events that a person confirmed or added, those that were suggested: its recall."""
    corrections: dict[str, int]
    """By slot or field, the most frequent first."""
    report: Report | None
    """EventF1 and the rest, as after ``eval run``; None where nothing was reviewed."""
    by_article: tuple[ArticleReview, ...]


def reviewed(folder: Path, *, labels: str = LABELS) -> list[tuple[GoldArticle, Extraction]]:
    """Return the articles of a set that have a label and a suggestion, by id.

    Raises:
        GoldError: The set has errors.
        StoreError: A suggestion is damaged.
    """
    if not any((folder / labels).rglob("*.toml")):
        return []
    return [
        (article, read_suggestion(folder, article.id))
        for article in read_gold(folder, labels=labels, partial=True).articles
        if suggestion_file(folder, article.id).is_file()
    ]


def review_of(folder: Path, *, labels: str = LABELS) -> Review:
    """Return what a review found so far; see :func:`reviewed` for what is raised."""
    pairs = reviewed(folder, labels=labels)
    scores = [score_article(article.label, extraction.events) for article, extraction in pairs]
    found = [decided(score, len(extraction.events)) for score, (_, extraction) in zip(scores, pairs, strict=True)]
    counts = Counter(decision for one in found for decision in one.decisions)
    added = sum(one.added for one in found)
    corrections = sum((Counter(one.corrected) for one in found), Counter[str]())
    real, suggested = counts[Decision.KEPT] + counts[Decision.CORRECTED], counts.total()
    return Review(
        articles=len(found),
        waiting=sum(1 for _ in (folder / ARTICLES).glob("*.txt")) - len(found),
        suggested=suggested,
        kept=counts[Decision.KEPT],
        corrected=counts[Decision.CORRECTED],
        rejected=counts[Decision.REJECTED],
        added=added,
        right_as_they_were=_share(counts[Decision.KEPT], suggested),
        happened=_share(real, suggested),
        found=_share(real, real + added),
        corrections=dict(corrections.most_common()),
        report=summarise(scores) if scores else None,
        by_article=tuple(found),
    )


def decided(score: ArticleScore, suggested: int) -> ArticleReview:
    """Return the decisions that a scored article stands for.

    Args:
        score: Of what the run said, against the saved label.
        suggested: Number of events that the run had found.
    """
    wrong: dict[int, set[str]] = {pair.predicted: set() for pair in score.pairs}
    for pair in score.pairs:
        wrong[pair.predicted] |= {answer.field for answer in pair.enums if not answer.correct}
    for finding in score.findings:
        if finding.predicted in wrong and finding.slot is not None:
            wrong[finding.predicted].add(finding.slot.value)
    decisions = [
        (Decision.CORRECTED if wrong[number] else Decision.KEPT) if number in wrong else Decision.REJECTED
        for number in range(suggested)
    ]
    corrected = Counter(field for fields in wrong.values() for field in sorted(fields))
    return ArticleReview(
        article=score.article,
        decisions=tuple(decisions),
        corrected=dict(corrected),
        added=score.detection.labelled - score.detection.aligned,
    )


def _share(count: int, of: int) -> Interval | None:
    if not of:
        return None
    interval = binomtest(count, of).proportion_ci(method="wilson")
    return Interval(value=count / of, low=float(interval.low), high=float(interval.high))

"""Everything that a report on an evaluation shows, as one value: made once, then drawn in any format.

A dossier is about one run, the *candidate*, and may set it against another, the *baseline*. Formats only choose and
lay out what stands in it, so no two of them can tell different stories, and the JSON format is the dossier itself.

Findings quote articles. What a prompt's author reads of the half ``test`` is lost for judging prompts, so of its
articles the findings are left out unless somebody says that no prompt is being written; figures are always there.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from extractor.evaluation.conditions import Conditions
from extractor.evaluation.gold import half_of
from extractor.evaluation.points import Point, point_of
from extractor.evaluation.runs import Digest, Half
from extractor.evaluation.scored import compare_runs
from extractor.events.vocabulary import Outcome
from extractor.replies import AskedModel
from extractor.scoring.baselines import lead, majority_type, nothing
from extractor.scoring.figures import Comparison, FloorCheck, GuardCheck, Report, Verdict
from extractor.scoring.fills import SLOTS
from extractor.scoring.report import summarise
from extractor.scoring.score import score_article
from extractor.scoring.scores import Finding, Slot, Tally
from extractor.scoring.verdict import check_floors, check_guards, decide

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extractor.evaluation.conditions import Case
    from extractor.evaluation.runs import Run
    from extractor.evaluation.scored import Scored
    from extractor.scoring.figures import Bounds
    from extractor.scoring.scores import ArticleScore


class RunFacts(BaseModel, frozen=True, extra="forbid"):
    """What a run is."""

    run: str
    """Name of its folder."""
    prompt: str
    prompt_digest: Digest
    model: AskedModel
    repeats: int
    extractor_version: str
    begun: dt.datetime
    ended: dt.datetime | None
    failed: int
    """Articles, over all repeats, without a usable answer; they count as predicting nothing."""


class Side(BaseModel, frozen=True, extra="forbid"):
    """A run and its figures."""

    facts: RunFacts
    report: Report


class Yardstick(BaseModel, frozen=True, extra="forbid"):
    """What can be had without a model, scored like a run."""

    name: Literal["says nothing", "lead"]
    report: Report


class TrapFigures(BaseModel, frozen=True, extra="forbid"):
    """The articles that hold one trap, and EventF1 over them alone; None where there was nothing to find or said."""

    trap: str | None
    """None: the articles without any trap."""
    articles: int
    candidate: float | None
    baseline: float | None = None


class Told(BaseModel, frozen=True, extra="forbid"):
    """A finding, and in how many of the repeats it came up."""

    finding: Finding
    times: int = 1


class ArticleSide(BaseModel, frozen=True, extra="forbid"):
    """What one run made of an article; tallies are means over its repeats."""

    tallies: dict[Slot, Tally]
    failures: dict[str, int] = {}
    """How often the extraction failed, by class."""
    seconds: float = 0
    findings: tuple[Told, ...] | None
    """None: withheld."""

    @property
    def total(self) -> Tally:
        """The tally over the six slots."""
        return sum(self.tallies.values(), start=Tally())


class ArticleEntry(BaseModel, frozen=True, extra="forbid"):
    """One article in both runs."""

    id: str
    kind: str
    country: str | None
    half: Literal["dev", "test"]
    traps: tuple[str, ...]
    candidate: ArticleSide
    baseline: ArticleSide | None = None

    @property
    def difference(self) -> float:
        """Its own F1 in the candidate less that in the baseline; 0 without one."""
        return self.candidate.total.f1 - self.baseline.total.f1 if self.baseline else 0.0

    @property
    def withheld(self) -> bool:
        """Whether its findings are left out."""
        return self.candidate.findings is None


class Dossier(BaseModel, frozen=True, extra="forbid"):
    """What a report shows; see the module."""

    schema_version: Literal["1"] = "1"
    made: dt.datetime
    suite: str | None
    """Name of the suite whose bounds the verdict applies; None: the usual bounds."""
    set_name: str
    set_digest: Digest
    half: Half
    conditions: Conditions
    candidate: Side
    baseline: Side | None = None
    comparison: Comparison | None = None
    verdict: Verdict | None = None
    guards: tuple[GuardCheck, ...] = ()
    floors: tuple[FloorCheck, ...] = ()
    yardsticks: tuple[Yardstick, ...]
    traps: tuple[TrapFigures, ...]
    """The most frequent first, articles without a trap last."""
    articles: tuple[ArticleEntry, ...]
    """In the order of the set."""
    points: tuple[Point, ...]
    """The candidate, the baseline, then other kept runs on the same articles."""
    notes: tuple[str, ...] = ()


def make_dossier(  # noqa: PLR0913 - one keyword for each thing that a caller may leave out
    candidate: Scored,
    baseline: Scored | None,
    bounds: Bounds,
    *,
    made: dt.datetime,
    suite: str | None = None,
    not_tuning: bool = False,
    others: Sequence[Point] = (),
    notes: Sequence[str] = (),
) -> Dossier:
    """Return the dossier on a run.

    Args:
        candidate: The run that it is about.
        baseline: The run to set it against.
        bounds: What the candidate has to hold.
        made: When, in UTC.
        suite: Name of the suite that demands the bounds.
        not_tuning: Also show findings in articles of the half ``test``.
        others: Points of further runs on the same articles.
        notes: What a reader should know about how the dossier came about.

    Raises:
        UsageError: The two runs cannot be compared.
    """
    plan = candidate.run.plan
    one = Side(facts=_facts(candidate.run), report=summarise(candidate.scores))
    other = Side(facts=_facts(baseline.run), report=summarise(baseline.scores)) if baseline else None
    comparison = compare_runs(candidate, baseline) if baseline else None
    points = [point_of(candidate.run, one.report, "candidate")]
    if baseline and other:
        points.append(point_of(baseline.run, other.report, "baseline"))
    articles = _articles(candidate, baseline, not_tuning=not_tuning)
    return Dossier(
        made=made,
        suite=suite,
        set_name=plan.set_name,
        set_digest=plan.set_digest,
        half=plan.half,
        conditions=plan.conditions,
        candidate=one,
        baseline=other,
        comparison=comparison,
        verdict=decide(comparison, bounds) if comparison else None,
        guards=check_guards(comparison, bounds) if comparison else (),
        floors=check_floors(comparison, bounds) if comparison else (),
        yardsticks=_yardsticks(candidate.cases, given=plan.conditions.date == "given"),
        traps=tuple(_traps(articles)),
        articles=articles,
        points=(*points, *others),
        notes=tuple(notes),
    )


def _facts(run: Run) -> RunFacts:
    plan = run.plan
    return RunFacts(
        run=run.name,
        prompt=plan.prompt,
        prompt_digest=plan.prompt_digest,
        model=plan.model,
        repeats=plan.repeats,
        extractor_version=run.manifest.extractor_version,
        begun=run.manifest.begun,
        ended=run.completion.ended if run.completion else None,
        failed=sum(not row.ok for row in run.rows),
    )


def _yardsticks(cases: Mapping[str, Case], *, given: bool) -> tuple[Yardstick, ...]:
    """Return what saying nothing and reading the first sentence score on the same articles."""
    majority = majority_type(case.label for case in cases.values())
    silent = [score_article(case.label, nothing()) for case in cases.values()]
    led = [
        score_article(case.label, lead(case.article.text, case.label.published if given else None, majority))
        for case in cases.values()
    ]
    return (
        Yardstick(name="says nothing", report=summarise(silent)),
        Yardstick(name="lead", report=summarise(led)),
    )


def _articles(candidate: Scored, baseline: Scored | None, *, not_tuning: bool) -> tuple[ArticleEntry, ...]:
    new, old = _by_article(candidate.scores), _by_article(baseline.scores if baseline else ())
    entries = []
    for name, case in candidate.cases.items():
        label, half = case.label, half_of(name)
        shown = not_tuning or half == "dev"
        entries.append(
            ArticleEntry(
                id=name,
                kind=label.kind,
                country=label.country,
                half=half,
                traps=label.traps,
                candidate=_side(new[name], shown=shown),
                baseline=_side(old[name], shown=shown) if baseline else None,
            )
        )
    return tuple(entries)


def _by_article(scores: Iterable[ArticleScore]) -> Mapping[str, list[ArticleScore]]:
    grouped: dict[str, list[ArticleScore]] = defaultdict(list)
    for score in scores:
        grouped[score.article].append(score)
    return grouped


def _side(scores: Sequence[ArticleScore], *, shown: bool) -> ArticleSide:
    failures = Counter(score.problem or str(score.outcome) for score in scores if score.outcome is not Outcome.OK)
    return ArticleSide(
        tallies={slot: _mean([score.tallies[slot] for score in scores]) for slot in SLOTS},
        failures=dict(sorted(failures.items())),
        seconds=sum(score.usage.seconds for score in scores if score.usage),
        findings=_told(scores) if shown else None,
    )


def _mean(tallies: Sequence[Tally]) -> Tally:
    total = sum(tallies, start=Tally())
    return Tally(**{name: value / len(tallies) for name, value in total.model_dump().items()})


def _told(scores: Sequence[ArticleScore]) -> tuple[Told, ...]:
    """Return the findings of all repeats; one that comes up again is told once, with how often."""
    met: Counter[tuple[Finding, int]] = Counter()
    for score in scores:
        # Which predicted event it was in differs from repeat to repeat and tells a reader nothing; two alike in one
        # repeat stay two.
        alike = Counter(finding.model_copy(update={"predicted": None}) for finding in score.findings)
        met.update((finding, number) for finding, count in alike.items() for number in range(count))
    return tuple(Told(finding=finding, times=times) for (finding, _), times in met.items())


def _traps(articles: Sequence[ArticleEntry]) -> Iterable[TrapFigures]:
    """Yield the figures of each trap that some article holds."""
    holding: dict[str, list[ArticleEntry]] = defaultdict(list)
    for article in articles:
        for trap in dict.fromkeys(article.traps):
            holding[trap].append(article)
    for trap, held in sorted(holding.items(), key=lambda item: (-len(item[1]), item[0])):
        yield _trap(trap, held)
    if free := [article for article in articles if not article.traps]:
        yield _trap(None, free)


def _trap(trap: str | None, articles: Sequence[ArticleEntry]) -> TrapFigures:
    return TrapFigures(
        trap=trap,
        articles=len(articles),
        candidate=_pooled(article.candidate for article in articles),
        baseline=_pooled(article.baseline for article in articles),
    )


def _pooled(sides: Iterable[ArticleSide | None]) -> float | None:
    total = sum((side.total for side in sides if side is not None), start=Tally())
    return total.f1 if total.predicted or total.labelled else None

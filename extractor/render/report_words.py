"""How a report on an evaluation reads: its verdict, its figures and its terms, the same in Markdown and on the page.

Pure functions from the dossier to plain text. Nothing here is escaped; whoever shows the text does that. F1 figures are
shown as points, 0 to 100, because differences are spoken of in points.

A is the baseline, B is the candidate, which may replace it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from extractor.scoring.scores import FindingKind, Slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.evaluation.dossier import ArticleEntry, Dossier, Side, Told
    from extractor.scoring.figures import FloorCheck, Interval, Ratio, Report, Verdict
    from extractor.scoring.scores import Tally

RESULTS: Final = {"pass": "Pass", "fail": "Fail", "too_little_data": "Too little data"}

SIDES: Final = {"A": "the baseline: what B would replace", "B": "the candidate: what may replace A"}

SLOTS: Final = {
    Slot.TYPE: "what kind of event it was",
    Slot.WHEN: "the day or days on which it happened",
    Slot.WHERE: "the place, as exactly as the article names it",
    Slot.INITIATORS: "who did it, or who took part",
    Slot.TARGETS: "whom or what it was done to",
    Slot.CASUALTIES: "how many were killed and injured",
}
"""What each slot holds."""

VERDICTS: Final = {
    "COR": "correct",
    "PAR": "partly right, which counts half",
    "INC": "incorrect: something else stands there",
    "MIS": "missing: the label has it and the run does not",
    "SPU": "spurious: the run has it and the label does not",
}
"""The five verdicts on a fill (MUC-4)."""
_COUNTED: Final = ("correct", "partly right", "incorrect", "missing", "spurious")

TERMS: Final = {
    "EventF1": (
        "One figure for the whole run, 0 to 100 points: of everything that was labelled, how much was found, and of "
        "everything that was said, how much is right (their harmonic mean, over all slots and articles). What is "
        "partly right counts half."
    ),
    "slot": "One of the six things that are compared of every event.",
    "fill": "One value in a slot: one type, one day, one place, one actor, one toll.",
    "interval": (
        "A 95 % interval: where the figure falls 95 times out of 100 when the articles are drawn anew from these at "
        "random. Narrow is sure, wide is unsure; of errors in the labels it knows nothing."
    ),
    "difference": (
        "B - A. Where its whole interval lies above 0, B is better beyond chance, and worse where it lies below; where "
        "the interval holds 0, it may be chance."
    ),
    "p": "How often chance alone would show a difference as large as this; below 0.05 it is called significant.",
    "p of a slot": (
        "Whoever looks at six slots finds a difference in one of them by chance more easily than in one alone, so p is "
        "corrected for six (Holm): raised, to 1 at most. The intervals of slots are not widened in the same way, and "
        "one may leave out 0 although p calls the difference chance. Then p decides."
    ),
    "margin": "The loss of EventF1 that is put up with, because a few articles can't tell a smaller one from none.",
    "guard": (
        "A slot that may not get significantly worse, whatever EventF1 says. Held means that no loss could be shown, "
        "not that there is none. Guards are chosen beforehand, so their p is corrected for their number alone and may "
        "be smaller than among all six slots; of guards it decides."
    ),
    "hard figure": "A rate that may not slip, whatever EventF1 says.",
    "says nothing": "A program that never reports an event. It is never wrong, and finds nothing.",
    "lead": "A program without a model, which reads only the first sentence of each article.",
    "aligned": (
        "Before values are compared, each reported event is set beside at most one labelled event, so that all pairs "
        "together agree as much as they can. The two of a pair are aligned: they are of a like type, and at least "
        "partly of one mind on the day, the place, who did it or to whom. What has no partner is an extra or a missed "
        "event."
    ),
    "optional event": (
        "A labelled event that is only background, or the total of several. Nothing is lost where it is left out; "
        "where it is reported, its values are compared like any other's."
    ),
    "half": (
        "Articles belong to dev or test by their names alone. Half dev may be read while prompts are written; half "
        "test decides, and nobody reads it who writes prompts."
    ),
    "date": "Given: the program was told on which day an article was published. Stripped: it was not told.",
    "furniture": (
        "What stands around an article on a saved page: menus, offers, links to other reports. Kept: the program saw "
        "it too. Removed: it was cut out first."
    ),
    "trap": "Something that an article holds on purpose, because readers and programs stumble over it.",
}
"""Each term in a sentence or two."""

HARD: Final = {
    "grounding": (
        "grounding rate",
        "values that code found again in the quoted sentences, be they right or not; higher is better",
    ),
    "date_fabrication": (
        "date fabrication rate",
        "events that were given a day although the article names none; lower is better",
    ),
    "conflict_retention": (
        "conflict retention",
        "tolls on which sources disagree and of which two numbers were kept; higher is better",
    ),
}
"""Name and meaning of each hard figure, by its field."""

TRAPS: Final = {
    "conflicting_tolls": "sources give different tolls",
    "revised_toll": "a toll is corrected within the article",
    "period_total": "a total over weeks or months stands beside the toll of one event",
    "numbers_side_by_side": "dead and wounded stand side by side",
    "denial": "somebody denies it",
    "accusation": "somebody is accused of it",
    "claim_of_responsibility": "somebody claims it",
    "planned_act": "an act that is only planned",
    "threatened_act": "an act that is only threatened",
    "no_casualties": "the article says that nobody was hurt",
    "vague_count": "dozens, scores, several",
    "reported_from_elsewhere": "the report was filed from another place than the event's",
    "ambiguous_place_name": "the place's name exists in several countries",
    "weekday_across_boundary": "a weekday that lies in another month or year",
    "last_weekday_same_day": "“last Friday”, written on a Friday",
    "nested_quotes": "quotes within quotes",
    "unnamed_perpetrator": "nobody knows who did it",
    "told_twice": "one event is told twice",
    "misleading_headline": "the headline says something else than the text",
    "old_event_as_context": "an old event is told as background",
    "instruction_to_model": "the text tells a language model what to do",
    "wrong_printed_date": "the printed date is wrong",
    "victims_split_by_kind": "the victims are counted by kind: children, soldiers …",
}
"""What each trap of the labelled set is."""

FINDINGS: Final = {
    FindingKind.PARTIAL: "partly right",
    FindingKind.INCORRECT: "incorrect",
    FindingKind.MISSING: "missing",
    FindingKind.SPURIOUS: "spurious",
    FindingKind.MISSED_EVENT: "missed event",
    FindingKind.EXTRA_EVENT: "extra event",
    FindingKind.FREE_EVENT: "optional event left out",
}


@dataclass(frozen=True, slots=True)
class HardRow:
    """A hard figure of both sides, and what the suite demands of it."""

    name: str
    meaning: str
    new: Ratio
    old: Ratio | None
    check: FloorCheck | None
    """None: nothing is demanded."""

    @property
    def bound(self) -> str:
        """The demand, and whether it is kept."""
        if self.check is None:
            return "no bound"
        kept = {True: "held", False: "not held", None: "not measured"}[self.check.held]
        return f"at {'most' if self.check.ceiling else 'least'} {self.check.bound:.1%}: {kept}"


def hard_rows(dossier: Dossier) -> list[HardRow]:
    """Return the hard figures of the candidate beside those of the baseline."""
    new = dossier.candidate.report.hard
    old = dossier.baseline.report.hard if dossier.baseline else None
    checks: dict[str, FloorCheck] = {check.name: check for check in dossier.floors}
    return [
        HardRow(name, meaning, getattr(new, field), getattr(old, field) if old else None, checks.get(name))
        for field, (name, meaning) in HARD.items()
    ]


def compared_events(report: Report) -> str:
    """Return on how many labelled events the slots were compared, and why these are more than had to be found."""
    had = report.detection.recall.of
    every = next(iter(report.slots.values())).computed_on.of
    repeats = f" in {report.repeats} repeats" if report.repeats > 1 else ""
    found = f"{every - had:g} optional ones that were found"
    return f"{every:g} labelled events{repeats}: {had:g} that had to be found, and {found}"


def name_of(dossier: Dossier, side: Side) -> str:
    """Return what to call a side: that in which the two differ, its prompt before its model before its folder."""
    facts, other = side.facts, dossier.baseline
    if other is None or dossier.candidate.facts.prompt != other.facts.prompt:
        return facts.prompt
    if dossier.candidate.facts.model != other.facts.model:
        return str(facts.model)
    return facts.run


def verdict_sentence(dossier: Dossier) -> str:
    """Return the result in one plain sentence."""
    new, own = name_of(dossier, dossier.candidate), dossier.candidate.report.event_f1
    comparison, verdict, old = dossier.comparison, dossier.verdict, dossier.baseline
    if comparison is None or verdict is None or old is None:
        led = next(one.report.event_f1.value for one in dossier.yardsticks if one.name == "lead")
        return (
            f"{new} scores {points(own.value)} points of EventF1 ({span(own)}); reading only the first sentence of "
            f"each article scores {points(led)}."
        )
    rival, difference = name_of(dossier, old), comparison.difference
    how = f"{points(difference.value, '+')} points of EventF1 (95 %: {span(difference, '+')})"
    if verdict.result == "fail":
        return f"B ({new}) may not replace A ({rival}): {_lower_first(verdict.reasons[0])}"
    if verdict.result == "too_little_data":
        return f"There is too little data to say whether B ({new}) may replace A ({rival}): {how}."
    if difference.low > 0:
        now, was = dossier.candidate.report, old.report
        return (
            f"B ({new}) is better than A ({rival}): {how}. It finds {points(now.recall)} % of what is labelled, "
            f"A {points(was.recall)} %; {points(now.precision)} % of what it says is right, "
            f"of A's {points(was.precision)} %."
        )
    margin = points(verdict.bounds.margin)
    return f"B ({new}) is not worse than A ({rival}) by more than the margin of {margin} points: {how}."


def further_reasons(verdict: Verdict) -> tuple[str, ...]:
    """Return the reasons of a verdict that :func:`verdict_sentence` leaves out."""
    return verdict.reasons[1:] if verdict.result == "fail" else verdict.reasons


def _lower_first(text: str) -> str:
    return text if text.startswith("EventF1") else text[:1].lower() + text[1:]


def points(figure: float | None, sign: str = "") -> str:
    """Return F1, or a difference of F1, in points; an en dash where nothing could be measured."""
    if figure is None:
        return "–"
    rounded = round(100 * figure, 1) + 0.0  # + 0.0: minus zero is zero
    return f"{rounded:{sign}.1f}"


def span(figure: Interval, sign: str = "") -> str:
    """Return an interval in points."""
    return f"{points(figure.low, sign)} to {points(figure.high, sign)}"


def share(ratio: Ratio) -> str:
    """Return a share with what it was counted on."""
    return "nothing to count" if ratio.value is None else f"{ratio.value:.1%} ({ratio.count:g} of {ratio.of:g})"


def number(figure: float) -> str:
    """Return a count of fills; means over repeats keep a decimal."""
    return f"{round(figure, 1):g}"


def counted(tally: Tally) -> str:
    """Return how many values got which verdict, in words; verdicts that none got are left out."""
    counts = zip((tally.cor, tally.par, tally.inc, tally.mis, tally.spu), _COUNTED, strict=True)
    return ", ".join(f"{number(count)} {name}" for count, name in counts if count) or "nothing labelled, nothing said"


def amount(figure: float | None, form: str) -> str:
    """Return a cost figure, or that it is unknown."""
    return "unknown" if figure is None else f"{figure:{form}}"


def split_findings(article: ArticleEntry) -> tuple[list[Told], list[Told], list[Told]]:
    """Return what only B gets wrong, what only A gets wrong, and what both do: in this order, by event."""
    new = sorted(article.candidate.findings or (), key=_event)
    old = sorted((article.baseline.findings if article.baseline else None) or (), key=_event)
    ours, theirs = {_same(told) for told in new}, {_same(told) for told in old}
    return (
        [told for told in new if _same(told) not in theirs],
        [told for told in old if _same(told) not in ours],
        [told for told in new if _same(told) in theirs],
    )


def _event(told: Told) -> tuple[bool, int]:
    """Return where a finding belongs: by labelled event, and what has none last."""
    return told.finding.labelled is None, told.finding.labelled or 0


def _same(told: Told) -> tuple[object, ...]:
    """Return what makes two findings one; their reasons may name other events."""
    one = told.finding
    return one.kind, one.slot, one.labelled, one.expected, one.found


def by_loss(dossier: Dossier) -> Sequence[ArticleEntry]:
    """Return the articles, the largest loss first; without a baseline the lowest F1 first."""
    if dossier.baseline is None:
        return sorted(dossier.articles, key=lambda article: (article.candidate.total.f1, article.id))
    return sorted(dossier.articles, key=lambda article: (article.difference, article.id))

"""The HTML report on an evaluation: one file that shows why one version is better than another, article by article.

Like the page of an article it asks for nothing else: no script, one inline style sheet, and a policy that lets the
browser apply exactly that. The charts are drawings inside tables, one to a row, so every figure that can be looked at
can be read too, by people and by screen readers. Links and foldable parts are all that moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from extractor.render import report_words as words
from extractor.scoring.scores import FindingKind
from extractor.web.eval_charts import Scale, difference_scale, scatter, ticks, whisker
from extractor.web.templates import policy_hash, style_sheet, template

if TYPE_CHECKING:
    from extractor.evaluation.dossier import ArticleEntry, ArticleSide, Dossier, Side, Told
    from extractor.evaluation.points import Point
    from extractor.scoring.figures import Interval
    from extractor.scoring.scores import Tally

_POINTS: Final = 100
_WHOLE: Final = Scale(0, 1)
_QUARTERS: Final = 0.25
_SAME: Final = 0.0005
"""Differences of F1 below this are shown as none."""
_SIGNIFICANT: Final = 0.05
_WHY: Final = {
    FindingKind.INCORRECT: "something else stands there",
    FindingKind.MISSING: "the label has it, the run does not",
    FindingKind.SPURIOUS: "the run has it, the label does not",
}
"""Reasons of fills that need no more words; the others bring their own."""


def render_report(dossier: Dossier) -> str:
    """Return a complete HTML document."""
    style = style_sheet("eval_page.css")
    return template("eval_page.html.jinja").render(style=style, policy=policy_hash(style), **evaluation_parts(dossier))


def evaluation_parts(dossier: Dossier) -> dict[str, Any]:
    """Return what the body of the page shows."""
    numbers = {article.id: number for number, article in enumerate(dossier.articles, start=1)}
    return {
        "two": dossier.baseline is not None,
        "terms": words.TERMS,
        "verdicts": words.VERDICTS,
        "result": _result(dossier),
        "sentence": words.verdict_sentence(dossier),
        "reasons": words.further_reasons(dossier.verdict) if dossier.verdict else (),
        "sides": _sides(dossier),
        "axis": ticks(_WHOLE, _QUARTERS, unit=_POINTS),
        "overview": _overview(dossier),
        "difference": _difference(dossier),
        "slots": _slots(dossier),
        "events": _events(dossier),
        "counts": _counts(dossier),
        "guards": [_guard(dossier, number) for number in range(len(dossier.guards))],
        "hard": words.hard_rows(dossier),
        "share": words.share,
        "changes": _changes(dossier, numbers),
        "costs": _costs(dossier),
        "traps": [_trap(dossier, number) for number in range(len(dossier.traps))],
        "articles": [_article(article, numbers[article.id]) for article in words.by_loss(dossier)],
        "withheld": sum(article.withheld for article in dossier.articles),
        "facts": _facts(dossier),
        "notes": dossier.notes,
    }


def _result(dossier: Dossier) -> tuple[str, str] | None:
    """Return the verdict's class and its name."""
    verdict = dossier.verdict
    return (verdict.result, words.RESULTS[verdict.result]) if verdict else None


def _both(dossier: Dossier) -> list[tuple[str, Side]]:
    """Return the sides with their letters, the candidate first."""
    sides = [("B", dossier.candidate)]
    return [*sides, ("A", dossier.baseline)] if dossier.baseline else sides


def _sides(dossier: Dossier) -> list[dict[str, Any]]:
    return [
        {
            "letter": letter,
            "name": words.name_of(dossier, side),
            "what": words.SIDES[letter] if dossier.baseline else "the version that this page is about",
            "prompt": side.facts.prompt,
            "model": str(side.facts.model),
        }
        for letter, side in _both(dossier)
    ]


def _interval(figure: Interval | None, scale: Scale = _WHOLE, sign: str = "") -> dict[str, Any] | None:
    """Return a figure as it is drawn and read; None where nobody said anything."""
    if figure is None:
        return None
    return {
        "drawn": whisker(figure, scale),
        "value": words.points(figure.value, sign),
        "span": words.span(figure, sign),
    }


def _overview(dossier: Dossier) -> list[dict[str, Any]]:
    """Return EventF1 of the runs and of what can be had without a model."""
    rows: list[dict[str, Any]] = [
        {"letter": letter, "name": words.name_of(dossier, side), "f1": _interval(side.report.event_f1), "about": ""}
        for letter, side in _both(dossier)
    ]
    for one in sorted(dossier.yardsticks, key=lambda one: -one.report.event_f1.value):
        about = words.TERMS[one.name]
        rows.append({"letter": "", "name": one.name, "f1": _interval(one.report.event_f1), "about": about})
    return rows


def _difference(dossier: Dossier) -> dict[str, Any] | None:
    comparison, verdict = dossier.comparison, dossier.verdict
    if comparison is None or verdict is None:
        return None
    found, margin = comparison.difference, verdict.bounds.margin
    scale, step = difference_scale([found.low, found.high, 2 * margin])
    start, width = scale.stretch(-margin, scale.high)
    return {
        "f1": _interval(found, scale, "+"),
        "axis": ticks(scale, step, unit=_POINTS, sign="+"),
        "zero": scale.at(0),
        "margin": scale.at(-margin),
        "allowed": (start, width),
        "allows": words.points(margin),
        "least": verdict.bounds.least_articles,
        "p": f"{comparison.p:.4f}",
        "articles": comparison.articles,
    }


def _slots(dossier: Dossier) -> list[dict[str, Any]]:
    compared = dossier.comparison.slots if dossier.comparison else {}
    guards = {check.slot: f"guard, {'held' if check.held else 'worse'}" for check in dossier.guards}
    rows = []
    for slot, figures in dossier.candidate.report.slots.items():
        old = dossier.baseline.report.slots[slot].f1 if dossier.baseline else None
        change = compared.get(slot)
        rows.append(
            {
                "name": str(slot),
                "about": words.SLOTS[slot],
                "guard": guards.get(slot),
                "new": _interval(figures.f1),
                "old": _interval(old),
                "events": f"{figures.computed_on.count:g} of {figures.computed_on.of:g}",
                "change": _change(change.difference.value, sure=change.p_holm < _SIGNIFICANT) if change else None,
                "span": words.span(change.difference, "+") if change else "",
                "p": f"{change.p_holm:.4f}" if change else "",
                "chance": change is not None and change.p_holm >= _SIGNIFICANT,
            }
        )
    return rows


def _events(dossier: Dossier) -> list[tuple[str, str]]:
    """Return on how many labelled events each side is compared, its letters before it; alike sides share a line."""
    told: dict[str, str] = {}
    for letter, side in _both(dossier):
        what = words.compared_events(side.report)
        told[what] = told.get(what, "") + letter
    return [(letters, what) for what, letters in told.items()]


def _change(difference: float, *, sure: bool = True) -> dict[str, str]:
    """Return a difference of F1 with its direction; one that may be chance has none."""
    side = "same" if abs(difference) < _SAME or not sure else "gain" if difference > 0 else "loss"
    return {"side": side, "value": words.points(difference, "+")}


def _counts(dossier: Dossier) -> list[dict[str, Any]]:
    tables = []
    for letter, side in _both(dossier):
        report = side.report
        rows = [(str(slot), _tally(one.tally)) for slot, one in report.slots.items()]
        detection = report.detection
        tables.append(
            {
                "letter": letter,
                "rows": [*rows, ("all", _tally(report.tally))],
                "precision": words.points(report.precision),
                "recall": words.points(report.recall),
                "found": words.share(detection.recall),
                "right": words.share(detection.precision),
                "clean": words.share(detection.clean),
                "failed": ", ".join(f"{count} {kind}" for kind, count in report.failures.items()),
            }
        )
    return tables


def _tally(tally: Tally) -> list[str]:
    return [words.number(count) for count in (tally.cor, tally.par, tally.inc, tally.mis, tally.spu)]


def _guard(dossier: Dossier, number: int) -> dict[str, Any]:
    check = dossier.guards[number]
    return {
        "slot": str(check.slot),
        "held": check.held,
        "difference": words.points(check.difference.value, "+"),
        "span": words.span(check.difference, "+"),
        "p": f"{check.p:.4f}",
    }


def _changes(dossier: Dossier, numbers: dict[str, int]) -> dict[str, Any] | None:
    """Return the articles that differ, the largest loss first, and those that do not."""
    if dossier.baseline is None:
        return None
    ordered = words.by_loss(dossier)
    scale, step = difference_scale([article.difference for article in ordered])
    rows: list[dict[str, Any]] = []
    same: list[dict[str, Any]] = []
    for article in ordered:
        change = _change(article.difference)
        row = {
            "id": article.id,
            "anchor": f"a{numbers[article.id]}",
            "new": words.points(article.candidate.total.f1),
            "old": _f1(article.baseline),
            "bar": scale.stretch(0, article.difference),
            **change,
        }
        (same if change["side"] == "same" else rows).append(row)
    return {
        "rows": rows,
        "same": same,
        "axis": ticks(scale, step, unit=_POINTS, sign="+"),
        "zero": scale.at(0),
        "gained": sum(row["side"] == "gain" for row in rows),
        "lost": sum(row["side"] == "loss" for row in rows),
    }


def _f1(side: ArticleSide | None) -> str:
    return words.points(side.total.f1) if side else ""


def _costs(dossier: Dossier) -> dict[str, Any]:
    """Return the chart of seconds, that of dollars where any run cost some, and the table of both."""
    lead = next(one.report.event_f1.value for one in dossier.yardsticks if one.name == "lead")
    numbered = list(enumerate(dossier.points, start=1))
    timed = [(number, point, point.seconds) for number, point in numbered if point.seconds is not None]
    paid = [(number, point, 1000 * point.usd) for number, point in numbered if point.usd is not None]
    charts = [("seconds", "Seconds per article", scatter(timed, lead))] if timed else []
    if any(dollars for _, _, dollars in paid):
        charts.append(("usd", "US dollars per 1,000 articles", scatter(paid, lead)))
    return {
        "charts": charts,
        "rows": [_point(number, point) for number, point in numbered],
    }


def _point(number: int, point: Point) -> dict[str, Any]:
    return {
        "number": number,
        "letter": {"candidate": "B", "baseline": "A"}.get(point.role, ""),
        "role": point.role,
        "prompt": point.prompt,
        "model": point.model,
        "run": point.run,
        "f1": words.points(point.event_f1.value),
        "span": words.span(point.event_f1),
        "seconds": words.amount(point.seconds, ".1f"),
        "tokens": words.amount(point.tokens, ",.0f"),
        "usd": words.amount(1000 * point.usd if point.usd is not None else None, ",.2f"),
    }


def _trap(dossier: Dossier, number: int) -> dict[str, Any]:
    row = dossier.traps[number]
    most = max((one.articles for one in dossier.traps if one.trap), default=1)
    return {
        "name": row.trap.replace("_", " ") if row.trap else "no trap",
        "about": words.TRAPS.get(row.trap, "") if row.trap else "articles without any of them",
        "articles": row.articles,
        "width": f"{_POINTS * row.articles / most:.2f}%" if row.trap else None,
        "new": _WHOLE.at(row.candidate) if row.candidate is not None else None,
        "old": _WHOLE.at(row.baseline) if row.baseline is not None else None,
        "new_points": words.points(row.candidate),
        "old_points": words.points(row.baseline),
    }


def _article(article: ArticleEntry, number: int) -> dict[str, Any]:
    ours, theirs, shared = words.split_findings(article)
    two = article.baseline is not None
    groups = [
        ("Only B gets this wrong" if two else "What is wrong", "b", ours),
        ("Only A got this wrong", "a", theirs),
        ("Both get this wrong", "", shared),
    ]
    return {
        "anchor": f"a{number}",
        "id": article.id,
        "facts": ", ".join(filter(None, [article.kind.replace("_", " "), article.country, f"half {article.half}"])),
        "traps": [trap.replace("_", " ") for trap in article.traps],
        "new": _f1(article.candidate),
        "old": _f1(article.baseline),
        "change": _change(article.difference) if two else None,
        "tallies": [
            (letter, words.counted(side.total))
            for letter, side in (("B", article.candidate), ("A", article.baseline))
            if side is not None
        ],
        "failures": [
            (letter, kind, times)
            for letter, side in (("B", article.candidate), ("A", article.baseline))
            for kind, times in (side.failures if side else {}).items()
        ],
        "withheld": article.withheld,
        "groups": [(title, letter, list(map(_told, group))) for title, letter, group in groups if group],
        "wrong": len(ours) + len(shared),
    }


def _told(told: Told) -> dict[str, Any]:
    one = told.finding
    event = "" if one.labelled is None else f"event {one.labelled + 1}"
    return {
        "kind": words.FINDINGS[one.kind],
        "tone": {"partial": "half", "free_event": "free"}.get(one.kind, "bad"),
        "slot": str(one.slot) if one.slot else "",
        "event": event,
        "expected": one.expected,
        "found": one.found,
        "why": _why(told),
        "times": told.times,
    }


def _why(told: Told) -> str:
    """Return the reason without the values that stand beside it."""
    one = told.finding
    if one.kind in _WHY:
        return _WHY[one.kind]
    values = f"{one.slot}: {one.found!r} for {one.expected!r}: "
    return one.reason.removeprefix(values)


def _facts(dossier: Dossier) -> list[tuple[str, str]]:
    facts = [
        ("Labelled set", f"{dossier.set_name}, half {dossier.half}, {len(dossier.articles)} articles"),
        ("Digest of the set", dossier.set_digest),
        ("How articles were shown", str(dossier.conditions)),
        ("Suite", dossier.suite or "none: the usual bounds"),
    ]
    for letter, side in _both(dossier):
        one = side.facts
        ended = f"{one.begun:%Y-%m-%d %H:%M} to {one.ended:%Y-%m-%d %H:%M} UTC" if one.ended else "interrupted"
        repeats = "asked once" if one.repeats == 1 else f"asked {one.repeats} times"
        facts += [
            (f"{letter}: run", one.run),
            (f"{letter}: prompt", f"{one.prompt}, {one.prompt_digest}"),
            (f"{letter}: model", f"{one.model}, {repeats}, {one.failed} failed"),
            (f"{letter}: made", f"{ended}, extractor {one.extractor_version}"),
        ]
    return [*facts, ("This report", f"{dossier.made:%Y-%m-%d %H:%M} UTC")]

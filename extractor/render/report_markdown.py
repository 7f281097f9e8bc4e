"""A report for a pull request: the verdict first, one table, what lost most, and the rest folded away.

It is posted where it runs as GitHub's Markdown, so words of articles are escaped, and broken where GitHub would make
them a mention, a link or a reference. A comment may hold 65,536 characters; what does not fit is named.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from extractor.render import report_words as words
from extractor.render.documents import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.evaluation.dossier import ArticleEntry, Dossier, Told
    from extractor.scoring.figures import Interval, SlotDifference
    from extractor.scoring.scores import Slot, Tally

LIMIT: Final = 60_000
"""Bytes of UTF-8; below GitHub's 65,536 characters with room for what a bot puts around it."""
_WORST: Final = 5
_LONGEST: Final = 300
"""Characters shown of one text of an article."""

# GitHub makes mentions and references of what it sees after it has decoded entities: a break that nobody sees stops it.
_LIVE: Final = re.compile(r"&#\d+;|#|\bGH-", re.IGNORECASE)


def report_markdown(dossier: Dossier) -> str:
    """Return the report, at most :data:`LIMIT` bytes long."""
    head = "\n".join(
        [
            *_verdict(dossier),
            *_figures(dossier),
            *_hard(dossier),
            *_worst(dossier),
            *_folded("What the words mean", _terms(dossier)),
            *_folded("What was compared", _facts(dossier)),
            *_folded("By trap", _traps(dossier)),
        ]
    )
    return f"{head}\n{_findings(dossier, LIMIT - len(head.encode()) - 1)}"


def said(text: str, longest: int = _LONGEST) -> str:
    """Return words of an article, prompt or model so that they only show: no markup, link, mention or reference."""
    text = text.strip()  # four spaces in front would make a list's item a block of code
    short = text if len(text) <= longest else f"{text[:longest]}…"
    return _LIVE.sub("\\g<0>\u200b", escape(short))


def _verdict(dossier: Dossier) -> Iterator[str]:
    verdict = dossier.verdict
    result = f"{words.RESULTS[verdict.result]}: " if verdict else ""
    yield f"### {result}{said(words.verdict_sentence(dossier))}"
    yield ""
    if verdict is not None:
        yield from (f"- {said(reason)}" for reason in words.further_reasons(verdict))
        yield ""
    yield from (f"- Note: {said(note)}" for note in dossier.notes)
    if dossier.notes:
        yield ""


def _figures(dossier: Dossier) -> Iterator[str]:
    """Yield the table of EventF1 and the slots, then what can be had without a model."""
    comparison, report = dossier.comparison, dossier.candidate.report
    if comparison is None:
        yield "| F1 in points (95 %) | B | correct | partly | incorrect | missing | spurious |"
        yield "|---|---|---|---|---|---|---|"
        rows: list[tuple[str, Interval | None, Tally]] = [("**EventF1**", report.event_f1, report.tally)]
        rows += [(str(slot), one.f1, one.tally) for slot, one in report.slots.items()]
        for name, f1, tally in rows:
            counts = " | ".join(words.number(n) for n in (tally.cor, tally.par, tally.inc, tally.mis, tally.spu))
            yield f"| {name} | {_interval(f1)} | {counts} |"
    else:
        assert dossier.baseline is not None
        old = dossier.baseline.report
        yield "| F1 in points (95 %) | A | B | B - A | p |"
        yield "|---|---|---|---|---|"
        whole = f"**{words.points(comparison.difference.value, '+')}** ({words.span(comparison.difference, '+')})"
        both = f"{_interval(old.event_f1)} | {_interval(report.event_f1)}"
        yield f"| **EventF1** | {both} | {whole} | {comparison.p:.4f} |"
        guards = {check.slot: check for check in dossier.guards}
        for slot, one in comparison.slots.items():
            guard = "" if slot not in guards else " (guard, held)" if guards[slot].held else " (guard, **worse**)"
            yield f"| {slot}{guard} | {_slot(slot, dossier, old=True)} | {_slot(slot, dossier)} | {_difference(one)} |"
    yield ""
    led = " · ".join(f"*{one.name}* {_interval(one.report.event_f1)}" for one in dossier.yardsticks)
    yield f"EventF1 without a model: {led}."
    yield ""
    if comparison is not None:
        yield "p of slots is corrected for there being six, their intervals are not: where they disagree, p decides."
    yield f"Slots of B are compared on {words.compared_events(report)}."
    yield ""


def _slot(slot: Slot, dossier: Dossier, *, old: bool = False) -> str:
    side = dossier.baseline if old else dossier.candidate
    return _interval(side.report.slots[slot].f1 if side else None)


def _difference(one: SlotDifference) -> str:
    return f"{words.points(one.difference.value, '+')} ({words.span(one.difference, '+')}) | {one.p_holm:.4f}"


def _interval(figure: Interval | None) -> str:
    return "nobody filled it" if figure is None else f"{words.points(figure.value)} ({words.span(figure)})"


def _hard(dossier: Dossier) -> Iterator[str]:
    two = dossier.baseline is not None
    yield "| Hard figure | A | B | bound |" if two else "| Hard figure | B |"
    yield "|---|---|---|---|" if two else "|---|---|"
    for row in words.hard_rows(dossier):
        both = f" {words.share(row.old)} |" if row.old is not None else ""
        yield f"| {row.name}: {row.meaning} |{both} {words.share(row.new)} |{f' {row.bound} |' if two else ''}"
    yield ""
    failures = dossier.candidate.report.failures
    if failures:
        listed = ", ".join(f"{count} {said(kind)}" for kind, count in failures.items())
        yield f"Failed in B, counted as predicting nothing: {listed}."
        yield ""


def _worst(dossier: Dossier) -> Iterator[str]:
    if dossier.baseline is None:
        yield "| Articles with the lowest F1 | B |"
        yield "|---|---|"
        for article in words.by_loss(dossier)[:_WORST]:
            yield f"| {said(article.id)} | {words.points(article.candidate.total.f1)} |"
        yield ""
        return
    lost = [article for article in words.by_loss(dossier) if article.difference < 0][:_WORST]
    gained = sum(article.difference > 0 for article in dossier.articles)
    losing = sum(article.difference < 0 for article in dossier.articles)
    yield f"{gained} articles gained, {losing} lost, {len(dossier.articles) - gained - losing} stayed as they were."
    yield ""
    if lost:
        yield "| Articles that lost most | A | B | B - A |"
        yield "|---|---|---|---|"
        yield from map(_lost, lost)
        yield ""


def _lost(article: ArticleEntry) -> str:
    assert article.baseline is not None
    old, new = article.baseline.total.f1, article.candidate.total.f1
    return f"| {said(article.id)} | {words.points(old)} | {words.points(new)} | {words.points(new - old, '+')} |"


def _folded(title: str, lines: Iterator[str]) -> Iterator[str]:
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield from lines
    yield ""
    yield "</details>"
    yield ""


def _terms(dossier: Dossier) -> Iterator[str]:
    if dossier.baseline is not None:
        yield from (f"- **{letter}**: {what}." for letter, what in words.SIDES.items())
    yield from (f"- **{term}**: {meaning}" for term, meaning in words.TERMS.items())
    yield from (f"- **{slot}**: {meaning}." for slot, meaning in words.SLOTS.items())


def _facts(dossier: Dossier) -> Iterator[str]:
    for letter, side in (("B", dossier.candidate), ("A", dossier.baseline)):
        if side is None:
            continue
        one = side.facts
        repeats = "" if one.repeats == 1 else f", {one.repeats} repeats"
        ended = f"{one.ended:%Y-%m-%d %H:%M} UTC" if one.ended else "not ended"
        yield (
            f"- {letter}: {said(one.prompt)} ({_digest(one.prompt_digest)}), {said(str(one.model))}, "
            f"run {said(one.run)}, {ended}, extractor {said(one.extractor_version)}, {one.failed} failed{repeats}"
        )
    yield (
        f"- Set {said(dossier.set_name)} ({_digest(dossier.set_digest)}), half {dossier.half}, {len(dossier.articles)} "
        f"articles, {dossier.conditions}, suite {said(dossier.suite or 'none')}"
    )


def _digest(digest: str) -> str:
    return f"`{digest[:19]}…`"


def _traps(dossier: Dossier) -> Iterator[str]:
    two = dossier.baseline is not None
    yield f"| Trap | articles |{' A |' if two else ''} B |"
    yield f"|---|---|{'---|' if two else ''}---|"
    for row in dossier.traps:
        name = f"{said(row.trap)}: {words.TRAPS.get(row.trap, '')}" if row.trap else "none of them"
        old = f" {words.points(row.baseline)} |" if two else ""
        yield f"| {name} | {row.articles} |{old} {words.points(row.candidate)} |"


def _findings(dossier: Dossier, room: int) -> str:
    """Return the folded findings of as many articles as there is room for, the largest differences first."""
    opening = "<details><summary>Article by article</summary>\n\n"
    closing = "\n</details>\n"
    withheld = sum(article.withheld for article in dossier.articles)
    if withheld:
        opening += (
            f"The findings in {withheld} articles of the half test are left out: they quote articles that nobody reads "
            "who writes prompts.\n\n"
        )
    ordered = sorted(words.by_loss(dossier), key=lambda article: -abs(article.difference))
    sections = [section for article in ordered if (section := "\n".join(_article(article)))]
    room -= len((opening + closing).encode()) + 100  # for the line that says how many are left out
    parts: list[str] = []
    for section in sections:
        room -= len(section.encode()) + 1
        if room < 0:
            parts.append(f"{len(sections) - len(parts)} more articles do not fit here; the HTML report holds all.\n")
            break
        parts.append(section)
    return opening + "\n".join(parts) + closing if parts or withheld else ""


def _article(article: ArticleEntry) -> Iterator[str]:
    """Yield what differs between the two runs, or without a baseline all that is wrong."""
    ours, theirs, _ = words.split_findings(article)
    if article.withheld or not (ours or theirs or article.candidate.failures):
        return
    figures = words.points(article.candidate.total.f1)
    if article.baseline:
        figures = f"{words.points(article.baseline.total.f1)} → {figures}"
    yield f"**{said(article.id)}** {figures}"
    yield ""
    yield from (f"- B failed: {said(kind)}" for kind in article.candidate.failures)
    only = ("only B: ", "only A: ") if article.baseline else ("", "")
    for title, group in zip(only, (ours, theirs), strict=True):
        yield from (f"- {title}{_told(told)}" for told in group)
    yield ""


def _told(told: Told) -> str:
    one = told.finding
    quote = one.expected or one.found
    what = f" “{said(quote)}”" if one.slot is None and quote else ""
    often = "" if told.times == 1 else f" ({told.times} times)"
    return f"{words.FINDINGS[one.kind]}{what}: {said(one.reason, 2 * _LONGEST)}{often}"

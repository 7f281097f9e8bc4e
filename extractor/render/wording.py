"""How the values of an event read in one line: the same words on the terminal, in Markdown and on the page.

Pure functions from the published types to plain text. Nothing here is escaped; whoever shows the text does that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.events.vocabulary import (
    CheckResult,
    CountForm,
    Involvement,
    Sector,
    Stance,
    Standing,
    Status,
    TimeBasis,
    Who,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from extractor.articles.article import Article
    from extractor.events.summary import (
        Actor,
        Check,
        Count,
        EventSummary,
        Evidence,
        Extraction,
        Published,
        Usage,
        When,
        Where,
    )

CONTEXT = 60
"""Code points of the article shown on each side of a checked span."""


def label(value: str) -> str:
    """Return a vocabulary value as words: ``air_drone_strike`` reads ``air drone strike``."""
    return value.replace("_", " ")


def kind_of(event: EventSummary) -> str:
    """Return type, status where it is not plain fact, and standing."""
    parts = [label(event.type)]
    if event.status is not Status.ACTUAL:
        parts.append(label(event.status).upper())
    if event.standing is not Standing.MAIN:
        parts.append(label(event.standing))
    if event.territory_change != "none":
        parts.append(label(event.territory_change))
    return " · ".join(parts)


def when_line(when: When) -> str:
    """Return the article's words and the days they mean."""
    words = f"“{when.words}” → " if when.words else ""
    return f"{words}{days(when)}"


def days(when: When) -> str:
    """Return the days that ``when`` means, or that they are unknown."""
    if when.basis is TimeBasis.PUBLICATION_BOUND and when.end:
        return f"on or before {when.end} (the publication date)"
    if when.start is None and when.end is None:
        return "date unknown"
    if when.start == when.end:
        return f"{when.start} ({when.basis})"
    return f"{when.start or '…'} to {when.end or '…'} ({when.basis}, {when.precision})"


def where_line(where: Where) -> str:
    """Return the article's words and what the gazetteer makes of them."""
    words = f"“{where.words}” → " if where.words else ""
    return f"{words}{place(where)}"


def place(where: Where) -> str:
    """Return the place that ``where`` names, from the settlement outwards, or that it is unknown."""
    known = [part for part in (where.settlement, where.admin1_name or where.admin1, where.country) if part]
    if not known:
        return "place unknown"
    point = f", {where.lat:.2f} {where.lon:.2f}" if where.lat is not None and where.lon is not None else ""
    return f"{', '.join(known)} ({label(where.precision)}{point})"


def actor_line(actor: Actor) -> str:
    """Return name, country and sector, and how sure the article is."""
    codes = [code for code in (actor.country, actor.sector if actor.sector is not Sector.UNK else None) if code]
    sure = "" if actor.involvement is Involvement.STATED else f", {label(actor.involvement)}"
    known = f" ({' '.join(codes)})" if codes else ""
    return f"{actor.name}{known}{sure}"


def count_line(count: Count) -> str:
    """Return measure, who, the number with the article's words, and who gave it."""
    source = f", says {count.source}" if count.source else ""
    return f"{count_label(count)}: {number(count)} (“{count.words}”{source})"


def count_label(count: Count) -> str:
    """Return what is counted, and whom where not everybody."""
    return label(count.measure) if count.who is Who.ALL else f"{label(count.measure)} {label(count.who)}"


def number(count: Count) -> str:
    """Return the bounds of a count; they are persons and inclusive."""
    low, high = count.min, count.max
    if low is None and high is None:
        return "unknown"
    if low == high:
        return f"about {low:,}" if count.form is CountForm.ABOUT else f"{low:,}"
    if low is None:
        return f"at most {high:,}"
    if high is None:
        return f"at least {low:,}"
    return f"{low:,} to {high:,}"


def speaker_line(evidence: Evidence) -> str:
    """Return who says it, and how; empty where the reporter narrates."""
    if evidence.speaker is None and evidence.stance is Stance.NARRATED:
        return ""
    return f"{evidence.speaker or 'the reporter'} {label(evidence.stance)}"


def check_line(check: Check) -> str:
    """Return what was checked, about which value, and what was found."""
    where = f" {check.field}" if check.field else ""
    value = f" “{check.value}”" if check.value else ""
    detail = f": {check.detail}" if check.detail else ""
    return f"{check.name}{where}{value}{detail}"


def failed(checks: Iterable[Check]) -> list[Check]:
    """Return the checks that failed."""
    return [check for check in checks if check.result is CheckResult.FAILED]


def tally(checks: Iterable[Check]) -> str:
    """Return how many checks passed and failed; those that did not apply are not counted."""
    results = [check.result for check in checks]
    passed, wrong = results.count(CheckResult.PASSED), results.count(CheckResult.FAILED)
    if not passed and not wrong:
        return "none applied"
    return f"{passed} passed, {wrong} failed" if wrong else f"{passed} passed"


def around(article: Article, check: Check) -> tuple[str, str, str] | None:
    """Return the text before, in and after the span that a check looked at; None where it looked at none.

    A span that does not lie in the article (a file edited by hand) has no text around it either.
    """
    if check.span is None or not check.span.start <= check.span.end <= len(article.text):
        return None
    start, end = check.span.start, check.span.end
    before = article.text[max(0, start - CONTEXT) : start]
    after = article.text[end : end + CONTEXT]
    return (
        f"{'…' if start > CONTEXT else ''}{before}",
        article.text[start:end],
        f"{after}{'…' if end + CONTEXT < len(article.text) else ''}",
    )


def published_line(published: Published) -> str:
    """Return the publication date and how it is known."""
    if published.date is None:
        return "publication date unknown"
    return f"published {published.date} ({published.basis})"


def headline_of(extraction: Extraction) -> str:
    """Return the article's title, else its name."""
    return extraction.article.title or extraction.article.id


def facts_line(extraction: Extraction) -> str:
    """Return source, language, publication date and number of events."""
    number_of_events = len(extraction.events)
    parts = [
        extraction.article.source if extraction.article.source != "-" else "standard input",
        extraction.article.language or "",
        published_line(extraction.published),
        "1 event" if number_of_events == 1 else f"{number_of_events} events",
    ]
    return " · ".join(filter(None, parts))


def made_by(extraction: Extraction) -> str:
    """Return what made the extraction and what it took."""
    by = extraction.provenance
    return f"{by.model} at {by.endpoint}, prompt {by.prompt} · {usage_line(extraction.usage)}"


def usage_line(usage: Usage) -> str:
    """Return requests, tokens, cost and time; what is unknown is called so."""
    requests = "1 request" if usage.requests == 1 else f"{usage.requests} requests"
    tokens_in = "unknown" if usage.tokens_in is None else f"{usage.tokens_in:,}"
    tokens_out = "unknown" if usage.tokens_out is None else f"{usage.tokens_out:,}"
    return f"{requests}, {tokens_in} tokens in, {tokens_out} out, {cost_words(usage.cost_usd)}, {usage.seconds:.1f} s"


def cost_words(cost_usd: float | None) -> str:
    """Return an amount in US dollars with enough digits for one article."""
    if cost_usd is None:
        return "cost unknown"
    return f"${cost_usd:.2f}" if cost_usd >= 1 or cost_usd == 0 else f"${cost_usd:.6f}".rstrip("0")

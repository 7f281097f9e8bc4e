"""``extractor prompts diff --on``: two prompt versions over the same articles, and what differs in their events.

One version is asked about all articles, then the other: a model with one slot keeps the prefix that a version's
requests share, and would lose it at every change.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeAlias

from extractor.articles.article import Article
from extractor.articles.read import read
from extractor.commands.choice import explanation
from extractor.commands.extract_run import fetch
from extractor.commands.stream import Done, extract_all
from extractor.errors import InputError, ProviderRefusedError
from extractor.llm.open import chosen_model, concurrency, open_model
from extractor.pipeline import Extractor
from extractor.prompts.diff import EffectReport, effect
from extractor.render.progress import note

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from extractor.events.summary import EventSummary, Extraction
    from extractor.prompts.diff import ArticleEffect, EventChange
    from extractor.prompts.registry import Prompt
    from extractor.settings import ModelChoice, Settings

    Extract: TypeAlias = Callable[[Article], Awaitable[Extraction]]


def run_effect(before: Prompt, after: Prompt, inputs: str, settings: Settings) -> EffectReport:
    """Ask the model that ``settings`` mean about every article in ``inputs``, with both versions.

    Raises:
        InputError: There is no article.
        ExtractorError: Nothing can be asked: settings, model file or provider are at fault.
    """
    articles = []
    for item in read(inputs):
        if isinstance(item, Article):
            articles.append(item)
        else:
            note(f"error: {item.error}")
    if not articles:
        raise InputError(f"{inputs!r} holds no article", hint="name a file, folder or quoted glob")
    choice = chosen_model(settings)
    if line := explanation(choice):
        note(line)
    if choice.kind == "embedded":
        fetch(choice.name, quiet=False)
    return asyncio.run(_run(before, after, articles, settings, choice))


async def _run(
    before: Prompt, after: Prompt, articles: Sequence[Article], settings: Settings, choice: ModelChoice
) -> EffectReport:
    async with open_model(settings, choice) as model:
        old, new = (Extractor(model, prompt, deadline=settings.deadline).extract for prompt in (before, after))
        return await compare(articles, old, new, in_flight=concurrency(settings, choice), say=note)


async def compare(
    articles: Sequence[Article], before: Extract, after: Extract, *, in_flight: int, say: Callable[[str], None]
) -> EffectReport:
    """Ask both versions about every article and compare what comes out.

    Args:
        articles: The articles.
        before: Extracts with the older version.
        after: Extracts with the newer version.
        in_flight: Articles asked about at once.
        say: Takes one line about each answer, for people.

    Raises:
        ProviderRefusedError: The provider refuses every article.
    """
    old = await _extract(articles, before, in_flight, say)
    return effect(old, await _extract(articles, after, in_flight, say))


async def _extract(
    articles: Sequence[Article], extract: Extract, in_flight: int, say: Callable[[str], None]
) -> list[Extraction]:
    found = []
    async for result in extract_all(iter(articles), extract, concurrency=in_flight):
        if isinstance(result, Done):
            one = result.extraction
            if result.refused and one.problem:
                raise ProviderRefusedError(one.problem.message, hint=one.problem.hint)
            say(f"{one.provenance.prompt} {result.article.source}: {one.outcome}, {len(one.events)} events")
            found.append(one)
    return found


def effect_lines(report: EffectReport) -> Iterator[str]:
    """Yield the report as lines: the sums, then each article in which something changed."""
    sums = ", ".join(f"{count} {name}" for name, count in report.counts.items() if name != "not compared")
    yield f"events in {len(report.articles)} articles: {sums}"
    for one in report.articles:
        yield from _article_lines(one)


def _article_lines(one: ArticleEffect) -> Iterator[str]:
    if not one.compared:
        yield f"{one.article}: not compared, ended {one.outcomes[0]} and {one.outcomes[1]}"
        return
    changes = [change for change in one.changed if not change.reworded]
    if not (one.added or one.removed or changes):
        return
    yield one.article
    yield from (f"  + {_named(event)}" for event in one.added)
    yield from (f"  - {_named(event)}" for event in one.removed)
    for change in changes:
        yield f"  ~ {_named(change.before)}"
        yield from (f"      {field}: {_difference(change, field)}" for field in change.fields if field != "summary")


def _named(event: EventSummary) -> str:
    cited = ",".join(str(piece.sentence) for piece in event.evidence)
    return f"{event.type} [{cited}] {event.summary}"


def _difference(change: EventChange, field: str) -> str:
    old, new = (_brief(field, getattr(event, field)) for event in (change.before, change.after))
    return f"{old} → {new}" if old != new else f"{old}, worded alike but read differently"


def _brief(field: str, value: Any) -> str:  # noqa: ANN401 - any field of an event
    """Return a field's value as people compare it."""
    if field == "when":
        return f"{value.words} ({value.start}..{value.end})" if value.start or value.end else str(value.words)
    if field == "where":
        return f"{value.words} ({value.country})"
    if field == "actors":
        return "; ".join(f"{a.name} ({a.role}, {a.sector}, {a.involvement})" for a in value) or "none"
    if field == "counts":
        return "; ".join(f"{c.measure} {c.who} {c.words} by {c.source}" for c in value) or "none"
    if field == "evidence":
        return "; ".join(f"{e.sentence} {e.speaker or 'reporter'} {e.stance}" for e in value)
    return str(value)

"""The effect of a prompt version: both versions asked, their events compared, the differences told."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from extractor.articles.read import article_from_text
from extractor.commands.prompt_effect import compare, effect_lines
from extractor.errors import ProviderRefusedError
from extractor.events.summary import (
    Actor,
    ArticleInfo,
    Count,
    EventSummary,
    Evidence,
    Extraction,
    Problem,
    Provenance,
    Published,
    Usage,
    When,
    Where,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from extractor.articles.article import Article

BRIDGE = article_from_text("A bridge fell in Arvik on Monday.\n\nFour people died.", id="bridge", source="bridge.txt")
TREATY = article_from_text("Two towns signed a treaty in Arvik.", id="treaty", source="treaty.txt")


def _event(kind: str, *sentences: int, **fields: Any) -> EventSummary:
    evidence = tuple(Evidence(sentence=n, quote="q", start=10 * n, end=10 * n + 1) for n in sentences)
    base = {"id": kind, "type": kind, "summary": f"A {kind}.", "when": When(), "where": Where(), "evidence": evidence}
    return EventSummary.model_validate(base | fields)


FALL = _event(
    "disaster_accident",
    1,
    2,
    when=When(words="on Monday", start=dt.date(2024, 5, 6), end=dt.date(2024, 5, 6)),
    where=Where(words="Arvik", country="NOR"),
    actors=(Actor.model_validate({"name": "people", "role": "target"}),),
    counts=(Count.model_validate({"measure": "killed", "words": "Four people", "form": "exact"}),),
)


def _extracting(
    prompt: str,
    events: dict[str, list[EventSummary]],
    outcome: str = "ok",
    kind: str = "",
    log: list[str] | None = None,
) -> Callable[[Article], Awaitable[Extraction]]:
    async def extract(article: Article) -> Extraction:
        if log is not None:
            log.append(f"{prompt} {article.id}")
        return Extraction.model_validate(
            {
                "article": ArticleInfo(id=article.id, sha256=article.sha256),
                "published": Published(),
                "events": tuple(events.get(article.id, [])),
                "provenance": Provenance(
                    prompt=prompt,
                    prompt_sha256="x",
                    reply_type="events.v1",
                    model="m",
                    endpoint="e",
                    mode="json",
                    extractor_version="0",
                    time=dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
                ),
                "usage": Usage(),
                "outcome": outcome,
                "problem": Problem(kind=kind, message="no such key", hint="set one") if kind else None,
            }
        )

    return extract


async def test_both_versions_are_asked_about_every_article() -> None:
    """Each version is asked once about each article, one version after the other, and each answer is told."""
    log: list[str] = []
    said: list[str] = []
    before = _extracting("events@v1", {"bridge": [FALL]}, log=log)
    after = _extracting("events@v2", {"bridge": [FALL], "treaty": [_event("agreement", 1)]}, log=log)
    report = await compare([BRIDGE, TREATY], before, after, in_flight=2, say=said.append)
    assert log == ["events@v1 bridge", "events@v1 treaty", "events@v2 bridge", "events@v2 treaty"]
    assert said[0] == "events@v1 bridge.txt: ok, 1 events"
    assert said[3] == "events@v2 treaty.txt: ok, 1 events"
    assert report.counts["added"] == 1


async def test_a_refusing_provider_ends_the_comparison() -> None:
    """When the provider refuses every article, nothing more is asked and its message is passed on."""
    log: list[str] = []
    before = _extracting("events@v1", {}, "failed", "ProviderRefusedError", log)
    with pytest.raises(ProviderRefusedError, match="no such key") as caught:
        await compare([BRIDGE, TREATY], before, before, in_flight=1, say=log.append)
    assert caught.value.hint == "set one"
    assert "events@v1 bridge" in log
    assert len([line for line in log if line.startswith("events@v1 ")]) <= 2


async def _lines(before: list[EventSummary], after: list[EventSummary], outcome: str = "ok") -> list[str]:
    old, new = _extracting("events@v1", {"bridge": before}), _extracting("events@v2", {"bridge": after}, outcome)
    return list(effect_lines(await compare([BRIDGE], old, new, in_flight=1, say=lambda _: None)))


async def test_added_and_removed_events_are_shown() -> None:
    """An event that one version alone reports is shown with its type, sentences and summary."""
    assert await _lines([FALL], [_event("threat", 3)]) == [
        "events in 1 articles: 1 added, 1 removed, 0 changed, 0 only reworded, 0 unchanged",
        "bridge",
        "  + threat [3] A threat.",
        "  - disaster_accident [1,2] A disaster_accident.",
    ]


async def test_changed_fields_are_shown_before_and_after() -> None:
    """Each changed field is shown as it was and as it is, but not the summary."""
    later = FALL.model_copy(
        update={
            "summary": "Another.",
            "when": When(words="Monday"),
            "where": Where(words="Arvik", country="SWE"),
            "actors": (),
            "counts": (Count.model_validate({"measure": "killed", "words": "Four", "form": "exact", "source": "he"}),),
            "evidence": FALL.evidence[:1],
        }
    )
    assert await _lines([FALL], [later]) == [
        "events in 1 articles: 0 added, 0 removed, 1 changed, 0 only reworded, 0 unchanged",
        "bridge",
        "  ~ disaster_accident [1,2] A disaster_accident.",
        "      when: on Monday (2024-05-06..2024-05-06) → Monday",
        "      where: Arvik (NOR) → Arvik (SWE)",
        "      actors: people (target, UNK, stated) → none",
        "      counts: killed all Four people by None → killed all Four by he",
        "      evidence: 1 reporter narrated; 2 reporter narrated → 1 reporter narrated",
    ]


async def test_a_difference_that_the_words_do_not_show_is_told() -> None:
    """Where a field differs only in what code computed, the line says so."""
    moved = FALL.model_copy(update={"where": Where(words="Arvik", country="NOR", lat=1.0)})
    assert (await _lines([FALL], [moved]))[-1] == "      where: Arvik (NOR), worded alike but read differently"


async def test_articles_that_did_not_change_are_not_shown() -> None:
    """Equal events, and those that are only reworded, are counted and not listed."""
    assert await _lines([FALL], [FALL]) == [
        "events in 1 articles: 0 added, 0 removed, 0 changed, 0 only reworded, 1 unchanged"
    ]
    reworded = FALL.model_copy(update={"summary": "Another."})
    assert await _lines([FALL], [reworded]) == [
        "events in 1 articles: 0 added, 0 removed, 0 changed, 1 only reworded, 0 unchanged"
    ]


async def test_a_failed_article_is_told_apart() -> None:
    """An article on which a version failed is named with both outcomes instead of being compared."""
    assert (await _lines([FALL], [], "truncated"))[1:] == ["bridge: not compared, ended ok and truncated"]

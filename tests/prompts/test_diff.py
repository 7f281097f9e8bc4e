"""What a new prompt version changes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from extractor.events.summary import (
    ArticleInfo,
    EventSummary,
    Evidence,
    Extraction,
    Provenance,
    Published,
    Usage,
    When,
    Where,
)
from extractor.prompts.diff import effect, text_diff
from extractor.prompts.registry import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _event(kind: str, *sentences: int, **fields: Any) -> EventSummary:
    evidence = tuple(Evidence(sentence=n, quote="q", start=10 * n, end=10 * n + 1) for n in sentences)
    base = {"id": f"{kind}-{sentences}", "type": kind, "summary": "s", "when": When(), "where": Where()}
    return EventSummary.model_validate(base | {"evidence": evidence} | fields)


def _extraction(*events: EventSummary, article: str = "a", outcome: str = "ok") -> Extraction:
    provenance = Provenance(
        prompt="events@v1",
        prompt_sha256="x",
        reply_type="events.v1",
        model="m",
        endpoint="e",
        mode="json",
        extractor_version="0",
        time=dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
    )
    return Extraction(
        article=ArticleInfo(id=article, sha256=article),
        published=Published(),
        events=events,
        provenance=provenance,
        usage=Usage(),
        outcome=outcome,
    )


def _told(before: tuple[EventSummary, ...], after: tuple[EventSummary, ...]) -> tuple[list[str], list[str], list[Any]]:
    """Return ids added, ids removed, and (id before, id after, fields) changed."""
    (one,) = effect([_extraction(*before)], [_extraction(*after)]).articles
    changed = [(change.before.id, change.after.id, change.fields) for change in one.changed]
    return [event.id for event in one.added], [event.id for event in one.removed], changed


ATTACK, DEMAND = _event("attack", 2, 3), _event("demand", 4)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((ATTACK, DEMAND), (ATTACK, DEMAND), ([], [], [])),
        ((ATTACK, DEMAND), (DEMAND, ATTACK), ([], [], [])),
        ((ATTACK,), (ATTACK, DEMAND), (["demand-(4,)"], [], [])),
        ((ATTACK, DEMAND), (DEMAND,), ([], ["attack-(2, 3)"], [])),
        ((), (), ([], [], [])),
        (
            (ATTACK,),
            (_event("attack", 2, 3, id="new", status="denied", where=Where(words="Arvik")),),
            ([], [], [("attack-(2, 3)", "new", ("status", "where"))]),
        ),
        (
            (ATTACK,),
            (_event("shelling_artillery_missile", 2, 3, id="new"),),
            ([], [], [("attack-(2, 3)", "new", ("type",))]),
        ),
        ((ATTACK,), (_event("attack", 3, id="new"),), ([], [], [("attack-(2, 3)", "new", ("evidence",))])),
        ((ATTACK,), (_event("attack", 9, id="new"),), (["new"], ["attack-(2, 3)"], [])),
        (
            (_event("attack", 2, id="x"), _event("threat", 2, id="y")),
            (_event("threat", 2, id="y2"), _event("attack", 2, id="x2")),
            ([], [], []),
        ),
        (
            (_event("attack", 2, id="x"), _event("attack", 2, 3, id="y")),
            (_event("attack", 2, 3, id="y2"), _event("attack", 2, id="x2")),
            ([], [], []),
        ),
        (
            (_event("attack", 2, id="x", summary="first"), _event("attack", 2, id="y", summary="second")),
            (_event("attack", 2, id="y2", summary="second"), _event("attack", 2, id="x2", summary="first")),
            ([], [], []),
        ),
        ((ATTACK,), (_event("attack", 2, 3, id="x"), _event("attack", 2, 3, id="y")), (["y"], [], [])),
    ],
)
def test_events_are_paired_by_type_and_evidence(
    before: tuple[EventSummary, ...], after: tuple[EventSummary, ...], told: tuple[list[str], list[str], list[Any]]
) -> None:
    """Events that share evidence are one event, equal types first; the rest was added or removed."""
    assert _told(before, after) == told


def test_a_failed_article_is_not_compared() -> None:
    """Where a version failed on an article, its events count neither as lost nor as found."""
    before = [_extraction(ATTACK), _extraction(DEMAND, article="b")]
    after = [_extraction(article="a", outcome="truncated"), _extraction(ATTACK, DEMAND, article="b")]
    report = effect(before, after)
    assert report.counts == {
        "added": 1,
        "removed": 0,
        "changed": 0,
        "only reworded": 0,
        "unchanged": 1,
        "not compared": 1,
    }
    assert report.articles[0].outcomes == ("ok", "truncated")


def test_rewording_is_counted_apart() -> None:
    """An event whose summary alone differs is not counted among those that changed."""
    before = [_extraction(ATTACK, DEMAND)]
    after = [_extraction(_event("attack", 2, 3, summary="t"), _event("demand", 4, summary="t", status="denied"))]
    counts = effect(before, after).counts
    assert (counts["changed"], counts["only reworded"], counts["unchanged"]) == (1, 1, 0)


def test_only_the_same_articles_are_compared() -> None:
    """Extractions of different articles, or in different order, are refused."""
    with pytest.raises(ValueError, match="different articles"):
        effect([_extraction(article="a")], [_extraction(article="b")])
    with pytest.raises(ValueError, match="different articles"):
        effect([_extraction()], [])


def test_the_text_diff_names_files_and_lines(prompts: Callable[..., Path]) -> None:
    """The diff shows each changed, added and removed file with its version, and nothing for equal versions."""
    prompts("events@v1", notes_md="Old note.\n")
    root = prompts("events@v2", system_jinja="Other rules.\n", rules_jinja="No newline at its end")
    first, second = load("events@v1", root), load("events@v2", root)
    diff = text_diff(first, second)
    assert diff.splitlines()[:5] == [
        "--- events@v1/notes.md",
        "+++ /dev/null",
        "@@ -1 +0,0 @@",
        "-Old note.",
        "--- /dev/null",
    ]
    assert "+No newline at its end\n" in diff
    assert "-Read events of these groups: {{ values.groups | join(', ') }}.\n+Other rules.\n" in diff
    assert text_diff(first, first) == ""

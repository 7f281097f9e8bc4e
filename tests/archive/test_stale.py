"""Which results today's prompts and today's grounding would not give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.archive.keys import grounding_version
from extractor.archive.stale import Reason, stale
from extractor.prompts.registry import load
from tests.archive.answered import OLD, age, articles, asked
from tests.archive.archives import begin, fill

if TYPE_CHECKING:
    from extractor.archive.store import Store

OTHER = "sha256:" + "7" * 64


def test_results_of_today_are_not_stale(store: Store) -> None:
    """Neither are articles without a result."""
    asked(store)
    fill(store, begin(store, "second"), 3)
    assert list(stale(store, store.runs())) == []


def test_another_grounding_makes_stale(store: Store) -> None:
    """Every row that it made is named."""
    asked(store)
    age(store)
    found = list(stale(store, store.runs()))
    assert [(one.run, one.article, one.reasons, one.grounding) for one in found] == [
        ("first", article.id, (Reason.GROUNDING,), OLD) for article in articles()
    ]


def test_another_wording_of_the_prompt_makes_stale(store: Store) -> None:
    """A run that asked with other words than its version has today is stale as a whole, and says with which."""
    asked(store, prompt_digest=OTHER)
    found = list(stale(store, store.runs()))
    assert [one.reasons for one in found] == [(Reason.PROMPT,)] * 3
    assert {one.prompt for one in found} == {"events@v1 777777777777"}
    assert {one.grounding for one in found} == {grounding_version()}


def test_a_version_that_is_gone_makes_stale(store: Store) -> None:
    """What cannot be asked with any more is not today's."""
    asked(store, prompt_digest=OTHER)
    with store._connections.writing() as connection:
        connection.execute("UPDATE runs SET plan = replace(plan, 'events@v1', 'events@v77')")
    assert {one.reasons for one in stale(store, store.runs())} == {(Reason.PROMPT,)}


def test_a_wanted_version_makes_all_others_stale(store: Store) -> None:
    """Rows of the wanted version are not, whatever else a store holds."""
    asked(store)
    asked(store, "second", prompt_digest=OTHER)
    assert {one.run for one in stale(store, store.runs(), load("events@v1"))} == {"second"}
    assert {one.run for one in stale(store, store.runs(), load("events-lite@v1"))} == {"first", "second"}


def test_both_reasons_are_named(store: Store) -> None:
    """A row may be stale by its prompt and by its grounding."""
    asked(store, prompt_digest=OTHER)
    age(store)
    assert {one.reasons for one in stale(store, store.runs())} == {(Reason.PROMPT, Reason.GROUNDING)}

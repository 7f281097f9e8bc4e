"""Grounding again: the replies of then, the code of today, no model."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from extractor.archive.asking import Asking, ask_about
from extractor.archive.keys import grounding_version
from extractor.archive.records import Offer
from extractor.archive.reground import GROUP, prompt_of, reground
from extractor.archive.store.packing import pack
from extractor.articles.build import article_from_text
from extractor.errors import StoreError
from extractor.events.reply import Found
from extractor.prompts.registry import load
from tests.archive.answered import OLD, age, articles, asked, rewrite
from tests.archive.archives import begin, counts, fill, make_plan
from tests.scripted import ScriptedModel

if TYPE_CHECKING:
    from extractor.archive.records import Run
    from extractor.archive.reground import Regrounded
    from extractor.archive.store import Store
    from extractor.events.summary import Extraction


def again(store: Store, run: Run) -> list[Regrounded]:
    """Ground a run again."""

    async def collect() -> list[Regrounded]:
        return [one async for one in reground(store, run)]

    return asyncio.run(collect())


def unplaced(extraction: Extraction) -> Extraction:
    """Return an extraction as a grounder that knew no country would have made it."""
    where = {"country": None}
    events = (e.model_copy(update={"where": e.where.model_copy(update=where)}) for e in extraction.events)
    return extraction.model_copy(update={"events": tuple(events)})


def test_answers_of_today_are_left_alone(store: Store) -> None:
    """A run whose answers today's grounding made has nothing to be done, and nothing is written."""
    run = asked(store)
    before = counts(store)
    assert again(store, run) == []
    assert counts(store) == before


def test_answers_of_another_grounding_are_made_anew_without_a_question(store: Store) -> None:
    """What changed is named by field; the run has today's events, its costs are what they were, the old rows stay."""
    run = asked(store)
    right, tally = [one.events for one in store.results(run)], store.tally(run)
    rewrite(store, run, unplaced)
    age(store)
    assert [one.events for one in store.results(run)] != right
    found = again(store, run)
    assert [(one.article, one.before, one.problem) for one in found] == [(a.id, OLD, None) for a in articles()]
    assert [[changed.fields for changed in one.changes.changed] for one in found] == [[], [("where",)], []]
    assert [one.events for one in store.results(run)] == right
    assert {one.usage for one in store.results(run)} == {one.extraction.usage for one in store.answers(run, but="")}
    assert store.tally(run) == tally
    assert {made.grounding for made in store.made(run)} == {grounding_version()}
    assert counts(store)["extractions"] == 6
    assert store.check() == []
    assert again(store, run) == []


def test_another_run_keeps_its_own_answers(store: Store) -> None:
    """Published figures don't change because somebody else grounded the same questions again."""
    first, second = asked(store), asked(store, "second")
    rewrite(store, first, unplaced)
    age(store)
    kept = list(store.results(second))
    again(store, first)
    assert list(store.results(second)) == kept
    assert {made.grounding for made in store.made(second)} == {OLD}
    again(store, second)
    assert [one.events for one in store.results(second)] == [one.events for one in store.results(first)]
    assert counts(store)["extractions"] == 6
    store.drop(first)
    assert [one.events for one in store.results(second)] != [one.events for one in kept]


def test_a_question_that_was_not_asked_is_named_and_its_answer_kept(store: Store) -> None:
    """Where today's code asks something else, nothing is made up: the answer stays as it was, with the reason."""
    run = asked(store)
    kept = list(store.results(run))
    with store._connections.writing() as connection:
        connection.execute("UPDATE replies SET request = zeroblob(32) WHERE id = 1")
    age(store)
    found = again(store, run)
    assert [one.problem and one.problem.kind for one in found] == ["NotKeptError", None, None]
    assert not any(one.changes for one in found)
    assert next(store.results(run)) == kept[0]
    assert [made.grounding for made in store.made(run)] == [OLD, grounding_version(), grounding_version()]


def steps(ask: Any) -> str:
    """Find one event in the first sentence, and fill nothing in."""
    if ask.reply is Found:
        return json.dumps({"events": [{"what": "A footbridge collapsed and killed three pupils", "sentences": [1]}]})
    return '{"by": [], "to": [], "when": null, "place": null}'


def test_a_prompt_of_several_steps_is_replayed_with_all_its_replies(store: Store) -> None:
    """Each step of an article finds its own reply."""
    lite = load("events-lite@v1")
    plan = make_plan(prompt=lite.spec, prompt_digest=lite.digest)
    run = store.begin(plan.model_copy(update={"name": "lite"}), lite)
    run = asked_with(store, run)
    right = [one.events for one in store.results(run)]
    age(store)
    assert [one.problem for one in again(store, run)] == [None]
    assert [one.events for one in store.results(run)] == right
    assert right[0]


def asked_with(store: Store, run: Run) -> Run:
    """Ask about the first article with the run's own prompt."""
    asking = Asking(ScriptedModel(steps), prompt_of(store, run), run.plan.model, store.reply)
    store.add(run, [Offer(0, articles()[0])])
    tasks = store.claim(run, store.join(run), 1)
    store.finish([asyncio.run(ask_about(task, asking))[0] for task in tasks])
    return run


def test_the_prompt_comes_from_the_store(store: Store) -> None:
    """Whatever became of its folder, it is the wording that was asked with; another wording is damage."""
    run = begin(store)
    prompt = prompt_of(store, run)
    assert (prompt.spec, prompt.digest, dict(prompt.files)) == (
        run.plan.prompt,
        run.plan.prompt_digest,
        dict(load("events@v1").files),
    )
    files = dict(store.prompt_files(run)) | {"system.jinja": "Say nothing."}
    with store._connections.writing() as connection:
        connection.execute("UPDATE runs SET prompt = ?", (pack(json.dumps(files)),))
    with pytest.raises(StoreError, match="is not the wording"):
        prompt_of(store, run)


def test_more_answers_than_a_group_are_all_written(store: Store) -> None:
    """Groups are written as they fill up, and the last one at the end."""
    run = asked(store, read=many(GROUP + 20))
    age(store)
    found = again(store, run)
    assert len(found) == GROUP + 20
    assert {made.grounding for made in store.made(run)} == {grounding_version()}


def many(count: int) -> Any:
    """Return many articles that report nothing."""
    return [article_from_text(f"Nothing happened on day {n} of the fair.", id=f"n{n}") for n in range(count)]


def test_an_empty_run_has_nothing_to_ground(store: Store) -> None:
    """Articles that are not answered are passed by."""
    run = begin(store)
    fill(store, run, 3)
    assert again(store, run) == []

"""How two runs differ, event by event, and why."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pytest

from extractor.archive.difference import Cause, changed_fields, compare_events, differences
from extractor.archive.records import Offer
from extractor.archive.reground import reground
from extractor.articles.options import InputFailure
from extractor.errors import InputError, TransientError
from extractor.events.vocabulary import EventType
from extractor.replies import AskedModel
from tests.archive.answered import age, articles, asked, rewrite
from tests.archive.archives import article, begin, fill, work_off
from tests.evaluation.small_set import TEXTS, answer, failing, nothing
from tests.samples import make_article, make_extraction

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.archive.store import Store

OTHER = "sha256:" + "7" * 64
EVENTS = make_extraction(make_article()).events


def vague(ask: Any) -> str:
    """Answer, but leave the time out."""
    said = json.loads(answer(ask))
    for event in said["events"]:
        event["when"] = None
    return json.dumps(said)


def text_of(name: str, words: str) -> list[Any]:
    """Return the articles with another text of one of them."""
    return articles(**{name: words})


def found(store: Store, **second: Any) -> list[tuple[str, list[str]]]:
    """Return in which articles a second run differs from the first, and why."""
    one = asked(store)
    other = asked(store, "second", **second)
    return [(difference.article, [*difference.causes]) for difference in differences(store, one, other)]


def test_the_same_question_is_no_difference(store: Store) -> None:
    """Two runs that ask the same things say the same things."""
    assert found(store) == []


CAUSES: dict[str, tuple[dict[str, Any], list[Cause]]] = {
    "prompt": ({"prompt_digest": OTHER, "reply": vague}, [Cause.PROMPT]),
    "reply types": ({"replies_digest": OTHER, "reply": vague}, [Cause.PROMPT]),
    "model": ({"model": AskedModel(name="other", endpoint="scripted"), "reply": vague}, [Cause.MODEL]),
    "settings": ({"settings": {"temperature": "1"}, "reply": vague, "model": AskedModel(name="m")}, [Cause.MODEL]),
    "both": (
        {"model": AskedModel(name="other"), "prompt_digest": OTHER, "reply": vague},
        [Cause.PROMPT, Cause.MODEL],
    ),
}


@pytest.mark.parametrize("name", CAUSES)
def test_the_cause_is_what_differs_between_the_runs(name: str, store: Store) -> None:
    """Only articles whose events differ are named, each with everything that differs for it."""
    second, causes = CAUSES[name]
    one = asked(store)
    with store._connections.writing() as connection:  # else the second run would use the first one's replies
        connection.execute("UPDATE replies SET request = randomblob(32)")
    other = asked(store, "second", **second)
    differing = [(difference.article, [*difference.causes]) for difference in differences(store, one, other)]
    assert differing == [("aa-2001-bridge", causes), ("bb-2002-strike", causes)]


def test_another_text_is_a_cause_of_its_own_article_only(store: Store) -> None:
    """An article that was edited between the runs differs by its text, and the others not at all."""
    words = TEXTS["aa-2001-bridge"].replace("three pupils", "four pupils")
    assert found(store, read=text_of("aa", words)) == [("aa-2001-bridge", [Cause.TEXT])]


def test_another_grounding_is_a_cause(store: Store) -> None:
    """A run that was grounded again differs from one that was not, in what the grounding computes."""

    def undated(extraction: Any) -> Any:
        return extraction.model_copy(
            update={"events": tuple(e.model_copy(update={"when": EVENTS[1].when}) for e in extraction.events)}
        )

    one, other = asked(store), asked(store, "second")
    rewrite(store, one, undated)
    age(store)

    async def ground() -> int:
        return len([_ async for _ in reground(store, other)])

    assert asyncio.run(ground()) == 3
    differing = list(differences(store, one, other))
    assert [(d.article, d.causes) for d in differing] == [
        ("aa-2001-bridge", (Cause.GROUNDING,)),
        ("bb-2002-strike", (Cause.GROUNDING,)),
    ]
    assert [changed.fields for d in differing for changed in d.events.changed] == [("when",), ("when",)]


def test_one_question_answered_twice_may_differ_by_chance(store: Store) -> None:
    """Where nothing differs but the events, nobody is blamed."""
    one, other = asked(store), asked(store, "second", prompt_digest=OTHER)
    rewrite(store, other, lambda extraction: extraction.model_copy(update={"events": extraction.events[:0]}))
    with store._connections.writing() as connection:
        connection.execute("UPDATE runs SET plan = (SELECT plan FROM runs WHERE name = 'first') WHERE name = 'second'")
    plan = one.plan.model_copy(update={"name": "second"})
    other = dataclasses.replace(other, plan=plan)
    assert {d.causes for d in differences(store, one, other)} == {(Cause.CHANCE,)}


def test_an_article_that_failed_in_one_run_differs_by_its_failure(store: Store) -> None:
    """Its states stand beside each other."""
    one = asked(store)
    other = asked(store, "second", reply=failing(TransientError, "footbridge"), prompt_digest=OTHER)
    with_state = [(d.article, d.causes, d.states) for d in differences(store, one, other)]
    assert with_state == []  # its reply was kept by the first run, so nothing was asked
    third = asked(store, "third", reply=failing(TransientError, "footbridge"), model=AskedModel(name="other"))
    (difference,) = differences(store, one, third)
    assert (difference.article, difference.states) == ("aa-2001-bridge", ("done", "failed"))
    assert difference.causes == (Cause.FAILURE, Cause.MODEL)
    assert (len(difference.events.only_one), difference.events.only_other) == (1, ())


def test_an_article_of_one_run_only_differs_by_selection(store: Store) -> None:
    """In both directions, the first run's articles first."""
    one, other = begin(store), begin(store, "second")
    fill(store, one, 3)
    fill(store, other, 3, start=1)
    work_off(store, one)
    work_off(store, other)
    differing = [(d.article.split()[0], d.causes, d.states) for d in differences(store, one, other)]
    assert differing == [
        ("article-0", (Cause.SELECTION,), ("done", "absent")),
        ("article-3", (Cause.SELECTION,), ("absent", "done")),
    ]


RENAMED: dict[str, Callable[[int], dict[str, Any]]] = {
    "the same names, another folder": lambda n: {"source": f"moved/{n}.txt"},
    "other names in the same place": lambda n: {"id": f"renamed-{n}"},
}


@pytest.mark.parametrize("name", RENAMED)
def test_articles_are_found_again_after_a_move(name: str, store: Store) -> None:
    """By name where the source changed, by source where the name did."""
    one, other = begin(store), begin(store, "second")
    own = [article(n, source=f"{n}.txt") for n in range(250)]
    store.add(one, [Offer(n, found) for n, found in enumerate(own)])
    moved = [dataclasses.replace(found, **RENAMED[name](n)) for n, found in enumerate(own)]
    store.add(other, [Offer(n, found) for n, found in enumerate(moved)])
    work_off(store, one)
    work_off(store, other)
    assert list(differences(store, one, other)) == []


def test_records_that_are_all_called_alike_are_compared_in_their_order(store: Store) -> None:
    """The n-th belongs to the n-th."""
    one, other = begin(store), begin(store, "second")
    for run in (one, other):
        store.add(run, [Offer(n, article(n, id="same", source="all.json")) for n in range(5)])
        work_off(store, run)
    assert list(differences(store, one, other)) == []


def test_what_can_be_read_in_one_run_only_is_a_difference(store: Store) -> None:
    """An input without an article has no reading to compare."""
    one, other = begin(store), begin(store, "second")
    store.add(one, [Offer(0, article(0, source="a.txt"))])
    store.add(other, [Offer(0, InputFailure("a.txt", InputError("it is empty")))])
    work_off(store, one)
    (difference,) = differences(store, one, other)
    assert (difference.causes, difference.states) == ((Cause.FAILURE, Cause.TEXT), ("done", "unreadable"))


def test_events_are_matched_by_id_then_by_what_they_quote() -> None:
    """An event that is told otherwise is one that changed, not one gone and one new."""
    attack, demand, denial = EVENTS
    retold = attack.model_copy(update={"id": "e9", "summary": "Gunmen attacked.", "counts": ()})
    other_type = demand.model_copy(update={"id": "e8", "type": EventType.MEETING})
    result = compare_events((attack, demand, denial), (denial, retold, other_type))
    assert [(c.one.id, c.other.id, c.fields) for c in result.changed] == [("e1", "e9", ("summary", "counts"))]
    assert ([e.id for e in result.only_one], [e.id for e in result.only_other]) == (["e2"], ["e8"])
    assert result
    assert not compare_events(EVENTS, EVENTS)


def test_a_change_is_named_by_its_field() -> None:
    """Every field but the id, which follows from the others."""
    changed = EVENTS[0].model_copy(update={"id": "e9", "where": EVENTS[1].where, "checks": ()})
    assert changed_fields(EVENTS[0], changed) == ("where", "checks")


def test_a_run_that_found_nothing_lost_every_event(store: Store) -> None:
    """Events of one side only are listed with that side."""
    one = asked(store)
    other = asked(store, "second", reply=nothing, model=AskedModel(name="other"))
    differing = list(differences(store, one, other))
    assert [len(d.events.only_one) for d in differing] == [1, 1]
    back = list(differences(store, other, one))
    assert [len(d.events.only_other) for d in back] == [1, 1]

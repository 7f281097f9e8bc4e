"""Keys: what is the same question, what is another, and what is never an answer (promises.md R14)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from extractor.archive.keys import Keys, content_of, grounding_version, replies_digest, unpack_sentences
from extractor.archive.records import Added, Offer
from extractor.articles.article import Published
from extractor.prompts.registry import load
from extractor.replies import AskedModel
from tests.archive.archives import article, begin, failure, make_plan, text_of, work_off

if TYPE_CHECKING:
    from extractor.archive.records import Plan
    from extractor.archive.store import Store
    from extractor.articles.article import Article

FIRST = article(0)
GIVEN = Published(dt.date(2024, 3, 4), "given", "4 March 2024", dt.date(2024, 3, 4))
BASE = dataclasses.replace(FIRST, published=GIVEN)
MODEL = AskedModel(name="scripted", endpoint="scripted")
OTHER = "sha256:" + "7" * 64


def sentence(number: int, **changes: Any) -> Article:
    """Return the article with one sentence changed."""
    changed = list(BASE.sentences)
    changed[number - 1] = changed[number - 1]._replace(**changes)
    return dataclasses.replace(BASE, sentences=tuple(changed))


def text(words: str) -> Article:
    """Return the article with another text of the same length of sentences."""
    other = text_of(words)
    return dataclasses.replace(BASE, text=words, sha256=other.sha256)


def published(**changes: Any) -> Article:
    """Return the article with something else about its publication."""
    return dataclasses.replace(BASE, published=dataclasses.replace(GIVEN, **changes))


def but(**changes: Any) -> Article:
    """Return the article with another field changed."""
    return dataclasses.replace(BASE, **changes)


def plan(**changes: Any) -> Plan:
    """Return the plan of the second run, changed."""
    return make_plan("second", **({"settings": {"temperature": "0"}} | changes))


def model(**changes: Any) -> Plan:
    """Return the plan with another model."""
    return plan(model=MODEL.model_copy(update=changes))


MUTATIONS: dict[str, tuple[Article, Plan]] = {
    "one letter of the text": (text(BASE.text.replace("gunmen", "gunwen")), plan()),
    "a digit in the text": (text(BASE.text.replace("40", "41")), plan()),
    "a space at the end of the text": (text(BASE.text + " "), plan()),
    "case of the text": (text(BASE.text.replace("any part", "ANY PART")), plan()),
    "an accent in the text": (text(BASE.text.replace("Sudria", "Sudría")), plan()),
    "where a sentence begins": (sentence(3, start=BASE.sentences[2].start + 1), plan()),
    "where a sentence ends": (sentence(3, end=BASE.sentences[2].end - 1), plan()),
    "one sentence less": (but(sentences=BASE.sentences[:-1]), plan()),
    "a sentence that is furniture": (sentence(5, furniture=True), plan()),
    "furniture that is a sentence": (sentence(1, furniture=False), plan()),
    "another headline": (sentence(3, headline=True), plan()),
    "no headline": (sentence(2, headline=False), plan()),
    "a dateline": (sentence(3, dateline_end=BASE.sentences[2].start + 10), plan()),
    "another paragraph": (sentence(4, paragraph=3), plan()),
    "a later date": (published(date=dt.date(2024, 3, 5)), plan()),
    "an earlier year": (published(date=dt.date(2023, 3, 4)), plan()),
    "no date": (published(date=None), plan()),
    "basis metadata": (published(basis="metadata"), plan()),
    "basis printed": (published(basis="printed"), plan()),
    "words of the date": (published(words="04/03/2024"), plan()),
    "no words of the date": (published(words=None), plan()),
    "another printed date": (published(printed=dt.date(2024, 3, 3)), plan()),
    "no printed date": (published(printed=None), plan()),
    "another title": (but(title="Norland presses Sudria again"), plan()),
    "case of the title": (but(title=str(BASE.title).upper()), plan()),
    "no title": (but(title=None), plan()),
    "an empty title": (but(title=""), plan()),
    "another language": (but(language="fr"), plan()),
    "no language": (but(language=None), plan()),
    "prompt digest": (BASE, plan(prompt_digest=OTHER)),
    "reply schemas": (BASE, plan(replies_digest=OTHER)),
    "model name": (BASE, model(name="scripted-2")),
    "model kind": (BASE, model(kind="embedded")),
    "endpoint": (BASE, model(endpoint="elsewhere:8000")),
    "port": (BASE, model(endpoint="scripted:1")),
    "mode": (BASE, model(mode="tools")),
    "model file": (BASE, model(sha256="0" * 64)),
    "a setting's value": (BASE, plan(settings={"temperature": "1"})),
    "a setting's name": (BASE, plan(settings={"top_p": "0"})),
    "one setting more": (BASE, plan(settings={"temperature": "0", "top_p": "1"})),
    "no settings": (BASE, plan(settings={})),
}
SAME: dict[str, tuple[Article, Plan]] = {
    "nothing": (BASE, plan()),
    "its name": (but(id="another"), plan()),
    "its address": (but(url="https://elsewhere.example/"), plan()),
    "its source": (but(source="elsewhere.jsonl:7"), plan()),
    "its warnings": (but(warnings=()), plan()),
    "the sources of the run": (BASE, plan(sources=("elsewhere",))),
    "how sources are read": (BASE, plan(reading={"encoding": "cp1252"})),
    "which articles are taken": (BASE, plan(selection={"limit": "1"})),
}


def test_there_are_forty_mutations_and_no_two_are_the_same_question() -> None:
    """Every mutation has a key of its own, and none the first one's."""
    keys = {Keys(about).key(content_of(one)) for one, about in MUTATIONS.values()}
    assert len(MUTATIONS) >= 40
    assert len(keys | {Keys(plan()).key(content_of(BASE))}) == len(MUTATIONS) + 1


@pytest.mark.parametrize("name", MUTATIONS)
def test_any_single_change_is_asked(name: str, store: Store) -> None:
    """An article is asked about again when one thing that decides its answer differs, and not a third time."""
    one, about = MUTATIONS[name]
    first = begin(store, settings={"temperature": "0"})
    assert store.add(first, [Offer(0, BASE)]) == [Added.NEW]
    assert len(work_off(store, first)) == 1
    second = store.begin(about, load("events@v1"))
    assert store.add(second, [Offer(0, one)]) == [Added.NEW]
    assert len(work_off(store, second)) == 1
    third = store.begin(about.model_copy(update={"name": "third"}), load("events@v1"))
    assert store.add(third, [Offer(0, one)]) == [Added.CACHED]
    assert store.claim(third, store.join(third), 10) == []


@pytest.mark.parametrize("name", SAME)
def test_what_the_answer_does_not_depend_on_costs_nothing(name: str, store: Store) -> None:
    """The same question under another name, or from another run, is not asked."""
    one, about = SAME[name]
    first = begin(store, settings={"temperature": "0"})
    store.add(first, [Offer(0, BASE)])
    work_off(store, first)
    second = store.begin(about, load("events@v1"))
    assert store.add(second, [Offer(0, one)]) == [Added.CACHED]
    assert store.claim(second, store.join(second), 10) == []
    assert store.tally(second).cached == 1


def test_errors_are_never_answers(store: Store) -> None:
    """A key whose attempt failed is not known, is asked again in another run, and again in this one when told so."""
    first = begin(store)
    store.add(first, [Offer(0, BASE)])
    worker = store.join(first)
    (task,) = store.claim(first, worker, 10)
    store.finish([failure(task, "{}")])
    assert store.known([task.key]) == set()
    assert store.add(begin(store, "second"), [Offer(0, BASE)]) == [Added.NEW]
    assert store.retry_failed(first) == 1
    (again,) = store.claim(first, worker, 10)
    assert (again.article, again.number) == (task.article, 2)


def test_known_keys_are_those_with_an_answer(store: Store) -> None:
    """Of many keys the store finds those that were answered, and no others."""
    run = begin(store)
    store.add(run, [Offer(number, article(number)) for number in range(1100)])
    tasks = work_off(store, run)[:1050]
    unasked = [Keys(run.plan).key(content_of(article(number))) for number in range(1100, 1200)]
    assert store.known([task.key for task in tasks] + unasked) == {task.key for task in tasks}


def test_sentences_are_kept_as_they_are() -> None:
    """Numbered sentences come back with all their marks."""
    one = sentence(3, dateline_end=BASE.sentences[2].start + 10, headline=True)
    assert unpack_sentences(content_of(one).sentences) == one.sentences


def test_reply_types_have_a_digest_of_their_own() -> None:
    """Prompt versions differ in it when they ask for other reply types, not when they only word questions otherwise."""
    first, other = load("events@v1"), load("events-lite@v1")
    reworded = dataclasses.replace(first, version="v2", digest=OTHER, files={"system.jinja": "Report events."})
    assert replies_digest(first) == replies_digest(reworded) != replies_digest(other)


def test_the_grounding_is_versioned_by_its_own_files() -> None:
    """The version is one of the installed code, the same each time."""
    grounding_version.cache_clear()
    first = grounding_version()
    grounding_version.cache_clear()
    assert first == grounding_version()
    assert first.startswith("g1-")

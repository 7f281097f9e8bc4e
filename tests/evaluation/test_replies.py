"""Kept replies: what is the same request, what is another, and what is never kept (promises.md R14)."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest

from extractor.articles.build import article_from_text
from extractor.errors import (
    ArticleRefusedError,
    InvalidReplyError,
    ModelError,
    ProviderRefusedError,
    StoreError,
    TransientError,
    TruncatedReplyError,
)
from extractor.evaluation.replies import ReplyStore
from extractor.events.reply import Filled, Found, LiteReply, Reply
from extractor.events.summary import Usage
from extractor.llm.boundary import Ask, Message, ModelInfo, Parameters
from extractor.pipeline import Extractor
from extractor.prompts.registry import load
from extractor.prompts.render import examples_of
from extractor.prompts.shown import nonces
from extractor.replies import AskedModel, KeepingModel, KeptReply, ReplayingModel, Subject
from tests.evaluation.small_set import ASKED, TEXTS, answer
from tests.scripted import USAGE, ScriptedModel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = TEXTS["aa-2001-bridge"]
DAY = dt.date(2001, 6, 16)
KEY = "sha256:" + "a" * 64


def subject(**parts: Any) -> Subject:
    """Return the subject of a question about :data:`TEXT`."""
    whole: dict[str, Any] = {
        "article": article_from_text(TEXT, published=DAY),
        "prompt": load("events@v1"),
        "model": ASKED,
    }
    return Subject(**(whole | parts))


def question(**parts: Any) -> Ask[Any]:
    """Return a question of two messages."""
    messages = (Message("system", "Report events."), Message("user", "A bridge fell."))
    whole: dict[str, Any] = {"messages": messages, "reply": Reply, "choices": {"when": ("on Friday", "today")}}
    return Ask(**(whole | parts))


def published(date: dt.date | None) -> Subject:
    """Return the subject with another publication date."""
    return subject(article=article_from_text(TEXT, published=date))


def text(words: str) -> Subject:
    """Return the subject with another text."""
    return subject(article=article_from_text(words, published=DAY))


def model(**parts: Any) -> Subject:
    """Return the subject with another model."""
    return subject(model=ASKED.model_copy(update=parts))


def said(*messages: tuple[str, str]) -> Ask[Any]:
    """Return the question with other messages."""
    return question(messages=tuple(Message(role, content) for role, content in messages))  # type: ignore[arg-type] # roles


SYSTEM, USER = ("system", "Report events."), ("user", "A bridge fell.")
MUTATIONS: dict[str, tuple[Subject, Ask[Any]]] = {
    "one letter of the text": (text(TEXT.replace("pupils", "pupilz")), question()),
    "a digit in the text": (text(TEXT.replace("three", "four")), question()),
    "a space at the end of the text": (text(TEXT + " "), question()),
    "case of the text": (text(TEXT.upper()), question()),
    "a later date": (published(dt.date(2001, 6, 17)), question()),
    "an earlier year": (published(dt.date(2000, 6, 16)), question()),
    "no date": (published(None), question()),
    "a word of the system message": (subject(), said(("system", "Report all events."), USER)),
    "punctuation of the system message": (subject(), said(("system", "Report events!"), USER)),
    "a word of the user message": (subject(), said(SYSTEM, ("user", "A bridge stood."))),
    "a line break": (subject(), said(SYSTEM, ("user", "A bridge\nfell."))),
    "a role": (subject(), said(("user", "Report events."), USER)),
    "the order of messages": (subject(), said(USER, SYSTEM)),
    "one message more": (subject(), said(SYSTEM, USER, ("assistant", "{}"))),
    "one message less": (subject(), said(USER)),
    "an example between": (subject(), said(SYSTEM, ("user", "a"), ("assistant", "b"), USER)),
    "messages that join to the same text": (subject(), said(("system", "Report events.A bridge"), ("user", " fell."))),
    "reply type found": (subject(), question(reply=Found)),
    "reply type filled": (subject(), question(reply=Filled)),
    "reply type lite": (subject(), question(reply=LiteReply)),
    "temperature": (subject(), question(parameters=Parameters(temperature=0.1))),
    "no temperature": (subject(), question(parameters=Parameters(temperature=None))),
    "cap": (subject(), question(parameters=Parameters(max_tokens=2001))),
    "seed": (subject(), question(parameters=Parameters(seed=8))),
    "no seed": (subject(), question(parameters=Parameters(seed=None))),
    "a phrase to choose": (subject(), question(choices={"when": ("on Friday", "now")})),
    "one phrase more": (subject(), question(choices={"when": ("on Friday", "today", "now")})),
    "one phrase less": (subject(), question(choices={"when": ("on Friday",)})),
    "the order of phrases": (subject(), question(choices={"when": ("today", "on Friday")})),
    "a field to choose for": (subject(), question(choices={"place": ("on Friday", "today")})),
    "no choices": (subject(), question(choices={})),
    "model name": (model(name="scripted-2"), question()),
    "model kind": (model(kind="embedded"), question()),
    "endpoint": (model(endpoint="elsewhere:8000"), question()),
    "port": (model(endpoint="scripted:1"), question()),
    "mode json": (model(mode="json"), question()),
    "mode tools": (model(mode="tools"), question()),
    "model file": (model(sha256="0" * 64), question()),
    "repeat": (subject(repeat=1), question()),
    "another repeat": (subject(repeat=2), question()),
}


def test_there_are_forty_mutations_and_no_two_are_the_same_request() -> None:
    """All forty requests, and the one they were made from, have keys of their own."""
    keys = {about.key(ask) for about, ask in MUTATIONS.values()} | {subject().key(question())}
    assert (len(MUTATIONS), len(keys)) == (40, 41)


@pytest.mark.parametrize("name", MUTATIONS)
def test_any_single_change_is_asked_and_no_change_is_not(name: str, tmp_path: Path) -> None:
    """The first request goes out, its twin does not, and one that differs in a single field does."""
    about, ask = MUTATIONS[name]
    nothing = '{"events": []}'
    replies = {"Reply": '{"published": null, "events": []}', "LiteReply": nothing, "Found": nothing}
    fill = '{"by": [], "to": [], "when": null, "place": null}'
    scripted = ScriptedModel(lambda asked: replies.get(asked.reply.__name__, fill))
    store = ReplyStore(tmp_path)
    for asks, who, what in ((1, subject(), question()), (1, subject(), question()), (2, about, ask), (2, about, ask)):
        asyncio.run(KeepingModel(scripted, who, store).ask(what))
        assert len(scripted.asked) == asks


@pytest.mark.parametrize(
    "twin",
    [
        (subject(article=article_from_text(TEXT, published=DAY, id="another", source="elsewhere.txt")), question()),
        (subject(), question(deadline=99.0)),
        (subject(), question(choices=dict(reversed([("when", ("on Friday", "today"))])))),
    ],
    ids=["name of the article", "deadline", "a copy of the choices"],
)
def test_what_the_model_never_sees_is_no_part_of_a_request(twin: tuple[Subject, Ask[Any]]) -> None:
    """Names, sources and deadlines don't decide what a model says."""
    about, ask = twin
    assert about.key(ask) == subject().key(question())


ERRORS: dict[str, Callable[[], str | ModelError]] = {
    "transient": lambda: TransientError("down"),
    "refused": lambda: ArticleRefusedError("no"),
    "provider": lambda: ProviderRefusedError("no key"),
    "truncated": lambda: TruncatedReplyError("too long"),
    "invalid": lambda: InvalidReplyError("what?"),
    "no JSON": lambda: "Sorry, I cannot",
    "half a reply": lambda: '{"published": null, "even',
}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_fence_code_is_no_part_of_a_request(place: int) -> None:
    """In whichever message it stands, the first or the last: the article's own code or that of an example."""
    about = subject()
    own = list(itertools.islice(nonces(about.prompt.digest, about.article.sha256), 2))
    shown = examples_of(about.prompt, "all-examples.toml")[0].article.sha256
    keys = set()
    for code in [*own, next(iter(nonces(about.prompt.digest, shown)))]:
        messages = [SYSTEM, ("user", "an example"), USER]
        messages[place] = ("user", f"<{code}>A bridge fell.</{code}>")
        keys.add(about.key(said(*messages)))
    assert len(keys) == 1


@pytest.mark.parametrize("kind", ERRORS)
def test_errors_are_never_kept(kind: str, tmp_path: Path) -> None:
    """After an error nothing is in the store, and the same question is asked again."""
    scripted = ScriptedModel(lambda _: ERRORS[kind]())
    keeping = KeepingModel(scripted, subject(), ReplyStore(tmp_path))
    for asks in (1, 2):
        with pytest.raises(ModelError):
            asyncio.run(keeping.ask(question()))
        assert len(scripted.asked) == asks
    assert not list(tmp_path.rglob("*.json"))
    assert not keeping.replies


def test_a_kept_reply_is_the_same_answer_with_its_own_cost(tmp_path: Path) -> None:
    """What comes from the store equals what came from the model, usage included, and is counted as reused."""
    store, scripted = ReplyStore(tmp_path), ScriptedModel('```json\n{"published": "Friday", "events": []}\n```')
    first, second = KeepingModel(scripted, subject(), store), KeepingModel(scripted, subject(), store)
    live, kept = asyncio.run(first.ask(question())), asyncio.run(second.ask(question()))
    assert (live, live.usage) == (kept, USAGE)
    assert [(m.asked, m.reused, len(m.replies)) for m in (first, second)] == [(1, 0, 1), (0, 1, 1)]
    assert first.info == scripted.info


def test_a_reply_that_its_type_no_longer_admits_is_asked_for_again(tmp_path: Path) -> None:
    """A kept reply passes the same validation as a live one, and is replaced when it fails."""
    store, scripted = ReplyStore(tmp_path), ScriptedModel('{"published": null, "events": []}')
    store.put(KeptReply(key=subject().key(question()), raw='{"published": 7}', usage=Usage()))
    asyncio.run(KeepingModel(scripted, subject(), store).ask(question()))
    assert len(scripted.asked) == 1
    kept = store.get(subject().key(question()))
    assert kept is not None
    assert kept.raw == scripted.replies[0]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "the whole"),
        ('{"key": "sha256:aa"', "the whole"),
        (json.dumps({"key": KEY, "raw": "{}"}), "usage: Field required"),
        (f'{{"key": "{KEY}", "raw": "{{}}", "usage": {{"cost_usd": NaN}}}}', "usage.cost_usd"),
        (f'{{"key": "{KEY}", "raw": "{{}}", "usage": {{"seconds": Infinity}}}}', "usage.seconds"),
        (json.dumps({"key": "sha256:" + "b" * 64, "raw": "{}", "usage": {}}), "key: it belongs to another request"),
    ],
)
def test_a_damaged_file_is_named_with_its_field(content: str, named: str, tmp_path: Path) -> None:
    """A reply that is not what was kept is never used, and the message says which file and what is wrong with it."""
    path = tmp_path / "aa" / f"{'a' * 64}.json"
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(StoreError, match=named) as raised:
        ReplyStore(tmp_path).get(KEY)
    assert str(path) in str(raised.value)


def lite(ask: Ask[Any]) -> str:
    """Find the bridge, and fill nothing in."""
    if ask.reply is Found:
        return json.dumps({"events": [{"what": "A footbridge collapsed and killed three pupils", "sentences": [1]}]})
    return '{"by": [], "to": [], "when": null, "place": null}'


def test_a_version_that_shares_a_step_reuses_its_replies(tmp_path: Path) -> None:
    """A new version with another fill step asks only that one; the fence's code, which differs, is no difference."""
    scripted, store = ScriptedModel(lite), ReplyStore(tmp_path)
    v1 = load("events-lite@v1")
    files = dict(v1.files) | {"fill-system.jinja": "Fill in the facts of one event."}
    v2 = dataclasses.replace(v1, version="v2", digest="sha256:" + "2" * 64, files=files)
    article = article_from_text(TEXT, published=DAY)
    counts, fences = [], []
    for version in (v1, v2, v1):
        keeping = KeepingModel(scripted, Subject(article, version, ASKED), store)
        asyncio.run(Extractor(keeping, version).extract(article))
        counts.append((keeping.asked, keeping.reused))
    fences = [ask.messages[-1].content.splitlines()[0] for ask in scripted.asked]
    assert counts == [(2, 0), (1, 1), (0, 2)]
    assert [ask.reply for ask in scripted.asked] == [Found, Filled, Filled]
    assert len(set(fences)) == 2


def test_a_run_read_again_gives_the_same_events_without_a_question(tmp_path: Path) -> None:
    """Kept replies alone make the extraction that the live model made."""
    article = article_from_text(TEXT, published=DAY)
    about = Subject(article, load("events@v1"), ASKED)
    keeping = KeepingModel(ScriptedModel(answer), about, ReplyStore(tmp_path))
    live = asyncio.run(Extractor(keeping, about.prompt).extract(article))
    replies = {reply.key: reply for reply in keeping.replies}
    again = asyncio.run(
        Extractor(ReplayingModel(ModelInfo("m", "e", "json"), about, replies), about.prompt).extract(article)
    )
    assert live.events
    assert (again.events, again.outcome, again.usage) == (live.events, live.outcome, live.usage)


def test_a_question_without_a_kept_reply_is_a_failure_that_says_so() -> None:
    """A replaying model never makes an answer up."""
    article = article_from_text(TEXT, published=DAY)
    about = Subject(article, load("events@v1"), ASKED)
    empty = ReplayingModel(ModelInfo("m", "e", "json"), about, {})
    result = asyncio.run(Extractor(empty, about.prompt).extract(article))
    assert result.problem is not None
    assert (result.problem.kind, result.events) == ("NotKeptError", ())
    assert "Reply" in result.problem.message


def test_a_model_is_named_as_people_know_it() -> None:
    """An embedded model by its name, any other with its host."""
    embedded = AskedModel(name="qwen", kind="embedded", mode="grammar", sha256="0" * 64)
    assert (str(embedded), str(ASKED)) == ("qwen", "scripted at scripted")

"""One article through the four steps, with a scripted model at the boundary."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from extractor import Extraction, article_from_text
from extractor.errors import (
    ArticleRefusedError,
    ArticleTooLargeError,
    DeadlineError,
    InvalidReplyError,
    ModelError,
    ProviderRefusedError,
    TruncatedReplyError,
)
from extractor.events.vocabulary import EventType, Outcome, Role, Standing
from extractor.pipeline import Extractor
from extractor.prompts.registry import load
from tests.scripted import USAGE, ScriptedModel

if TYPE_CHECKING:
    from extractor.llm.boundary import Ask

TEXT = """Ferry hits pier in Port Salu

A ferry carrying 120 people hit a pier in Lisbon on Monday evening, injuring 34 people, the coast guard said.

"It was chaos," said passenger Lena Obi.

Police later detained the captain.

Sign up for our newsletter to get the latest news"""

FIND = {"events": [{"what": "A ferry hit a pier in a collision", "sentences": [2]}]}
FOUND = {
    "events": [
        {"what": "A ferry crash at a pier injured 34 people", "sentences": [2]},
        {"what": "Police detained the captain", "sentences": [4]},
        {"what": "The mayor resigned", "sentences": [3]},
    ]
}


def lite_model(fills: dict[str, dict[str, Any]]) -> ScriptedModel:
    """Return a model that finds FOUND and fills what ``fills`` says for each line."""

    def answer(ask: Ask[Any]) -> str:
        if ask.reply.__name__ == "Found":
            return json.dumps(FOUND)
        question = ask.messages[-1].content
        nothing: dict[str, Any] = {"by": [], "to": [], "when": None, "place": None}
        return json.dumps(next((fill for line, fill in fills.items() if line in question), nothing))

    return ScriptedModel(answer)


async def extracted(model: ScriptedModel, *, prompt: str = "events-lite@v1", text: str = TEXT) -> Extraction:
    """Extract ``text``, published on Tuesday 4 June 2019."""
    return await Extractor(model, load(prompt)).extract(article_from_text(text, published=date(2019, 6, 4)))


async def test_two_steps_become_grounded_events() -> None:
    """Lines are found, filled and grounded: dates resolved, tolls read, quotes verbatim."""
    fills: dict[str, dict[str, Any]] = {
        "ferry crash": {"by": [], "to": ["34 people"], "when": "on Monday evening", "place": "Lisbon"},
        "Police detained": {"by": ["Police"], "to": ["the captain"], "when": None, "place": None},
    }
    result = await extracted(lite_model(fills))
    assert result.outcome is Outcome.OK
    crash, arrest = result.events
    assert (crash.type, arrest.type) == (EventType.DISASTER_ACCIDENT, EventType.ARRESTS)
    assert crash.when.start == crash.when.end == date(2019, 6, 3)
    assert crash.where.country == "PRT"
    assert [(c.measure.value, c.min, c.max) for c in crash.counts] == [("injured", 34, 34)]
    assert [(a.name, a.role) for a in arrest.actors] == [("Police", Role.INITIATOR), ("the captain", Role.TARGET)]
    assert (crash.standing, arrest.standing) == (Standing.MAIN, Standing.OTHER)
    for event in result.events:
        assert all(TEXT[e.start : e.end] == e.quote for e in event.evidence)


async def test_one_step_reads_roles_times_and_places_off_the_text() -> None:
    """Without a second question code reads who, whom, when and where off the line and its sentences."""
    model = lite_model({})
    crash, arrest = (await extracted(model, prompt="events-lite@v2")).events
    assert {ask.reply.__name__ for ask in model.asked} == {"Found"}
    assert crash.when.start == date(2019, 6, 3)
    assert crash.where.country == "PRT"
    assert [(a.name, a.role) for a in crash.actors] == [("34 people", Role.TARGET)]
    assert [(a.name, a.role) for a in arrest.actors] == [("Police", Role.INITIATOR), ("the captain", Role.TARGET)]


async def test_a_line_that_no_sentence_supports_is_left_out() -> None:
    """A line such as "The mayor resigned" that stands nowhere in the article, so nothing is asked about it."""
    model = lite_model({})
    result = await extracted(model)
    assert EventType.LEADERSHIP_CHANGE not in {event.type for event in result.events}
    assert sum(ask.reply.__name__ == "Filled" for ask in model.asked) == 2


async def test_time_and_place_are_chosen_among_the_articles_phrases() -> None:
    """The question about an event admits only phrases of its own sentences, or null."""
    model = lite_model({})
    await extracted(model)
    fills = [ask for ask in model.asked if ask.reply.__name__ == "Filled"]
    assert fills[0].choices["when"] == ("on Monday",)
    assert fills[0].choices["place"] == ("Lisbon",)


async def test_all_windows_and_events_share_their_opening() -> None:
    """Everything before the article is the same for every question of a step, so a server can reuse it."""
    model = lite_model({})
    await extracted(model)
    for kind in ("Found", "Filled"):
        openings = {tuple(ask.messages[:-1]) for ask in model.asked if ask.reply.__name__ == kind}
        assert len(openings) == 1


async def test_furniture_and_headline_are_not_asked_about() -> None:
    """A newsletter offer and a headline that repeats the story are in no window."""
    model = lite_model({})
    await extracted(model)
    shown = "".join(ask.messages[-1].content for ask in model.asked if ask.reply.__name__ == "Found")
    assert "newsletter" not in shown
    assert "Ferry hits pier" not in shown


async def test_usage_is_the_sum_over_all_questions() -> None:
    """Three questions cost three times what one costs."""
    result = await extracted(lite_model({}))
    assert result.usage.requests == 3 * USAGE.requests
    assert result.usage.tokens_in == 3 * (USAGE.tokens_in or 0)


async def test_one_step_prompt_asks_once() -> None:
    """With events@v1 the whole reply comes from one question."""
    event = {
        "sentences": [2],
        "type": "disaster_accident",
        "status": "actual",
        "standing": "main",
        "when": "on Monday evening",
        "place": "Lisbon",
        "country": "Portugal",
        "actors": [],
        "counts": [{"measure": "injured", "who": "all", "words": "34 people", "source": "the coast guard"}],
        "speakers": [{"name": "the coast guard", "stance": "reports"}],
        "summary": "A ferry hit a pier and injured 34 people.",
    }
    model = ScriptedModel(json.dumps({"published": None, "events": [event]}))
    result = await extracted(model, prompt="events@v1")
    assert len(model.asked) == 1
    assert result.events[0].counts[0].source == "the coast guard"
    assert result.provenance.prompt == "events@v1"
    assert result.provenance.model == "scripted"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ArticleTooLargeError("too long"), Outcome.TOO_LARGE),
        (ArticleRefusedError("filtered"), Outcome.REFUSED),
        (TruncatedReplyError("cut"), Outcome.TRUNCATED),
        (InvalidReplyError("garbled"), Outcome.INVALID),
        (DeadlineError("late"), Outcome.FAILED),
        (ProviderRefusedError("wrong key", hint="set OPENAI_API_KEY"), Outcome.FAILED),
    ],
)
async def test_what_a_model_refuses_becomes_the_outcome(error: ModelError, outcome: Outcome) -> None:
    """A failed article is an extraction too: without events, with its problem and what it cost."""
    result = await extracted(ScriptedModel(error))
    assert result.outcome is outcome
    assert result.events == ()
    assert result.problem is not None
    assert (result.problem.kind, result.problem.hint) == (type(error).__name__, error.hint)
    assert result.usage.requests == USAGE.requests


async def test_prose_is_an_invalid_reply_not_an_empty_list() -> None:
    """A model that answers prose fails the article; it is never read as "no events"."""
    result = await extracted(ScriptedModel("I am sorry, I cannot do that."))
    assert result.outcome is Outcome.INVALID


async def test_an_article_of_furniture_only_gives_no_events() -> None:
    """Where nothing is left to ask about, nothing is asked."""
    model = ScriptedModel(json.dumps(FIND))
    result = await extracted(model, text="Skip to main content\n\nSign up for our newsletter\n\nAll rights reserved.")
    assert result.outcome is Outcome.OK
    assert result.events == ()


async def test_an_extraction_survives_json() -> None:
    """What is published can be read back to the same value."""
    result = await extracted(lite_model({}))
    assert Extraction.model_validate_json(result.model_dump_json()) == result


async def test_first_messages_are_what_is_sent() -> None:
    """A dry run shows the very messages of the first step."""
    model = lite_model({})
    extractor = Extractor(model, load("events-lite@v1"))
    article = article_from_text(TEXT, published=date(2019, 6, 4))
    shown = [messages for _, messages in extractor.first_messages(article)]
    await extractor.extract(article)
    asked = [tuple(ask.messages) for ask in model.asked if ask.reply.__name__ == "Found"]
    assert shown == asked

"""Promises S1 and S2 through the whole pipeline: hostile model, hostile article, both shipped prompts.

The generator of ``events/test_hostile_replies.py`` writes the full replies; the small replies of the two-step prompt
are written here. Every raw reply goes through the client's own validation, then through the short list, the questions
about each event and the grounders.
"""

from __future__ import annotations

import json
import random
from datetime import date
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from extractor import Extraction, article_from_text
from extractor.events.vocabulary import Outcome
from extractor.pipeline import Extractor
from extractor.prompts.registry import load
from tests.events.test_hostile_replies import HONEST, LINES, PAYLOADS, broken, text, well_formed
from tests.scripted import ScriptedModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.llm.boundary import Ask

REPLIES = 200
SEED = 20_240_306
ARTICLE = article_from_text("\n\n".join(LINES), published=date(2021, 4, 14))
TOLD = (
    *(
        "Two car bombs killed 17 people in Homs",
        "The army denied that its jets had bombed Sarmin",
        "More than 300 fled",
    ),
    *("Police say two car bombs wounded 71", "Ali Hassan fled to Turkey", "stop, he said on Monday", "Why?"),
)
RAW = (
    "[" * 100_000,
    '{"events":' * 100_000,
    '{"events": [NaN]}',
    '{"by": [Infinity], "to": [], "when": NaN, "place": null}',
    "\x00",
    '{"events": "\x00"}',
    "\ud800",
    '{"events": [{"what": "\ud800", "sentences": [1]}]}',
    '{"events": [{"what": "\\ud800", "sentences": [1]}]}',
    '{"by": ["\\udfff"], "to": [], "when": null, "place": null}',
    "I am sorry, I cannot help with that.",
    "{{ 7 * 7 }}",
    "\x1b[2J",
    "null",
    "7",
    '"events"',
    "",
    '{"events": null}',
    '{"events": {"0": {}}}',
    "<script>alert(1)</script>",
)


def small(rng: random.Random, kind: str) -> str:
    """Return a well-formed reply of the two-step prompt with hostile content."""
    if kind == "Found":
        lines = [rng.choice((*TOLD, *PAYLOADS, *LINES))[:120] for _ in range(rng.randint(0, 4))]
        cited = (1, 2, 2, 3, 4, 5, 6, 999, 9999)
        events = [{"what": w, "sentences": [rng.choice(cited) for _ in range(rng.randint(1, 3))]} for w in lines]
        return json.dumps({"events": events})
    names = {side: [rng.choice(HONEST + PAYLOADS)[:80] for _ in range(rng.randint(0, 3))] for side in ("by", "to")}
    return json.dumps(names | {"when": text(rng, 80), "place": text(rng, 80)})


def hostile(rng: random.Random, said: list[str]) -> Callable[[Ask[Any]], str]:
    """Return a model that answers every question with the next hostile reply, and keeps what it said."""

    def answer(ask: Ask[Any]) -> str:
        kind = ask.reply.__name__
        roll = rng.random()
        if kind == "Reply":
            raw = broken(rng) if roll < 0.2 else json.dumps(well_formed(rng))
        else:
            raw = small(rng, kind)
            if roll < 0.04:
                raw = raw[: rng.randrange(len(raw))]
        if 0.9 < roll < 0.94 or (kind == "Reply" and roll > 0.9):
            raw = RAW[len(said) % len(RAW)]
        said.append(raw)
        return raw

    return answer


def validator() -> jsonschema_rs.Draft202012Validator:
    """Return the check against the published JSON Schema."""
    schema = Extraction.model_json_schema(mode="serialization")
    return jsonschema_rs.Draft202012Validator(schema)


def assert_honest(result: Extraction, schema: jsonschema_rs.Draft202012Validator) -> None:
    """Whatever the model said, the extraction validates, survives JSON and quotes only this article."""
    written = result.model_dump_json()
    schema.validate(json.loads(written))
    assert Extraction.model_validate_json(written) == result
    assert (result.outcome is Outcome.OK) == (result.problem is None)
    for event in result.events:
        assert event.evidence
        for evidence in event.evidence:
            assert ARTICLE.text[evidence.start : evidence.end] == evidence.quote
        spans = [check.span for check in event.checks if check.span]
        assert all(0 <= span.start < span.end <= len(ARTICLE.text) for span in spans)


@pytest.mark.parametrize("prompt", ["events@v1", "events-lite@v1", "events-lite@v2"])
async def test_two_hundred_hostile_replies(prompt: str) -> None:
    """No reply raises, and each becomes a failed article or events that quote this article only."""
    rng = random.Random(SEED)  # noqa: S311 - no secret
    schema, said, outcomes, events = validator(), list[str](), list[Outcome](), 0
    while len(said) < REPLIES:
        result = await Extractor(ScriptedModel(hostile(rng, said)), load(prompt)).extract(ARTICLE)
        assert_honest(result, schema)
        outcomes.append(result.outcome)
        events += len(result.events)
    assert set(outcomes) == {Outcome.OK, Outcome.INVALID, Outcome.TRUNCATED}
    assert events > 20


@pytest.mark.parametrize("prompt", ["events@v1", "events-lite@v1", "events-lite@v2"])
@pytest.mark.parametrize("raw", RAW, ids=range(len(RAW)))
async def test_a_reply_that_is_no_reply_fails_its_article(prompt: str, raw: str) -> None:
    """Garbage at the first question is an invalid reply, never an empty list of events."""
    result = await Extractor(ScriptedModel(raw), load(prompt)).extract(ARTICLE)
    assert_honest(result, validator())
    assert result.outcome is Outcome.INVALID
    assert result.events == ()

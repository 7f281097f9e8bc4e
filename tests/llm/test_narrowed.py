"""Choices become bounds where a schema becomes a grammar, and nowhere else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from extractor.events.reply import Filled
from extractor.llm.boundary import Parameters
from extractor.llm.endpoint import Setup
from extractor.llm.form import prepare
from extractor.llm.schema import narrowed, reply_schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractor.llm.endpoint import Mode
    from extractor.llm.form import Form
    from extractor.llm.schema import Dialect

NARROWING: list[tuple[Mode, Dialect]] = [("grammar", "bounded"), ("json_schema", "bounded")]
DEAF: list[tuple[Mode, Dialect]] = [
    *(("tools", "openai"), ("tools", "bounded"), ("json", "bounded"), ("json_schema", "openai")),
    ("json_schema", "openai-fine-tuned"),
]
HOSTILE = 'a "quoted" \\ place\n\x00\x01 \u202e{{ x }} \ud800'


def form(mode: Mode, dialect: Dialect) -> Form:
    """Prepare the question about one event."""
    return prepare(Filled, Parameters(), Setup(mode, dialect), "m")


def sent_schema(body: bytes) -> Any:
    """Return the JSON Schema inside a request body."""
    request = json.loads(body)
    if "grammar" in request:
        return json.loads(request["grammar"].split("%json ", 1)[1])
    return request["response_format"]["json_schema"]["schema"]


def admits(schema: Any, **fields: object) -> bool:
    """Say whether the schema admits a reply with these fields."""
    reply = {"by": [], "to": [], "when": None, "place": None} | fields
    return jsonschema_rs.Draft202012Validator(schema).is_valid(reply)


@pytest.mark.parametrize(("mode", "dialect"), NARROWING)
@pytest.mark.parametrize(
    ("choices", "fields", "admitted"),
    [
        ({"when": ("on Sunday", "in May")}, {"when": "on Sunday"}, True),
        ({"when": ("on Sunday", "in May")}, {"when": "in May"}, True),
        ({"when": ("on Sunday", "in May")}, {"when": None}, True),
        ({"when": ("on Sunday", "in May")}, {"when": "on sunday"}, False),
        ({"when": ("on Sunday", "in May")}, {"when": "on Monday"}, False),
        ({"when": ("on Sunday", "in May")}, {"when": ""}, False),
        ({"when": ("on Sunday",)}, {"place": "Homs"}, True),
        ({"when": (), "place": ("Homs",)}, {"when": None, "place": "Homs"}, True),
        ({"when": (), "place": ("Homs",)}, {"when": "on Sunday"}, False),
        ({"when": (), "place": ("Homs",)}, {"place": "Aleppo"}, False),
        ({"by": ("rebels", "the army")}, {"by": ["the army"]}, True),
        ({"by": ("rebels", "the army")}, {"by": []}, True),
        ({"by": ("rebels", "the army")}, {"by": ["rebels", "pirates"]}, False),
        ({"by": ("rebels", "the army")}, {"by": ["rebels"] * 99}, False),
        ({"by": ("rebels", "the army")}, {"by": None}, False),
        ({"by": ()}, {"by": []}, True),
        ({"by": ()}, {"by": ["rebels"]}, False),
        ({}, {"when": "whenever", "place": "wherever"}, True),
    ],
)
def test_a_narrowed_field_admits_only_the_phrases_or_nothing(
    mode: Mode,
    dialect: Dialect,
    choices: Mapping[str, Sequence[str]],
    fields: dict[str, object],
    admitted: bool,
) -> None:
    """A model under the grammar can copy one of the phrases or say null; the other fields stay as they were."""
    assert admits(sent_schema(form(mode, dialect).body([], choices)), **fields) is admitted


@pytest.mark.parametrize(("mode", "dialect"), NARROWING)
def test_a_phrase_goes_out_as_it_is(mode: Mode, dialect: Dialect) -> None:
    """Quotes, control characters, templates and lone surrogates neither break the body nor leave their field."""
    prepared = form(mode, dialect)
    schema = sent_schema(prepared.body([{"role": "user", "content": "U"}], {"place": (HOSTILE,)}))
    (said, nothing) = schema["properties"]["place"]["enum"]
    assert said.replace("?", "\ud800") == HOSTILE, "UTF-8 has no lone surrogate; where it must, it goes out as ?"
    assert nothing is None
    assert schema["properties"].keys() == Filled.model_fields.keys()


@pytest.mark.parametrize(("mode", "dialect"), NARROWING)
def test_narrowing_one_question_leaves_the_next_alone(mode: Mode, dialect: Dialect) -> None:
    """The prepared form is shared by all articles, so the choices of one never reach another."""
    before = form(mode, dialect).body([])
    assert form(mode, dialect).body([], {"when": ("on Sunday",)}) != before
    assert form(mode, dialect).body([]) == before
    assert form(mode, dialect).body([], {}) == before


@pytest.mark.parametrize(("mode", "dialect"), DEAF)
def test_elsewhere_choices_are_only_advice(mode: Mode, dialect: Dialect) -> None:
    """Where the schema is cached by the endpoint or only shown to the model, the body is the same for every event."""
    prepared = form(mode, dialect)
    assert prepared.body([], {"when": ("on Sunday",)}) == prepared.body([])


@pytest.mark.parametrize(("mode", "dialect"), NARROWING)
def test_a_field_that_the_reply_lacks_is_an_error(mode: Mode, dialect: Dialect) -> None:
    """A typing error must not lift the limit in silence."""
    with pytest.raises(KeyError, match="wen"):
        form(mode, dialect).body([], {"wen": ("on Sunday",)})


def test_the_given_schema_is_not_changed() -> None:
    """Narrowing returns a new schema; field order, which is generation order, stays."""
    schema = reply_schema(Filled, "bounded")
    as_it_was = json.dumps(schema)
    small = narrowed(schema, {"place": ("Homs",), "by": ("rebels",)})
    assert json.dumps(schema) == as_it_was
    assert list(small["properties"]) == list(schema["properties"])
    assert small["properties"]["by"]["maxItems"] == schema["properties"]["by"]["maxItems"]

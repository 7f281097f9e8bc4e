"""The schema that goes out, in both dialects, for small types and for the published reply types."""

from __future__ import annotations

import inspect
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from extractor.events import reply as reply_types
from extractor.llm.schema import Dialect, reply_schema
from tests.llm.questions import Small


class Closed(BaseModel, extra="forbid", allow_inf_nan=False):
    """What every reply type here is."""


class Inner(Closed):
    """A docstring."""

    title: Annotated[str, Field(max_length=5, description="kept")] = "none"


class Outer(Closed):
    """Another docstring."""

    inner: Annotated[Inner, Field(description="dropped beside a $ref")]
    kind: Literal["a", "b"]
    numbers: Annotated[tuple[Annotated[int, Field(ge=1, le=9)], ...], Field(max_length=3)]
    code: Annotated[str, Field(pattern="^[0-9]{3}$")]


def test_the_bounded_dialect_says_everything_but_prose() -> None:
    """Bounds, patterns and defaults stay; titles and class docstrings go; a field called title stays a field."""
    schema = reply_schema(Outer, "bounded")
    assert schema == {
        "$defs": {
            "Inner": {
                "additionalProperties": False,
                "properties": {
                    "title": {"default": "none", "description": "kept", "maxLength": 5, "type": "string"}
                },
                "type": "object",
            }
        },
        "additionalProperties": False,
        "properties": {
            "inner": {"$ref": "#/$defs/Inner", "description": "dropped beside a $ref"},
            "kind": {"enum": ["a", "b"], "type": "string"},
            "numbers": {"items": {"maximum": 9, "minimum": 1, "type": "integer"}, "maxItems": 3, "type": "array"},
            "code": {"pattern": "^[0-9]{3}$", "type": "string"},
        },
        "required": ["inner", "kind", "numbers", "code"],
        "type": "object",
    }  # fmt: skip


def test_the_openai_dialect_is_their_strict_subset() -> None:
    """Every field required, nothing beside a $ref, no maxLength, no default; supported bounds stay."""
    assert reply_schema(Outer, "openai") == {
        "$defs": {
            "Inner": {
                "additionalProperties": False,
                "properties": {"title": {"description": "kept", "type": "string"}},
                "required": ["title"],
                "type": "object",
            }
        },
        "additionalProperties": False,
        "properties": {
            "inner": {"$ref": "#/$defs/Inner"},
            "kind": {"enum": ["a", "b"], "type": "string"},
            "numbers": {"items": {"maximum": 9, "minimum": 1, "type": "integer"}, "maxItems": 3, "type": "array"},
            "code": {"pattern": "^[0-9]{3}$", "type": "string"},
        },
        "required": ["inner", "kind", "numbers", "code"],
        "type": "object",
    }
    numbers = reply_schema(Outer, "openai-fine-tuned")["properties"]["numbers"]
    assert numbers == {"items": {"type": "integer"}, "type": "array"}, "fine-tuned models take no bounds"


def _open_string() -> type[BaseModel]:
    class T(Closed):
        a: list[str]

    return T


def _endless_digits() -> type[BaseModel]:
    class T(Closed):
        a: Annotated[int, Field(ge=0)] | None

    return T


def _weak_pattern() -> type[BaseModel]:
    class T(Closed):
        a: Annotated[str, Field(pattern=r"^\d+$")]

    return T


def _not_finite() -> type[BaseModel]:
    class T(BaseModel):
        a: float

    return T


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_open_string, r"T\.a: a list.*T\.a\.items: a string"),
        (_weak_pattern, "pattern"),
        (_endless_digits, r"T\.a\.anyOf: a number"),
        (_not_finite, "allow_inf_nan"),
    ],
)
def test_a_reply_type_that_could_loop_or_lie_is_refused(make: Any, said: str) -> None:
    """Unbounded strings and lists, patterns that llama.cpp weakens, and NaN are a programmer's error, named by path."""
    with pytest.raises(TypeError, match=said):
        reply_schema(make(), "bounded")


REPLY_TYPES = [
    cls
    for _, cls in inspect.getmembers(reply_types, inspect.isclass)
    if issubclass(cls, BaseModel) and cls.__module__ == reply_types.__name__ and not cls.__name__.startswith("_")
]


@pytest.mark.parametrize("reply", [Small, *REPLY_TYPES])
@pytest.mark.parametrize("dialect", ["bounded", "openai", "openai-fine-tuned"])
def test_every_reply_type_fits_both_dialects(reply: type[BaseModel], dialect: Dialect) -> None:
    """Each published reply type is bounded, and its OpenAI form keeps inside their limits."""
    schema = reply_schema(reply, dialect)
    assert list(schema["properties"]) == list(reply.model_fields), "field order is generation order"
    if dialect != "bounded":
        nodes = [schema, *schema.get("$defs", {}).values()]
        assert all(node["additionalProperties"] is False for node in nodes if node.get("type") == "object")
        assert sum(len(node.get("properties", {})) for node in nodes) <= 5000
        assert sum(len(node.get("enum", ())) for node in nodes) <= 1000

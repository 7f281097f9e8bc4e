"""``extractor schema``: a JSON Schema 2020-12 that real results validate against, and wrong ones don't."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from extractor.api import published_schema
from extractor.commands.schema import reply_schema
from extractor.events.reply import REPLY_TYPES
from tests.command_line import extractor
from tests.samples import make_article, make_extraction, make_failure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from extractor.events.summary import Extraction

ARTICLE = make_article()
VALIDATOR = jsonschema_rs.Draft202012Validator(published_schema(), validate_formats=True)


@pytest.mark.parametrize("make", [make_extraction, make_failure])
def test_what_is_written_validates(make: Callable[..., Extraction]) -> None:
    """A full extraction and a failed one, as they are written, are valid."""
    VALIDATOR.validate(json.loads(make(ARTICLE).model_dump_json()))


def spoil(path: str, value: Any) -> dict[str, Any]:
    """Return a valid document with ``value`` put at the dotted ``path``."""
    document: Any = json.loads(make_extraction(ARTICLE).model_dump_json())
    *way, last = path.split(".")
    at = document
    for step in way:
        at = at[int(step) if step.isdigit() else step]
    at[last] = value
    return dict(document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("unknown", 1),
        ("outcome", "fine"),
        ("events.0.type", "war"),
        ("events.0.where.country", "Norland"),
        ("events.0.where.lat", 91),
        ("events.0.counts.0.min", -1),
        ("events.0.evidence.0.sentence", 0),
        ("events.0.evidence.0.quote", None),
        ("events.0.when.start", "Sunday"),
        ("schema_version", "2"),
        ("usage.requests", "two"),
    ],
)
def test_what_is_wrong_does_not_validate(path: str, value: object) -> None:
    """Unknown fields, values outside their vocabulary or range, and wrong types are refused."""
    assert not VALIDATOR.is_valid(spoil(path, value))


@pytest.mark.parametrize("name", REPLY_TYPES)
def test_every_reply_type_has_a_schema(name: str) -> None:
    """Each is a valid schema of a closed object."""
    schema = reply_schema(name)
    jsonschema_rs.meta.validate(schema)
    assert schema["additionalProperties"] is False


def test_the_command_prints_the_schema(tmp_path: Path) -> None:
    """Standard output is the schema as JSON and nothing else, from any folder."""
    ran = extractor("schema", folder=tmp_path)
    assert (json.loads(ran.out), ran.err, ran.code) == (published_schema(), "", 0)

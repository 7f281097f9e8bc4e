"""The one doorway from a model's raw words to a typed reply, and from a 200 to what it hides."""

from __future__ import annotations

import json
from typing import Annotated

import pytest
from pydantic import BaseModel, Field

from extractor.errors import InvalidReplyError, ModelError, ProviderRefusedError, TransientError, TruncatedReplyError
from extractor.llm.classify import Failure, Where
from extractor.llm.lane import Completion, read
from extractor.llm.parse import parse_reply
from tests.llm.questions import GOOD, Small

WHERE = Where("m", "host:1")


class Measured(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """A reply type with a float."""

    value: float
    word: Annotated[str, Field(max_length=20)]


@pytest.mark.parametrize("raw", [GOOD, f"  {GOOD}\n", f"```json\n{GOOD}\n```", f"```\n{GOOD}\n```"])
def test_a_good_reply_is_read(raw: str) -> None:
    """White space and one surrounding Markdown fence do not matter."""
    assert parse_reply(raw, Small, WHERE) == Small(name="Ada", number=36)


HOSTILE: dict[str, str] = {
    "prose": "I think it was Ada.",
    "prose around": f"Here you are: {GOOD} Enjoy!",
    "nothing": "",
    "null": "null",
    "a list": f"[{GOOD}]",
    "missing": '{"name": "Ada"}',
    "extra": '{"name": "Ada", "number": 1, "__class__": "os"}',
    "wrong type": '{"name": {"a": 1}, "number": 1}',
    "negative": '{"name": "Ada", "number": -1}',
    "too long": json.dumps({"name": "x" * 51, "number": 1}),
    "ten megabytes": json.dumps({"name": "x" * 10_000_000, "number": 1}),
    "many errors": json.dumps({str(i): i for i in range(100_000)}),
    "deep": '{"name":' + "[" * 100_000,
    "deep and closed": '{"name":' + "[" * 100_000 + "]" * 100_000 + ', "number": 1}',
    "NaN": '{"name": "Ada", "number": NaN}',
    "infinite": '{"name": "Ada", "number": 1e999}',
    "a lone surrogate": '{"name": "\\ud800", "number": 1}',
    "a raw control character": '{"name": "a\x00b", "number": 1}',
    "two objects": GOOD + GOOD,
    "a huge number": '{"name": "Ada", "number": ' + "9" * 5000 + "}",
    "single quotes": "{'name': 'Ada', 'number': 36}",
    "a comment": '{"name": "Ada", /* hi */ "number": 36}',
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_reply_is_one_short_line(kind: str) -> None:
    """Whatever does not fit ends as an InvalidReplyError whose message is one bounded line."""
    with pytest.raises(InvalidReplyError) as caught:
        parse_reply(HOSTILE[kind], Small, WHERE)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 800


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_no_number_is_infinite(number: str) -> None:
    """A float field takes finite numbers only, though JSON parsers of Python admit the others."""
    with pytest.raises(InvalidReplyError):
        parse_reply(f'{{"value": {number}, "word": "x"}}', Measured, WHERE)


@pytest.mark.parametrize("keep", range(1, len(GOOD)))
def test_every_cut_of_a_reply_is_seen_as_a_cut(keep: int) -> None:
    """A reply that breaks off anywhere after its first brace is truncated, never invalid and never read."""
    with pytest.raises(TruncatedReplyError):
        parse_reply(GOOD[:keep], Small, WHERE)


@pytest.mark.parametrize(
    ("body", "expected", "said"),
    [
        (b"", TransientError, "an empty body"),
        (b"  <html>", TransientError, "a web page"),
        (b"ok", TransientError, "other data"),
        (b"[]", TransientError, "other data"),
        (b'{"error": {"message": "No endpoints found", "code": 404}}', ProviderRefusedError, "No endpoints found"),
        (b'{"error": {"message": "Rate limited", "code": "429"}}', TransientError, "Rate limited"),
        (b'{"error": "boom"}', TransientError, "other data"),
        (b'{"choices": null}', TransientError, "other data"),
    ],
)
def test_what_a_200_hides(body: bytes, expected: type[ModelError], said: str) -> None:
    """A 2xx body without a choice is a failure that says what was there instead."""
    outcome = read(body, WHERE)
    assert isinstance(outcome, Failure)
    assert type(outcome.error) is expected
    assert said in str(outcome.error)


def test_unknown_fields_of_a_completion_are_skipped() -> None:
    """Servers add what they like around the choice; only what is needed is read."""
    body = {"choices": [{"message": {"content": GOOD, "audio": [1]}, "logprobs": {}, "index": 3}], "timings": {"a": 1}}
    outcome = read(json.dumps(body).encode(), WHERE)
    assert isinstance(outcome, Completion)
    assert (outcome.raw, outcome.finish, outcome.tokens.read) == (GOOD, None, None)

"""What instructor prepares, and what we keep of it."""

from __future__ import annotations

import json

import pytest

from extractor.llm.boundary import Message, Parameters
from extractor.llm.endpoint import Mode, Setup
from extractor.llm.form import WireMessage, prepare, re_ask
from extractor.llm.lane import Completion
from extractor.llm.usage import UNKNOWN
from tests.llm.questions import Small

MESSAGES = (Message("system", "S"), Message("user", "U"))


@pytest.mark.parametrize("mode", ["json_schema", "tools", "json"])
def test_the_spliced_body_is_the_json_it_would_be(mode: Mode) -> None:
    """Head, messages and tail make one JSON object with every part in its place."""
    form = prepare(Small, Parameters(temperature=None, max_tokens=9), Setup(mode, "openai"), "m")
    body = json.loads(form.body(form.messages(MESSAGES)))
    assert body["messages"][1] == {"role": "user", "content": "U"}
    assert body["max_tokens"] == 9
    assert "temperature" not in body


@pytest.mark.parametrize("last", ["one article", "another “one”", "half a pair \ud800"])
def test_what_comes_first_is_written_as_what_comes_last(last: str) -> None:
    """Fixed messages, which are written once, read as they would in one piece, a tool call among them too."""
    form = prepare(Small, Parameters(), Setup("json_schema", "openai"), "m")
    messages: list[WireMessage] = [
        {"role": "system", "content": 'rules "so"\n\ud800'},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]},
        {"role": "tool", "tool_call_id": "1", "content": "no"},
        {"role": "user", "content": last},
    ]
    whole = json.dumps(messages, ensure_ascii=False).encode("utf-8", "replace")
    assert json.loads(form.body(messages))["messages"] == json.loads(whole)
    assert json.loads(form.body(messages[-1:]))["messages"] == json.loads(whole)[-1:]


def test_json_mode_shows_our_schema_not_the_docstrings() -> None:
    """The schema in the prompt is the compact dialect, put there by instructor's own wording."""
    form = prepare(Small, Parameters(), Setup("json", "openai"), "m")
    system = form.messages(MESSAGES)[0]["content"]
    assert system.startswith("S\n")
    assert '{"name":{"type":"string"}' in system
    assert "Docstrings" not in system
    assert "maxLength" not in system


def test_tools_mode_forces_the_one_tool() -> None:
    """The tool choice names the tool whose parameters are the reply."""
    form = prepare(Small, Parameters(), Setup("tools", "openai"), "m")
    body = json.loads(form.body([]))
    assert body["tool_choice"]["function"]["name"] == body["tools"][0]["function"]["name"] == "Small"
    assert body["tools"][0]["function"]["strict"] is True
    assert "Docstrings" not in json.dumps(body)


def test_grammar_mode_sends_llama_cpp_a_grammar_of_the_bounded_schema() -> None:
    """The embedded model gets compact JSON enforced by its server, and no response format beside it."""
    body = json.loads(prepare(Small, Parameters(), Setup("grammar", "bounded"), "m").body([]))
    assert "response_format" not in body
    assert body["grammar"].startswith("%llguidance")
    assert '"maxLength":50' in body["grammar"]


def test_a_reasoning_model_gets_room_to_think() -> None:
    """The allowance is added to the cap under the name that the model wants, without the temperature."""
    setup = Setup(
        "json_schema", "openai", cap_name="max_completion_tokens", allowance=8000, dropped=frozenset({"temperature"})
    )
    body = json.loads(prepare(Small, Parameters(max_tokens=100), setup, "o3").body([]))
    assert body["max_completion_tokens"] == 8100
    assert not {"max_tokens", "temperature"} & body.keys()


def test_a_re_ask_leaves_the_first_question_alone() -> None:
    """The messages given are not changed, so the next re-ask starts from them again."""
    first = [{"role": "user", "content": "U"}]
    said = Completion("no", {"role": "assistant", "content": "no"}, "stop", UNKNOWN)
    asked = re_ask("json_schema", first, said, "name: missing")
    assert first == [{"role": "user", "content": "U"}]
    assert [message["role"] for message in asked] == ["user", "assistant", "user"]
    assert "name: missing" in asked[-1]["content"]

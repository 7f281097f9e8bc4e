"""The embedded server with a real model, SmolLM2-135M: who may ask, what is kept between requests, how it ends."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx2
import pytest
from pydantic import BaseModel

from extractor.events import reply as reply_types
from extractor.llm.embedded import STOP_SECONDS, EmbeddedSettings, Running, start_embedded
from extractor.llm.grammar import compact_grammar
from extractor.llm.schema import reply_schema
from extractor.llm.threads import Threads

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.real_model

SETTINGS = EmbeddedSettings(context=2048, threads=Threads(threads=1, batch_threads=1, poll=0))
RULES = "You read news about village councils. " + " ".join(
    f"Rule {n}: name the village, the day and the number of tents, and nothing that is not written." for n in range(12)
)
LONG = {"max_tokens": 1500, "ignore_eos": True}
BOUNDED = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 12},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 3}, "minItems": 1, "maxItems": 4},
    },
    "required": ["name", "tags"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def running(smollm2: Path) -> Iterator[Running]:
    """One server for all tests that don't end it."""
    with start_embedded(smollm2, SETTINGS) as server:
        yield server


def ask(running: Running, system: str, question: str, **fields: Any) -> dict[str, Any]:
    """Ask the server one question and return the whole answer."""
    messages = [{"role": "system", "content": system}, {"role": "user", "content": question}]
    body = {"messages": messages, "max_tokens": 8, "temperature": 0} | fields
    response = httpx2.post(
        f"{running.base_url}/chat/completions", json=body, headers=key(running), timeout=120, trust_env=False
    )
    assert response.status_code == 200, response.text
    return dict(response.json())


def said(answer: dict[str, Any]) -> str:
    """Return the text of an answer."""
    return str(answer["choices"][0]["message"]["content"])


def cached(answer: dict[str, Any]) -> int:
    """Return how many tokens of the prompt did not have to be read again."""
    return int(answer["usage"]["prompt_tokens_details"]["cached_tokens"])


def key(running: Running) -> dict[str, str]:
    """Return the header that opens the server."""
    return {"Authorization": f"Bearer {running.api_key}"}


def refuses_connections(running: Running) -> bool:
    """Say whether nobody listens any more at the server's address."""
    where = urlsplit(running.base_url)
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex((where.hostname, where.port)) != 0


def test_it_answers_on_loopback_under_its_own_name(running: Running, smollm2: Path) -> None:
    """The address is 127.0.0.1, the model's name is the file's, and no answer shows where the file lies."""
    answer = ask(running, "Be brief.", "Say yes.")
    assert running.base_url.startswith("http://127.0.0.1:")
    assert answer["model"] == running.name == smollm2.stem
    models = httpx2.get(f"{running.base_url}/models", headers=key(running), trust_env=False).text
    assert running.name in models
    assert str(smollm2.parent) not in models
    assert running.info["threads"] == "1+1"
    assert running.api_key not in repr(running)


@pytest.mark.parametrize("authorization", [None, "Bearer wrong", "Basic eDp5"])
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/completion", "/tokenize", "/v1/models", "/slots", "/props"])
def test_without_the_key_nothing_is_answered(running: Running, path: str, authorization: str | None) -> None:
    """Another user of this machine, who lacks the key, gets neither answers nor what is being asked."""
    url = running.base_url.removesuffix("/v1") + path
    headers = {"Authorization": authorization} if authorization else {}
    response = httpx2.request("POST", url, json={"prompt": "x", "content": "x"}, headers=headers, trust_env=False)
    assert response.status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/index.html", 404),
        ("GET", "/slots", 501),
        ("GET", "/metrics", 501),
        ("POST", "/props", 501),
        ("GET", "/tools", 403),
    ],
)
def test_there_is_no_page_and_no_view_of_what_is_asked(running: Running, method: str, path: str, status: int) -> None:
    """Even with the key there is no web page, no list of running requests, and nothing to change."""
    url = running.base_url.removesuffix("/v1") + path
    assert httpx2.request(method, url, headers=key(running), trust_env=False).status_code == status


def test_the_prompt_is_read_once_for_many_articles(running: Running) -> None:
    """The second article with the same rules pays for its own text only."""
    first = ask(running, RULES, "In Aro the council met on Monday.")
    second = ask(running, RULES, "In Bemi nine tents came on Friday.")
    assert cached(second) > 0.85 * first["usage"]["prompt_tokens"]


def test_two_prompts_can_take_turns_without_being_read_again(running: Running) -> None:
    """Two prompts asked alternately, as a prompt in two steps is, both stay cached although there is one slot."""
    other = RULES.replace("village", "harbour")
    for rules in (RULES, other):
        ask(running, rules, "In Aro the council met on Monday.")
    for rules in (RULES, other):
        answer = ask(running, rules, "In Bemi nine tents came on Friday.")
        assert cached(answer) > 0.85 * answer["usage"]["prompt_tokens"]


@pytest.mark.parametrize(
    "form",
    [
        {"grammar": compact_grammar(BOUNDED)},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": BOUNDED}}},
    ],
    ids=["grammar", "response_format"],
)
def test_a_model_that_wants_to_loop_is_stopped_by_the_bounds(running: Running, form: dict[str, Any]) -> None:
    """Pushed to write the same letter for ever, the model fills each string and list to its bound and ends."""
    url = running.base_url.removesuffix("/v1") + "/tokenize"
    letter = httpx2.post(url, json={"content": "x"}, headers=key(running), trust_env=False).json()["tokens"]
    answer = ask(running, "Be brief.", "Go.", max_tokens=200, logit_bias=[[letter[0], 100]], **form)
    parsed = json.loads(said(answer))
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert parsed["name"] == "x" * 12
    assert 1 <= len(parsed["tags"]) <= 4
    assert all(len(tag) <= 3 for tag in parsed["tags"])


def test_the_grammar_allows_no_white_space(running: Running) -> None:
    """Pushed to write line breaks, the model still answers in one compact line, for fewer tokens than it would like."""
    url = running.base_url.removesuffix("/v1") + "/tokenize"
    breaks = httpx2.post(url, json={"content": "\n"}, headers=key(running), trust_env=False).json()["tokens"]
    answer = ask(
        running, "Be brief.", "Go.", max_tokens=80, logit_bias=[[breaks[0], 50]], grammar=compact_grammar(BOUNDED)
    )
    assert said(answer).startswith('{"name":"')
    assert "\n" not in said(answer)


def test_the_grammar_keeps_patterns_that_the_servers_own_converter_drops(running: Running) -> None:
    r"""``\d`` means a digit in the grammar; the server's converter would allow any string."""
    schema = {"type": "object", "properties": {"y": {"type": "string", "pattern": r"^\d{4}$"}}, "required": ["y"]}
    answer = ask(running, "Be brief.", "Which year?", max_tokens=30, grammar=compact_grammar(schema))
    assert said(answer)[:6] == '{"y":"'
    assert said(answer)[6:10].isdecimal()
    assert said(answer)[10:] == '"}'


REPLY_TYPES = [
    value
    for name, value in sorted(vars(reply_types).items())
    if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__ == reply_types.__name__
]


@pytest.mark.parametrize("reply", [t for t in REPLY_TYPES if t.model_fields], ids=lambda t: t.__name__)
def test_every_reply_type_compiles_and_constrains(running: Running, reply: type[BaseModel]) -> None:
    """A grammar that doesn't compile is silently ignored by the server, so each reply type is tried for real."""
    first = next(iter(reply.model_fields))
    answer = ask(running, "Chat freely.", "Tell a story.", grammar=compact_grammar(reply_schema(reply, "bounded")))
    assert said(answer).startswith(f'{{"{first}":'[: len(said(answer))])
    assert said(answer).startswith("{")


def test_closing_while_it_answers_takes_no_longer(smollm2: Path) -> None:
    """A long answer in flight neither delays nor hangs the end; whoever waits for it gets a broken connection."""
    running = start_embedded(smollm2, SETTINGS)
    ended: list[str] = []

    def wait_for_it() -> None:
        try:
            ask(running, "Count.", "Count to a thousand.", **LONG)
        except httpx2.TransportError as exc:
            ended.append(type(exc).__name__)

    waiting = threading.Thread(target=wait_for_it)
    waiting.start()
    time.sleep(1)
    began = time.monotonic()
    running.close()
    running.close()
    assert time.monotonic() - began < STOP_SECONDS
    waiting.join(10)
    assert len(ended) == 1
    assert refuses_connections(running)


def _script(smollm2: Path, ending: str) -> str:
    return textwrap.dedent(f"""
        import os, signal, sys, threading, time
        from pathlib import Path
        import httpx2
        from extractor.llm.embedded import EmbeddedSettings, start_embedded
        from extractor.llm.threads import Threads
        settings = EmbeddedSettings(context=2048, threads=Threads(1, 1, 0))
        running = start_embedded(Path({str(smollm2)!r}), settings)
        body = {{"messages": [{{"role": "user", "content": "Count."}}], "max_tokens": 1500, "ignore_eos": True}}
        headers = {{"Authorization": "Bearer " + running.api_key}}
        def ask():
            httpx2.post(running.base_url + "/chat/completions", json=body, headers=headers, timeout=60, trust_env=False)
        threading.Thread(target=ask, daemon=True).start()
        time.sleep(0.5)
        print(running.base_url, flush=True)
        {ending}
    """)


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("sys.exit(3)", 3),
        ("raise KeyboardInterrupt", -signal.SIGINT),
        ("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("os._exit(5)", 5),
    ],
)
def test_however_the_process_ends_the_server_ends_with_it(smollm2: Path, ending: str, code: int) -> None:
    """Exit, Ctrl-C, crash or kill with a request in flight: the exit code is the process's own, and nothing stays."""
    script = _script(smollm2, ending)
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == code, done.stderr
    assert time.monotonic() - began < 30
    where = urlsplit(done.stdout.strip())
    until = time.monotonic() + 5
    while time.monotonic() < until:
        with contextlib.closing(socket.socket()) as probe:
            if probe.connect_ex((where.hostname, where.port)) != 0:
                return
        time.sleep(0.05)
    pytest.fail("the server outlived its process")


def test_nothing_reaches_our_own_output(smollm2: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """From start to end, refused requests included, neither stdout nor stderr gets a byte."""
    with start_embedded(smollm2, SETTINGS) as running:
        ask(running, "Be brief.", "Say yes.")
        too_long = {"messages": [{"role": "user", "content": "word " * 5000}]}
        url = f"{running.base_url}/chat/completions"
        assert httpx2.post(url, json=too_long, headers=key(running), trust_env=False).status_code == 400
    assert capfd.readouterr() == ("", "")


def test_two_servers_run_side_by_side(running: Running, smollm2: Path) -> None:
    """Each server has its own port and key, so that two runs on one machine don't meet."""
    with start_embedded(smollm2, SETTINGS) as second:
        assert second.base_url != running.base_url
        assert second.api_key != running.api_key
        assert said(ask(second, "Be brief.", "Say yes."))
    assert refuses_connections(second)
    assert not refuses_connections(running)

"""S9: the API key never appears in errors, tracebacks, reprs, usage or logs, whatever the server does with it."""

from __future__ import annotations

import json
import logging
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from extractor.errors import ModelError
from extractor.llm.batch_api import BatchApi
from extractor.llm.client import OpenAIModel
from tests.llm.questions import FAST, Small, question
from tests.stub_server import FAULTS, StubServer, http, raw, says, status

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.stub_server import Behaviour

CANARY = "sk-canary-7f3a9b2c1d"
LIMITS = replace(FAST, timeout=0.2, attempts=2, re_asks=1)

ECHOES: dict[str, Behaviour] = {
    "401": status(401, f"Incorrect API key provided: {CANARY}", code="invalid_api_key"),
    "403": status(403, f"{CANARY} may not do this"),
    "404": status(404, f"no model for {CANARY}"),
    "400": status(400, f"bad header: Bearer {CANARY}"),
    "400 about the mode": status(400, f"response_format refused for {CANARY}"),
    "413": status(413, CANARY),
    "422": raw(http(422, json.dumps({"detail": [{"input": CANARY}]}).encode())),
    "429": status(429, f"{CANARY} is out of tokens"),
    "429 quota": status(429, CANARY, code="insufficient_quota"),
    "500": status(500, f"Traceback: key={CANARY}"),
    "500 as text": raw(http(500, CANARY.encode(), {"Content-Type": "text/plain"})),
    "500 as a page": raw(http(500, f"<p>{CANARY}</p>".encode(), {"Content-Type": "text/html"})),
    "200 as a page": raw(http(200, f"<p>{CANARY}</p>".encode(), {"Content-Type": "text/html"})),
    "200 as an error": raw(http(200, json.dumps({"error": {"message": CANARY, "code": 401}}).encode())),
    "200 as a broken completion": raw(http(200, json.dumps({"choices": CANARY}).encode())),
    "in a header": status(500, "x", headers={"X-Debug": f"key {CANARY}"}),
    "in a redirect": raw(http(302, b"", {"Location": f"https://x.example/?key={CANARY}"})),
    "in an encoding": raw(http(200, b"x", {"Content-Encoding": CANARY})),
    "in Retry-After": status(429, "x", headers={"Retry-After": CANARY}),
    "as prose": says(f"Your key is {CANARY}"),
    "as a wrong field": says(json.dumps({CANARY: 1})),
    "as a wrong value": says(json.dumps({"name": [CANARY], "number": 1})),
    "as a cut reply": says(f'{{"name": "{CANARY}'),
    "as a refusal": says(None, refusal=f"I will not use {CANARY}"),
    "as a wrong tool": says(None, tool_calls=[{"function": {"name": CANARY, "arguments": CANARY}}]),
}
PATHS: dict[str, Behaviour] = {name: make() for name, make in FAULTS.items()} | {
    f"echo {name}": behaviour for name, behaviour in ECHOES.items()
}


def test_there_are_at_least_sixty_failure_paths() -> None:
    """S9 asks for sixty."""
    assert len(PATHS) >= 60


@pytest.mark.parametrize("path", PATHS)
async def test_the_key_stays_secret(path: str, caplog: pytest.LogCaptureFixture) -> None:
    """On every failure path, at debug level, with every logger of the process heard, the key shows up nowhere."""
    caplog.set_level(logging.DEBUG)
    async with StubServer(PATHS[path]) as stub:
        model = OpenAIModel("m", base_url=stub.base_url, api_key=CANARY, limits=LIMITS)
        async with model:
            with pytest.raises(ModelError) as caught:
                await model.ask(question())
        assert CANARY in stub.requests[0].headers["authorization"], "the key was really in play"
    error = caught.value
    seen = [str(error), repr(error), error.hint, repr(vars(error)), repr(model), repr(model.info), caplog.text]
    seen += traceback.format_exception(error)
    seen += [f"{record.args!r} {record.msg!r}" for record in caplog.records]
    assert caplog.records, "something was logged"
    assert CANARY not in "\n".join(seen)


BATCH_CALLS: dict[str, Callable[[BatchApi, Path], Awaitable[object]]] = {
    "upload": lambda api, path: api.upload(path),
    "create": lambda api, _: api.create("file-1", {}),
    "retrieve": lambda api, _: api.retrieve("batch_1"),
    "list": lambda api, _: anext(api.batches()),
    "cancel": lambda api, _: api.cancel("batch_1"),
    "download": lambda api, path: api.download("file-1", path),
}


@pytest.mark.parametrize("echo", ["401", "400", "404", "429", "500", "in a redirect"])
@pytest.mark.parametrize("call", BATCH_CALLS)
async def test_the_key_stays_secret_in_batches(
    call: str, echo: str, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """A batch endpoint that echoes the key gets it into no error, traceback, repr or log."""
    caplog.set_level(logging.DEBUG)
    (tmp_path / "x.jsonl").write_bytes(b"{}\n")
    async with StubServer(ECHOES[echo]) as stub, BatchApi("m", base_url=stub.base_url, api_key=CANARY) as api:
        with pytest.raises(ModelError) as caught:
            await BATCH_CALLS[call](api, tmp_path / "x.jsonl")
        assert CANARY in stub.requests[0].headers["authorization"], "the key was really in play"
    error = caught.value
    seen = [str(error), repr(error), error.hint, repr(vars(error)), repr(api), repr(api.info), caplog.text]
    seen += traceback.format_exception(error)
    assert CANARY not in "\n".join(seen)


async def test_the_key_stays_secret_when_all_is_well(caplog: pytest.LogCaptureFixture) -> None:
    """A good answer logs no key either."""
    caplog.set_level(logging.DEBUG)
    async with (
        StubServer(says('{"name": "Ada", "number": null}')) as stub,
        OpenAIModel("m", base_url=stub.base_url, api_key=CANARY, limits=LIMITS) as model,
    ):
        answer = await model.ask(question())
    assert answer.reply == Small(name="Ada", number=None)
    assert CANARY not in caplog.text + repr(answer) + repr(model)

"""The direct wire sends what the SDK would send, and steps back where the environment names a proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extractor.llm.client import OpenAIModel
from extractor.llm.endpoint import find_endpoint
from extractor.llm.lane import open_client, post
from extractor.llm.wire import Wire, needs_proxy
from tests.llm.questions import FAST, GOOD, question
from tests.stub_server import StubServer, says

if TYPE_CHECKING:
    from pathlib import Path

PER_REQUEST = {f"x-stainless-{name}" for name in ("read-timeout", "retry-count", "timeout", "raw-response")}
"""What the SDK says of the request itself."""


async def test_the_headers_are_those_of_the_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Key, organisation and every other header are the same whichever way a request goes."""
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-1")
    async with StubServer(says(GOOD)) as stub:
        endpoint = find_endpoint(stub.base_url, "sk-test-0123456789abcdef")
        client = open_client(endpoint, FAST, None)
        wire = Wire(client, endpoint, FAST)
        by_sdk, by_wire = await post(client, b"{}"), await wire.post(b"{}")
        await wire.close()
        await client.close()
    assert by_sdk[0] == by_wire[0]
    sdk, own = (request.headers for request in stub.requests)
    assert stub.requests[0].line == stub.requests[1].line
    assert stub.requests[0].body == stub.requests[1].body
    left_out = PER_REQUEST | {"connection"}  # keep-alive goes without saying in HTTP/1.1
    assert own == {name: value for name, value in sdk.items() if name not in left_out}
    assert (own["openai-organization"], own["openai-project"]) == ("org-1", "proj-1")


async def test_a_netrc_entry_changes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A password that the machine keeps for the host is neither sent nor an error."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    async with StubServer(says(GOOD)) as stub, OpenAIModel("m", base_url=stub.base_url, api_key="sk-1") as model:
        await model.ask(question())
    assert stub.requests[0].headers["authorization"] == "Bearer sk-1"


@pytest.mark.parametrize(
    ("url", "named", "expected"),
    [
        ("https://model.example/v1", {}, False),
        ("https://model.example/v1", {"HTTPS_PROXY": "http://p:1"}, True),
        ("https://model.example/v1", {"ALL_PROXY": "http://p:1"}, True),
        ("https://model.example/v1", {"HTTP_PROXY": "http://p:1"}, False),
        ("https://model.example/v1", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "model.example"}, False),
        ("http://127.0.0.1:1/v1", {"HTTP_PROXY": "http://p:1", "ALL_PROXY": "http://p:1"}, False),
    ],
)
def test_a_proxy_of_the_environment_is_kept_to(
    url: str, named: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK carries what a proxy has to carry; loopback never goes through one."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    assert needs_proxy(find_endpoint(url, "sk-1")) is expected


async def test_an_echoed_key_is_blacked_out_of_a_good_reply() -> None:
    """A server that writes the key into an answer gets it into no reply that is kept."""
    key = "sk-test-0123456789abcdef"
    async with StubServer(says(f'{{"name": "{key}"}}')) as stub:
        endpoint = find_endpoint(stub.base_url, key)
        client = open_client(endpoint, FAST, None)
        wire = Wire(client, endpoint, FAST)
        said, _ = await wire.post(b"{}")
        await wire.close()
        await client.close()
    assert key.encode() not in said
    assert b"[key]" in said

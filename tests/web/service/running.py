"""A service that listens on a loopback port with a scripted model, and a client that is one line."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import uvicorn

from extractor.prompts.registry import load
from extractor.web.service.app import create_app
from extractor.web.service.listening import Server
from extractor.web.service.purses import Purse
from extractor.web.service.service import Limits, Places, Service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from extractor.archive.budget import Bound
    from extractor.llm.boundary import Model
    from extractor.prompts.registry import Prompt
    from extractor.web.service.callers import Caller

TOKEN = "a-token-for-the-tests"  # noqa: S105 - of a server that lasts for one test


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The parsed body."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Running:
    """A service and where it listens."""

    port: int
    service: Service

    def ask(self, path: str, body: Any = None, **sent: Any) -> Answer:
        """Send one request, as :func:`ask` does."""
        return ask(self.port, path, body, **sent)


def ask(
    port: int, path: str, body: Any = None, *, token: str | None = TOKEN, raw: bytes | None = None, **headers: str
) -> Answer:
    """Send one request: POST with a JSON or raw body, else GET; underscores in header names become hyphens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if token is not None:
        sent.setdefault("Authorization", f"Bearer {token}")
    if body is not None:
        raw = json.dumps(body).encode()
        sent.setdefault("Content-Type", "application/json")
    connection.request("GET" if raw is None else "POST", path, raw, sent)
    response = connection.getresponse()
    answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    connection.close()
    return answer


@contextmanager
def running(
    model: Model,
    limits: Limits | None = None,
    places: Places | None = None,
    *,
    callers: Mapping[str, Caller] | None = None,
    bound: Callable[[Prompt], Bound] | None = None,
) -> Iterator[Running]:
    """Run a service in a thread."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Model]:
        yield model

    service = Service(opened, model.info.name, load("events@v1"), places or Places(), limits or Limits(), deadline=20)
    service.bound = bound
    service.purses.update({name: Purse(name, caller.allowance) for name, caller in (callers or {}).items()})
    others = {caller.token.get_secret_value(): name for name, caller in (callers or {}).items()}
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        app = create_app(service, token=TOKEN, hosts={f"127.0.0.1:{port}"}, others=others)
        server = Server(uvicorn.Config(app, log_level="error", access_log=False), service)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the server did not start"
                thread.join(0.01)
            yield Running(port, service)
        finally:
            server.should_exit = True
            thread.join(20)

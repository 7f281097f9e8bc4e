"""The network guard bites, below every library and in child processes too."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel

from extractor.errors import TransientError
from extractor.llm.boundary import Ask, Message
from extractor.llm.client import OpenAIModel
from extractor.llm.retry import Limits
from tests import guard

if TYPE_CHECKING:
    from collections.abc import Callable

FAR = "192.0.2.1"  # TEST-NET-1, RFC 5737: belongs to nobody


class Nothing(BaseModel, extra="forbid", allow_inf_nan=False):
    """A reply without fields."""


def _udp() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(b"x", (FAR, 53))


def _connect_ex() -> None:
    with socket.socket() as s:
        s.connect_ex((FAR, 443))


async def _asyncio() -> None:
    await asyncio.open_connection("example.org", 443)


LEAKS: dict[str, Callable[[], object]] = {
    "connect": lambda: socket.create_connection((FAR, 443), timeout=1),
    "connect_ex": _connect_ex,
    "IPv6": lambda: socket.create_connection(("2001:db8::1", 443), timeout=1),
    "datagram": _udp,
    "name look-up": lambda: socket.getaddrinfo("example.org", 443),
    "old name look-up": lambda: socket.gethostbyname("example.org"),
    "asyncio": lambda: asyncio.run(_asyncio()),
    "dead proxy": lambda: socket.create_connection(("127.0.0.1", guard.NOWHERE), timeout=1),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_every_way_out_is_refused_and_kept(leak: str) -> None:
    """Each way to leave the machine raises and is remembered."""
    with pytest.raises(guard.NetworkForbiddenError):
        LEAKS[leak]()
    assert len(guard.attempts) == 1
    guard.attempts.clear()


async def test_a_swallowed_refusal_is_still_remembered() -> None:
    """The client turns the refusal into one of its own errors, and the guard knows of it all the same."""
    limits = Limits(attempts=1, deadline=10)
    async with OpenAIModel("gpt-x", api_key="sk-would-be-real", limits=limits) as model:
        with pytest.raises(TransientError):
            await model.ask(Ask([Message("user", "hello")], Nothing))
    assert guard.attempts
    guard.attempts.clear()


def test_loopback_is_allowed() -> None:
    """Stub servers can be reached by address and by name."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=5).close()


def test_the_environment_holds_no_key() -> None:
    """Neither this process nor its children find a key or an endpoint in the environment."""
    environment = {"OPENAI_API_KEY": "sk", "OPENAI_BASE_URL": "x", "EXTRACTOR_MODEL": "m", "HF_TOKEN": "t", "HOME": "/"}
    guard.clean_environment(environment)
    assert not {"OPENAI_API_KEY", "OPENAI_BASE_URL", "EXTRACTOR_MODEL", "HF_TOKEN"} & environment.keys()
    assert environment["HOME"] == "/"
    assert not [name for name in os.environ if name.endswith(("API_KEY", "_TOKEN"))]


@pytest.mark.parametrize("url", ["http://example.org", "https://api.openai.com/v1/models"])
def test_a_child_process_cannot_get_out(url: str) -> None:
    """A child that never heard of the guard ends at the dead proxy, not at the server it named."""
    code = f"import urllib.request as u\ntry: u.urlopen({url!r}, timeout=5)\nexcept OSError as e: print(e)"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)  # noqa: S603 - our own interpreter
    assert "Connection refused" in child.stdout


def test_the_guard_fails_a_test_that_swallows_it(tmp_path: Path) -> None:
    """The autouse fixture of the real conftest turns a swallowed attempt into a failing test."""
    (tmp_path / "conftest.py").write_text("from tests.conftest import _no_network")
    (tmp_path / "test_leak.py").write_text(f"""
import contextlib, socket
def test_quiet():
    with contextlib.suppress(Exception):
        socket.create_connection(({FAR!r}, 80))
def test_clean():
    pass
""")
    here = str(Path(__file__).parents[1])
    run = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--rootdir", str(tmp_path), str(tmp_path)],
        capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path, env=os.environ | {"PYTHONPATH": here},
    )  # fmt: skip
    assert "2 passed, 1 error" in run.stdout
    assert "tried to leave the" in run.stdout

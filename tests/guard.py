"""No test can reach the network or spend money.

Three nets, one below the other:

1. An audit hook refuses every connection, datagram and name look-up that leaves this machine. It sits below every
   library (``asyncio``, ``aiohttp``, ``_socket``), in all threads, and cannot be taken out again. What it refused is
   kept in :data:`attempts`, so that code which swallows the error still fails its test (see ``conftest.py``).
2. The environment holds no API key and no endpoint, for this process and for its children.
3. Proxy variables point to :data:`NOWHERE`, a port where nobody listens: a child process, which has no audit hook,
   cannot get out with a key from somewhere else (a ``.env`` in the current folder, say). In this process a connection
   to that port counts as an attempt too.
"""

from __future__ import annotations

import os
import re
import sys
from ipaddress import ip_address

NOWHERE = 9
"""The port of the discard service, closed on every machine that this suite runs on."""

attempts: list[str] = []
"""What was refused since the running test began."""

_SECRETS = re.compile(r"_(API_)?KEY$|_TOKEN$|^OPENAI_|^AZURE_OPENAI_|^EXTRACTOR_", re.IGNORECASE)
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")
_LOOK_UPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_SENDS = {"socket.connect", "socket.sendto", "socket.sendmsg"}


class NetworkForbiddenError(RuntimeError):
    """A test tried to leave this machine."""


def install() -> None:
    """Spread the three nets; once per process."""
    clean_environment(os.environ)
    sys.addaudithook(_hook)


def clean_environment(environment: os._Environ[str] | dict[str, str]) -> None:
    """Take every key and endpoint out of ``environment``, and send its proxies nowhere."""
    for name in [name for name in environment if _SECRETS.search(name)]:
        del environment[name]
    for name in _PROXIES:
        environment[name] = environment[name.upper()] = f"http://127.0.0.1:{NOWHERE}"
    environment["no_proxy"] = environment["NO_PROXY"] = "localhost,127.0.0.1,::1"


def _hook(event: str, args: tuple[object, ...]) -> None:
    if event in _LOOK_UPS:
        if not _is_local(args[0]):
            _refuse(event, args[0])
    elif event in _SENDS:
        address = args[1]
        # A str or bytes address is a Unix socket; None means "as connected", which was judged then.
        if isinstance(address, tuple) and (not _is_local(address[0]) or address[1] == NOWHERE):
            _refuse(event, address)


def _is_local(host: object) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name is None or name in ("", "localhost"):
        return True
    try:
        return ip_address(str(name)).is_loopback
    except ValueError:
        return False


def _refuse(event: str, target: object) -> None:
    attempts.append(f"{event} {target!r}")
    raise NetworkForbiddenError(f"a test tried to leave this machine: {attempts[-1]}")

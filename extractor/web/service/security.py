"""Who is let in: the right host name, the right token, and no more bytes than may be read.

A page of another site that the user's browser has open can send requests to loopback, and through DNS rebinding under
a name of its own; so the ``Host`` is compared with the few names that are meant, and a form is taken only from this
server's own pages. Everything but ``/healthz`` wants the token: programs send it as ``Authorization: Bearer``, a
browser gets a cookie that no script can read in exchange for the address that was printed (promises.md S11).
"""

from __future__ import annotations

import contextlib
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlencode

from extractor.web.problems import problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE: Final = "extractor"
CALLER: Final = "caller"
"""Where in a request's state the name of the caller stands."""
_OPEN: Final = frozenset({"/healthz"})
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_NO_FRAME: Final = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
_BARE_POLICY: Final = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_NO_STORE: Final = (b"cache-control", b"no-store")


class TooMuchError(Exception):
    """More bytes than a body may have."""


class Guard:
    """Lets a request through to ``app`` or answers it.

    Args:
        app: What is guarded.
        tokens: What has to be shown, each with the name of the caller who has it.
        hosts: ``Host`` headers that are meant, port and all, in lower case.
        body: Bytes that a body may have.
    """

    def __init__(self, app: ASGIApp, *, tokens: Mapping[str, str], hosts: Collection[str], body: int) -> None:
        self._app, self._tokens, self._hosts, self._body = app, dict(tokens), frozenset(hosts), body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request and pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        token = self._shown(scope, headers)
        refused = self._refused(scope, headers, token)
        if refused is not None:
            await problem(*refused)(scope, receive, send)
            return
        if token is not None and (to := self._sign_in(scope)) is not None:
            await _send_redirect(to, token, send)
            return
        if token is not None:
            scope.setdefault("state", {})[CALLER] = self._tokens[token]
        await self._pass(scope, receive, send)

    def _refused(self, scope: Scope, headers: dict[bytes, bytes], token: str | None) -> tuple[int, str, str] | None:
        """Return status, message and hint where the request is not let in."""
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if host not in self._hosts:
            return 421, "this server does not answer to that Host", "use the address that extractor serve printed"
        if scope["path"] in _OPEN:
            return None
        if token is None:
            hint = "send Authorization: Bearer TOKEN, or open the address that extractor serve printed"
            return 401, "the token is missing or wrong", hint
        origin = headers.get(b"origin", b"").decode("latin-1").lower()
        if scope["method"] not in _SAFE and origin and origin.partition("://")[2] not in self._hosts:
            return 403, "a page of another site sent this", "use this server's own pages"
        length = headers.get(b"content-length", b"0")
        return _too_much(self._body) if length.isdigit() and int(length) > self._body else None

    def _shown(self, scope: Scope, headers: dict[bytes, bytes]) -> str | None:
        """Return the token that was shown, if it is one of ours."""
        shown = [_query(scope).get("token", [""])[0]] if scope["method"] == "GET" else []
        kind, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if kind.lower() == "bearer":
            shown.append(token.strip())
        try:
            morsel = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1")).get(COOKIE)
        except CookieError:
            morsel = None
        if morsel is not None:
            shown.append(morsel.value)
        # All are compared with all, in the same time whatever they hold.
        same = [ours for ours in self._tokens for one in shown if secrets.compare_digest(one.encode(), ours.encode())]
        return same[0] if same else None

    def _sign_in(self, scope: Scope) -> str | None:
        """Return where to go on without the token, for an address that holds it."""
        query = _query(scope)
        if scope["method"] != "GET" or query.pop("token", None) is None:
            return None
        path = "/" + scope["path"].lstrip("/\\")  # "//elsewhere" would be another host
        rest = urlencode(query, doseq=True)
        return f"{path}?{rest}" if rest else path

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        read, begun = 0, False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._body:
                raise TooMuchError
            return message

        async def marked(message: Message) -> None:
            nonlocal begun
            if read > self._body and not begun:
                return  # what the application makes of a body that broke off
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = _marked(message.get("headers", []))
            await send(message)

        with contextlib.suppress(TooMuchError):
            await self._app(scope, counted, marked)
        if read > self._body and not begun:
            await problem(*_too_much(self._body))(scope, receive, send)


def caller_of(request: Request) -> str:
    """Return the name of whoever sent ``request``, which a :class:`Guard` has let in."""
    name: str = getattr(request.state, CALLER)
    return name


def _too_much(limit: int) -> tuple[int, str, str]:
    return 413, f"the body has more than {limit:,} bytes", "send one article at a time, or use extractor archive run"


def _query(scope: Scope) -> dict[str, list[str]]:
    return parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)


def _marked(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers with those that every answer has."""
    names = {name.lower() for name, _ in headers}
    return [*headers, *(pair for pair in (*_NO_FRAME, _BARE_POLICY, _NO_STORE) if pair[0] not in names)]


async def _send_redirect(to: str, token: str, send: Send) -> None:
    cookie = f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict"
    headers = [(b"location", to.encode("latin-1", "replace")), (b"set-cookie", cookie.encode()), _NO_STORE, *_NO_FRAME]
    await send({"type": "http.response.start", "status": 303, "headers": [*headers, (b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})

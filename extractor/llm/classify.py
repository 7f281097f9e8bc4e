"""Failures of the model's side, translated into our error tree in one place.

:func:`classify` takes whatever the SDK or an HTTP library raised. :data:`KINDS` names every exception class that
``openai``, ``httpx2`` and ``aiohttp`` export, so a class that a new release adds fails a test instead of a run. What an
HTTP status means is decided in :func:`by_status`, which also reads the errors that some servers hide in a 200.

Messages are one line, name the model and the endpoint, and quote the server only after :meth:`Where.clean`: control
characters out, the API key blacked out, 200 characters at most. Servers do echo keys, and the SDK's exceptions hold
the server's words and the request with its headers; so our errors are raised on their own, never ``from`` those.
"""

from __future__ import annotations

import re
import socket
import ssl
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

from extractor.errors import (
    ArticleRefusedError,
    ArticleTooLargeError,
    ModelError,
    ProviderRefusedError,
    TransientError,
    TruncatedReplyError,
)
from extractor.llm.retry import retry_after

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Kind = Literal["status", "connection", "garbled", "length", "filter", "settings"]

KINDS: dict[str, Kind] = {
    # openai
    "OpenAIError": "settings",
    "APIError": "connection",
    "APIConnectionError": "connection",
    "APITimeoutError": "connection",
    "APIResponseValidationError": "garbled",
    "APIStatusError": "status",
    "AuthenticationError": "status",
    "BadRequestError": "status",
    "ConflictError": "status",
    "InternalServerError": "status",
    "NotFoundError": "status",
    "OAuthError": "status",
    "PermissionDeniedError": "status",
    "RateLimitError": "status",
    "UnprocessableEntityError": "status",
    "LengthFinishReasonError": "length",
    "ContentFilterFinishReasonError": "filter",
    "SubjectTokenProviderError": "settings",
    "InvalidWebhookSignatureError": "settings",
    "WebSocketConnectionClosedError": "connection",
    "WebSocketQueueFullError": "connection",
    "_AmbiguousModuleClientUsageError": "settings",
    # httpx2
    "HTTPError": "connection",
    "HTTPStatusError": "status",
    "RequestError": "connection",
    "TransportError": "connection",
    "TimeoutException": "connection",
    "ConnectTimeout": "connection",
    "ReadTimeout": "connection",
    "WriteTimeout": "connection",
    "PoolTimeout": "connection",
    "NetworkError": "connection",
    "ConnectError": "connection",
    "ReadError": "connection",
    "WriteError": "connection",
    "CloseError": "connection",
    "ProxyError": "connection",
    "ProtocolError": "connection",
    "LocalProtocolError": "settings",
    "RemoteProtocolError": "connection",
    "UnsupportedProtocol": "settings",
    "InvalidURL": "settings",
    "CookieConflict": "settings",
    "DecodingError": "garbled",
    "SSEError": "garbled",
    "TooManyRedirects": "settings",
    "StreamError": "connection",
    "StreamClosed": "connection",
    "StreamConsumed": "connection",
    "RequestNotRead": "connection",
    "ResponseNotRead": "connection",
    # aiohttp
    "ClientConnectionError": "connection",
    "ClientConnectionResetError": "connection",
    "ClientConnectorCertificateError": "connection",
    "ClientConnectorDNSError": "connection",
    "ClientConnectorError": "connection",
    "ClientConnectorSSLError": "connection",
    "ClientError": "connection",
    "ClientHttpProxyError": "connection",
    "ClientOSError": "connection",
    "ClientPayloadError": "connection",
    "ClientProxyConnectionError": "connection",
    "ClientResponseError": "connection",
    "ClientSSLError": "connection",
    "ConnectionTimeoutError": "connection",
    "EofStream": "connection",
    "ServerConnectionError": "connection",
    "ServerDisconnectedError": "connection",
    "ServerFingerprintMismatch": "connection",
    "ServerTimeoutError": "connection",
    "SocketTimeoutError": "connection",
    "UploadAbortedError": "connection",
    "WSMessageTypeError": "connection",
    "WSServerHandshakeError": "connection",
    "WebSocketError": "connection",
    "ContentTypeError": "garbled",
    "InvalidUrlClientError": "settings",
    "InvalidUrlRedirectClientError": "settings",
    "NonHttpUrlClientError": "settings",
    "NonHttpUrlRedirectClientError": "settings",
    "RedirectClientError": "settings",
    # ours
    "ReplyTooLongError": "garbled",
}

_NOT_PRODUCED = {500, 501, 503, 529}
"""Server errors that say no reply was produced; behind 408, 502 and 504 one may have been, and billed."""

_LONGEST_CHAIN = 10


@dataclass(frozen=True, slots=True)
class _Rule:
    """What an HTTP error means; the first rule whose status and words both fit decides."""

    error: type[ModelError]
    what: str
    hint: str
    statuses: Collection[int]
    words: str = ""
    """Pattern in the server's words, lower case; empty: any."""


_TOP_UP = "top up the account, or choose another --model"
_NEW_KEY = "set OPENAI_API_KEY to a valid key for this endpoint"
_WHICH_MODEL = "check --model and --base-url (it usually ends in /v1)"
_LONGER = "use a model with a longer context"
_LATER = "try again later; what is done is kept"
_LEFT_OUT = "this article is left out; another --model may take it"

RULES: tuple[_Rule, ...] = (
    _Rule(ProviderRefusedError, "redirects, which is not followed", "give the final --base-url", range(300, 400)),
    _Rule(
        ProviderRefusedError,
        "no quota or credit left",
        _TOP_UP,
        range(400, 500),
        r"insufficient_quota|billing_hard_limit_reached|billing_not_active|account_deactivated|access_terminated",
    ),
    _Rule(ProviderRefusedError, "no quota or credit left", _TOP_UP, {402}),
    _Rule(ProviderRefusedError, "the API key is refused", _NEW_KEY, {401}),
    _Rule(ProviderRefusedError, "the API key is refused", _NEW_KEY, {400, 403}, r"api.?key"),
    _Rule(ProviderRefusedError, "access is refused", "check what the key may use, or choose another --model", {403}),
    _Rule(ProviderRefusedError, "no such model or path", _WHICH_MODEL, {404, 405}),
    _Rule(
        ProviderRefusedError,
        "no such model",
        _WHICH_MODEL,
        {400},
        r"model.{0,80}(not found|not exist|unknown)|model_not_found",
    ),
    _Rule(ArticleTooLargeError, "the article with its prompt is too long", _LONGER, {413}),
    _Rule(
        ArticleTooLargeError,
        "the article with its prompt is too long",
        _LONGER,
        {400, 422, 500},
        r"context.?(length|size|window)|maximum context|(prompt|input) is too long|too many (input )?tokens"
        r"|token count.{0,40}exceeds",
    ),
    _Rule(TransientError, "rate limit", _LATER, {429}),
    _Rule(TransientError, "not ready", _LATER, {408, 409, 425}),
    _Rule(TransientError, "server error", _LATER, range(500, 1000)),
    _Rule(
        ArticleRefusedError,
        "the provider's content filter refused the article",
        _LEFT_OUT,
        range(400, 500),
        r"content.?(filter|policy|management)|moderation|safety system",
    ),
    _Rule(ArticleRefusedError, "refused the request", _LEFT_OUT, range(400, 1000)),
)


class ReplyTooLongError(Exception):
    """A response body that is longer than ``Limits.reply_bytes``."""


@dataclass(frozen=True, slots=True)
class Where:
    """Which model at which endpoint, for messages, and the secret that no message may hold."""

    model: str
    endpoint: str
    secret: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"model {self.model!r} at {self.endpoint}"

    def clean(self, text: str, limit: int = 200) -> str:
        """Return foreign ``text`` as one printable line without the secret."""
        if self.secret:
            text = text.replace(self.secret, "[key]")
        line = " ".join("".join(c if c.isprintable() else " " for c in text[: 10 * limit]).split())
        return line if len(line) <= limit else line[: limit - 1] + "…"


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed request: the error to raise, and what the retry loop needs to know about it."""

    error: ModelError
    status: int | None = None
    said: str = ""
    """The server's own words in lower case (code, parameter and message), empty where it sent none."""
    sent: bool = True
    """False when the request certainly never reached the server."""
    billable: bool = True
    """Whether tokens may have been spent that nobody told us of."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Of the answer, where there was one."""

    @property
    def limited(self) -> bool:
        """Whether the server asks to slow down; not when it says 429 for want of credit."""
        return self.status == HTTPStatus.TOO_MANY_REQUESTS and isinstance(self.error, TransientError)

    @property
    def adaptable(self) -> bool:
        """Whether the server refused how it was asked, not the article, the key or the model."""
        return type(self.error) is ArticleRefusedError


def classify(exc: Exception, where: Where) -> Failure:
    """Translate an exception of the SDK, an HTTP library or a time-out; anything else is our own bug and re-raised."""
    kind = next((KINDS[cls.__name__] for cls in type(exc).__mro__ if cls.__name__ in KINDS), None)
    chain = _chain(exc)
    garbled = next((link for link in chain if KINDS.get(type(link).__name__) == "garbled"), None)
    if garbled:
        kind = "garbled"
    elif kind is None and not isinstance(exc, TimeoutError):
        raise exc
    if kind == "status":
        response: Any = getattr(exc, "response", None)
        return by_status(response.status_code, _words(exc), response.headers, where)
    said = where.clean(str(garbled or chain[-1]))
    error: ModelError
    if kind == "length":
        error = TruncatedReplyError(f"{where}: the reply hit the token cap")
    elif kind == "filter":
        error = ArticleRefusedError(f"{where}: the provider's content filter stopped the reply", hint=_LEFT_OUT)
    elif kind == "garbled":
        error = TransientError(f"{where}: unreadable response: {said}")
    elif kind == "settings":
        hint = "run `extractor doctor` to see the endpoint and key in use"
        error = ProviderRefusedError(f"{where}: cannot be asked: {said}", hint=hint)
        return Failure(error, sent=False, billable=False)
    else:
        return _connection(chain, where)
    return Failure(error)


def by_status(status: int, said: str, headers: Mapping[str, str], where: Where) -> Failure:
    """Return the failure that an HTTP error ``status`` with the server's words ``said`` means."""
    low = said.lower()
    rule = next((r for r in RULES if status in r.statuses and re.search(r.words, low)), RULES[-1])
    quoted = where.clean(headers.get("location", "") or said)
    message = f"{where}: {rule.what} ({status})" + (f": {quoted}" if quoted else "")
    error: ModelError
    if rule.error is TransientError:
        error = TransientError(message, hint=rule.hint, retry_after=retry_after(headers))
    else:
        error = rule.error(message, hint=rule.hint)
    produced = status >= HTTPStatus.INTERNAL_SERVER_ERROR and status not in _NOT_PRODUCED
    billable = produced or status == HTTPStatus.REQUEST_TIMEOUT
    return Failure(error, status=status, said=low, billable=billable, headers=headers)


def _words(exc: Exception) -> str:
    """Return what the server said: code, parameter, type and message, or the plain body."""
    body = getattr(exc, "body", None)
    if not isinstance(body, dict):
        return re.sub(r"<[^>]*>", " ", str(body or ""))
    parts = [body.get(name) for name in ("message", "detail", "code", "param", "type")]
    return " ".join(str(part) for part in parts if part) or str(body)


def _chain(exc: BaseException) -> list[BaseException]:
    """Return ``exc`` and its causes, the innermost last."""
    chain = [exc]
    while len(chain) < _LONGEST_CHAIN:
        inner = chain[-1].__cause__ or (None if chain[-1].__suppress_context__ else chain[-1].__context__)
        if inner is None:
            break
        chain.append(inner)
    return chain


def _connection(chain: list[BaseException], where: Where) -> Failure:
    cause = chain[-1]
    names = {cls.__name__ for link in chain for cls in type(link).__mro__}
    # aiohttp's ClientConnectorError reaches us as httpx2's ConnectTimeout, whatever its reason; its own name tells.
    sent = not names & {"ConnectError", "ClientConnectorError"}
    hint = "check the network and --base-url; `extractor doctor` tries the endpoint"
    if isinstance(cause, ConnectionRefusedError):
        what, hint = "nothing listens there (connection refused)", "start the server, or check --base-url"
    elif isinstance(cause, socket.gaierror):
        what = "its host name cannot be resolved"
    elif isinstance(cause, ssl.SSLError):
        what = f"no secure connection ({where.clean(str(cause), 120)})"
    elif "TimeoutError" in names:
        what = "no reply in time"
    else:
        what = f"the connection broke ({type(cause).__name__})"
    return Failure(TransientError(f"{where}: {what}", hint=hint), sent=sent, billable=sent)

"""The direct wire: a prepared body straight through aiohttp, with what the SDK would send and raise.

The SDK's low-level ``post`` costs about a millisecond of CPU a request (it builds and parses headers, URL and options
anew each time). What it adds is made once here: its headers, with the key, come from the SDK's own client; its
certificates from its HTTP library; and an error status becomes its ``APIStatusError``, so that ``classify`` sees the
same exceptions whichever way a request went. Only where a proxy of the environment applies, or a test brings a
transport, does the SDK itself carry the request (:func:`extractor.llm.lane.post`).

This module imports the SDK at the top; the client imports it at the first question.
"""

from __future__ import annotations

import json
import logging
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp
import httpx2
import openai

from extractor.llm.lane import CONNECT, TELLING, bounded, is_zipped

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from extractor.llm.endpoint import Endpoint
    from extractor.llm.retry import Limits

_log = logging.getLogger("extractor.llm")


def needs_proxy(endpoint: Endpoint) -> bool:
    """Return whether the environment names a proxy for ``endpoint``; never for loopback."""
    if endpoint.loopback:
        return False
    parts = urlsplit(endpoint.base_url)
    proxies = urllib.request.getproxies()
    named = parts.scheme in proxies or "all" in proxies
    return named and not urllib.request.proxy_bypass(parts.hostname or "")


class Wire:
    """One pool of connections to one endpoint; belongs to one event loop.

    Args:
        client: The SDK's client, for the headers that it would send.
        endpoint: Where requests go.
        limits: ``concurrency`` connections at most, time-outs, and the bytes that a reply may have.
    """

    def __init__(self, client: openai.AsyncOpenAI, endpoint: Endpoint, limits: Limits) -> None:
        headers = {name: value for name, value in client.default_headers.items() if isinstance(value, str)}
        headers |= {"Authorization": f"Bearer {client.api_key}", "Accept-Encoding": "identity"}
        self._url = f"{endpoint.base_url}/chat/completions"
        self._host = endpoint.host
        self._key = client.api_key if len(client.api_key) >= TELLING else ""
        self._limit = limits.reply_bytes
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=limits.concurrency, ssl=_certificates(endpoint)),
            headers=headers,
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=min(CONNECT, limits.timeout), sock_read=limits.timeout
            ),
            # A proxy, a netrc entry or a cookie must not change what is asked or in whose name.
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    async def post(self, body: bytes) -> tuple[bytes, Mapping[str, str]]:
        """Send ``body`` and return body and headers of a 2xx answer.

        A server that echoes the key gets it blacked out of the body here; no message quotes a header unwashed.

        Raises:
            openai.APIStatusError: Any other status.
            aiohttp.ClientError: No answer.
            httpx2.DecodingError: An encoding that was not asked for, or a broken one.
            ReplyTooLongError: More than ``limits.reply_bytes``, counted decompressed.
        """
        async with self._session.post(self._url, data=body, allow_redirects=False) as response:
            zipped = is_zipped(response.headers)
            said = b"".join([chunk async for chunk in bounded(response.content.iter_any(), self._limit, zipped=zipped)])
            if self._key:
                said = said.replace(self._key.encode(), b"[key]")
            _log.debug("%s answered %d with %d bytes", self._host, response.status, len(said))
            if response.status not in range(200, 300):
                raise _refusal(response.status, said, response.headers)
            return said, response.headers

    async def close(self) -> None:
        """Close the connections; a second call does nothing."""
        await self._session.close()


def _certificates(endpoint: Endpoint) -> ssl.SSLContext | bool:
    """Return the certificates that the SDK would trust; making the context takes 50 ms, so not for plain HTTP."""
    return httpx2.create_ssl_context() if endpoint.base_url.startswith("https:") else True


def _refusal(status: int, said: bytes, headers: Mapping[str, str]) -> openai.APIStatusError:
    """Return the SDK's error for a status, its ``body`` what the server said: the error object, or the text."""
    text = said.decode("utf-8", "replace").strip()
    body: Any = text
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        pass
    else:
        body = body.get("error", body) if isinstance(body, dict) else body
    # Not the server's content: it is decompressed already, and its headers say otherwise.
    bare = {
        name: value for name, value in headers.items() if name.lower() not in ("content-encoding", "content-length")
    }
    response = httpx2.Response(status, headers=bare, request=httpx2.Request("POST", "https://endpoint/"))
    return openai.APIStatusError(f"Error code: {status}", response=response, body=body)

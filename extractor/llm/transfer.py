"""Fetching one file over HTTP so that no byte has to be fetched twice.

The target file on disk is the whole state: its length says how much is there, and the next request asks for the rest
(``Range``). A server that ignores the range starts the file again, one that breaks off is asked for the rest a few
times, and one that sends more than was announced is refused. Whether the bytes are the right ones is not decided here:
the caller knows their SHA-256.

A server that cannot even be connected to fails at once, since there may be another source; one that answered and then
broke off is worth waiting for.
"""

from __future__ import annotations

import contextlib
import os
import ssl
import time
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from extractor.errors import ModelFileError
from extractor.llm.model_files import size_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx2

CONNECT_SECONDS = 5.0
READ_SECONDS = 60.0
ATTEMPTS = 5
LONGEST_PAUSE_SECONDS = 20.0


class BrokenTransferError(ModelFileError):
    """A transfer that broke off and may go on: what was fetched is kept."""

    retryable: ClassVar[bool] = True


class UnreachableError(ModelFileError):
    """A server that could not be connected to."""


def open_client() -> httpx2.Client:
    """Return an HTTP client that follows the user's proxy settings and certificates.

    Proxies come from ``HTTPS_PROXY`` and its kin, certificates from the system, ``SSL_CERT_FILE`` or ``PIP_CERT``.

    Raises:
        ModelFileError: ``PIP_CERT`` names no certificates.
    """
    import httpx2  # noqa: PLC0415 -- 100 ms that only a download needs

    return httpx2.Client(
        verify=_certificates(os.environ.get("PIP_CERT")),
        timeout=httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        follow_redirects=True,
        headers={"User-Agent": "extractor", "Accept-Encoding": "identity"},
    )


def _certificates(named: str | None) -> ssl.SSLContext | bool:
    if not named:
        return True
    try:
        if Path(named).is_dir():
            return ssl.create_default_context(capath=named)
        return ssl.create_default_context(cafile=named)
    except OSError as exc:
        raise ModelFileError(f"PIP_CERT names no usable certificates: {named!r}", hint="correct or unset it") from exc


def fetch(  # noqa: PLR0913 -- one transfer is these six facts; a class would only rename them
    client: httpx2.Client,
    url: str,
    target: Path,
    total: int,
    report: Callable[[int], None],
    *,
    auth: tuple[str, str] | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Bring ``target`` to ``total`` bytes, going on from what is there.

    Args:
        client: From :func:`open_client`.
        url: Where the file lies.
        target: The file on disk; its present bytes are taken as the beginning.
        total: Size of the whole file in bytes.
        report: Is called with the size of ``target`` after each chunk.
        auth: User and password, where the server wants them.
        pause: Waits the given seconds before the next attempt.

    Raises:
        UnreachableError: No connection; nothing was fetched by this call.
        BrokenTransferError: The server broke off, in the last of several attempts; what was fetched is kept.
        ModelFileError: The server refused, or sends something else.
    """
    import tenacity  # noqa: PLC0415 -- only a download needs it

    before = size_of(target)

    def worth_retrying(exc: BaseException) -> bool:
        return isinstance(exc, BrokenTransferError) or (isinstance(exc, UnreachableError) and size_of(target) != before)

    for attempt in tenacity.Retrying(
        retry=tenacity.retry_if_exception(worth_retrying),
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        wait=tenacity.wait_exponential_jitter(initial=1, max=LONGEST_PAUSE_SECONDS),
        sleep=pause,
        reraise=True,
    ):
        with attempt:
            _fetch_rest(client, url, target, total, report, auth)


def _fetch_rest(  # noqa: PLR0913, PLR0917 -- the facts of fetch()
    client: httpx2.Client,
    url: str,
    target: Path,
    total: int,
    report: Callable[[int], None],
    auth: tuple[str, str] | None,
) -> None:
    have = size_of(target) or 0
    if have == total:
        return
    have = have if have < total else 0
    asked = {"Range": f"bytes={have}-"} if have else {}
    with _explained(url), client.stream("GET", url, headers=asked, auth=auth) as response:
        if response.status_code == 416:  # noqa: PLR2004 -- "range not satisfiable": the file there is another one
            target.unlink(missing_ok=True)
        _require_success(response, url)
        start = have if _continues(response, have) else 0
        with target.open("r+b" if target.exists() else "wb") as file:
            file.truncate(start)
            file.seek(start)
            for chunk in response.iter_raw():
                if file.tell() + len(chunk) > total:
                    raise ModelFileError(f"refused: {_host(url)} sends more than the {total} bytes of the catalogue")
                file.write(chunk)
                report(file.tell())
    if (size_of(target) or 0) < total:
        raise BrokenTransferError(f"{_host(url)} broke off after {size_of(target)} of {total} bytes")


def read_page(
    client: httpx2.Client, url: str, limit: int, *, accept: str, auth: tuple[str, str] | None = None
) -> tuple[bytes, str, str]:
    """Return body, content type and final address of a small page.

    Raises:
        UnreachableError: No connection.
        BrokenTransferError: The server broke off, or fails for now.
        ModelFileError: The server refused, or the page is larger than ``limit`` bytes.
    """
    with _explained(url), client.stream("GET", url, headers={"Accept": accept}, auth=auth) as response:
        _require_success(response, url)
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > limit:
                raise ModelFileError(f"refused: {_host(url)} answers with more than {limit} bytes")
        return bytes(body), response.headers.get("content-type", ""), str(response.url)


def _continues(response: httpx2.Response, have: int) -> bool:
    """Say whether the answer goes on at byte ``have`` rather than starting the file again."""
    starts_at = response.headers.get("content-range", "").removeprefix("bytes ").partition("-")[0]
    return response.status_code == 206 and starts_at == str(have)  # noqa: PLR2004 -- "partial content"


def _require_success(response: httpx2.Response, url: str) -> None:
    if response.is_success:
        return
    said = f"{_host(url)} answers {response.status_code} {response.reason_phrase} for {urlsplit(url).path}"
    if response.is_server_error or response.status_code in {408, 416, 425, 429}:
        raise BrokenTransferError(said)
    raise ModelFileError(said)


@contextlib.contextmanager
def _explained(url: str) -> Iterator[None]:
    """Turn the client's errors into ours; messages name the host only, since an address may hold a password."""
    import httpx2  # noqa: PLC0415 -- only a download needs it

    try:
        yield
    except (httpx2.ConnectTimeout, httpx2.ConnectError, httpx2.ProxyError) as exc:
        reason = str(exc) or f"no connection within {CONNECT_SECONDS:g} s"
        raise UnreachableError(f"cannot reach {_host(url)}: {reason}") from exc
    except httpx2.TransportError as exc:
        raise BrokenTransferError(f"{_host(url)} broke off: {type(exc).__name__}") from exc
    except (httpx2.HTTPError, httpx2.InvalidURL) as exc:
        raise ModelFileError(f"cannot fetch from {_host(url)}: {type(exc).__name__}") from exc


def _host(url: str) -> str:
    return urlsplit(url).hostname or "the server"

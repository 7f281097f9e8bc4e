"""The pages in a real Chromium: clicks, keys, typing, colours, widths; no payload runs; axe finds nothing serious."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from tests.chromium import CHROMIUM
from tests.render.payloads import HTML
from tests.web.site.served import Made, fill_store, site

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")]

PAGES = ("/", "/runs/first", "/runs/first/articles/2", "/runs/none")


class Running:
    """A server of the site on a free port of this machine, in a thread."""

    def __init__(self, service: Made) -> None:
        found = socket.socket()
        found.bind(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{found.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(site(service), log_level="error", lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [found]}, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop it."""
        self._server.should_exit = True
        self._thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Lend a Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return where the site is served over a store of 60 articles, one of them failed."""
    folder: Path = tmp_path_factory.mktemp("site")
    fill_store(folder / "archive.db", 60, 1)
    server = Running(Made(folder))
    yield server.address
    server.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Lend a page that is 1280 pixels wide and complains of errors and of what the policy had to block."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    assert [text for text in said if "status of 404" not in text and "favicon" not in text] == []


def focused(page: Page) -> Any:
    """Return the id of what is in focus."""
    return page.evaluate("document.activeElement.id")


def test_an_article_is_pasted_and_its_events_are_walked_by_keys(page: Page, address: str) -> None:
    """Typing, sending the form, j, k and the arrows from event to event, Enter to the evidence."""
    page.goto(address)
    page.fill("#text", "At least 17 dock workers were killed on Sunday.")
    page.click("text=Extract events")
    page.wait_for_selector(".card")
    page.keyboard.press("j")
    assert focused(page) == "a1-e1"
    page.keyboard.press("ArrowDown")
    assert focused(page) == "a1-e2"
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == "a1-e3"
    page.keyboard.press("k")
    page.keyboard.press("ArrowUp")
    assert focused(page) == "a1-e1"
    page.keyboard.press("Enter")
    assert "#a1-s" in page.url


def test_filters_work_at_once_and_stay_in_the_address(page: Page, address: str) -> None:
    """Choosing a type draws the table anew without a page load; the address shows it, and going back undoes it."""
    page.goto(f"{address}/runs/first")
    page.evaluate("window.kept = 1")
    page.select_option("#type", "attack")
    expect(page.locator("#events-h")).to_contain_text("120 events of 180")
    assert page.evaluate("window.kept") == 1
    assert "type=attack" in page.url
    page.fill("#source", "article-7")
    expect(page.locator("#events-h")).to_contain_text("2 events of 180")
    page.click("text=Clear")
    expect(page.locator("#events-h")).to_contain_text("180 events")
    page.click(".pages >> text=Next")
    expect(page.locator(".pages")).to_contain_text("Page 2 of 2")
    page.click(".events-table tbody tr:first-child a")
    page.wait_for_selector(".card:target")


def test_without_a_script_everything_can_be_read_and_sent(browser: Browser, address: str) -> None:
    """With scripts off, the filters are a form and the paste is a form."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/runs/first")
    page.select_option("#type", "attack")
    page.click("text=Filter")
    assert "120 events of 180" in page.inner_text("#events-h")
    page.goto(address)
    page.fill("#text", "Any")
    page.click("text=Extract events")
    assert page.locator(".card").count() == 3
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_serious_and_nothing_sticks_out(
    browser: Browser, address: str, scheme: Any, width: int
) -> None:
    """Every page fits its width and has no serious or critical finding, in light and dark."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    for path in (*PAGES, evaluated(page, address)):
        page.goto(address + path)
        inner = page.evaluate("document.documentElement.scrollWidth")
        assert inner <= width, (path, inner)
        found = Axe().run(page).response["violations"]
        serious = [
            (one["id"], one["nodes"][0]["html"], one["nodes"][0].get("failureSummary"))
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
        assert serious == [], path
    context.close()


def evaluated(page: Page, address: str) -> str:
    """Return the path of an article of a shipped run, set against itself."""
    page.goto(address)
    run = next(
        name for name in page.eval_on_selector_all("#run option", "all => all.map(o => o.value)") if "-dev" in name
    )
    page.goto(f"{address}/evaluations/{run}?against={run}")
    path = page.get_attribute("a[href*='/articles/']", "href")
    assert path
    return path


@pytest.mark.parametrize(
    "payloads", [pytest.param(HTML[::10], id="some"), pytest.param(HTML, id="all", marks=pytest.mark.full)]
)
def test_no_payload_runs_a_script(browser: Browser, tmp_path: Path, payloads: Sequence[str]) -> None:
    """With each payload in every field of an article's page, of the form and of the filters, nothing runs."""
    context = browser.new_context()
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for payload in payloads:
        server = Running(Made(tmp_path, payload))
        try:
            page.goto(server.address)
            page.fill("#text", payload)
            page.click("text=Extract events")
            page.wait_for_selector(".card")
            assert page.evaluate("window.pwned") is None
            page.goto(server.address)
            page.evaluate("form => form.noValidate = true", page.query_selector("form"))
            page.fill("#text", "refuse")
            page.click("text=Extract events")
            page.wait_for_selector("#problem")
            assert page.evaluate("window.pwned") is None
        finally:
            server.stop()
    assert {url for url in asked if not url.startswith("http://127.0.0.1:")} == set()
    context.close()


def test_ten_thousand_events_open_in_two_seconds(browser: Browser, tmp_path: Path) -> None:
    """From asking for the page until Chromium has laid it out: at most two seconds."""
    fill_store(tmp_path / "archive.db", 3_334)
    server = Running(Made(tmp_path))
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(server.address)
        begun = time.monotonic()
        page.goto(f"{server.address}/runs/first", wait_until="load")
        took = time.monotonic() - begun
        print(f"10,002 events opened in {took:.2f} s")  # noqa: T201 - the figure that the docs name
        assert "10,002 events" in page.inner_text("h1")
        assert took <= 2
    finally:
        context.close()
        server.stop()

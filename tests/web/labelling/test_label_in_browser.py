"""The label page in a real Chromium: labelled by keyboard alone, words exact, no accessibility finding, it fits."""

from __future__ import annotations

import socket
import threading
import tomllib
from typing import TYPE_CHECKING, Literal

import pytest

from extractor.evaluation.gold import examine
from tests.chromium import CHROMIUM
from tests.evaluation import gold_folder
from tests.render.payloads import HTML

pytest.importorskip("fastapi", reason="the extra [serve] is not installed")
uvicorn = pytest.importorskip("uvicorn", reason="the extra [serve] is not installed")
driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from tests.web.labelling.pages import make_app  # noqa: E402 - it imports fastapi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")]

FERRY = "dk-2011-ferry"
BEYOND = "Kalmar, 2 May 2011 - \U0001f6a2\U0001f6a2 A barge burned at Öland on Sunday. Nobody was hurt.\n"
"""Signs beyond the first plane before the words: offsets in UTF-16 would be two off."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A labelled set, with one article nobody has labelled."""
    return gold_folder.write(tmp_path / "set", {"articles/se-2011-barge.txt": BEYOND})


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """Its label pages, served on loopback."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    server = uvicorn.Server(uvicorn.Config(make_app(folder), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/labelling"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of a browser without a profile."""
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": 1280, "height": 900})
        browser.close()


def tab_to(page: Page, id_: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(80):
        if page.evaluate("document.activeElement.id") == id_:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never reaches {id_}")


def pick(page: Page, id_: str, *keys: str) -> str:
    """Go to a field, choose its words in the text by keys, and return what stands in the field."""
    tab_to(page, id_)
    for key in ("F2", *keys, "Enter"):
        page.keyboard.press(key)
    return str(page.evaluate("document.activeElement.value"))


def test_an_article_is_labelled_by_keyboard_alone(page: Page, address: str, folder: Path) -> None:
    """From nothing to a valid gold file, without a mouse; words behind signs of two UTF-16 units are exact."""
    page.goto(f"{address}/articles/se-2011-barge")
    tab_to(page, "kind")
    page.keyboard.type("wire")
    tab_to(page, "country")
    page.keyboard.type("SWE")
    tab_to(page, "add-event")
    page.keyboard.press("Enter")
    page.wait_for_selector("[id='events[0].type']:focus")
    page.keyboard.type("disaster")
    assert pick(page, "events[0].evidence[0]", "s") == BEYOND.split(". ", maxsplit=1)[0] + "."
    right = ["ArrowRight"] * 13  # each sign of two units, and each comma, is a token
    assert pick(page, "events[0].when.words", "Home", *right, "Shift+ArrowRight") == "on Sunday"
    for id_, typed in (("events[0].when.start", "2011-05-01"), ("events[0].when.end", "2011-05-01")):
        tab_to(page, id_)
        page.keyboard.type(typed)
    assert pick(page, "events[0].where.words", "ArrowLeft", "ArrowLeft", "ArrowLeft", "Shift+ArrowRight") == "at Öland"
    page.keyboard.press("Control+s")
    page.wait_for_selector("text=Saved labels/se-2011-barge.toml.")
    saved = tomllib.loads((folder / "labels" / "se-2011-barge.toml").read_text(encoding="utf-8"))
    (event,) = saved["events"]
    assert (event["type"], event["when"]["words"], event["where"]["words"]) == (
        "disaster_accident",
        "on Sunday",
        "at Öland",
    )
    assert examine(folder)[1] == []


def test_a_mouse_selects_inside_a_word_exactly(page: Page, address: str) -> None:
    """What is selected with the mouse is what goes into the field, to the character."""
    page.goto(f"{address}/articles/{FERRY}")
    page.focus("[id='events[0].where.settlement']")
    page.evaluate(
        """() => {
        const word = [...document.querySelectorAll('.w')].find((one) => one.textContent === 'Sollund').firstChild;
        getSelection().setBaseAndExtent(word, 0, word, 4);
        document.getElementById('article').dispatchEvent(new MouseEvent('mouseup', {bubbles: true}));
        }"""
    )
    page.click("#take")
    assert page.input_value("[id='events[0].where.settlement']") == "Soll"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Page, address: str, folder: Path, scheme: Literal["light", "dark"]) -> None:
    """List, form with errors, and two labels side by side: no serious finding, and no sideways scrolling."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    for name in ("a", "b"):
        (folder / "annotators" / name).mkdir(parents=True)
        text = (folder / "labels" / f"{FERRY}.toml").read_text(encoding="utf-8")
        (folder / "annotators" / name / f"{FERRY}.toml").write_text(
            text.replace('"off Sollund", c', f'"nowhere {name}", c')
        )
    page.emulate_media(color_scheme=scheme)
    for path in ("", f"/articles/{FERRY}?as=a", f"/adjudicate/{FERRY}?first=a&second=b"):
        page.goto(address + path)
        if "articles" in path:
            page.click("button:has-text('Check'):not(.ears)")
            page.wait_for_selector(".err")
        # The policy of the page runs no script of others, so axe is given to the page by the browser itself.
        found = axe.Axe().run(page).response["violations"]
        assert [one for one in found if one["impact"] in ("serious", "critical")] == []
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_payloads_run_nothing(page: Page, address: str, folder: Path) -> None:
    """An article and notes that are nothing but payloads run no script, and nothing is asked of another host."""
    text = "\n".join(HTML)
    (folder / "articles" / "xx-2011-hostile.txt").write_text(f"Varde. A ferry sank.\n{text}\n", encoding="utf-8")
    foreign: list[str] = []
    page.on("request", lambda one: foreign.append(one.url) if not one.url.startswith(address[:20]) else None)
    page.goto(f"{address}/articles/xx-2011-hostile")
    page.fill("[id='note']", HTML[0])
    page.click("button:has-text('Check'):not(.ears)")
    page.wait_for_load_state()
    assert page.evaluate("window.pwned") is None
    assert page.title() == "xx-2011-hostile: label"
    assert page.evaluate("document.querySelectorAll('#article script, #article img, #article iframe').length") == 0
    assert foreign == []

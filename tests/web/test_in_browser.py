"""The HTML view in a real Chromium: nothing runs, nothing is fetched, it fits, and it reads in light and dark.

Chromium prints the document after everything that could run has run (``--dump-dom``), or a picture. Each page is asked
in one run with many articles, because starting the browser costs a second.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from extractor.web.article_page import render_page
from tests.chromium import CHROMIUM, corner
from tests.render.payloads import HTML, TERMINAL
from tests.samples import make_article, make_extraction

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")]


def write(folder: Path, *poisons: str) -> Path:
    """Write a page with an article for each poison, in every text field and in the address."""
    shown = []
    for poison in poisons:
        article = make_article(poison)
        extraction = make_extraction(article, poison)
        # The address itself too, for the payloads that are addresses.
        told = extraction.article.model_copy(update={"url": poison or None})
        shown.append((article, extraction.model_copy(update={"article": told})))
    path = folder / "page.html"
    path.write_text(render_page(shown), encoding="utf-8", errors="replace")
    return path


def test_the_harness_sees_a_script_that_runs(tmp_path: Path, browse: Callable[..., str]) -> None:
    """Proof that the next test can fail: without policy and escaping, the same payload changes the document."""
    page = tmp_path / "bad.html"
    page.write_text(f"<body>{HTML[6]}<script>setTimeout(()=>document.title='pwned '+window.pwned,300)</script>")
    assert "<title>pwned 1</title>" in browse(page, "--virtual-time-budget=2000", "--dump-dom")


def test_a_hundred_payloads_make_no_element(tmp_path: Path, browse: Callable[..., str]) -> None:
    """With a payload in every field, the document that Chromium has built holds our kinds of elements only."""
    payloads = [*HTML, *(text for text in TERMINAL if "\ud800" not in text)]
    assert len(payloads) >= 100
    document = browse(write(tmp_path, *payloads), "--virtual-time-budget=3000", "--dump-dom")
    assert f"<title>{len(payloads)} articles</title>" in document
    assert document.count('class="card') == 3 * len(payloads)
    foreign = r"<(script|iframe|object|embed|link|base|form|svg|math|img|video|audio|input|button|template|noscript)\b"
    assert not re.search(foreign, document)
    assert not re.search(r"<[a-z0-9]+(\s+[a-z-]+=\"[^\"]*\")*\s+on[a-z]+=", document)


def test_the_policy_blocks_what_escaping_might_miss(tmp_path: Path, browse: Callable[..., str]) -> None:
    """Scripts, handlers, pictures and styles smuggled into the finished file do not run either."""
    page = write(tmp_path, "")
    smuggled = (
        "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">"
        "<iframe srcdoc=\"<script>parent.document.title='pwned'</script>\"></iframe>"
        "<style>body{display:none}</style>"
    )
    page.write_text(page.read_text(encoding="utf-8").replace("</body>", f"{smuggled}</body>"), encoding="utf-8")
    assert "<title>Norland presses Sudria</title>" in browse(page, "--virtual-time-budget=3000", "--dump-dom")
    assert min(corner(browse, page, tmp_path / "seen.png")) > 230


def test_the_page_fetches_nothing(tmp_path: Path, browse: Callable[..., str]) -> None:
    """Chromium's own network log names no address but the file itself."""
    log = tmp_path / "net.json"
    browse(write(tmp_path, *HTML), f"--log-net-log={log}", "--virtual-time-budget=3000", "--dump-dom")
    urls = set(re.findall(r'"url":"(https?://[^"]+)"', log.read_text(encoding="utf-8", errors="replace")))
    ours = [url for url in urls if re.search(r"evil\.example|127\.0\.0\.1:9|news\.example", url)]
    assert ours == []


def test_the_style_sheet_is_applied_in_light_and_dark(tmp_path: Path, browse: Callable[..., str]) -> None:
    """The policy lets our style through, and the two schemes have their own paper."""
    page = write(tmp_path, "")
    light = corner(browse, page, tmp_path / "light.png")
    dark = corner(browse, page, tmp_path / "dark.png", "--blink-settings=preferredColorScheme=0")
    assert min(light) > 230
    assert max(dark) < 40


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_page_fits_its_width(tmp_path: Path, browse: Callable[..., str], width: int) -> None:
    """Nothing sticks out sideways at 320 pixels or above, whatever long words the article holds."""
    page = write(tmp_path, "", " " + "unbreakable" * 40)
    frame = tmp_path / "frame.html"
    script = (
        "const f=document.querySelector('iframe');f.onload=()=>{const d=f.contentDocument.documentElement;"
        "document.title='width '+d.scrollWidth+' of '+d.clientWidth}"
    )
    style = f"width:{width}px;height:900px;border:0"
    frame.write_text(f"<body><iframe style='{style}' src='{page.name}'></iframe><script>{script}</script>")
    document = browse(frame, "--allow-file-access-from-files", "--virtual-time-budget=3000", "--dump-dom")
    assert f"<title>width {width} of {width}</title>" in document


def test_the_environment_of_the_browser_is_bare() -> None:
    """The suite's guard covers the browser too: its proxies lead nowhere."""
    assert os.environ["http_proxy"].startswith("http://127.0.0.1:")

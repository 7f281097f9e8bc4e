"""The report on a run in a real Chromium: nothing runs, it fits a telephone, has two schemes, obeys the keyboard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from extractor.archive.exports.overview import overview
from extractor.archive.records import Failure, Tally
from extractor.web.run_page import render_run
from tests.archive.exports.made import INFO, made
from tests.chromium import CHROMIUM, corner
from tests.render.payloads import HTML
from tests.web.framed import WAIT, framed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")]


def write(folder: Path, *poisons: str) -> Path:
    """Write a report with each poison in every text field of three articles and of a failure; all is unfolded."""
    extractions = [one for poison in poisons for one in made(poison)]
    failures = [Failure(f"broken{p}", f"a{p}", f"Kind{p}", f"why{p}", f"hint{p}", 1) for p in poisons]
    text = render_run(INFO, overview(extractions, failures), Tally(done=2, failed=len(poisons)))
    path = folder / "report.html"
    path.write_text(text.replace("<details", "<details open"), encoding="utf-8", errors="replace")
    return path


def test_no_payload_runs(tmp_path: Path, browse: Callable[..., str]) -> None:
    """With each payload in every field, the title stays ours and nothing is there that could run or be fetched."""
    log = tmp_path / "net.json"
    payloads = [payload.replace("window.pwned=1", "document.title=String(41+1)") for payload in HTML]
    document = browse(write(tmp_path, *payloads), f"--log-net-log={log}", "--virtual-time-budget=3000", "--dump-dom")
    assert f"<title>Run harbour: {3 * len(HTML)} events in {2 * len(HTML)} articles</title>" in document
    assert not re.search(r"<(script|iframe|object|embed|link|base|form|math|img|video|audio|input|button)\b", document)
    urls = set(re.findall(r'"url":"(https?://[^"]+)"', log.read_text(encoding="utf-8", errors="replace")))
    assert not [url for url in urls if re.search(r"evil\.example|127\.0\.0\.1:9|news\.example", url)]


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_report_fits_its_width(tmp_path: Path, browse: Callable[..., str], width: int) -> None:
    """Nothing sticks out sideways, whatever long words it holds."""
    page = write(tmp_path, "", " " + "unbreakable" * 40)
    script = "const e=d.documentElement;document.title='width '+e.scrollWidth+' of '+e.clientWidth"
    document = browse(framed(tmp_path, page, width, script), *WAIT)
    assert f"<title>width {width} of {width}</title>" in document


def test_the_style_sheet_is_applied_in_light_and_dark(tmp_path: Path, browse: Callable[..., str]) -> None:
    """The policy lets our style through, and the two schemes have their own paper."""
    page = write(tmp_path, "")
    light = corner(browse, page, tmp_path / "light.png")
    dark = corner(browse, page, tmp_path / "dark.png", "--blink-settings=preferredColorScheme=0")
    assert min(light) > 230
    assert max(dark) < 40


def test_the_keyboard_reaches_every_place_of_the_map(tmp_path: Path, browse: Callable[..., str]) -> None:
    """Each drawn link can be focused, leads to a row of the table, and shows that it has the focus."""
    page = write(tmp_path, "")
    script = (
        "const l=[...d.querySelectorAll('.map a')];"
        "const row=a=>d.querySelector(a.getAttribute('href'));"
        "const ok=l.filter(a=>{a.focus();return d.activeElement===a&&row(a)?.matches('tr')});"
        "document.title='reached '+ok.length+' of '+l.length"
    )
    assert "<title>reached 1 of 1</title>" in browse(framed(tmp_path, page, 800, script), *WAIT)

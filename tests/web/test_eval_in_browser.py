"""The HTML report in a real Chromium: nothing runs, it fits a telephone, reads in light and dark, and links open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from extractor.web.eval_page import render_report
from tests.chromium import CHROMIUM, corner
from tests.dossiers import chatter, compared, poisoned
from tests.render.payloads import HTML
from tests.web.framed import WAIT, framed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from extractor.evaluation.dossier import Dossier

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    """Return a dossier with findings on both sides."""
    return compared(tmp_path_factory.mktemp("clean"), not_tuning=True)


def write(folder: Path, dossier: Dossier) -> Path:
    """Write the report and return its file."""
    path = folder / "report.html"
    path.write_text(render_report(dossier), encoding="utf-8", errors="replace")
    return path


def test_no_payload_runs(clean: Dossier, tmp_path: Path, browse: Callable[..., str]) -> None:
    """With each payload in the findings of an article, the title stays ours and nothing is there that could run."""
    payloads = [payload.replace("window.pwned=1", "document.title=String(41+1)") for payload in HTML]
    articles = [article for payload in payloads for article in poisoned(clean, payload).articles]
    page = write(tmp_path, clean.model_copy(update={"articles": tuple(articles), "notes": tuple(payloads)}))
    page.write_text(page.read_text(encoding="utf-8").replace("<details", "<details open"), encoding="utf-8")
    document = browse(page, "--virtual-time-budget=3000", "--dump-dom")
    assert document.count('<details open="" class="article"') == len(articles)
    assert "<title>Pass: " in document or "<title>Too little data: " in document
    assert not re.search(r"<(script|iframe|object|embed|link|base|form|math|img|video|audio|input|button)\b", document)


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_report_fits_its_width(clean: Dossier, tmp_path: Path, browse: Callable[..., str], width: int) -> None:
    """Nothing sticks out sideways, whatever long words it holds and whatever is unfolded."""
    page = write(tmp_path, poisoned(clean, "unbreakable" * 40))
    page.write_text(page.read_text(encoding="utf-8").replace("<details", "<details open"), encoding="utf-8")
    script = "const e=d.documentElement;document.title='width '+e.scrollWidth+' of '+e.clientWidth"
    document = browse(framed(tmp_path, page, width, script), *WAIT)
    assert f"<title>width {width} of {width}</title>" in document


def test_a_link_unfolds_the_article(clean: Dossier, tmp_path: Path, browse: Callable[..., str]) -> None:
    """Coming from the chart of changes, a reader sees the findings without another click."""
    script = "document.title='open '+[...d.querySelectorAll('details.article')].filter(x=>x.open).length"
    page = write(tmp_path, clean)
    closed, opened = (browse(framed(tmp_path, page, 900, script, where), *WAIT) for where in ("", "#a1"))
    assert "<title>open 0</title>" in closed
    assert "<title>open 1</title>" in opened


def test_the_charts_are_drawn(tmp_path: Path, browse: Callable[..., str]) -> None:
    """Every mark lies inside its drawing, and every drawing is as wide as its column."""
    script = (
        "const bad=[...d.querySelectorAll('td svg .dot')].filter(x=>{const a=x.getBoundingClientRect(),"
        "b=x.ownerSVGElement.getBoundingClientRect();return !a.width||a.left<b.left-8||a.right>b.right+8});"
        "const all=d.querySelectorAll('td svg .dot').length;document.title='marks '+(all>15)+' outside '+bad.length"
    )
    page = write(tmp_path, compared(tmp_path / "runs", chatter, not_tuning=True))
    for width in (320, 1200):
        assert "<title>marks true outside 0</title>" in browse(framed(tmp_path, page, width, script), *WAIT)


def test_the_style_sheet_is_applied_in_light_and_dark(
    clean: Dossier, tmp_path: Path, browse: Callable[..., str]
) -> None:
    """The policy lets our style through, and the two schemes have their own paper."""
    page = write(tmp_path, clean)
    assert min(corner(browse, page, tmp_path / "light.png")) > 230
    assert max(corner(browse, page, tmp_path / "dark.png", "--blink-settings=preferredColorScheme=0")) < 40

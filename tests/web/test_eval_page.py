"""The HTML report: everything the dossier says can be read, and nothing in it runs or fetches."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from extractor.errors import ModelError
from extractor.evaluation.labels.vocabulary import TRAPS
from extractor.render import report_words as words
from extractor.scoring.figures import Ratio
from extractor.scoring.scores import FindingKind, Slot
from extractor.web.eval_page import render_report
from extractor.web.templates import policy_hash
from tests.dossiers import alone, chatter, compared, failing, poisoned
from tests.evaluation.small_set import answer, nothing
from tests.render.payloads import HTML, TERMINAL

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.evaluation.dossier import Dossier

ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "main", "nav", "section", "header", "h1", "h2", "h3", "p", "a"),
    *("span", "b", "bdi", "br", "dfn", "ul", "li", "dl", "dt", "dd", "div", "details", "summary", "figure"),
    *("figcaption", "table", "caption", "thead", "tbody", "tr", "th", "td", "svg", "line", "rect", "circle", "text"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "role", "scope", "data-label"),
    *("aria-label", "aria-labelledby", "aria-hidden", "focusable", "width", "height", "x", "y", "x1", "x2", "y1", "y2"),
    *("cx", "cy", "r", "dx", "dy", "transform", "text-anchor"),
}


class Page(HTMLParser):
    """The parsed page: its elements, and the text of each row of each table."""

    def __init__(self, html: str) -> None:
        """Parse ``html``."""
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.text = ""
        self._inside: list[str] = []
        self.feed(html)
        self.rows = [[" ".join(cell.split()) for cell in row] for row in self.rows]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element; a row and a cell begin."""
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self._inside.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """Leave the element; every one is closed in order."""
        assert self._inside.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text, that of drawings left out."""
        if "style" in self._inside or "svg" in self._inside:
            return
        self.text += data
        if {"td", "th"} & set(self._inside):
            self.rows[-1][-1] += data

    def values(self, name: str) -> list[str]:
        """Return the values of attribute ``name``."""
        return [attrs[name] or "" for _, attrs in self.elements if name in attrs]


def parsed(dossier: Dossier) -> Page:
    """Return the page on a dossier."""
    page = Page(render_report(dossier))
    page.close()
    return page


def test_the_policy_allows_exactly_the_style_sheet_of_the_page(tmp_path: Path) -> None:
    """The hash in the policy is that of the one style element, and no element brings a style of its own."""
    html = render_report(compared(tmp_path))
    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert len(styles) == 1
    assert f"default-src 'none'; style-src '{policy_hash(styles[0])}'" in html
    assert "style" not in ATTRIBUTES
    assert not re.search(r"url\(|@import|//", styles[0])


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    """Return a dossier with failures and findings of every sort."""
    return compared(tmp_path_factory.mktemp("clean"), failing(ModelError), chatter, not_tuning=True)


@pytest.fixture(scope="module")
def harmless(clean: Dossier) -> Page:
    """Return the page with a harmless word in every text."""
    return parsed(poisoned(clean, "harmless"))


@pytest.mark.parametrize("payload", [*HTML, *TERMINAL])
def test_no_payload_makes_an_element(clean: Dossier, harmless: Page, payload: str) -> None:
    """With a payload in every text the page has the elements that it has without, of our kinds only."""
    page = parsed(poisoned(clean, payload))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in harmless.elements]
    assert {tag for tag, _ in page.elements} <= ELEMENTS
    assert {name for _, attrs in page.elements for name in attrs} <= ATTRIBUTES
    assert all(link.startswith("#") for link in page.values("href"))


def test_every_link_leads_somewhere(tmp_path: Path) -> None:
    """Links stay on the page and each has its anchor, which is there once."""
    for dossier in (compared(tmp_path / "2", not_tuning=True), alone(tmp_path / "1")):
        page = parsed(dossier)
        ids = page.values("id")
        assert len(ids) == len(set(ids))
        assert {link.removeprefix("#") for link in page.values("href")} <= set(ids)
        assert set(page.values("aria-labelledby")) <= set(ids)


def test_the_tables_hold_the_figures_of_the_charts(tmp_path: Path) -> None:
    """Row by row, without the drawings: versions, the difference, slots, changes, costs and traps."""
    page = parsed(compared(tmp_path, articles=2, not_tuning=True))
    rows = [[re.sub(r"p = .*", "", cell).strip() for cell in row] for row in page.rows if any(row)]
    assert rows[:6] == [
        ["Version", "Chart", "EventF1", "95 % interval"],
        ["B events@v2", "", "93.3", "85.7 to 100.0"],
        ["A events@v1", "", "0.0", "0.0 to 0.0"],
        [f"lead {words.TERMS['lead']}", "", "42.9", "0.0 to 85.7"],
        [f"says nothing {words.TERMS['says nothing']}", "", "0.0", "0.0 to 0.0"],
        ["EventF1", "Chart", "B - A", "95 % interval"],
    ]
    assert ["2 articles", "", "+93.3", "+85.7 to +100.0"] in rows
    assert ["bb-2002-strike", "", "+100.0", "0.0 → 100.0"] in rows
    assert ["1 B events@v2 scripted at scripted, run new-run", "93.3 85.7 to 100.0", "0.0", "1,000", "0.00"] in rows
    assert ["no trap articles without any of them", "2", "", "93.3", "0.0"] in rows
    assert ["all", "7", "0", "0", "1", "0"] in rows
    slots = [row for row in rows if row[0].startswith(tuple(Slot)) and len(row) == 5]
    assert [row[0].split()[0] for row in slots] == [str(slot) for slot in Slot]


def test_a_reader_learns_every_term(tmp_path: Path) -> None:
    """Each term, each slot and each of the five verdicts is explained where somebody meets it."""
    text = parsed(compared(tmp_path, not_tuning=True)).text
    for meaning in (*words.TERMS.values(), *words.SLOTS.values(), *words.VERDICTS.values()):
        assert meaning in text
    assert set(words.TRAPS) == set(TRAPS)
    assert set(words.FINDINGS) == set(FindingKind)
    assert set(words.SLOTS) == set(Slot)


def test_findings_say_who_got_what_wrong(tmp_path: Path) -> None:
    """What only A got wrong, only B, or both stands apart, each with both values and the reason."""
    text = " ".join(parsed(compared(tmp_path, not_tuning=True)).text.split())
    assert (
        "Only B gets this wrong (1) missing targets event 1 of the label The label: three pupils "
        "the label has it, the run does not"
    ) in text
    assert (
        "Only A got this wrong (1) missed event event 1 of the label "
        "The label: A footbridge over the Ilm collapsed on Friday No prediction was aligned"
    ) in text
    assert "Nothing is wrong here." in text
    assert "B values: 3 correct, 1 missing A values: 4 missing" in text
    assert "B values: nothing labelled, nothing said A values: nothing labelled, nothing said" in text


def test_articles_of_the_test_half_are_not_quoted(tmp_path: Path) -> None:
    """Their findings are withheld, and the page says so; with leave they are there."""
    closed = parsed(compared(tmp_path / "1", chatter, chatter)).text
    assert "In 1 articles of the half “test” the findings are left out" in closed
    assert "under-12 chess cup" not in closed
    assert "under-12 chess cup" in parsed(compared(tmp_path / "2", chatter, chatter, not_tuning=True)).text


@pytest.mark.parametrize(
    ("new", "old", "sentence"),
    [
        (answer, nothing, "B (events@v2) is better than A (events@v1): +93.3 points of EventF1"),
        (nothing, answer, "B (events@v2) may not replace A (events@v1): EventF1 is lower by more than the margin"),
    ],
)
def test_the_verdict_comes_first(tmp_path: Path, new: object, old: object, sentence: str) -> None:
    """The first heading is the verdict as a sentence."""
    html = render_report(compared(tmp_path, new, old, articles=2))
    assert html.index(sentence, html.index("<h1>")) < html.index("<h2")


def test_a_run_alone_is_not_compared(tmp_path: Path) -> None:
    """Without a baseline nothing speaks of A, of a verdict or of bounds."""
    page = parsed(alone(tmp_path))
    assert not {"bounds", "changes"} & set(page.values("id"))
    assert " a" not in {name[-2:] for name in page.values("class") if name.startswith("letter")}


def test_a_difference_that_may_be_chance_has_no_colour(tmp_path: Path) -> None:
    """Slots are called better or worse only where p, corrected for six, says so, whatever their interval."""
    dossier = compared(tmp_path)
    assert dossier.comparison is not None
    for p, called, others in ((0.04, "beyond chance", "may be chance"), (0.05, "may be chance", "beyond chance")):
        slots = {slot: one.model_copy(update={"p_holm": p}) for slot, one in dossier.comparison.slots.items()}
        comparison = dossier.comparison.model_copy(update={"slots": slots})
        page = render_report(dossier.model_copy(update={"comparison": comparison}))
        section = page[page.index('<section id="slots"') : page.index('<section id="changes"')]
        assert section.count(called) == len(Slot)
        assert others not in section
        assert ("change gain" in section) == (p < 0.05)


def test_optional_events_explain_why_more_were_compared_than_had_to_be_found(tmp_path: Path) -> None:
    """Both numbers stand on the page, with what lies between them; sides that are alike share the line."""
    dossier = compared(tmp_path)
    assert "B A compared on 2 labelled events: 2 that had to be found, and 0 optional" in parsed(dossier).text
    report = dossier.candidate.report
    more = {slot: one.model_copy(update={"computed_on": Ratio(count=3, of=5)}) for slot, one in report.slots.items()}
    side = dossier.candidate.model_copy(update={"report": report.model_copy(update={"slots": more, "repeats": 2})})
    text = parsed(dossier.model_copy(update={"candidate": side})).text
    assert "B compared on 5 labelled events in 2 repeats: 2 that had to be found, and 3 optional ones" in text
    assert "A compared on 2 labelled events: 2 that had to be found" in text

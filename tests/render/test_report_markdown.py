"""A report for a pull request: the verdict first, all of it within GitHub's limits, and nothing in it that acts."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from extractor.render.report_markdown import LIMIT, report_markdown, said
from extractor.scoring.figures import Bounds
from tests.dossiers import alone, compared, poisoned
from tests.evaluation.small_set import answer, nothing
from tests.render.payloads import FORMULAS, HTML, MARKDOWN, TERMINAL

if TYPE_CHECKING:
    from pathlib import Path

REFERENCES = [
    "@everyone",
    "see #12 and GH-12",
    "owner/repo#12",
    "a@b.example",
    "www.evil.example",
    "https://evil.example",
]
PAYLOADS = [*MARKDOWN, *HTML, *TERMINAL, *FORMULAS, *REFERENCES]


class Elements(HTMLParser):
    """The elements that a page is made of."""

    def __init__(self, html: str) -> None:
        """Parse ``html``."""
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element; ours have no attributes."""
        self.found.append(tag)
        assert not attrs, f"{tag} has {attrs}"


def elements(text: str) -> list[str]:
    """Return the elements that GitHub's dialect makes of ``text``."""
    return Elements(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)).found


WHOLE = """\
### Fail: B (events&#64;~v2) may not replace A (events&#64;~v1): EventF1 is lower by more than the margin: \
-93.3 points, 95 % -100.0 points to -85.7 points.


| F1 in points (95 %) | A | B | B - A | p |
|---|---|---|---|---|
| **EventF1** | 93.3 (85.7 to 100.0) | 0.0 (0.0 to 0.0) | **-93.3** (-100.0 to -85.7) | about half |
| type (guard, held) | 100.0 (100.0 to 100.0) | 0.0 (0.0 to 0.0) | -100.0 (-100.0 to -100.0) | 1.0000 |
| when | 100.0 (100.0 to 100.0) | 0.0 (0.0 to 0.0) | -100.0 (-100.0 to -100.0) | 1.0000 |
| where | 100.0 (100.0 to 100.0) | 0.0 (0.0 to 0.0) | -100.0 (-100.0 to +0.0) | 1.0000 |
| initiators | 100.0 (100.0 to 100.0) | 0.0 (0.0 to 0.0) | -100.0 (-100.0 to +0.0) | 1.0000 |
| targets | 0.0 (0.0 to 0.0) | 0.0 (0.0 to 0.0) | +0.0 (+0.0 to +0.0) | 1.0000 |
| casualties (guard, held) | 100.0 (100.0 to 100.0) | 0.0 (0.0 to 0.0) | -100.0 (-100.0 to +0.0) | 1.0000 |

EventF1 without a model: *says nothing* 0.0 (0.0 to 0.0) · *lead* 42.9 (0.0 to 85.7).

p of slots is corrected for there being six, their intervals are not: where they disagree, p decides.
Slots of B are compared on 2 labelled events: 2 that had to be found, and 0 optional ones that were found.

| Hard figure | A | B | bound |
|---|---|---|---|
| grounding rate: values that code found again in the quoted sentences, be they right or not; higher is better | \
100.0% (9 of 9) | nothing to count | at least 50.0%: not measured |
| date fabrication rate: events that were given a day although the article names none; lower is better | \
nothing to count | nothing to count | no bound |
| conflict retention: tolls on which sources disagree and of which two numbers were kept; higher is better | \
nothing to count | nothing to count | no bound |

0 articles gained, 2 lost, 0 stayed as they were.

| Articles that lost most | A | B | B - A |
|---|---|---|---|
| bb-2002-strike | 100.0 | 0.0 | -100.0 |
| aa-2001-bridge | 85.7 | 0.0 | -85.7 |

<details><summary>What the words mean</summary>
…
<details><summary>What was compared</summary>
…
<details><summary>By trap</summary>

| Trap | articles | A | B |
|---|---|---|---|
| none of them | 2 | 93.3 | 0.0 |

</details>

<details><summary>Article by article</summary>

**bb-2002-strike** 100.0 → 0.0

- only B: missed event “About 200 nurses marched through Tarnow”: No prediction was aligned with this peaceful\
_protest event: nothing was predicted for this article.

**aa-2001-bridge** 85.7 → 0.0

- only B: missed event “A footbridge over the Ilm collapsed on Friday”: No prediction was aligned with this disaster\
_accident event: nothing was predicted for this article.
- only A: missing: targets: 'three pupils' was not found.

</details>
"""
"""With ~ for the break that nobody sees, and … for the terms and the names of what was compared."""


def test_the_whole_report(tmp_path: Path) -> None:
    """The verdict comes first, then figures, hard figures and losses, and the rest is folded away."""
    report = report_markdown(compared(tmp_path, nothing, answer, articles=2)).replace("\u200b", "~")
    report = re.sub(r"0\.(49|50)\d\d \|", "about half |", report)  # by chance: one of two swaps
    report = re.sub(
        r"(<summary>What (the words|was)[^\n]*</summary>\n).*?</details>\n\n", r"\1…\n", report, flags=re.DOTALL
    )
    assert report == WHOLE


@pytest.mark.parametrize(
    ("new", "old", "bounds", "words"),
    [
        (answer, nothing, Bounds(least_articles=2), "### Pass: B (events&#64;\u200bv2) is better than A"),
        (answer, answer, Bounds(least_articles=2), "### Pass: B (events&#64;\u200bv2) is not worse than A"),
        (answer, nothing, Bounds(), "### Too little data: There is too little data to say whether B"),
        (nothing, answer, Bounds(least_articles=2), "### Fail: B (events&#64;\u200bv2) may not replace A"),
    ],
)
def test_each_verdict_is_a_sentence(tmp_path: Path, new: object, old: object, bounds: Bounds, words: str) -> None:
    """The first line says what became of it."""
    assert report_markdown(compared(tmp_path, new, old, bounds=bounds, articles=2)).startswith(words)


def test_a_run_alone(tmp_path: Path) -> None:
    """Without a baseline there are figures and the weakest articles, and no word of A."""
    report = report_markdown(alone(tmp_path))
    assert report.startswith("### events&#64;\u200bv1 scores 93.3 points of EventF1")
    assert "| Articles with the lowest F1 | B |" in report
    assert "| A |" not in report


@pytest.mark.parametrize("text", ["two\nlines | a `b` *c* <d> @e #1", "plain"])
def test_words_of_articles_show_as_themselves(text: str) -> None:
    """Rendered, they are one line that reads as the text did."""
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(said(text))
    shown = re.sub(r"</?p>|\u200b|\n$", "", html).replace("&lt;", "<").replace("&gt;", ">")
    assert shown == text.replace("\n", " ")


def test_no_payload_acts(tmp_path: Path) -> None:
    """With a payload in every text the page has exactly the elements that it has without."""
    clean = compared(tmp_path, failures_everywhere, not_tuning=True)
    expected = elements(report_markdown(poisoned(clean, "harmless")))
    assert expected.count("details") == 4
    for payload in PAYLOADS:
        assert elements(report_markdown(poisoned(clean, payload))) == expected, payload


def test_github_finds_nothing_to_link(tmp_path: Path) -> None:
    """No mention, reference or address is left after entities are decoded."""
    clean = compared(tmp_path, not_tuning=True)
    live = re.compile(r"@\w|#\d|\bGH-\d|https?://|www\.\w", re.IGNORECASE)
    for payload in REFERENCES:
        html = (
            MarkdownIt("commonmark", {"html": True}).enable("table").render(report_markdown(poisoned(clean, payload)))
        )
        assert not live.search(re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), html)), payload


def test_a_report_fits_into_a_comment(tmp_path: Path) -> None:
    """Long texts are cut, many articles are left out, and the report says how many."""
    dossier = compared(tmp_path, not_tuning=True)
    long = poisoned(dossier, "☃" * 5000)
    assert len(report_markdown(long).encode()) <= LIMIT
    many = long.model_copy(update={"articles": long.articles * 300})
    report = report_markdown(many)
    assert LIMIT - 5000 < len(report.encode()) <= LIMIT
    assert re.search(r"\n\d{3} more articles do not fit here", report)
    assert report.count("<details>") == report.count("</details>")


def failures_everywhere(_: object) -> str:
    """Say what is no JSON: every article fails."""
    return "no"

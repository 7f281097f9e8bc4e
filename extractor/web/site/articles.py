"""The page of one article: its text with the evidence highlighted, the events beside it, and a small map of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from extractor.render import wording
from extractor.web.article_page import COLOURS, article_parts, article_style
from extractor.web.run_charts import HIGH, WIDE, attribution, land, window
from extractor.web.site.pages import page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi.responses import HTMLResponse

    from extractor.articles.article import Article
    from extractor.events.summary import EventSummary, Extraction

_STYLES: Final = ("run_page.css", "article_page.css")


def article_page(
    article: Article,
    extraction: Extraction,
    *,
    run: str | None = None,
    neighbours: tuple[int | None, int | None] = (None, None),
) -> HTMLResponse:
    """Return the page.

    Args:
        article: What was read.
        extraction: What was found.
        run: Name of the run that it belongs to.
        neighbours: Numbers of the articles before and after it in that run.
    """
    return page(
        "article.html.jinja",
        *_STYLES,
        more_style=article_style(len(extraction.events)),
        doc=article_parts(1, article, extraction),
        colours=COLOURS,
        run=run,
        before=neighbours[0],
        after=neighbours[1],
        map=_map(extraction.events),
    )


def _map(events: Sequence[EventSummary]) -> dict[str, Any] | None:
    """Return the points of the events and the land under them; None where no event has coordinates."""
    known = [
        (number, event, (event.where.lat, event.where.lon))
        for number, event in enumerate(events, start=1)
        if event.where.lat is not None and event.where.lon is not None
    ]
    if not known:
        return None
    part = window((lat, lon) for _, _, (lat, lon) in known)
    fill, borders = land(part)
    points = []
    for number, event, (lat, lon) in known:
        x, y = part.at(lat, lon)
        points.append(
            {
                "number": number,
                "colour": (number - 1) % COLOURS + 1,
                "x": x,
                "y": y,
                "name": f"event {number}, {wording.label(event.type)}: {wording.place(event.where)}",
            }
        )
    return {
        "box": f"0 0 {WIDE} {HIGH}",
        "land": fill,
        "borders": borders,
        "points": points,
        "without": len(events) - len(known),
        "attribution": attribution(),
    }

"""The HTML report on a run: one file that shows what was found, when and where, what failed, and what it cost.

Like the other pages it asks for nothing: no script, no tiles from elsewhere, one inline style sheet, and a policy that
lets the browser apply exactly that. Every drawing has a table that says the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from extractor.events.countries import country_name
from extractor.render.wording import cost_words, label
from extractor.web.eval_charts import Scale
from extractor.web.run_charts import HIGH, WIDE, attribution, land, timeline, window
from extractor.web.templates import policy_hash, style_sheet, template

if TYPE_CHECKING:
    from collections.abc import Iterable

    from extractor.archive.exports.overview import Overview
    from extractor.archive.exports.run_info import RunInfo
    from extractor.archive.records import Tally

_ROWS: Final = 25
"""Places and sources that are named; the others are counted."""
_POINTS: Final = 1_500
"""Points that are drawn; more cover each other and make the page slow."""
_LARGEST, _SMALLEST = 12.0, 3.0
"""Radius of points in pixels; their area grows with the number of events."""


def render_run(info: RunInfo, seen: Overview, tally: Tally) -> str:
    """Return a complete HTML document."""
    style = style_sheet("eval_page.css") + style_sheet("run_page.css")
    return template("run_page.html.jinja").render(
        style=style,
        policy=policy_hash(style),
        info=info,
        tally=tally,
        sources=_sources(seen),
        checks=_checks(seen),
        cost=cost_facts(tally, seen.articles),
        **run_parts(seen),
    )


def run_parts(seen: Overview) -> dict[str, Any]:
    """Return what the parts of the template show of an overview: when, where, what, and what failed."""
    return {
        "seen": seen,
        "line": timeline(seen.days),
        "map": _map(seen),
        "types": _bars((label(name), (count,)) for name, count in seen.types.most_common()),
        "pointless": [(label(name), count) for name, count in seen.pointless.most_common()],
        "aside": [(label(name), count) for name, count in seen.aside.most_common()],
        "kinds": seen.kinds.most_common(),
    }


def _bars(rows: Iterable[tuple[str, tuple[int, ...]]]) -> list[dict[str, Any]]:
    """Return rows with a bar each, as long as its last figure beside the others."""
    found = list(rows)
    scale = Scale(0, max((figures[-1] for _, figures in found), default=1) or 1, before=0, after=0)
    return [{"name": name, "figures": figures, "bar": scale.stretch(0, figures[-1])} for name, figures in found]


def _sources(seen: Overview) -> dict[str, Any]:
    ordered = sorted(seen.sources.items(), key=lambda one: (-one[1][0], one[0]))
    rest = ordered[_ROWS:]
    return {
        "rows": _bars(ordered[:_ROWS]),
        "more": len(rest),
        "articles": sum(articles for _, (articles, _) in rest),
        "events": sum(events for _, (_, events) in rest),
    }


def _checks(seen: Overview) -> list[dict[str, Any]]:
    ordered = sorted(seen.checks.items(), key=lambda one: (-one[1][0], one[0]))
    return [
        {"name": label(name), "failed": failed, "applied": applied, "share": f"{100 * failed / applied:.1f} %"}
        for name, (failed, applied) in ordered
    ]


def _map(seen: Overview) -> dict[str, Any] | None:
    """Return the points, the largest first, and the land under them; None where no event has coordinates."""
    ordered = sorted(seen.places.items(), key=lambda one: (-one[1].events, one[0]))
    if not ordered:
        return None
    part = window(point for point, _ in ordered)
    most = ordered[0][1].events
    fill, borders = land(part)
    points = []
    for number, ((lat, lon), place) in enumerate(ordered[:_POINTS], start=1):
        x, y = part.at(lat, lon)
        country = country_name(place.country) if place.country else None
        points.append(
            {
                "x": x,
                "y": y,
                "r": f"{max(_LARGEST * (place.events / most) ** 0.5, _SMALLEST):.1f}",
                "anchor": f"p{number}" if number <= _ROWS else None,
                "name": ", ".join(filter(None, (place.name, country))),
                "events": place.events,
                "where": f"{lat:.2f} {lon:.2f}",
            }
        )
    return {
        "box": f"0 0 {WIDE} {HIGH}",
        "land": fill,
        "borders": borders,
        "points": points,
        "rows": [point for point in points if point["anchor"]],
        "places": len(ordered),
        "undrawn": len(ordered) - len(points),
        "attribution": attribution(),
    }


def cost_facts(tally: Tally, answered: int) -> list[tuple[str, str]]:
    """Return what the run took over all attempts, the failed ones too; what is unknown is called so."""
    usage = tally.usage

    def number(value: int | None) -> str:
        return "unknown" if value is None else f"{value:,}"

    cost = cost_words(usage.cost_usd)
    if usage.cost_usd is None and tally.known_cost_usd:
        cost = f"at least {cost_words(tally.known_cost_usd)}; unknown for {tally.unpriced:,} attempts"
    each = f"${1000 * usage.cost_usd / answered:,.2f}" if usage.cost_usd is not None and answered else None
    facts = [
        ("Cost", cost),
        ("Cost of 1,000 answered articles", each or "unknown"),
        ("Prices of", usage.price_date or "no price table"),
        ("Requests", f"{usage.requests:,}, {usage.re_asks:,} of them re-asks"),
        ("Tokens read", f"{number(usage.tokens_in)}, {number(usage.tokens_cached)} of them cached"),
        ("Tokens written", f"{number(usage.tokens_out)}, {number(usage.tokens_reasoning)} of them reasoning"),
        ("Time of all requests together", f"{usage.seconds:,.0f} s"),
        ("Answered before, not asked", f"{tally.cached:,} articles"),
    ]
    if tally.unresolved:
        facts.append(("Attempts cut short", f"{tally.unresolved:,}: their articles may have been asked twice"))
    return facts

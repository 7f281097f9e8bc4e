"""Print what a large archive takes, by arithmetic alone, from an estimate of a sample and figures measured elsewhere.

Reads what ``extractor archive estimate SOURCE --json`` prints from standard input and scales it by articles. Every
other input is an option, so that a figure measured on another machine can take its place.
"""

from __future__ import annotations

import argparse
import json
import sys

_HOUR = 3600


def rows(estimate: dict[str, object], given: argparse.Namespace) -> list[tuple[str, ...]]:
    """Return one row per number of articles: hours by each limit, million tokens, dollars at most, gigabytes."""
    counted = estimate.get("counted")
    if not isinstance(counted, dict) or not counted["asked"]:
        raise SystemExit("there is no estimate of articles to ask about; pipe `extractor archive estimate … --json` in")
    asked = counted["asked"]
    tokens_in, out_max = counted["tokens_in"] / asked, counted["tokens_out_max"] / asked
    requests, cost = counted["requests"] / asked, estimate["cost_usd_max"]
    table: list[tuple[str, ...]] = []
    for articles in given.articles:
        served = "-" if given.served_tps is None else f"{articles * tokens_in / given.served_tps / _HOUR:,.0f}"
        table.append(
            (
                f"{articles:,}",
                f"{articles * given.cpu_per_thousand / 1000 / _HOUR:,.1f}",
                f"{articles / given.stored_per_second / _HOUR:,.1f}",
                f"{articles * requests / given.rpm / 60:,.0f}",
                served,
                f"{articles * tokens_in / 1e6:,.0f}",
                f"{articles * out_max / 1e6:,.0f}",
                "-" if cost is None else f"{articles * cost / asked:,.0f}",
                f"{articles * given.kilobytes / 1e6:,.1f}",
            )
        )
    return table


def main() -> None:
    """Read the estimate, print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--cpu-per-thousand", type=float, default=11.87, help="CPU s per 1,000, docs/performance.md")
    parser.add_argument("--stored-per-second", type=float, default=1341, help="packed articles/s, docs/performance.md")
    parser.add_argument("--kilobytes", type=float, default=7.4 / 4.05, help="a packed extraction, docs/decisions.md")
    parser.add_argument("--rpm", type=float, default=10_000, help="requests a minute that the endpoint allows")
    parser.add_argument("--served-tps", type=float, help="input tokens a second of a served model, as you measured it")
    given = parser.parse_args()
    head = (
        "articles",
        "CPU h",
        "store h",
        "h at --rpm",
        "h served",
        "M tokens in",
        "M out, at most",
        "$ at most",
        "GB",
    )
    try:
        estimate = json.load(sys.stdin)
    except ValueError:
        estimate = {}
    table = rows(estimate, given)
    sys.stdout.write(f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n")
    for row in table:
        sys.stdout.write(f"| {' | '.join(row)} |\n")


if __name__ == "__main__":
    main()

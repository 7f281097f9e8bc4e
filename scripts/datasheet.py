"""Write the tables of evals/datasheet.md, or, with ``--check``, fail where the page says something else than the set.

The parts between the marks are computed: the digest, how far the set reaches beside what was demanded of it, and how
far two annotators agree. What stands around them is written by hand and left alone.
"""

from __future__ import annotations

import difflib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from extractor.evaluation.coverage import CoverageRow, CoverageTable
    from extractor.evaluation.gold import GoldArticle
    from extractor.scoring.figures import Interval, Report

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "evals" / "datasheet.md"
COMMAND = "python scripts/datasheet.py"
_PART = re.compile(r"(<!-- begin: (?P<name>\w+), written by scripts/datasheet\.py -->\n).*?(<!-- end -->)", re.DOTALL)
_MET = {True: "yes", False: "**no**", None: ""}


def parts() -> dict[str, str]:
    """Return every computed part of the page by its name, as Markdown."""
    from extractor.evaluation.coverage import coverage_of  # noqa: PLC0415 - after the source tree was put on the path
    from extractor.evaluation.gold import read_gold  # noqa: PLC0415 - same

    gold = read_gold(ROOT / "evals" / "gold")
    found = coverage_of(gold.articles, gold.digest)
    return {
        "digest": f"`{gold.digest}`\n",
        "coverage": "\n".join(map(_table, found.tables)),
        "agreement": _agreements(gold.articles),
    }


def _table(table: CoverageTable) -> str:
    lines = [f"### {table.title}", "", *_rows(("", "count", "demanded", "met"), map(_coverage, table.rows)), ""]
    return "\n".join(lines)


def _coverage(row: CoverageRow) -> tuple[str, ...]:
    name = row.name.replace("_", r"\_")
    figure = f"{row.count:,} of {row.of:,} ({row.count / row.of:.0%})" if row.of else f"{row.count:,}"
    return (name, figure, row.bar, _MET[row.met])


def _agreements(gold: Sequence[GoldArticle]) -> str:
    """Return agreement of the two annotators with each other, and of each with the labels that were decided on."""
    from extractor.evaluation.gold import read_gold  # noqa: PLC0415 - see parts
    from extractor.evaluation.labels.agreement import agreement_scores  # noqa: PLC0415 - see parts
    from extractor.scoring.report import summarise  # noqa: PLC0415 - see parts

    folder = ROOT / "evals" / "gold"
    sides = {name: read_gold(folder, labels=f"annotators/{name}").articles for name in ("a", "b")}
    labels = {name: {one.id: one.label for one in side} for name, side in [*sides.items(), ("gold", gold)]}
    pairs = {"a and b": ("a", "b"), "a and the gold": ("a", "gold"), "b and the gold": ("b", "gold")}
    reports = [
        summarise(agreement_scores([(label, labels[second][id_]) for id_, label in labels[first].items()]))
        for first, second in pairs.values()
    ]
    return "\n".join([*_rows(("F1 (95 % interval)", *pairs), _agreement_rows(reports)), ""])


def _agreement_rows(reports: Sequence[Report]) -> Iterator[tuple[str, ...]]:
    yield ("articles", *(str(report.articles) for report in reports))
    for slot in reports[0].slots:
        yield (str(slot), *(_interval(report.slots[slot].f1) for report in reports))
    yield ("**EventF1**", *(_interval(report.event_f1) for report in reports))
    yield ("whole events", *(f"{report.detection.f1:.3f}" for report in reports))
    for number, enum in enumerate(reports[0].enums):
        shares = (report.enums[number].accuracy.value or 0.0 for report in reports)
        yield (f"{enum.field}, same on aligned events", *(f"{share:.3f}" for share in shares))


def _interval(figure: Interval | None) -> str:
    return "" if figure is None else f"{figure.value:.3f} ({figure.low:.3f}..{figure.high:.3f})"


def _rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    yield from (f"| {' | '.join(row)} |" for row in rows)


def page(old: str, computed: dict[str, str]) -> str:
    """Return the page ``old`` with its computed parts made anew; a part that is not there is an error."""
    marked = [match["name"] for match in _PART.finditer(old)]
    if sorted(marked) != sorted(computed):
        raise SystemExit(f"{PAGE.name} has marks for {marked}, but the parts are {list(computed)}")
    return _PART.sub(lambda match: f"{match[1]}\n{computed[match['name']]}\n{match[3]}", old)


def main(arguments: list[str]) -> int:
    """Write the page, or compare; return 1 where it has drifted."""
    sys.path.insert(0, str(ROOT))
    old = PAGE.read_text(encoding="utf-8")
    new = page(old, parts())
    if arguments != ["--check"]:
        PAGE.write_text(new, encoding="utf-8")
        return 0
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), PAGE.name, "the set", lineterm="", n=1))
    if lines:
        print("\n".join(lines))
        print(f"evals/{PAGE.name} has drifted: run {COMMAND}", file=sys.stderr)
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

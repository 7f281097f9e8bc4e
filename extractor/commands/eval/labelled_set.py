"""``extractor eval validate`` and ``extractor eval coverage``: is a labelled set right, and what does it hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extractor.evaluation.coverage import Coverage, CoverageRow
    from extractor.evaluation.gold import GoldArticle

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

SetFolder = Annotated[
    Path | None,
    typer.Argument(metavar="[FOLDER]", help="Labelled set.  [default: the shipped one]", show_default=False),
]
Labels = Annotated[
    str, typer.Option(metavar="NAME", help="Folder of the labels inside the set; annotators/a is one annotator's.")
]

NotTuning = Annotated[
    bool, typer.Option("--i-am-not-tuning", help="Show the half test too; nobody who writes prompts reads it.")
]


def validate(
    folder: SetFolder = None,
    *,
    labels: Labels = "labels",
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings count as errors.")] = False,
    not_tuning: NotTuning = False,
) -> None:
    """Check that every label is true to its article; all problems are listed at once, each with file and field.

    An error is what can't be right. A warning is a date or number that code reads otherwise than the labeller; those
    about the half test are only counted, because they quote its articles.
    """
    from extractor.evaluation.gold import digest_of, examine, gold_folder, half_of
    from extractor.evaluation.labels.flaws import errors_in

    root = gold_folder(folder)
    articles, flaws = examine(root, labels=labels, advice=True)
    wrong = errors_in(flaws)
    shown = [flaw for flaw in flaws if not_tuning or flaw in wrong or half_of(Path(flaw.file).stem) == "dev"]
    print_lines(f"{flaw.severity}: {flaw}" for flaw in shown)
    if len(shown) < len(flaws):
        hidden = len(flaws) - len(shown)
        print_lines([f"{hidden} warning(s) about the half test are not shown; --i-am-not-tuning shows them"])
    if not articles:
        raise UsageError(f"{str(root)!r} holds no labelled article in {labels!r}", hint="name its labels with --labels")
    if wrong or (strict and flaws):
        raise UsageError(
            f"{len(wrong)} error(s) and {len(flaws) - len(wrong)} warning(s) in {str(root)!r}",
            hint="evals/guidelines.md says how labels are written",
        )
    print_lines([f"good: {len(articles)} labelled articles, {len(flaws)} warning(s), {digest_of(articles)}"])


def coverage(
    folder: SetFolder = None,
    *,
    labels: Labels = "labels",
    articles: Annotated[bool, typer.Option("--articles", help="Also list the articles, without their text.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail where a bar is missed.")] = False,
) -> None:
    """Count what the set covers: countries, decades, kinds, types, traps …, each figure beside its bar."""
    from extractor.evaluation.coverage import coverage_of
    from extractor.evaluation.gold import read_gold

    gold = read_gold(folder, labels=labels)
    found = coverage_of(gold.articles, gold.digest)
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        print_lines(_coverage_lines(found))
        if articles:
            print_lines(["", *_aligned([_HEADINGS, *map(_row, gold.articles)])])
    if strict and found.missed:
        raise UsageError(f"{len(found.missed)} bar(s) missed: {', '.join(row.name for row in found.missed)}")


def _coverage_lines(found: Coverage) -> Iterable[str]:
    yield f"digest {found.digest}"
    for table in found.tables:
        yield ""
        yield table.title.upper()
        yield from _aligned([(row.name, _figure(row), row.bar, _MET[row.met]) for row in table.rows])


_HEADINGS = ("ARTICLE", "HALF", "KIND", "COUNTRY", "WORDS", "EVENTS")
_MET = {True: "met", False: "MISSED", None: ""}


def _figure(row: CoverageRow) -> str:
    return f"{row.count:,} of {row.of:,} ({row.count / row.of:.0%})" if row.of else f"{row.count:,}"


def _row(article: GoldArticle) -> tuple[str, ...]:
    label = article.label
    return (article.id, article.half, label.kind, label.country or "-", *_sizes(article))


def _sizes(article: GoldArticle) -> tuple[str, str]:
    return str(len(article.text.split())), str(len(article.label.events))


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return the rows with their columns under each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)] if rows else []
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def print_lines(lines: Iterable[str]) -> None:
    """Write lines to standard output; labels and articles may hold anything, so control characters are shown."""
    from extractor.render.terminal import clean_for_terminal

    for line in lines:
        typer.echo(clean_for_terminal(line))

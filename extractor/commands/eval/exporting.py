"""``extractor eval export``: a labelled set for other tools to show and change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.commands.eval import options
from extractor.commands.eval.labelled_set import NotTuning  # noqa: TC001 - typer reads the annotations when it runs
from extractor.commands.output import open_sink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.evaluation.gold import GoldArticle

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

app = typer.Typer(
    help="Give a labelled set to other tools; eval import takes it back.", no_args_is_help=True, rich_markup_mode=None
)

Out = Annotated[Path, typer.Option(metavar="FILE", help="File to write.")]


@app.command("label-studio")
def label_studio(  # noqa: PLR0913 - a command has as many parameters as options
    *,
    out: Out,
    set_folder: options.Set = None,
    half: options.HalfOption = None,
    labels: options.Labels = None,
    offsets: options.Offsets = None,
    not_tuning: NotTuning = False,
) -> None:
    """Write tasks with annotations for Label Studio, and the labelling interface beside them (.config.xml)."""
    from extractor.evaluation.interchange.label_studio import UNIT, labelling_config, write_label_studio

    articles = _articles(set_folder, half, labels, not_tuning=not_tuning)
    config = out.with_suffix(".config.xml")
    _write(out, _json(write_label_studio(articles, offsets or UNIT)))
    _write(config, labelling_config(articles))
    typer.echo(f"{out}: {len(articles)} articles; labelling interface: {config}")


@app.command("doccano")
def doccano(  # noqa: PLR0913 - a command has as many parameters as options
    *,
    out: Out,
    set_folder: options.Set = None,
    half: options.HalfOption = None,
    labels: options.Labels = None,
    offsets: options.Offsets = None,
    not_tuning: NotTuning = False,
) -> None:
    """Write JSON lines for a doccano project of the kind Sequence Labeling with relations."""
    import json

    from extractor.evaluation.interchange.doccano import UNIT, write_doccano

    articles = _articles(set_folder, half, labels, not_tuning=not_tuning)
    rows = write_doccano(articles, offsets or UNIT)
    _write(out, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    typer.echo(f"{out}: {len(articles)} articles")


@app.command("web-annotation")
def web_annotation(
    *,
    out: Out,
    set_folder: options.Set = None,
    half: options.HalfOption = None,
    labels: options.Labels = None,
    not_tuning: NotTuning = False,
) -> None:
    """Write a collection of W3C Web Annotations; its offsets are code points, as the standard says."""
    from extractor.evaluation.interchange.web_annotation import write_web_annotation

    articles = _articles(set_folder, half, labels, not_tuning=not_tuning)
    _write(out, _json(write_web_annotation(articles)))
    typer.echo(f"{out}: {len(articles)} articles")


def _articles(
    set_folder: Path | None, half: options.Half | None, labels: str | None, *, not_tuning: bool
) -> Sequence[GoldArticle]:
    from extractor.errors import UsageError
    from extractor.evaluation.gold import LABELS, read_gold, refuse_test_half

    chosen = half or options.Half.DEV
    gold = read_gold(set_folder, labels=labels or LABELS, partial=labels is not None)
    articles = gold.part(chosen.value)
    refuse_test_half(articles, not_tuning=not_tuning)
    if not articles:
        raise UsageError(f"the half {chosen.value!r} of {str(gold.folder)!r} holds no article")
    return articles


def _json(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _write(path: Path, text: str) -> None:
    with open_sink(path) as sink:
        sink.write(text)
        sink.keep()

"""``extractor eval stories``: how well events of many articles are linked, beside simpler ways of linking them."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.commands import options as asking
from extractor.commands import second_look
from extractor.commands.eval import options
from extractor.commands.output import write_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractor.archive.linking.link import Linking
    from extractor.evaluation.stories import Measured
    from extractor.events.summary import Extraction
    from extractor.scoring.clusters import Agreement

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415


def stories(  # noqa: PLR0913 - a command has as many parameters as options
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[FOLDER]", help="Labelled stories.  [default: the shipped ones]", show_default=False),
    ] = None,
    *,
    half: Annotated[options.Half | None, typer.Option(help="One part only; dev is tuned on.")] = None,
    run: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Link the events of a run over the set (eval run --set), not the labels."),
    ] = None,
    runs: options.Runs = options.RUNS,
    threshold: Annotated[
        float | None, typer.Option(min=-12, max=12, help="Bits that mentions of a story score on average.")
    ] = None,
    check: second_look.Check = False,
    check_prompt: second_look.CheckPrompt = None,
    check_limit: second_look.CheckLimit = second_look.LIMIT,
    model: asking.Model = None,
    base_url: asking.BaseUrl = None,
    api_key_env: asking.ApiKeyEnv = None,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON.")] = False,
) -> None:
    """Measure linking on labelled stories: B-cubed and pairwise precision, recall and F1, beside three baselines.

    Without --run the labelled events themselves are linked: the figures of linking alone. With --check a model is
    asked about the pairs near the threshold, and what that changes is shown; its replies are kept with those of runs.
    """
    from extractor.archive.linking.link import THRESHOLD
    from extractor.evaluation.replies import ReplyStore
    from extractor.evaluation.runs import load_run
    from extractor.evaluation.stories import measure_labels, measure_run, read_stories
    from extractor.settings import load_settings

    labelled = read_stories(folder)
    kept = None if run is None else load_run(options.run_folder(run, runs))
    wanted = THRESHOLD if threshold is None else threshold
    look = None
    if check:
        settings = load_settings({"model": model, "base_url": base_url, "api_key_env": api_key_env})
        second = second_look.second_look_of(settings, check_prompt, check_limit)
        replies = ReplyStore(runs / options.REPLIES)

        def look(linking: Linking, extractions: Sequence[Extraction]) -> Linking:
            return second_look.looked_again(linking, lambda: extractions, replies, second)

    measured = {}
    for part in (half,) if half else tuple(options.Half):
        if kept is None:
            measured[part.value] = measure_labels(labelled, part.value, threshold=wanted, look=look)
        else:
            measured[part.value] = measure_run(labelled, kept, part.value, threshold=wanted, look=look)
    if as_json:
        import json
        from dataclasses import asdict

        typer.echo(json.dumps({part: asdict(each) for part, each in measured.items()}, indent=2))
        return
    write_lines(line for part, each in measured.items() for line in _lines(part, each))


def _lines(part: str, measured: Measured) -> Iterator[str]:
    """Yield the table of one half."""
    judged = f"{measured.judged} of {measured.labelled} labelled events found, " if measured.judged else ""
    yield (
        f"{part}: {measured.articles} articles, {measured.mentions} events linked, {judged}"
        f"{measured.pairs} pairs compared"
    )
    yield f"{'':<24}{'stories':>9}  {'B³ P':>6}{'R':>7}{'F1':>7}  {'pairs P':>8}{'R':>7}{'F1':>7}"
    for method, figures in measured.by_method.items():
        found = f"{figures.groups}/{figures.right_groups}"
        yield f"{method:<24}{found:>9}  {_figures(figures.b3, 6)}  {_figures(figures.pairwise, 8)}"
    if measured.words:
        yield "what the model said, and what is right: " + " · ".join(f"{n} {k}" for k, n in measured.words.items())
    yield ""


def _figures(agreement: Agreement, first: int) -> str:
    texts = ["-" if f is None else f"{f:.3f}" for f in (agreement.precision, agreement.recall, agreement.f1)]
    return f"{texts[0]:>{first}}{texts[1]:>7}{texts[2]:>7}"

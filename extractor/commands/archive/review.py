"""``extractor archive review``: a run's articles as a set that a person goes through in the browser."""

from __future__ import annotations

import shlex
from pathlib import Path  # noqa: TC003 - typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.commands.archive import options, selecting
from extractor.events.vocabulary import CheckName, EventType

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from extractor.archive.records import Answered, Run
    from extractor.archive.store import Store

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415


def review(  # noqa: PLR0913 - a command has as many parameters as options
    run: options.RunName,
    *,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="New folder for the set.")],
    type_: Annotated[
        EventType | None, typer.Option("--type", help="Take articles in which an event of this type was found.")
    ] = None,
    failed: Annotated[bool, typer.Option("--failed-checks", help="Take articles in which a check failed.")] = False,
    check: Annotated[
        CheckName | None, typer.Option("--check", help="Take articles in which this check failed.")
    ] = None,
    ids: selecting.Ids = None,
    only: selecting.Only = None,
    since: selecting.Since = None,
    until: selecting.Until = None,
    keyword: selecting.Keyword = None,
    sample: selecting.SampleOption = None,
    seed: selecting.Seed = 0,
    limit: selecting.Limit = None,
    store: options.StoreOption = options.STORE,
) -> None:
    """Take articles of a run over into a set to review: accept, correct or reject each event, add what is missing.

    A sample says how good the run is (extractor eval decisions). Corrections become labelled articles (extractor eval
    adopt) or examples of a new prompt version (extractor prompts new --examples).
    """
    from extractor.archive.selection import Choosing
    from extractor.articles.article import Article
    from extractor.errors import UsageError
    from extractor.evaluation.gold import half_of
    from extractor.evaluation.review.taking import write_review
    from extractor.evaluation.set_files import check_target

    check_target(out)
    selection = selecting.selection_of(
        ids=ids, only=only, since=since, until=until, keyword=keyword, sample=sample, seed=seed, limit=limit
    )
    choosing = Choosing(selection)
    failing = {check} if check else set(CheckName) if failed else None
    with options.opened(store) as opened:
        found = opened.run(run)
        meant = (one.article for one in _meant(opened, found, type_, failing))
        chosen = {one.sha256 for one in choosing.choose(meant) if isinstance(one, Article)}
        if not chosen:
            raise UsageError(f"no finished article of {run!r} is meant: {choosing}", hint="widen the choice")
        answered = ((one.article, one.extraction) for one in opened.answers(found, but=""))
        taken = write_review(out, (pair for pair in answered if pair[0].sha256 in chosen))
    typer.echo(f"{out}: {taken.articles:,} articles, {taken.events:,} suggested events")
    tuning = " --i-am-not-tuning" if any(half_of(id_) == "test" for id_ in taken.ids) else ""
    name = shlex.quote(str(out))
    typer.echo(f"review them: extractor serve --set {name}{tuning}; then: extractor eval decisions {name}", err=True)


def _meant(
    store: Store, run: Run, type_: EventType | None, checks: AbstractSet[CheckName] | None
) -> Iterator[Answered]:
    """Yield the finished articles of a run in which such an event was found, with one of ``checks`` failed."""
    from extractor.events.vocabulary import CheckResult

    for one in store.answers(run, but=""):
        events = [event for event in one.extraction.events if type_ is None or event.type is type_]
        if checks is not None:
            events = [e for e in events if any(c.name in checks for c in e.checks if c.result is CheckResult.FAILED)]
        if events or (type_ is None and checks is None):
            yield one

"""``extractor archive link``: the same event in many articles, as stories."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.commands import options as asking
from extractor.commands import second_look
from extractor.commands.archive import options
from extractor.commands.output import write_lines

if TYPE_CHECKING:
    from extractor.archive.records import Run
    from extractor.archive.store import Store
    from extractor.archive.store.links import KeptLinking
    from extractor.commands.second_look import SecondLook

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415


class StoryFormat(StrEnum):
    """How stories are printed."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"


def link(  # noqa: PLR0913 - a command has as many parameters as options
    run: options.RunName,
    *,
    store: options.StoreOption = options.STORE,
    format: Annotated[  # noqa: A002 - the option's name
        StoryFormat, typer.Option("--format", "-f", help="table, json, or jsonl: one story in each line.")
    ] = StoryFormat.TABLE,
    explain: Annotated[
        str | None, typer.Option(metavar="STORY", help="Show one story: tolls over time, mentions, why linked.")
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(min=-12, max=12, help="Bits that mentions of a story score on average.", show_default="0"),
    ] = None,
    check: second_look.Check = False,
    check_prompt: second_look.CheckPrompt = None,
    check_limit: second_look.CheckLimit = second_look.LIMIT,
    model: asking.Model = None,
    base_url: asking.BaseUrl = None,
    api_key_env: asking.ApiKeyEnv = None,
    mode: asking.HowAsked = None,
    prompts_dir: asking.PromptsDir = None,
    concurrency: asking.Concurrency = None,
    single: Annotated[bool, typer.Option("--all", help="Also stories of one mention.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take the links of this run back.")] = False,
) -> None:
    """Link events that are the same incident into stories, keep the links, and print the stories.

    Nothing is merged: a story holds every mention with its source and its numbers. Links are made again when the run
    has changed, or another threshold is asked for; --undo takes them back, the run stays as it is. No model is asked
    but with --check, whose replies are kept.
    """
    from extractor.render.progress import note
    from extractor.settings import load_settings

    flags = {
        "model": model,
        "base_url": base_url,
        "api_key_env": api_key_env,
        "mode": mode,
        "prompts_dir": str(prompts_dir) if prompts_dir else None,
        "concurrency": concurrency,
    }
    look = second_look.second_look_of(load_settings(flags), check_prompt, check_limit) if check else None

    with options.opened(store) as opened:
        found = opened.run(run)
        if undo:
            taken = opened.links.undo(found)
            note(f"{run}: the links are taken back" if taken else f"{run}: there were no links")
            return
        about = _linked(opened, found, threshold, look)
        note(
            f"{run}: {about.mentions:,} events in {about.stories:,} stories, {about.linked:,} of several mentions; "
            f"{about.pairs:,} pairs compared, {about.uncertain:,} uncertain; threshold {about.threshold:g} bits, "
            f"formula {about.formula}"
        )
        if explain is not None:
            _print_story(opened, found, explain, format)
        else:
            _print_stories(opened, found, about, format, least=1 if single else 2)


def _linked(store: Store, run: Run, threshold: float | None, look: SecondLook | None) -> KeptLinking:
    """Return the kept linking of a run; made where there is none that is up to date and as asked for."""
    from extractor.archive.linking.link import THRESHOLD, link

    kept = store.links.about(run)
    wanted = threshold if threshold is not None else kept.threshold if kept else THRESHOLD
    if kept is not None and kept.current and kept.threshold == wanted and look is None:
        return kept
    state = store.links.state(run)
    linking = link(store.results(run), threshold=wanted)
    if look is not None:
        linking = second_look.looked_again(linking, lambda: store.results(run), store.pair_replies, look)
    store.links.keep(run, linking, state)
    made = store.links.about(run)
    if made is None:  # the run went on meanwhile: what was kept is older than it is
        from extractor.errors import UsageError

        raise UsageError(
            f"the run {run.name!r} is still growing", hint="link it when it has come to its end, or has been stopped"
        )
    return made


def _print_stories(store: Store, run: Run, about: KeptLinking, format: StoryFormat, *, least: int) -> None:  # noqa: A002 - as above
    stories = store.links.stories(run, least=least)
    if format is StoryFormat.TABLE:
        from extractor.render.stories import story_lines

        write_lines(story_lines(stories))
    elif format is StoryFormat.JSONL:
        write_lines(story.model_dump_json() for story in stories)
    else:
        import json
        from dataclasses import asdict

        whole = {"linking": asdict(about), "stories": [story.model_dump(mode="json") for story in stories]}
        write_lines([json.dumps(whole, indent=2, ensure_ascii=False)])


def _print_story(store: Store, run: Run, name: str, format: StoryFormat) -> None:  # noqa: A002 - as above
    story = store.links.story(run, name)
    links = store.links.links(run, story)
    if format is StoryFormat.TABLE:
        from extractor.render.stories import explained

        write_lines(explained(story, links))
        return
    import json

    whole = {"story": story.model_dump(mode="json"), "links": [link.model_dump(mode="json") for link in links]}
    write_lines([json.dumps(whole, indent=2 if format is StoryFormat.JSON else None, ensure_ascii=False)])

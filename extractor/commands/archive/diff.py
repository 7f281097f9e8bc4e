"""``extractor archive diff``: how two runs differ, event by event, and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from extractor.commands.archive import options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.archive.difference import Difference, Events
    from extractor.events.summary import EventSummary

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415


def diff(
    one: Annotated[str, typer.Argument(metavar="A", help="A run.")],
    other: Annotated[str, typer.Argument(metavar="B", help="The run to set against it.")],
    *,
    store: options.StoreOption = options.STORE,
    as_json: options.AsJson = False,
) -> None:
    """Show in which articles two runs differ, which events, and the cause: text, prompt, model or grounding.

    Where more than one cause is named, several things differ between the runs for that article. To take the grounding
    out of the question, ground both by today's: extractor archive reground.
    """
    import json

    from extractor.archive.difference import differences
    from extractor.commands.output import write_lines

    causes: Counter[str] = Counter()
    with options.opened(store) as opened:
        for found in differences(opened, opened.run(one), opened.run(other)):
            causes[" and ".join(found.causes)] += 1
            write_lines([json.dumps(as_values(found), ensure_ascii=False)] if as_json else lines(found))
    if not as_json:
        write_lines(summary(one, other, causes))


def lines(found: Difference) -> Iterator[str]:
    """Yield a difference as lines of text: the article first, then its events."""
    yield f"{found.article} ({found.source}): {' and '.join(found.causes)}{_states(found)}"
    yield from event_lines(found.events)


def event_lines(events: Events) -> Iterator[str]:
    """Yield the events that differ: ``-`` only before, ``+`` only after, ``~`` in both, told otherwise."""
    yield from (f"  - {_said(event)}" for event in events.only_one)
    yield from (f"  + {_said(event)}" for event in events.only_other)
    yield from (f"  ~ {_said(changed.other)}: {', '.join(changed.fields)}" for changed in events.changed)


def summary(one: str, other: str, causes: Counter[str]) -> Iterator[str]:
    """Yield how many articles differ, in all and by cause."""
    yield f"{one} and {other} differ in {causes.total()} articles"
    yield from (f"  {count} by {cause}" for cause, count in causes.most_common())


def as_values(found: Difference) -> dict[str, Any]:
    """Return a difference as JSON values; events are whole."""
    events = found.events
    return {
        "article": found.article,
        "source": found.source,
        "causes": list(found.causes),
        "states": list(found.states),
        "only_one": [event.model_dump(mode="json") for event in events.only_one],
        "only_other": [event.model_dump(mode="json") for event in events.only_other],
        "changed": [
            {
                "fields": list(changed.fields),
                "one": changed.one.model_dump(mode="json"),
                "other": changed.other.model_dump(mode="json"),
            }
            for changed in events.changed
        ],
    }


def _states(found: Difference) -> str:
    return f" ({found.states[0]}, {found.states[1]})" if found.states[0] != found.states[1] else ""


def _said(event: EventSummary) -> str:
    return f"{event.id} {event.type.value}: {event.summary}"

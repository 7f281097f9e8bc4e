"""``extractor schema``: the JSON Schema of the results, or of what a model is asked to fill."""

from __future__ import annotations

from typing import Annotated

import typer

from extractor.errors import UsageError

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def schema(
    reply: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Print this reply type's schema instead: what a model is asked to fill."),
    ] = None,
) -> None:
    """Print the JSON Schema (2020-12) of one result: what ``extract --format json`` writes, and each line of ``jsonl``.

    Results are closed: a document that validates holds no field that this version of extractor does not know.
    """
    import json  # noqa: PLC0415 - commands import what they use when they run, so that --help stays quick

    from extractor.api import published_schema  # noqa: PLC0415 - pydantic costs 0.2 s

    typer.echo(json.dumps(published_schema() if reply is None else reply_schema(reply), indent=2, ensure_ascii=False))


def reply_schema(name: str) -> dict[str, object]:
    """Return the JSON Schema of the reply type ``name``; raises UsageError when there is none."""
    from extractor.api import DIALECT  # noqa: PLC0415 - see above
    from extractor.events.reply import REPLY_TYPES  # noqa: PLC0415 - see above

    if name not in REPLY_TYPES:
        raise UsageError(f"there is no reply type {name!r}", hint=f"known: {', '.join(REPLY_TYPES)}")
    return {"$schema": DIALECT, **REPLY_TYPES[name].model_json_schema()}

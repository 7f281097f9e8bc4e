"""``extractor doctor``: what is installed, configured and reachable, and what to do about what is not."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.commands.doctor_checks import Finding

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)

SOMETHING_IS_WRONG = 2


class Format(StrEnum):
    """How the findings are written."""

    TEXT = "text"
    JSON = "json"


@app.command()
def doctor(
    *,
    online: Annotated[
        bool, typer.Option("--online", help="Ask the endpoint for its models; one on this machine is always asked.")
    ] = False,
    format: Annotated[Format, typer.Option("--format", "-f", help="For people or for programs.")] = Format.TEXT,  # noqa: A002 - named as its option
) -> None:
    """Say what is installed, configured and reachable, and what to do; exit 2 when something must be mended.

    Keys are shown as "set" or "not set", never themselves. Nothing leaves this machine without --online.
    """
    from extractor.commands.doctor_checks import examine  # noqa: PLC0415 - --help must not load what only a run needs

    findings = examine(online=online)
    typer.echo(as_json(findings) if format is Format.JSON else as_text(findings))
    if any(finding.state == "bad" for finding in findings):
        raise typer.Exit(SOMETHING_IS_WRONG)


def as_text(findings: Sequence[Finding]) -> str:
    """Return the findings under their headings, and below them what to do."""
    from extractor.render.terminal import clean_for_terminal  # noqa: PLC0415 - see doctor

    marks = {"ok": "✓", "note": " ", "warning": "!", "bad": "✗"}
    width = max(len(finding.name) for finding in findings)
    lines: list[str] = []
    section = ""
    for finding in findings:
        if finding.section != section:
            section = finding.section
            lines += ["", section] if lines else [section]
        lines.append(f"  {marks[finding.state]} {finding.name:<{width}}  {finding.value}")
    todo = [f"  {marks[finding.state]} {finding.advice}" for finding in findings if finding.advice]
    lines += ["", "what to do", *(todo or ["  nothing: extractor extract ARTICLE should work"])]
    return "\n".join(clean_for_terminal(line).rstrip() for line in lines)


def as_json(findings: Sequence[Finding]) -> str:
    """Return ``{"ok": …, "findings": [{"section", "name", "state", "value", "advice"}, …]}``."""
    import json  # noqa: PLC0415 - see doctor
    from dataclasses import asdict  # noqa: PLC0415 - same

    good = not any(finding.state == "bad" for finding in findings)
    return json.dumps({"ok": good, "findings": [asdict(f) for f in findings]}, indent=2, ensure_ascii=False)

"""Write the help of every command into docs/cli.md, or, with ``--check``, fail where the page says something else.

The part between the two marks is the help texts themselves, each as the program prints it on a terminal of 80 columns;
what stands around them is written by hand and left alone.
"""

from __future__ import annotations

import difflib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "cli.md"
BEGIN = "<!-- begin: written by scripts/command_reference.py -->\n"
END = "<!-- end -->\n"


def reference() -> str:
    """Return the help of the program, its commands and their subcommands, as Markdown."""
    import typer  # noqa: PLC0415 - reads the width of the terminal when it is imported

    from extractor.cli import COMMANDS, app, load_command  # noqa: PLC0415 - same

    program = typer.main.get_command(app)
    root = program.make_context("extractor", [], resilient_parsing=True)
    commands = (part for name in COMMANDS for part in _sections(load_command(name), name, root))
    return "\n".join([_section("extractor", program.get_help(root)), *commands])


def _sections(command: Any, name: str, parent: Any) -> Iterator[str]:  # noqa: ANN401 - typer keeps its classes private
    """Yield one section for ``command`` and for each command below it."""
    context = command.make_context(name, [], parent=parent, resilient_parsing=True)
    yield _section(context.command_path, command.get_help(context))
    for child, sub in getattr(command, "commands", {}).items():
        yield from _sections(sub, child, context)


def _section(name: str, text: str) -> str:
    return f"### `{name}`\n\n```text\n{text.rstrip()}\n```\n"


def page(old: str) -> str:
    """Return the page ``old`` with its generated part made anew."""
    before, _, rest = old.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{reference()}\n{END}{after}"


def main(arguments: list[str]) -> int:
    """Write the page, or compare; return 1 where it has drifted."""
    os.environ["COLUMNS"] = "80"
    sys.path.insert(0, str(ROOT))
    old = PAGE.read_text(encoding="utf-8")
    new = page(old)
    if arguments != ["--check"]:
        PAGE.write_text(new, encoding="utf-8")
        return 0
    drift = difflib.unified_diff(old.splitlines(), new.splitlines(), "docs/cli.md", "the program", lineterm="", n=1)
    lines = list(drift)
    if lines:
        print("\n".join(lines))
        print("docs/cli.md has drifted: run python scripts/command_reference.py", file=sys.stderr)
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

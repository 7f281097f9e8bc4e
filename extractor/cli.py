"""The command line: which commands there are, and the one place where errors become messages and exit codes.

The commands are a literal list. Each is imported when it is used or its own help is asked for, so that
``extractor --help`` costs what typer costs and nothing more; ``tests/test_cli.py`` holds it to that.

Exit codes (docs/cli.md): 0 all done · 1 internal error · 2 usage or configuration · 3 some articles failed, results
kept · 4 none succeeded · 5 stopped by a cap on cost or tokens · 6 the provider refused (key, quota, model) · 130, 143
interrupted by Ctrl-C or SIGTERM · 141 whoever read our output has left (``| head``), as ``cat`` and ``grep`` return.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from extractor.errors import ExtractorError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

COMMANDS: dict[str, tuple[str, str]] = {
    "extract": ("extractor.commands.extract", "Read articles and print the events they report."),
    "archive": ("extractor.commands.archive", "Extract events from archives of any size, resumable."),
    "prompts": ("extractor.commands.prompts", "List, show, compare and check prompt versions."),
    "eval": ("extractor.commands.eval", "Measure extractions against hand-made labels."),
    "serve": ("extractor.commands.serve", "Serve pages and an HTTP API to this machine."),
    "mcp": ("extractor.commands.mcp", "Serve agents over the Model Context Protocol."),
    "models": ("extractor.commands.models", "List, fetch, verify and remove embedded models."),
    "doctor": ("extractor.commands.doctor", "Say what is installed, configured and reachable, and what to do."),
    "schema": ("extractor.commands.schema", "Print the JSON Schema of the results, or of a reply type."),
}
"""Name, module (its ``app`` is the command), and the line that ``extractor --help`` shows."""

INTERRUPTED, TERMINATED, READER_LEFT = 130, 143, 141


class _LateGroup(TyperGroup):
    """Knows the names and one-line helps of its commands, and imports a command when it is invoked."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - typer's own constructor, passed through
        super().__init__(**attributes)
        self.commands = {name: TyperCommand(name, help=line) for name, (_, line) in COMMANDS.items()}

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - typer keeps its context class private
        """Run the command; a reader of our output who has left ends it with the exit code that says so."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # typer would exit with 1, which means a bug here.
            raise typer.Exit(READER_LEFT) from None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - same
        """Return the real command in place of the stand-in that the list of commands holds."""
        name, stand_in, rest = super().resolve_command(ctx, args)
        return name, stand_in and load_command(str(name)), rest


def load_command(name: str) -> TyperCommand | TyperGroup:
    """Import the command ``name`` and return it."""
    from importlib import import_module  # noqa: PLC0415 - not needed for --help

    command: Any = typer.main.get_command(import_module(COMMANDS[name][0]).app)
    command.name = name
    return command  # type: ignore[no-any-return] # typer keeps its command class private


app = typer.Typer(
    cls=_LateGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Each command explains itself: extractor extract --help",
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the option's value
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - not needed for --help

        typer.echo(f"extractor {version('extractor')}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[  # noqa: ARG001 - its callback does the work
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks (as EXTRACTOR_DEBUG=1 does).")] = False,
) -> None:
    """Turn news articles into event data that is checked against the text."""
    if debug:
        os.environ["EXTRACTOR_DEBUG"] = "1"


def main(arguments: Sequence[str] | None = None, *, app: Callable[..., Any] = app) -> None:
    """Run the command line and exit; ``arguments`` default to the process's own."""
    terminated: list[int] = []

    def interrupt(number: int, _frame: FrameType | None) -> None:
        # SIGTERM takes the way of Ctrl-C: tasks are cancelled, files and servers closed; only the exit code differs.
        terminated.append(number)
        signal.raise_signal(signal.SIGINT)

    # A script's background jobs inherit an ignored SIGINT; without a handler SIGTERM would be lost with it.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        code = _run(app, arguments)
    finally:
        signal.signal(signal.SIGTERM, before)
    sys.exit(TERMINATED if code == INTERRUPTED and terminated else code)


def _run(app: Callable[..., Any], arguments: Sequence[str] | None) -> int:
    """Run one command and return its exit code: the one error boundary."""
    try:
        code = app(arguments, prog_name="extractor", standalone_mode=False)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python would complain about the unwritten rest when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_LEFT
    except ExtractorError as exc:
        _say(f"error: {exc}", f"hint: {exc.hint}" if exc.hint else "")
        _show_traceback_if_wanted()
        return exc.exit_code
    except typer.TyperException as exc:
        exc.show()  # type: ignore[attr-defined] # all that typer raises have it; their class is private
        return exc.exit_code
    except Exception as exc:  # noqa: BLE001 - the boundary: anything else is our own bug, reported in one line
        _say(
            f"error: {type(exc).__name__}: {exc}", "hint: this is a bug; add --debug or EXTRACTOR_DEBUG=1 to see where"
        )
        _show_traceback_if_wanted()
        return 1
    return code if isinstance(code, int) else 0


def _say(*lines: str) -> None:
    from extractor.render.terminal import clean_for_terminal  # noqa: PLC0415 - not needed where nothing goes wrong

    for line in filter(None, lines):
        print(" ".join(clean_for_terminal(line).split()), file=sys.stderr)  # noqa: T201 - an error's one line


def _show_traceback_if_wanted() -> None:
    if os.environ.get("EXTRACTOR_DEBUG", "") not in ("", "0"):
        import traceback  # noqa: PLC0415 - only for debugging

        traceback.print_exc()

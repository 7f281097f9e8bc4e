"""The command line's frame: quick to start, one line per error, the documented exit codes, completion."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from extractor import cli
from extractor.cli import COMMANDS, load_command, main
from extractor.errors import (
    ArticleTooLargeError,
    DeadlineError,
    ExtractorError,
    InputError,
    InvalidReplyError,
    ModelError,
    ModelFileError,
    PromptError,
    ProviderRefusedError,
    TransientError,
    TruncatedReplyError,
    UsageError,
)
from tests.command_line import ROOT, environment, extractor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAVY = {
    *("openai", "instructor", "pydantic", "pydantic_settings", "rich", "jinja2", "trafilatura", "htmldate", "lxml"),
    *("httpx2", "tenacity", "xllamacpp", "pyarrow", "pycountry", "numpy", "genai_prices", "asyncio"),
}


def modules_after(code: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after ``code``."""
    script = f"import sys\ntry:\n {code}\nexcept SystemExit: pass\nprint(chr(10).join(sys.modules), file=sys.stderr)"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment(), cwd=ROOT, check=True
    )
    return {name.partition(".")[0] for name in done.stderr.split()}


@pytest.mark.parametrize(
    "code", ["main(['--help'])", "main(['--version'])", "[load_command(name) for name in COMMANDS]"]
)
def test_help_loads_nothing_heavy(code: str) -> None:
    """Help, version and every command's list of options come without the model SDKs, pydantic, rich or lxml."""
    loaded = modules_after(f"from extractor.cli import *; {code}")
    assert "typer" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_loads_no_more_than_typer_itself(name: str) -> None:
    """Typer reads the options before a command with pydantic; nothing else that is heavy is loaded."""
    assert modules_after(f"from extractor.cli import main; main([{name!r}, '--help'])") & HEAVY <= {
        "pydantic",
        "asyncio",
    }


@pytest.mark.slow
def test_help_takes_at_most_ten_times_an_empty_python(tmp_path: Path) -> None:
    """CPU time, best of nine, both from compiled files: typer alone takes about six times an empty interpreter."""
    env = environment({"PYTHONPYCACHEPREFIX": str(tmp_path)})
    env.pop("PYTHONDONTWRITEBYTECODE", None)

    def best(*command: str) -> float:
        times = []
        for _ in range(9):
            before = os.times()
            subprocess.run([sys.executable, *command], capture_output=True, env=env, cwd=ROOT, check=True)  # noqa: S603 - our own interpreter
            after = os.times()
            times.append(after.children_user + after.children_system - before.children_user - before.children_system)
        return min(times)

    best("-m", "extractor", "--help")  # compiles
    # os.times counts in hundredths, an empty interpreter takes one or two: compare ten of them.
    empty = best("-c", "import subprocess, sys\nfor _ in range(9): subprocess.run([sys.executable, '-c', 'pass'])") / 10
    assert best("-m", "extractor", "--help") <= 10 * empty


def test_help_lists_every_command_with_its_own_first_words() -> None:
    """The list of commands is complete, and each stand-in's line is kept true to a command that exists."""
    shown = extractor("--help", folder=ROOT).out
    for name, (module, line) in COMMANDS.items():
        assert f"{name} " in shown
        assert " ".join(line.split()[:3]) in shown
        assert load_command(name).name == name
        assert module == f"extractor.commands.{name}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_explains_itself(name: str) -> None:
    """No command, subcommand or option is without a help text."""

    def walk(command: object, path: str) -> None:
        assert getattr(command, "help", None), path
        for param in getattr(command, "params", []):
            assert getattr(param, "help", None), f"{path} {param.name}"
        for child, sub in getattr(command, "commands", {}).items():
            walk(sub, f"{path} {child}")

    walk(load_command(name), name)


ERRORS: list[tuple[BaseException, int]] = [
    (ExtractorError("m", hint="h"), 1),
    (UsageError("m", hint="h"), 2),
    (PromptError("m", hint="h"), 2),
    (ModelFileError("m", hint="h"), 2),
    (InputError("m", hint="h"), 4),
    (ModelError("m", hint="h"), 4),
    (TransientError("m", hint="h"), 4),
    (DeadlineError("m", hint="h"), 4),
    (ProviderRefusedError("m", hint="h"), 6),
    (ArticleTooLargeError("m", hint="h"), 4),
    (TruncatedReplyError("m", hint="h"), 4),
    (InvalidReplyError("m", hint="h"), 4),
    (KeyboardInterrupt(), 130),
    (ZeroDivisionError("m"), 1),
]


def raising(error: BaseException) -> Callable[..., int]:
    """Return an app that raises ``error``."""

    def app(*_: object, **__: object) -> int:
        raise error

    return app


@pytest.mark.parametrize(("error", "code"), ERRORS, ids=lambda value: type(value).__name__)
def test_each_error_has_its_exit_code_and_its_two_lines(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says what happened, one what to do; standard output stays empty; no traceback."""
    with pytest.raises(SystemExit) as ended:
        main([], app=raising(error))
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (code, "")
    if isinstance(error, ExtractorError):
        assert said.err == "error: m\nhint: h\n"
    elif isinstance(error, ZeroDivisionError):
        assert said.err.startswith("error: ZeroDivisionError: m\nhint: this is a bug")
        assert "Traceback" not in said.err


def test_an_error_message_is_one_clean_line_whatever_it_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    """Line breaks and escape sequences of an input's name don't get into the message."""
    with pytest.raises(SystemExit):
        main([], app=raising(UsageError("bad \x1b[2J\n name", hint="")))
    assert capsys.readouterr().err == "error: bad ␛[2J name\n"


@pytest.mark.parametrize("how", [["--debug", "nope-such"], ["nope-such"]])
def test_a_usage_mistake_is_exit_2_on_standard_error(tmp_path: Path, how: list[str]) -> None:
    """An unknown command or option names itself, suggests, and leaves standard output empty."""
    ran = extractor(*how, folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "No such command 'nope-such'" in ran.err


def test_a_mistyped_command_is_suggested(tmp_path: Path) -> None:
    """The nearest command is named."""
    assert "Did you mean 'extract'?" in extractor("exract", folder=tmp_path).err


@pytest.mark.parametrize("how", ["flag", "environment"])
def test_debug_shows_the_traceback(tmp_path: Path, how: str) -> None:
    """With --debug or EXTRACTOR_DEBUG=1 the traceback follows the message."""
    arguments = (["--debug"] if how == "flag" else []) + ["schema", "--reply", "none"]
    ran = extractor(*arguments, folder=tmp_path, env={"EXTRACTOR_DEBUG": "1"} if how == "environment" else {})
    assert ran.code == 2
    assert ran.err.startswith("error: there is no reply type 'none'\nhint: known: ")
    assert "Traceback (most recent call last)" in ran.err
    assert "Traceback" not in extractor("schema", "--reply", "none", folder=tmp_path).err


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    """A pipe whose reader has gone (``| head``) ends the program quietly with 141, as it ends cat and grep."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "extractor", "schema"]
    closed = subprocess.run(  # noqa: S603 - our own interpreter and program
        command, stdout=writing, stderr=subprocess.PIPE, env=environment(), cwd=tmp_path, check=False
    )
    os.close(writing)
    assert (closed.returncode, closed.stderr) == (cli.READER_LEFT, b"")


@pytest.mark.parametrize(("signal_name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_ends_the_program_with_its_code(tmp_path: Path, signal_name: str, code: int) -> None:
    """A program that waits for standard input ends at once, without a traceback."""
    import signal  # noqa: PLC0415 - beside its use

    script = (
        "import sys, time; from extractor.cli import main\n"
        "def app(*_, **__):\n print('ready', flush=True); time.sleep(60)\nmain([], app=app)"
    )
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), cwd=tmp_path
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    began = time.monotonic()
    process.send_signal(getattr(signal, signal_name))
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (code, b"")
    assert time.monotonic() - began < 15  # of the 60 that it would sleep


def complete(shell: str, words: str, **extra: str) -> str:
    """Return what the program answers when ``shell`` asks how to go on after ``words``."""
    variables = {"_EXTRACTOR_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": words, **extra}
    if shell == "bash":
        variables |= {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    return extractor(folder=ROOT, env=variables).out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("extractor ex", {"extract"}),
        ("extractor ", set(COMMANDS)),
        ("extractor extract --form", {"--format"}),
        ("extractor extract --format j", {"json", "jsonl"}),
        ("extractor models pu", {"pull"}),
    ],
)
def test_completion_knows_commands_options_and_values(shell: str, words: str, expected: set[str]) -> None:
    """In each shell the same continuations are offered, with commands loaded late too."""
    answer = complete(shell, words, _TYPER_COMPLETE_FISH_ACTION="get-args")
    offered = {line.strip().strip('"').split("\t")[0].split('"')[0] for line in answer.replace("((", "\n").splitlines()}
    assert expected <= {word.strip("'") for word in offered}, answer


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_is_printed(shell: str) -> None:
    """--show-completion gives the shell's own script; bash accepts it."""
    ran = extractor("--show-completion", folder=ROOT, env={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"})
    assert ran.code == 2  # without detection a shell must be named
    script = extractor(
        "--show-completion", shell, folder=ROOT, env={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    )
    assert (script.code, "_EXTRACTOR_COMPLETE" in script.out) == (0, True)
    if shell == "bash" and (bash := shutil.which("bash")):
        subprocess.run([bash, "-n"], input=script.out, text=True, check=True)  # noqa: S603 - bash from PATH

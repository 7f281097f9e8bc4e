"""The documentation says what the program does: commands, settings, exit codes, fields, codebooks, links."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from enum import EnumType, StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from typer.core import TyperGroup

from extractor.cli import INTERRUPTED, READER_LEFT, TERMINATED, load_command
from extractor.commands.archive.sitting import STOPPED_BY_CAP
from extractor.commands.eval.baseline import BELOW
from extractor.commands.extract_run import NONE_SUCCEEDED, PROVIDER_REFUSED, SOME_FAILED
from extractor.commands.formats import Format
from extractor.errors import ExtractorError
from extractor.events import vocabulary
from extractor.events.counts import parse_count
from extractor.events.dates import resolve_when
from extractor.events.summary import Extraction
from extractor.scoring.figures import Bounds, Verdict
from extractor.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

ROOT = Path(__file__).parents[1]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in [*ROOT.glob("*.md"), *ROOT.glob("*/*.md")]
}
SCHEMA, CLI = PAGES["docs/schema.md"], PAGES["docs/cli.md"]
ENUMS = [value for value in vars(vocabulary).values() if isinstance(value, EnumType) and value is not StrEnum]
PUBLISHED = date(2024, 3, 5)


def rows(page: str, heading: str) -> list[list[str]]:
    """Return the cells of the last table under ``## heading`` but its head."""
    section = re.split(r"^## ", page.split(f"\n## {heading}\n")[1], flags=re.MULTILINE)[0]
    lines = section.split("|---")[-1].splitlines()[1:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines if line.startswith("|")]


def fields(model: type[BaseModel]) -> Iterator[str]:
    """Yield the names of all fields of ``model`` and of the models inside it."""
    schema = model.model_json_schema()
    for part in (schema, *schema["$defs"].values()):
        yield from part.get("properties", {})


def test_the_command_reference_is_what_the_program_says() -> None:
    """Every help text stands in docs/cli.md as the program prints it."""
    command = [sys.executable, "scripts/command_reference.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own script
    assert done.returncode == 0, done.stdout


def test_every_field_of_a_result_is_explained() -> None:
    """Each field of the published schema is named in docs/schema.md."""
    assert not [name for name in fields(Extraction) if f"`{name}`" not in SCHEMA]


@pytest.mark.parametrize("vocabulary_of", ENUMS, ids=lambda enum: str(enum.__name__))
def test_every_code_is_explained(vocabulary_of: type[StrEnum]) -> None:
    """Each value of each closed vocabulary is named in docs/schema.md."""
    assert not [str(value) for value in vocabulary_of if f"`{value}`" not in SCHEMA]


def test_the_types_stand_in_their_order_of_precedence() -> None:
    """The page lists the types in the order that decides between them."""
    listed = re.findall(r"^\| `(\w+)` \|", SCHEMA.split("\n## Types\n")[1].split("\n## ")[0], re.MULTILINE)
    assert listed == [str(kind) for kind in vocabulary.EventType]


@pytest.mark.parametrize("row", rows(SCHEMA, "Counts"), ids=str)
def test_the_table_of_numbers_is_what_the_code_computes(row: list[str]) -> None:
    """Words, bounds and form of the codebook's table."""
    phrases, low, high, form = row
    for phrase in re.findall(r'"([^"]+)"', phrases):
        value = parse_count(phrase)
        assert value is not None, phrase
        bounds = ["null" if bound is None else str(bound) for bound in (value.min, value.max)]
        assert [*bounds, f"`{value.form}`"] == [low, high, form]


@pytest.mark.parametrize("row", rows(SCHEMA, "Time"), ids=str)
def test_the_table_of_dates_is_what_the_code_computes(row: list[str]) -> None:
    """Basis and days of the codebook's table."""
    basis, _, words, start, end = row
    when = resolve_when(None if words == "null" else words.strip('"'), PUBLISHED)
    assert [f"`{when.basis}`", str(when.start or "null"), str(when.end or "null")] == [basis, start, end]


def test_every_setting_is_documented() -> None:
    """Each setting stands in the table with its variable, and what the table names is a setting."""
    table = rows(CLI, "Settings")
    variables = {f"EXTRACTOR_{name.upper()}" for name in Settings.model_fields if not name.startswith("openai_")}
    named = {name for row in table for name in re.findall(r"`([A-Z_]+)`", row[1])}
    assert named == variables | {"OPENAI_API_KEY", "OPENAI_BASE_URL"}
    assert {row[2].strip("`") for row in table} - {"never"} <= set(Settings.model_fields)


def test_every_exit_code_is_documented() -> None:
    """Each code that an error or a command ends with stands in the table, and no other."""
    documented = {int(code) for row in rows(CLI, "Exit codes") for code in row[0].split(", ")}
    results: tuple[Literal["pass", "fail", "too_little_data"], ...] = ("pass", "fail", "too_little_data")
    verdicts = {Verdict(result=result, reasons=(), bounds=Bounds()).exit_code for result in results}
    pending, codes = [ExtractorError], verdicts | {SOME_FAILED, NONE_SUCCEEDED, STOPPED_BY_CAP, PROVIDER_REFUSED, BELOW}
    while pending:
        error = pending.pop()
        codes.add(error.exit_code)
        pending += error.__subclasses__()
    assert documented == codes | {INTERRUPTED, TERMINATED, READER_LEFT}


def test_every_format_is_documented() -> None:
    """Each format but the table stands with what it is good for."""
    assert {row[0].strip("`") for row in rows(CLI, "What goes where")} == set(Format) - {Format.TABLE}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """Each link to another page, and each heading that it names, exists."""
    for target in re.findall(r"\]\((?!https?://)([^)]+)\)", PAGES[page]):
        name, _, anchor = target.partition("#")
        path = (ROOT / page).parent / name if name else ROOT / page
        assert path.exists(), target
        headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE) if anchor else []
        slugs = [re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings]
        assert not anchor or anchor in slugs, target


def test_pages_that_the_code_names_exist() -> None:
    """A comment, docstring or message never sends anybody to a page that is not there."""
    sources = [path for folder in ("extractor", "prompts", "scripts", "tests") for path in (ROOT / folder).rglob("*.*")]
    text = "".join(path.read_text("utf-8") for path in sources if path.suffix in {".py", ".toml", ".jinja", ".md"})
    named = set(re.findall(r"\bdocs/[\w-]+\.md", text))
    assert not {name for name in named if not (ROOT / name).exists()}


def test_the_commands_for_measuring_are_what_the_page_says() -> None:
    """Each command line of docs/evaluation.md names a command that exists, and only options that it has."""
    lines = re.findall(r"^extractor (.+?)(?:\s+#.*)?$", PAGES["docs/evaluation.md"], re.MULTILINE)
    assert len(lines) > 15
    for line in lines:
        words = line.split()
        command = load_command(words.pop(0))
        while isinstance(command, TyperGroup):
            command = command.commands[words.pop(0)]  # type: ignore[assignment] # typer's own commands, all of them
        options = {option for parameter in command.params for option in parameter.opts}
        assert not {word for word in words if word.startswith("--")} - options, line

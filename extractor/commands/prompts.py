"""``extractor prompts``: list, show, word, compare, check, copy, publish and promote prompt versions."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - typer reads the annotations when it runs
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from extractor.commands import prompt_promotion
from extractor.errors import InputError, PromptError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from extractor.articles.article import Article, Sentence
    from extractor.prompts.lock import Lock
    from extractor.prompts.registry import Prompt

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

app = typer.Typer(
    help="List, show, compare and check prompt versions.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Spec = Annotated[
    str, typer.Argument(metavar="NAME@VERSION", help="A prompt version; NAME alone is its production one.")
]
Folder = Annotated[
    Path | None,
    typer.Option("--prompts-dir", metavar="FOLDER", help="Prompts of your own.  [default: the shipped ones]"),
]


@app.command("list")
def list_prompts(*, prompts_dir: Folder = None) -> None:
    """List all prompt versions, whether they are published, and why they exist."""
    from extractor.prompts.lock import read_lock
    from extractor.prompts.registry import names, prompts_folder, versions_of

    root = prompts_folder(_folder(prompts_dir))
    lock = read_lock(root)
    rows = [("PROMPT", "STATE", "REPLY", "STEPS", "WHY")]
    rows += [_row(root, lock, name, version) for name in names(root) for version in versions_of(root, name)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    _print("\n".join("  ".join([*map(str.ljust, row, widths), row[4]]) for row in rows))


@app.command()
def show(
    spec: Spec,
    *,
    file: Annotated[str | None, typer.Option("--file", help="Only this file, as it is.")] = None,
    prompts_dir: Folder = None,
) -> None:
    """Show a version: what it asks for, and its files."""
    prompt = _load(spec, prompts_dir)
    if file is None:
        _print("\n".join(_described(prompt)))
    elif file in prompt.files:
        _print(prompt.files[file].rstrip("\n"))
    else:
        raise PromptError(f"{prompt.spec} has no file {file!a}.", hint=f"Its files: {', '.join(prompt.files)}.")


@app.command()
def render(  # noqa: PLR0913 - a command has as many parameters as options
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="A file, or - for standard input.")],
    *,
    prompt: Annotated[str | None, typer.Option(metavar="NAME@VERSION", help="Prompt version.")] = None,
    step: Annotated[str | None, typer.Option(help="One of its steps.  [default: the first]")] = None,
    sentences: Annotated[
        str | None, typer.Option(metavar="N|N-M", help="Sentences to ask about, for a step per window or sentence.")
    ] = None,
    event: Annotated[str | None, typer.Option(metavar="JSON", help="Event to ask about, for a step per event.")] = None,
    published: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Publication date; beats what the article says.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As the JSON list of messages that is sent.")] = False,
    prompts_dir: Folder = None,
) -> None:
    """Print the messages for an article exactly as they are sent; their estimated tokens go to standard error."""
    from extractor.prompts.render import estimate_tokens
    from extractor.prompts.render import render as word
    from extractor.settings import load_settings

    settings = load_settings({"prompt": prompt})
    version = _load(settings.prompt or "events", prompts_dir)
    asked = version.step(step) if step else version.steps[0]
    read = _read(article, published)
    about = _sentences(read, sentences)
    messages = word(version, asked, read, window=about, sentence=about[0] if about else None, event=_event(event))
    if as_json:
        from extractor.prompts.examples import compact_json

        _print(compact_json([{"role": message.role, "content": message.content} for message in messages]))
    else:
        _print("\n\n".join(f"--- {message.role} ---\n{message.content}" for message in messages))
    typer.echo(f"{version.spec}, step {asked.name}: about {estimate_tokens(messages)} tokens", err=True)


@app.command()
def diff(  # noqa: PLR0913 - a command has as many parameters as options
    before: Annotated[str, typer.Argument(metavar="A", help="A prompt version.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The version to compare with it.")],
    *,
    on: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="Ask both versions about these articles, and show which events change."),
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="The model to ask; as for extractor extract.")
    ] = None,
    base_url: Annotated[str | None, typer.Option(metavar="URL", help="OpenAI-compatible endpoint.")] = None,
    prompts_dir: Folder = None,
) -> None:
    """Show what differs between two versions: their text and, with --on, the events that come out."""
    from extractor.prompts.diff import text_diff

    old, new = _load(before, prompts_dir), _load(after, prompts_dir)
    _print(text_diff(old, new).rstrip("\n"))
    if on is not None:
        from extractor.commands.prompt_effect import effect_lines, run_effect
        from extractor.settings import load_settings

        report = run_effect(old, new, on, load_settings({"model": model, "base_url": base_url}))
        _print("\n".join(effect_lines(report)))


@app.command()
def new(  # noqa: PLR0913 - a command has as many parameters as options
    name: Annotated[str, typer.Argument(metavar="NAME", help="An existing name, or a new one.")],
    *,
    source: Annotated[str, typer.Option("--from", metavar="NAME@VERSION", help="The version to start from.")],
    why: Annotated[str, typer.Option(help="One line: why the new version exists.")],
    examples: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Add corrections of a review as examples; see extractor archive review."),
    ] = None,
    most: Annotated[int, typer.Option(min=1, max=20, help="With --examples: how many at most.")] = 4,
    prompts_dir: Folder = None,
) -> None:
    """Copy a version to the next version of NAME, as a draft to edit."""
    from extractor.prompts.publish import load_origin, new_version
    from extractor.prompts.registry import prompts_folder

    more: dict[str, str] = {}
    if examples is not None:
        from extractor.evaluation.review.few_shot import examples_from

        found = examples_from(examples, load_origin(source, prompts_folder(_folder(prompts_dir))), most=most)
        more[found.file] = found.text
        refused = f"; {found.refused} more could be none" if found.refused else ""
        hidden = f"; {found.hidden} articles of the half test left alone" if found.hidden else ""
        typer.echo(f"{len(found.articles)} examples, of {', '.join(found.articles)}{refused}{hidden}", err=True)
    draft = new_version(name, source, why, _folder(prompts_dir), more=more)
    _print(str(draft.folder))
    typer.echo(f"{draft.spec} is a draft: edit it, check it, then publish it with prompts lock", err=True)


@app.command()
def check(
    spec: Annotated[
        str | None, typer.Argument(metavar="[NAME@VERSION]", help="Only this version.", show_default=False)
    ] = None,
    *,
    prompts_dir: Folder = None,
) -> None:
    """Check that published versions are unchanged, templates safe, and examples right by their own articles."""
    from extractor.prompts.check import check_folder, check_version
    from extractor.prompts.lock import read_lock
    from extractor.prompts.registry import prompts_folder, resolve

    root = prompts_folder(_folder(prompts_dir))
    if spec is None:
        specs, findings = check_folder(root)
    else:
        lock = read_lock(root)
        name, version = resolve(spec, root, lock)
        specs, findings = (f"{name}@{version}",), check_version(root, lock, name, version)
    if findings:
        _print("\n".join(map(str, findings)))
        bad = sorted({finding.spec for finding in findings})
        raise PromptError(
            f"{len(findings)} problem(s) in {', '.join(bad)}",
            hint="restore what was published, or continue as a new version with extractor prompts new",
        )
    _print(f"good: {', '.join(specs) or 'no versions'}")


@app.command("lock")
def lock_version(spec: Spec, *, prompts_dir: Folder = None) -> None:
    """Publish a draft: check it and write its hashes into lock.toml. It can never change after that."""
    from extractor.prompts.publish import publish

    published = publish(spec, _folder(prompts_dir))
    _print(f"{published.spec} is published: {published.digest}")


app.command("promote")(prompt_promotion.promote)


def _load(spec: str, flag: Path | None) -> Prompt:
    """Load a version, with a note where it is a draft."""
    from extractor.prompts.registry import load

    prompt = load(spec, _folder(flag))
    if not prompt.published:
        typer.echo(f"note: {prompt.spec} is a draft; its wording may change under this name", err=True)
    return prompt


def _folder(flag: Path | None) -> Path | None:
    """Return the prompts folder that the flag or the settings name; None: the shipped one."""
    from extractor.settings import load_settings

    named = load_settings({"prompts_dir": str(flag) if flag else None}).prompts_dir
    return Path(named).expanduser() if named else None


def _row(root: Path, lock: Lock, name: str, version: str) -> tuple[str, str, str, str, str]:
    """Describe one version in a line; one that cannot be used says why."""
    from extractor.prompts.registry import read_version

    spec = f"{name}@{version}"
    try:
        prompt = read_version(root, lock, name, version)
    except PromptError as error:
        return (spec, "unusable", "-", "-", str(error).removeprefix(f"{spec}: "))
    state = "published" if prompt.published else "draft"
    if lock.production.get(name) == version:
        state = "production"
    return (spec, state, prompt.reply, "+".join(step.name for step in prompt.steps), prompt.why)


def _described(prompt: Prompt) -> Iterable[str]:
    """Yield the lines of ``prompts show``."""
    yield f"{prompt.spec}  {'published' if prompt.published else 'draft'}  {prompt.digest}"
    yield f"why    {prompt.why}"
    yield f"reply  {prompt.reply}"
    for step in prompt.steps:
        p = step.parameters
        sampling = f"temperature {p.temperature}, max_tokens {p.max_tokens}, seed {p.seed}"
        yield f"step   {step.name}: per {step.per}, replies {step.reply}; {sampling}"
        yield from (f"         {source.role}: {source.file}" for source in step.messages)
    for name, text in prompt.files.items():
        yield f"\n=== {name}\n{text.rstrip()}"


def _read(source: str, published: datetime | None) -> Article:
    """Read the one article of an input; raise InputError where there is none, or more."""
    from extractor.articles.article import Article
    from extractor.articles.read import ReadOptions, read

    found = list(read(source, options=ReadOptions(published=published.date() if published else None)))
    if len(found) != 1:
        raise InputError(f"{source!r} holds {len(found)} articles", hint="name the file of one article")
    if not isinstance(found[0], Article):
        raise found[0].error
    return found[0]


def _sentences(article: Article, named: str | None) -> list[Sentence] | None:
    """Return the sentences that ``N`` or ``N-M`` names, furniture left out; raise UsageError where there are none."""
    if named is None:
        return None
    first, _, last = named.partition("-")
    last = last or first
    if not (first.isdecimal() and last.isdecimal()):
        raise UsageError(f"--sentences {named!r} is no number and no range", hint="write 7, or 7-12")
    found = [s for s in article.sentences if int(first) <= s.number <= int(last) and not s.furniture]
    if not found:
        count = len(article.sentences)
        raise UsageError(f"{article.source!r} has no text in sentences {named}", hint=f"it has sentences 1-{count}")
    return found


def _event(text: str | None) -> Mapping[str, Any] | None:
    import json

    if text is None:
        return None
    try:
        event = json.loads(text)
    except ValueError as error:
        raise UsageError(f"--event is no JSON: {error}", hint="""write it as '{"sentences": [3]}'""") from error
    if not isinstance(event, dict):
        raise UsageError("--event is no JSON object", hint="""write it as '{"sentences": [3]}'""")
    return event


def _print(text: str) -> None:
    """Write ``text`` to standard output: as it is for programs, line by line without control characters for people."""
    import sys

    from extractor.render.terminal import clean_for_terminal, is_terminal, write_utf8

    if is_terminal(sys.stdout):
        text = "\n".join(map(clean_for_terminal, text.split("\n")))
    else:
        write_utf8(sys.stdout)
    typer.echo(text, nl=bool(text))

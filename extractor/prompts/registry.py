"""Prompt versions as they lie on disk: where the folder is, what is in it, and one version as a frozen value.

::

    prompts/
      lock.toml                what is published, and the hashes that prove it unchanged
      events/
        v1/
          prompt.toml          why, reply type, parameters, values, steps
          *.jinja              templates
          *-examples.toml      few-shot examples, as data

``events@v1`` names a version, ``events@production`` the one that was promoted, ``events`` alone the promoted one or,
where there is none, the newest published one. A version that is not in the lock is a draft: it can be used, and says
so. A published version that no longer matches its hashes is refused, so that no result can carry the name of a prompt
that was not asked.

A name cannot leave the folder: it must match a narrow pattern, it is then looked up in the folder's own listing (never
joined to a path by hand), and symbolic links are refused at every level.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from extractor.errors import PromptError
from extractor.events.reply import EXTRACTS
from extractor.llm.boundary import Parameters
from extractor.prompts.lock import differences, digest_of, hash_files, read_lock
from extractor.prompts.manifest import FILE_NAME, MANIFEST, ParametersTable, Per, StepTable, read_manifest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractor.prompts.lock import Lock

MAX_FILE_BYTES: Final = 1_000_000
MAX_FILES: Final = 64
_NAME: Final = r"[a-z][a-z0-9]{0,31}(?:-[a-z0-9]{1,32}){0,4}"
_VERSION: Final = r"v[1-9][0-9]{0,3}"
NAME: Final = re.compile(_NAME)
VERSION: Final = re.compile(_VERSION)
PRODUCTION: Final = "production"
"""Stands in the place of a version and means the one that was promoted (``extractor prompts promote``)."""
_SPEC: Final = re.compile(rf"(?P<name>{_NAME})(?:@(?P<version>{_VERSION}|{PRODUCTION}))?")


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of a step's messages: a template with its role, or (role "examples") a file of examples."""

    role: str
    file: str

    @property
    def fixed(self) -> bool:
        """Whether it is worded without the article, and so the same for every article."""
        return self.role in ("system", "examples")


@dataclass(frozen=True, slots=True)
class Step:
    """One question of a prompt version: asked per article, sentence or event, answered by one reply type."""

    name: str
    reply: str
    per: Per
    messages: tuple[Source, ...]
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Prompt:
    """One version of a prompt, whole and frozen. Two are the same when name, version and digest are."""

    name: str
    version: str
    digest: str
    """Tagged SHA-256 over all its files; stands in the provenance of every extraction."""
    published: bool
    """In the lock, and unchanged since; False: a draft, whose wording may change under the same name."""
    why: str = field(compare=False)
    reply: str = field(compare=False)
    """The reply type in which the whole prompt ends."""
    steps: tuple[Step, ...] = field(compare=False)
    parameters: Parameters = field(compare=False)
    values: Mapping[str, Any] = field(compare=False)
    files: Mapping[str, str] = field(compare=False, repr=False)
    """Text of every file by name, line ends as LF."""
    folder: Path = field(compare=False, repr=False)

    @property
    def spec(self) -> str:
        """``name@version``."""
        return f"{self.name}@{self.version}"

    def step(self, name: str) -> Step:
        """Return the step called ``name``; raise PromptError when there is none."""
        for step in self.steps:
            if step.name == name:
                return step
        known = ", ".join(step.name for step in self.steps)
        raise PromptError(f"{self.spec} has no step {name!r}.", hint=f"Its steps: {known}.")


def shipped_folder() -> Path:
    """Return the prompts that come with this program: inside the installed package, or beside a source checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_prompts", package.parent / "prompts"):
        if folder.is_dir():
            return folder
    raise PromptError("The prompts that belong to extractor are missing.", hint="Install extractor again.")


def prompts_folder(folder: Path | None = None) -> Path:
    """Return ``folder``, or the shipped prompts when it is None; the working directory is never searched."""
    if folder is None:
        return shipped_folder()
    if not folder.is_dir():
        raise PromptError(f"There is no prompts folder {str(folder)!r}.", hint="Name an existing folder.")
    return folder


def prompt_for_model(kind: Literal["embedded", "endpoint"]) -> str:
    """Return the prompt to ask with where none is named: a small model is asked in small steps."""
    return {"embedded": "events-lite", "endpoint": "events"}[kind]


def parse_spec(spec: str) -> tuple[str, str | None]:
    """Split ``NAME``, ``NAME@VERSION`` or ``NAME@production``; raise PromptError for anything else."""
    match = _SPEC.fullmatch(spec) if len(spec) <= 200 else None  # noqa: PLR2004 - far above any name
    if match is None:
        hint = "Write NAME or NAME@VERSION, as in events@v1: small letters, digits and hyphens only."
        raise PromptError(f"{spec[:80]!a} is no prompt name.", hint=hint)
    return match["name"], match["version"]


def load(spec: str, folder: Path | None = None) -> Prompt:
    """Return the prompt version that ``spec`` names, from ``folder`` or the shipped prompts.

    Raises:
        PromptError: Not a name, not there, malformed, or published and changed since.
    """
    root = prompts_folder(folder)
    lock = read_lock(root)
    return read_version(root, lock, *resolve(spec, root, lock))


def load_extracting(spec: str, folder: Path | None = None) -> Prompt:
    """Return the prompt version that ``spec`` names, as :func:`load` does; it must be one to extract with.

    Raises:
        PromptError: Also where it asks about something else than an article.
    """
    prompt = load(spec, folder)
    if prompt.reply not in EXTRACTS:
        message = f"{prompt.spec} replies {prompt.reply}: it is no prompt to extract events with"
        raise PromptError(message, hint="extractor prompts list shows what each version is for")
    return prompt


def resolve(spec: str, root: Path, lock: Lock) -> tuple[str, str]:
    """Return the name and the version that ``spec`` means; raise PromptError where it means none."""
    name, version = parse_spec(spec)
    if version in (None, PRODUCTION):
        return name, default_version(root, lock, name, promoted=version is not None)
    assert version is not None
    return name, version


def default_version(root: Path, lock: Lock, name: str, *, promoted: bool = False) -> str:
    """Return the production version of ``name``, else (unless it has to be ``promoted``) its newest published one."""
    if name in lock.production:
        return lock.production[name]
    if promoted:
        hint = f"extractor prompts promote {name}@v1 gives the label to a version that passed its gate"
        raise PromptError(f"No version of the prompt {name!r} is promoted.", hint=hint)
    published = [v for v in versions_of(root, name) if f"{name}@{v}" in lock.versions]
    if published:
        return published[-1]
    drafts = ", ".join(f"{name}@{v}" for v in versions_of(root, name)) or "none"
    raise PromptError(f"No version of the prompt {name!r} is published.", hint=f"Name a draft in full: {drafts}.")


def names(root: Path) -> tuple[str, ...]:
    """Return the prompt names in ``root``, sorted; other files and folders are no prompts."""
    return tuple(sorted(entry.name for entry in _listing(root) if NAME.fullmatch(entry.name) and entry.is_dir()))


def versions_of(root: Path, name: str) -> tuple[str, ...]:
    """Return the versions of ``name`` from oldest to newest; raise PromptError when the name is unknown."""
    folder = _entry(root, name, names(root), "prompt")
    found = (entry.name for entry in _listing(folder) if VERSION.fullmatch(entry.name) and entry.is_dir())
    return tuple(sorted(found, key=lambda version: int(version[1:])))


def read_version(root: Path, lock: Lock, name: str, version: str) -> Prompt:
    """Return one version, checked against ``lock``; raise PromptError like :func:`load`."""
    spec = f"{name}@{version}"
    files, hashes = read_files(root, name, version)
    entry = lock.versions.get(spec)
    if entry is not None and (changes := differences(entry, hashes)):
        listed = ", ".join(f"{file} ({change})" for file, change in changes)
        hint = f"Restore it, or continue as a new version: extractor prompts new {name} --from {spec}"
        raise PromptError(f"{spec} is published, but differs from its lock: {listed}.", hint=hint)
    texts = {file: _decode(data, spec, file) for file, data in files.items()}
    manifest = read_manifest(texts[MANIFEST], spec)
    parameters = _parameters(Parameters(), manifest.parameters)
    return Prompt(
        name=name,
        version=version,
        digest=digest_of(hashes),
        published=entry is not None,
        why=manifest.why,
        reply=manifest.reply,
        steps=tuple(_step(table, parameters, texts, spec) for table in manifest.steps),
        parameters=parameters,
        values=_frozen(manifest.values),
        files=MappingProxyType(texts),
        folder=root / name / version,
    )


def read_files(root: Path, name: str, version: str) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return the files of a version (bytes, CRLF as LF) and their hashes.

    Hidden files are no part of a version (templates cannot name them). Anything else that is not a plain file with a
    name of ours is refused, because what is not hashed must not be used.
    """
    spec = f"{name}@{version}"
    folder = _entry(_entry(root, name, names(root), "prompt"), version, versions_of(root, name), f"{name} version")
    files: dict[str, bytes] = {}
    for entry in _listing(folder):
        if entry.name.startswith("."):
            continue
        if entry.is_symlink() or not entry.is_file(follow_symlinks=False) or not FILE_NAME.fullmatch(entry.name):
            hint = "Only plain .toml, .jinja and .md files with lower-case names belong to a prompt version."
            raise PromptError(f"{spec}: {entry.name!a} does not belong in its folder.", hint=hint)
        if len(files) == MAX_FILES or entry.stat().st_size > MAX_FILE_BYTES:
            raise PromptError(f"{spec}: more than {MAX_FILES} files, or one over {MAX_FILE_BYTES} bytes.")
        files[entry.name] = Path(entry.path).read_bytes().replace(b"\r\n", b"\n")
    if MANIFEST not in files:
        raise PromptError(f"{spec}: {MANIFEST} is missing.", hint="docs/prompts.md shows a whole version.")
    return files, hash_files(files)


def _entry(folder: Path, name: str, listed: tuple[str, ...], kind: str) -> Path:
    """Return ``folder/name`` where the folder's own listing holds it as a real directory."""
    if name not in listed:
        near = get_close_matches(name, listed, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(listed) or 'none'}."
        raise PromptError(f"There is no {kind} {name!a} in {str(folder)!r}.", hint=hint)
    path = folder / name
    if path.is_symlink() or path.resolve().parent != folder.resolve():
        raise PromptError(f"The {kind} {name!r} in {str(folder)!r} is a link.", hint="Put the folder itself there.")
    return path


def _listing(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _decode(data: bytes, spec: str, file: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PromptError(f"{spec}: {file} is not UTF-8 (byte {error.start}).", hint="Save it as UTF-8.") from error


def _step(table: StepTable, parameters: Parameters, texts: Mapping[str, str], spec: str) -> Step:
    sources = []
    for entry in table.messages:
        file = entry.template or entry.examples or ""
        if file not in texts:
            raise PromptError(f"{spec}: step {table.name!r} names {file!r}, which is not in its folder.")
        sources.append(Source(entry.role or "examples", file))
    return Step(table.name, table.reply, table.per, tuple(sources), _parameters(parameters, table.parameters))


def _parameters(base: Parameters, table: ParametersTable) -> Parameters:
    """Return ``base`` with what ``table`` sets; "none" unsets."""

    def chosen(value: Any, default: Any) -> Any:  # noqa: ANN401 - three fields of three types, one rule
        return default if value is None else None if value == "none" else value

    return Parameters(
        temperature=chosen(table.temperature, base.temperature),
        max_tokens=chosen(table.max_tokens, base.max_tokens),
        seed=chosen(table.seed, base.seed),
    )


def _frozen(value: Any) -> Any:  # noqa: ANN401 - TOML values of any shape
    """Return ``value`` with dicts and lists made read-only, at every depth."""
    if isinstance(value, dict):
        return MappingProxyType({key: _frozen(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return tuple(_frozen(inner) for inner in value)
    return value

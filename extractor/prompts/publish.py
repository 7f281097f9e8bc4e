"""The two ways in which a prompt version comes into being: copied as a draft, and published.

``new_version`` copies a version to the next free number of a name; the copy is a draft, to be edited and tried at will.
``publish`` checks a draft and writes its hashes into the lock; from then on it never changes, and any further idea is a
new version. Publishing cannot be repeated or undone here.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from extractor.errors import PromptError
from extractor.prompts import registry
from extractor.prompts.check import check_version
from extractor.prompts.lock import LockEntry, differences, read_lock, write_lock
from extractor.prompts.manifest import MANIFEST, read_manifest
from extractor.prompts.render import wording_digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractor.prompts.registry import Prompt

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_WHY_LINE: Final = re.compile(r"^why[ \t]*=[^\n]*$", re.MULTILINE)


def new_version(
    name: str, source: str, why: str, folder: Path | None = None, *, more: Mapping[str, str] = _NOTHING
) -> Prompt:
    """Copy the version ``source`` to the next version of ``name`` and return that draft.

    Args:
        name: An existing name, whose next number is taken, or a new one, which starts at v1.
        source: The version to copy, in ``folder`` or, where it is not there, among the shipped ones.
        why: One line that says why the new version exists; replaces the one of ``source``.
        folder: The prompts folder to write to; None: that of a source checkout.
        more: Text that is appended to files of the version, such as examples, by name.

    Raises:
        PromptError: A bad name or line, an unknown source, or no folder that may be written to.
    """
    if not registry.NAME.fullmatch(name):
        raise PromptError(f"{name[:80]!a} is no prompt name.", hint="Small letters, digits and hyphens only.")
    root = registry.prompts_folder(folder)
    if folder is None and root.name.startswith("_"):
        raise PromptError(
            "The prompts inside the installed package cannot be added to.",
            hint="Make a folder of your own and name it: --prompts-dir my-prompts",
        )
    origin = load_origin(source, root)
    taken = registry.versions_of(root, name) if name in registry.names(root) else ()
    version = f"v{int(taken[-1][1:]) + 1 if taken else 1}"
    files = {file: text + more.get(file, "") for file, text in origin.files.items()}
    files[MANIFEST] = _WHY_LINE.sub(lambda _: f"why = {json.dumps(why, ensure_ascii=False)}", files[MANIFEST], count=1)
    if read_manifest(files[MANIFEST], f"{name}@{version}").why != why:
        raise PromptError(f"{origin.spec}: {MANIFEST} has no line that begins with why.", hint="Write it on one line.")
    _write_folder(root / name, version, files)
    return registry.load(f"{name}@{version}", root)


def publish(spec: str, folder: Path | None = None) -> Prompt:
    """Check the draft ``spec`` and write its hashes into the lock; return it as published.

    Raises:
        PromptError: The version is not named in full, published already, or has something wrong with it.
    """
    root = registry.prompts_folder(folder)
    lock = read_lock(root)
    name, version = registry.parse_spec(spec)
    if version is None:
        raise PromptError(f"Which version of {name!r}?", hint=f"Name it in full: {name}@v1")
    _, hashes = registry.read_files(root, name, version)
    if spec in lock.versions:
        state = "has changed since" if differences(lock.versions[spec], hashes) else "is unchanged since"
        hint = f"Continue as a new version: extractor prompts new {name} --from {spec}"
        raise PromptError(f"{spec} is published already, and {state}.", hint=hint)
    if findings := check_version(root, lock, name, version):
        listed = "; ".join(f"{finding.where}: {finding.message}" for finding in findings)
        raise PromptError(f"{spec} cannot be published: {listed}", hint=f"See extractor prompts show {spec}")
    prompt = registry.read_version(root, lock, name, version)
    entry = LockEntry(prompt.digest, wording_digest(prompt), hashes)
    write_lock(root, replace(lock, versions={**lock.versions, spec: entry}))
    return replace(prompt, published=True)


def load_origin(source: str, root: Path) -> Prompt:
    """Load the version that a new one starts from: ``source`` in ``root``, else among the shipped prompts."""
    name, _ = registry.parse_spec(source)
    return registry.load(source, root if name in registry.names(root) else None)


def _write_folder(parent: Path, version: str, files: dict[str, str]) -> None:
    """Write a version folder whole: it appears under its name when all its files are there."""
    parent.mkdir(exist_ok=True)
    building = Path(tempfile.mkdtemp(dir=parent, prefix=".new-"))
    try:
        for file, text in files.items():
            (building / file).write_text(text, encoding="utf-8", newline="\n")
        building.chmod(0o755)
        building.rename(parent / version)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise

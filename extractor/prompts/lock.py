"""The lock file: proof that a published prompt version has not changed since.

A figure says "events@v1"; that is worth something only while events@v1 stays what it was. So ``lock.toml`` keeps, for
every published version, three kinds of hash, each written with its algorithm (``sha256:…``):

- ``files``   one per file of the version folder, over its bytes with CRLF read as LF, so that a checkout on another
  system still matches; they tell *which* file changed.
- ``digest``  over the sorted list of names and file hashes. It identifies the version, and stands in the provenance of
  every extraction.
- ``wording`` over the messages that are the same for every article (system and examples) as this program words them.
  It changes when the files did not but the code that words them did.

``[production]`` names the version that a bare prompt name means.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from extractor.errors import PromptError

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCK_FILE: Final = "lock.toml"
_HEADER: Final = """\
# Hashes of the published prompt versions, written by `extractor prompts lock NAME@VERSION`.
# A published version never changes: `extractor prompts check` compares these hashes and names the file that differs.
"""
_Tagged = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class LockEntry:
    """The hashes of one published version."""

    digest: str
    wording: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lock:
    """What ``lock.toml`` holds: published versions by ``name@version``, production version by name."""

    versions: Mapping[str, LockEntry] = field(default_factory=dict)
    production: Mapping[str, str] = field(default_factory=dict)


class _EntryTable(BaseModel):
    model_config = ConfigDict(extra="forbid")
    digest: _Tagged
    wording: _Tagged
    files: dict[str, _Tagged]


class _LockTable(BaseModel):
    model_config = ConfigDict(extra="forbid")
    production: dict[str, str] = {}
    versions: dict[str, _EntryTable] = {}


def tagged_sha256(data: bytes) -> str:
    """Return ``sha256:`` and the hex digest of ``data``."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def hash_files(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the tagged hash of each file, in the order of their names; ``files`` holds LF-normalised bytes."""
    return {name: tagged_sha256(files[name]) for name in sorted(files)}


def digest_of(hashes: Mapping[str, str]) -> str:
    """Return the digest of a version from the hashes of its files."""
    listing = "".join(f"{name}\0{hashes[name]}\n" for name in sorted(hashes))
    return tagged_sha256(b"extractor prompt\n" + listing.encode())


def differences(entry: LockEntry, hashes: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return (file, "changed" | "missing" | "added") for each file that differs from its published state."""
    found = []
    for name in sorted({*entry.files, *hashes}):
        if name not in hashes:
            found.append((name, "missing"))
        elif name not in entry.files:
            found.append((name, "added"))
        elif hashes[name] != entry.files[name]:
            found.append((name, "changed"))
    return tuple(found)


def read_lock(folder: Path) -> Lock:
    """Return the lock of a prompts folder; an absent file is an empty lock.

    Raises:
        PromptError: The file is malformed, or an entry's digest does not follow from its own file hashes.
    """
    path = folder / LOCK_FILE
    hint = "Restore it from version control; it is written by `extractor prompts lock` only."
    try:
        table = _LockTable.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Lock()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise PromptError(f"{LOCK_FILE} in {str(folder)!r} cannot be read: {reason}", hint=hint) from error
    for spec, entry in table.versions.items():
        if digest_of(entry.files) != entry.digest:
            message = f"{LOCK_FILE} in {str(folder)!r}: the digest of {spec} does not follow from its file hashes"
            raise PromptError(message, hint=hint)
    entries = {spec: LockEntry(entry.digest, entry.wording, entry.files) for spec, entry in table.versions.items()}
    return Lock(entries, table.production)


def write_lock(folder: Path, lock: Lock) -> None:
    """Write ``lock.toml`` in one step: a reader sees the old file or the new one, never half of either."""
    lines = [_HEADER]
    if lock.production:
        lines += ["[production]", *(f'{name} = "{lock.production[name]}"' for name in sorted(lock.production)), ""]
    for spec in sorted(lock.versions):
        entry = lock.versions[spec]
        lines += [f'[versions."{spec}"]', f'digest = "{entry.digest}"', f'wording = "{entry.wording}"', ""]
        lines += [f'[versions."{spec}".files]', *(f'"{n}" = "{entry.files[n]}"' for n in sorted(entry.files)), ""]
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".lock-", suffix=".toml")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write("\n".join(lines).rstrip("\n") + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(folder / LOCK_FILE)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise

"""The folder where model files live: which are there, whether they are whole, and how they are removed.

A file counts as installed when its SHA-256 is the catalogue's. Hashing a gigabyte at every start would cost seconds,
so a finished verification leaves a stamp beside the file: the hash with the size and modification time that the file
had then. The stamp vouches for the file only while both are unchanged; it saves time and is no protection against
somebody who can write to the folder.

Beside ``NAME.gguf`` there may be ``NAME.gguf.verified`` (the stamp), ``NAME.gguf.partial`` (the first bytes of an
unfinished download), ``NAME.gguf.wheel`` (the part being fetched) and ``NAME.gguf.lock``.
"""

from __future__ import annotations

import contextlib
import enum
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from extractor.errors import ModelFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.llm.catalogue import CatalogueModel


def models_folder() -> Path:
    """Return where model files are kept: ``EXTRACTOR_MODELS_DIR``, or the user's cache folder of this platform."""
    named = os.environ.get("EXTRACTOR_MODELS_DIR")
    if named:
        return Path(named).expanduser()
    return platformdirs.user_cache_path("extractor", appauthor=False) / "models"


class State(enum.StrEnum):
    """What is known about a model's file without reading it."""

    INSTALLED = "installed"
    UNVERIFIED = "unverified"
    DAMAGED = "damaged"
    PARTIAL = "partial"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files of one model in one folder."""

    model: CatalogueModel
    folder: Path

    @property
    def final(self) -> Path:
        """The model file itself."""
        return self.folder / self.model.file_name

    @property
    def stamp(self) -> Path:
        """The record of the last good verification."""
        return self.final.with_name(f"{self.final.name}.verified")

    @property
    def partial(self) -> Path:
        """The first bytes of the model file while it is fetched."""
        return self.final.with_name(f"{self.final.name}.partial")

    @property
    def wheel(self) -> Path:
        """The wheel that is being fetched."""
        return self.final.with_name(f"{self.final.name}.wheel")

    @property
    def lock(self) -> Path:
        """The lock that keeps two processes from fetching the same model."""
        return self.final.with_name(f"{self.final.name}.lock")

    def state(self) -> State:
        """Say what is known about the file from its size and its stamp; nothing is hashed."""
        size = size_of(self.final)
        if size is None:
            return State.PARTIAL if size_of(self.partial) or size_of(self.wheel) else State.ABSENT
        if size != self.model.bytes:
            return State.DAMAGED
        return State.INSTALLED if self._stamp_vouches() else State.UNVERIFIED

    def verify(self) -> bool:
        """Hash the file (seconds per gigabyte), say whether it is the catalogue's, and write or drop the stamp.

        Raises:
            ModelFileError: The file is not there or cannot be read.
        """
        with readable(self.final):
            good = self.final.stat().st_size == self.model.bytes and sha256_of(self.final) == self.model.sha256
        if good:
            self.write_stamp()
        else:
            self.stamp.unlink(missing_ok=True)
        return good

    def write_stamp(self) -> None:
        """Record that the file as it is now has the catalogue's hash."""
        # A folder that others may only read (one copy for a whole machine) works too: it is hashed at every start.
        with contextlib.suppress(OSError):
            self.stamp.write_text(json.dumps(self._seen()), encoding="utf-8")

    def remove(self) -> int:
        """Delete the file and what is beside it; returns the bytes freed. The empty lock stays: others may hold it."""
        freed = 0
        for path in (self.stamp, self.final, self.partial, self.wheel):
            freed += size_of(path) or 0
            path.unlink(missing_ok=True)
        return freed

    def _seen(self) -> dict[str, str | int]:
        status = self.final.stat()
        return {"sha256": self.model.sha256, "size": status.st_size, "mtime_ns": status.st_mtime_ns}

    def _stamp_vouches(self) -> bool:
        try:
            return bool(json.loads(self.stamp.read_text(encoding="utf-8")) == self._seen())
        except (OSError, ValueError):
            return False


def size_of(path: Path) -> int | None:
    """Return the size of a file in bytes; None when there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return None


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as lower-case hex, read as a stream."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn a failed read inside the block into a :class:`ModelFileError` that names the file."""
    try:
        yield
    except OSError as exc:
        raise ModelFileError(
            f"cannot read the model file {str(path)!r}: {exc.strerror}", hint="extractor models list"
        ) from exc

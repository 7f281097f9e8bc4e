"""Files that are whole or not there: one written in a step, and one that grows by whole lines.

A run is killed at any moment and started again, so a reader may meet what a killed writer left behind: at most one
unfinished last line, which counts as not written.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

    from pydantic import ValidationError


def write_whole(path: Path, text: str) -> None:
    """Write ``text`` so that a reader sees the old file or the new one, and the new one survives a power cut."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-", suffix=".partial")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def append_line(file: BinaryIO, line: str) -> None:
    """Append one line; when this returns it survives a power cut."""
    file.write(line.encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())


def whole_lines(path: Path) -> tuple[list[str], int]:
    """Return the finished lines of ``path``, and how many bytes they take; what follows is an unfinished line.

    Raises:
        OSError: The file cannot be read.
        UnicodeDecodeError: A finished line is not UTF-8.
    """
    data = path.read_bytes()
    end = data.rfind(b"\n") + 1
    return data[:end].decode("utf-8").splitlines() if end else [], end


def problems_of(error: ValidationError) -> str:
    """Return everything that is wrong with a value, each problem with its field, in one line."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, one['loc'])) or 'the whole'}: {one['msg']}" for one in found)

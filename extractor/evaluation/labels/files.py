"""From files to labels and texts: every file is read, and what is wrong with each is collected, never raised.

Hidden files (``.DS_Store``) are passed over; any other file that is neither a text nor a label is named, because a
label that is saved under a wrong name would else be missing without a word.
"""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from extractor.evaluation.labels.flaws import Flaw
from extractor.scoring.labels import LabelledArticle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES: Final = 1_000_000
ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{2,63}")
"""The name of an article."""


def read_texts(folder: Path, root: Path) -> tuple[dict[str, str], list[Flaw]]:
    """Return the articles of ``folder`` by id, line ends as LF, and what is wrong with files there."""
    texts: dict[str, str] = {}
    flaws: list[Flaw] = []
    for path in _files(folder):
        name = path.relative_to(root).as_posix()
        text = _text(path, name, flaws) if _named(path, ".txt", name, flaws) else None
        if text is not None and not text.strip():
            flaws.append(Flaw(name, "", "the article is empty"))
        elif text is not None:
            texts[path.stem] = text
    return texts, flaws


def read_labels(folder: Path, root: Path) -> tuple[dict[str, tuple[str, LabelledArticle]], list[Flaw]]:
    """Return the labels below ``folder`` by id, each with its file's name, and what is wrong with files there."""
    labels: dict[str, tuple[str, LabelledArticle]] = {}
    flaws: list[Flaw] = []
    for path in _files(folder):
        name = path.relative_to(root).as_posix()
        if not _named(path, ".toml", name, flaws):
            continue
        label = _label(path, name, flaws)
        if label is None:
            continue
        if label.id != path.stem:
            flaws.append(Flaw(name, "id", f"is {label.id!r}, but the file is named for {path.stem!r}"))
        if label.id in labels:
            flaws.append(Flaw(name, "id", f"is a second label for {label.id!r}; the first is {labels[label.id][0]}"))
        else:
            labels[label.id] = (name, label)
    return labels, flaws


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below ``folder`` in the order of their names, hidden ones left out."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def _named(path: Path, ending: str, name: str, flaws: list[Flaw]) -> bool:
    """Say whether the file is named as it should be, and note it where it isn't."""
    if path.suffix != ending:
        flaws.append(Flaw(name, "", f"is no {ending} file"))
        return False
    if not ID.fullmatch(path.stem):
        flaws.append(Flaw(name, "", f"the name {path.stem!r} is no id: 3 to 64 of a-z, 0-9 and hyphens"))
        return False
    return True


def _text(path: Path, name: str, flaws: list[Flaw]) -> str | None:
    try:
        if path.stat().st_size > MAX_BYTES:
            flaws.append(Flaw(name, "", f"is larger than {MAX_BYTES:,} bytes"))
            return None
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as exc:
        flaws.append(Flaw(name, "", f"is not UTF-8 (byte {exc.start})"))
    except OSError as exc:
        flaws.append(Flaw(name, "", f"cannot be read: {exc.strerror}"))
    return None


def _label(path: Path, name: str, flaws: list[Flaw]) -> LabelledArticle | None:
    text = _text(path, name, flaws)
    if text is None:
        return None
    try:
        return LabelledArticle.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as exc:
        flaws.append(Flaw(name, "", f"is no TOML: {exc}"))
    except ValidationError as exc:
        flaws += flaws_of(exc, name)
    return None


def flaws_of(error: ValidationError, name: str) -> list[Flaw]:
    """Return what is wrong with the values of a label, each with its field; ``name`` is the file's."""
    return [Flaw(name, _path(one["loc"]), _said(one)) for one in error.errors(include_url=False)]


def _path(location: tuple[int | str, ...]) -> str:
    """Return pydantic's location as ``events[2].counts[0].words``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")


def _said(error: Any) -> str:  # noqa: ANN401 - pydantic's own dictionary of an error
    """Return what is wrong in our words, with the value where it is short."""
    if error["type"] == "extra_forbidden":
        return "there is no such field"
    if error["type"] == "missing":
        return "is missing"
    if error["type"] == "enum":
        values = re.findall(r"'([^']+)'", error["ctx"]["expected"])
        near = get_close_matches(str(error["input"]), values, n=1, cutoff=0.5)
        meant = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(values)}"
        return f"{error['input']!r} is no such value; {meant}"
    given = "" if isinstance(error["input"], dict | list) else f"{str(error['input'])[:60]!r} is wrong: "
    return f"{given}{error['msg'].removeprefix('Value error, ')}"
